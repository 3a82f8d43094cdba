//! When the accounts are locked, and what is left of them then: nothing that a command answers with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockstep_desktop::error::{CommandError, ShellError};
use lockstep_desktop::presence::{SessionIdle, Sign};
use lockstep_desktop::settings::{Language, Settings};
use lockstep_desktop::stage::{LockedBy, Stage};
use lockstep_desktop::tray::TrayDeed;
use lockstep_device::activity::Via;
use lockstep_device::authenticator::show::Which;
use lockstep_device::authenticator::view::AccountEdit;
use lockstep_device::time::{Clock, TimeError, UnixTime};

use crate::desk::Desk;
use crate::support::{handed, seed};

const LOCKED: Stage = Stage::Locked { by: LockedBy::Vault };
const MINUTE: u64 = 60;

#[test]
fn without_anybody_there_the_vault_is_locked_after_the_minutes_that_are_set() {
    let (desk, clock) = desk();
    assert_eq!(desk.shell.lock_when_idle(), Some(Duration::from_mins(15)));
    clock.go(14 * MINUTE);
    assert_eq!(desk.shell.lock_when_idle(), Some(Duration::from_mins(1)));
    desk.shell.somebody_is_there();
    assert_eq!(desk.shell.lock_when_idle(), Some(Duration::from_mins(15)));
    clock.go(15 * MINUTE);
    assert_eq!(desk.shell.lock_when_idle(), None);
    assert_eq!(desk.shell.status().stage, LOCKED);
}

#[test]
fn whoever_works_in_another_program_is_there() {
    let (desk, clock) = desk();
    let session = Arc::new(Session(Mutex::new(Some(Duration::from_mins(2)))));
    desk.shell.watch_session(Arc::clone(&session) as _);
    clock.go(15 * MINUTE);
    assert_eq!(desk.shell.lock_when_idle(), Some(Duration::from_mins(13)));
    clock.go(13 * MINUTE);
    *session.0.lock().unwrap() = Some(Duration::from_mins(15));
    assert_eq!(desk.shell.lock_when_idle(), None);
    assert_eq!(desk.shell.status().stage, LOCKED);
}

#[test]
fn a_session_that_says_nothing_leaves_it_to_the_window() {
    let (desk, clock) = desk();
    desk.shell.watch_session(Arc::new(Session(Mutex::new(None))));
    clock.go(15 * MINUTE);
    assert_eq!(desk.shell.lock_when_idle(), None);
    assert_eq!(desk.shell.status().stage, LOCKED);
}

#[test]
fn the_first_touch_after_a_night_that_nobody_told_of_locks() {
    let (desk, clock) = desk();
    clock.go(8 * 60 * MINUTE);
    desk.shell.somebody_is_there();
    assert_eq!(desk.shell.status().stage, LOCKED);
}

#[test]
fn a_clock_that_is_set_back_does_not_put_locking_off() {
    let (desk, clock) = desk();
    clock.set(NOON - 60 * MINUTE);
    assert_eq!(desk.shell.lock_when_idle(), Some(Duration::from_mins(15)));
    clock.go(15 * MINUTE);
    assert_eq!(desk.shell.lock_when_idle(), None);
}

#[test]
fn nothing_is_waited_for_while_nothing_is_open_or_it_is_not_wanted() {
    let (desk, clock) = desk();
    set(&desk, |settings| settings.lock_after_minutes = None);
    clock.go(60 * MINUTE);
    assert_eq!(desk.shell.lock_when_idle(), None);
    assert_eq!(desk.shell.status().stage, Stage::FirstRun);
    set(&desk, |settings| settings.lock_after_minutes = Some(15));
    desk.shell.lock();
    assert_eq!(desk.shell.lock_when_idle(), None);
}

#[test]
fn suspending_and_a_locked_screen_lock_unless_that_is_not_wanted() {
    let (desk, _) = desk();
    for sign in [Sign::Suspends, Sign::Locks] {
        desk.shell.heard(sign);
        assert_eq!(desk.shell.status().stage, LOCKED, "{sign:?}");
        desk.unlock();
    }
    set(&desk, |settings| settings.lock_with_session = false);
    desk.shell.heard(Sign::Suspends);
    assert_eq!(desk.shell.status().stage, Stage::FirstRun);
}

#[test]
fn a_machine_that_wakes_locks_nothing_and_the_window_is_told() {
    let (desk, _) = desk();
    assert_eq!(desk.wakings(), 0);
    desk.shell.heard(Sign::Wakes);
    assert_eq!(desk.shell.status().stage, Stage::FirstRun);
    assert_eq!(desk.wakings(), 1);
}

#[test]
fn no_command_answers_with_anything_while_locked() {
    let (desk, _) = desk();
    let id = desk.keep("GitHub");
    let ids = std::slice::from_ref(&id);
    desk.shell.add_text(&seed::uri("Other", "maya")).unwrap();
    let backup = desk.backup();
    desk.shell.add_paths(std::slice::from_ref(&backup)).unwrap_err();
    let file = desk.folder.path().join("maya.lockstep");
    std::fs::write(&file, handed::sealed("right")).unwrap();
    desk.shell.add_paths(&[file]).unwrap_err();
    desk.shell
        .unlock_hand_off(&crate::desk::passphrase("right"))
        .unwrap();
    desk.shell.lock();

    let shell = &desk.shell;
    let edit = |text: &str| AccountEdit {
        note: Some(text.to_owned()),
        ..AccountEdit::default()
    };
    let refused = [
        shell.authenticator().map(drop),
        shell.codes(ids).map(drop),
        shell.copy_code(Via::Window, &id, Which::Current).map(drop),
        shell.copy_offered(&id),
        shell.change(|accounts| accounts.edit(&id, edit("x"))).map(drop),
        shell.preview().map(drop),
        shell.add_text(&seed::uri("Third", "maya")).map(drop),
        shell.keep(&[0]).map(drop),
        shell.backup_status().map(drop),
        shell.verify_backup(&backup).map(drop),
    ];
    for (number, outcome) in refused.into_iter().enumerate() {
        assert_eq!(code(outcome), "not-open", "{number}");
    }
    assert_eq!(code(shell.held_backup()), "nothing-held");
    assert_eq!(code(shell.held_hand_off()), "nothing-held");
    desk.unlock();
    assert!(shell.preview().unwrap().found.is_empty());
    assert_eq!(code(shell.held_backup()), "nothing-held");
}

#[test]
fn the_tray_has_pinned_names_while_they_are_open_and_never_a_code() {
    let (desk, _) = desk();
    let id = desk.keep("GitHub");
    assert_eq!(deeds(&desk), ["Show Lockstep", "Lock", "Quit"]);
    let pin = AccountEdit {
        pinned: Some(true),
        ..AccountEdit::default()
    };
    desk.shell.change(|accounts| accounts.edit(&id, pin)).unwrap();
    assert_eq!(deeds(&desk), ["GitHub · maya", "Show Lockstep", "Lock", "Quit"]);
    assert_eq!(desk.shell.tray_menu()[0][0].deed, TrayDeed::Copy(id));
    desk.shell.lock();
    assert_eq!(deeds(&desk), ["Show Lockstep", "Quit"]);
}

#[test]
fn the_tray_speaks_the_language_of_the_window() {
    let (desk, _) = desk();
    desk.keep("GitHub");
    let said = || deeds(&desk);
    assert_eq!(
        said(),
        ["Show Lockstep", "Lock", "Quit"],
        "until the window has spoken"
    );
    desk.shell.take_system_language(Language::French);
    assert_eq!(said(), ["Afficher Lockstep", "Verrouiller", "Quitter"]);
    set(&desk, |settings| settings.language = Language::German);
    assert_eq!(said(), ["Lockstep anzeigen", "Sperren", "Beenden"]);
    set(&desk, |settings| settings.language = Language::System);
    assert_eq!(said(), ["Afficher Lockstep", "Verrouiller", "Quitter"]);
}

fn deeds(desk: &Desk) -> Vec<String> {
    let menu = desk.shell.tray_menu();
    menu.into_iter().flatten().map(|line| line.label).collect()
}

fn desk() -> (Desk, Arc<Watch>) {
    let clock = Arc::new(Watch(AtomicU64::new(NOON)));
    (Desk::at(Arc::clone(&clock) as _), clock)
}

fn set(desk: &Desk, change: impl FnOnce(&mut Settings)) {
    let mut settings = desk.shell.settings();
    change(&mut settings);
    desk.shell.set_settings(settings).unwrap();
}

fn code<T>(outcome: Result<T, ShellError>) -> String {
    CommandError::from(outcome.err().unwrap()).code
}

/// A clock that goes when the test says so.
struct Watch(AtomicU64);

impl Watch {
    fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn go(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Watch {
    fn now(&self) -> Result<UnixTime, TimeError> {
        Ok(UnixTime::from_seconds(self.0.load(Ordering::SeqCst)))
    }
}

/// A session that says what the test says.
struct Session(Mutex<Option<Duration>>);

impl SessionIdle for Session {
    fn idle(&self, _at_most: Duration) -> Option<Duration> {
        *self.0.lock().unwrap()
    }
}

const NOON: u64 = 1_795_000_000;
