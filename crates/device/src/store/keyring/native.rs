//! The macOS Keychain and the Windows Credential Manager, through `keyring-core`. Both ask the person by themselves.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::{KeyringOptions, KeyringState, SERVICE};
use crate::store::item::ItemText;
use crate::store::seeds::{ItemKey, SeedStore, StoreError, StoreKind};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(target_os = "windows")]
use windows_native_keyring_store::Store;

/// The platform's own keyring, by its name and never a default.
pub struct KeyringStore {
    store: Arc<Store>,
}

impl KeyringStore {
    pub(super) fn open(_options: &KeyringOptions) -> Result<Self, StoreError> {
        let store = Store::new().map_err(|error| StoreError::KeyringAbsent {
            reason: error.to_string(),
        })?;
        Ok(Self { store })
    }

    /// Open: the platform unlocks its keyring with the session, and asks by itself where it did not.
    pub fn state(&self) -> Result<KeyringState, StoreError> {
        Ok(KeyringState::Unlocked)
    }

    /// Nothing is left to do: the platform asks by itself.
    pub fn unlock(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// These keyrings are locked with the session and cannot be locked alone.
    pub fn lock(&self) -> Result<(), StoreError> {
        Err(StoreError::KeyringRefused {
            reason: "this system locks it together with the session".to_owned(),
        })
    }

    fn entry(&self, key: &ItemKey) -> Result<Entry, StoreError> {
        self.store
            .build(SERVICE, key.as_str(), None)
            .map_err(|error| cause(error, key))
    }
}

impl SeedStore for KeyringStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Keyring
    }

    fn read(&self, key: &ItemKey) -> Result<ItemText, StoreError> {
        let bytes = self.entry(key)?.get_secret().map_err(|error| cause(error, key))?;
        Ok(ItemText::from_bytes(Zeroizing::new(bytes))?)
    }

    fn read_many(&self, keys: &[ItemKey]) -> Result<Vec<Result<ItemText, StoreError>>, StoreError> {
        keys.iter()
            .map(|key| match self.read(key) {
                Err(error @ (StoreError::Missing(_) | StoreError::Item(_))) => Ok(Err(error)),
                Err(error) => Err(error),
                text => Ok(text),
            })
            .collect()
    }

    fn keys(&self) -> Result<Vec<ItemKey>, StoreError> {
        let pattern = SERVICE.replace('.', "\\.");
        let spec = if cfg!(target_os = "windows") {
            HashMap::from([("pattern", pattern.as_str())])
        } else {
            HashMap::from([("service", SERVICE)])
        };
        let found = self.store.search(&spec).map_err(|error| refused(&error))?;
        let specifiers = found.iter().filter_map(Entry::get_specifiers);
        Ok(specifiers
            .filter(|(service, _)| service == SERVICE)
            .filter_map(|(_, user)| ItemKey::try_from(user.as_str()).ok())
            .collect())
    }

    fn write(&self, key: &ItemKey, text: &ItemText) -> Result<(), StoreError> {
        let written = self.entry(key)?.set_secret(text.as_str().as_bytes());
        written.map_err(|error| cause(error, key))
    }

    fn delete(&self, key: &ItemKey) -> Result<(), StoreError> {
        match self.entry(key)?.delete_credential() {
            Err(Error::NoEntry) | Ok(()) => Ok(()),
            Err(error) => Err(cause(error, key)),
        }
    }
}

fn cause(error: Error, key: &ItemKey) -> StoreError {
    match error {
        Error::NoEntry => StoreError::Missing(key.clone()),
        Error::NoStorageAccess(_) => StoreError::KeyringDenied,
        error => refused(&error),
    }
}

fn refused(error: &Error) -> StoreError {
    StoreError::KeyringRefused {
        reason: error.to_string(),
    }
}
