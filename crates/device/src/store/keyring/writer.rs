//! Writing and deleting items, by `keyring-core`'s Secret Service store: that one by its name, never a default.
//!
//! Its prompts wait without an end when the service goes away, so it is called only once the items are known to be
//! unlocked.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use zbus::zvariant::OwnedObjectPath;
use zbus_secret_service_keyring_store::Store;
use zbus_secret_service_keyring_store::cred::Wrapper;

use super::SERVICE;
use super::bus::{self, gone, refused};
use super::filing::{attributes, label, with_key_line};
use crate::store::item::ItemText;
use crate::store::seeds::{ItemKey, StoreError};

/// The named store, with a connection and an encrypted session of its own.
pub(super) struct Writer(Arc<Store>);

impl Writer {
    /// Connects to the session's bus and agrees on a session key.
    pub(super) fn open() -> Result<Self, StoreError> {
        Store::new().map(Self).map_err(|error| cause(&error))
    }

    /// Writes the item: the one at `existing`, else a new one in the default collection.
    pub(super) fn write(
        &self,
        key: &ItemKey,
        text: &ItemText,
        existing: Option<&OwnedObjectPath>,
    ) -> Result<(), StoreError> {
        let label = label(key, text);
        let secret = with_key_line(key, text);
        let found = match existing {
            Some(path) => self.items(key)?.into_iter().find(|item| is_at(item, path)),
            None => None,
        };
        let written = match found {
            Some(item) => item
                .set_secret(secret.as_bytes())
                .and_then(|()| relabel(&item, &label)),
            None => self
                .0
                .build(
                    SERVICE,
                    key.as_str(),
                    Some(&HashMap::from([("label", label.as_str())])),
                )
                .and_then(|item| item.set_secret(secret.as_bytes())),
        };
        written.map_err(|error| cause(&error))
    }

    /// Deletes every item of this key. The one that is read goes last: until then the item is there or it is not, and
    /// never an older one.
    pub(super) fn delete(&self, key: &ItemKey, newest: &OwnedObjectPath) -> Result<(), StoreError> {
        let mut items = self.items(key)?;
        items.sort_by_key(|item| is_at(item, newest));
        for item in items {
            match item.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => {}
                Err(error) => return Err(cause(&error)),
            }
        }
        Ok(())
    }

    fn items(&self, key: &ItemKey) -> Result<Vec<Entry>, StoreError> {
        let found = self.0.search(&attributes(Some(key)));
        found.map_err(|error| cause(&error))
    }
}

/// An account may have been renamed since its item was made.
fn relabel(item: &Entry, label: &str) -> keyring_core::Result<()> {
    match found_item(item) {
        Some(found) if found.get_label()? != label => found.set_label(label),
        _ => Ok(()),
    }
}

fn is_at(item: &Entry, path: &OwnedObjectPath) -> bool {
    found_item(item).is_some_and(|found| found.get_path() == path.as_str())
}

/// What the store's own searches are made of.
fn found_item(item: &Entry) -> Option<&Wrapper> {
    item.as_any().downcast_ref()
}

/// The store passes on what the Secret Service said.
fn cause(error: &Error) -> StoreError {
    let (Error::PlatformFailure(platform) | Error::NoStorageAccess(platform)) = error else {
        return refused(error.to_string());
    };
    match platform.downcast_ref() {
        Some(secret_service::Error::Zbus(error)) => bus::cause(error),
        Some(secret_service::Error::ZbusFdo(error)) => bus::cause(&zbus::Error::FDO(Box::new(error.clone()))),
        Some(secret_service::Error::Locked | secret_service::Error::NoResult) => StoreError::KeyringLocked,
        Some(secret_service::Error::Prompt) => StoreError::KeyringDenied,
        Some(secret_service::Error::PromptDisconnected) => gone("the D-Bus connection was closed"),
        Some(secret_service::Error::Unavailable) => StoreError::KeyringAbsent {
            reason: platform.to_string(),
        },
        _ => refused(error.to_string()),
    }
}
