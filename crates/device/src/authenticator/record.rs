//! What the AWS side keeps through the same door: sealed records of what is under way, and credentials in the store.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::authenticator::backup_record::BackupRecord;
use crate::authenticator::notice::Notice;
use crate::authenticator::{Authenticator, LOCK_PATIENCE, State};
use crate::error::Error;
use crate::store::item::ItemText;
use crate::store::lock::{FolderGuard, FolderLock};
use crate::store::record::{self, Record, RecordError};
use crate::store::sealed_folder::SealedFolder;
use crate::store::seeds::{CredentialsName, ItemKey, StoreError};

impl Authenticator {
    /// The record of this kind as it was last written; its default when it never was.
    pub fn record<R: Record>(&self) -> Result<R, Error> {
        let mut state = self.state();
        self.reload(&mut state)?;
        match &state.identity {
            Some(identity) => Ok(record::read(&self.home.folder, identity)?),
            None => Ok(R::default()),
        }
    }

    /// The record of this kind; one that is damaged is set aside, which the notice says with its new name, and the default
    /// stands for it.
    pub(super) fn record_or_anew<R: Record>(&self, notice: fn(String) -> Notice) -> Result<R, Error> {
        match self.record() {
            Err(Error::Record(RecordError::Damaged { .. })) => {}
            read => return read,
        }
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        // Another process may have done it meanwhile.
        match self.record() {
            Err(Error::Record(RecordError::Damaged { .. })) => {}
            read => return read,
        }
        let name = record::set_aside::<R>(&self.home.folder)?;
        self.state().notices.push(notice(name));
        Ok(R::default())
    }

    /// Applies `change` to the record of this kind and writes it, with the folder's lock held. Durable when this returns;
    /// when `change` fails, nothing is written.
    pub fn change_record<R: Record, T>(
        &self,
        change: impl FnOnce(&mut R) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        let mut state = self.state();
        self.reload(&mut state)?;
        let identity = self.identity(&mut state.identity)?;
        let mut record: R = record::read(&self.home.folder, identity)?;
        let outcome = change(&mut record)?;
        record::write(&self.home.folder, identity, &record, &self.home.faults)?;
        Ok(outcome)
    }

    /// A folder of sealed files of this name in the data folder, for work that is done piece by piece.
    pub fn sealed_folder(&self, name: &str) -> Result<SealedFolder, Error> {
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        let mut state = self.state();
        self.reload(&mut state)?;
        let identity = self.identity(&mut state.identity)?.clone();
        Ok(SealedFolder::new(
            self.home.folder.join(name),
            identity,
            self.home.faults.clone(),
        ))
    }

    /// Waits until no other process does work of this name, for at most `patience`; the turn ends with the guard.
    pub fn take_turn(&self, work: &str, patience: Duration) -> Result<FolderGuard, Error> {
        Ok(FolderLock::acquire_named(&self.home.folder, work, patience)?)
    }

    /// The credentials of this name; nothing when the store is open and has none.
    pub fn credentials(&self, name: &CredentialsName) -> Result<Option<Zeroizing<String>>, Error> {
        match self.store.read(&ItemKey::Credentials(name.clone())) {
            Ok(text) => Ok(Some(Zeroizing::new(text.as_str().to_owned()))),
            Err(StoreError::Missing(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps credentials in the store under this name, in place of those that were there.
    pub fn keep_credentials(&self, name: &CredentialsName, text: Zeroizing<String>) -> Result<(), Error> {
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        self.reach("credentials about to be written")?;
        Ok(self
            .store
            .write(&ItemKey::Credentials(name.clone()), &ItemText::new(text))?)
    }

    /// Takes the credentials of this name out of the store; none is fine.
    pub fn forget_credentials(&self, name: &CredentialsName) -> Result<(), Error> {
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        Ok(self.store.delete(&ItemKey::Credentials(name.clone()))?)
    }

    /// The names of all credentials in the store, in alphabetical order.
    pub fn credentials_names(&self) -> Result<Vec<CredentialsName>, Error> {
        let keys = self.store.keys()?.into_iter();
        let mut names: Vec<CredentialsName> = keys
            .filter_map(|key| match key {
                ItemKey::Credentials(name) => Some(name),
                ItemKey::Account(_) | ItemKey::IndexIdentity => None,
            })
            .collect();
        names.sort();
        Ok(names)
    }

    /// Puts records that the present key does not open out of the way and says so; only called while the folder's lock is
    /// held.
    pub(super) fn set_records_aside(&self, state: &mut State) -> Result<(), Error> {
        let Some(identity) = &state.identity else {
            return Ok(());
        };
        // What is remembered about backups says more when it is next asked for.
        for name in record::set_aside_unreadable(&self.home.folder, identity, BackupRecord::NAME)? {
            state.notices.push(Notice::AwsRecordAside(name));
        }
        Ok(())
    }
}
