//! The account index: order, labels, tags, bindings and last use; never a seed. An age file sealed to an identity
//! that the store keeps. Losing it loses no account.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::fault::Faults;
use super::file::{self, FileError};
use super::item::{ItemError, ItemText};
use super::sealed::{self, OpenError};
use crate::account::{Account, AccountId};

/// The version that is written.
pub const INDEX_VERSION: u32 = 1;

/// All rows, in the person's own order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Counts the writes.
    pub generation: u64,
    /// The write that last changed more than when a code was used; 0 when that is not known.
    pub changed: u64,
    /// The rows that are whole.
    pub accounts: Vec<Account>,
    /// The rows that are not. They are kept as they are, behind the others.
    pub damaged: Vec<DamagedRow>,
}

/// A row that cannot be understood, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedRow {
    /// The account it seems to be about.
    pub id: Option<AccountId>,
    /// What is wrong with it.
    pub reason: String,
    /// The row as it stands in the file, JSON.
    pub raw: String,
}

/// The identity that the index is sealed to: random, kept in the store, erased from memory when dropped.
#[derive(Clone)]
pub struct IndexIdentity(age::x25519::Identity);

/// The index's file in the data folder, and the generation before it.
#[derive(Clone, Debug)]
pub struct IndexFile {
    path: PathBuf,
    previous: PathBuf,
    faults: Faults,
}

/// Why the index was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no such file.
    #[error("there is no account list")]
    Absent,
    /// The file was changed or cut off, or does not say what an index says.
    #[error("the account list is damaged: {reason}")]
    Damaged {
        /// What is wrong with it.
        reason: String,
    },
    /// The file was written by a newer version.
    #[error("the account list is of version {version}; this Lockstep reads version {INDEX_VERSION}")]
    Newer {
        /// The version that it says.
        version: u32,
    },
    /// A well-formed age file that this identity does not open.
    #[error("the account list is not sealed to the key in this store")]
    OtherIdentity,
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    generation: u64,
    #[serde(default)]
    changed: u64,
    accounts: Vec<Box<RawValue>>,
}

/// Only the version, which decides whether the rest can be understood.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Only the id of a row whose rest may be broken.
#[derive(Deserialize)]
struct RowId {
    id: AccountId,
}

impl IndexIdentity {
    /// A new random identity.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// The text that the store keeps, `AGE-SECRET-KEY-1…`.
    pub fn to_text(&self) -> ItemText {
        ItemText::new(Zeroizing::new(self.0.to_string().expose_secret().to_owned()))
    }

    /// Reads the store's text; fails with [`ItemError::NotAnIdentity`].
    pub fn from_text(text: &ItemText) -> Result<Self, ItemError> {
        let identity = text.as_str().trim().parse();
        identity.map(Self).map_err(|_| ItemError::NotAnIdentity)
    }

    /// The identity itself, to open what is sealed to it.
    pub(crate) fn as_identity(&self) -> &dyn age::Identity {
        &self.0
    }

    /// A copy of the identity, to stand among others.
    pub(crate) fn to_identity(&self) -> age::x25519::Identity {
        self.0.clone()
    }

    /// Whom to seal to, so that this identity opens it.
    pub fn recipient(&self) -> age::x25519::Recipient {
        self.0.to_public()
    }
}

impl IndexFile {
    /// The index of this data folder, whether it is there or not.
    pub fn new(folder: &Path, faults: Faults) -> Self {
        Self {
            path: folder.join("index.age"),
            previous: folder.join("index.previous.age"),
            faults,
        }
    }

    /// The file's path, to be watched for foreign changes.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is there.
    pub fn exists(&self) -> Result<bool, FileError> {
        self.path
            .try_exists()
            .map_err(FileError::at("look at", &self.path))
    }

    /// The index as it was last written.
    pub fn read(&self, identity: &IndexIdentity) -> Result<Index, IndexError> {
        read(&self.path, identity)
    }

    /// The generation before it.
    pub fn read_previous(&self, identity: &IndexIdentity) -> Result<Index, IndexError> {
        read(&self.previous, identity)
    }

    /// Replaces the file and keeps the one that was there as the generation before. The caller holds the folder's
    /// lock and has raised [`Index::generation`].
    pub fn write(&self, identity: &IndexIdentity, index: &Index) -> Result<(), IndexError> {
        let text = to_json(index)?;
        let sealed = sealed::seal(&identity.recipient(), &text);
        Ok(file::write_whole(
            &self.path,
            &sealed,
            Some(&self.previous),
            &self.faults,
        )?)
    }

    /// Renames a damaged file to `index.damaged-N.age`, never over another, and gives the new path.
    pub fn set_aside(&self) -> Result<PathBuf, FileError> {
        file::set_aside(&self.path)
    }
}

fn read(path: &Path, identity: &IndexIdentity) -> Result<Index, IndexError> {
    let sealed = file::read_bounded(path, INDEX_LIMIT)?.ok_or(IndexError::Absent)?;
    let text = sealed::open(&identity.0, &sealed).map_err(|error| match error {
        OpenError::NotOurs => IndexError::OtherIdentity,
        other => damaged(other.reason("")),
    })?;
    from_json(&text)
}

fn damaged(reason: impl Into<String>) -> IndexError {
    IndexError::Damaged {
        reason: reason.into(),
    }
}

fn to_json(index: &Index) -> Result<Zeroizing<Vec<u8>>, IndexError> {
    let broken = |error: serde_json::Error| damaged(error.to_string());
    let whole = index.accounts.iter().map(serde_json::value::to_raw_value);
    let kept = index
        .damaged
        .iter()
        .map(|row| RawValue::from_string(row.raw.clone()));
    let document = Document {
        version: INDEX_VERSION,
        generation: index.generation,
        changed: index.changed,
        accounts: whole.chain(kept).collect::<Result<_, _>>().map_err(broken)?,
    };
    serde_json::to_vec(&document).map(Zeroizing::new).map_err(broken)
}

fn from_json(text: &[u8]) -> Result<Index, IndexError> {
    let broken =
        |error: serde_json::Error| damaged(format!("it is not the JSON of an account list ({error})"));
    let Version { version } = serde_json::from_slice(text).map_err(broken)?;
    if version > INDEX_VERSION {
        return Err(IndexError::Newer { version });
    }
    let document: Document = serde_json::from_slice(text).map_err(broken)?;
    let mut index = Index {
        generation: document.generation,
        changed: document.changed,
        ..Index::default()
    };
    let mut seen = HashSet::new();
    for row in document.accounts {
        let raw = row.get();
        let parsed = serde_json::from_str::<Account>(raw).map_err(|error| error.to_string());
        let unique = parsed.and_then(|account| {
            if seen.insert(account.id.clone()) {
                Ok(account)
            } else {
                Err("an earlier row has the same id".to_owned())
            }
        });
        match unique {
            Ok(account) => index.accounts.push(account),
            Err(reason) => index.damaged.push(DamagedRow {
                id: serde_json::from_str(raw).ok().map(|RowId { id }| id),
                reason,
                raw: raw.to_owned(),
            }),
        }
    }
    Ok(index)
}

/// Some 200,000 accounts.
const INDEX_LIMIT: u64 = 128 * 1024 * 1024;
