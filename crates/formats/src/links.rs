//! A list of links, the form that nearly every authenticator reads: `otpauth://`, `otpauth-migration://` and
//! `steam://`, one on each line.

use lockstep_device::account::Label;
use lockstep_device::otpauth::migration::incomplete;
use lockstep_device::otpauth::parse::label;
use lockstep_device::otpauth::read::read as read_link;
use lockstep_device::otpauth::{OtpauthError, Skipped, Warning};

use crate::detect::Look;
use crate::encoded::utf8;
use crate::error::ReadError;
use crate::format::Format;
use crate::limits::MAX_ACCOUNTS;
use crate::row::Rows;

const SCHEMES: [&[u8]; 4] = [
    b"otpauth://",
    b"otpauth-migration://",
    b"steam://",
    b"apple-otpauth://",
];

/// Whether one of its lines is a link.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.lines().any(|line| {
        SCHEMES.iter().any(|scheme| {
            let begins = line.split_at_checked(scheme.len());
            begins.is_some_and(|(begins, _)| begins.eq_ignore_ascii_case(scheme))
        })
    })
}

/// The accounts of all lines, and which QR codes of an export are missing among them.
pub(crate) fn read(bytes: &[u8]) -> Result<(Rows, Vec<Warning>), ReadError> {
    let text = utf8(Format::Links, bytes)?;
    let mut rows = Rows::new();
    let mut batches = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match read_link(line) {
            Ok(reading) => {
                rows.extend(reading.rows);
                batches.extend(reading.batch);
            }
            Err(error) => rows.push(Err(unreadable(line, index, error))),
        }
        if rows.len() > MAX_ACCOUNTS {
            break;
        }
    }
    Ok((rows, incomplete(&batches)))
}

/// A line that is no account, by its label, or by its number where it has none.
fn unreadable(line: &str, index: usize, error: OtpauthError) -> Skipped {
    let named = Some(label(line)).filter(|label| *label != Label::default());
    Skipped {
        label: named.unwrap_or_else(|| Label {
            issuer: None,
            name: format!("line {}", index + 1),
        }),
        error,
    }
}
