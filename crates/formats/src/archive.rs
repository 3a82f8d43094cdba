//! Zip files: what is in them by name, unpacked as far as is taken and no further.

use std::io::{Cursor, Read};

use lockstep_device::passphrase::Passphrase;
use zeroize::Zeroizing;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::ReadError;
use crate::format::Format;
use crate::limits::{MAX_FILE_BYTES, at_most};

/// More entries than any app writes.
const MAX_ENTRIES: usize = 1000;

/// APPNOTE.TXT §4.3.7 and §4.3.12: how an entry begins, and how its record in the directory does.
const LOCAL: &[u8] = b"PK\x03\x04";
const DIRECTORY: &[u8] = b"PK\x01\x02";

/// The names of a zip file's entries; none when it is no zip file or has more than any app writes.
pub(crate) fn names(bytes: &[u8]) -> Vec<String> {
    let Ok(archive) = open(bytes) else {
        return Vec::new();
    };
    archive.file_names().flatten().map(String::from).collect()
}

/// The content of the first entry whose name is wanted; nothing when there is none.
pub(crate) fn unpack(
    format: Format,
    bytes: &[u8],
    password: Option<&Passphrase>,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Option<Zeroizing<Vec<u8>>>, ReadError> {
    let mut archive = open(bytes).map_err(|_| damaged(format))?;
    let index = archive
        .file_names()
        .position(|name| name.is_ok_and(|name| is_wanted(&name)));
    let Some(index) = index else {
        return Ok(None);
    };
    let is_encrypted = archive
        .by_index_raw(index)
        .map_err(|_| damaged(format))?
        .encrypted();
    if !is_encrypted {
        let entry = archive.by_index(index).map_err(|error| refused(format, &error))?;
        return bounded(format, entry)?.ok_or_else(|| damaged(format)).map(Some);
    }
    let password = password.ok_or(ReadError::PasswordNeeded(format))?;
    let aes = archive.get_aes_verification_key_and_salt(index);
    let entry = archive
        .by_index_decrypt(index, password.expose().as_bytes())
        .map_err(|error| refused(format, &error))?;
    // The old cipher lets one of 256 wrong passwords through to where only nonsense comes out; AES one of 65536.
    let nonsense = match aes {
        Ok(None) => ReadError::PasswordWrong(format),
        _ => damaged(format),
    };
    bounded(format, entry)?.ok_or(nonsense).map(Some)
}

/// The directory is only read when it cannot be larger than what is taken: each of its records begins with a mark.
fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ZipError> {
    let records = || {
        bytes
            .windows(DIRECTORY.len())
            .filter(|window| *window == DIRECTORY)
    };
    if !bytes.starts_with(LOCAL) || records().nth(MAX_ENTRIES).is_some() {
        return Err(ZipError::FileNotFound);
    }
    ZipArchive::new(Cursor::new(bytes))
}

/// All of an entry; nothing when it ends in nonsense.
fn bounded(format: Format, entry: impl Read) -> Result<Option<Zeroizing<Vec<u8>>>, ReadError> {
    let mut content = Zeroizing::new(Vec::new());
    let read = entry
        .take(MAX_FILE_BYTES.saturating_add(1))
        .read_to_end(&mut content);
    let found = u64::try_from(content.len()).unwrap_or(u64::MAX);
    if found > MAX_FILE_BYTES {
        at_most(format, "bytes after unpacking", found, MAX_FILE_BYTES)?;
    }
    Ok(read.is_ok().then_some(content))
}

fn refused(format: Format, error: &ZipError) -> ReadError {
    match error {
        ZipError::InvalidPassword => ReadError::PasswordWrong(format),
        ZipError::UnsupportedArchive(_) => ReadError::Unsupported {
            format,
            what: "a zip file that is packed or encrypted in another way".to_owned(),
        },
        _ => damaged(format),
    }
}

fn damaged(format: Format) -> ReadError {
    ReadError::Damaged {
        format,
        reason: "it is a zip file that does not unpack".to_owned(),
    }
}
