//! Links and files reach the app from outside: by its first start, and by a second one while it runs.

use std::fs;

use crate::browser::Window;
use crate::locking::make_a_vault;
use crate::machine::{Machine, in_time};
use crate::support::{handed, seed};
use crate::vault::unlock;

#[tokio::test]
async fn a_link_that_the_app_is_started_with_is_offered_and_leaves_the_process_list() {
    in_time(first_start()).await;
}

async fn first_start() {
    let machine = Machine::with_keyring();
    let link = seed::uri("Halden Works", "maya");
    let window = Window::open_with(&machine, &[&link]).await;
    window
        .find("[data-testid='found-row'][data-finding='keepable']")
        .await;
    window.says("Halden Works").await;
    let processes = machine.run("ps", &["-eo", "args", "-ww"]);
    let ours: Vec<&str> = processes
        .lines()
        .filter(|line| line.contains("lockstep-desktop"))
        .collect();
    assert!(!ours.is_empty());
    seed::assert_absent(&ours.join("\n"));
    window.press("Keep 1").await;
    window.find("[data-account-id]").await;
    seed::assert_absent(&window.replies().await);
}

#[tokio::test]
async fn what_a_second_start_is_given_opens_in_the_window_that_is_there_once_it_is_unlocked() {
    in_time(second_start()).await;
}

async fn second_start() {
    let machine = Machine::without_keyring();
    let window = Window::open(&machine).await;
    make_a_vault(&window).await;
    start_again(&machine, &[&seed::uri("Halden Works", "maya")]);
    window
        .find("[data-testid='found-row'][data-finding='keepable']")
        .await;
    window.press("Keep 1").await;
    window.find("[data-account-id]").await;

    window.press("Lock now").await;
    window.says("Codes are hidden").await;
    let file = machine.file("maya's device.lockstep");
    fs::write(&file, handed::sealed("otter violin gravel")).unwrap();
    // As a desktop hands a file over, and as a shell does, from a folder of its own.
    start_again(
        &machine,
        &[&format!("file://{}", file.display()).replace(' ', "%20")],
    );
    window.says("What you opened waits here").await;
    unlock(&window, "blue lamp 42").await;
    window.says("A device was enrolled for you").await;
    window.press("Cancel").await;
    window.gone("[role='dialog']").await;
    start_again(&machine, &["maya's device.lockstep"]);
    window.says("A device was enrolled for you").await;
    seed::assert_absent(&window.replies().await);
}

/// Starts the app while it runs; the second start hands over what it was given and ends. It says nothing about it.
pub(crate) fn start_again(machine: &Machine, arguments: &[&str]) {
    let app = env!("CARGO_BIN_EXE_lockstep-desktop");
    let output = machine.command(app).args(arguments).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    seed::assert_absent(&said);
}
