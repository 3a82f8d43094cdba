//! Which store was chosen for a data folder: a small file beside the account index.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::fault::Faults;
use super::file::{self, FileError};
use super::seeds::StoreKind;

/// The file that says which store was chosen.
const CHOICE_FILE: &str = "store.json";

/// More than this is not what we wrote.
const CHOICE_LIMIT: u64 = 4096;

#[derive(Serialize, Deserialize)]
struct Choice {
    version: u32,
    store: StoreKind,
}

/// Why the file that says which store was chosen is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not what was written.
    #[error("{} does not say which store is in use: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The store that was chosen for this data folder; nothing when none was, which means the keyring.
pub fn chosen_store(folder: &Path) -> Result<Option<StoreKind>, ChoiceError> {
    let path = folder.join(CHOICE_FILE);
    let Some(bytes) = file::read_bounded(&path, CHOICE_LIMIT)? else {
        return Ok(None);
    };
    match serde_json::from_slice::<Choice>(&bytes) {
        Ok(choice) => Ok(Some(choice.store)),
        Err(error) => Err(ChoiceError::Damaged {
            path,
            reason: error.to_string(),
        }),
    }
}

/// Writes down which store is in use.
pub fn choose_store(folder: &Path, store: StoreKind, faults: &Faults) -> Result<(), ChoiceError> {
    let path = folder.join(CHOICE_FILE);
    let text = serde_json::to_vec(&Choice { version: 1, store }).map_err(|error| ChoiceError::Damaged {
        path: path.clone(),
        reason: error.to_string(),
    })?;
    Ok(file::write_atomically(&path, &text, faults)?)
}
