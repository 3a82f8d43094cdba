//! One round of adding.

use std::path::PathBuf;
use std::sync::Arc;

use lockstep_device::authenticator::view::{AddedView, PreviewView};
use lockstep_device::otpauth::typed::TypedAccount as TypedTexts;
use serde::Deserialize;
use tauri::{AppHandle, State};

use crate::apps::{self, OtherAppView};
use crate::commands::{Reply, ask};
use crate::secret::SecretText;
use crate::shell::Shell;
use crate::window::{self, EXPORTS, HAND_OFFS, PICTURES};

/// What a person types in.
#[derive(Deserialize, specta::Type)]
pub struct TypedAccount {
    issuer: String,
    name: String,
    secret: SecretText,
    kind: String,
    algorithm: String,
    digits: u32,
    period: u32,
    counter: u64,
}

impl From<TypedAccount> for TypedTexts {
    fn from(typed: TypedAccount) -> Self {
        Self {
            issuer: typed.issuer,
            name: typed.name,
            secret: typed.secret.into_inner(),
            kind: typed.kind,
            algorithm: typed.algorithm,
            digits: typed.digits.to_string(),
            period: typed.period.to_string(),
            counter: typed.counter.to_string(),
        }
    }
}

/// The apps whose accounts can come here.
#[tauri::command(async)]
#[specta::specta]
pub async fn other_apps(shell: State<'_, Arc<Shell>>) -> Reply<Vec<OtherAppView>> {
    ask(shell, |_| Ok(apps::other_apps())).await
}

/// Reads files that were dropped on the window.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_paths(shell: State<'_, Arc<Shell>>, paths: Vec<PathBuf>) -> Reply<PreviewView> {
    ask(shell, move |shell| shell.add_paths(&paths)).await
}

/// Reads the picture or the text on the clipboard.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_clipboard(shell: State<'_, Arc<Shell>>) -> Reply<PreviewView> {
    ask(shell, |shell| shell.add_clipboard()).await
}

/// Reads every QR code that the screens show.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_screen(shell: State<'_, Arc<Shell>>) -> Reply<PreviewView> {
    ask(shell, |shell| shell.add_screen()).await
}

/// Reads every QR code in the part of the screens that the person chooses.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_region(shell: State<'_, Arc<Shell>>) -> Reply<PreviewView> {
    ask(shell, |shell| shell.add_region()).await
}

/// Reads links, one a line.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_text(shell: State<'_, Arc<Shell>>, text: SecretText) -> Reply<PreviewView> {
    ask(shell, move |shell| shell.add_text(&text.into_inner())).await
}

/// Reads what a person typed in.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_typed(shell: State<'_, Arc<Shell>>, typed: TypedAccount) -> Reply<PreviewView> {
    ask(shell, move |shell| shell.add_typed(&typed.into())).await
}

/// Reads the protected file that was handed over last, with its password.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_password(shell: State<'_, Arc<Shell>>, password: SecretText) -> Reply<PreviewView> {
    ask(shell, move |shell| shell.add_password(&password.parsed()?)).await
}

/// Lets the person choose files, and reads them; nothing when none was chosen.
#[tauri::command(async)]
#[specta::specta]
pub async fn choose_images(app: AppHandle, shell: State<'_, Arc<Shell>>) -> Reply<Option<PreviewView>> {
    ask(shell, move |shell| {
        window::choose_files(&app, &[PICTURES, EXPORTS, HAND_OFFS])
            .map(|paths| shell.add_paths(&paths))
            .transpose()
    })
    .await
}

/// Reads what the app was started with; nothing when it was read already.
#[tauri::command(async)]
#[specta::specta]
pub async fn add_arguments(shell: State<'_, Arc<Shell>>) -> Reply<Option<PreviewView>> {
    ask(shell, |shell| shell.add_arguments()).await
}

/// What was found so far, with the codes of this moment.
#[tauri::command(async)]
#[specta::specta]
pub async fn preview(shell: State<'_, Arc<Shell>>) -> Reply<PreviewView> {
    ask(shell, |shell| shell.preview()).await
}

/// Stores the chosen rows.
#[tauri::command(async)]
#[specta::specta]
pub async fn keep(shell: State<'_, Arc<Shell>>, rows: Vec<u32>) -> Reply<Vec<AddedView>> {
    ask(shell, move |shell| shell.keep(&rows)).await
}

/// Forgets what was handed over.
#[tauri::command(async)]
#[specta::specta]
pub async fn discard_preview(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.discard_preview();
        Ok(())
    })
    .await
}
