//! Proton Pass: a zip file with JSON in it.

use lockstep_device::account::Standing;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::time::UnixTime;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::archive::{names, unpack};
use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Entries, List, Text, or_default};
use crate::limits::{MAX_ACCOUNTS, MAX_FILE_BYTES, at_most};
use crate::login::login_row;
use crate::row::{Extras, Rows};

const FORMAT: Format = Format::ProtonPass;

const PLAIN: &str = "data.json";

/// Encrypted with PGP.
const ENCRYPTED: &str = "data.pgp";

/// Whether it is a zip file of this app.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.begins(b"PK")
        && names(look.bytes())
            .iter()
            .any(|name| is_file(name, PLAIN) || is_file(name, ENCRYPTED))
}

/// The items that have a TOTP, in the order of the vaults.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let Some(plain) = unpack(FORMAT, bytes, None, |name| is_file(name, PLAIN))? else {
        return Err(if names(bytes).iter().any(|name| is_file(name, ENCRYPTED)) {
            ReadError::Unsupported {
                format: FORMAT,
                what: "an export that is encrypted with PGP".to_owned(),
            }
        } else {
            ReadError::Damaged {
                format: FORMAT,
                reason: format!("it has no {PLAIN} in it"),
            }
        });
    };
    // One after the other: all vaults and items at once would take many times the memory of the file.
    let export: Export<'_> = json::parse(FORMAT, &plain)?;
    let mut rows = Rows::new();
    // A vault's name and an item's note are repeated in every account of it, which a hostile file could make much of.
    let mut repeated = 0;
    for vault in export.vaults.0 {
        let vault: Vault<'_> = json::parse(FORMAT, vault.get().as_bytes())?;
        for item in vault.items.0 {
            // What is no item has no code.
            let item: Item = json::parse(FORMAT, item.get().as_bytes()).unwrap_or_default();
            for totp in item.totps() {
                let length = vault.name.as_str().len() + item.data.metadata.note.as_str().len();
                repeated += u64::try_from(length).unwrap_or(u64::MAX).min(MAX_FILE_BYTES);
                if repeated > MAX_FILE_BYTES {
                    at_most(FORMAT, "bytes of names and notes", repeated, MAX_FILE_BYTES)?;
                }
                if rows.len() > MAX_ACCOUNTS {
                    return Ok(rows);
                }
                rows.push(item.row(&vault.name, totp));
            }
        }
    }
    Ok(rows)
}

fn is_file(name: &str, wanted: &str) -> bool {
    name.strip_prefix("Proton Pass/") == Some(wanted)
}

#[derive(Deserialize)]
struct Export<'a> {
    #[serde(borrow)]
    vaults: Entries<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vault<'a> {
    name: Text,
    #[serde(borrow)]
    items: List<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    #[serde(deserialize_with = "or_default")]
    data: Data,
    /// 1 active, 2 in the trash.
    state: Text,
    /// Seconds since the Unix epoch.
    create_time: Text,
    modify_time: Text,
    pinned: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    #[serde(deserialize_with = "or_default")]
    metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    content: Content,
    extra_fields: List<ExtraField>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: Text,
    note: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Content {
    item_email: Text,
    item_username: Text,
    totp_uri: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExtraField {
    #[serde(deserialize_with = "or_default")]
    data: FieldData,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct FieldData {
    totp_uri: Text,
}

impl Item {
    fn totps(&self) -> impl Iterator<Item = &Text> {
        let extra = self.data.extra_fields.0.iter().map(|field| &field.data.totp_uri);
        std::iter::once(&self.data.content.totp_uri)
            .chain(extra)
            .filter(|totp| !totp.is_blank())
    }

    fn row(&self, vault: &Text, totp: &Text) -> Result<Parsed, Skipped> {
        let Metadata { name, note } = &self.data.metadata;
        let content = &self.data.content;
        let seconds = |text: &Text| text.number().map(UnixTime::from_seconds);
        let extras = Extras {
            tags: vec![vault.as_str().to_owned()],
            note: note.as_str().to_owned(),
            standing: Standing {
                added: seconds(&self.create_time),
                pinned: self.pinned.is_true(),
                trashed: seconds(&self.modify_time).filter(|_| self.state.number() == Some(2)),
                ..Standing::default()
            },
        };
        let username = content.item_username.or(content.item_email.as_str());
        login_row(name.as_str(), &username, totp.as_str(), extras)
    }
}
