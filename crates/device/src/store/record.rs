//! Sealed records: small files beside the account index that say what is under way or what was seen, such as an
//! enrolment's journal. JSON, sealed to the index's identity; never a seed. Each is whole or not there.

use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fault::Faults;
use super::file::{self, FileError};
use super::index::IndexIdentity;
use super::sealed;

/// What can be kept as a record. Its default is what stands for a file that is not there.
pub trait Record: Default + Serialize + DeserializeOwned {
    /// The file is called `record-NAME.age`.
    const NAME: &'static str;
    /// The version that is written, and the latest that is read.
    const VERSION: u32;
}

/// Why a record was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file was changed or cut off, is sealed to another key, or does not say what such a record says.
    #[error("{name} is damaged: {reason}")]
    Damaged {
        /// The file's name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file was written by a newer version.
    #[error("{name} is of version {version}; this Lockstep reads version {supported}")]
    Newer {
        /// The file's name.
        name: String,
        /// The version that it says.
        version: u32,
        /// The latest that is read.
        supported: u32,
    },
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

#[derive(Serialize)]
struct Written<'a, R> {
    version: u32,
    record: &'a R,
}

#[derive(Deserialize)]
struct Read<R> {
    record: R,
}

/// Only the version, which decides whether the rest can be understood.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// The record of this kind in `folder`; the default when there is none.
pub(crate) fn read<R: Record>(folder: &Path, identity: &IndexIdentity) -> Result<R, RecordError> {
    let path = path_of(folder, R::NAME);
    let Some(text) = open(&path, identity)? else {
        return Ok(R::default());
    };
    let name = || name_of(&path);
    let damaged = |error: serde_json::Error| RecordError::Damaged {
        name: name(),
        reason: error.to_string(),
    };
    let Version { version } = serde_json::from_slice(&text).map_err(damaged)?;
    if version > R::VERSION {
        return Err(RecordError::Newer {
            name: name(),
            version,
            supported: R::VERSION,
        });
    }
    let Read { record } = serde_json::from_slice(&text).map_err(damaged)?;
    Ok(record)
}

/// Replaces the record. The caller holds the folder's lock.
pub(crate) fn write<R: Record>(
    folder: &Path,
    identity: &IndexIdentity,
    record: &R,
    faults: &Faults,
) -> Result<(), RecordError> {
    let path = path_of(folder, R::NAME);
    let written = Written {
        version: R::VERSION,
        record,
    };
    let text = serde_json::to_vec(&written).map_err(|error| RecordError::Damaged {
        name: name_of(&path),
        reason: error.to_string(),
    })?;
    let sealed = sealed::seal(&identity.recipient(), &text);
    Ok(file::write_atomically(&path, &sealed, faults)?)
}

/// Puts the record of this kind out of the way, and gives the name that it has now. The caller holds the folder's lock.
pub(crate) fn set_aside<R: Record>(folder: &Path) -> Result<String, RecordError> {
    Ok(name_of(&file::set_aside(&path_of(folder, R::NAME))?))
}

/// Puts every record but `spared` that this identity does not open, or that is no record, out of the way, and gives the names that they have now.
pub(crate) fn set_aside_unreadable(
    folder: &Path,
    identity: &IndexIdentity,
    spared: &str,
) -> Result<Vec<String>, RecordError> {
    let mut names = vec![];
    for entry in std::fs::read_dir(folder).map_err(FileError::at("list", folder))? {
        let path = entry.map_err(FileError::at("list", folder))?.path();
        let name = name_of(&path);
        let is_record = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.strip_suffix(".age"))
            .is_some_and(|kind| kind != spared && !kind.contains(".damaged-"));
        if is_record && is_damaged(&path, identity)? {
            names.push(name_of(&file::set_aside(&path)?));
        }
    }
    names.sort();
    Ok(names)
}

/// Whether it cannot be opened, or says nothing that any record says.
fn is_damaged(path: &Path, identity: &IndexIdentity) -> Result<bool, RecordError> {
    match open(path, identity) {
        Ok(Some(text)) => {
            let version = serde_json::from_slice::<Version>(&text);
            Ok(version.is_err() || serde_json::from_slice::<Read<IgnoredAny>>(&text).is_err())
        }
        Ok(None) => Ok(false),
        Err(RecordError::Damaged { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

fn open(path: &Path, identity: &IndexIdentity) -> Result<Option<Zeroizing<Vec<u8>>>, RecordError> {
    let Some(sealed) = file::read_bounded(path, RECORD_LIMIT)? else {
        return Ok(None);
    };
    let opened = sealed::open(identity.as_identity(), &sealed).map_err(|error| RecordError::Damaged {
        name: name_of(path),
        reason: error
            .reason("it is not sealed to the key in this store")
            .to_owned(),
    });
    opened.map(Some)
}

fn path_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{PREFIX}{name}.age"))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

const PREFIX: &str = "record-";

/// Some 100,000 journal entries.
const RECORD_LIMIT: u64 = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Count {
        count: u32,
    }

    impl Record for Count {
        const NAME: &'static str = "count";
        const VERSION: u32 = 2;
    }

    #[derive(Default, Serialize, Deserialize)]
    struct Later {}

    impl Record for Later {
        const NAME: &'static str = "count";
        const VERSION: u32 = 3;
    }

    #[test]
    fn a_record_is_read_as_it_was_written_and_absent_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let identity = IndexIdentity::generate();
        assert_eq!(read::<Count>(folder.path(), &identity).unwrap(), Count::default());
        write(folder.path(), &identity, &Count { count: 7 }, &Faults::none()).unwrap();
        assert_eq!(
            read::<Count>(folder.path(), &identity).unwrap(),
            Count { count: 7 }
        );
    }

    #[test]
    fn a_record_of_another_key_is_damage_and_is_set_aside_only_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (IndexIdentity::generate(), IndexIdentity::generate());
        write(folder.path(), &other, &Count { count: 7 }, &Faults::none()).unwrap();
        let refused = read::<Count>(folder.path(), &ours);
        assert!(matches!(refused, Err(RecordError::Damaged { .. })));
        assert_eq!(
            set_aside_unreadable(folder.path(), &ours, "backup").unwrap(),
            ["record-count.damaged-1.age"]
        );
        assert_eq!(read::<Count>(folder.path(), &ours).unwrap(), Count::default());
        assert!(
            set_aside_unreadable(folder.path(), &ours, "backup")
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_newer_record_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let identity = IndexIdentity::generate();
        write(folder.path(), &identity, &Later {}, &Faults::none()).unwrap();
        let refused = read::<Count>(folder.path(), &identity);
        assert!(matches!(
            refused,
            Err(RecordError::Newer {
                version: 3,
                supported: 2,
                ..
            })
        ));
        assert!(
            set_aside_unreadable(folder.path(), &identity, "backup")
                .unwrap()
                .is_empty()
        );
    }
}
