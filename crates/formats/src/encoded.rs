//! Bytes that a file carries as text, and text that it carries as bytes. `what` names the field for people, such as `the salt`.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use crate::error::ReadError;
use crate::format::Format;

/// The file as UTF-8, without a byte order mark.
pub(crate) fn utf8(format: Format, bytes: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(without_mark(bytes)).map_err(|error| ReadError::Damaged {
        format,
        reason: format!("it is not UTF-8 from byte {} on", error.valid_up_to() + 1),
    })
}

/// Without the byte order mark that some editors put before UTF-8.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// RFC 4648 §4, with or without padding.
pub(crate) fn base64(format: Format, what: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let text = text.trim().as_bytes();
    let encoding = if text.len().is_multiple_of(4) {
        BASE64
    } else {
        BASE64_NOPAD
    };
    decoded(encoding.decode(text), format, what, "base64")
}

/// RFC 4648 §8 in either case.
pub(crate) fn hex(format: Format, what: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    decoded(
        HEXLOWER_PERMISSIVE.decode(text.as_bytes()),
        format,
        what,
        "hexadecimal",
    )
}

/// A secret's bytes as the text that accounts are made of.
pub(crate) fn base32(secret: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(secret))
}

/// Exactly `N` bytes.
pub(crate) fn exactly<const N: usize>(
    format: Format,
    what: &str,
    bytes: &[u8],
) -> Result<[u8; N], ReadError> {
    bytes.try_into().map_err(|_| ReadError::Damaged {
        format,
        reason: format!("{what} has {} bytes and not {N}", bytes.len()),
    })
}

/// The first `N` bytes and the rest.
pub(crate) fn split<const N: usize>(format: Format, bytes: &[u8]) -> Result<(&[u8; N], &[u8]), ReadError> {
    bytes.split_first_chunk().ok_or_else(|| ReadError::Damaged {
        format,
        reason: "it ends too early".to_owned(),
    })
}

fn decoded(
    bytes: Result<Vec<u8>, data_encoding::DecodeError>,
    format: Format,
    what: &str,
    encoding: &str,
) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    bytes.map(Zeroizing::new).map_err(|_| ReadError::Damaged {
        format,
        reason: format!("{what} is not {encoding}"),
    })
}
