//! A vault for Aegis Authenticator, plain or encrypted: file version 1, database version 3 (its `docs/vault.md`).

use std::collections::BTreeMap;
use std::io;

use data_encoding::{BASE64, HEXLOWER};
use lockstep_device::account::{NewAccount, NoRandomness};
use lockstep_device::otp::params::{OtpParams, Period};
use lockstep_device::passphrase::Passphrase;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::cipher::seal_gcm;
use crate::export::{CannotSay, Exported, LeftOut};
use crate::format::Format;
use crate::kdf::{Key, ScryptCost, scrypt};
use crate::random::random;

/// A vault that everyone can read.
pub(crate) fn plain(accounts: &[Exported<'_>]) -> Result<(Zeroizing<Vec<u8>>, Vec<LeftOut>), NoRandomness> {
    let (database, left_out) = database(accounts)?;
    let vault = Vault {
        version: 1,
        header: Header {
            slots: None,
            params: None,
        },
        db: &database,
    };
    Ok((json(&vault), left_out))
}

/// A vault with one slot, which the password opens.
pub(crate) fn encrypted(
    accounts: &[Exported<'_>],
    password: &Passphrase,
) -> Result<(Zeroizing<Vec<u8>>, Vec<LeftOut>), NoRandomness> {
    let (database, left_out) = database(accounts)?;
    let master = Key::new(random()?);
    let sealed = Sealed::new(&master, &json(&database))?;
    let vault = Vault {
        version: 1,
        header: Header {
            slots: Some([Slot::new(&master, password)?]),
            params: Some(sealed.seal),
        },
        db: &BASE64.encode(&sealed.bytes),
    };
    Ok((json(&vault), left_out))
}

#[derive(Serialize)]
struct Vault<'a, T> {
    version: u32,
    header: Header,
    db: &'a T,
}

#[derive(Serialize)]
struct Header {
    slots: Option<[Slot; 1]>,
    params: Option<Seal>,
}

#[derive(Serialize)]
struct Slot {
    r#type: u32,
    uuid: String,
    key: String,
    key_params: Seal,
    n: u64,
    r: u64,
    p: u64,
    salt: String,
    /// Opened the way that newer versions of the app do.
    repaired: bool,
    is_backup: bool,
}

#[derive(Serialize)]
struct Seal {
    nonce: String,
    tag: String,
}

struct Sealed {
    /// Without the tag.
    bytes: Vec<u8>,
    seal: Seal,
}

impl Slot {
    fn new(master: &Key, password: &Passphrase) -> Result<Self, NoRandomness> {
        let salt: [u8; 32] = random()?;
        let key = scrypt(Format::Aegis, password, &salt, COST)
            .expect("what the app itself asks for is within the limits");
        let sealed = Sealed::new(&key, master.as_slice())?;
        Ok(Self {
            r#type: PASSWORD_SLOT,
            uuid: uuid()?,
            key: HEXLOWER.encode(&sealed.bytes),
            key_params: sealed.seal,
            n: COST.n,
            r: COST.r,
            p: COST.p,
            salt: HEXLOWER.encode(&salt),
            repaired: true,
            is_backup: false,
        })
    }
}

impl Sealed {
    fn new(key: &Key, plain: &[u8]) -> Result<Self, NoRandomness> {
        let nonce = random()?;
        let mut bytes = seal_gcm(key, nonce, plain);
        let tag = bytes.split_off(plain.len());
        Ok(Self {
            bytes,
            seal: Seal {
                nonce: HEXLOWER.encode(&nonce),
                tag: HEXLOWER.encode(&tag),
            },
        })
    }
}

#[derive(Serialize)]
struct Database<'a> {
    version: u32,
    entries: Vec<Entry<'a>>,
    groups: Vec<Group<'a>>,
}

#[derive(Serialize)]
struct Group<'a> {
    uuid: String,
    name: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    r#type: &'static str,
    uuid: String,
    name: &'a str,
    issuer: &'a str,
    note: &'a str,
    favorite: bool,
    /// None: the app draws a letter.
    icon: (),
    info: Info,
    groups: Vec<String>,
}

#[derive(Serialize)]
struct Info {
    #[serde(serialize_with = "secret")]
    secret: Zeroizing<String>,
    algo: &'static str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<i64>,
}

fn database<'a>(accounts: &[Exported<'a>]) -> Result<(Database<'a>, Vec<LeftOut>), NoRandomness> {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    let mut order = Vec::new();
    let mut entries = Vec::new();
    let mut left_out = Vec::new();
    for exported in accounts {
        let account = exported.account;
        let info = match Info::new(account) {
            Ok(info) => info,
            Err(reason) => {
                left_out.push(LeftOut {
                    label: account.label.clone(),
                    reason,
                });
                continue;
            }
        };
        for tag in &account.tags {
            if !groups.contains_key(tag.as_str()) {
                groups.insert(tag, uuid()?);
                order.push(tag.as_str());
            }
        }
        entries.push(Entry {
            r#type: kind(&account.params),
            uuid: uuid()?,
            name: &account.label.name,
            issuer: account.label.issuer.as_deref().unwrap_or_default(),
            note: &account.note,
            favorite: exported.standing.pinned,
            icon: (),
            info,
            groups: account
                .tags
                .iter()
                .filter_map(|tag| groups.get(tag.as_str()).cloned())
                .collect(),
        });
    }
    let group = |name| Group {
        uuid: groups.get(name).cloned().unwrap_or_default(),
        name,
    };
    let database = Database {
        version: 3,
        entries,
        groups: order.into_iter().map(group).collect(),
    };
    Ok((database, left_out))
}

impl Info {
    fn new(account: &NewAccount) -> Result<Self, CannotSay> {
        let params = account.params;
        let counter = match params {
            OtpParams::Hotp { counter, .. } => {
                Some(i64::try_from(counter).map_err(|_| CannotSay::AegisCounter(counter))?)
            }
            OtpParams::Totp { .. } | OtpParams::Steam => None,
        };
        Ok(Self {
            secret: account.seed.to_base32(),
            algo: params.algorithm().name(),
            digits: params.digits(),
            period: params.period().map(Period::seconds),
            counter,
        })
    }
}

const fn kind(params: &OtpParams) -> &'static str {
    match params {
        OtpParams::Totp { .. } => "totp",
        OtpParams::Hotp { .. } => "hotp",
        OtpParams::Steam => "steam",
    }
}

fn secret<S: Serializer>(secret: &Zeroizing<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret)
}

/// JSON in one allocation that never grows: growing would leave a copy of the secrets behind.
fn json<T: Serialize>(value: &T) -> Zeroizing<Vec<u8>> {
    let mut size = Size(0);
    serde_json::to_writer(&mut size, value).expect("texts, numbers and lists are JSON");
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.0));
    serde_json::to_writer(&mut *bytes, value).expect("texts, numbers and lists are JSON");
    bytes
}

/// Counts what is written to it.
struct Size(usize);

impl io::Write for Size {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// RFC 9562 §5.4.
fn uuid() -> Result<String, NoRandomness> {
    let mut bytes: [u8; 16] = random()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(parts.join("-"))
}

/// What the app itself asks for.
const COST: ScryptCost = ScryptCost {
    n: 32_768,
    r: 8,
    p: 1,
};

/// The slots that scrypt opens.
const PASSWORD_SLOT: u32 = 1;
