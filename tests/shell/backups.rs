//! Automatic backups beside changes, locking and leaving; the folder, the kit, and a backup that is given up.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lockstep_desktop::stage::{LockedBy, Stage};
use lockstep_device::authenticator::view::AccountEdit;
use zeroize::Zeroizing;

use crate::desk::{A_MOMENT, AT_ONCE, Desk, PATIENCE, aside, generations};

#[test]
fn a_second_change_does_not_wait_for_the_backup_of_the_first() {
    let desk = Desk::new();
    let turn = another_backs_up(&desk);
    let id = desk.keep("Halden Works");
    let edit = AccountEdit {
        note: Some("at the desk".to_owned()),
        ..AccountEdit::default()
    };
    let started = Instant::now();
    desk.shell.change(|accounts| accounts.edit(&id, edit)).unwrap();
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    drop(turn);
    desk.hears_of_backups();
    assert_eq!(desk.generations(), 1);
}

#[test]
fn leaving_makes_the_backup_that_is_due() {
    let desk = Desk::new();
    desk.keep("Halden Works");
    desk.shell.finish_backup();
    assert_eq!(desk.generations(), 1);
}

#[test]
fn leaving_waits_for_a_backup_that_is_being_made() {
    let desk = Desk::new();
    let turn = another_backs_up(&desk);
    desk.keep("Halden Works");
    let leaving = [(); 2].map(|()| {
        let (shell, folder) = (Arc::clone(&desk.shell), desk.folder.path().to_owned());
        aside(move || {
            shell.finish_backup();
            generations(&folder)
        })
    });
    for left in &leaving {
        assert!(
            left.recv_timeout(A_MOMENT * 10).is_err(),
            "it left without the backup"
        );
    }
    drop(turn);
    for left in leaving {
        assert_eq!(left.recv_timeout(PATIENCE), Ok(1));
    }
}

#[test]
fn locking_waits_for_no_backup_and_the_next_unlocking_makes_the_one_that_was_due() {
    let desk = Desk::new();
    let turn = another_backs_up(&desk);
    desk.keep("Halden Works");
    let shell = Arc::clone(&desk.shell);
    aside(move || shell.lock())
        .recv_timeout(AT_ONCE)
        .expect("locking waits for a backup");
    assert_eq!(desk.shell.status().stage, Stage::Locked { by: LockedBy::Vault });
    drop(turn);
    desk.unlock();
    while desk.generations() == 0 {
        desk.hears_of_backups();
    }
    assert_eq!(desk.generations(), 1);
}

#[test]
fn choosing_a_folder_leaves_automatic_backups_off() {
    let desk = Desk::new();
    desk.keep("Halden Works");
    desk.shell.set_backups(false).unwrap();
    let elsewhere = desk.folder.path().join("elsewhere");
    let status = desk.shell.set_backup_folder(elsewhere.clone()).unwrap();
    assert!(!status.automatic);
    assert_eq!(status.folder, elsewhere.display().to_string());
    assert_eq!(fs::read_dir(elsewhere).unwrap().count(), 0);
}

#[test]
fn how_many_backups_are_kept_is_changed_alone_and_within_its_range() {
    let desk = Desk::new();
    desk.shell.set_backups(false).unwrap();
    let status = desk.shell.set_backups_kept(12).unwrap();
    assert_eq!((status.keep, status.automatic), (12, false));
    for refused in [0, 1, 1001] {
        assert!(desk.shell.set_backups_kept(refused).is_err(), "{refused}");
    }
    assert_eq!(desk.shell.backup_status().unwrap().keep, 12);
}

#[test]
fn verifying_opens_a_backup_says_what_is_the_same_and_hands_nothing_over() {
    let desk = Desk::new();
    let id = desk.keep("Halden Works");
    let made = desk.shell.back_up_now().unwrap();
    let verified = desk.shell.verify_backup(Path::new(&made.path)).unwrap();
    assert_eq!((verified.accounts, verified.same, verified.damaged), (1, 1, 0));
    desk.shell.change(|accounts| accounts.remove(&id)).unwrap();
    assert_eq!(desk.shell.verify_backup(Path::new(&made.path)).unwrap().same, 0);
    assert!(desk.shell.held_backup().is_err());

    let broken = desk.folder.path().join("broken.age");
    let mut bytes = fs::read(&made.path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&broken, bytes).unwrap();
    assert!(desk.shell.verify_backup(&broken).is_err());
}

#[test]
fn each_recovery_kit_is_offered_a_file_of_its_own() {
    let desk = Desk::new();
    let first = desk.shell.kit_file_name().unwrap();
    assert_eq!(first, "lockstep-recovery-kit-1.pdf");
    desk.shell
        .save_kit(&desk.folder.path().join(first), "maya")
        .unwrap();
    assert_eq!(desk.shell.kit_file_name().unwrap(), "lockstep-recovery-kit-2.pdf");
}

#[test]
fn a_backup_whose_passphrase_is_tried_while_the_accounts_are_locked_is_given_up() {
    let desk = Desk::new();
    desk.keep("Halden Works");
    desk.shell.hold_backup(&desk.backup()).unwrap();
    let shell = Arc::clone(&desk.shell);
    let unlocked = aside(move || shell.unlock_backup(Zeroizing::new("right".to_owned())).is_ok());
    // Time to begin; should it not have begun, it finds the accounts locked, which is no better for it.
    assert!(unlocked.recv_timeout(A_MOMENT).is_err());
    desk.shell.lock();
    assert!(
        !unlocked.recv_timeout(PATIENCE).unwrap(),
        "its rows were shown after locking"
    );
    desk.unlock();
    assert!(desk.shell.held_backup().is_err());
}

/// As long as this is held, another process is making a backup.
fn another_backs_up(desk: &Desk) -> impl Sized + use<> {
    let accounts = desk.shell.authenticator().unwrap();
    accounts.take_turn("backup.lock", PATIENCE).unwrap()
}
