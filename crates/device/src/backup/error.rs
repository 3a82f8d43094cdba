//! Why there is no backup, or why one is not opened.

use std::path::PathBuf;

use crate::passphrase::WorkFactor;
use crate::store::file::FileError;

/// Why a backup was not made or opened. It never carries anything that was sealed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It is no age file at all.
    #[error("{0} is neither a backup nor a hand-off: it is not an age file")]
    NotAge(String),
    /// An age file that holds something else than a backup.
    #[error("the file opens, but what it holds is not a backup of Lockstep")]
    NotABackup,
    /// The passphrase does not open it.
    #[error("the passphrase does not open this file")]
    PassphraseWrong,
    /// It takes a passphrase, and none was given.
    #[error("this file is sealed with a passphrase")]
    PassphraseNeeded,
    /// None of the keys at hand opens it.
    #[error("this file is sealed to other keys than the {tried} that were tried")]
    KeyWrong {
        /// How many were tried.
        tried: usize,
    },
    /// It is sealed to keys, and none was given.
    #[error("this file is sealed to a key, and not to this machine's")]
    KeyNeeded,
    /// It asks for more scrypt work than is taken.
    #[error("this file asks for a scrypt work factor of {found}; at most {limit} is taken", limit = WorkFactor::LIMIT.get())]
    TooMuchWork {
        /// log2 N that it asks for.
        found: u8,
    },
    /// Its end is missing.
    #[error("this file is cut off: its end is missing")]
    CutOff,
    /// It was changed.
    #[error("this file is damaged: {0}")]
    Damaged(String),
    /// It opens, and its text is no JSON and holds no line with a whole account.
    #[error(
        "the text of this backup is broken at line {line}, column {column}, and no account in it is whole"
    )]
    Broken {
        /// The line, counted from 1.
        line: usize,
        /// The column in bytes, counted from 1.
        column: usize,
    },
    /// A newer Lockstep wrote it.
    #[error("this backup is of version {found}; this Lockstep reads version {supported}")]
    Newer {
        /// The version that it says.
        found: u32,
        /// The latest that is read.
        supported: u32,
    },
    /// Whom it should be sealed to cannot be understood. Carries what was given, cut short.
    #[error("{given:?} is not a recipient: {rule}")]
    Recipient {
        /// What was given, at most its first characters.
        given: String,
        /// What a recipient is.
        rule: &'static str,
    },
    /// A file of keys that holds none that can be used. Carries its name.
    #[error("{file} holds no key that opens backups: {reason}")]
    Identity {
        /// The file's name.
        file: String,
        /// Why not.
        reason: String,
    },
    /// An SSH key under a passphrase, and none was given. Carries its file's name.
    #[error("{0} is an SSH key that is protected with a passphrase")]
    IdentityLocked(String),
    /// What was typed in is neither the recovery identity nor its words.
    #[error("this is not a recovery identity: {0}")]
    Recovery(String),
    /// What was written reads back differently.
    #[error("the file {} was written and reads back differently", .0.display())]
    Unverified(PathBuf),
    /// The folder for backups is not there, as when a disk or a share is not connected.
    #[error("the backup folder {} is not there", .0.display())]
    FolderMissing(PathBuf),
    /// A file is there already.
    #[error("there is a file {} already", .0.display())]
    FileExists(PathBuf),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}
