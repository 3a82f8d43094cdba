//! Coming from another app, and leaving for one.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use support::{AWS_SEED, Person, SEED};

/// A file of 2FAS with one account that can be taken and one that cannot.
fn two_fas() -> String {
    json!({
        "services": [
            { "name": "GitHub", "secret": SEED, "otp": { "account": "maya", "digits": 6, "period": 30, "algorithm": "SHA1", "tokenType": "TOTP" } },
            { "name": "Broken", "secret": "0189", "otp": { "account": "omar", "tokenType": "TOTP" } },
        ],
        "groups": [], "schemaVersion": 4, "appOrigin": "android",
    })
    .to_string()
}

#[test]
fn a_file_is_shown_then_taken_in_and_each_row_has_its_outcome() {
    let person = Person::with_vault();
    let file = person.file("export.2fas", two_fas());
    let ran = person.run(&["--json", "import", "--dry-run", &file]);
    assert_eq!(ran.code, Some(1), "a row would be left out");
    let dry = ran.json();
    assert_eq!(dry["accounts"][0]["outcome"], json!("would-add"));
    assert_eq!((&dry["would_add"], &dry["skipped"]), (&json!(1), &json!(1)));
    let words = person.run(&["import", "--dry-run", &file]).stdout;
    assert!(
        words.ends_with("\n1 would be added, 0 duplicates, 1 skipped, 0 files failed\n"),
        "{words}"
    );
    assert_eq!(person.run(&["--json", "list"]).json()["accounts"], json!([]));
    let ran = person.run(&["--json", "import", "--yes", "--tag", "moved", &file]);
    assert_eq!(ran.code, Some(1), "a row was left out");
    let told = ran.json();
    assert_eq!((&told["added"], &told["skipped"]), (&json!(1), &json!(1)));
    assert_eq!(told["accounts"][0]["tags"], json!(["moved"]));
    let reason = told["accounts"][1]["reason"].as_str().unwrap();
    assert!(reason.contains("base32"), "{reason}");
    assert_eq!(person.code_at("GitHub", 59), "287082");
    let again = person.run(&["--json", "import", "--yes", &file]).json();
    assert_eq!(again["duplicates"], json!(1));
}

#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_others_out() {
    let person = Person::with_vault();
    let unknown = person.file("notes.bin", b"\x00\x01not an export");
    let links = person.file("links.txt", support::uri("GitHub:maya", "&issuer=GitHub"));
    let gone = person.folder().join("gone.json");
    let gone = gone.to_str().unwrap();
    let files = [unknown.as_str(), gone, links.as_str()];
    let dry = person.run(&[&["--json", "import", "--dry-run"][..], &files].concat());
    assert_eq!(dry.code, Some(1));
    let told = dry.json();
    assert_eq!((&told["would_add"], &told["failed"]), (&json!(1), &json!(2)));
    let ran = person.run(&[&["--json", "import", "--yes"][..], &files].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: ") && ran.stderr.contains("gone.json"));
    let told = ran.json();
    assert_eq!((&told["added"], &told["failed"]), (&json!(1), &json!(2)));
    let codes: Vec<_> = told["accounts"].as_array().unwrap()[1..]
        .iter()
        .map(|row| (&row["outcome"], row["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        codes,
        [
            (&json!("failed"), "file-unrecognised"),
            (&json!("failed"), "file-unreadable")
        ]
    );
    assert_eq!(person.code_at("GitHub", 59), "287082");
    let again = person.run(&[&["import", "--yes"][..], &files].concat());
    assert_eq!(again.code, Some(1));
    assert!(
        again
            .stdout
            .ends_with("\n0 added, 1 duplicate, 0 skipped, 2 files failed\n"),
        "{}",
        again.stdout
    );
    let none = person.run(&["--json", "import", "--yes", &unknown, gone]);
    assert_eq!(none.json()["error"]["code"], json!("file-unrecognised"));
    assert!(none.stderr.contains("gone.json"), "{}", none.stderr);
}

#[test]
fn what_is_no_export_is_named_for_what_it_is() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let unknown = person.file("notes.bin", b"\x00\x01not an export");
    let code = |arguments: &[&str]| person.run(arguments).json()["error"]["code"].clone();
    assert_eq!(
        code(&["--json", "import", "--yes", &unknown]),
        json!("file-unrecognised")
    );
    let to = person.folder().join("mine.age");
    let words = person.file("words", "otter violin gravel");
    person
        .run(&[
            "backup",
            "create",
            "--to",
            to.to_str().unwrap(),
            "--file-passphrase-file",
            &words,
        ])
        .succeeds();
    assert_eq!(
        code(&["--json", "import", "--yes", to.to_str().unwrap()]),
        json!("import-is-backup")
    );
    assert_eq!(
        code(&["--json", "import", "--yes", "--format", "diary", &unknown]),
        json!("format-unknown")
    );
    let picture = person.picture(
        "code.png",
        &format!("otpauth://totp/GitHub:maya?secret={AWS_SEED}&issuer=GitHub"),
    );
    person.run(&["import", "--yes", &picture]).succeeds();
    assert!(!person.code_at("GitHub", 59).is_empty());
}

#[test]
fn an_export_comes_back_the_same_and_oathtool_reads_its_links() {
    let person = Person::with_accounts(&[("AWS:maya", SEED), ("GitHub:noor", AWS_SEED)]);
    let words = person.file("words", "otter violin gravel");
    for (format, name, sealed) in [
        ("aegis", "a.json", true),
        ("aegis-plain", "p.json", false),
        ("uris", "u.txt", false),
    ] {
        let to = person.folder().join(name);
        let to = to.to_str().unwrap();
        let mut arguments = vec!["export", "--to", to, "--format", format];
        if sealed {
            arguments.extend(["--file-passphrase-file", words.as_str()]);
        } else {
            assert_eq!(
                person.run(&arguments).code,
                Some(2),
                "secrets in the open are asked for"
            );
            arguments.push("--yes");
        }
        person.run(&arguments).succeeds();
        assert_eq!(fs::read_to_string(to).unwrap().contains(SEED), !sealed);
        assert_eq!(person.run(&arguments).code, Some(1), "never over another");
        let other = Person::with_vault();
        other
            .run(&["import", "--yes", to, "--file-passphrase-file", &words])
            .succeeds();
        for query in ["maya", "noor"] {
            assert_eq!(other.code_at(query, 59), person.code_at(query, 59), "{format}");
        }
    }
    let links = fs::read_to_string(person.folder().join("u.txt")).unwrap();
    let secret = links
        .lines()
        .next()
        .unwrap()
        .split("secret=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let arguments = ["--totp", "--base32", "--now", "1970-01-01 00:00:59 UTC", secret];
    let oathtool = Command::new("oathtool").args(arguments).output().unwrap();
    assert_eq!(
        String::from_utf8(oathtool.stdout).unwrap().trim(),
        person.code_at("maya", 59)
    );
}

#[test]
fn the_pictures_for_google_authenticator_are_read_by_zbarimg_and_by_us() {
    let person = Person::with_accounts(&[("AWS:maya", SEED), ("GitHub:noor", AWS_SEED)]);
    let to = person.folder().join("m.png");
    let to = to.to_str().unwrap();
    person
        .run(&["export", "--yes", "--to", to, "--format", "migration-qr"])
        .succeeds();
    let read = Command::new("zbarimg")
        .args(["-q", "--raw", to])
        .output()
        .unwrap();
    let text = String::from_utf8(read.stdout).unwrap();
    assert!(text.starts_with("otpauth-migration://offline?data="), "{text}");
    let other = Person::with_vault();
    other.run(&["import", "--yes", to]).succeeds();
    for query in ["maya", "noor"] {
        assert_eq!(other.code_at(query, 59), person.code_at(query, 59));
    }
}

#[test]
fn every_sample_of_another_app_comes_in() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/formats");
    if !samples.is_dir() {
        println!("skipped: other apps' samples are not beside the checkout");
        return;
    }
    let person = Person::with_vault();
    for entry in fs::read_dir(samples).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let password = match name.as_str() {
            "authy_encrypted.xml" => "testtest",
            "ente_encrypted.txt" => "password",
            "bitwarden_encrypted_argon2id.json" => "rud9^5S6$^Ewmr%d",
            _ => "test",
        };
        let password = person.file("password", password);
        let file = path.to_str().unwrap();
        let ran = person.run(&[
            "--json",
            "import",
            "--dry-run",
            file,
            "--file-passphrase-file",
            &password,
        ]);
        if name.contains("accountrestricted") {
            assert_eq!(ran.json()["error"]["code"], json!("file-account-restricted"));
            continue;
        }
        assert!(matches!(ran.code, Some(0 | 1)), "{name}: {}", ran.stderr);
        let rows = ran.json();
        assert_eq!(ran.code == Some(1), rows["skipped"] != json!(0), "{name}");
        let rows = rows["accounts"].as_array().unwrap();
        assert!(
            rows.iter().any(|row| row["outcome"] == "would-add"),
            "{name}: {rows:?}"
        );
    }
}
