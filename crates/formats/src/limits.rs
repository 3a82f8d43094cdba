//! How much a file may ask for. Each number is looked at before anything is allocated or computed because of it.

use crate::error::ReadError;
use crate::format::Format;

/// The largest file that is read, in bytes; also the most that a zip entry may unpack to.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// The most memory that a key derivation may ask for, in bytes.
pub const MAX_KDF_BYTES: u64 = 256 * 1024 * 1024;

/// The most rounds of PBKDF2.
pub const MAX_PBKDF2_ROUNDS: u64 = 8_000_000;

/// The most rounds of AES over a key: some seconds with the processor's own instructions.
pub const MAX_AES_ROUNDS: u64 = 100_000_000;

/// The most that scrypt may do for one file, as N · r · p: the most memory, four times over.
pub const MAX_SCRYPT_WORK: u64 = MAX_KDF_BYTES / 128 * 4;

/// The most that Argon2 may do for one file, as KiB · passes: the most memory, sixteen times over, as Ente asks for.
pub const MAX_ARGON2_WORK: u64 = MAX_KDF_BYTES / 1024 * 16;

/// The most lanes of Argon2.
pub const MAX_ARGON2_LANES: u64 = 64;

/// The most accounts of one file.
pub const MAX_ACCOUNTS: usize = 100_000;

/// `found` when it is from 1 to `limit`; else what was asked for and what is taken. `what` names the cost for
/// people, such as `rounds of PBKDF2`.
pub(crate) fn at_most(format: Format, what: &'static str, found: u64, limit: u64) -> Result<u64, ReadError> {
    if (1..=limit).contains(&found) {
        Ok(found)
    } else {
        Err(ReadError::TooCostly {
            format,
            what,
            found,
            limit,
        })
    }
}
