//! A machine without a keyring: a vault is offered, made and opened.

use crate::browser::Window;
use crate::locking::make_a_vault;
use crate::machine::{Machine, in_time};
use crate::support::seed;

#[tokio::test]
async fn without_a_keyring_a_vault_keeps_the_accounts_behind_its_passphrase() {
    in_time(a_vault()).await;
}

async fn a_vault() {
    let machine = Machine::without_keyring();
    let window = Window::open(&machine).await;
    window.says("There is no keyring").await;
    make_a_vault(&window).await;
    paste_a_link(&machine, &window).await;
    window.find("[data-account-id]").await;
    seed::assert_absent(&window.replies().await);
    drop(window);

    let again = Window::open(&machine).await;
    again.says("Codes are hidden and the vault is closed.").await;
    unlock(&again, "red lamp 42").await;
    again.says("The passphrase does not open the vault").await;
    unlock(&again, "blue lamp 42").await;
    again.find("[data-account-id]").await;
    again.press("Lock now").await;
    again.says("Codes are hidden and the vault is closed.").await;
    again.gone("[data-account-id]").await;
    seed::assert_absent(&again.replies().await);
}

async fn paste_a_link(machine: &Machine, window: &Window) {
    machine.put_on_clipboard(&seed::uri("Halden Works", "maya"));
    window.click_text("Scan a code").await;
    window.press("Paste").await;
    window
        .find("[data-testid='found-row'][data-finding='keepable']")
        .await;
    window.press("Keep 1").await;
}

/// Types the passphrase of a locked vault.
pub(crate) async fn unlock(window: &Window, passphrase: &str) {
    window
        .write("input[aria-label='Vault passphrase']", passphrase)
        .await;
    window.press("Unlock").await;
}
