//! A device that was enrolled for the person, and came as a file.

use std::sync::Arc;

use lockstep_device::authenticator::view::AddedView;
use tauri::{AppHandle, State};

use crate::commands::{Reply, ask};
use crate::handed_off::HeldHandOff;
use crate::secret::SecretText;
use crate::shell::Shell;
use crate::window;

/// The hand-off that was handed over, with the code of this moment.
#[tauri::command(async)]
#[specta::specta]
pub async fn held_hand_off(shell: State<'_, Arc<Shell>>) -> Reply<HeldHandOff> {
    ask(shell, |shell| shell.held_hand_off()).await
}

/// Opens it with its passphrase, or with that of an SSH key.
#[tauri::command(async)]
#[specta::specta]
pub async fn unlock_hand_off(shell: State<'_, Arc<Shell>>, passphrase: SecretText) -> Reply<HeldHandOff> {
    ask(shell, move |shell| shell.unlock_hand_off(&passphrase.parsed()?)).await
}

/// Lets the person choose a file of age or SSH identities, and opens it with them; nothing when none was chosen.
#[tauri::command(async)]
#[specta::specta]
pub async fn choose_identity(app: AppHandle, shell: State<'_, Arc<Shell>>) -> Reply<Option<HeldHandOff>> {
    ask(shell, move |shell| {
        window::choose_any_file(&app)
            .map(|path| shell.open_hand_off_with(path))
            .transpose()
    })
    .await
}

/// Adds its account.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_hand_off(shell: State<'_, Arc<Shell>>) -> Reply<AddedView> {
    ask(shell, |shell| shell.add_hand_off()).await
}

/// Forgets the hand-off that was handed over.
#[tauri::command(async)]
#[specta::specta]
pub async fn discard_hand_off(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.discard_hand_off();
        Ok(())
    })
    .await
}
