//! What is around the window on a desktop.

use std::sync::Arc;

use tauri::State;

use crate::commands::{Reply, ask};
use crate::settings::Language;
use crate::shell::Shell;
use crate::surroundings::{Surroundings, SurroundingsView};

/// What works here of what the settings offer.
#[tauri::command(async)]
#[specta::specta]
pub async fn surroundings(surroundings: State<'_, Arc<Surroundings>>) -> Reply<SurroundingsView> {
    ask(surroundings, |surroundings| surroundings.view()).await
}

/// Has the desktop start the app at log-in, or not.
#[tauri::command(async)]
#[specta::specta]
pub async fn start_at_login(
    surroundings: State<'_, Arc<Surroundings>>,
    wanted: bool,
) -> Reply<SurroundingsView> {
    ask(surroundings, move |surroundings| {
        surroundings.start_at_login(wanted)
    })
    .await
}

/// Takes over which of its languages the window speaks where it speaks as the system does.
#[tauri::command(async)]
#[specta::specta]
pub async fn take_system_language(shell: State<'_, Arc<Shell>>, language: Language) -> Reply<()> {
    ask(shell, move |shell| {
        shell.take_system_language(language);
        Ok(())
    })
    .await
}

/// The person touched the window.
#[tauri::command(async)]
#[specta::specta]
pub async fn somebody_is_there(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.somebody_is_there();
        Ok(())
    })
    .await
}
