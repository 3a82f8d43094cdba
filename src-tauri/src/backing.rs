//! Backups in the window, and the one that is being restored.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lockstep_device::authenticator::backup::AutomaticBackups;
use lockstep_device::authenticator::backup_view::{
    BackupMade, BackupStatus, RestoreFinding, RestoreMode, RestorePreview, Restored,
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

use crate::adding::{file_name, read};
use crate::error::ShellError;
use crate::shell::{Shell, locked};
use crate::timer::BackupTimer;

/// The automatic backup that is due, and the backup that is being restored.
#[derive(Default)]
pub struct Backing {
    pub(crate) timer: Arc<BackupTimer>,
    held: Mutex<Option<Held>>,
}

/// A backup that a person handed over. Opened, it holds seeds until it is dropped.
#[derive(Clone)]
struct Held {
    name: String,
    file: Arc<Zeroizing<Vec<u8>>>,
    document: Option<Arc<Document>>,
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

/// A backup that was opened and compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct VerifiedBackup {
    /// When it was made, in seconds since the Unix epoch; 0 when it does not say.
    pub made: u64,
    /// How many accounts are in it, those in the trash included.
    pub accounts: u32,
    /// How many of them are as they are here.
    pub same: u32,
    /// How many of its rows cannot be understood.
    pub damaged: u32,
}

/// How many automatic backups may be kept: the newest may be an incomplete one, so that one is too few.
const KEPT: RangeInclusive<u32> = 2..=1000;

impl Backing {
    /// Forgets what was handed over.
    pub(crate) fn discard(&self) {
        *locked(&self.held) = None;
    }

    /// Keeps a backup that was handed over, unopened.
    pub(crate) fn hold(&self, name: String, file: Zeroizing<Vec<u8>>) {
        *locked(&self.held) = Some(Held {
            name,
            file: Arc::new(file),
            document: None,
        });
    }

    /// What was handed over last.
    fn held(&self) -> Result<Held, ShellError> {
        locked(&self.held).clone().ok_or(ShellError::NothingHeld)
    }

    /// Keeps the opened document; fails when the backup was given up meanwhile.
    fn opened(&self, held: &Held, document: &Arc<Document>) -> Result<(), ShellError> {
        let mut now = locked(&self.held);
        let same = now.as_mut().filter(|now| Arc::ptr_eq(&now.file, &held.file));
        same.ok_or(ShellError::NothingHeld)?.document = Some(Arc::clone(document));
        Ok(())
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

    /// Turns automatic backups on or off.
    pub fn set_backups(&self, automatic: bool) -> Result<BackupStatus, ShellError> {
        self.decide(|wanted| wanted.automatic = automatic)
    }

    /// Has automatic backups made elsewhere from now on; whether they are on stays as it was.
    pub fn set_backup_folder(&self, folder: PathBuf) -> Result<BackupStatus, ShellError> {
        self.decide(|wanted| wanted.folder = Some(folder))
    }

    /// Changes how many automatic backups are kept.
    pub fn set_backups_kept(&self, keep: u32) -> Result<BackupStatus, ShellError> {
        if !KEPT.contains(&keep) {
            return Err(ShellError::BackupsKept(keep));
        }
        self.decide(|wanted| wanted.keep = Some(keep))
    }

    fn decide(&self, decision: impl FnOnce(&mut AutomaticBackups)) -> Result<BackupStatus, ShellError> {
        let authenticator = self.authenticator()?;
        let mut wanted = AutomaticBackups {
            automatic: authenticator.backs_up_automatically()?,
            folder: None,
            keep: None,
        };
        decision(&mut wanted);
        Ok(authenticator.set_automatic_backups(&wanted)?)
    }

    /// A backup under a passphrase in a file that a person named; the system's dialogue asked whether to replace one.
    pub fn create_backup(&self, path: &Path, passphrase: &Passphrase) -> Result<BackupMade, ShellError> {
        let lock = Lock::Passphrase(passphrase, WorkFactor::DEFAULT);
        Ok(self.authenticator()?.write_backup(path, &lock, false, true)?)
    }

    /// The file's name that is offered for the next recovery kit: another one than those before, whose pages open older
    /// backups and must not be replaced.
    pub fn kit_file_name(&self) -> Result<String, ShellError> {
        let kit = self.authenticator()?.backup_status()?.kit;
        let next = kit.map_or(1, |kit| kit.number.saturating_add(1));
        Ok(format!("lockstep-recovery-kit-{next}.pdf"))
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
        let name = file_name(path);
        let file = match read(path) {
            Ok(file) => file,
            Err(reason) => return Err(ShellError::File { name, reason }),
        };
        self.backing.hold(name, file);
        self.held_backup()
    }

    /// The backup that was handed over, compared with what is here.
    pub fn held_backup(&self) -> Result<HeldBackup, ShellError> {
        self.open_held(Keys::none)
    }

    /// Opens it with what a person typed: its passphrase, or the identity or the words of the recovery kit.
    pub fn unlock_backup(&self, typed: Zeroizing<String>) -> Result<HeldBackup, ShellError> {
        let held = self.backing.held()?;
        match sealed_with(&held.name, &held.file).map_err(Error::from)? {
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

    /// Opens and compares it while nothing is held, so that locking and giving up do not wait for a key derivation.
    fn open_held(&self, keys: impl FnOnce() -> Keys) -> Result<HeldBackup, ShellError> {
        let held = self.backing.held()?;
        let authenticator = self.authenticator()?;
        let document = match &held.document {
            Some(document) => Arc::clone(document),
            None => match authenticator.open_backup(&held.name, &held.file, keys()) {
                Ok(document) => Arc::new(document),
                Err(Error::Backup(BackupError::PassphraseNeeded)) => {
                    return Ok(held.closed(SealedWith::Passphrase));
                }
                Err(Error::Backup(BackupError::KeyNeeded)) => return Ok(held.closed(SealedWith::Keys)),
                Err(error) => return Err(error.into()),
            },
        };
        let preview = authenticator.compare_backup(&document)?;
        self.backing.opened(&held, &document)?;
        Ok(HeldBackup {
            name: held.name,
            preview: Some(preview),
            needs: None,
        })
    }

    /// Opens a backup with this machine's key and compares it with what is here. Nothing of it is kept.
    pub fn verify_backup(&self, path: &Path) -> Result<VerifiedBackup, ShellError> {
        let authenticator = self.authenticator()?;
        let name = file_name(path);
        let file = match read(path) {
            Ok(file) => file,
            Err(reason) => return Err(ShellError::File { name, reason }),
        };
        let document = authenticator.open_backup(&name, &file, Keys::none())?;
        let RestorePreview {
            created,
            rows,
            damaged,
            ..
        } = authenticator.compare_backup(&document)?;
        let same = rows
            .iter()
            .filter(|row| matches!(row.finding, RestoreFinding::Same { .. }));
        Ok(VerifiedBackup {
            made: created,
            same: count(same.count()),
            accounts: count(rows.len()),
            damaged: count(damaged.len()),
        })
    }

    /// Copies the path of a backup, which is no secret.
    pub fn copy_path(&self, path: &str) -> Result<(), ShellError> {
        Ok(self.clipboard.with(|clipboard| clipboard.put_text(path))?)
    }

    /// Restores the chosen rows of it, and forgets it.
    pub fn restore_backup(&self, mode: RestoreMode, rows: &[u32]) -> Result<Restored, ShellError> {
        let restored = self.change(|accounts| {
            let document = self.backing.held()?.document.ok_or(ShellError::NothingHeld)?;
            Ok::<_, ShellError>(accounts.restore_backup(&document, mode, Some(rows))?)
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

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
