//! Whose credentials were used last: `connection.json` in the data folder. It holds a name, never a credential. What cannot be
//! used is as good as none.

use std::path::Path;

use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::{FileError, read_bounded, write_atomically};

use crate::aws::choice::AwsChoice;

/// The choice that was kept in `folder`.
pub(super) fn read(folder: &Path) -> Option<AwsChoice> {
    let bytes = read_bounded(&folder.join(NAME), MAX_BYTES).ok()??;
    serde_json::from_slice(&bytes).ok()?
}

/// Keeps this one in its place; nothing where there is to be none.
pub(super) fn keep(folder: &Path, choice: Option<&AwsChoice>, faults: &Faults) -> Result<(), FileError> {
    let path = folder.join(NAME);
    let bytes = serde_json::to_vec(&choice).map_err(|error| FileError::at("write", &path)(error.into()))?;
    write_atomically(&path, &bytes, faults)
}

const NAME: &str = "connection.json";

/// A name of a profile is as long as a line at the most.
const MAX_BYTES: u64 = 64 * 1024;
