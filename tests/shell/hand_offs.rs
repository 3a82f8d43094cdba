//! A hand-off is recognised by its name, opened, added once, and forgotten with the lock.

use std::fs;
use std::path::PathBuf;

use lockstep_desktop::error::{CommandError, ShellError};
use lockstep_desktop::handed_off::HandOffNeeds;
use lockstep_device::authenticator::view::{AddOutcome, Finding};
#[cfg(unix)]
use lockstep_device::backup::lock::{Lock, Recipient};
use lockstep_device::passphrase::Passphrase;
use zeroize::Zeroizing;

use crate::desk::Desk;
use crate::support::handed;

#[test]
fn a_hand_off_is_opened_with_its_passphrase_and_added_once() {
    let desk = Desk::new();
    let file = dropped(&desk);
    let held = desk.shell.held_hand_off().unwrap();
    assert_eq!((held.needs, held.device), (Some(HandOffNeeds::Passphrase), None));
    let wrong = desk.shell.unlock_hand_off(&passphrase("wrong"));
    assert_eq!(code(wrong), "hand-off-passphrase-wrong");
    let opened = desk.shell.unlock_hand_off(&passphrase("right")).unwrap();
    let told = serde_json::to_string(&opened).unwrap();
    assert!(!told.contains(&handed::base32()), "{told}");
    let device = opened.device.unwrap();
    assert_eq!(device.user, "maya");
    assert_eq!(device.by, "arn:aws:iam::123456789012:user/omar");
    assert_eq!(device.found.finding, Finding::Keepable);
    assert_eq!(desk.shell.add_hand_off().unwrap().outcome, AddOutcome::Added);
    assert_eq!(code(desk.shell.add_hand_off()), "nothing-held");

    assert_eq!(code(desk.shell.add_paths(&[file])), "is-hand-off");
    let again = desk.shell.unlock_hand_off(&passphrase("right")).unwrap();
    let finding = again.device.unwrap().found.finding;
    assert!(matches!(finding, Finding::AlreadyHere { .. }), "{finding:?}");
    assert_eq!(desk.shell.add_hand_off().unwrap().outcome, AddOutcome::Duplicate);
}

#[test]
fn an_added_device_keeps_its_serial_number() {
    let desk = Desk::new();
    dropped(&desk);
    desk.shell.unlock_hand_off(&passphrase("right")).unwrap();
    desk.shell.add_hand_off().unwrap();
    let accounts = desk.shell.authenticator().unwrap().accounts().accounts;
    assert_eq!(
        accounts[0].serial.as_deref(),
        Some("arn:aws:iam::123456789012:mfa/maya-1")
    );
}

#[test]
fn locking_and_giving_up_forget_a_hand_off() {
    let desk = Desk::new();
    dropped(&desk);
    desk.shell.unlock_hand_off(&passphrase("right")).unwrap();
    desk.shell.lock();
    desk.unlock();
    assert_eq!(code(desk.shell.held_hand_off()), "nothing-held");
    dropped(&desk);
    desk.shell.discard_hand_off();
    assert_eq!(code(desk.shell.held_hand_off()), "nothing-held");
}

#[test]
fn a_hand_off_among_other_files_is_left_aside_with_a_reason() {
    let desk = Desk::new();
    let file = sealed(&desk);
    let view = desk.shell.add_paths(&[file, desk.picture()]).unwrap();
    assert_eq!(view.found.len(), 1);
    assert_eq!(view.warnings[0].name, "hand-off-among-files");
    assert_eq!(code(desk.shell.held_hand_off()), "nothing-held");
}

#[test]
fn a_backup_is_no_hand_off() {
    let desk = Desk::new();
    let renamed = desk.folder.path().join("mine.lockstep");
    fs::rename(desk.backup(), &renamed).unwrap();
    assert_eq!(code(desk.shell.add_paths(&[renamed])), "is-hand-off");
    let opened = desk.shell.unlock_hand_off(&passphrase("right"));
    assert_eq!(code(opened), "hand-off-not-one");
}

#[cfg(unix)]
#[test]
fn a_protected_ssh_key_that_is_chosen_asks_for_its_passphrase_and_opens_what_is_sealed_to_it() {
    let desk = Desk::new();
    let (right, other) = (ssh_key(&desk, "locked", "otter"), ssh_key(&desk, "other", ""));
    let public = fs::read_to_string(right.with_extension("pub")).unwrap();
    let keys = [Recipient::parse(public.trim()).unwrap()];
    let file = desk.folder.path().join("maya.lockstep");
    let hand_off = handed::hand_off().seal(&Lock::Keys(&keys), false).unwrap();
    fs::write(&file, hand_off).unwrap();
    assert_eq!(code(desk.shell.add_paths(&[file])), "is-hand-off");
    assert_eq!(code(desk.shell.open_hand_off_with(other)), "hand-off-key-wrong");
    let asks = desk.shell.open_hand_off_with(right.clone()).unwrap();
    let locked = right.display().to_string();
    assert_eq!(asks.needs, Some(HandOffNeeds::Protected { file: locked }));
    let wrong = desk.shell.unlock_hand_off(&passphrase("wrong"));
    assert_eq!(code(wrong), "hand-off-passphrase-wrong");
    let opened = desk.shell.unlock_hand_off(&passphrase("otter")).unwrap();
    assert_eq!(opened.device.unwrap().user, "maya");
}

#[cfg(unix)]
fn ssh_key(desk: &Desk, name: &str, passphrase: &str) -> PathBuf {
    let path = desk.folder.path().join(name);
    let mut command = std::process::Command::new("ssh-keygen");
    command
        .args(["-q", "-t", "ed25519", "-N", passphrase, "-f"])
        .arg(&path);
    assert!(command.status().unwrap().success());
    path
}

fn sealed(desk: &Desk) -> PathBuf {
    let file = desk.folder.path().join("maya.LOCKSTEP");
    fs::write(&file, handed::sealed("right")).unwrap();
    file
}

fn dropped(desk: &Desk) -> PathBuf {
    let file = sealed(desk);
    assert_eq!(
        code(desk.shell.add_paths(std::slice::from_ref(&file))),
        "is-hand-off"
    );
    file
}

fn code<T>(answer: Result<T, ShellError>) -> String {
    CommandError::from(answer.err().unwrap()).code
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}
