//! What the shell tells the window without being asked.

use std::sync::Arc;

use serde::Serialize;
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::aws::deed::DeedProgress;
use crate::fleet::running::FleetNews;
use crate::settings::Settings;
use crate::stage::Stage;
use crate::surroundings::Surroundings;
use crate::window;

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

/// Links or files were handed over by another start of the app, and wait to be read.
#[derive(Clone, Copy, Debug, Serialize, specta::Type, Event)]
pub struct ArgumentsCame;

/// The machine is back from sleep: what was to happen meanwhile did not, and timers go on as if no time had passed.
#[derive(Clone, Copy, Debug, Serialize, specta::Type, Event)]
pub struct Woke;

/// Users are being read, or a run over many has come further or is carried out no more.
#[derive(Clone, Debug, Serialize, specta::Type, Event)]
pub struct FleetMoved(pub FleetNews);

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
    /// A code was copied.
    fn code_copied(&self, settings: &Settings);
    /// Other settings are in force.
    fn settings_changed(&self, settings: &Settings);
    /// Links or files were handed over by another start of the app.
    fn arguments_came(&self);
    /// The machine is back from sleep.
    fn woke(&self);
    /// Users are being read, or a run over many has come further or is carried out no more.
    fn fleet_moved(&self, news: &FleetNews);
}

impl Announce for AppHandle {
    fn stage_changed(&self, stage: &Stage) {
        said(StageChanged(stage.clone()).emit(self));
        refresh(self);
    }

    fn accounts_changed(&self) {
        said(AccountsChanged.emit(self));
        refresh(self);
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

    fn code_copied(&self, settings: &Settings) {
        if settings.minimise_after_copying {
            window::put_aside(self);
        }
    }

    fn settings_changed(&self, settings: &Settings) {
        if let Some(surroundings) = self.try_state::<Arc<Surroundings>>() {
            surroundings.apply(self, settings);
            surroundings.refresh();
        }
    }

    fn arguments_came(&self) {
        said(ArgumentsCame.emit(self));
    }

    fn woke(&self) {
        said(Woke.emit(self));
    }

    fn fleet_moved(&self, news: &FleetNews) {
        said(FleetMoved(news.clone()).emit(self));
    }
}

fn refresh(app: &AppHandle) {
    if let Some(surroundings) = app.try_state::<Arc<Surroundings>>() {
        surroundings.refresh();
    }
}

/// A window that is just closing hears nothing any more, which is no failure of what was done.
fn said(outcome: tauri::Result<()>) {
    if let Err(error) = outcome {
        tracing::debug!(%error, "the window did not hear an event");
    }
}
