//! Codes.

use std::sync::Arc;

use lockstep_device::account::AccountId;
use lockstep_device::activity::Via;
use lockstep_device::authenticator::show::Which;
use lockstep_device::authenticator::view::CodeView;
use tauri::State;

use crate::codes::{CodeResult, CopiedView};
use crate::commands::{Reply, ask};
use crate::shell::Shell;

/// The codes of these accounts now.
#[tauri::command(async)]
#[specta::specta]
pub async fn codes(shell: State<'_, Arc<Shell>>, ids: Vec<AccountId>) -> Reply<Vec<CodeResult>> {
    ask(shell, move |shell| shell.codes(&ids)).await
}

/// Moves the counter of an HOTP account and gives its code.
#[tauri::command(async)]
#[specta::specta]
pub async fn next_hotp_code(shell: State<'_, Arc<Shell>>, id: AccountId) -> Reply<CodeView> {
    ask(shell, move |shell| {
        Ok(shell.authenticator()?.next_hotp_code(&id)?)
    })
    .await
}

/// Copies a code and marks it as used.
#[tauri::command(async)]
#[specta::specta]
pub async fn copy_code(shell: State<'_, Arc<Shell>>, id: AccountId, which: Which) -> Reply<CopiedView> {
    ask(shell, move |shell| shell.copy_code(Via::Window, &id, which)).await
}
