//! The one door: what a shell does, it does through [`Authenticator`].

pub mod activity;
pub mod add;
pub mod backup;
mod backup_due;
mod backup_generation;
mod backup_record;
mod backup_status;
pub mod backup_view;
pub mod backup_words;
pub mod edit;
mod known;
pub mod notice;
pub mod open;
pub mod place;
pub mod preview;
pub mod query;
pub mod record;
pub mod repair;
pub mod restore;
mod restore_plan;
mod restore_rows;
pub mod rules;
pub mod show;
pub mod view;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::account::{Account, AccountId};
use crate::activity::Trail;
use crate::authenticator::notice::Notice;
use crate::authenticator::view::{CauseView, NoticeView};
use crate::error::Error;
use crate::seed::Seed;
use crate::store::fault::{Faults, PlannedFault};
use crate::store::file::FileError;
use crate::store::index::{Index, IndexFile, IndexIdentity};
use crate::store::item::{Item, ItemText};
use crate::store::lock::{FolderLock, Pending, PendingOperation};
use crate::store::seeds::{ItemKey, SeedStore, StoreError, StoreKind};
use crate::store::staged::Staged;
use crate::time::{Clock, UnixTime};

/// How long one process waits for another to finish its write.
const LOCK_PATIENCE: Duration = Duration::from_secs(20);

/// Where an authenticator lives, and what it is handed instead of reading it from the system.
#[derive(Clone)]
pub struct Home {
    /// The data folder; created with access for its owner only.
    pub folder: PathBuf,
    /// The clock for everything.
    pub clock: Arc<dyn Clock>,
    /// Where a test wants a write to break off; [`Faults::none`] otherwise.
    pub faults: Faults,
}

/// The accounts of one data folder, opened. Shared between threads; a call may block on the keyring and on another
/// process's write, so none belongs on a user interface's thread.
pub struct Authenticator {
    home: Home,
    store: Box<dyn SeedStore>,
    file: IndexFile,
    state: Mutex<State>,
    /// Whether accounts changed since the last backup this authenticator made or found unnecessary.
    changed: AtomicBool,
    /// Where what is done is written down; nothing until a shell asks for it.
    trail: OnceLock<Trail>,
}

/// What is in memory. The seeds are erased when the authenticator is dropped.
struct State {
    identity: Option<IndexIdentity>,
    index: Index,
    seeds: HashMap<AccountId, Seed>,
    /// Why an account that stands in the index cannot be used at the moment.
    unreadable: HashMap<AccountId, CauseView>,
    notices: Vec<Notice>,
}

impl Authenticator {
    /// Where the seeds are kept.
    pub fn store(&self) -> StoreKind {
        self.store.kind()
    }

    /// What was repaired or noticed since the last call.
    pub fn notices(&self) -> Vec<NoticeView> {
        let mut notices = std::mem::take(&mut self.state().notices);
        notices.extend(self.activity_failure().map(Notice::ActivityUnwritten));
        notices.iter().map(NoticeView::from).collect()
    }

    /// The present moment, by the clock this authenticator was handed.
    pub fn now(&self) -> Result<UnixTime, Error> {
        Ok(self.home.clock.now()?)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held leaves a state that was true at its last assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the folder's lock, reads what other processes wrote, finishes what one of them may have left half done,
    /// applies `step` to a copy of the index and writes it. When anything fails, the items that were touched are put
    /// back, and what is in memory stays as it was.
    fn change<T>(&self, step: impl FnOnce(&mut Change<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        let mut state = self.state();
        self.reload(&mut state)?;
        if Pending::read(&self.home.folder)?.is_some() {
            self.reconcile(&mut state)?;
        }
        let index = state.index.clone();
        let mut change = Change {
            authenticator: self,
            state: &mut state,
            index,
            pending: None,
            staged: false,
            undo: vec![],
        };
        let outcome = step(&mut change).and_then(|outcome| {
            let index = std::mem::take(&mut change.index);
            self.write_index(change.state, index)?;
            Ok(outcome)
        });
        change.finish(outcome)
    }

    /// Writes `index` as the next generation and takes it over; only called while the folder's lock is held.
    fn write_index(&self, state: &mut State, mut index: Index) -> Result<(), Error> {
        let identity = self.identity(&mut state.identity)?;
        index.generation = state.index.generation.saturating_add(1);
        let changes_accounts = !same_but_for_use(&state.index, &index);
        index.changed = if changes_accounts {
            index.generation
        } else {
            state.index.changed
        };
        if let Err(error) = self.file.write(identity, &index) {
            // The new list may have taken its place, with only the way to the disk unconfirmed. Then the change has
            // happened: taking the items back would leave a list that speaks of seeds that are not there.
            match self.file.read(identity) {
                Ok(there) if there == index => {
                    tracing::warn!(%error, "the list is written, but the disk did not confirm it");
                }
                _ => return Err(error.into()),
            }
        }
        state.index = index;
        if changes_accounts {
            self.changed.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Stands between two steps of a change, so that tests can break it off there.
    fn reach(&self, step: &'static str) -> Result<(), Error> {
        let failed = |fault: PlannedFault| FileError::at("change", &self.home.folder)(fault.source);
        Ok(self.home.faults.reach(step).map_err(failed)?)
    }

    /// The key of the account index; a new store's is made and stored. Only called while the folder's lock is held.
    fn identity<'s>(&self, known: &'s mut Option<IndexIdentity>) -> Result<&'s IndexIdentity, Error> {
        match known {
            Some(identity) => Ok(identity),
            absent => {
                let identity = IndexIdentity::generate();
                self.store.write(&ItemKey::IndexIdentity, &identity.to_text())?;
                Ok(absent.insert(identity))
            }
        }
    }
}

/// One change in progress: the folder's lock is held, the index is a copy.
struct Change<'a> {
    authenticator: &'a Authenticator,
    state: &'a mut State,
    index: Index,
    /// The mark of [`Change::begin`], once it is on the disk.
    pending: Option<Pending>,
    /// Whether what is to be written stands in a file of its own.
    staged: bool,
    /// What the items that were touched said before; nothing for a new one.
    undo: Vec<(ItemKey, Option<ItemText>)>,
}

impl Change<'_> {
    /// Says durably that items are about to change, so that whoever comes after a crash looks at them again.
    fn begin(&mut self, operation: &PendingOperation) -> Result<(), Error> {
        let home = &self.authenticator.home;
        self.pending = Some(Pending::begin(&home.folder, operation, &home.faults)?);
        Ok(())
    }

    /// Clears the mark of [`Change::begin`], after putting the items back when the change failed. Where that fails
    /// too, the mark stays and the next change looks at the items again; where they were staged, it writes the rest.
    fn finish<T>(self, outcome: Result<T, Error>) -> Result<T, Error> {
        let Self {
            authenticator,
            pending,
            staged,
            undo,
            ..
        } = self;
        let Home { folder, faults, .. } = &authenticator.home;
        let unstage = || {
            if staged {
                Staged::clear(folder, faults)
            } else {
                Ok(())
            }
        };
        let unmark = || pending.map_or(Ok(()), |pending| pending.finish(faults));
        let tidied = if outcome.is_err() {
            if let Err(error) = put_back(&*authenticator.store, undo) {
                tracing::warn!(%error, "items could not be put back; the next change will look at them again");
                return outcome;
            }
            // Whoever finds the mark writes what is staged: what failed must not happen later.
            unstage().and_then(|()| unmark())
        } else {
            // Whoever finds the mark needs what is staged.
            unmark().and_then(|()| unstage())
        };
        if let Err(error) = tidied {
            // The outcome is durable either way; the mark only costs the next change a look at the items.
            tracing::warn!(%error, "the mark of a finished change could not be removed");
        }
        outcome
    }

    fn account(&mut self, id: &AccountId) -> Result<&mut Account, Error> {
        self.index
            .accounts
            .iter_mut()
            .find(|account| account.id == *id)
            .ok_or_else(|| Error::UnknownAccount(id.clone()))
    }

    fn read_item(&self, id: &AccountId) -> Result<Item, Error> {
        Ok(Item::from_text(
            &self.authenticator.store.read(&ItemKey::Account(id.clone()))?,
        )?)
    }

    /// Writes an item; `before` is what it said, nothing for a new one.
    fn write_item(&mut self, id: &AccountId, item: &Item, before: Option<&Item>) -> Result<(), Error> {
        self.write_items(&[(id.clone(), item.clone(), before.map(Item::to_text))])
    }

    /// Writes many items in one go, where the store can; each with what it said before, nothing for a new one.
    fn write_items(&mut self, items: &[(AccountId, Item, Option<ItemText>)]) -> Result<(), Error> {
        let authenticator = self.authenticator;
        authenticator.reach("items about to be written")?;
        let key = |id: &AccountId| ItemKey::Account(id.clone());
        self.undo
            .extend(items.iter().map(|(id, _, before)| (key(id), before.clone())));
        let texts: Vec<(ItemKey, ItemText)> = items
            .iter()
            .map(|(id, item, _)| (key(id), item.to_text()))
            .collect();
        authenticator.store.write_many(&texts)?;
        authenticator.reach("items written")?;
        Ok(())
    }

    /// Deletes an account for good: its item, then its row.
    fn purge(&mut self, id: &AccountId) -> Result<(), Error> {
        self.begin(&PendingOperation::Purge(id.clone()))?;
        self.delete_item(id)?;
        self.index.accounts.retain(|account| account.id != *id);
        Ok(())
    }

    fn delete_item(&mut self, id: &AccountId) -> Result<(), Error> {
        let authenticator = self.authenticator;
        let key = ItemKey::Account(id.clone());
        let before = match authenticator.store.read(&key) {
            Ok(text) => text,
            Err(StoreError::Missing(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        authenticator.reach("item about to be deleted")?;
        self.undo.push((key.clone(), Some(before)));
        authenticator.store.delete(&key)?;
        authenticator.reach("item deleted")?;
        Ok(())
    }
}

/// Puts items back as they were: the last one touched first, should one have been touched twice.
fn put_back(store: &dyn SeedStore, undo: Vec<(ItemKey, Option<ItemText>)>) -> Result<(), StoreError> {
    let mut before: Vec<(ItemKey, ItemText)> = vec![];
    let mut new: Vec<ItemKey> = vec![];
    for (key, text) in undo.into_iter().rev() {
        match text {
            Some(text) => before.push((key, text)),
            None => new.push(key),
        }
    }
    store.write_many(&before)?;
    store.delete_many(&new)
}

/// Whether both lists say the same, but for when codes were used.
fn same_but_for_use(one: &Index, other: &Index) -> bool {
    let same = |one: &Account, other: &Account| {
        let unused = |account: &Account| Account {
            last_used: None,
            used_step: None,
            ..account.clone()
        };
        one == other || unused(one) == unused(other)
    };
    one.accounts.len() == other.accounts.len()
        && one
            .accounts
            .iter()
            .zip(&other.accounts)
            .all(|(one, other)| same(one, other))
}
