//! Each setting of the window does what it says, on a desktop that has everything and on one that has nothing.

use std::fs;

use lockstep_desktop::autostart::HIDDEN;
use serde_json::Value;

use crate::browser::Window;
use crate::desk::Desk;
use crate::journey::{clipboard, totp};
use crate::languages::speak;
use crate::locking::make_a_vault;
use crate::machine::{Machine, eventually, in_time};
use crate::support::seed;

#[tokio::test]
async fn on_a_desktop_with_a_tray_the_settings_do_what_they_say() {
    in_time(with_a_desk()).await;
}

#[tokio::test]
async fn on_a_bare_display_the_settings_say_what_is_missing() {
    in_time(without_a_desk()).await;
}

async fn with_a_desk() {
    let machine = Machine::without_keyring();
    let desk = Desk::on(&machine);
    let window = Window::open(&machine).await;
    make_a_vault(&window).await;
    add_a_pinned_account(&machine, &window).await;
    assert_eq!(
        desk.tray(),
        ["Halden Works · maya", "Show Lockstep", "Lock", "Quit"]
    );
    speak(&window, "As the system", "Deutsch").await;
    eventually("the tray speaks German", || {
        (desk.tray() == ["Halden Works · maya", "Lockstep anzeigen", "Sperren", "Beenden"]).then_some(())
    });
    speak(&window, "Deutsch", "English").await;
    desk.click_in_tray("Halden Works · maya");
    eventually("the code is on the clipboard", || {
        let copied = clipboard(&machine, "UTF8_STRING")?;
        [-30, 0]
            .map(|ago| totp(&machine, seed::BASE32, ago))
            .contains(&copied)
            .then_some(())
    });

    window.press("Settings").await;
    window.says("On suspend and when the screen is locked.").await;
    window.says("Copies the codes of pinned accounts.").await;
    set(
        &machine,
        &window,
        "Minimise after copying",
        "minimise_after_copying",
        true,
    )
    .await;
    set(
        &machine,
        &window,
        "Lock with the session",
        "lock_with_session",
        false,
    )
    .await;
    desk.lock_screen();
    set(
        &machine,
        &window,
        "Lock with the session",
        "lock_with_session",
        true,
    )
    .await;
    set(&machine, &window, "Close to the tray", "close_to_tray", true).await;
    choose(&window, "Lock when idle", "5 minutes").await;
    saved(&machine, "lock_after_minutes", &Value::from(5));

    window.press("Start at login").await;
    let entry = machine.config().join("autostart/dev.lockstep.Lockstep.desktop");
    eventually("the entry for the log-in is there", || {
        entry.exists().then_some(())
    });
    window.press("Start at login").await;
    eventually("the entry for the log-in is gone", || {
        (!entry.exists()).then_some(())
    });

    window.press("Record").await;
    window
        .run(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
               { key: 'l', code: 'KeyL', ctrlKey: true, altKey: true, bubbles: true, cancelable: true }))",
        )
        .await;
    saved(&machine, "shortcut", &Value::from("Ctrl+Alt+L"));

    // Nothing ticks in a window that is not shown.
    machine.close_window();
    hidden(&window, true).await;
    machine.run("xdotool", &["key", "ctrl+alt+l"]);
    hidden(&window, false).await;
    machine.close_window();
    hidden(&window, true).await;
    desk.click_in_tray("Show Lockstep");
    hidden(&window, false).await;

    desk.click_in_tray("Lock");
    window.says("Codes are hidden and the vault is closed.").await;
    eventually("the tray has no account", || {
        (desk.tray() == ["Show Lockstep", "Quit"]).then_some(())
    });
    window.resize(&machine, 700, 600).await;
    desk.click_in_tray("Quit");
    let place = machine.data().join("window.json");
    eventually("the place of the window is kept", || fs::read(&place).ok());
    drop(window);
    let again = Window::open(&machine).await;
    again
        .until(
            "the size it had",
            "return (innerWidth === 700 && innerHeight === 600) || null",
        )
        .await;
}

#[tokio::test]
async fn started_at_login_the_window_waits_until_it_is_wanted() {
    in_time(at_login()).await;
}

async fn at_login() {
    let machine = Machine::without_keyring();
    let window = Window::open_with(&machine, &[HIDDEN]).await;
    window.says("There is no keyring").await;
    hidden(&window, true).await;
    let app = env!("CARGO_BIN_EXE_lockstep-desktop");
    machine.run(app, &[HIDDEN]);
    hidden(&window, true).await;
    machine.run(app, &[]);
    hidden(&window, false).await;
}

async fn without_a_desk() {
    let machine = Machine::without_keyring();
    let window = Window::open(&machine).await;
    make_a_vault(&window).await;
    add_a_pinned_account(&machine, &window).await;
    window.press("Settings").await;
    window
        .says("Your desktop says neither when it suspends nor when the screen is locked.")
        .await;
    window.says("Only input to this window counts").await;
    window.says("Your desktop shows no tray.").await;
    window.says("Not available").await;
}

async fn add_a_pinned_account(machine: &Machine, window: &Window) {
    machine.put_on_clipboard(&seed::uri("Halden Works", "maya"));
    window.click_text("Scan a code").await;
    window.press("Paste").await;
    window.press("Keep 1").await;
    window.find("[data-account-id]").await;
    window
        .run("document.querySelector('[data-account-id]').focus()")
        .await;
    let row = window.find("[data-account-id]").await;
    row.send_keys("\u{e009}p").await.unwrap();
    window.says("Pinned").await;
}

/// Clicks a switch and looks for what was saved.
async fn set(machine: &Machine, window: &Window, name: &str, field: &str, wanted: bool) {
    window
        .click(&format!("button[role='switch'][aria-label={name:?}]"))
        .await;
    saved(machine, field, &Value::from(wanted));
}

fn saved(machine: &Machine, field: &str, wanted: &Value) {
    eventually(field, || {
        let text = fs::read(machine.data().join("settings.json")).ok()?;
        let settings: Value = serde_json::from_slice(&text).ok()?;
        (settings.get(field) == Some(wanted)).then_some(())
    });
}

async fn choose(window: &Window, name: &str, option: &str) {
    window
        .click(&format!("button[aria-label^={:?}]", format!("{name}:")))
        .await;
    let path = format!("[role='option'][data-label={option:?}]");
    window.click(&path).await;
}

async fn hidden(window: &Window, wanted: bool) {
    window
        .until(
            if wanted {
                "a hidden window"
            } else {
                "a window that is shown"
            },
            &format!("return document.hidden === {wanted} || null"),
        )
        .await;
}
