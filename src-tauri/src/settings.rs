//! What a person sets: `settings.json` in the data folder. It holds no secret and no account.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::{FileError, read_bounded, write_atomically};
use lockstep_device::store::lock::{FolderLock, LockError};
use serde::{Deserialize, Serialize};

use crate::notice::ShellNotice;
use crate::shortcut::{Shortcut, ShortcutError};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The language of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub enum Language {
    /// As the system says.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
    /// Chinese in simplified characters.
    #[serde(rename = "zh-Hans")]
    SimplifiedChinese,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The person's own.
    #[default]
    Own,
    /// By issuer and name.
    Name,
    /// The one used last first.
    Used,
}

/// Everything a person sets in the window.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the window"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// Codes are shown only on hover, focus or copy.
    pub hide_codes: bool,
    /// The next code always stands under the present one, not only in the last ten seconds.
    pub always_show_next: bool,
    /// Seconds after which a copied code is taken off the clipboard, 10 to 120.
    pub clipboard_seconds: u32,
    /// The order of the list.
    pub sort: Sort,
    /// The language of the window.
    pub language: Language,
    /// Minutes without anybody there after which the accounts are locked, 1 to 1440; nothing: never for that reason.
    pub lock_after_minutes: Option<u32>,
    /// Suspending and locking the screen lock the accounts, too.
    pub lock_with_session: bool,
    /// Locking locks the keyring, for every program that uses it.
    pub lock_for_all_programs: bool,
    /// The window is minimised when a code was copied.
    pub minimise_after_copying: bool,
    /// There is an icon in the tray.
    pub tray: bool,
    /// Closing the window leaves the app in the tray.
    pub close_to_tray: bool,
    /// The keys that bring the window up from anywhere, such as `Ctrl+Alt+L`.
    pub shortcut: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            hide_codes: false,
            always_show_next: false,
            clipboard_seconds: 30,
            sort: Sort::default(),
            language: Language::default(),
            lock_after_minutes: Some(15),
            lock_with_session: true,
            lock_for_all_programs: true,
            minimise_after_copying: false,
            tray: true,
            close_to_tray: false,
            shortcut: None,
        }
    }
}

/// Why settings cannot be taken or saved.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Out of range.
    #[error(
        "a code cannot stay on the clipboard for {0} seconds; it stays for {MIN_SECONDS} to {MAX_SECONDS}"
    )]
    ClipboardSeconds(u32),
    /// Out of range.
    #[error(
        "the accounts cannot be locked after {0} minutes without anybody there; {MIN_MINUTES} to {MAX_MINUTES} can be set"
    )]
    LockAfter(u32),
    /// No shortcut.
    #[error(transparent)]
    Shortcut(#[from] ShortcutError),
    /// They could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another process does not finish its write.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// The settings in force, and the file they are kept in.
pub struct SettingsFile {
    path: PathBuf,
    faults: Faults,
    settings: Settings,
}

impl SettingsFile {
    /// The settings kept in `folder`, with what a person should know when they could not be read. Where they could
    /// not, the defaults hold, and the file stays until settings are saved.
    pub fn open(folder: &Path, faults: Faults) -> (Self, Option<ShellNotice>) {
        let path = folder.join("settings.json");
        let (settings, notice) = match read(&path) {
            Ok(settings) => (settings, None),
            Err(reason) => (Settings::default(), Some(ShellNotice::SettingsUnread(reason))),
        };
        (
            Self {
                path,
                faults,
                settings,
            },
            notice,
        )
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Saves the settings, then takes them into force.
    pub fn save(&mut self, settings: Settings) -> Result<&Settings, SettingsError> {
        let settings = checked(settings)?;
        let bytes = serde_json::to_vec_pretty(&settings)
            .map_err(|error| FileError::at("write", &self.path)(error.into()))?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let _turn = FolderLock::acquire(folder, LOCK_PATIENCE)?;
        write_atomically(&self.path, &bytes, &self.faults)?;
        self.settings = settings;
        Ok(&self.settings)
    }
}

fn checked(settings: Settings) -> Result<Settings, SettingsError> {
    if !(MIN_SECONDS..=MAX_SECONDS).contains(&settings.clipboard_seconds) {
        return Err(SettingsError::ClipboardSeconds(settings.clipboard_seconds));
    }
    match settings.lock_after_minutes {
        Some(minutes) if !(MIN_MINUTES..=MAX_MINUTES).contains(&minutes) => {
            return Err(SettingsError::LockAfter(minutes));
        }
        _ => {}
    }
    if let Some(keys) = &settings.shortcut {
        Shortcut::parse(keys)?;
    }
    Ok(settings)
}

/// What the file lacks, because an older version wrote it, takes its default; what it has too much is a newer
/// version's.
fn read(path: &Path) -> Result<Settings, String> {
    let Some(bytes) = read_bounded(path, MAX_BYTES).map_err(|error| error.to_string())? else {
        return Ok(Settings::default());
    };
    let written: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let mut merged = serde_json::to_value(Settings::default()).map_err(|error| error.to_string())?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(written);
    }
    let settings = serde_json::from_value(merged).map_err(|error| error.to_string())?;
    checked(settings).map_err(|error| error.to_string())
}

const LOCK_PATIENCE: Duration = Duration::from_secs(20);
const MIN_SECONDS: u32 = 10;
const MAX_SECONDS: u32 = 120;
const MIN_MINUTES: u32 = 1;
const MAX_MINUTES: u32 = 24 * 60;
const MAX_BYTES: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

    use super::*;

    fn open(folder: &Path) -> (SettingsFile, Option<ShellNotice>) {
        SettingsFile::open(folder, Faults::none())
    }

    #[test]
    fn what_was_saved_is_in_force_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let dark = Settings {
            theme: Theme::Dark,
            clipboard_seconds: 10,
            ..Settings::default()
        };
        open(folder.path()).0.save(dark.clone()).unwrap();
        let (again, notice) = open(folder.path());
        assert_eq!((again.settings(), notice), (&dark, None));
    }

    #[test]
    fn damaged_settings_give_way_to_the_defaults_and_a_notice() {
        for damaged in [
            "",
            "[]",
            "{\"theme\":\"purple\"}",
            "{\"clipboard_seconds\":9}",
            "{\"lock_after_minutes\":0}",
            "{\"shortcut\":\"L\"}",
            "\u{0}\u{0}",
        ] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("settings.json"), damaged).unwrap();
            let (file, notice) = open(folder.path());
            assert_eq!(file.settings(), &Settings::default(), "{damaged:?}");
            assert!(notice.is_some(), "{damaged:?}");
        }
    }

    #[test]
    fn a_field_an_older_version_did_not_write_takes_its_default() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("settings.json"),
            "{\"hide_codes\":true,\"from_the_future\":1}",
        )
        .unwrap();
        let (file, notice) = open(folder.path());
        assert_eq!(
            (file.settings(), notice),
            (
                &Settings {
                    hide_codes: true,
                    ..Settings::default()
                },
                None
            )
        );
    }

    #[test]
    fn what_is_out_of_range_is_refused_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, _) = open(folder.path());
        let refused = file.save(Settings {
            clipboard_seconds: 121,
            ..Settings::default()
        });
        assert!(matches!(refused, Err(SettingsError::ClipboardSeconds(121))));
        let refused = file.save(Settings {
            lock_after_minutes: Some(1441),
            ..Settings::default()
        });
        assert!(matches!(refused, Err(SettingsError::LockAfter(1441))));
        let refused = file.save(Settings {
            shortcut: Some("Shift+L".to_owned()),
            ..Settings::default()
        });
        assert!(matches!(refused, Err(SettingsError::Shortcut(_))));
        assert_eq!(file.settings(), &Settings::default());
        assert!(!folder.path().join("settings.json").exists());
    }

    #[test]
    fn never_locking_by_itself_is_a_setting_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let never = Settings {
            lock_after_minutes: None,
            ..Settings::default()
        };
        open(folder.path()).0.save(never.clone()).unwrap();
        assert_eq!(open(folder.path()).0.settings(), &never);
    }
}
