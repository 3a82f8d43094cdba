//! Taking turns: one advisory lock per data folder, and the marker of an operation that is not finished.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::file::{self, FileError, create_private_folder};
use crate::account::AccountId;

/// The lock of a data folder. Who changes anything in the folder, or an item of its store, holds it; who only reads
/// needs none, since every file there is replaced as a whole.
pub struct FolderLock;

/// Holds the folder's lock until dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub struct FolderGuard {
    _file: File,
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process held the lock for the whole time.
    #[error(
        "another Lockstep is changing {} and did not finish within {} seconds",
        folder.display(),
        waited.as_secs()
    )]
    Busy {
        /// The data folder.
        folder: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// The lock file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
}

impl FolderLock {
    /// Takes the lock, waiting for at most `timeout` for whoever holds it; makes the folder when it is not there.
    pub fn acquire(folder: &Path, timeout: Duration) -> Result<FolderGuard, LockError> {
        Self::acquire_named(folder, LOCK_FILE, timeout)
    }

    /// The same for a lock file of another name: long work in which processes take turns, such as an enrolment, must not
    /// keep others from writing.
    pub fn acquire_named(folder: &Path, name: &str, timeout: Duration) -> Result<FolderGuard, LockError> {
        create_private_folder(folder)?;
        let path = folder.join(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(FileError::at("open", &path))?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(FolderGuard { _file: file }),
                Err(TryLockError::Error(error)) => return Err(FileError::at("lock", &path)(error).into()),
                Err(TryLockError::WouldBlock) if started.elapsed() >= timeout => {
                    return Err(LockError::Busy {
                        folder: folder.to_owned(),
                        waited: timeout,
                    });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }
}

/// What was begun and may not be finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", content = "id", rename_all = "kebab-case")]
pub enum PendingOperation {
    /// New items are being written.
    Add,
    /// An item is being replaced.
    Edit(AccountId),
    /// The accounts of a backup are being written; what is to be written stands in a file of its own.
    Restore,
    /// An item is being deleted for good.
    Purge(AccountId),
    /// The mark is there, and this version cannot tell what it says.
    #[serde(skip)]
    Unknown,
}

/// The mark of an operation that changes an item and then the index. It is on the disk before the first change and
/// gone after the last one; who finds it, holding the folder's lock, knows that the two may disagree.
#[derive(Debug)]
pub struct Pending {
    path: PathBuf,
}

impl Pending {
    /// Says that the operation begins. Durable when this returns; one that was there is replaced.
    pub fn begin(folder: &Path, operation: &PendingOperation, faults: &Faults) -> Result<Self, FileError> {
        let path = folder.join(PENDING_FILE);
        let text =
            serde_json::to_vec(operation).map_err(|error| FileError::at("write", &path)(error.into()))?;
        file::write_atomically(&path, &text, faults)?;
        Ok(Self { path })
    }

    /// Says that the operation is finished.
    pub fn finish(self, faults: &Faults) -> Result<(), FileError> {
        file::remove(&self.path, faults)
    }

    /// The operation that was begun and not finished; nothing when all were.
    pub fn read(folder: &Path) -> Result<Option<PendingOperation>, FileError> {
        let bytes = file::read_if_there(&folder.join(PENDING_FILE))?;
        Ok(bytes.map(|bytes| serde_json::from_slice(&bytes).unwrap_or(PendingOperation::Unknown)))
    }

    /// Removes the mark, if there is one, after items and index were made to agree.
    pub fn clear(folder: &Path, faults: &Faults) -> Result<(), FileError> {
        file::remove(&folder.join(PENDING_FILE), faults)
    }
}

const LOCK_FILE: &str = "lock";
const PENDING_FILE: &str = "pending";
const PAUSE: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> AccountId {
        AccountId::from_bytes([7; 16])
    }

    #[test]
    fn a_folder_is_locked_for_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::acquire(folder.path(), Duration::ZERO).unwrap();
        let second = FolderLock::acquire(folder.path(), Duration::ZERO);
        assert!(matches!(second, Err(LockError::Busy { .. })));
        drop(first);
        assert!(FolderLock::acquire(folder.path(), Duration::ZERO).is_ok());
    }

    #[test]
    fn who_waits_gets_the_lock_as_soon_as_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::acquire(folder.path(), Duration::ZERO).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| FolderLock::acquire(folder.path(), Duration::from_mins(1)));
            drop(first);
            assert!(waiting.join().unwrap().is_ok());
        });
    }

    #[test]
    fn an_operation_is_pending_until_it_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let faults = Faults::none();
        assert_eq!(Pending::read(folder.path()).unwrap(), None);
        for operation in [
            PendingOperation::Add,
            PendingOperation::Edit(id()),
            PendingOperation::Purge(id()),
        ] {
            let pending = Pending::begin(folder.path(), &operation, &faults).unwrap();
            assert_eq!(Pending::read(folder.path()).unwrap(), Some(operation));
            pending.finish(&faults).unwrap();
            assert_eq!(Pending::read(folder.path()).unwrap(), None);
        }
    }

    #[test]
    fn a_mark_that_says_nothing_is_still_a_mark() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{\"operation\":\"rotate\"}", "\u{0}"] {
            std::fs::write(folder.path().join(PENDING_FILE), text).unwrap();
            assert_eq!(
                Pending::read(folder.path()).unwrap(),
                Some(PendingOperation::Unknown)
            );
        }
        Pending::clear(folder.path(), &Faults::none()).unwrap();
        assert_eq!(Pending::read(folder.path()).unwrap(), None);
    }
}
