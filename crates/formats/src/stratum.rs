//! Stratum, formerly Authenticator Pro: plain, encrypted, or encrypted the old way.

use std::collections::BTreeMap;

use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use ring::pbkdf2::PBKDF2_HMAC_SHA1;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::cipher::{open_cbc, open_gcm};
use crate::detect::Look;
use crate::encoded::split;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, Text};
use crate::kdf::{Argon2Cost, argon2id, pbkdf2};
use crate::row::{Extras, Groups, Rows, read_fields};

const FORMAT: Format = Format::Stratum;

/// Whether it has a backup's shape, or the mark of an encrypted one.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.begins(STRONG) || look.begins(LEGACY) || look.is_object_with(&["Authenticators"])
}

/// The authenticators of a backup, in the order of the app.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let password = || password.ok_or(ReadError::PasswordNeeded(FORMAT));
    if let Some(sealed) = bytes.strip_prefix(STRONG) {
        return plain(&open_strong(sealed, password()?)?);
    }
    if let Some(sealed) = bytes.strip_prefix(LEGACY) {
        return plain(&open_legacy(sealed, password()?)?);
    }
    plain(bytes)
}

/// Salt, nonce, ciphertext with its tag. The cipher does not tell a wrong key from a changed text.
fn open_strong(sealed: &[u8], password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let (salt, sealed) = split::<16>(FORMAT, sealed)?;
    let (nonce, sealed) = split(FORMAT, sealed)?;
    let key = argon2id(FORMAT, password, salt, COST)?;
    open_gcm(&key, nonce, &[], sealed).ok_or(ReadError::PasswordWrong(FORMAT))
}

/// Salt, initialisation vector, ciphertext. With another key it ends, or begins, in nonsense.
fn open_legacy(sealed: &[u8], password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let (salt, sealed) = split::<20>(FORMAT, sealed)?;
    let (iv, sealed) = split(FORMAT, sealed)?;
    let key = pbkdf2(FORMAT, PBKDF2_HMAC_SHA1, password, salt, LEGACY_ROUNDS)?;
    open_cbc(&key, iv, sealed)
        .filter(|plain| plain.starts_with(b"{"))
        .ok_or(ReadError::PasswordWrong(FORMAT))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Backup {
    authenticators: List<Authenticator>,
    categories: List<Category>,
    authenticator_categories: List<Membership>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Authenticator {
    r#type: Text,
    issuer: Text,
    username: Text,
    secret: Text,
    algorithm: Text,
    digits: Text,
    period: Text,
    counter: Text,
    ranking: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Category {
    id: Text,
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Membership {
    category_id: Text,
    authenticator_secret: Text,
}

fn plain(bytes: &[u8]) -> Result<Rows, ReadError> {
    let backup: Backup = json::parse(FORMAT, bytes)?;
    let mut authenticators = backup.authenticators.0;
    authenticators.sort_by_key(|authenticator| authenticator.ranking.number().unwrap_or(u64::MAX));
    let named = backup
        .categories
        .0
        .into_iter()
        .map(|category| (category.id.into(), category.name.into()));
    let mut groups = Groups::new(FORMAT, named);
    let mut categories: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for membership in &backup.authenticator_categories.0 {
        let of_this = categories
            .entry(membership.authenticator_secret.as_str())
            .or_default();
        of_this.push(membership.category_id.as_str());
    }
    let mut rows = Rows::new();
    for authenticator in authenticators {
        let ids = categories
            .get(authenticator.secret.as_str())
            .into_iter()
            .flatten();
        let tags = groups.tags(ids.copied())?;
        rows.push(row(authenticator, tags));
    }
    Ok(rows)
}

fn row(authenticator: Authenticator, tags: Vec<String>) -> Result<Parsed, Skipped> {
    let fields = TypedAccount {
        issuer: authenticator.issuer.into(),
        name: authenticator.username.into(),
        secret: authenticator.secret.into_secret(),
        kind: named(authenticator.r#type, &KINDS),
        algorithm: named(authenticator.algorithm, &ALGORITHMS),
        digits: authenticator.digits.into(),
        period: authenticator.period.into(),
        counter: authenticator.counter.into(),
    };
    let extras = Extras {
        tags,
        ..Extras::default()
    };
    read_fields(&fields, extras)
}

/// The name of a number; a number without a name stands for itself, to be refused.
fn named(number: Text, names: &[(u64, &str)]) -> String {
    let found = names.iter().find(|(known, _)| Some(*known) == number.number());
    found.map_or_else(|| number.into(), |(_, name)| (*name).to_owned())
}

const KINDS: [(u64, &str); 5] = [(1, "hotp"), (2, "totp"), (3, "motp"), (4, "steam"), (5, "yandex")];

const ALGORITHMS: [(u64, &str); 3] = [(0, "SHA1"), (1, "SHA256"), (2, "SHA512")];

const STRONG: &[u8] = b"AUTHENTICATORPRO";

const LEGACY: &[u8] = b"AuthenticatorPro";

/// What the app always asks for.
const COST: Argon2Cost = Argon2Cost {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 4,
};

const LEGACY_ROUNDS: u64 = 64_000;
