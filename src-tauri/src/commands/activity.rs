//! What was done, and when.

use std::sync::Arc;

use tauri::{AppHandle, State};

use crate::activity::{ActivityExported, ActivityFormat, ActivityView};
use crate::commands::{Reply, ask};
use crate::shell::Shell;
use crate::window;

/// What was done here and in AWS, the newest first.
#[tauri::command(async)]
#[specta::specta]
pub async fn activity(shell: State<'_, Arc<Shell>>) -> Reply<ActivityView> {
    ask(shell, |shell| shell.activity()).await
}

/// Lets the person name a file, and writes the list to it; nothing when none was named.
#[tauri::command(async)]
#[specta::specta]
pub async fn export_activity(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
    format: ActivityFormat,
) -> Reply<Option<ActivityExported>> {
    ask(shell, move |shell| {
        let path = window::name_file(&app, format.file_name(), &[format.files()]);
        path.map(|path| shell.export_activity(format, &path)).transpose()
    })
    .await
}
