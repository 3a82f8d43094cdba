//! A keyring that asks the person first.

use lockstep_testing::prompter::{Person, Prompter};

use crate::browser::Window;
use crate::journey::keep_a_picture;
use crate::machine::{Machine, in_time};

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
