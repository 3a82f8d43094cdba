//! Opening and locking.

use std::sync::Arc;

use tauri::State;

use crate::commands::{Reply, ask};
use crate::first_look::FirstLook;
use crate::moving::StoreMove;
use crate::secret::SecretText;
use crate::shell::Shell;
use crate::stage::Status;

/// What the window shows first.
#[tauri::command(async)]
#[specta::specta]
pub async fn first_look(shell: State<'_, Arc<Shell>>) -> Reply<FirstLook> {
    ask(shell, |shell| Ok(shell.first_look())).await
}

/// What the window should show.
#[tauri::command(async)]
#[specta::specta]
pub async fn status(shell: State<'_, Arc<Shell>>) -> Reply<Status> {
    ask(shell, |shell| Ok(shell.status())).await
}

/// Asks the keyring again; the answer comes as a stage.
#[tauri::command(async)]
#[specta::specta]
pub async fn retry(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.open_again();
        Ok(())
    })
    .await
}

/// Makes a vault and opens it.
#[tauri::command(async)]
#[specta::specta]
pub async fn create_vault(shell: State<'_, Arc<Shell>>, passphrase: SecretText) -> Reply<()> {
    ask(shell, move |shell| shell.create_vault(&passphrase.parsed()?)).await
}

/// Opens the vault.
#[tauri::command(async)]
#[specta::specta]
pub async fn unlock_vault(shell: State<'_, Arc<Shell>>, passphrase: SecretText) -> Reply<()> {
    ask(shell, move |shell| shell.unlock_vault(&passphrase.parsed()?)).await
}

/// Forgets the accounts until they are asked for again.
#[tauri::command(async)]
#[specta::specta]
pub async fn lock(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.lock();
        Ok(())
    })
    .await
}

/// Where the seeds can be moved to, and what it takes.
#[tauri::command(async)]
#[specta::specta]
pub async fn store_move(shell: State<'_, Arc<Shell>>) -> Reply<StoreMove> {
    ask(shell, |shell| shell.store_move()).await
}

/// Moves the seeds to the other store.
#[tauri::command(async)]
#[specta::specta]
pub async fn move_store(shell: State<'_, Arc<Shell>>, passphrase: SecretText) -> Reply<()> {
    ask(shell, move |shell| shell.move_store(&passphrase.parsed()?)).await
}
