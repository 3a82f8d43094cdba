//! The command line itself: help, completions, pages, usage errors and pipes that end.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::Read;
use std::process::Stdio;

use support::{Person, SEED};

#[test]
fn the_help_of_every_command_is_as_it_was_reviewed() {
    let person = Person::new();
    let commands: [&[&str]; 52] = [
        &[],
        &["add"],
        &["list"],
        &["code"],
        &["edit"],
        &["remove"],
        &["trash"],
        &["trash", "purge"],
        &["qr", "show"],
        &["qr", "read"],
        &["import"],
        &["export"],
        &["backup"],
        &["backup", "create"],
        &["backup", "restore"],
        &["backup", "verify"],
        &["backup", "list"],
        &["backup", "kit"],
        &["backup", "auto"],
        &["store"],
        &["store", "use"],
        &["store", "unlock"],
        &["store", "change-passphrase"],
        &["doctor"],
        &["aws"],
        &["aws", "whoami"],
        &["aws", "clock"],
        &["aws", "enrol"],
        &["aws", "enable"],
        &["aws", "pair"],
        &["aws", "devices"],
        &["aws", "device-tags"],
        &["aws", "tag"],
        &["aws", "untag"],
        &["aws", "resync"],
        &["aws", "deactivate"],
        &["aws", "delete"],
        &["aws", "retire"],
        &["aws", "rotate"],
        &["aws", "session"],
        &["aws", "credential-process"],
        &["aws", "exec"],
        &["aws", "env"],
        &["aws", "configure"],
        &["aws", "policy"],
        &["aws", "keys"],
        &["aws", "keys", "add"],
        &["aws", "keys", "list"],
        &["aws", "keys", "remove"],
        &["completions"],
        &["man"],
        &["version"],
    ];
    let helps = commands.map(|command| {
        let ran = person.run(&[command, &["-h"]].concat()).succeeds();
        assert_eq!(ran.stderr, "");
        // The global options are the same everywhere: once is enough.
        let help = match ran.stdout.split_once("\nGlobal options:") {
            Some((own, _)) if !command.is_empty() => own,
            _ => &ran.stdout,
        };
        format!("$ lockstep {} -h\n{help}", command.join(" "))
    });
    insta::assert_snapshot!(helps.join("\n"));
}

#[test]
fn a_usage_error_is_said_like_any_other() {
    let person = Person::new();
    let wrong: [&[&str]; 9] = [
        &[],
        &["cod"],
        &["code"],
        &["code", "x", "--nxt"],
        &["list", "--sort", "size"],
        &["add"],
        &["add", "--yes", "--issuer", "A"],
        &["add", "--yes", "--secret-file", "-"],
        &["code", "x", "--next", "--pair"],
    ];
    let shown = wrong.map(|arguments| {
        let words = person.run(arguments);
        let json = person.run(&[arguments, &["--json"]].concat());
        assert_eq!((words.code, json.code), (Some(2), Some(2)), "{arguments:?}");
        assert_eq!(json.json()["error"]["code"], "usage");
        assert_eq!(json.stderr, words.stderr, "{arguments:?}");
        format!(
            "$ lockstep {}\n{}{}",
            arguments.join(" "),
            words.stderr,
            json.stdout
        )
    });
    insta::assert_snapshot!(shown.join("\n"));
    assert!(person.contents().is_empty());
}

#[test]
fn standard_input_is_read_for_one_thing() {
    let mut person = Person::new();
    person.set("LOCKSTEP_PASSPHRASE_FILE", "-");
    let arguments = ["add", "--yes", "--secret-file", "-", "--issuer", "A"];
    let ran = person.run_with(&arguments, SEED);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("standard input can hold one thing"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_version_is_said_in_three_ways() {
    let person = Person::new();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        person.run(&["version"]).succeeds().stdout,
        format!("lockstep {version}\n")
    );
    assert_eq!(
        person.run(&["--version"]).succeeds().stdout,
        format!("lockstep {version}\n")
    );
    assert_eq!(
        person.run(&["version", "--json"]).succeeds().json()["version"],
        version
    );
}

#[test]
fn every_shell_gets_its_completions() {
    let person = Person::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = person.run(&["completions", shell]).succeeds().stdout;
        assert!(script.contains("passphrase-file"), "{shell}");
        assert!(
            !script.contains("clipboard-hold"),
            "{shell} offers what is not for people"
        );
    }
}

#[test]
fn there_is_a_page_for_every_command() {
    let person = Person::new();
    assert!(person.run(&["man"]).succeeds().stdout.contains(".TH lockstep"));
    let folder = person.folder().join("man");
    person.run(&["man", folder.to_str().unwrap()]).succeeds();
    for page in [
        "lockstep.1",
        "lockstep-code.1",
        "lockstep-store-use.1",
        "lockstep-import.1",
        "lockstep-backup-restore.1",
        "lockstep-aws-enrol.1",
        "lockstep-aws-keys-add.1",
    ] {
        assert!(folder.join(page).exists(), "{page}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let person = Person::new();
    let mut child = person.command(&["completions", "bash"]).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_under_standard_output_is_an_error() {
    let person = Person::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = person
        .command(&["version"])
        .stdout(Stdio::from(full))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .starts_with("error: standard output cannot be written")
    );
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let person = Person::new();
    assert!(!person.run(&["code", "x"]).stderr.contains('\u{1b}'));
    assert!(
        person
            .run(&["--color", "always", "list", "x", "--trash"])
            .stderr
            .contains('\u{1b}')
    );
}

#[test]
fn nothing_is_asked_of_the_system_for_a_version() {
    // Only the data folder's name is known; it is not made.
    let person = Person::new();
    person.run(&["version"]).succeeds();
    assert!(!person.home().exists());
}
