//! A folder of small sealed files in the data folder, for long work that writes down each of many pieces by itself: a file
//! is whole or not there, and several threads may write different ones at once. Sealed to the key that the store keeps, so
//! that a seed may stand in one until it is where it belongs.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::fault::Faults;
use super::file;
use super::index::IndexIdentity;
use super::record::RecordError;
use super::sealed;

/// The folder, and the key to what is in it.
pub struct SealedFolder {
    path: PathBuf,
    identity: IndexIdentity,
    faults: Faults,
}

impl SealedFolder {
    pub(crate) fn new(path: PathBuf, identity: IndexIdentity, faults: Faults) -> Self {
        Self {
            path,
            identity,
            faults,
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the text into the file of this name, in place of what was there. Durable when this returns. One thread at a
    /// time writes a file.
    pub fn write(&self, name: &str, text: &[u8]) -> Result<(), RecordError> {
        let sealed = sealed::seal(&self.identity.recipient(), text);
        Ok(file::write_atomically(&self.file(name), &sealed, &self.faults)?)
    }

    /// What the file of this name says; nothing when there is none.
    pub fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, RecordError> {
        let Some(sealed) = file::read_bounded(&self.file(name), FILE_LIMIT)? else {
            return Ok(None);
        };
        let opened = sealed::open(self.identity.as_identity(), &sealed);
        let text = opened.map_err(|error| RecordError::Damaged {
            name: name.to_owned(),
            reason: error
                .reason("it is not sealed to the key in this store")
                .to_owned(),
        })?;
        Ok(Some(text))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}{EXTENSION}"))
    }
}

const EXTENSION: &str = ".age";

/// A plan for some 100,000 users.
const FILE_LIMIT: u64 = 64 * 1024 * 1024;
