//! `WinAuth`: links, as a text or in a zip file with or without a password.

use lockstep_device::otpauth::Parsed;
use lockstep_device::passphrase::Passphrase;

use crate::archive::{names, unpack};
use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::links;
use crate::row::Rows;

const FORMAT: Format = Format::WinAuth;

/// Whether it is a zip file of this app. Its text looks like any list of links.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.begins(ZIP) && names(look.bytes()).iter().any(|name| is_list(name))
}

/// The accounts in the order of the app.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let unpacked = if bytes.starts_with(ZIP) {
        let list = unpack(FORMAT, bytes, password, is_list)?;
        Some(list.ok_or_else(|| ReadError::Damaged {
            format: FORMAT,
            reason: "it has no list of accounts in it".to_owned(),
        })?)
    } else {
        None
    };
    let (mut rows, _) = links::read(unpacked.as_ref().map_or(bytes, |list| list))?;
    rows.iter_mut().flatten().for_each(title);
    Ok(rows)
}

/// Its label is the title that the person gave to the account, not whom it is for.
fn title(parsed: &mut Parsed) {
    let label = &mut parsed.account.label;
    if label.issuer.is_none() && !label.name.is_empty() {
        label.issuer = Some(std::mem::take(&mut label.name));
    }
}

/// `winauth-2023-03-24.txt`
fn is_list(name: &str) -> bool {
    name.starts_with("winauth") && name.to_ascii_lowercase().ends_with(".txt")
}

const ZIP: &[u8] = b"PK";
