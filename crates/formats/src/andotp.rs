//! andOTP, plain or encrypted.

use lockstep_device::account::Standing;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use serde::Deserialize;

use crate::andotp_seal::open;
use crate::detect::Look;
use crate::encoded::without_mark;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Lines, List, Text};
use crate::row::{Extras, Groups, Rows, moment, read_fields};

const FORMAT: Format = Format::AndOtp;

/// Whether it is a plain backup.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_array_with(&["secret", "label", "type"])
}

/// The entries of a backup, in the order of the app.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    if without_mark(bytes).trim_ascii_start().starts_with(b"[") {
        return plain(bytes);
    }
    plain(&open(bytes, password)?)
}

fn plain(bytes: &[u8]) -> Result<Rows, ReadError> {
    let entries: List<Entry> = json::parse(FORMAT, bytes)?;
    let mut groups = Groups::none(FORMAT);
    let mut rows = Rows::new();
    for entry in entries.0 {
        let tags = groups.own(entry.tags.iter())?;
        rows.push(row(entry, tags));
    }
    Ok(rows)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    secret: Text,
    issuer: Text,
    label: Text,
    digits: Text,
    r#type: Text,
    algorithm: Text,
    period: Text,
    counter: Text,
    /// Milliseconds since the Unix epoch.
    last_used: Text,
    tags: Lines,
}

/// Before there was an issuer of its own, it stood in the label, before the link's label with its issuer.
fn names(issuer: Text, label: Text) -> (String, String) {
    let (issuer, name) = match label.as_str().split_once(" - ") {
        Some((before, name)) if issuer.is_blank() => (before.to_owned(), name.to_owned()),
        _ => (issuer.into(), label.into()),
    };
    match name.split_once(':') {
        Some((prefix, name)) if prefix == issuer => (issuer, name.to_owned()),
        _ => (issuer, name),
    }
}

fn row(entry: Entry, tags: Vec<String>) -> Result<Parsed, Skipped> {
    let (issuer, name) = names(entry.issuer, entry.label);
    let fields = TypedAccount {
        issuer,
        name,
        secret: entry.secret.into_secret(),
        kind: entry.r#type.into(),
        algorithm: entry.algorithm.into(),
        digits: entry.digits.into(),
        period: entry.period.into(),
        counter: entry.counter.into(),
    };
    let extras = Extras {
        tags,
        note: String::new(),
        standing: Standing {
            last_used: moment(entry.last_used.number()),
            ..Standing::default()
        },
    };
    read_fields(&fields, extras)
}
