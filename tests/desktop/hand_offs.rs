//! A device that was enrolled for the person comes as a file, is opened, and gives the codes of its secret.

use std::fs;

use lockstep_device::backup::lock::{Lock, Recipient};

use crate::backups::type_secret;
use crate::browser::Window;
use crate::journey::shown_code_of;
use crate::machine::{Machine, in_time};
use crate::support::{handed, seed};

#[tokio::test]
async fn a_device_that_was_enrolled_for_the_person_is_dropped_opened_and_added() {
    in_time(dropped_and_added()).await;
}

async fn dropped_and_added() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    let file = machine.file("maya.lockstep");
    fs::write(&file, handed::sealed("otter violin gravel")).unwrap();
    window.drop_files(&[&file]).await;
    window.says("A device was enrolled for you").await;
    type_secret(&window, "Passphrase of the hand-off", "wrong").await;
    window.says("The passphrase does not open this file").await;
    type_secret(&window, "Passphrase of the hand-off", "otter violin gravel").await;
    window.says("arn:aws:iam::123456789012:user/omar").await;
    window.says("arn:aws:iam::123456789012:mfa/maya-1").await;
    shown_code_of(
        &machine,
        &window,
        "[data-testid='handed-code']",
        &handed::base32(),
    )
    .await;
    window.press("Add account").await;
    window.says("Replace it now").await;
    window.press("Close").await;
    window.find("[data-account-id]").await;
    let replies = window.replies().await;
    seed::assert_absent(&replies);
    assert!(!replies.contains(&handed::base32()) && !replies.contains("otter"));
}

#[tokio::test]
async fn a_device_that_is_sealed_to_the_persons_own_ssh_key_opens_without_a_question() {
    in_time(opened_with_own_key()).await;
}

async fn opened_with_own_key() {
    let machine = Machine::with_keyring();
    let script =
        "mkdir -p ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519 && cat ~/.ssh/id_ed25519.pub";
    let public = machine.run("sh", &["-c", script]);
    let keys = [Recipient::parse(public.trim()).unwrap()];
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    let file = machine.file("maya.lockstep");
    let sealed = handed::hand_off().seal(&Lock::Keys(&keys), true).unwrap();
    fs::write(&file, sealed).unwrap();
    window.drop_files(&[&file]).await;
    window.find("[data-testid='handed-device']").await;
    window.press("Add account").await;
    window.press("Replace it now").await;
    window.says("Choose whose credentials to work with").await;
}
