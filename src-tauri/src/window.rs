//! The window as the system sees it.

use std::path::PathBuf;

use tauri::{App, AppHandle, Manager, WebviewWindowBuilder, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};

/// Opens the windows that `tauri.conf.json` describes.
pub fn open(app: &App) -> tauri::Result<()> {
    // A private web view keeps nothing on disk. WebKit refuses to let one be driven, so a test gets an ordinary one.
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true");
    for window in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app.handle(), window)?
            .incognito(!driven)
            .build()?;
    }
    Ok(())
}

/// Brings the window before the person, as a second start of the app does.
pub fn bring_up(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    for outcome in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = outcome {
            tracing::debug!(%error, "the window could not be brought up");
        }
    }
}

/// Lets the person choose files with the system's dialogue; waits for the answer, nothing when there was none.
pub fn choose_files(app: &AppHandle) -> Option<Vec<PathBuf>> {
    let chosen = dialog(app).blocking_pick_files()?;
    Some(
        chosen
            .into_iter()
            .filter_map(|file| file.into_path().ok())
            .collect(),
    )
}

/// The same for one file.
pub fn choose_file(app: &AppHandle) -> Option<PathBuf> {
    dialog(app).blocking_pick_file()?.into_path().ok()
}

/// The same for a folder.
pub fn choose_folder(app: &AppHandle) -> Option<PathBuf> {
    dialog(app).blocking_pick_folder()?.into_path().ok()
}

/// Lets the person name a file that is to be written; the dialogue asks whether to replace one that is there.
pub fn name_file(app: &AppHandle, offered: &str) -> Option<PathBuf> {
    dialog(app)
        .set_file_name(offered)
        .blocking_save_file()?
        .into_path()
        .ok()
}

/// Who sits at which machine, for the head of a recovery kit.
pub fn made_for() -> String {
    let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME"));
    user.unwrap_or_default()
}

fn dialog(app: &AppHandle) -> FileDialogBuilder<Wry> {
    let dialog = app.dialog().file();
    match app.get_webview_window(LABEL) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

const LABEL: &str = "main";
