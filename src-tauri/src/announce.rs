//! What the shell tells the window without being asked.

use serde::Serialize;
use tauri::AppHandle;
use tauri_specta::Event;

use crate::aws::deed::DeedProgress;
use crate::stage::Stage;

/// The window should show another stage.
#[derive(Clone, Debug, Serialize, specta::Type, Event)]
pub struct StageChanged(pub Stage);

/// The list of accounts is not what it was, by this window's doing or another process's.
#[derive(Clone, Copy, Debug, Serialize, specta::Type, Event)]
pub struct AccountsChanged;

/// The code that was copied is no longer on the clipboard.
#[derive(Clone, Copy, Debug, Serialize, specta::Type, Event)]
pub struct ClipboardCleared;

/// There is another backup, or one could not be made.
#[derive(Clone, Copy, Debug, Serialize, specta::Type, Event)]
pub struct BackupsChanged;

/// Whoever hears what the shell has to say.
pub trait Announce: Send + Sync {
    /// The window should show another stage.
    fn stage_changed(&self, stage: &Stage);
    /// The list of accounts is not what it was.
    fn accounts_changed(&self);
    /// The code that was copied is no longer on the clipboard.
    fn clipboard_cleared(&self);
    /// There is another backup, or one could not be made.
    fn backups_changed(&self);
    /// A deed in AWS goes on.
    fn deed_progress(&self, progress: &DeedProgress);
}

impl Announce for AppHandle {
    fn stage_changed(&self, stage: &Stage) {
        said(StageChanged(stage.clone()).emit(self));
    }

    fn accounts_changed(&self) {
        said(AccountsChanged.emit(self));
    }

    fn clipboard_cleared(&self) {
        said(ClipboardCleared.emit(self));
    }

    fn backups_changed(&self) {
        said(BackupsChanged.emit(self));
    }

    fn deed_progress(&self, progress: &DeedProgress) {
        said(progress.clone().emit(self));
    }
}

/// A window that is just closing hears nothing any more, which is no failure of what was done.
fn said(outcome: tauri::Result<()>) {
    if let Err(error) = outcome {
        tracing::debug!(%error, "the window did not hear an event");
    }
}
