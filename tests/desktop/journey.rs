//! A day with the app: a picture is dropped, its code is copied, the account is removed and brought back.

use std::fs;
use std::process::Stdio;

use fantoccini::key::Key;

use crate::browser::Window;
use crate::machine::{Machine, eventually, in_time};
use crate::support::seed;

#[tokio::test]
async fn a_dropped_picture_gives_codes_today_and_after_a_restart() {
    in_time(a_day()).await;
}

async fn a_day() {
    let machine = Machine::with_keyring();
    machine.write_settings("{\"clipboard_seconds\":10}");
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    keep_a_picture(&machine, &window).await;
    let id = row_id(&window).await;
    the_code_is_copied_and_taken_back(&machine, &window).await;
    the_account_is_removed_and_brought_back(&window, &id).await;
    seed::assert_absent(&window.replies().await);
    drop(window);

    let again = Window::open(&machine).await;
    assert_eq!(row_id(&again).await, id, "the account is not the one from before");
    shown_code(&machine, &again, "[data-account-id] [data-testid='code']").await;
    again.click("[data-account-id]").await;
    again.says("Copied").await;
    let replies = again.replies().await;
    assert!(replies.contains(&id), "the replies were not heard: {replies}");
    seed::assert_absent(&replies);
}

/// Lets a picture fall on the window, looks at what was found, and keeps it.
pub(crate) async fn keep_a_picture(machine: &Machine, window: &Window) {
    let picture = machine.file("code.png");
    fs::write(&picture, seed::picture(&seed::uri("Halden Works", "maya"))).unwrap();
    window.drop_files(&[&picture]).await;
    window
        .find("[data-testid='found-row'][data-finding='keepable']")
        .await;
    window.says("Halden Works").await;
    shown_code(machine, window, "[data-testid='found-row'] [data-testid='code']").await;
    window.press("Keep 1").await;
}

async fn the_code_is_copied_and_taken_back(machine: &Machine, window: &Window) {
    let shown = shown_code(machine, window, "[data-account-id] [data-testid='code']").await;
    window.click("[data-account-id]").await;
    window.says("Copied").await;
    let held = eventually("the code is on the clipboard", || {
        clipboard(machine, "UTF8_STRING")
    });
    assert!(
        held == shown || held == totp(machine, seed::BASE32, 0),
        "{held} was copied, {shown} was shown"
    );
    let targets = clipboard(machine, "TARGETS").unwrap();
    assert!(
        targets.contains("x-kde-passwordManagerHint"),
        "histories are not told: {targets}"
    );
    eventually("the code is taken off the clipboard", || {
        clipboard(machine, "UTF8_STRING")
            .is_none_or(|text| text.is_empty())
            .then_some(())
    });
}

async fn the_account_is_removed_and_brought_back(window: &Window, id: &str) {
    let row = format!("[data-account-id='{id}']");
    window
        .run(&format!("document.querySelector({row:?}).focus()"))
        .await;
    window
        .find(&row)
        .await
        .send_keys(&char::from(Key::Delete).to_string())
        .await
        .unwrap();
    window.gone(&row).await;
    window.press("Undo").await;
    window.find(&row).await;
}

async fn row_id(window: &Window) -> String {
    let id = window
        .find("[data-account-id]")
        .await
        .attr("data-account-id")
        .await
        .unwrap();
    id.unwrap()
}

/// The digits an element shows, which are those of `oathtool` for the same secret at the same moment.
pub(crate) async fn shown_code(machine: &Machine, window: &Window, css: &str) -> String {
    shown_code_of(machine, window, css, seed::BASE32).await
}

/// The same for another secret, in base32.
pub(crate) async fn shown_code_of(machine: &Machine, window: &Window, css: &str, secret: &str) -> String {
    let script = format!("return document.querySelector({css:?})?.textContent.replace(/\\D/g, '') || null");
    let before = totp(machine, secret, 0);
    let shown = window
        .until(&format!("a code in {css}"), &script)
        .await
        .as_str()
        .unwrap()
        .to_owned();
    // The window may be a second behind, and the step may end between the two looks.
    let expected = [totp(machine, secret, -2), before, totp(machine, secret, 0)];
    assert!(
        expected.contains(&shown),
        "the window shows {shown}, oathtool says {expected:?}"
    );
    shown
}

pub(crate) fn totp(machine: &Machine, secret: &str, seconds: i64) -> String {
    let now = format!("now {seconds:+} seconds");
    machine
        .run("oathtool", &["--totp", "--base32", "--now", &now, secret])
        .trim()
        .to_owned()
}

/// What the clipboard holds as this kind; nothing when it holds nothing of it.
pub(crate) fn clipboard(machine: &Machine, target: &str) -> Option<String> {
    let mut command = machine.command("xclip");
    command
        .args(["-selection", "clipboard", "-out", "-target", target])
        .stderr(Stdio::null());
    let output = command.output().unwrap();
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}
