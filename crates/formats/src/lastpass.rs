//! The JSON of `LastPass` Authenticator.

use lockstep_device::account::Standing;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use serde::Deserialize;

use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, Text};
use crate::row::{Extras, Groups, Rows, moment, read_fields};

const FORMAT: Format = Format::LastPass;

/// Whether it is an export.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["accounts", "localDeviceId"]) || look.is_object_with(&["accounts", "deviceSecret"])
}

/// The accounts of an export.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let file: File = json::parse(FORMAT, bytes)?;
    let own = file
        .folders
        .0
        .into_iter()
        .filter(|folder| !BUILT_IN.contains(&folder.id.as_str()));
    let mut groups = Groups::new(FORMAT, own.map(|folder| (folder.id.into(), folder.name.into())));
    let mut rows = Rows::new();
    for account in file.accounts.0 {
        let tags = groups.tags([account.folder_data.folder_id.as_str()])?;
        rows.push(row(account, tags));
    }
    Ok(rows)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    accounts: List<Account>,
    folders: List<Folder>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Folder {
    id: Text,
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Account {
    issuer_name: Text,
    original_issuer_name: Text,
    user_name: Text,
    original_user_name: Text,
    secret: Text,
    time_step: Text,
    digits: Text,
    algorithm: Text,
    /// Milliseconds since the Unix epoch.
    creation_timestamp: Text,
    is_favorite: Text,
    #[serde(deserialize_with = "json::or_default")]
    folder_data: FolderData,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct FolderData {
    folder_id: Text,
}

/// All of them are time-based; the app makes no others.
fn row(account: Account, tags: Vec<String>) -> Result<Parsed, Skipped> {
    let fields = TypedAccount {
        issuer: account.issuer_name.or(account.original_issuer_name.as_str()),
        name: account.user_name.or(account.original_user_name.as_str()),
        secret: account.secret.into_secret(),
        algorithm: account.algorithm.into(),
        digits: account.digits.into(),
        period: account.time_step.into(),
        ..TypedAccount::default()
    };
    let extras = Extras {
        tags,
        note: String::new(),
        standing: Standing {
            added: moment(account.creation_timestamp.number()),
            pinned: account.is_favorite.is_true(),
            ..Standing::default()
        },
    };
    read_fields(&fields, extras)
}

/// “Other accounts” and “Favorites”, which everybody has and nobody made.
const BUILT_IN: [&str; 2] = ["0", "1"];
