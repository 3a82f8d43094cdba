//! The vault: the same items as in a keyring, in one file, for machines without a keyring and for people who want a
//! passphrase of their own.
//!
//! `vault-identity.age` is an X25519 identity sealed with the passphrase, as `age -p` does it; `vault.age` is
//! `{"version":1,"items":{KEY:[LINE,…]}}` sealed to that identity. `age -d` alone opens both, one after the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fault::Faults;
use super::file;
use super::item::ItemText;
use super::sealed::{self, OpenError};
use super::seeds::{ItemKey, SeedStore, StoreError, StoreKind};
use crate::passphrase::{Passphrase, WorkFactor};

/// The version that is written.
pub const VAULT_VERSION: u32 = 1;

/// A vault that is there and not open.
#[derive(Clone, Debug)]
pub struct LockedVault {
    files: Files,
}

/// A vault that is open: it holds the identity, and no item. Each read opens the file anew, so that another process's
/// changes are seen.
pub struct UnlockedVault {
    files: Files,
    identity: age::x25519::Identity,
}

#[derive(Clone, Debug)]
struct Files {
    identity: PathBuf,
    items: PathBuf,
    faults: Faults,
}

type Items = BTreeMap<String, Vec<Zeroizing<String>>>;

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    items: Items,
}

/// Only the version, which decides whether the rest can be understood.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl LockedVault {
    /// The vault of this data folder, if there is one. Fails with [`StoreError::VaultDamaged`] when one of its two
    /// files is gone.
    pub fn find(folder: &Path, faults: &Faults) -> Result<Option<Self>, StoreError> {
        let files = Files::of(folder, faults);
        match (exists(&files.identity)?, exists(&files.items)?) {
            (true, true) => Ok(Some(Self { files })),
            (false, false) => Ok(None),
            (true, false) => Err(lost(&files.items)),
            (false, true) => Err(lost(&files.identity)),
        }
    }

    /// Makes a new, empty vault and opens it. Fails with [`StoreError::VaultExists`] when there is one; files of one
    /// that lacks its identity, as an interrupted `create` leaves them, are set aside. The caller holds the folder's
    /// lock.
    pub fn create(
        folder: &Path,
        passphrase: &Passphrase,
        work: WorkFactor,
        faults: &Faults,
    ) -> Result<UnlockedVault, StoreError> {
        let files = Files::of(folder, faults);
        if exists(&files.identity)? {
            return Err(StoreError::VaultExists);
        }
        if exists(&files.items)? {
            let aside = file::set_aside(&files.items)?;
            tracing::warn!(path = %aside.display(), "a vault without an identity is set aside");
        }
        let vault = UnlockedVault {
            files,
            identity: age::x25519::Identity::generate(),
        };
        // The identity comes last: a vault is there only when both are.
        vault.write_items(Items::new())?;
        vault.write_identity(passphrase, work)?;
        Ok(vault)
    }

    /// Opens the vault. A wrong passphrase gives the locked vault back, to try again.
    pub fn unlock(self, passphrase: &Passphrase) -> Result<UnlockedVault, (Self, StoreError)> {
        match self.files.open_identity(passphrase) {
            Ok(identity) => Ok(UnlockedVault {
                files: self.files,
                identity,
            }),
            Err(error) => Err((self, error)),
        }
    }
}

impl UnlockedVault {
    /// Closes the vault: the identity is erased from memory.
    pub fn lock(self) -> LockedVault {
        LockedVault { files: self.files }
    }

    /// Seals the vault's identity with another passphrase. Copies of the two files from before still open with the
    /// passphrase from before.
    pub fn change_passphrase(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<(), StoreError> {
        self.write_identity(passphrase, work)
    }

    fn write_identity(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<(), StoreError> {
        let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
        recipient.set_work_factor(work.get());
        let text = self.identity.to_string();
        let sealed = sealed::seal(&recipient, text.expose_secret().as_bytes());
        Ok(file::write_atomically(
            &self.files.identity,
            &sealed,
            &self.files.faults,
        )?)
    }

    fn read_items(&self) -> Result<Items, StoreError> {
        let path = &self.files.items;
        let sealed = file::read_bounded(path, VAULT_LIMIT)?.ok_or_else(|| lost(path))?;
        let text = sealed::open(&self.identity, &sealed)
            .map_err(|error| damaged(path, error.reason("it is not sealed to this vault's identity")))?;
        let not_json = |_| damaged(path, "it is not the JSON of a vault");
        let Version { version } = serde_json::from_slice(&text).map_err(not_json)?;
        if version > VAULT_VERSION {
            return Err(StoreError::VaultNewer {
                version,
                supported: VAULT_VERSION,
            });
        }
        let document: Document = serde_json::from_slice(&text).map_err(not_json)?;
        Ok(document.items)
    }

    fn write_items(&self, items: Items) -> Result<(), StoreError> {
        // Room for all of it at once: growing would leave copies of seeds behind.
        let length: usize = items.values().flatten().map(|line| 2 * line.len() + 8).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(length + 64 * (items.len() + 1)));
        let document = Document {
            version: VAULT_VERSION,
            items,
        };
        serde_json::to_writer(&mut *text, &document).expect("strings and numbers are always JSON");
        let sealed = sealed::seal(&self.identity.to_public(), &text);
        Ok(file::write_atomically(
            &self.files.items,
            &sealed,
            &self.files.faults,
        )?)
    }
}

impl SeedStore for UnlockedVault {
    fn kind(&self) -> StoreKind {
        StoreKind::Vault
    }

    fn read(&self, key: &ItemKey) -> Result<ItemText, StoreError> {
        item(&self.read_items()?, key)
    }

    fn read_many(&self, keys: &[ItemKey]) -> Result<Vec<Result<ItemText, StoreError>>, StoreError> {
        let items = self.read_items()?;
        Ok(keys.iter().map(|key| item(&items, key)).collect())
    }

    fn keys(&self) -> Result<Vec<ItemKey>, StoreError> {
        let items = self.read_items()?;
        // A name of a later version's making stays in the file, and is none of ours.
        Ok(items
            .keys()
            .filter_map(|name| ItemKey::try_from(name.as_str()).ok())
            .collect())
    }

    fn write(&self, key: &ItemKey, text: &ItemText) -> Result<(), StoreError> {
        let mut items = self.read_items()?;
        put(&mut items, key, text);
        self.write_items(items)
    }

    fn write_many(&self, many: &[(ItemKey, ItemText)]) -> Result<(), StoreError> {
        let mut items = self.read_items()?;
        for (key, text) in many {
            put(&mut items, key, text);
        }
        self.write_items(items)
    }

    fn delete(&self, key: &ItemKey) -> Result<(), StoreError> {
        self.delete_many(std::slice::from_ref(key))
    }

    fn delete_many(&self, keys: &[ItemKey]) -> Result<(), StoreError> {
        let mut items = self.read_items()?;
        let before = items.len();
        for key in keys {
            items.remove(key.as_str());
        }
        if items.len() == before {
            return Ok(());
        }
        self.write_items(items)
    }
}

impl Files {
    fn of(folder: &Path, faults: &Faults) -> Self {
        Self {
            identity: folder.join("vault-identity.age"),
            items: folder.join("vault.age"),
            faults: faults.clone(),
        }
    }

    fn open_identity(&self, passphrase: &Passphrase) -> Result<age::x25519::Identity, StoreError> {
        let path = &self.identity;
        let sealed = file::read_bounded(path, IDENTITY_LIMIT)?.ok_or(StoreError::VaultAbsent)?;
        let mut scrypt = age::scrypt::Identity::new(passphrase.secret());
        scrypt.set_max_work_factor(WorkFactor::LIMIT.get());
        let text = sealed::open(&scrypt, &sealed).map_err(|error| match error {
            OpenError::WrongPassphrase => StoreError::PassphraseWrong,
            OpenError::TooMuchWork(found) => StoreError::VaultWorkFactor {
                found,
                limit: WorkFactor::LIMIT.get(),
            },
            other => damaged(path, other.reason("it is not sealed with a passphrase")),
        })?;
        let text = std::str::from_utf8(&text).map_err(|_| damaged(path, "it holds no age identity"))?;
        // As `age-keygen` writes them, with comments; or the bare line.
        let line = text
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with(IDENTITY_PREFIX));
        line.and_then(|line| line.parse().ok())
            .ok_or_else(|| damaged(path, "it holds no age identity"))
    }
}

fn put(items: &mut Items, key: &ItemKey, text: &ItemText) {
    items.insert(key.as_str().to_owned(), text.to_lines());
}

fn item(items: &Items, key: &ItemKey) -> Result<ItemText, StoreError> {
    let lines = items
        .get(key.as_str())
        .ok_or_else(|| StoreError::Missing(key.clone()))?;
    Ok(ItemText::from_lines(lines))
}

fn exists(path: &Path) -> Result<bool, StoreError> {
    Ok(path.try_exists().map_err(file::FileError::at("look at", path))?)
}

fn lost(path: &Path) -> StoreError {
    damaged(path, "it is gone")
}

fn damaged(path: &Path, reason: &str) -> StoreError {
    StoreError::VaultDamaged {
        reason: format!("{}: {reason}", path.display()),
    }
}

const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-1";
const IDENTITY_LIMIT: u64 = 64 * 1024;

/// Some 200,000 items.
const VAULT_LIMIT: u64 = 128 * 1024 * 1024;
