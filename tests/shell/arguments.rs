//! What the app is started with waits for the accounts, and is then taken over like what is dropped.

use std::ffi::OsString;
use std::fs;

use lockstep_desktop::arguments::Arguments;
use lockstep_desktop::error::CommandError;

use crate::desk::Desk;
use crate::support::{handed, seed};

#[test]
fn a_link_and_a_picture_that_come_while_the_vault_is_locked_are_read_once_it_is_open() {
    let desk = Desk::new();
    let picture = desk.picture();
    desk.shell.lock();
    start_with(&desk, &[seed::uri("Linked", "maya").into(), picture.into()]);
    assert!(desk.shell.status().has_waiting);
    assert!(desk.shell.add_arguments().is_err());
    assert!(
        desk.shell.status().has_waiting,
        "asking too early lost what was handed over"
    );
    desk.unlock();
    let view = desk.shell.add_arguments().map_err(CommandError::from);
    let view = view.unwrap().unwrap();
    let issuers: Vec<_> = view.found.iter().map(|found| found.issuer.as_deref()).collect();
    assert_eq!(issuers, [Some("Linked"), Some("Pictured")]);
    seed::assert_absent(&serde_json::to_string(&view).unwrap());
    assert!(!desk.shell.status().has_waiting);
    let again = desk.shell.add_arguments().map_err(CommandError::from);
    assert_eq!(again.unwrap(), None, "it was read twice");
}

#[test]
fn a_hand_off_and_a_backup_that_come_alone_are_held_to_be_opened() {
    let desk = Desk::new();
    desk.keep("Here");
    let hand_off = desk.folder.path().join("maya.lockstep");
    fs::write(&hand_off, handed::sealed("right")).unwrap();
    start_with(&desk, &[hand_off.into()]);
    assert_eq!(code(&desk), "is-hand-off");
    assert!(desk.shell.held_hand_off().is_ok());

    start_with(&desk, &[desk.backup().into()]);
    assert_eq!(code(&desk), "is-backup");
    assert!(desk.shell.held_backup().is_ok());
}

#[test]
fn a_backup_that_comes_beside_a_link_is_left_aside_with_its_reason() {
    let desk = Desk::new();
    desk.keep("Here");
    let link = seed::uri("Linked", "maya").replace("KRUG", "JBSW");
    start_with(&desk, &[desk.backup().into(), link.into()]);
    let view = desk.shell.add_arguments().map_err(CommandError::from);
    let view = view.unwrap().unwrap();
    assert_eq!(view.found.len(), 1);
    assert_eq!(view.warnings[0].name, "backup-among-files");
}

#[test]
fn a_link_that_cannot_be_read_says_why_and_repeats_no_secret() {
    let desk = Desk::new();
    let link = format!("otpauth://totp/a?secret={}&digits=99", seed::BASE32);
    start_with(&desk, &[link.into()]);
    let view = desk.shell.add_arguments().map_err(CommandError::from);
    let told = serde_json::to_string(&view.unwrap().unwrap()).unwrap();
    assert!(told.contains("unreadable") && told.contains("99"), "{told}");
    seed::assert_absent(&told);
}

fn start_with(desk: &Desk, words: &[OsString]) {
    let arguments = Arguments::of(words.iter().cloned(), desk.folder.path());
    desk.shell.start_with(arguments);
}

fn code(desk: &Desk) -> String {
    let refused = desk.shell.add_arguments().map_err(CommandError::from);
    refused.unwrap_err().code
}
