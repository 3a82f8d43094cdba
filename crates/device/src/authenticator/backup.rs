//! Backing up: automatic generations, files of the person's choice, the recovery kit.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::account::{Account, AccountId, NewAccount, Standing};
use crate::activity::Deed;
use crate::authenticator::backup_record::{BackupRecord, Kit, Last, Note, differences, listed_rows};
use crate::authenticator::backup_view::{BackupFailure, BackupMade, BackupStatus};
use crate::authenticator::backup_words::Lacking;
use crate::authenticator::notice::Notice;
use crate::authenticator::{Authenticator, LOCK_PATIENCE, State};
use crate::backup::document::{Document, Entry};
use crate::backup::error::BackupError;
use crate::backup::generations::Generation;
use crate::backup::kit::RecoveryKit;
use crate::backup::lock::{Lock, seal};
use crate::backup::open::MAX_BACKUP_BYTES;
use crate::backup::recovery::RecoveryIdentity;
use crate::error::Error;
use crate::otpauth::Parsed;
use crate::store::file;
use crate::store::index::IndexIdentity;
use crate::store::lock::FolderLock;

/// What a person decides about automatic backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomaticBackups {
    /// Whether one is made after each change.
    pub automatic: bool,
    /// Where to; nothing for where it was.
    pub folder: Option<PathBuf>,
    /// How many are kept; nothing for as many as before.
    pub keep: Option<u32>,
}

/// Accounts with their seeds.
pub struct Gathered {
    /// Those that could be read, in the person's own order.
    pub entries: Vec<Entry>,
    /// Those that could not.
    pub lacks: Vec<Lacking>,
}

impl Gathered {
    /// What those that could not be read are called.
    pub(super) fn lack_names(&self) -> Vec<String> {
        self.lacks.iter().map(ToString::to_string).collect()
    }
}

/// How long one process waits for another's backup.
const BACKUP_PATIENCE: Duration = Duration::from_secs(30);
const BACKUP_LOCK: &str = "backup.lock";
const DEFAULT_FOLDER: &str = "backups";

impl Authenticator {
    /// Whether accounts changed since this authenticator was opened or last backed up. That a code was used is no change.
    pub fn has_unsaved_changes(&self) -> bool {
        self.changed.load(Ordering::Relaxed)
    }

    /// One more automatic backup, whether they are on or not and whether anything changed or not.
    pub fn back_up_now(&self) -> Result<BackupMade, Error> {
        let _turn = self.take_turn(BACKUP_LOCK, BACKUP_PATIENCE)?;
        let record = self.backup_record()?;
        let gathered = self.gather_all()?;
        self.make_generation(&record, &gathered)
    }

    /// One more automatic backup when they are on and something changed since the last good one. A failure is also
    /// remembered, and stands in [`Authenticator::backup_status`] until one succeeds.
    pub fn back_up_if_due(&self) -> Result<Option<BackupMade>, Error> {
        let _turn = self.take_turn(BACKUP_LOCK, BACKUP_PATIENCE)?;
        let record = self.backup_record()?;
        if !record.automatic {
            return Ok(None);
        }
        let gathered = self.gather_all()?;
        let rows = listed_rows(&gathered.entries);
        let is_there = |last: &Last| self.backup_folder(&record).join(&last.file).exists();
        let up_to_date = record.last.as_ref().is_some_and(|last| {
            last.rows == rows && last.complete == gathered.lacks.is_empty() && is_there(last)
        });
        // Nothing was ever here: nothing to back up.
        let unused = record.last.is_none() && rows.is_empty() && gathered.lacks.is_empty();
        if (up_to_date && record.failure.is_none()) || unused {
            return Ok(None);
        }
        self.make_generation(&record, &gathered).map(Some)
    }

    /// Changes what is decided about automatic backups; when they are on afterwards, one is made first, so that a folder
    /// that cannot be written to is noticed here. When that fails, everything stays as it was.
    pub fn set_automatic_backups(&self, wanted: &AutomaticBackups) -> Result<BackupStatus, Error> {
        if let Some(folder) = &wanted.folder {
            file::create_private_folder(folder)?;
        }
        let decide = |record: &mut BackupRecord| {
            record.automatic = wanted.automatic;
            if let Some(folder) = &wanted.folder {
                record.folder = Some(folder.clone());
            }
            if let Some(keep) = wanted.keep {
                record.keep = keep;
            }
            record.failure = None;
        };
        let turn = self.take_turn(BACKUP_LOCK, BACKUP_PATIENCE)?;
        let record = self.backup_record()?;
        if wanted.automatic {
            self.decide_with_backup(record, decide)?;
        } else {
            self.change_record(|record: &mut BackupRecord| {
                decide(record);
                Ok(())
            })?;
        }
        drop(turn);
        self.backup_status()
    }

    /// Makes a backup as it is after a decision, and takes the decision when it was read back.
    fn decide_with_backup(
        &self,
        mut record: BackupRecord,
        decide: impl Fn(&mut BackupRecord),
    ) -> Result<BackupMade, Error> {
        decide(&mut record);
        let gathered = self.gather(|_| true)?;
        let (made, generation) = self.write_generation(&record, &gathered)?;
        self.remember(&generation, &gathered, decide)?;
        self.changed.store(false, Ordering::Relaxed);
        self.let_go(&record, &generation);
        self.note_count(Deed::BackedUp, gathered.entries.len());
        Ok(made)
    }

    /// A backup in a file of the person's choice, read back before this returns. Without `replace` it fails where there is
    /// a file.
    pub fn write_backup(
        &self,
        path: &Path,
        lock: &Lock<'_>,
        armored: bool,
        replace: bool,
    ) -> Result<BackupMade, Error> {
        if !replace && path.exists() {
            return Err(BackupError::FileExists(path.to_owned()).into());
        }
        let gathered = self.gather(|_| true)?;
        let document = self.document(&gathered)?;
        let sealed = seal(&document, lock, armored)?;
        file::write_atomically(path, &sealed, &self.home.faults)?;
        if read_back(path)? != sealed {
            return Err(BackupError::Unverified(path.to_owned()).into());
        }
        self.note_count(Deed::BackupWritten, gathered.entries.len());
        Ok(made(path, &gathered, sealed.len()))
    }

    /// A new recovery kit, not yet in use: it is to be shown or kept first. `made_for` says for whom, such as
    /// `maya on halden-lt-07`.
    pub fn new_recovery_kit(&self, made_for: &str) -> Result<RecoveryKit, Error> {
        let record = self.backup_record()?;
        Ok(RecoveryKit {
            identity: RecoveryIdentity::generate(),
            number: record.kit.as_ref().map_or(1, |kit| kit.number.saturating_add(1)),
            made: self.now()?,
            made_for: made_for.to_owned(),
            folder: self.backup_folder(&record).display().to_string(),
            previous: record.kit.map(|kit| kit.made),
        })
    }

    /// Makes a backup that is sealed to this kit and to this machine's own key, and seals all later ones to both, too.
    /// When it cannot be made, the kit from before stays in use. Backups from before stay sealed to the kit from before.
    pub fn use_recovery_kit(&self, kit: &RecoveryKit) -> Result<BackupMade, Error> {
        let _turn = self.take_turn(BACKUP_LOCK, BACKUP_PATIENCE)?;
        self.decide_with_backup(self.backup_record()?, |record| {
            record.kit = Some(Kit {
                number: kit.number,
                made: kit.made,
                recipient: kit.identity.recipient(),
            });
        })
        .inspect(|_| self.note(Deed::KitMade, None))
    }

    /// Accounts with their seeds, for a file that other apps read: those named, or all that are not in the trash.
    pub fn disclose(&self, ids: Option<&[AccountId]>) -> Result<Gathered, Error> {
        self.gather(|account| match ids {
            Some(ids) => ids.contains(&account.id),
            None => account.trashed.is_none(),
        })
        .inspect(|gathered| self.note_count(Deed::Exported, gathered.entries.len()))
    }

    pub(super) fn gather(&self, wanted: impl Fn(&Account) -> bool) -> Result<Gathered, Error> {
        let mut state = self.state();
        self.reload(&mut state)?;
        self.load_all_seeds(&mut state)?;
        let mut gathered = Gathered {
            entries: Vec::with_capacity(state.index.accounts.len()),
            lacks: vec![],
        };
        for account in state.index.accounts.iter().filter(|account| wanted(account)) {
            match state.seeds.get(&account.id) {
                Some(_) => gathered.entries.push(entry(&state, account)?),
                None => gathered.lacks.push(Lacking::Account(account.label.clone())),
            }
        }
        let damaged = state.index.damaged.iter();
        gathered
            .lacks
            .extend(damaged.map(|row| Lacking::Row(row.reason.clone())));
        Ok(gathered)
    }

    /// Every account, as it is from here on backed up; that they cannot be read is remembered as a failure.
    fn gather_all(&self) -> Result<Gathered, Error> {
        self.changed.store(false, Ordering::Relaxed);
        self.gather(|_| true).map_err(|error| self.failed(error))
    }

    /// Remembers why there is no backup, and that there is something to back up.
    fn failed(&self, error: Error) -> Error {
        self.changed.store(true, Ordering::Relaxed);
        let remembered = self.now().and_then(|now| {
            let failure = BackupFailure {
                time: now.seconds(),
                code: error.code().as_str().to_owned(),
                message: error.to_string(),
                remedy: error.remedy().to_owned(),
            };
            self.change_record(|record: &mut BackupRecord| {
                record.failure = Some(failure);
                Ok(())
            })
        });
        if let Err(second) = remembered {
            tracing::warn!(error = %second, "that the backup failed could not be written down");
        }
        error
    }

    pub(super) fn document(&self, gathered: &Gathered) -> Result<Document, Error> {
        Ok(Document {
            created: self.now()?,
            entries: gathered.entries.clone(),
            lacks: gathered.lack_names(),
            damaged: vec![],
        })
    }

    /// Writes one generation, reads it back, remembers it, and lets superfluous ones go, in this order. Remembers why when
    /// that fails. The caller has the turn for backups.
    fn make_generation(&self, record: &BackupRecord, gathered: &Gathered) -> Result<BackupMade, Error> {
        let written = self.write_generation(record, gathered);
        let (made, generation) = written.map_err(|error| self.failed(error))?;
        self.remember(&generation, gathered, |_| ())?;
        self.let_go(record, &generation);
        self.note_count(Deed::BackedUp, gathered.entries.len());
        Ok(made)
    }

    fn remember(
        &self,
        generation: &Generation,
        gathered: &Gathered,
        decide: impl Fn(&mut BackupRecord),
    ) -> Result<(), Error> {
        let rows = listed_rows(&gathered.entries);
        let file = generation.file_name();
        let written = self.change_record(|record: &mut BackupRecord| {
            decide(record);
            let before = record.last.as_ref().map_or(&[][..], |last| &last.rows);
            record.notes.push(Note {
                file: file.clone(),
                accounts: count(rows.len()),
                changes: differences(before, &rows),
            });
            record.last = Some(Last {
                made: generation.made,
                file: file.clone(),
                complete: generation.complete,
                rows: rows.clone(),
            });
            record.failure = None;
            let folder = self.backup_folder(record);
            record.notes.retain(|note| folder.join(&note.file).exists());
            Ok(())
        });
        // The new record may have taken its place, with only the way to the disk unconfirmed. Then the decision is taken.
        match (written, self.record::<BackupRecord>()) {
            (Err(error), Ok(there)) if there.last.as_ref().is_some_and(|last| last.file == file) => {
                tracing::warn!(%error, "what was decided about backups is written, but the disk did not confirm it");
                Ok(())
            }
            (written, _) => written,
        }
    }

    /// What is remembered about backups. A record that is damaged must not end them: it is set aside and they go on as
    /// they are at first.
    pub(super) fn backup_record(&self) -> Result<BackupRecord, Error> {
        self.record_or_anew(Notice::BackupRecordAside)
    }

    pub(super) fn backup_folder(&self, record: &BackupRecord) -> PathBuf {
        let chosen = record.folder.clone();
        chosen.unwrap_or_else(|| self.home.folder.join(DEFAULT_FOLDER))
    }

    /// This machine's key, made when there is none yet.
    pub(super) fn machine_identity(&self) -> Result<IndexIdentity, Error> {
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        let mut state = self.state();
        self.reload(&mut state)?;
        let identity = self.identity(&mut state.identity)?;
        Ok(identity.clone())
    }
}

/// An account of the list with its seed, as a backup says it.
pub(super) fn entry(state: &State, account: &Account) -> Result<Entry, Error> {
    let Account {
        id,
        label,
        params,
        tags,
        note,
        aws,
        added,
        pinned,
        last_used,
        used_step,
        trashed,
    } = account.clone();
    Ok(Entry {
        parsed: Parsed {
            account: NewAccount {
                label,
                params,
                seed: state.seed(&id)?.clone(),
                tags,
                note,
                aws,
            },
            standing: Standing {
                added: Some(added),
                pinned,
                last_used,
                used_step,
                trashed,
            },
            warnings: vec![],
        },
        id: Some(id),
    })
}

/// What is said of a backup that was written.
pub(super) fn made(path: &Path, gathered: &Gathered, size: usize) -> BackupMade {
    BackupMade {
        path: path.display().to_string(),
        accounts: count(gathered.entries.len()),
        size: u64::try_from(size).unwrap_or(u64::MAX),
        lacks: gathered.lack_names(),
    }
}

/// What stands in the file now.
pub(super) fn read_back(path: &Path) -> Result<Vec<u8>, Error> {
    let gone = || BackupError::Unverified(path.to_owned());
    Ok(file::read_bounded(path, MAX_BACKUP_BYTES)?.ok_or_else(gone)?)
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
