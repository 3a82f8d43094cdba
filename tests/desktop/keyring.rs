//! A keyring that asks the person first.

use lockstep_testing::prompter::{Person, Prompter};

use crate::browser::Window;
use crate::machine::{Machine, in_time};

#[tokio::test]
async fn a_locked_keyring_is_waited_for_and_can_be_asked_again() {
    in_time(asking()).await;
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
