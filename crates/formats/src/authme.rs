//! Authme's codes.

use lockstep_device::otpauth::typed::TypedAccount;
use serde::Deserialize;

use crate::detect::Look;
use crate::encoded::{base64, utf8};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Text};
use crate::limits::MAX_ACCOUNTS;
use crate::row::{Extras, Rows, read_fields};

const FORMAT: Format = Format::Authme;

/// Whether it is an export of codes.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["role", "codes"])
}

/// The accounts of an export. Every code has six digits, thirty seconds and SHA-1: the app makes no others.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let file: File = json::parse(FORMAT, bytes)?;
    if file.encrypted.is_true() {
        return Err(ReadError::Unsupported {
            format: FORMAT,
            what: "an encrypted export".to_owned(),
        });
    }
    let codes = base64(FORMAT, "the list of codes", file.codes.as_str())?;
    let blocks = blocks(utf8(FORMAT, &codes)?);
    Ok(blocks
        .iter()
        .map(|fields| read_fields(fields, Extras::default()))
        .collect())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    encrypted: Text,
    codes: Text,
}

/// Blocks of `Name:`, `Secret:`, `Issuer:` and `Type:`, each on its line; a name begins the next block.
fn blocks(text: &str) -> Vec<TypedAccount> {
    let mut blocks: Vec<TypedAccount> = Vec::new();
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim().to_owned();
        if key.trim() == "Name" {
            if blocks.len() > MAX_ACCOUNTS {
                break;
            }
            blocks.push(TypedAccount::default());
        }
        let Some(block) = blocks.last_mut() else {
            continue;
        };
        match key.trim() {
            "Name" => block.name = value,
            "Secret" => block.secret = value.into(),
            "Issuer" => block.issuer = value,
            "Type" => value
                .strip_prefix("OTP_")
                .unwrap_or(&value)
                .clone_into(&mut block.kind),
            _ => {}
        }
    }
    blocks
}
