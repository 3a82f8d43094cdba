//! Locked, denied, lost and absent are told apart, on a real GNOME Keyring in a D-Bus session of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::time::{Duration, Instant};

use lockstep_device::account::AccountId;
use lockstep_device::store::item::ItemText;
use lockstep_device::store::keyring::{Keyring, KeyringOptions, KeyringState, KeyringStore, Prompt};
use lockstep_device::store::seeds::{ItemKey, SeedStore, StoreError};
use lockstep_testing::own_process::{in_private_session, with_bus_address};
use lockstep_testing::prompter::{Person, Prompter};
use lockstep_testing::session::PrivateSession;
use zeroize::Zeroizing;

fn open(prompt: Prompt) -> KeyringStore {
    Keyring::open(&KeyringOptions { prompt }).unwrap()
}

fn key() -> ItemKey {
    ItemKey::Account(AccountId::from_bytes([7; 16]))
}

fn text() -> ItemText {
    ItemText::new(Zeroizing::new("one".to_owned()))
}

/// Starts a keyring that holds one item, and locks it.
fn lock_with_an_item(session: &mut PrivateSession) {
    session.start_keyring();
    let store = open(Prompt::Forbid);
    store.write(&key(), &text()).unwrap();
    session.lock();
}

fn is_absent(prompt: Prompt) {
    let options = KeyringOptions { prompt };
    let opened = Keyring::open(&options).map(drop);
    assert!(
        matches!(opened, Err(StoreError::KeyringAbsent { .. })),
        "{opened:?}"
    );
    assert!(matches!(Keyring::state(&options), Ok(KeyringState::Absent(_))));
}

#[test]
fn no_bus_at_all_is_an_absent_keyring() {
    with_bus_address("unix:path=/nowhere/bus", || is_absent(Prompt::Allow));
}

#[test]
fn a_bus_address_that_is_none_is_an_absent_keyring() {
    with_bus_address("nonsense", || is_absent(Prompt::Allow));
}

#[test]
fn a_bus_without_a_secret_service_is_an_absent_keyring() {
    in_private_session(|_session| is_absent(Prompt::Allow));
}

#[test]
fn the_state_is_told_without_asking_anybody() {
    in_private_session(|mut session| {
        session.start_keyring();
        let prompter = Prompter::on(&session, Person::IsAway);
        let options = KeyringOptions::default();
        assert_eq!(Keyring::state(&options).unwrap(), KeyringState::Unlocked);
        session.lock();
        assert_eq!(Keyring::state(&options).unwrap(), KeyringState::Locked);
        assert!(!prompter.was_asked());
    });
}

#[test]
fn a_locked_keyring_never_says_that_an_item_is_missing() {
    in_private_session(|mut session| {
        lock_with_an_item(&mut session);
        let unknown = ItemKey::IndexIdentity;
        let all = || {
            let store = open(Prompt::Forbid);
            let many: Vec<_> = (0..20)
                .map(|byte| ItemKey::Account(AccountId::from_bytes([byte; 16])))
                .collect();
            let outcomes = [
                store.read(&key()).map(drop),
                store.read(&unknown).map(drop),
                store.read_many(&[key()]).map(drop),
                store.read_many(&many).map(drop),
                store.keys().map(drop),
                store.write(&key(), &text()),
                store.write(&unknown, &text()),
                store.delete(&key()),
                store.delete(&unknown),
            ];
            for (number, outcome) in outcomes.into_iter().enumerate() {
                assert!(
                    matches!(outcome, Err(StoreError::KeyringLocked)),
                    "{number}: {outcome:?}"
                );
            }
        };
        all();
        // A keyring that has not even read its file since it started knows of no item.
        session.kill_keyring();
        session.start_locked_keyring();
        all();
        session.unlock();
        let store = open(Prompt::Forbid);
        assert!(store.read(&key()).unwrap().is_same(&text()));
        assert_eq!(store.keys().unwrap(), [key()]);
    });
}

#[test]
fn a_dismissed_prompt_is_a_denial() {
    in_private_session(|mut session| {
        lock_with_an_item(&mut session);
        let _prompter = Prompter::on(&session, Person::Dismisses);
        let store = open(Prompt::Allow);
        for outcome in [
            store.read(&key()).map(drop),
            store.write(&key(), &text()),
            store.unlock(),
        ] {
            assert!(matches!(outcome, Err(StoreError::KeyringDenied)), "{outcome:?}");
        }
    });
}

#[test]
fn without_a_way_to_show_the_prompt_the_call_fails_instead_of_waiting() {
    in_private_session(|mut session| {
        lock_with_an_item(&mut session);
        let store = open(Prompt::Allow);
        let outcome = store.read(&key()).map(drop);
        assert!(matches!(outcome, Err(StoreError::KeyringDenied)), "{outcome:?}");
    });
}

#[test]
fn the_call_goes_on_once_the_keyring_is_unlocked() {
    in_private_session(|mut session| {
        lock_with_an_item(&mut session);
        let prompter = Prompter::on(&session, Person::UnlocksElsewhere);
        let store = open(Prompt::Allow);
        assert!(store.read(&key()).unwrap().is_same(&text()));
        assert!(prompter.was_asked());
    });
}

#[test]
fn a_keyring_that_dies_while_we_wait_is_lost_at_once() {
    in_private_session(|mut session| {
        lock_with_an_item(&mut session);
        let prompter = Prompter::on(&session, Person::IsAway);
        let store = open(Prompt::Allow);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| store.read(&key()).map(drop));
            prompter.wait_until_asked();
            let killed = Instant::now();
            session.kill_keyring();
            let outcome = waiting.join().unwrap();
            assert!(
                matches!(outcome, Err(StoreError::KeyringLost { .. })),
                "{outcome:?}"
            );
            assert!(
                killed.elapsed() < Duration::from_secs(20),
                "{:?}",
                killed.elapsed()
            );
        });
    });
}

#[test]
fn a_bus_that_dies_while_we_wait_is_lost_at_once() {
    in_private_session(|mut session| {
        lock_with_an_item(&mut session);
        let prompter = Prompter::on(&session, Person::IsAway);
        let store = open(Prompt::Allow);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| store.read(&key()).map(drop));
            prompter.wait_until_asked();
            session.kill_bus();
            let outcome = waiting.join().unwrap();
            assert!(
                matches!(outcome, Err(StoreError::KeyringLost { .. })),
                "{outcome:?}"
            );
        });
    });
}

#[test]
fn an_unlocked_keyring_is_asked_nothing() {
    in_private_session(|mut session| {
        session.start_keyring();
        let prompter = Prompter::on(&session, Person::Dismisses);
        let store = open(Prompt::Allow);
        store.write(&key(), &text()).unwrap();
        assert!(matches!(
            store.read(&ItemKey::IndexIdentity),
            Err(StoreError::Missing(_))
        ));
        assert!(!prompter.was_asked());
    });
}
