//! Whether the last change waits for its backup: a process may have died between the two. The account list counts its
//! writes and says which of them was the last change; a small file says up to which change things are backed up. Whoever opens
//! the accounts reads both, so that the next command makes up for what another had no time for.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use crate::authenticator::backup_record::BackupRecord;
use crate::authenticator::backup_view::BackupMade;
use crate::authenticator::{Authenticator, LOCK_PATIENCE, State};
use crate::error::Error;
use crate::store::file;
use crate::store::lock::FolderLock;

const MARK: &str = "backed-up";

impl Authenticator {
    /// [`Authenticator::back_up_if_due`], remembered so that no later process looks again. A failure that stands in the
    /// record is remembered as well: it is shown until a backup succeeds, and the next change tries again.
    pub fn back_up_changes(&self) -> Result<Option<BackupMade>, Error> {
        let change = self.last_change()?;
        let outcome = self.back_up_if_due();
        let is_settled = outcome.is_ok()
            || self
                .record::<BackupRecord>()
                .is_ok_and(|record| record.failure.is_some());
        if is_settled && let Err(error) = self.mark_backed_up(change) {
            // The backup is there; without the mark the next process looks once more.
            tracing::warn!(%error, "that the last change is backed up could not be written down");
        }
        outcome
    }

    /// Takes note of a change whose backup was never made. Costs the reading of one small file.
    pub(super) fn look_for_missed_backup(&self, state: &State) {
        if self.backed_up() != Some(state.index.changed) {
            self.changed.store(true, Ordering::Relaxed);
        }
    }

    fn last_change(&self) -> Result<u64, Error> {
        let mut state = self.state();
        self.reload(&mut state)?;
        Ok(state.index.changed)
    }

    fn mark_backed_up(&self, change: u64) -> Result<(), Error> {
        if self.backed_up() == Some(change) {
            return Ok(());
        }
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        Ok(file::write_atomically(
            &self.mark(),
            change.to_string().as_bytes(),
            &self.home.faults,
        )?)
    }

    /// The last change that needs no backup any more; nothing when that cannot be told.
    fn backed_up(&self) -> Option<u64> {
        match file::read_if_there(&self.mark()) {
            Ok(Some(text)) => std::str::from_utf8(&text).ok()?.parse().ok(),
            Ok(None) => Some(0),
            Err(_) => None,
        }
    }

    fn mark(&self) -> PathBuf {
        self.home.folder.join(MARK)
    }
}
