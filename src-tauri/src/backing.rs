//! Backups in the window: the automatic one after the last of several changes, and one that is being restored.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::backup::AutomaticBackups;
use lockstep_device::authenticator::backup_view::{
    BackupMade, BackupStatus, RestoreMode, RestorePreview, Restored,
};
use lockstep_device::backup::document::Document;
use lockstep_device::backup::error::BackupError;
use lockstep_device::backup::kit::Form;
use lockstep_device::backup::lock::Lock;
use lockstep_device::backup::open::{Keys, SealedWith, sealed_with};
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::error::Error;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::write_atomically;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::adding::read;
use crate::announce::Announce;
use crate::error::ShellError;
use crate::shell::{Shell, locked};

/// How long after the last change the automatic backup is made.
const CALM: Duration = Duration::from_secs(2);

/// When the next automatic backup is due, and the backup that is being restored.
#[derive(Default)]
pub struct Backing {
    due: Arc<Mutex<Option<Instant>>>,
    held: Mutex<Option<Held>>,
}

/// A backup that a person handed over. Opened, it holds seeds until it is dropped.
struct Held {
    name: String,
    file: Zeroizing<Vec<u8>>,
    document: Option<Document>,
}

/// What a person handed over to be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct HeldBackup {
    /// The file's name.
    pub name: String,
    /// What it holds; nothing as long as it is not open.
    pub preview: Option<RestorePreview>,
    /// What it takes to open it; nothing when it is open.
    pub needs: Option<SealedWith>,
}

/// A recovery kit that was saved and is in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct KitSaved {
    /// Where the page lies.
    pub path: String,
    /// Which kit it is, counted from 1.
    pub number: u32,
    /// When the kit before it was made, in seconds since the Unix epoch.
    pub previous: Option<u64>,
}

impl Backing {
    /// Makes a backup when nothing has changed for a while. A thread waits only as long as one is due.
    pub(crate) fn changed(&self, authenticator: &Arc<Authenticator>, announce: &Arc<dyn Announce>) {
        let mut due = locked(&self.due);
        let is_waiting = due.replace(Instant::now() + CALM).is_some();
        if is_waiting {
            return;
        }
        let (due, authenticator, announce) = (
            Arc::clone(&self.due),
            Arc::downgrade(authenticator),
            Arc::clone(announce),
        );
        std::thread::spawn(move || {
            while let Some(moment) = *locked(&due) {
                let left = moment.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                std::thread::sleep(left);
            }
            if locked(&due).take().is_none() {
                // Locking or leaving made it early.
                return;
            }
            if let Some(authenticator) = authenticator.upgrade() {
                back_up(&authenticator);
            }
            announce.backups_changed();
        });
    }

    /// Makes the backup that is due now, before the accounts are locked or the app ends.
    pub(crate) fn finish(&self, authenticator: &Authenticator) {
        if locked(&self.due).take().is_some() {
            back_up(authenticator);
        }
    }

    /// Forgets what was handed over.
    pub(crate) fn discard(&self) {
        *locked(&self.held) = None;
    }

    /// Keeps a backup that was handed over, unopened.
    pub(crate) fn hold(&self, name: String, file: Zeroizing<Vec<u8>>) {
        *locked(&self.held) = Some(Held {
            name,
            file,
            document: None,
        });
    }
}

/// The library remembers a failure, and the window shows it.
fn back_up(authenticator: &Authenticator) {
    if let Err(error) = authenticator.back_up_changes() {
        tracing::warn!(%error, "the automatic backup failed");
    }
}

impl Shell {
    /// How things stand with backups.
    pub fn backup_status(&self) -> Result<BackupStatus, ShellError> {
        Ok(self.authenticator()?.backup_status()?)
    }

    /// One more automatic backup, now.
    pub fn back_up_now(&self) -> Result<BackupMade, ShellError> {
        let made = self.authenticator()?.back_up_now();
        self.announce.backups_changed();
        Ok(made?)
    }

    /// Turns automatic backups on or off, or has them made elsewhere.
    pub fn set_backups(&self, automatic: bool, folder: Option<PathBuf>) -> Result<BackupStatus, ShellError> {
        let wanted = AutomaticBackups {
            automatic,
            folder,
            keep: None,
        };
        Ok(self.authenticator()?.set_automatic_backups(&wanted)?)
    }

    /// A backup under a passphrase in a file that a person named; the system's dialogue asked whether to replace one.
    pub fn create_backup(&self, path: &Path, passphrase: &Passphrase) -> Result<BackupMade, ShellError> {
        let lock = Lock::Passphrase(passphrase, WorkFactor::DEFAULT);
        Ok(self.authenticator()?.write_backup(path, &lock, false, true)?)
    }

    /// Writes a new recovery kit to a file and takes it into use. The identity is nowhere else, the window included.
    pub fn save_kit(&self, path: &Path, made_for: &str) -> Result<KitSaved, ShellError> {
        let authenticator = self.authenticator()?;
        let kit = authenticator.new_recovery_kit(made_for)?;
        let form = Form::of(path).unwrap_or(Form::Pdf);
        let page = kit.to_bytes(form).map_err(Error::from)?;
        write_atomically(path, &page, &Faults::none()).map_err(Error::from)?;
        authenticator.use_recovery_kit(&kit)?;
        self.announce.backups_changed();
        Ok(KitSaved {
            path: path.display().to_string(),
            number: kit.number,
            previous: kit.previous.map(lockstep_device::time::UnixTime::seconds),
        })
    }

    /// Takes a backup over and opens it with this machine's key where that does.
    pub fn hold_backup(&self, path: &Path) -> Result<HeldBackup, ShellError> {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        let file = read(path).map_err(|reason| ShellError::File {
            name: name.clone(),
            reason,
        })?;
        self.backing.hold(name, file);
        self.held_backup()
    }

    /// The backup that was handed over, compared with what is here.
    pub fn held_backup(&self) -> Result<HeldBackup, ShellError> {
        self.open_held(Keys::none)
    }

    /// Opens it with what a person typed: its passphrase, or the identity or the words of the recovery kit.
    pub fn unlock_backup(&self, typed: Zeroizing<String>) -> Result<HeldBackup, ShellError> {
        let sealed = {
            let held = locked(&self.backing.held);
            let held = held.as_ref().ok_or(ShellError::NothingHeld)?;
            sealed_with(&held.name, &held.file).map_err(Error::from)?
        };
        match sealed {
            SealedWith::Passphrase => {
                let passphrase = Passphrase::new(typed)?;
                self.open_held(|| Keys::none().with_passphrase(passphrase))
            }
            SealedWith::Keys => {
                let recovery = RecoveryIdentity::from_text(&typed).map_err(Error::from)?;
                self.open_held(|| Keys::none().with_recovery(&recovery))
            }
        }
    }

    fn open_held(&self, keys: impl FnOnce() -> Keys) -> Result<HeldBackup, ShellError> {
        let authenticator = self.authenticator()?;
        let mut held = locked(&self.backing.held);
        let held = held.as_mut().ok_or(ShellError::NothingHeld)?;
        if held.document.is_none() {
            match authenticator.open_backup(&held.name, &held.file, keys()) {
                Ok(document) => held.document = Some(document),
                Err(Error::Backup(BackupError::PassphraseNeeded)) => {
                    return Ok(held.closed(SealedWith::Passphrase));
                }
                Err(Error::Backup(BackupError::KeyNeeded)) => return Ok(held.closed(SealedWith::Keys)),
                Err(error) => return Err(error.into()),
            }
        }
        let preview = held
            .document
            .as_ref()
            .map(|document| authenticator.compare_backup(document));
        Ok(HeldBackup {
            name: held.name.clone(),
            preview: preview.transpose()?,
            needs: None,
        })
    }

    /// Restores the chosen rows of it, and forgets it.
    pub fn restore_backup(&self, mode: RestoreMode, rows: &[u32]) -> Result<Restored, ShellError> {
        let restored = self.change(|accounts| {
            let held = locked(&self.backing.held);
            let document = held.as_ref().and_then(|held| held.document.as_ref());
            let document = document.ok_or(ShellError::NothingHeld)?;
            Ok::<_, ShellError>(accounts.restore_backup(document, mode, Some(rows))?)
        })?;
        self.backing.discard();
        self.announce.backups_changed();
        Ok(restored)
    }
}

impl Held {
    fn closed(&self, needs: SealedWith) -> HeldBackup {
        HeldBackup {
            name: self.name.clone(),
            preview: None,
            needs: Some(needs),
        }
    }
}
