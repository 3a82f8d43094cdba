//! Nothing is ever lost, from the command line: what changes is backed up by itself, and comes back on another machine.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs;
use std::process::Command;

use serde_json::json;
use support::{AWS_SEED, PASSPHRASE, Person, SEED};

fn two() -> Person {
    Person::with_accounts(&[("AWS:maya", SEED), ("AWS:noor", AWS_SEED)])
}

fn newest(person: &Person) -> String {
    let listed = person.run(&["--json", "backup", "list"]).succeeds().json();
    let folder = listed["folder"].as_str().unwrap();
    format!("{folder}/{}", listed["generations"][0]["file"].as_str().unwrap())
}

#[test]
fn each_change_is_backed_up_and_a_code_is_no_change() {
    let person = two();
    let generations = |person: &Person| {
        let listed = person.run(&["--json", "backup", "list"]).succeeds().json();
        assert_eq!(listed["lacks"], json!([]));
        assert_eq!(listed["failure"], json!(null));
        listed["generations"].as_array().unwrap().len()
    };
    assert_eq!(generations(&person), 2);
    person.run(&["code", "maya"]).succeeds();
    assert_eq!(generations(&person), 2);
    person
        .run(&["edit", "maya", "--note", "ring Omar first"])
        .succeeds();
    assert_eq!(generations(&person), 3);
    let doctor = person.run(&["doctor"]).succeeds();
    assert!(
        doctor.stdout.contains("good  backups: 2 accounts"),
        "{}",
        doctor.stdout
    );
    person.run(&["backup", "auto", "off"]).succeeds();
    let doctor = person.run(&["doctor"]);
    assert_eq!(doctor.code, Some(1));
    assert!(
        doctor.stdout.contains("automatic backups are off"),
        "{}",
        doctor.stdout
    );
}

#[test]
fn a_backup_that_fails_is_a_warning_and_not_silent_and_the_change_is_made() {
    let person = two();
    let usb = person.folder().join("usb");
    let dir = usb.to_str().unwrap();
    person.run(&["backup", "auto", "on", "--dir", dir]).succeeds();
    fs::remove_dir_all(&usb).unwrap();
    let ran = person.run(&["edit", "maya", "--note", "at sea"]).succeeds();
    assert!(
        ran.stderr
            .contains("warning: what changed could not be backed up"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("help: "), "{}", ran.stderr);
    let doctor = person.run(&["doctor"]);
    assert_eq!(doctor.code, Some(1));
    assert!(
        doctor.stdout.contains("failed: the backup folder"),
        "{}",
        doctor.stdout
    );
    fs::create_dir(&usb).unwrap();
    person.run(&["doctor"]).succeeds();
    assert!(newest(&person).starts_with(dir));
}

#[test]
fn a_warning_about_backups_is_silenced_by_quiet_and_doctor_says_it_still() {
    let person = two();
    let usb = person.folder().join("usb");
    let dir = usb.to_str().unwrap();
    person.run(&["backup", "auto", "on", "--dir", dir]).succeeds();
    fs::remove_dir_all(&usb).unwrap();
    let ran = person
        .run(&["--quiet", "edit", "maya", "--note", "at sea"])
        .succeeds();
    assert_eq!(ran.stderr, "");
    assert_eq!(person.run(&["doctor"]).code, Some(1));
}

#[test]
fn a_backup_made_now_leaves_automatic_backups_as_they_were() {
    let person = two();
    person.run(&["backup", "auto", "off"]).succeeds();
    let folder = person.folder().join("elsewhere");
    let now = ["--json", "backup", "auto", "now", "--keep", "7", "--dir"];
    let now = [&now[..], &[folder.to_str().unwrap()]].concat();
    let status = person.run(&now).succeeds().json();
    assert_eq!(
        (&status["automatic"], &status["keep"]),
        (&json!(false), &json!(7))
    );
    assert_eq!(status["generations"].as_array().unwrap().len(), 1);
    person
        .run(&["edit", "maya", "--note", "not backed up"])
        .succeeds();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    person.run(&["backup", "auto", "on"]).succeeds();
    let status = person
        .run(&["--json", "backup", "auto", "now", "--keep", "8"])
        .succeeds()
        .json();
    assert_eq!(status["automatic"], json!(true));
    assert_eq!(status["generations"].as_array().unwrap().len(), 3);
}

#[test]
fn what_a_repair_brings_back_is_backed_up() {
    let person = two();
    for name in ["index.age", "index.previous.age"] {
        fs::write(person.home().join(name), "no list").unwrap();
    }
    // With them gone, what is brought back needs one whatever order it comes back in.
    fs::remove_dir_all(person.home().join("backups")).unwrap();
    person.run(&["store", "repair"]).succeeds();
    let listed = person.run(&["--json", "backup", "list"]).succeeds().json();
    assert_eq!(listed["lacks"], json!([]));
    assert_eq!(listed["generations"].as_array().unwrap().len(), 1);
}

#[test]
fn a_file_of_recipients_may_have_a_name_that_begins_like_a_key() {
    let person = two();
    let key = age::x25519::Identity::generate();
    person.file("ssh-team.txt", format!("{}\n", key.to_public()));
    let create = [
        "backup",
        "create",
        "--to",
        "mine.age",
        "--recipient",
        "ssh-team.txt",
    ];
    let output = person
        .command(&create)
        .current_dir(person.folder())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let wrong = person.run(&["--json", "backup", "create", "--recipient", "ssh-ed25519 AAAA"]);
    assert_eq!(wrong.json()["error"]["code"], json!("recipient-invalid"));
}

#[test]
fn an_ssh_key_under_a_passphrase_asks_for_that_passphrase() {
    let person = two();
    let key = person.folder().join("id_ed25519");
    let key = key.to_str().unwrap();
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "otter violin", "-f", key])
        .status();
    assert!(made.unwrap().success());
    let to = person.folder().join("mine.age");
    let to = to.to_str().unwrap();
    let public = format!("{key}.pub");
    person
        .run(&["backup", "create", "--to", to, "--recipient", &public])
        .succeeds();
    let other = Person::with_vault();
    let verify = ["--json", "backup", "verify", to, "--identity", key];
    let refused = other.run(&verify);
    assert_eq!(refused.code, Some(4), "{}", refused.stderr);
    let error = &refused.json()["error"];
    assert_eq!(error["code"], json!("identity-locked"));
    assert!(
        error["remedy"]
            .as_str()
            .unwrap()
            .contains("--file-passphrase-file")
    );
    let words = other.file("words", "otter violin");
    other
        .run(&[&verify[..], &["--file-passphrase-file", &words]].concat())
        .succeeds();
}

#[test]
fn the_kit_brings_everything_back_on_another_machine() {
    let person = two();
    let code = person.code_at("noor", 59);
    let kit = person.folder().join("kit.txt");
    let kit = kit.to_str().unwrap();
    let made = person.run(&["--json", "backup", "kit", "--out", kit]).succeeds();
    assert!(!made.stdout.contains("AGE-SECRET-KEY"), "{}", made.stdout);
    assert_eq!(
        person.run(&["backup", "kit", "--out", kit]).code,
        Some(1),
        "never over another"
    );
    let backup = newest(&person);
    let other = Person::with_vault();
    let without = other.run(&["backup", "restore", "--yes", &backup]);
    assert_eq!(without.code, Some(4));
    assert!(
        without.stderr.contains("--recovery-key-file"),
        "{}",
        without.stderr
    );
    let dry = other.run(&[
        "--json",
        "backup",
        "restore",
        "--dry-run",
        &backup,
        "--recovery-key-file",
        kit,
    ]);
    let dry = dry.succeeds().json();
    assert_eq!(dry["rows"][0]["finding"]["kind"], json!("new"));
    assert_eq!(other.run(&["--json", "list"]).json()["accounts"], json!([]));
    let restored = other.run(&[
        "--json",
        "backup",
        "restore",
        "--yes",
        &backup,
        "--recovery-key-file",
        kit,
    ]);
    assert_eq!(restored.succeeds().json()["rows"][1]["outcome"], json!("added"));
    assert_eq!(other.code_at("noor", 59), code);
}

#[test]
fn a_passphrase_a_recipient_and_another_tool_s_key_all_open_what_they_should() {
    let person = two();
    let to = person.folder().join("mine.age");
    let to = to.to_str().unwrap();
    let passphrase = person.file("words", "otter violin gravel");
    let create = [
        "backup",
        "create",
        "--to",
        to,
        "--file-passphrase-file",
        &passphrase,
    ];
    person.run(&create).succeeds();
    let again = person.run(&create);
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("already"), "{}", again.stderr);
    person
        .run(&["backup", "verify", to, "--file-passphrase-file", &passphrase])
        .succeeds();
    let wrong = person.file("wrong", "otter");
    let refused = person.run(&["--json", "backup", "verify", to, "--file-passphrase-file", &wrong]);
    assert_eq!(refused.code, Some(4));
    assert_eq!(refused.json()["error"]["code"], json!("backup-passphrase-wrong"));

    let key = age::x25519::Identity::generate();
    let identity = person.file(
        "key.txt",
        age::secrecy::ExposeSecret::expose_secret(&key.to_string()),
    );
    let recipients = person.file("team.txt", format!("# team\n{}\n", key.to_public()));
    for recipient in [recipients, key.to_public().to_string()] {
        person
            .run(&[
                "backup",
                "create",
                "--force",
                "--armor",
                "--to",
                to,
                "--recipient",
                &recipient,
            ])
            .succeeds();
        assert!(fs::read_to_string(to).unwrap().starts_with("-----BEGIN AGE"));
        let other = Person::with_vault();
        assert_eq!(other.run(&["backup", "verify", to]).code, Some(4));
        let verified = other
            .run(&["backup", "verify", to, "--identity", &identity])
            .succeeds();
        assert!(
            verified.stdout.contains("The backup is whole."),
            "{}",
            verified.stdout
        );
    }
    let cut = person.file("cut.age", &fs::read(to).unwrap()[..600]);
    let refused = person.run(&["--json", "backup", "verify", &cut, "--identity", &identity]);
    assert_eq!(refused.json()["error"]["code"], json!("backup-cut-off"));
}

#[test]
fn a_restore_killed_at_any_step_is_whole_after_the_next_command() {
    'modes: for mode in ["--merge", "--replace"] {
        for step in 1..400 {
            let person = two();
            let backup = newest(&person);
            let kept = person.file("kept.age", fs::read(backup).unwrap());
            person.run(&["remove", "--yes", "noor"]).succeeds();
            person.run(&["trash", "purge", "--yes", "noor"]).succeeds();
            let restore = ["backup", "restore", "--yes", mode, kept.as_str()];
            let ran = person.run_in(&restore, "LOCKSTEP_FAULT", &format!("kill:{step}"));
            let listed = person.run(&["--json", "list"]).succeeds().json();
            assert_eq!(listed["quarantined"], json!([]), "step {step}");
            let count = listed["accounts"].as_array().unwrap().len();
            assert!(count == 1 || count == 2, "step {step}: {count}");
            person.run(&restore).succeeds();
            assert!(!person.code_at("noor", 59).is_empty(), "step {step}");
            assert!(!person.code_at("maya", 59).is_empty(), "step {step}");
            person.run(&["doctor"]).succeeds();
            if ran.signal.is_none() {
                ran.succeeds();
                assert!(step > 30, "{step}");
                continue 'modes;
            }
        }
        panic!("restoring with {mode} never came to its end");
    }
}

#[test]
fn a_change_killed_before_its_backup_is_backed_up_by_the_next_command_of_any_kind() {
    for step in 1..200 {
        let person = two();
        let edit = ["edit", "maya", "--note", "ring Omar first"];
        let ran = person.run_in(&edit, "LOCKSTEP_FAULT", &format!("kill:{step}"));
        let commands: [&[&str]; 2] = [&["code", "maya"], &["list"]];
        person.run(commands[step % 2]).succeeds();
        let listed = person.run(&["--json", "backup", "list"]).succeeds().json();
        assert_eq!(listed["lacks"], json!([]), "step {step}");
        if ran.signal.is_none() {
            ran.succeeds();
            let before = person.contents();
            person.run(&["code", "maya"]).succeeds();
            assert_eq!(person.contents(), before, "and nothing is looked for twice");
            assert!(step > 20, "only {step} steps");
            return;
        }
    }
    panic!("the change never came to its end");
}

/// Runs with a fault at every step, until ten in a row are beyond the last one, and hands each aftermath to `look`.
fn at_every_fault(fault: &str, arguments: &[&str], person: &Person, look: impl Fn(&Person, bool)) {
    let (mut met, mut calm) = (0, 0);
    for step in 1..400 {
        let ran = person.run_in(arguments, "LOCKSTEP_FAULT", &format!("{fault}:{step}"));
        if ran.code != Some(0) {
            assert_eq!(ran.code, Some(1), "step {step}: {}", ran.stderr);
            assert!(ran.stderr.contains("error: "), "step {step}: {}", ran.stderr);
            assert!(ran.stderr.contains("help: "), "step {step}: {}", ran.stderr);
        }
        look(person, ran.code == Some(0));
        if ran.code == Some(0) && !ran.stderr.contains("warning: ") {
            calm += 1;
        } else {
            (met, calm) = (met + 1, 0);
        }
        if calm == 10 {
            assert!(met > 4, "only {met} faults were met");
            return;
        }
    }
    panic!("it never came to its end");
}

#[test]
fn a_disk_that_is_full_or_read_only_leaves_the_old_backup_or_the_new_one() {
    let person = two();
    let words = person.file("words", "otter violin gravel");
    let folder = person.folder().join("usb");
    fs::create_dir(&folder).unwrap();
    let to = folder.join("mine.age");
    let to = to.to_str().unwrap();
    let password = ["--file-passphrase-file", words.as_str()];
    let create = [&["backup", "create", "--force", "--to", to][..], &password].concat();
    for fault in ["full", "read-only"] {
        at_every_fault(fault, &create, &person, |person, done| {
            let left = fs::read_dir(&folder).unwrap().count();
            assert!(left == usize::from(fs::exists(to).unwrap()), "{left} files");
            assert!(!done || left == 1);
            if left == 1 {
                let verify = [&["backup", "verify", to][..], &password].concat();
                person.run(&verify).succeeds();
            }
        });
        fs::remove_file(to).unwrap();
    }
}

#[test]
fn a_restore_onto_a_full_or_read_only_disk_loses_nothing_and_succeeds_later() {
    let person = two();
    let kept = person.file("kept.age", fs::read(newest(&person)).unwrap());
    let restore = ["backup", "restore", "--yes", &kept];
    for fault in ["full", "read-only"] {
        at_every_fault(fault, &restore, &person, |person, done| {
            let listed = person.run(&["--json", "list"]).succeeds().json();
            assert_eq!(listed["quarantined"], json!([]));
            assert_eq!(person.code_at("maya", 59), "287082");
            let accounts = listed["accounts"].as_array().unwrap().len();
            assert!(accounts == 2 || !done, "{accounts} accounts after a restore");
            person.run(&["remove", "--yes", "noor"]);
            person.run(&["trash", "purge", "--yes", "noor"]);
        });
        person.run(&restore).succeeds();
        assert!(!person.code_at("noor", 59).is_empty());
    }
}

#[test]
fn no_secret_of_a_backup_is_said_anywhere() {
    let mut person = two();
    person.set("LOCKSTEP_LOG", "trace");
    let words = person.file("words", "otter violin gravel");
    let kit = person.folder().join("kit.txt");
    let kit = kit.to_str().unwrap();
    let to = person.folder().join("mine.age");
    let to = to.to_str().unwrap();
    let mut said = String::new();
    let mut run = |arguments: &[&str]| {
        let ran = person.run(arguments);
        said.push_str(&ran.stdout);
        said.push_str(&ran.stderr);
    };
    run(&["backup", "kit", "--out", kit]);
    run(&["backup", "create", "--to", to, "--file-passphrase-file", &words]);
    run(&["backup", "verify", to, "--file-passphrase-file", &words]);
    run(&[
        "backup",
        "restore",
        "--yes",
        "--replace",
        to,
        "--file-passphrase-file",
        &words,
    ]);
    run(&["backup", "restore", "--yes", to, "--recovery-key-file", &words]);
    run(&["backup", "auto", "now"]);
    run(&["--json", "backup", "list"]);
    let page = fs::read_to_string(kit).unwrap();
    let identity = page
        .lines()
        .find(|line| line.trim().starts_with("AGE-SECRET-KEY-1"))
        .unwrap();
    for secret in [SEED, AWS_SEED, PASSPHRASE, "otter", identity.trim(), "otpauth://"] {
        assert!(!said.contains(secret), "{secret} was said: {said}");
    }
    // What lies in the data folder is sealed.
    let mut folders = vec![person.home()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            for secret in [SEED, AWS_SEED, "otpauth://", "AGE-SECRET-KEY"] {
                let found = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                assert!(!found, "{} holds {secret}", path.display());
            }
        }
    }
}
