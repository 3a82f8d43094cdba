//! Why a file gives no accounts, or none was written: a stable code, a message and a remedy.

use lockstep_device::error::ErrorClass;
use lockstep_device::error_codes;

use crate::format::{Format, UnknownFormat};

/// Why a file as a whole cannot be read. It never carries anything secret that the file holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// None of the known apps wrote it.
    #[error("no authenticator that is known here wrote this file")]
    Unrecognised,
    /// The file is larger than any export.
    #[error("the file has {found} bytes; at most {limit} are taken")]
    TooLarge {
        /// Its size in bytes.
        found: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// The app lets nothing out. Carries its name.
    #[error("{0} does not let accounts out")]
    NotExportable(&'static str),
    /// Sealed with a key that only Bitwarden's servers give to that one account.
    #[error("this Bitwarden export is restricted to the Bitwarden account that made it")]
    AccountRestricted,
    /// It takes a password, and none was given.
    #[error("this file of {0} is protected with a password")]
    PasswordNeeded(Format),
    /// The password does not open it.
    #[error("the password does not open this file of {0}")]
    PasswordWrong(Format),
    /// Changed, cut off, or not what this app writes.
    #[error("this file of {format} is damaged: {reason}")]
    Damaged {
        /// Whose file it is.
        format: Format,
        /// What is wrong with it.
        reason: String,
    },
    /// Of a version, or with a cipher, that is not known.
    #[error("this file of {format} is of a kind that is not known here: {what}")]
    Unsupported {
        /// Whose file it is.
        format: Format,
        /// What is not known.
        what: String,
    },
    /// It asks for more work or memory than is given.
    #[error("this file of {format} asks for {found} {what}; 1 to {limit} are taken")]
    TooCostly {
        /// Whose file it is.
        format: Format,
        /// What it asks for.
        what: &'static str,
        /// How much of it.
        found: u64,
        /// How much is taken.
        limit: u64,
    },
    /// A format was named that is none.
    #[error(transparent)]
    UnknownFormat(#[from] UnknownFormat),
}

error_codes! {
    FileUnrecognised = "file-unrecognised", "Export once more from the other app and choose that file; `lockstep import --help` lists the apps that are known.";
    FileTooLarge = "file-too-large", "Choose the file that the other app exported.";
    FileNotExportable = "file-not-exportable", "Set each account up anew at its issuer, or move it over with a QR code where the issuer shows it again.";
    FileAccountRestricted = "file-account-restricted", "Export from Bitwarden again and choose “Password protected”, or JSON without encryption.";
    FilePasswordNeeded = "file-password-needed", "Give the password with --file-passphrase-file, or type it in when asked.";
    FilePasswordWrong = "file-password-wrong", "Try again: it is the password that the export was made with, which may not be the app's own.";
    FileDamaged = "file-damaged", "Export once more from the other app.";
    FileUnsupported = "file-unsupported", "Export from the other app in another format, without encryption if need be.";
    FileTooCostly = "file-too-costly", "Export once more with the app's usual settings.";
    FormatUnknown = "format-unknown", "Leave --format out: the file's content says what it is.";
}

impl ReadError {
    /// The stable name of the cause.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unrecognised => ErrorCode::FileUnrecognised,
            Self::TooLarge { .. } => ErrorCode::FileTooLarge,
            Self::NotExportable(_) => ErrorCode::FileNotExportable,
            Self::AccountRestricted => ErrorCode::FileAccountRestricted,
            Self::PasswordNeeded(_) => ErrorCode::FilePasswordNeeded,
            Self::PasswordWrong(_) => ErrorCode::FilePasswordWrong,
            Self::Damaged { .. } => ErrorCode::FileDamaged,
            Self::Unsupported { .. } => ErrorCode::FileUnsupported,
            Self::TooCostly { .. } => ErrorCode::FileTooCostly,
            Self::UnknownFormat(_) => ErrorCode::FormatUnknown,
        }
    }

    /// What to do next.
    pub fn remedy(&self) -> &'static str {
        self.code().remedy()
    }

    /// What a shell makes of it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::PasswordNeeded(_) | Self::PasswordWrong(_) => ErrorClass::Locked,
            _ => ErrorClass::Failed,
        }
    }
}
