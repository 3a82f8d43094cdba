//! andOTP, plain.

use lockstep_device::account::Standing;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use serde::Deserialize;

use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Lines, List, Text};
use crate::row::{Extras, Groups, Rows, moment, read_fields};

const FORMAT: Format = Format::AndOtp;

/// Whether it is a plain backup.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_array_with(&["secret", "label", "type"])
}

/// The entries of a plain backup.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
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

fn row(entry: Entry, tags: Vec<String>) -> Result<Parsed, Skipped> {
    // Before there was an issuer of its own, it stood in the label.
    let (issuer, name) = match entry.label.as_str().split_once(" - ") {
        Some((issuer, name)) if entry.issuer.is_blank() => (issuer.to_owned(), name.to_owned()),
        _ => (entry.issuer.into(), entry.label.into()),
    };
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
