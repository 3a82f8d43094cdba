//! The camera, while a code is held in front of it.

use std::sync::Arc;

use lockstep_device::camera::CameraView;
use tauri::State;

use crate::camera::CameraLook;
use crate::commands::{Reply, ask};
use crate::shell::Shell;

/// The cameras, the usual one first.
#[tauri::command(async)]
#[specta::specta]
pub async fn cameras(shell: State<'_, Arc<Shell>>) -> Reply<Vec<CameraView>> {
    ask(shell, |shell| shell.cameras()).await
}

/// Switches a camera on, the usual one where none is named.
#[tauri::command(async)]
#[specta::specta]
pub async fn open_camera(shell: State<'_, Arc<Shell>>, id: Option<String>) -> Reply<()> {
    ask(shell, move |shell| shell.open_camera(id.as_deref())).await
}

/// What it sees next.
#[tauri::command(async)]
#[specta::specta]
pub async fn look(shell: State<'_, Arc<Shell>>) -> Reply<CameraLook> {
    ask(shell, |shell| shell.look()).await
}

/// Switches it off.
#[tauri::command(async)]
#[specta::specta]
pub async fn close_camera(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.close_camera();
        Ok(())
    })
    .await
}
