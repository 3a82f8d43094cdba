//! Files that were named on the command line: read within bounds, written without overwriting anything.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use lockstep_device::store::fault::Faults;
use lockstep_device::store::file;
use zeroize::Zeroizing;

use crate::error::CliError;

/// The largest text that is read: an export of thousands of accounts is far below it.
const TEXT_LIMIT: u64 = 4 * 1024 * 1024;

/// The largest picture file that is read.
pub(crate) const PICTURE_LIMIT: u64 = 64 * 1024 * 1024;

/// The largest passphrase file that is read.
const PASSPHRASE_LIMIT: u64 = 4096;

/// Whether this path stands for standard input, or for standard output where something is written.
pub(crate) fn is_standard_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What a place to write to is called.
pub(crate) fn written_name(path: &Path) -> String {
    if is_standard_stream(path) {
        "standard output".to_owned()
    } else {
        path.display().to_string()
    }
}

/// Everything in the file, or on standard input for `-`, which may hold a secret.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let failed = |error| CliError::File {
        path: path.to_owned(),
        done: "read",
        error,
    };
    let bytes = if is_standard_stream(path) {
        read_bounded(io::stdin().lock(), limit)
    } else {
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        read_bounded(file, limit)
    };
    bytes.map_err(failed)?.ok_or_else(|| CliError::TooLarge {
        path: path.to_owned(),
        limit,
    })
}

/// Nothing when there is more than `limit` bytes.
fn read_bounded(source: impl Read, limit: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut source = source.take(limit.saturating_add(1));
    let mut bytes = Zeroizing::new(Vec::new());
    let mut piece = Zeroizing::new([0_u8; 8192]);
    loop {
        let length = match source.read(&mut *piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let needed = bytes.len().saturating_add(length);
        if needed > bytes.capacity() {
            // Growing a vector in place would leave a copy of the secret behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.saturating_mul(2)));
            larger.extend_from_slice(&bytes);
            bytes = larger;
        }
        bytes.extend(piece.iter().take(length));
    }
    let within = u64::try_from(bytes.len()).is_ok_and(|length| length <= limit);
    Ok(within.then_some(bytes))
}

/// The text of the file, or on standard input for `-`.
pub(crate) fn read_text(path: &Path) -> Result<Zeroizing<String>, CliError> {
    text(path, TEXT_LIMIT)
}

/// The passphrase in the file, without one line end after it.
pub(crate) fn read_passphrase(path: &Path) -> Result<Zeroizing<String>, CliError> {
    let text = text(path, PASSPHRASE_LIMIT)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Zeroizing::new(line.strip_suffix('\r').unwrap_or(line).to_owned()))
}

fn text(path: &Path, limit: u64) -> Result<Zeroizing<String>, CliError> {
    let bytes = read(path, limit)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| CliError::NotText(path.to_owned()))?;
    Ok(Zeroizing::new(
        text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
    ))
}

/// Writes a new file that only its owner can read, since it may hold a secret: whole or not at all. Fails when the name
/// is taken.
pub(crate) fn write_new(path: &Path, bytes: &[u8], faults: &Faults) -> Result<(), CliError> {
    file::write_new(path, bytes, faults).map_err(|error| CliError::File {
        path: path.to_owned(),
        done: "written",
        error: error.source,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_the_limit_is_refused_and_what_is_as_long_is_read_whole() {
        let source = vec![7_u8; 20_000];
        assert_eq!(
            read_bounded(source.as_slice(), 20_000).unwrap().unwrap().len(),
            20_000
        );
        assert!(read_bounded(source.as_slice(), 19_999).unwrap().is_none());
    }

    #[test]
    fn a_passphrase_loses_one_line_end_and_keeps_its_blanks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        std::fs::write(&path, " two words \r\n").unwrap();
        assert_eq!(read_passphrase(&path).unwrap().as_str(), " two words ");
        std::fs::write(&path, "ends in an empty line\n\n").unwrap();
        assert_eq!(
            read_passphrase(&path).unwrap().as_str(),
            "ends in an empty line\n"
        );
    }
}
