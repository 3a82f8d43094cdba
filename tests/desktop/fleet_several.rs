//! An administrator sees the users of several accounts in one table, and enrols some of them in each.

use std::fs;

use lockstep_device::backup::recovery::RecoveryIdentity;

use crate::accessibility::axe;
use crate::browser::Window;
use crate::journey::keep_a_picture;
use crate::machine::{Machine, in_time};
use crate::support::seed;

const STAGING: &str = "210987654321";
const LAB: &str = "444455556666";

#[tokio::test]
async fn accounts_are_named_read_together_and_enrolled_side_by_side_and_left_again() {
    in_time(several()).await;
}

async fn several() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    keep_a_picture(&machine, &window).await;
    window.press("Fleet").await;
    window.press("Connect as Practice account, as admin").await;
    window.find("[data-row-id='maya']").await;
    let mut found = named(&machine, &window).await;
    found.extend(enrolled(&machine, &window).await);
    found.extend(left_again(&window).await);
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
    let replies = window.replies().await;
    seed::assert_absent(&replies);
    assert!(!replies.contains("otpauth:"), "{replies}");
}

/// A bad list is refused with its line, and nothing is read before the accounts were shown.
async fn named(machine: &Machine, window: &Window) -> Vec<String> {
    window.press("Report and more").await;
    window.press("Several accounts").await;
    let bad = machine.file("roles.csv");
    fs::write(&bad, format!("arn:aws:iam::{LAB}:role/A\nhello\n")).unwrap();
    window.drop_files(&[&bad]).await;
    window.says("at line 2").await;
    let mut found = axe(window, "a bad list").await;
    window.press("Use the practice accounts").await;
    window.says("3 accounts are named").await;
    window.gone("[data-row-id$='210987654321']").await;
    found.extend(axe(window, "accounts that are named").await);
    window.press("Read 3 accounts").await;
    window.find(&format!("[data-row-id='maya@{STAGING}']")).await;
    window.says("3 accounts of the list are shown.").await;
    found.extend(axe(window, "users of several accounts").await);
    found
}

/// One user of each of two accounts gets a device.
async fn enrolled(machine: &Machine, window: &Window) -> Vec<String> {
    window.write("input[type='search']", "practice-lab").await;
    window.gone(&format!("[data-row-id$='{STAGING}']")).await;
    window.type_keys("\u{e00c}").await;
    window.write("input[type='search']", "user-0001").await;
    for account in [STAGING, LAB] {
        window
            .click(&format!("[aria-label='Choose user-0001@{account}']"))
            .await;
    }
    window.press("Enrol 2 users").await;
    let list = machine.file("keys.csv");
    let recipient = RecoveryIdentity::generate().recipient();
    fs::write(&list, format!("user-0001,{recipient}\n")).unwrap();
    window.write("[name='keys']", list.to_str().unwrap()).await;
    let out = machine.file("out");
    window.write("[name='folder']", out.to_str().unwrap()).await;
    window.press("Show what happens").await;
    for account in ["practice-staging", "practice-lab"] {
        window.says(&format!("1 user is enrolled in {account}")).await;
    }
    let mut found = axe(window, "a plan for each account").await;
    window.press("Enrol 2 now").await;
    window.says("Everybody is done.").await;
    window.find("[aria-label='Accounts of the run']").await;
    found.extend(axe(window, "runs of several accounts").await);
    for account in [STAGING, LAB] {
        assert!(out.join(format!("user-0001@{account}.lockstep")).is_file());
    }
    window.press("Back to the users").await;
    window.find(&format!("[data-row-id='user-0001@{LAB}']")).await;
    found
}

/// The runs are listed together, and the window goes back to its own account.
async fn left_again(window: &Window) -> Vec<String> {
    window.press("Report and more").await;
    window.press("Runs").await;
    window.says("2 accounts").await;
    let found = axe(window, "runs that belong together").await;
    window.press("Look at practice-lab (444455556666)").await;
    window.says("Enrol 1 user").await;
    window.says("practice-lab (444455556666)").await;
    window.press("Back to the users").await;
    window.press("Back to this account").await;
    window.find("[data-row-id='admin']").await;
    window.gone("[data-row-id*='@']").await;
    found
}
