//! Duo Mobile's accounts from a rooted phone. Those of Duo itself are approved on the phone and have no secret.

use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{OtpauthError, Parsed, Skipped};
use serde::Deserialize;

use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, Text};
use crate::row::{Extras, Rows, read_fields};

const FORMAT: Format = Format::Duo;

/// Whether it is the app's list.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_array_with(&["otpGenerator"]) || look.is_array_with(&["accountType"])
}

/// The accounts of the list.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let accounts: List<Account> = json::parse(FORMAT, bytes)?;
    Ok(accounts.0.into_iter().map(row).collect())
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Account {
    #[serde(rename = "accountType")]
    kind: Text,
    name: Text,
    otp_generator: Option<Generator>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Generator {
    otp_secret: Text,
    /// Only where the codes are counter-based.
    counter: Text,
}

fn row(account: Account) -> Result<Parsed, Skipped> {
    let generator = account.otp_generator.unwrap_or_default();
    let kind = if generator.counter.is_blank() {
        "totp"
    } else {
        "hotp"
    };
    let fields = TypedAccount {
        name: account.name.into(),
        secret: generator.otp_secret.into_secret(),
        kind: kind.to_owned(),
        counter: generator.counter.into(),
        ..TypedAccount::default()
    };
    if fields.secret.is_empty() && account.kind.as_str() != "OtpAccount" {
        return Err(Skipped {
            label: fields.label(),
            error: OtpauthError::UnsupportedType("Duo Push".to_owned()),
        });
    }
    read_fields(&fields, Extras::default())
}
