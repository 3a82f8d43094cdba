//! Proton Authenticator, plain or encrypted.

use lockstep_device::account::Label;
use lockstep_device::passphrase::Passphrase;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::cipher::open_gcm;
use crate::detect::Look;
use crate::encoded::{base64, split};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, Text};
use crate::kdf::{Argon2Cost, argon2id};
use crate::row::{Extras, Rows, read_link};

const FORMAT: Format = Format::Proton;

/// Whether it is an export, plain or encrypted.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["version", "entries"]) || look.is_object_with(&["version", "salt", "content"])
}

/// The entries of an export.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let file: File = json::parse(FORMAT, bytes)?;
    if file.content.is_blank() {
        return file.rows();
    }
    file.check_version()?;
    let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
    json::parse::<File>(FORMAT, &file.open(password)?)?.rows()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    version: Text,
    entries: List<Entry>,
    salt: Text,
    /// Encrypted: the plain file.
    content: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(deserialize_with = "json::or_default")]
    content: Content,
    note: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    /// A link, of Steam's own scheme for Steam.
    uri: Text,
    name: Text,
}

impl File {
    fn check_version(&self) -> Result<(), ReadError> {
        if self.version.number() == Some(1) {
            return Ok(());
        }
        Err(ReadError::Unsupported {
            format: FORMAT,
            what: "an export of a version that is not 1".to_owned(),
        })
    }

    /// The plain file. The cipher does not tell a wrong key from a changed text.
    fn open(&self, password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ReadError> {
        let salt = base64(FORMAT, "the salt", self.salt.as_str())?;
        let content = base64(FORMAT, "what is encrypted", self.content.as_str())?;
        let (nonce, sealed) = split(FORMAT, &content)?;
        let key = argon2id(FORMAT, password, &salt, COST)?;
        open_gcm(&key, nonce, ASSOCIATED, sealed).ok_or(ReadError::PasswordWrong(FORMAT))
    }

    fn rows(self) -> Result<Rows, ReadError> {
        self.check_version()?;
        let row = |entry: Entry| {
            let fallback = Label {
                issuer: None,
                name: entry.content.name.into(),
            };
            let extras = Extras {
                note: entry.note.into(),
                ..Extras::default()
            };
            read_link(entry.content.uri.as_str(), fallback, extras)
        };
        Ok(self.entries.0.into_iter().map(row).collect())
    }
}

/// What the app always asks for.
const COST: Argon2Cost = Argon2Cost {
    memory_kib: 19 * 1024,
    passes: 2,
    lanes: 1,
};

const ASSOCIATED: &[u8] = b"proton.authenticator.export.v1";
