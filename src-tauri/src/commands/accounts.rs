//! The list and what is changed in it.

use std::sync::Arc;

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::view::{AccountEdit, AccountView};
use tauri::State;

use crate::commands::{Reply, ask};
use crate::first_look::Listed;
use crate::shell::Shell;

/// All accounts, and what is to be said of them.
#[tauri::command(async)]
#[specta::specta]
pub async fn listed(shell: State<'_, Arc<Shell>>) -> Reply<Listed> {
    ask(shell, |shell| shell.listed()).await
}

/// Changes labels, tags, note or pin.
#[tauri::command(async)]
#[specta::specta]
pub async fn edit(shell: State<'_, Arc<Shell>>, id: AccountId, edit: AccountEdit) -> Reply<AccountView> {
    ask(shell, move |shell| {
        shell.change(|accounts| accounts.edit(&id, edit))
    })
    .await
}

/// Moves an account to the trash.
#[tauri::command(async)]
#[specta::specta]
pub async fn remove(shell: State<'_, Arc<Shell>>, id: AccountId) -> Reply<()> {
    ask(shell, move |shell| shell.change(|accounts| accounts.remove(&id))).await
}

/// Takes an account out of the trash.
#[tauri::command(async)]
#[specta::specta]
pub async fn restore(shell: State<'_, Arc<Shell>>, id: AccountId) -> Reply<AccountView> {
    ask(shell, move |shell| shell.change(|accounts| accounts.restore(&id))).await
}

/// Deletes an account in the trash for good, with its seed.
#[tauri::command(async)]
#[specta::specta]
pub async fn purge(shell: State<'_, Arc<Shell>>, id: AccountId) -> Reply<()> {
    ask(shell, move |shell| shell.change(|accounts| accounts.purge(&id))).await
}

/// Puts an account before another one, or last.
#[tauri::command(async)]
#[specta::specta]
pub async fn move_account(
    shell: State<'_, Arc<Shell>>,
    id: AccountId,
    before: Option<AccountId>,
) -> Reply<()> {
    ask(shell, move |shell| {
        shell.change(|accounts| accounts.move_before(&id, before.as_ref()))
    })
    .await
}
