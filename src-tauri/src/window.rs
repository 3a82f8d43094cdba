//! The window as the system sees it.

use std::path::PathBuf;

use tauri::{App, AppHandle, Manager, WebviewWindowBuilder};
use tauri_plugin_dialog::DialogExt;

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
    let mut dialog = app.dialog().file().add_filter("Pictures and links", KINDS);
    if let Some(window) = app.get_webview_window(LABEL) {
        dialog = dialog.set_parent(&window);
    }
    let chosen = dialog.blocking_pick_files()?;
    Some(
        chosen
            .into_iter()
            .filter_map(|file| file.into_path().ok())
            .collect(),
    )
}

const LABEL: &str = "main";
const KINDS: &[&str] = &["png", "jpg", "jpeg", "webp", "bmp", "gif", "txt"];
