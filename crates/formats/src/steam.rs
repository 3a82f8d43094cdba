//! Steam's own files: the app's `Steamguard-…`, and the `maFile` of desktop tools.

use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::detect::Look;
use crate::encoded::{base32, base64};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Entries, Text};
use crate::row::{Extras, Rows, read_fields, without_secret};

const FORMAT: Format = Format::Steam;

/// Whether it is one account, or a list by name.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["shared_secret"]) || look.is_object_of("accounts")
}

/// The accounts of a file.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let file: File<'_> = json::parse(FORMAT, bytes)?;
    let Some(accounts) = file.accounts else {
        let account: Account = json::parse(FORMAT, bytes)?;
        return Ok(vec![row(account)]);
    };
    let accounts: Entries<Account> = json::parse(FORMAT, accounts.get().as_bytes())?;
    Ok(accounts.0.into_iter().map(row).collect())
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    accounts: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    account_name: Text,
    /// Base64.
    shared_secret: Text,
}

fn row(account: Account) -> Result<Parsed, Skipped> {
    let mut fields = TypedAccount {
        issuer: "Steam".to_owned(),
        name: account.account_name.into(),
        kind: "steam".to_owned(),
        ..TypedAccount::default()
    };
    let Ok(secret) = base64(FORMAT, "a secret", account.shared_secret.as_str()) else {
        return Err(without_secret(&fields));
    };
    fields.secret = base32(&secret);
    read_fields(&fields, Extras::default())
}
