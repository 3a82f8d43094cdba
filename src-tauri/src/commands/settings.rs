//! Settings.

use std::sync::Arc;

use tauri::State;

use crate::commands::{Reply, ask};
use crate::settings::Settings;
use crate::shell::Shell;

/// Saves the settings and takes them into force.
#[tauri::command(async)]
#[specta::specta]
pub async fn set_settings(shell: State<'_, Arc<Shell>>, settings: Settings) -> Reply<Settings> {
    ask(shell, move |shell| shell.set_settings(settings)).await
}
