//! Adding: several files, passwords, and locking meanwhile.

use std::sync::Arc;

use lockstep_desktop::error::CommandError;
use lockstep_desktop::stage::{LockedBy, Stage};

use crate::desk::{A_MOMENT, Desk, PATIENCE, aside, passphrase};
use crate::support::seed;

#[test]
fn a_password_that_is_tried_and_a_file_that_is_dropped_meanwhile_both_come_to_an_end() {
    let desk = Desk::new();
    let picture = desk.picture();
    assert!(desk.shell.add_paths(&[desk.sealed_export()]).is_err());
    let shell = Arc::clone(&desk.shell);
    let password = aside(move || {
        shell
            .add_password(&passphrase("right"))
            .map_err(CommandError::from)
    });
    let shell = Arc::clone(&desk.shell);
    let drop = aside(move || shell.add_paths(&[picture]).is_ok());
    password.recv_timeout(PATIENCE).unwrap().unwrap();
    // Faster than the key derivation it is told that the first file waits for its password.
    drop.recv_timeout(PATIENCE).unwrap();
    assert_eq!(desk.shell.preview().unwrap().found.len(), 2);
}

#[test]
fn locking_does_not_wait_for_a_password_that_is_tried_and_what_it_opens_is_given_up() {
    let desk = Desk::new();
    assert!(desk.shell.add_paths(&[desk.sealed_export()]).is_err());
    let shell = Arc::clone(&desk.shell);
    let password = aside(move || shell.add_password(&passphrase("right")).is_ok());
    // Time to begin; should it not have begun, it finds the accounts locked, which is no better for it.
    assert!(password.recv_timeout(A_MOMENT).is_err());
    desk.shell.lock();
    assert_eq!(desk.shell.status().stage, Stage::Locked { by: LockedBy::Vault });
    let opened = password.recv_timeout(PATIENCE).unwrap();
    assert!(!opened, "rows were taken over after locking");
    desk.unlock();
    assert!(desk.shell.preview().unwrap().found.is_empty());
}

#[test]
fn a_protected_file_that_was_given_up_is_not_asked_for_again() {
    let desk = Desk::new();
    assert!(desk.shell.add_paths(&[desk.sealed_export()]).is_err());
    desk.shell.discard_preview();
    let view = desk
        .shell
        .add_paths(&[desk.picture()])
        .map_err(CommandError::from);
    assert_eq!(view.unwrap().found.len(), 1);
}

#[test]
fn of_several_files_a_backup_is_left_aside_with_its_reason_and_the_others_are_read() {
    let desk = Desk::new();
    desk.keep("Here");
    let (backup, picture) = (desk.backup(), desk.picture());
    let paths = [backup.clone(), picture, desk.folder.path().join("absent.png")];
    let view = desk.shell.add_paths(&paths).map_err(CommandError::from).unwrap();
    assert_eq!(view.found.len(), 1);
    let warnings: Vec<&str> = view.warnings.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(warnings, ["backup-among-files", "file-unreadable"]);
    assert!(
        view.warnings[0]
            .message
            .contains("mine.age is a backup of Lockstep")
    );
    seed::assert_absent(&serde_json::to_string(&view).unwrap());
    assert!(
        desk.shell.held_backup().is_err(),
        "it was held although it was left aside"
    );

    desk.shell.discard_preview();
    let alone = desk.shell.add_paths(&[backup]).map_err(CommandError::from);
    assert_eq!(alone.unwrap_err().code, "is-backup");
    assert!(desk.shell.held_backup().is_ok());
}
