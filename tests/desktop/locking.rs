//! Whatever stands open in the window when the screen is locked, nothing of the accounts is left in it.

use fantoccini::key::Key;

use crate::arguments::start_again;
use crate::browser::Window;
use crate::desk::Desk;
use crate::machine::{Machine, in_time};
use crate::sheets::{AWS, FLEET, OVER_ALL, OWN, connect, handed_off, protect, restoring, two_accounts};
use crate::support::seed;

#[tokio::test]
async fn no_dialog_is_a_way_round_a_locked_screen() {
    in_time(dialogs()).await;
}

async fn dialogs() {
    let machine = Machine::without_keyring();
    let desk = Desk::on(&machine);
    let window = Window::open(&machine).await;
    make_a_vault(&window).await;
    machine.put_on_clipboard(&seed::uri(NAME, "maya"));
    window.click_text("Scan a code").await;
    window.press("Paste").await;
    window.press("Keep 1").await;
    window.find("[data-account-id]").await;

    window.press("Add account").await;
    window.press("Paste").await;
    window.find("[data-testid='found-row']").await;
    locked(&desk, &window, "the sheet for adding").await;

    row_key(&window, Key::F2).await;
    window.find(".sheet").await;
    locked(&desk, &window, "the sheet for editing").await;

    window
        .run("document.querySelector('[data-account-id]').dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, clientX: 200, clientY: 200 }))")
        .await;
    window.find("[role='menu']").await;
    locked(&desk, &window, "the menu of an account").await;

    for (keys, stands) in [("\u{e009}k", "[role='dialog'] input"), ("\u{e031}", ".sheet")] {
        window.find("body").await.send_keys(keys).await.unwrap();
        window.find(stands).await;
        locked(&desk, &window, stands).await;
    }

    for (button, says) in [
        ("Make the kit", "One page that opens every automatic backup"),
        ("Choose a file", "One file with every account"),
        ("Export", "Export for another app"),
    ] {
        window.press("Backups").await;
        window.press(button).await;
        window.says(says).await;
        locked(&desk, &window, button).await;
    }

    restoring(&machine, &window).await;
    locked(&desk, &window, "the sheet for restoring").await;
    handed_off(&machine, &window).await;
    locked(&desk, &window, "the sheet of a hand-off").await;
    seed::assert_absent(&window.replies().await);
}

#[tokio::test]
async fn no_sheet_question_or_menu_of_any_view_is_left_in_a_locked_window() {
    in_time(own_sheets()).await;
}

async fn own_sheets() {
    let machine = Machine::without_keyring();
    let desk = Desk::on(&machine);
    let window = Window::open(&machine).await;
    make_a_vault(&window).await;
    two_accounts(&machine, &window).await;
    for sheet in OWN {
        sheet.enter(&window).await;
        locked(&desk, &window, sheet.name).await;
    }
    knocked(&machine, &desk, &window).await;
    seed::assert_absent(&window.replies().await);
}

#[tokio::test]
async fn nothing_of_aws_or_the_fleet_is_left_in_a_locked_window() {
    in_time(sheets_of_aws()).await;
}

async fn sheets_of_aws() {
    let machine = Machine::without_keyring();
    let desk = Desk::on(&machine);
    let window = Window::open(&machine).await;
    make_a_vault(&window).await;
    two_accounts(&machine, &window).await;
    connect(&window, "Practice account, as maya").await;
    protect(&window).await;
    for sheet in AWS.iter().filter(|sheet| OF_AWS.contains(&sheet.name)) {
        connect(&window, "Practice account, as maya").await;
        sheet.enter(&window).await;
        locked(&desk, &window, sheet.name).await;
    }
    for sheet in FLEET.iter().filter(|sheet| OF_AWS.contains(&sheet.name)) {
        connect(&window, "Practice account, as admin").await;
        sheet.enter(&window).await;
        locked(&desk, &window, sheet.name).await;
    }
}

/// Every way in but the passphrase: keys, the tray, and a second start with a link.
async fn knocked(machine: &Machine, desk: &Desk, window: &Window) {
    desk.lock_screen();
    window.says(GATE).await;
    for keys in [
        "\u{e00c}",
        "\u{e009}k\u{e000}",
        "\u{e009}n\u{e000}",
        "\u{e009}v\u{e000}",
        "\u{e009}1\u{e000}",
        "\u{e009}2\u{e000}",
        "\u{e031}",
    ] {
        window.type_keys(keys).await;
    }
    assert_eq!(desk.tray(), ["Show Lockstep", "Quit"]);
    desk.click_in_tray("Show Lockstep");
    start_again(machine, &[&seed::uri("Linked", "maya")]);
    window.says("What you opened waits here").await;
    window.gone(OVER_ALL).await;
    window.gone("[data-account-id], .sidebar").await;
    window.says(GATE).await;
}

/// Locks the screen, looks for what may not be there, and unlocks.
async fn locked(desk: &Desk, window: &Window, what: &str) {
    desk.lock_screen();
    window.says(GATE).await;
    window.gone(OVER_ALL).await;
    window.gone("[data-account-id], [data-row-id]").await;
    let page = window.run("return document.documentElement.textContent").await;
    let page = page.as_str().unwrap();
    for name in [NAME, "maya", "noor", "user-0001", "mine.age"] {
        assert!(!page.contains(name), "{what}: {name} is left in {page}");
    }
    for command in ASKED {
        let answer = window
            .until(
                &format!("an answer of {command}"),
                &format!(
                    "window.lockstepAsked ??= {{}};
                     if (!window.lockstepAsked[{what:?} + {command:?}]) {{
                       window.lockstepAsked[{what:?} + {command:?}] = 'asked';
                       window.__TAURI_INTERNALS__.invoke({command:?}, {{ ids: [] }}).then(
                         (answer) => (window.lockstepAsked[{what:?} + {command:?}] = JSON.stringify(answer)),
                         (error) => (window.lockstepAsked[{what:?} + {command:?}] = error.code));
                     }}
                     const answer = window.lockstepAsked[{what:?} + {command:?}];
                     return answer === 'asked' ? null : answer;"
                ),
            )
            .await;
        assert!(
            ["null", "not-open", "nothing-held", "aws-not-connected"].contains(&answer.as_str().unwrap()),
            "{what}: {command} answers {answer}"
        );
    }
    window
        .write("input[aria-label='Vault passphrase']", "blue lamp 42\u{e007}")
        .await;
    window.find("[data-account-id]").await;
    window.gone(OVER_ALL).await;
}

pub(crate) async fn make_a_vault(window: &Window) {
    window.click_text("Create a passphrase vault").await;
    window
        .write("input[aria-label='Passphrase']", "blue lamp 42")
        .await;
    window
        .write("input[aria-label='The same again']", "blue lamp 42")
        .await;
    window.press("Create the vault").await;
    window.says("Your codes, in step").await;
}

async fn row_key(window: &Window, key: Key) {
    window
        .run("document.querySelector('[data-account-id]').focus()")
        .await;
    let row = window.find("[data-account-id]").await;
    row.send_keys(&char::from(key).to_string()).await.unwrap();
}

const NAME: &str = "Halden Works";
const GATE: &str = "Codes are hidden and the vault is closed.";
/// Each opens the vault anew, which takes its time: a sheet, a question and a menu of each view.
const OF_AWS: [&str; 7] = [
    "access keys",
    "tags",
    "deleting a device",
    "report and more",
    "taking the devices of a lost phone",
    "enrolling",
    "several accounts",
];
const ASKED: [&str; 10] = [
    "listed",
    "codes",
    "preview",
    "backup_status",
    "held_backup",
    "held_hand_off",
    "aws_connection",
    "aws_devices",
    "aws_sessions",
    "fleet_runs",
];
