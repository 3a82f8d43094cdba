//! The keyring as the place for seeds, on a real GNOME Keyring in a session of its own.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeSet;
use std::thread;

use lockstep_testing::session::PrivateSession;
use support::{AWS_SEED, Person, SEED};

fn in_session(session: &PrivateSession) -> Person {
    let mut person = Person::new();
    person.set("DBUS_SESSION_BUS_ADDRESS", session.address());
    person.unset("LOCKSTEP_PASSPHRASE_FILE");
    person
}

#[test]
fn with_a_keyring_nothing_has_to_be_chosen_and_no_file_holds_a_seed() {
    let session = PrivateSession::with_keyring();
    let person = in_session(&session);
    person.add("AWS:maya", SEED);
    assert_eq!(person.code_at("maya", 59), "287082");
    let status = person.run(&["--json", "store", "status"]).succeeds().json();
    assert_eq!(
        (&status["store"], &status["chosen"]),
        (&"keyring".into(), &false.into())
    );
    assert_eq!(status["keyring"], "unlocked");
    for (path, bytes) in person.contents() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains(SEED) && !text.contains("AGE-SECRET-KEY"),
            "{}",
            path.display()
        );
    }
    person.run(&["doctor"]).succeeds();
}

#[test]
fn a_locked_keyring_ends_with_four_and_loses_nothing() {
    let session = PrivateSession::with_keyring();
    let person = in_session(&session);
    person.add("AWS:maya", SEED);
    let before = person.contents();
    person.run(&["store", "lock"]).succeeds();
    assert_eq!(
        person.run(&["--json", "store", "status"]).succeeds().json()["keyring"],
        "locked"
    );
    for arguments in [
        &["code", "maya"] as &[&str],
        &["remove", "maya", "--yes"],
        &["store", "repair"],
        &["list"],
    ] {
        let ran = person.run(&[&["--json"], arguments].concat());
        assert_eq!(ran.code, Some(4), "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        let error = &ran.json()["error"];
        assert!(
            ["keyring-locked", "keyring-denied"].contains(&error["code"].as_str().unwrap()),
            "{error}"
        );
        assert_ne!(error["remedy"], "");
    }
    assert_eq!(person.run(&["doctor"]).code, Some(1));
    assert_eq!(person.contents(), before);
    session.unlock();
    assert_eq!(person.code_at("maya", 59), "287082");
}

#[test]
fn a_session_without_a_keyring_has_the_vault_as_its_remedy() {
    let session = PrivateSession::without_keyring();
    let person = in_session(&session);
    let ran = person.run(&["--json", "list"]);
    let error = &ran.json()["error"];
    assert_eq!((ran.code, &error["code"]), (Some(1), &"keyring-missing".into()));
    assert!(
        error["remedy"]
            .as_str()
            .unwrap()
            .contains("lockstep store use vault")
    );
}

#[test]
fn seeds_move_to_the_vault_and_back() {
    let session = PrivateSession::with_keyring();
    let person = in_session(&session);
    person.add("AWS:maya", SEED);
    person.add("AWS:noor", AWS_SEED);
    let code = person.code_at("noor", 59);
    let passphrase = person.folder().join("passphrase").to_str().unwrap().to_owned();
    person
        .run(&["store", "use", "vault", "--new-passphrase-file", &passphrase])
        .succeeds();
    session.lock();
    let with_vault = ["--passphrase-file", &passphrase, "code", "noor", "--at", "59"];
    assert_eq!(
        person.run(&with_vault).succeeds().stdout.trim(),
        code,
        "the keyring is not needed any more"
    );
    session.unlock();
    person
        .run(&["--passphrase-file", &passphrase, "store", "use", "keyring"])
        .succeeds();
    assert_eq!(person.names(), ["maya", "noor"]);
    assert_eq!(person.code_at("noor", 59), code);
    assert_eq!(person.run(&["store", "use", "keyring"]).code, Some(1));
}

#[test]
fn a_keyring_that_is_not_open_does_not_stand_in_the_way_of_a_first_vault() {
    let session = PrivateSession::with_keyring();
    session.lock();
    let person = in_session(&session);
    let passphrase = person.folder().join("passphrase").to_str().unwrap().to_owned();
    person
        .run(&["--passphrase-file", &passphrase, "store", "use", "vault"])
        .succeeds();
    person.run(&["--passphrase-file", &passphrase, "list"]).succeeds();
}

#[test]
fn adding_to_the_keyring_killed_at_any_step_adds_the_whole_account_or_nothing() {
    let session = PrivateSession::with_keyring();
    let person = in_session(&session);
    person.add("AWS:maya", SEED);
    for step in 1..100 {
        let before = person.names().len();
        let secret = person.file("secret", format!("GEZDGNBVGY3TQOJQ{}", base32(step)));
        let name = format!("step-{step}");
        let arguments = [
            "add",
            "--yes",
            "--secret-file",
            &secret,
            "--issuer",
            "K",
            "--name",
            &name,
        ];
        let ran = person.run_in(&arguments, "LOCKSTEP_FAULT", &format!("kill:{step}"));
        let names = person.names();
        assert!(
            names.len() == before || names.last() == Some(&name),
            "step {step}: {names:?}"
        );
        if names.contains(&name) {
            person.run(&["code", &name]).succeeds();
        }
        assert_eq!(person.code_at("maya", 59), "287082", "step {step}");
        if ran.signal.is_none() {
            assert!(names.contains(&name), "what was acknowledged is there");
            return;
        }
    }
    panic!("it never came to its end");
}

#[test]
fn two_writers_on_one_keyring_lose_nothing() {
    let session = PrivateSession::with_keyring();
    let person = in_session(&session);
    thread::scope(|scope| {
        for writer in 0..2 {
            let person = &person;
            scope.spawn(move || {
                for round in 0..15 {
                    let secret = format!("{}GEZDGNBV", base32(100 * writer + round));
                    let id = person.add(&format!("W:{writer}-{round}"), &secret);
                    person.run(&["edit", &id, "--tag", "+done"]).succeeds();
                }
            });
        }
    });
    let expected: BTreeSet<String> = (0..2)
        .flat_map(|writer| (0..15).map(move |round| format!("{writer}-{round}")))
        .collect();
    assert_eq!(person.names().into_iter().collect::<BTreeSet<_>>(), expected);
    let tagged = person.run(&["--json", "list", "#done"]).succeeds().json();
    assert_eq!(tagged["accounts"].as_array().unwrap().len(), 30);
    person.run(&["doctor"]).succeeds();
}

/// Sixteen base32 digits that no other number has.
fn base32(number: u32) -> String {
    let digit = |value: u32| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[value as usize % 32]);
    format!("{}{}GEZDGNBVGY3TQO", digit(number), digit(number / 32))
}
