//! Whatever stands open in the window when the screen is locked, nothing of the accounts is left in it.

use std::fs;

use fantoccini::key::Key;

use crate::backups::{PASSWORD, backup};
use crate::browser::Window;
use crate::desk::Desk;
use crate::machine::{Machine, in_time};
use crate::support::{handed, seed};

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

    let file = backup(&machine.file("mine.age"), &seed::uri("Other", "maya"));
    window.drop_files(&[&file]).await;
    window
        .write(
            "input[aria-label='Passphrase of the backup']",
            &format!("{PASSWORD}\u{e007}"),
        )
        .await;
    window.find("[data-testid='restore-row']").await;
    locked(&desk, &window, "the sheet for restoring").await;

    let file = machine.file("maya.lockstep");
    fs::write(&file, handed::sealed("right")).unwrap();
    window.drop_files(&[&file]).await;
    window
        .write("input[aria-label='Passphrase of the hand-off']", "right\u{e007}")
        .await;
    window.says("arn:aws:iam::123456789012:mfa/maya-1").await;
    locked(&desk, &window, "the sheet of a hand-off").await;
    seed::assert_absent(&window.replies().await);
}

/// Locks the screen, looks for what may not be there, and unlocks.
async fn locked(desk: &Desk, window: &Window, what: &str) {
    desk.lock_screen();
    window.says("Codes are hidden and the vault is closed.").await;
    window
        .gone("[role='dialog'], [role='menu'], [data-account-id], .sheet")
        .await;
    let page = window.run("return document.documentElement.textContent").await;
    let page = page.as_str().unwrap();
    for name in [NAME, "maya", "mine.age"] {
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
            ["not-open", "nothing-held"].contains(&answer.as_str().unwrap()),
            "{what}: {command} answers {answer}"
        );
    }
    window
        .write("input[aria-label='Vault passphrase']", "blue lamp 42\u{e007}")
        .await;
    window.find("[data-account-id]").await;
    window.gone("[role='dialog'], [role='menu'], .sheet").await;
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
const ASKED: [&str; 7] = [
    "accounts",
    "trash",
    "codes",
    "preview",
    "backup_status",
    "held_backup",
    "held_hand_off",
];
