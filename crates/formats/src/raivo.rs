//! Raivo OTP: JSON in a zip file that the master password opens.

use lockstep_device::account::Standing;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use serde::Deserialize;

use crate::archive::{names, unpack};
use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, Text};
use crate::row::{Extras, Rows, read_fields};

const FORMAT: Format = Format::Raivo;

const LIST: &str = "raivo-otp-export.json";

/// Whether it is this app's zip file, or the list out of it.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_array_with(&["kind", "account", "secret", "timer"])
        || (look.begins(ZIP) && names(look.bytes()).iter().any(|name| is_list(name)))
}

/// The accounts in the order of the app.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let unpacked = if bytes.starts_with(ZIP) {
        let list = unpack(FORMAT, bytes, password, is_list)?;
        Some(list.ok_or_else(|| ReadError::Damaged {
            format: FORMAT,
            reason: format!("it has no {LIST} in it"),
        })?)
    } else {
        None
    };
    let codes: List<Code> = json::parse(FORMAT, unpacked.as_ref().map_or(bytes, |list| list))?;
    Ok(codes.0.into_iter().map(row).collect())
}

/// Every value is a text.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Code {
    kind: Text,
    issuer: Text,
    account: Text,
    secret: Text,
    timer: Text,
    digits: Text,
    algorithm: Text,
    counter: Text,
    pinned: Text,
}

fn row(code: Code) -> Result<Parsed, Skipped> {
    let fields = TypedAccount {
        issuer: code.issuer.into(),
        name: code.account.into(),
        secret: code.secret.into_secret(),
        kind: code.kind.into(),
        algorithm: code.algorithm.into(),
        digits: code.digits.into(),
        period: code.timer.into(),
        counter: code.counter.into(),
    };
    let extras = Extras {
        standing: Standing {
            pinned: code.pinned.is_true(),
            ..Standing::default()
        },
        ..Extras::default()
    };
    read_fields(&fields, extras)
}

fn is_list(name: &str) -> bool {
    name.rsplit('/').next() == Some(LIST)
}

const ZIP: &[u8] = b"PK";
