//! The one door to whatever keeps the seeds.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::file::FileError;
use super::item::{ItemError, ItemText};
use crate::account::{AccountId, InvalidAccountId};

/// What an item is filed under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKey {
    /// An account's item.
    Account(AccountId),
    /// The identity that the account index is sealed to.
    IndexIdentity,
    /// Credentials for AWS: keys that a person gave, or a session that was made with a code.
    Credentials(CredentialsName),
}

/// What credentials are called in a store: 1 to 64 characters out of `[a-z0-9-]`. Filed as `aws.NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CredentialsName(String);

/// The text is not a name for credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be a name for credentials; it has 1 to 64 lower-case letters, digits and dashes")]
pub struct InvalidCredentialsName(pub String);

impl CredentialsName {
    /// The name, without the prefix it is filed with.
    pub fn as_str(&self) -> &str {
        self.0.strip_prefix(CREDENTIALS_PREFIX).unwrap_or(&self.0)
    }
}

impl TryFrom<&str> for CredentialsName {
    type Error = InvalidCredentialsName;

    fn try_from(name: &str) -> Result<Self, Self::Error> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=64).contains(&name.len()) && name.bytes().all(fits) {
            Ok(Self(format!("{CREDENTIALS_PREFIX}{name}")))
        } else {
            Err(InvalidCredentialsName(name.to_owned()))
        }
    }
}

/// The text is no key that an item is filed under.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidItemKey {
    /// It looks like an account's.
    #[error(transparent)]
    Account(#[from] InvalidAccountId),
    /// It looks like that of credentials.
    #[error(transparent)]
    Credentials(#[from] InvalidCredentialsName),
}

/// Which kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StoreKind {
    /// The operating system's keyring.
    Keyring,
    /// A file sealed with a passphrase.
    Vault,
}

/// Keeps the items. Calls block, the keyring's for as long as a person thinks about a prompt, so none belongs on a
/// user interface's thread.
pub trait SeedStore: Send + Sync {
    /// Which kind of store this is.
    fn kind(&self) -> StoreKind;

    /// One item. Fails with [`StoreError::Missing`] only when the store is open and surely has none.
    fn read(&self, key: &ItemKey) -> Result<ItemText, StoreError>;

    /// Many items in one go, each with its own outcome, in the order of `keys`. The outer error is the store's as a
    /// whole.
    fn read_many(&self, keys: &[ItemKey]) -> Result<Vec<Result<ItemText, StoreError>>, StoreError>;

    /// The keys of all items, in no particular order.
    fn keys(&self) -> Result<Vec<ItemKey>, StoreError>;

    /// Writes the item, replacing what was there. The caller holds the data folder's lock.
    fn write(&self, key: &ItemKey, text: &ItemText) -> Result<(), StoreError>;

    /// Writes many items. When it fails, some of them may be written; where they are in one file, none is.
    fn write_many(&self, items: &[(ItemKey, ItemText)]) -> Result<(), StoreError> {
        items.iter().try_for_each(|(key, text)| self.write(key, text))
    }

    /// Deletes the item; one that is absent is fine. The caller holds the data folder's lock.
    fn delete(&self, key: &ItemKey) -> Result<(), StoreError>;

    /// Deletes many items; those that are absent are fine.
    fn delete_many(&self, keys: &[ItemKey]) -> Result<(), StoreError> {
        keys.iter().try_for_each(|key| self.delete(key))
    }
}

/// Why a store did not do what was asked. Locked, denied, missing and absent are different things.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no keyring to talk to.
    #[error("there is no keyring: {reason}")]
    KeyringAbsent {
        /// What was looked for and not found.
        reason: String,
    },
    /// The keyring is locked, and asking the person was not allowed or not possible.
    #[error("the keyring is locked")]
    KeyringLocked,
    /// The person was asked to unlock the keyring and declined.
    #[error("the keyring is locked, and its prompt was dismissed")]
    KeyringDenied,
    /// The keyring, or the bus it is on, went away in the middle.
    #[error("the keyring went away before it answered: {reason}")]
    KeyringLost {
        /// What was seen of it.
        reason: String,
    },
    /// The keyring answered with an error of its own.
    #[error("the keyring refused: {reason}")]
    KeyringRefused {
        /// Its own words.
        reason: String,
    },
    /// The store is open and has no such item.
    #[error("the store has no item {0}")]
    Missing(ItemKey),
    /// There is no vault in the data folder.
    #[error("there is no vault here")]
    VaultAbsent,
    /// There is a vault in the data folder already.
    #[error("there is a vault here already")]
    VaultExists,
    /// The passphrase does not open the vault.
    #[error("the passphrase does not open the vault")]
    PassphraseWrong,
    /// A file of the vault was changed, cut off or lost.
    #[error("the vault is damaged: {reason}")]
    VaultDamaged {
        /// Which file, and what is wrong with it.
        reason: String,
    },
    /// The vault was written by a newer version.
    #[error("the vault is of version {version}; this Lockstep reads version {supported}")]
    VaultNewer {
        /// The version that it says.
        version: u32,
        /// The latest that is read.
        supported: u32,
    },
    /// The vault asks for more scrypt work than is taken.
    #[error("the vault asks for a scrypt work factor of {found}; at most {limit} is taken")]
    VaultWorkFactor {
        /// log2 N that it asks for.
        found: u8,
        /// log2 N that is taken.
        limit: u8,
    },
    /// The item is there, and what it says cannot be understood.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl ItemKey {
    /// The name that stores file it under: the account id, `account-index`, or `aws.` and the name of credentials.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Account(id) => id.as_str(),
            Self::IndexIdentity => INDEX_IDENTITY,
            Self::Credentials(name) => &name.0,
        }
    }
}

impl TryFrom<&str> for ItemKey {
    type Error = InvalidItemKey;

    fn try_from(name: &str) -> Result<Self, Self::Error> {
        if name == INDEX_IDENTITY {
            return Ok(Self::IndexIdentity);
        }
        if let Some(name) = name.strip_prefix(CREDENTIALS_PREFIX) {
            return Ok(Self::Credentials(CredentialsName::try_from(name)?));
        }
        Ok(Self::Account(AccountId::try_from(name.to_owned())?))
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for StoreKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Keyring => "keyring",
            Self::Vault => "vault",
        })
    }
}

const INDEX_IDENTITY: &str = "account-index";
const CREDENTIALS_PREFIX: &str = "aws.";
