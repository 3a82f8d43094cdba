//! Locked, denied, lost and absent are told apart, on a real GNOME Keyring in a D-Bus session of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::time::{Duration, Instant};

use lockstep_device::account::AccountId;
use lockstep_device::store::item::ItemText;
use lockstep_device::store::keyring::{Keyring, KeyringOptions, KeyringState, Prompt};
use lockstep_device::store::seeds::{ItemKey, SeedStore, StoreError};
use lockstep_testing::prompter::{Person, Prompter};
use lockstep_testing::session::PrivateSession;
use zeroize::Zeroizing;

fn options(session: &PrivateSession, prompt: Prompt) -> KeyringOptions {
    KeyringOptions {
        prompt,
        bus_address: Some(session.address().to_owned()),
    }
}

fn key() -> ItemKey {
    ItemKey::Account(AccountId::from_bytes([7; 16]))
}

fn text() -> ItemText {
    ItemText::new(Zeroizing::new("one".to_owned()))
}

/// A session whose keyring holds one item and is locked.
fn locked_session() -> PrivateSession {
    let session = PrivateSession::with_keyring();
    let store = Keyring::open(&options(&session, Prompt::Forbid)).unwrap();
    store.write(&key(), &text()).unwrap();
    session.lock();
    session
}

#[test]
fn no_bus_at_all_is_an_absent_keyring() {
    for address in ["unix:path=/nowhere/bus", "nonsense"] {
        let options = KeyringOptions {
            prompt: Prompt::Allow,
            bus_address: Some(address.to_owned()),
        };
        let opened = Keyring::open(&options).map(drop);
        assert!(
            matches!(opened, Err(StoreError::KeyringAbsent { .. })),
            "{opened:?}"
        );
        assert!(matches!(Keyring::state(&options), Ok(KeyringState::Absent(_))));
    }
}

#[test]
fn a_bus_without_a_secret_service_is_an_absent_keyring() {
    let session = PrivateSession::without_keyring();
    let options = options(&session, Prompt::Allow);
    let opened = Keyring::open(&options).map(drop);
    assert!(
        matches!(opened, Err(StoreError::KeyringAbsent { .. })),
        "{opened:?}"
    );
    assert!(matches!(Keyring::state(&options), Ok(KeyringState::Absent(_))));
}

#[test]
fn the_state_is_told_without_asking_anybody() {
    let session = PrivateSession::with_keyring();
    let prompter = Prompter::on(&session, Person::IsAway);
    let options = options(&session, Prompt::Allow);
    assert_eq!(Keyring::state(&options).unwrap(), KeyringState::Unlocked);
    session.lock();
    assert_eq!(Keyring::state(&options).unwrap(), KeyringState::Locked);
    assert!(!prompter.was_asked());
}

#[test]
fn a_locked_keyring_never_says_that_an_item_is_missing() {
    let mut session = locked_session();
    let unknown = ItemKey::IndexIdentity;
    let all = |session: &PrivateSession| {
        let store = Keyring::open(&options(session, Prompt::Forbid)).unwrap();
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
    all(&session);
    // A keyring that has not even read its file since it started knows of no item.
    session.kill_keyring();
    session.start_locked_keyring();
    all(&session);
    session.unlock();
    let store = Keyring::open(&options(&session, Prompt::Forbid)).unwrap();
    assert!(store.read(&key()).unwrap().is_same(&text()));
    assert_eq!(store.keys().unwrap(), [key()]);
}

#[test]
fn a_dismissed_prompt_is_a_denial() {
    let session = locked_session();
    let _prompter = Prompter::on(&session, Person::Dismisses);
    let store = Keyring::open(&options(&session, Prompt::Allow)).unwrap();
    for outcome in [
        store.read(&key()).map(drop),
        store.write(&key(), &text()),
        store.unlock(),
    ] {
        assert!(matches!(outcome, Err(StoreError::KeyringDenied)), "{outcome:?}");
    }
}

#[test]
fn without_a_way_to_show_the_prompt_the_call_fails_instead_of_waiting() {
    let session = locked_session();
    let store = Keyring::open(&options(&session, Prompt::Allow)).unwrap();
    let outcome = store.read(&key()).map(drop);
    assert!(matches!(outcome, Err(StoreError::KeyringDenied)), "{outcome:?}");
}

#[test]
fn the_call_goes_on_once_the_keyring_is_unlocked() {
    let session = locked_session();
    let prompter = Prompter::on(&session, Person::UnlocksElsewhere);
    let store = Keyring::open(&options(&session, Prompt::Allow)).unwrap();
    assert!(store.read(&key()).unwrap().is_same(&text()));
    assert!(prompter.was_asked());
}

#[test]
fn a_keyring_that_dies_while_we_wait_is_lost_at_once() {
    let mut session = locked_session();
    let prompter = Prompter::on(&session, Person::IsAway);
    let store = Keyring::open(&options(&session, Prompt::Allow)).unwrap();
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
            killed.elapsed() < Duration::from_secs(5),
            "{:?}",
            killed.elapsed()
        );
    });
}

#[test]
fn a_bus_that_dies_while_we_wait_is_lost_at_once() {
    let mut session = locked_session();
    let prompter = Prompter::on(&session, Person::IsAway);
    let store = Keyring::open(&options(&session, Prompt::Allow)).unwrap();
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
}

#[test]
fn an_unlocked_keyring_is_asked_nothing() {
    let session = PrivateSession::with_keyring();
    let prompter = Prompter::on(&session, Person::Dismisses);
    let store = Keyring::open(&options(&session, Prompt::Allow)).unwrap();
    store.write(&key(), &text()).unwrap();
    assert!(matches!(
        store.read(&ItemKey::IndexIdentity),
        Err(StoreError::Missing(_))
    ));
    assert!(!prompter.was_asked());
}
