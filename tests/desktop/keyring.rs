//! A keyring that asks the person first.

use lockstep_testing::prompter::{Person, Prompter};

use crate::browser::Window;
use crate::journey::{keep_a_picture, shown_code};
use crate::machine::{Machine, in_time};
use crate::support::seed;

#[tokio::test]
async fn a_locked_keyring_is_waited_for_and_can_be_asked_again() {
    in_time(asking()).await;
}

#[tokio::test]
async fn locking_locks_the_keyring_where_that_is_wanted_and_says_when_it_only_hides() {
    in_time(locking()).await;
}

async fn locking() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    keep_a_picture(&machine, &window).await;
    window.find("[data-account-id]").await;
    window.press("Lock now").await;
    window
        .says("Codes are hidden and the keyring is locked. It asks for its password.")
        .await;
    let asked = Prompter::on(&machine.session, Person::UnlocksElsewhere);
    window.press("Unlock").await;
    window.find("[data-account-id]").await;
    drop(asked);

    window.press("Settings").await;
    window
        .click("button[role='switch'][aria-label='Lock the keyring, too']")
        .await;
    window
        .find("button[aria-label='Lock the keyring, too'][aria-checked='false']")
        .await;
    window.press("Lock now").await;
    window
        .says("The keyring is still open, so that this hides and does not lock.")
        .await;
    window.press("Unlock").await;
    window.find("[data-account-id]").await;
}

#[tokio::test]
async fn the_seeds_are_moved_to_a_vault_and_back_in_the_settings() {
    in_time(moving()).await;
}

async fn moving() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    keep_a_picture(&machine, &window).await;
    window.find("[data-account-id]").await;
    window.press("Settings").await;
    window.press("Change").await;
    window
        .write("input[aria-label='Passphrase']", "blue lamp 42")
        .await;
    window
        .write("input[aria-label='The same again']", "blue lamp 42\u{e007}")
        .await;
    window.says("Seeds are kept in the vault now.").await;
    window.says("A passphrase vault: one encrypted file.").await;
    let items = || {
        let service = ["search", "--all", "service", "dev.lockstep.Lockstep"];
        machine.run("secret-tool", &service)
    };
    assert_eq!(items(), "");

    window.press("Change").await;
    window
        .write("input[aria-label='Vault passphrase']", "red lamp 42\u{e007}")
        .await;
    window.says("The passphrase does not open the vault").await;
    window
        .write("input[aria-label='Vault passphrase']", "blue lamp 42\u{e007}")
        .await;
    window.says("Seeds are kept in the keyring now.").await;
    assert!(!items().is_empty());
    window.click(".nav button").await;
    shown_code(&machine, &window, "[data-account-id] [data-testid='code']").await;
    seed::assert_absent(&window.replies().await);
}

async fn asking() {
    let machine = Machine::with_keyring();
    machine.session.lock();
    let refusing = Prompter::on(&machine.session, Person::Dismisses);
    let window = Window::open(&machine).await;
    window.says("The keyring stayed closed").await;
    drop(refusing);

    let absent = Prompter::on(&machine.session, Person::IsAway);
    window.press("Ask again").await;
    absent.wait_until_asked();
    window.says("Your keyring is asking for its password").await;
    drop(absent);

    let _present = Prompter::on(&machine.session, Person::UnlocksElsewhere);
    window.press("Ask again").await;
    window.says("Your codes, in step").await;
}
