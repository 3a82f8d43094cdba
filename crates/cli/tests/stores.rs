//! The vault: choosing it, its passphrase, folders that cannot be written and lists from the future.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use lockstep_device::passphrase::Passphrase;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::index::{INDEX_VERSION, IndexIdentity};
use lockstep_device::store::seeds::{ItemKey, SeedStore};
use lockstep_device::store::vault::LockedVault;
use support::{AWS_SEED, PASSPHRASE, Person, SEED};

#[test]
fn without_a_keyring_the_remedy_is_the_vault() {
    let person = Person::new();
    let ran = person.run(&["--json", "list"]);
    assert_eq!(ran.json()["error"]["code"], "keyring-missing");
    insta::assert_snapshot!(ran.shown(&person));
    person.run(&["store", "use", "vault"]).succeeds();
    person.run(&["list"]).succeeds();
}

#[test]
fn the_state_of_the_store_is_told_without_a_passphrase() {
    let mut person = Person::new();
    person.set("LOCKSTEP_PASSPHRASE_FILE", "/nowhere");
    insta::assert_snapshot!(person.run(&["store", "status"]).succeeds().shown(&person));
    let person = Person::with_vault();
    let status = person.run(&["--json", "store", "status"]).succeeds().json();
    assert_eq!(
        (&status["store"], &status["chosen"], &status["vault"]),
        (&"vault".into(), &true.into(), &true.into())
    );
}

#[test]
fn a_wrong_passphrase_changes_nothing_and_ends_with_four() {
    let mut person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let wrong = person.file("wrong", "not this one");
    let before = person.contents();
    for _ in 0..5 {
        let ran = person.run(&["--passphrase-file", &wrong, "code", "maya"]);
        assert_eq!(ran.code, Some(4));
        assert_eq!(ran.stdout, "");
    }
    let ran = person.run(&["--json", "--passphrase-file", &wrong, "list"]);
    insta::assert_snapshot!(ran.shown(&person));
    assert_eq!(person.contents(), before);
    person.set("LOCKSTEP_PASSPHRASE_FILE", "/nowhere");
    assert_eq!(person.run(&["list"]).code, Some(1));
}

#[test]
fn a_passphrase_comes_from_a_file_or_standard_input_and_never_from_an_argument() {
    let mut person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let ran = person.run_with(
        &["--passphrase-file", "-", "code", "maya", "--at", "59"],
        support::PASSPHRASE,
    );
    assert_eq!(ran.succeeds().stdout, "287082\n");
    person.set("LOCKSTEP_PASSPHRASE_FILE", "");
    let ran = person
        .command(&["list"])
        .env_remove("LOCKSTEP_PASSPHRASE_FILE")
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(4), "there is no terminal to ask at");
    insta::assert_snapshot!(String::from_utf8(ran.stderr).unwrap());
}

#[test]
fn a_passphrase_can_be_changed_and_the_old_one_is_of_no_use_then() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let new = person.file("new", "a new one\n");
    person
        .run(&["store", "change-passphrase", "--new-passphrase-file", &new])
        .succeeds();
    assert_eq!(person.run(&["list"]).code, Some(4));
    let ran = person.run(&["--passphrase-file", &new, "code", "maya", "--at", "59"]);
    assert_eq!(ran.succeeds().stdout, "287082\n");
}

#[test]
fn an_empty_passphrase_is_refused() {
    let person = Person::new();
    let empty = person.file("empty", "\n");
    let ran = person.run(&["store", "use", "vault", "--new-passphrase-file", &empty]);
    insta::assert_snapshot!(ran.shown(&person));
    assert!(person.contents().is_empty());
}

#[test]
fn the_store_in_use_cannot_be_switched_to() {
    let person = Person::with_vault();
    let ran = person.run(&["store", "use", "vault"]);
    insta::assert_snapshot!(ran.shown(&person));
}

#[test]
fn every_file_is_for_its_owner_only() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&person.home()), 0o700);
    for (path, _) in person.contents() {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    person.run(&["doctor"]).succeeds();
    std::fs::set_permissions(person.home(), Permissions::from_mode(0o755)).unwrap();
    let ran = person.run(&["--json", "doctor"]);
    assert_eq!(ran.code, Some(1));
    let checks = ran.json()["checks"].clone();
    let folder = checks
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["name"] == "data folder")
        .unwrap();
    assert_eq!(folder["ok"], false);
}

#[test]
fn a_full_disk_at_any_step_loses_nothing_and_is_said() {
    let steps = steps_of_an_add();
    assert!(steps > 10, "{steps}");
    for step in 1..=steps {
        let person = Person::with_accounts(&[("AWS:maya", SEED)]);
        let secret = person.file("secret", AWS_SEED);
        let add = [
            "--json",
            "add",
            "--yes",
            "--secret-file",
            &secret,
            "--issuer",
            "A",
            "--name",
            "noor",
        ];
        let ran = person.run_in(&add, "LOCKSTEP_FAULT", &format!("full:{step}"));
        if ran.code == Some(0) {
            // Only what comes after the change was broken off.
            assert_eq!(person.names(), ["maya", "noor"], "step {step}");
            person.run(&["code", "noor"]).succeeds();
        } else {
            assert_eq!(
                ran.json()["error"]["code"],
                "folder-full",
                "step {step}: {}",
                ran.stdout
            );
            assert_ne!(ran.json()["error"]["remedy"], "");
            assert_eq!(person.names(), ["maya"], "step {step}");
        }
        assert_eq!(person.code_at("maya", 59), "287082", "step {step}");
        person.run(&["doctor"]).succeeds();
        person.run(&add).succeeds();
    }
}

/// The first step at which a planned kill does not happen any more, less one.
fn steps_of_an_add() -> u64 {
    let killed = |step: &u64| {
        let person = Person::with_accounts(&[("AWS:maya", SEED)]);
        let secret = person.file("secret", AWS_SEED);
        let add = [
            "add",
            "--yes",
            "--secret-file",
            &secret,
            "--issuer",
            "A",
            "--name",
            "noor",
        ];
        person
            .run_in(&add, "LOCKSTEP_FAULT", &format!("kill:{step}"))
            .signal
            .is_some()
    };
    (1..200).take_while(killed).last().unwrap()
}

#[test]
fn a_folder_that_becomes_read_only_at_any_step_loses_nothing() {
    let mut refused = 0;
    for step in 1..60 {
        let person = Person::with_accounts(&[("AWS:maya", SEED)]);
        let edit = ["--json", "edit", "maya", "--issuer", "Halden"];
        let ran = person.run_in(&edit, "LOCKSTEP_FAULT", &format!("read-only:{step}"));
        assert_eq!(person.code_at("maya", 59), "287082", "step {step}");
        let listed = person.run(&["--json", "list"]).succeeds().json();
        let issuer = &listed["accounts"][0]["issuer"];
        if ran.code == Some(0) {
            assert_eq!(issuer, "Halden", "step {step}");
        } else {
            refused += 1;
            assert_eq!(
                ran.json()["error"]["code"],
                "folder-read-only",
                "step {step}: {}",
                ran.stdout
            );
            assert_ne!(ran.json()["error"]["remedy"], "");
            assert_eq!(issuer, "AWS", "step {step}");
        }
        person.run(&["doctor"]).succeeds();
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn a_list_from_a_newer_version_is_left_as_it_is() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let vault = LockedVault::find(&person.home(), &Faults::none())
        .unwrap()
        .unwrap();
    let passphrase = Passphrase::new(PASSPHRASE.to_owned().into()).unwrap();
    let Ok(vault) = vault.unlock(&passphrase) else {
        panic!("the passphrase is right")
    };
    let identity = IndexIdentity::from_text(&vault.read(&ItemKey::IndexIdentity).unwrap()).unwrap();
    let newer = format!(
        r#"{{"version":{},"generation":7,"rows":"in a form of its own"}}"#,
        INDEX_VERSION + 1
    );
    let sealed = age::encrypt(&identity.recipient(), newer.as_bytes()).unwrap();
    std::fs::write(person.home().join("index.age"), sealed).unwrap();
    let before = person.contents();
    let ran = person.run(&["--json", "list"]);
    insta::assert_snapshot!(ran.shown(&person));
    for arguments in [
        &["store", "repair"] as &[&str],
        &["remove", "maya", "--yes"],
        &["code", "maya"],
    ] {
        assert_eq!(person.run(arguments).code, Some(1), "{arguments:?}");
    }
    assert_eq!(person.contents(), before);
}

#[test]
fn a_damaged_list_is_set_aside_and_made_again_from_the_seeds() {
    let person = Person::with_accounts(&[("AWS:maya", SEED), ("AWS:noor", AWS_SEED)]);
    let list = person.home().join("index.age");
    let whole = std::fs::read(&list).unwrap();
    std::fs::write(&list, &whole[..whole.len() - 9]).unwrap();
    let ran = person.run(&["list"]).succeeds();
    assert!(ran.stderr.starts_with("note: "), "{}", ran.stderr);
    assert_eq!(person.code_at("maya", 59), "287082");
    assert!(
        person
            .contents()
            .iter()
            .any(|(_, bytes)| *bytes == whole[..whole.len() - 9]),
        "it is kept"
    );
    let quiet = person.run(&["list"]).succeeds();
    assert_eq!(quiet.stderr, "", "it is said once");
    person.run(&["store", "repair"]).succeeds();
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let mut person = Person::new();
    let file = person.file("in-the-way", "");
    person.set("LOCKSTEP_HOME", &format!("{file}/home"));
    let ran = person.run(&["store", "use", "vault"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("in-the-way/home"), "{}", ran.stderr);
}

#[test]
fn two_runs_make_one_vault() {
    let person = Person::new();
    let mut children: Vec<_> = (0..2)
        .map(|_| person.command(&["store", "use", "vault"]).spawn().unwrap())
        .collect();
    let codes: Vec<_> = children
        .iter_mut()
        .map(|child| child.wait().unwrap().code())
        .collect();
    assert!(codes.contains(&Some(0)), "{codes:?}");
    person.add("AWS:maya", SEED);
    assert_eq!(person.code_at("maya", 59), "287082");
}
