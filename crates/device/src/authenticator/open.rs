//! Opening: which store, its key, the list, and what a crash may have left half done.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock};

use crate::authenticator::notice::Notice;
use crate::authenticator::view::CauseView;
use crate::authenticator::{Authenticator, Home, LOCK_PATIENCE, State};
use crate::error::Error;
use crate::passphrase::{Passphrase, WorkFactor};
use crate::store::choice::choose_store;
use crate::store::fault::Faults;
use crate::store::file;
use crate::store::index::{Index, IndexError, IndexFile, IndexIdentity};
use crate::store::keyring::{Keyring, KeyringOptions};
use crate::store::lock::{FolderLock, Pending};
use crate::store::seeds::{ItemKey, SeedStore, StoreError};
use crate::store::vault::LockedVault;

/// How to get at the seeds.
pub enum Access<'a> {
    /// The operating system's keyring.
    Keyring(KeyringOptions),
    /// The vault that is there, opened with its passphrase.
    Vault(&'a Passphrase),
    /// A new vault; fails when one is there.
    NewVault(&'a Passphrase, WorkFactor),
}

/// Opens the store that `access` names.
pub(super) fn open_store(home: &Home, access: Access<'_>) -> Result<Box<dyn SeedStore>, Error> {
    Ok(match access {
        Access::Keyring(options) => Box::new(Keyring::open(&options)?),
        Access::Vault(passphrase) => {
            let vault = LockedVault::find(&home.folder, &home.faults)?.ok_or(StoreError::VaultAbsent)?;
            Box::new(vault.unlock(passphrase).map_err(|(_, error)| error)?)
        }
        Access::NewVault(passphrase, work_factor) => Box::new(LockedVault::create(
            &home.folder,
            passphrase,
            work_factor,
            &home.faults,
        )?),
    })
}

impl Authenticator {
    /// Opens the accounts of `home`. May block while the keyring asks the person. A list that is damaged or gone is made
    /// again from the items, and what a crash left half done is finished; [`Authenticator::notices`] says so.
    pub fn open(home: Home, access: Access<'_>) -> Result<Self, Error> {
        let authenticator = Self::on_store(home, access)?;
        authenticator.load()?;
        authenticator.look_for_missed_backup(&authenticator.state());
        Ok(authenticator)
    }

    /// Opens the accounts of `home` although the list cannot be opened with the key in the store: the list is set aside
    /// (never deleted) and made again from the items.
    pub fn open_repairing(home: Home, access: Access<'_>) -> Result<Self, Error> {
        let authenticator = Self::on_store(home, access)?;
        match authenticator.load() {
            Err(Error::IndexKeyMissing | Error::Index(IndexError::OtherIdentity)) => {
                let _turn = FolderLock::acquire(&authenticator.home.folder, LOCK_PATIENCE)?;
                let mut state = authenticator.state();
                authenticator.set_index_aside(&mut state, IndexError::OtherIdentity)?;
                authenticator.reconcile(&mut state)?;
            }
            Ok(()) => authenticator.repair()?,
            Err(error) => return Err(error),
        }
        Ok(authenticator)
    }

    fn on_store(home: Home, access: Access<'_>) -> Result<Self, Error> {
        file::create_private_folder(&home.folder)?;
        let store = if matches!(access, Access::NewVault(..)) {
            // Two that make a vault at once take turns, or one would write over the other's key.
            let _turn = FolderLock::acquire(&home.folder, LOCK_PATIENCE)?;
            // A list that is here is sealed to a key in another store, which may only be out of reach at the moment.
            let listed = IndexFile::new(&home.folder, Faults::none()).exists()?;
            let has_vault = matches!(LockedVault::find(&home.folder, &home.faults), Ok(Some(_)));
            if listed && !has_vault {
                return Err(Error::IndexKeyMissing);
            }
            let store = open_store(&home, access)?;
            choose_store(&home.folder, store.kind(), &home.faults)?;
            store
        } else {
            open_store(&home, access)?
        };
        let file = IndexFile::new(&home.folder, home.faults.clone());
        let state = State {
            identity: None,
            index: Index::default(),
            seeds: HashMap::new(),
            unreadable: HashMap::new(),
            notices: vec![],
        };
        Ok(Self {
            home,
            store,
            file,
            state: Mutex::new(state),
            changed: AtomicBool::new(false),
            trail: OnceLock::new(),
        })
    }

    /// Reads the list; where it needs mending, takes the folder's lock and mends it.
    fn load(&self) -> Result<(), Error> {
        let whole = {
            let mut state = self.state();
            match self.reload(&mut state) {
                Ok(()) => Pending::read(&self.home.folder)?.is_none(),
                Err(Error::Index(IndexError::Absent | IndexError::Damaged { .. })) => false,
                // The list before it opens with this key: so the key is right, and the list is damaged in its head.
                Err(Error::Index(IndexError::OtherIdentity)) if self.previous(&state).is_some() => false,
                Err(error) => return Err(error),
            }
        };
        if whole {
            return Ok(());
        }
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        let mut state = self.state();
        match self.reload(&mut state) {
            Ok(()) | Err(Error::Index(IndexError::Absent)) => {}
            Err(Error::Index(error @ (IndexError::Damaged { .. } | IndexError::OtherIdentity))) => {
                self.set_index_aside(&mut state, error)?;
            }
            Err(error) => return Err(error),
        }
        self.reconcile(&mut state)
    }

    /// Reads the list as it is on disk. A store without a key and a folder without a list is a new one; a store without
    /// accounts and a folder without a list is one, too.
    pub(super) fn reload(&self, state: &mut State) -> Result<(), Error> {
        if state.identity.is_none() {
            // Looked at first: a key is always stored before a list is written, by another process, too.
            let listed = self.file.exists()?;
            match self.store.read(&ItemKey::IndexIdentity) {
                Ok(text) => state.identity = Some(IndexIdentity::from_text(&text)?),
                Err(StoreError::Missing(_)) if listed => return Err(Error::IndexKeyMissing),
                Err(StoreError::Missing(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let read = match &state.identity {
            Some(identity) => self.file.read(identity),
            None => Err(IndexError::Absent),
        };
        match read {
            Ok(index) => state.index = index,
            Err(IndexError::Absent) if self.has_no_account()? => state.index = Index::default(),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn has_no_account(&self) -> Result<bool, Error> {
        Ok(!self
            .store
            .keys()?
            .iter()
            .any(|key| matches!(key, ItemKey::Account(_))))
    }

    fn previous(&self, state: &State) -> Option<Index> {
        state
            .identity
            .as_ref()
            .and_then(|identity| self.file.read_previous(identity).ok())
    }

    /// Puts a list that cannot be used out of the way and falls back to the one before it, or to none.
    fn set_index_aside(&self, state: &mut State, why: IndexError) -> Result<(), Error> {
        let aside = self.file.set_aside()?;
        let previous = self.previous(state);
        let aside = aside
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let why = CauseView::from(&Error::from(why));
        state.notices.push(match &previous {
            Some(_) => Notice::ListRecovered { why, aside },
            None => Notice::ListRemade { why, aside },
        });
        state.index = previous.unwrap_or_default();
        Ok(())
    }
}
