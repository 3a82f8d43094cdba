//! Bitwarden's JSON: logins, of which those with a TOTP are taken.

use lockstep_device::account::Standing;
use lockstep_device::passphrase::Passphrase;
use serde::Deserialize;

use crate::bitwarden_seal::Sealed;
use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Lines, List, Text};
use crate::login::login_row;
use crate::row::{Extras, Groups, Rows};

const FORMAT: Format = Format::Bitwarden;

/// Whether it has an export's outer shell.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["encrypted", "items"])
        || look.is_object_with(&["encrypted", "encKeyValidation_DO_NOT_EDIT"])
}

/// The logins of an export that have a TOTP.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let shell: Shell = json::parse(FORMAT, bytes)?;
    if !shell.encrypted.is_true() {
        return items(bytes);
    }
    if !shell.password_protected.is_true() {
        return Err(ReadError::AccountRestricted);
    }
    let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
    let sealed: Sealed = json::parse(FORMAT, bytes)?;
    items(&sealed.open(password)?)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Shell {
    encrypted: Text,
    password_protected: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vault {
    folders: List<Folder>,
    /// An organisation's folders.
    collections: List<Folder>,
    items: List<Item>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Folder {
    id: Text,
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    name: Text,
    notes: Text,
    favorite: Text,
    folder_id: Text,
    collection_ids: Lines,
    login: Option<Login>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Login {
    username: Text,
    totp: Text,
}

fn items(bytes: &[u8]) -> Result<Rows, ReadError> {
    let vault: Vault = json::parse(FORMAT, bytes)?;
    let folders = vault.folders.0.into_iter().chain(vault.collections.0);
    let mut groups = Groups::new(
        FORMAT,
        folders.map(|folder| (folder.id.into(), folder.name.into())),
    );
    let mut rows = Rows::new();
    for item in vault.items.0 {
        let Some(login) = item.login.filter(|login| !login.totp.is_blank()) else {
            continue;
        };
        let ids = std::iter::once(item.folder_id.as_str()).chain(item.collection_ids.iter());
        let extras = Extras {
            tags: groups.tags(ids)?,
            note: item.notes.into(),
            standing: Standing {
                pinned: item.favorite.is_true(),
                ..Standing::default()
            },
        };
        rows.push(login_row(
            &item.name.or(""),
            &login.username.or(""),
            login.totp.as_str(),
            extras,
        ));
    }
    Ok(rows)
}
