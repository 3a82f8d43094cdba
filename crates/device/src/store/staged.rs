//! What a restore is about to write, sealed in a file of its own: after a crash in the middle, whoever comes next writes
//! the rest, so that a restore happens as a whole or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fault::Faults;
use super::file::{self, FileError};
use super::index::IndexIdentity;
use super::item::ItemText;
use super::sealed;
use super::seeds::ItemKey;
use crate::account::Account;

/// Items and the list that goes with them.
pub(crate) struct Staged {
    /// What is to be written.
    pub(crate) items: Vec<(ItemKey, ItemText)>,
    /// The rows of the list afterwards.
    pub(crate) accounts: Vec<Account>,
}

/// Why what was staged cannot be read.
#[derive(Debug)]
pub(crate) enum StagedError {
    /// The file was changed or cut off, or is sealed to another key.
    Damaged,
    /// The file could not be read.
    File(FileError),
}

#[derive(Serialize, Deserialize)]
struct Written {
    items: BTreeMap<String, Vec<Zeroizing<String>>>,
    accounts: Vec<Account>,
}

impl Staged {
    /// Writes it durably. The caller holds the folder's lock.
    pub(crate) fn write(
        &self,
        folder: &Path,
        identity: &IndexIdentity,
        faults: &Faults,
    ) -> Result<(), FileError> {
        let items = self
            .items
            .iter()
            .map(|(key, text)| (key.as_str().to_owned(), text.to_lines()));
        let written = Written {
            items: items.collect(),
            accounts: self.accounts.clone(),
        };
        let length: usize = self
            .items
            .iter()
            .map(|(_, text)| 2 * text.as_str().len() + 64)
            .sum();
        // Room for all of it at once: growing would leave copies of seeds behind.
        let mut text = Zeroizing::new(Vec::with_capacity(length + 1024 * (self.accounts.len() + 1)));
        serde_json::to_writer(&mut *text, &written).expect("strings and numbers are always JSON");
        file::write_atomically(&path(folder), &sealed::seal(&identity.recipient(), &text), faults)
    }

    /// What is staged; nothing when nothing is.
    pub(crate) fn read(folder: &Path, identity: &IndexIdentity) -> Result<Option<Self>, StagedError> {
        let file = file::read_bounded(&path(folder), STAGED_LIMIT).map_err(StagedError::File)?;
        let Some(file) = file else { return Ok(None) };
        let text = sealed::open(identity.as_identity(), &file).map_err(|_| StagedError::Damaged)?;
        let written: Written = serde_json::from_slice(&text).map_err(|_| StagedError::Damaged)?;
        let mut items = Vec::with_capacity(written.items.len());
        for (key, lines) in written.items {
            let key = ItemKey::try_from(key.as_str()).map_err(|_| StagedError::Damaged)?;
            items.push((key, ItemText::from_lines(&lines)));
        }
        Ok(Some(Self {
            items,
            accounts: written.accounts,
        }))
    }

    /// Removes the file, if it is there.
    pub(crate) fn clear(folder: &Path, faults: &Faults) -> Result<(), FileError> {
        file::remove(&path(folder), faults)
    }

    /// Puts a file that cannot be read out of the way, and gives its new name.
    pub(crate) fn set_aside(folder: &Path) -> Result<PathBuf, FileError> {
        file::set_aside(&path(folder))
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("restore.age")
}

const STAGED_LIMIT: u64 = 256 * 1024 * 1024;
