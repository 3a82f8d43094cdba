//! Aegis Authenticator's vault, plain or encrypted (its `docs/vault.md`).

use lockstep_device::account::Standing;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::cipher::open_gcm;
use crate::detect::Look;
use crate::encoded::{base64, exactly, hex};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Lines, List, Text};
use crate::kdf::{Key, ScryptCost, scrypt};
use crate::limits::{MAX_SCRYPT_WORK, at_most};
use crate::row::{Extras, Groups, Rows, read_fields};

const FORMAT: Format = Format::Aegis;

/// Whether it has a vault's outer shell.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["header", "db"])
}

/// The accounts of a vault.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let file: File<'_> = json::parse(FORMAT, bytes)?;
    if !file.db.get().starts_with('"') {
        return database(file.db.get().as_bytes());
    }
    let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
    let sealed: Text = json::parse(FORMAT, file.db.get().as_bytes())?;
    database(&file.header.open(sealed.as_str(), password)?)
}

#[derive(Deserialize)]
struct File<'a> {
    header: Header,
    /// An object, or the text of an encrypted one.
    #[serde(borrow)]
    db: &'a RawValue,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Header {
    slots: List<Slot>,
    params: Option<Seal>,
}

/// A way to the master key.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Slot {
    r#type: Text,
    key: Text,
    #[serde(deserialize_with = "json::or_default")]
    key_params: Seal,
    n: Text,
    r: Text,
    p: Text,
    salt: Text,
}

/// What AES-GCM needs besides key and ciphertext.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seal {
    nonce: Text,
    tag: Text,
}

impl Header {
    /// The database that is sealed with the master key.
    fn open(&self, sealed: &str, password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ReadError> {
        let params = self.params.as_ref().ok_or_else(|| ReadError::Damaged {
            format: FORMAT,
            reason: "it does not say what it is sealed with".to_owned(),
        })?;
        let sealed = base64(FORMAT, "the database", sealed)?;
        let seal = params.with(sealed)?;
        let master = self.master_key(password)?;
        seal.open(&master).ok_or_else(|| ReadError::Damaged {
            format: FORMAT,
            reason: "its database was changed after it was sealed".to_owned(),
        })
    }

    /// Every password slot is tried: any may stand first, and the others are for fingerprints.
    fn master_key(&self, password: &Passphrase) -> Result<Key, ReadError> {
        let slots: Vec<&Slot> = self
            .slots
            .0
            .iter()
            .filter(|slot| slot.is_for_password())
            .collect();
        if slots.is_empty() {
            return Err(ReadError::Unsupported {
                format: FORMAT,
                what: "a vault that no password opens".to_owned(),
            });
        }
        let work = slots
            .iter()
            .fold(0_u64, |sum, slot| sum.saturating_add(slot.cost().work()));
        at_most(FORMAT, "rounds of scrypt", work, MAX_SCRYPT_WORK)?;
        let mut damage = None;
        let mut tried = false;
        for slot in slots {
            match slot.master_key(password) {
                Ok(Some(key)) => return Ok(key),
                Ok(None) => tried = true,
                Err(error) => damage = Some(error),
            }
        }
        Err(damage
            .filter(|_| !tried)
            .unwrap_or(ReadError::PasswordWrong(FORMAT)))
    }
}

impl Slot {
    fn is_for_password(&self) -> bool {
        self.r#type.number() == Some(PASSWORD_SLOT)
    }

    fn cost(&self) -> ScryptCost {
        let number = |text: &Text| text.number().unwrap_or(0);
        ScryptCost {
            n: number(&self.n),
            r: number(&self.r),
            p: number(&self.p),
        }
    }

    /// The master key; nothing when the password is not this slot's.
    fn master_key(&self, password: &Passphrase) -> Result<Option<Key>, ReadError> {
        let seal = self
            .key_params
            .with(hex(FORMAT, "a slot's key", self.key.as_str())?)?;
        let salt = hex(FORMAT, "a slot's salt", self.salt.as_str())?;
        let key = scrypt(FORMAT, password, &salt, self.cost())?;
        let Some(master) = seal.open(&key) else {
            return Ok(None);
        };
        Ok(Some(Key::new(exactly(FORMAT, "the master key", &master)?)))
    }
}

/// A ciphertext with its tag at the end, and its nonce.
struct Sealed {
    bytes: Zeroizing<Vec<u8>>,
    nonce: [u8; 12],
}

impl Seal {
    fn with(&self, mut bytes: Zeroizing<Vec<u8>>) -> Result<Sealed, ReadError> {
        let nonce = hex(FORMAT, "a nonce", self.nonce.as_str())?;
        let tag: [u8; 16] = exactly(FORMAT, "a tag", &hex(FORMAT, "a tag", self.tag.as_str())?)?;
        bytes.extend_from_slice(&tag);
        Ok(Sealed {
            bytes,
            nonce: exactly(FORMAT, "a nonce", &nonce)?,
        })
    }
}

impl Sealed {
    fn open(&self, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        open_gcm(key, &self.nonce, &[], &self.bytes)
    }
}

/// The vault itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Database {
    version: Text,
    entries: List<Entry>,
    groups: List<Group>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    uuid: Text,
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    r#type: Text,
    name: Text,
    issuer: Text,
    note: Text,
    favorite: Text,
    #[serde(deserialize_with = "json::or_default")]
    info: Info,
    /// Versions 1 and 2: the group's name.
    group: Text,
    /// Version 3: identities of groups.
    groups: Lines,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    secret: Text,
    algo: Text,
    digits: Text,
    period: Text,
    counter: Text,
}

fn database(bytes: &[u8]) -> Result<Rows, ReadError> {
    let database: Database = json::parse(FORMAT, bytes)?;
    match database.version.number() {
        Some(1..=NEWEST) => {}
        _ => {
            return Err(ReadError::Unsupported {
                format: FORMAT,
                what: "a vault of a version that is not 1, 2 or 3".to_owned(),
            });
        }
    }
    let named = database
        .groups
        .0
        .into_iter()
        .map(|group| (group.uuid.into(), group.name.into()));
    let mut groups = Groups::new(FORMAT, named);
    let mut rows = Rows::new();
    for entry in database.entries.0 {
        let mut tags = groups.tags(entry.groups.iter())?;
        tags.extend(groups.own([entry.group.as_str()])?);
        rows.push(row(entry, tags));
    }
    Ok(rows)
}

fn row(entry: Entry, tags: Vec<String>) -> Result<Parsed, Skipped> {
    let fields = TypedAccount {
        issuer: entry.issuer.into(),
        name: entry.name.into(),
        secret: entry.info.secret.into_secret(),
        kind: entry.r#type.into(),
        algorithm: entry.info.algo.into(),
        digits: entry.info.digits.into(),
        period: entry.info.period.into(),
        counter: entry.info.counter.into(),
    };
    let extras = Extras {
        tags,
        note: entry.note.into(),
        standing: Standing {
            pinned: entry.favorite.is_true(),
            ..Standing::default()
        },
    };
    read_fields(&fields, extras)
}

/// The slots that scrypt opens; 0 is a raw key and 2 a fingerprint.
const PASSWORD_SLOT: u64 = 1;

/// The newest version of the database that is known.
const NEWEST: u64 = 3;
