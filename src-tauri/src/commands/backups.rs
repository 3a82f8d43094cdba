//! Backups, the recovery kit, and restoring.

use std::path::PathBuf;
use std::sync::Arc;

use lockstep_device::authenticator::backup_view::{BackupMade, BackupStatus, RestoreMode, Restored};
use lockstep_device::passphrase::Strength;
use tauri::{AppHandle, State};

use crate::backing::{HeldBackup, KitSaved, VerifiedBackup};
use crate::commands::{Reply, ask};
use crate::exporting::{ExportKind, ExportMade};
use crate::secret::SecretText;
use crate::shell::Shell;
use crate::window::{self, BACKUPS, KITS};

/// How things stand with backups.
#[tauri::command(async)]
#[specta::specta]
pub async fn backup_status(shell: State<'_, Arc<Shell>>) -> Reply<BackupStatus> {
    ask(shell, |shell| shell.backup_status()).await
}

/// One more automatic backup, now.
#[tauri::command(async)]
#[specta::specta]
pub async fn back_up_now(shell: State<'_, Arc<Shell>>) -> Reply<BackupMade> {
    ask(shell, |shell| shell.back_up_now()).await
}

/// Turns automatic backups on or off.
#[tauri::command(async)]
#[specta::specta]
pub async fn set_backups(shell: State<'_, Arc<Shell>>, automatic: bool) -> Reply<BackupStatus> {
    ask(shell, move |shell| shell.set_backups(automatic)).await
}

/// Changes how many automatic backups are kept.
#[tauri::command(async)]
#[specta::specta]
pub async fn set_backups_kept(shell: State<'_, Arc<Shell>>, keep: u32) -> Reply<BackupStatus> {
    ask(shell, move |shell| shell.set_backups_kept(keep)).await
}

/// Lets the person choose the folder for automatic backups; nothing when none was chosen.
#[tauri::command(async)]
#[specta::specta]
pub async fn choose_backup_folder(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
) -> Reply<Option<BackupStatus>> {
    ask(shell, move |shell| {
        let folder = window::choose_folder(&app);
        folder.map(|folder| shell.set_backup_folder(folder)).transpose()
    })
    .await
}

/// How strong a passphrase is.
#[tauri::command(async)]
#[specta::specta]
pub async fn passphrase_strength(shell: State<'_, Arc<Shell>>, passphrase: SecretText) -> Reply<Strength> {
    ask(shell, move |_| Ok(Strength::of(&passphrase.parsed()?))).await
}

/// Lets the person name a file, and backs up to it; nothing when none was named.
#[tauri::command(async)]
#[specta::specta]
pub async fn create_backup(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
    passphrase: SecretText,
) -> Reply<Option<BackupMade>> {
    ask(shell, move |shell| {
        let passphrase = passphrase.parsed()?;
        let path = window::name_file(&app, "lockstep-backup.age", &[BACKUPS]);
        path.map(|path| shell.create_backup(&path, &passphrase))
            .transpose()
    })
    .await
}

/// Lets the person name a file for a new recovery kit, and takes the kit into use; nothing when none was named.
#[tauri::command(async)]
#[specta::specta]
pub async fn save_kit(app: AppHandle, shell: State<'_, Arc<Shell>>) -> Reply<Option<KitSaved>> {
    ask(shell, move |shell| {
        let path = window::name_file(&app, &shell.kit_file_name()?, KITS);
        path.map(|path| shell.save_kit(&path, &window::made_for()))
            .transpose()
    })
    .await
}

/// Lets the person choose a backup to restore; nothing when none was chosen.
#[tauri::command(async)]
#[specta::specta]
pub async fn choose_backup(app: AppHandle, shell: State<'_, Arc<Shell>>) -> Reply<Option<HeldBackup>> {
    ask(shell, move |shell| {
        window::choose_file(&app, &[BACKUPS])
            .map(|path| shell.hold_backup(&path))
            .transpose()
    })
    .await
}

/// Takes over a backup in the folder of automatic ones, or wherever it lies.
#[tauri::command(async)]
#[specta::specta]
pub async fn hold_backup(shell: State<'_, Arc<Shell>>, path: PathBuf) -> Reply<HeldBackup> {
    ask(shell, move |shell| shell.hold_backup(&path)).await
}

/// The backup that was dropped on the window.
#[tauri::command(async)]
#[specta::specta]
pub async fn held_backup(shell: State<'_, Arc<Shell>>) -> Reply<HeldBackup> {
    ask(shell, |shell| shell.held_backup()).await
}

/// Opens it with its passphrase, or with the identity or the words of the recovery kit.
#[tauri::command(async)]
#[specta::specta]
pub async fn unlock_backup(shell: State<'_, Arc<Shell>>, secret: SecretText) -> Reply<HeldBackup> {
    ask(shell, move |shell| shell.unlock_backup(secret.into_inner())).await
}

/// Restores the chosen rows.
#[tauri::command(async)]
#[specta::specta]
pub async fn restore_backup(
    shell: State<'_, Arc<Shell>>,
    mode: RestoreMode,
    rows: Vec<u32>,
) -> Reply<Restored> {
    ask(shell, move |shell| shell.restore_backup(mode, &rows)).await
}

/// Opens a backup with this machine's key and compares it with what is here.
#[tauri::command(async)]
#[specta::specta]
pub async fn verify_backup(shell: State<'_, Arc<Shell>>, path: PathBuf) -> Reply<VerifiedBackup> {
    ask(shell, move |shell| shell.verify_backup(&path)).await
}

/// Copies the path of a backup.
#[tauri::command(async)]
#[specta::specta]
pub async fn copy_backup_path(shell: State<'_, Arc<Shell>>, path: String) -> Reply<()> {
    ask(shell, move |shell| shell.copy_path(&path)).await
}

/// Forgets the backup that was handed over.
#[tauri::command(async)]
#[specta::specta]
pub async fn discard_backup(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.backing.discard();
        Ok(())
    })
    .await
}

/// Lets the person name a file, and writes the accounts to it for other apps; nothing when none was named.
#[tauri::command(async)]
#[specta::specta]
pub async fn export_accounts(
    app: AppHandle,
    shell: State<'_, Arc<Shell>>,
    kind: ExportKind,
    passphrase: Option<SecretText>,
) -> Reply<Option<ExportMade>> {
    ask(shell, move |shell| {
        let passphrase = passphrase.map(SecretText::parsed).transpose()?;
        let path = window::name_file(&app, kind.file_name(), &[kind.files()]);
        path.map(|path| shell.export(kind, passphrase.as_ref(), &path))
            .transpose()
    })
    .await
}
