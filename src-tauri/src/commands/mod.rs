//! What the window may ask for. Each command parses, makes one call and maps the error.

pub mod accounts;
pub mod activity;
pub mod adding;
pub mod aws;
pub mod backups;
pub mod camera;
pub mod codes;
pub mod fleet;
pub mod hand_offs;
pub mod settings;
pub mod stage;
pub mod surroundings;

use std::sync::Arc;

use tauri::State;

use crate::error::{CommandError, ShellError};

/// What every command answers.
pub type Reply<T> = Result<T, CommandError>;

/// Does something on a thread that may block, and gives its answer.
async fn ask<S: Send + Sync + 'static, T: Send + 'static>(
    state: State<'_, Arc<S>>,
    deed: impl FnOnce(&Arc<S>) -> Result<T, ShellError> + Send + 'static,
) -> Reply<T> {
    let state = Arc::clone(state.inner());
    let answer = tauri::async_runtime::spawn_blocking(move || deed(&state)).await;
    answer
        .unwrap_or(Err(ShellError::BrokeOff))
        .map_err(CommandError::from)
}
