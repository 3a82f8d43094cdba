//! What leaves for another app is written whole or not at all, never over anything, and never half of it in the open.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::json;
use support::{AWS_SEED, Person, SEED};

fn two() -> Person {
    Person::with_accounts(&[("AWS:maya", SEED), ("GitHub:noor", AWS_SEED)])
}

/// Somebody with so many accounts that they take several QR codes.
fn many() -> Person {
    let person = Person::with_vault();
    let links: Vec<String> = ('A'..='Z')
        .map(|letter| format!("otpauth://totp/Halden:{letter}?secret={letter}{AWS_SEED}&issuer=Halden"))
        .collect();
    let file = person.file("many.txt", links.join("\n"));
    person.run(&["add", "--yes", "--uri-file", &file]).succeeds();
    person
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Exports with a fault at every step until none is met any more; each time what is in the folder afterwards is looked at.
fn at_every_fault(person: &Person, fault: &str, arguments: &[&str], look: impl Fn(&[String], bool)) {
    for step in 1..400 {
        let folder = person.folder().join("out");
        fs::create_dir(&folder).unwrap();
        let ran = person.run_in(arguments, "LOCKSTEP_FAULT", &format!("{fault}:{step}"));
        let done = ran.code == Some(0);
        look(&names(&folder), done);
        fs::remove_dir_all(&folder).unwrap();
        if done {
            assert!(step > 4, "only {step} steps");
            return;
        }
        assert_eq!(ran.code, Some(1), "step {step}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        assert!(ran.stderr.contains("help: "), "{}", ran.stderr);
        assert!(!ran.stderr.contains(SEED), "{}", ran.stderr);
    }
    panic!("it never came to its end");
}

#[test]
fn a_disk_that_is_full_or_read_only_leaves_no_piece_of_an_export_and_a_retry_succeeds() {
    let person = two();
    let to = person.folder().join("out/links.txt");
    let arguments = [
        "export",
        "--yes",
        "--to",
        to.to_str().unwrap(),
        "--format",
        "uris",
    ];
    for fault in ["full", "read-only"] {
        at_every_fault(&person, fault, &arguments, |left, done| {
            let expected: &[&str] = if done { &["links.txt"] } else { &[] };
            assert_eq!(left, expected);
        });
    }
}

#[test]
fn of_several_pictures_all_are_written_or_none() {
    let person = many();
    let to = person.folder().join("out/m.png");
    let arguments = [
        "export",
        "--yes",
        "--to",
        to.to_str().unwrap(),
        "--format",
        "migration-qr",
    ];
    at_every_fault(&person, "full", &arguments, |left, done| {
        assert_eq!(left.len() > 1, done, "{left:?}");
        assert!(done || left.is_empty(), "{left:?}");
    });
    let folder = person.folder().join("out");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("m-2.png"), "theirs").unwrap();
    let refused = person.run(&arguments);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("m-2.png"), "{}", refused.stderr);
    assert_eq!(names(&folder), ["m-2.png"], "the first was not written either");
}

#[test]
fn a_kit_or_a_qr_code_on_a_full_disk_leaves_nothing_behind() {
    let person = two();
    for (arguments, name) in [
        (vec!["backup", "kit", "--out"], "out/kit.txt"),
        (vec!["qr", "show", "maya", "--out"], "out/maya.png"),
    ] {
        let folder = person.folder().join("out");
        fs::create_dir(&folder).unwrap();
        let to = person.folder().join(name);
        let arguments = [arguments, vec![to.to_str().unwrap()]].concat();
        for step in 1..=3 {
            let ran = person.run_in(&arguments, "LOCKSTEP_FAULT", &format!("full:{step}"));
            assert_eq!(ran.code, Some(1), "{}", ran.stderr);
            assert_eq!(names(&folder), [""; 0]);
        }
        person.run(&arguments).succeeds();
        fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn a_text_goes_to_standard_output_and_a_picture_does_not() {
    let person = two();
    let links = person
        .run(&["export", "--yes", "--to", "-", "--format", "uris"])
        .succeeds();
    assert_eq!(links.stdout.lines().count(), 2, "{}", links.stdout);
    assert!(links.stdout.lines().all(|line| line.starts_with("otpauth://")));
    assert!(
        links.stderr.starts_with("2 accounts in standard output\n"),
        "{}",
        links.stderr
    );
    assert!(!links.stderr.contains(SEED));
    let quiet = person
        .run(&[
            "--quiet",
            "export",
            "--yes",
            "--to",
            "-",
            "--format",
            "aegis-plain",
        ])
        .succeeds();
    assert_eq!(quiet.stderr, "");
    assert_eq!(quiet.json()["version"], json!(1));
    let pictures = person.run(&["export", "--yes", "--to", "-", "--format", "migration-qr"]);
    assert_eq!(pictures.code, Some(2), "{}", pictures.stderr);
    assert!(pictures.stderr.contains("--to FILE.png"), "{}", pictures.stderr);
    let both = person.run(&["--json", "export", "--yes", "--to", "-", "--format", "uris"]);
    assert_eq!(
        (both.code, &both.json()["error"]["code"]),
        (Some(2), &json!("usage"))
    );
    assert!(!both.stdout.contains(SEED));
    let backup = person.run(&["backup", "create", "--to", "-"]);
    assert_eq!(backup.code, Some(2), "{}", backup.stderr);
    assert!(!names(person.folder()).contains(&"-".to_owned()));
}

#[test]
fn standard_input_is_not_read_for_two_passwords_of_an_export() {
    let mut person = two();
    person.set("LOCKSTEP_PASSPHRASE_FILE", "-");
    let to = person.folder().join("a.json");
    let to = to.to_str().unwrap();
    let arguments = [
        "export",
        "--to",
        to,
        "--format",
        "aegis",
        "--file-passphrase-file",
        "-",
    ];
    let ran = person.run_with(&arguments, support::PASSPHRASE);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("standard input can hold one thing"),
        "{}",
        ran.stderr
    );
}

#[test]
fn without_a_terminal_the_password_of_a_new_file_is_asked_for_by_its_own_option() {
    let person = two();
    let to = person.folder().join("new");
    let to = to.to_str().unwrap();
    for arguments in [
        vec!["export", "--to", to, "--format", "aegis"],
        vec!["backup", "create", "--to", to],
    ] {
        let ran = person.run(&arguments);
        assert_eq!(ran.code, Some(4), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(" --file-passphrase-file FILE"),
            "{}",
            ran.stderr
        );
    }
    let vault = person.run(&["store", "change-passphrase"]);
    assert!(
        vault.stderr.contains(" --new-passphrase-file FILE"),
        "{}",
        vault.stderr
    );
}
