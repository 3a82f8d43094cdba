//! `KeePass` and `KeePassXC` databases: the entries that make codes, in each of the ways that plugins and apps write down how.

use lockstep_device::account::Label;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::detect::Look;
use crate::encoded::{base32, base64, hex};
use crate::error::ReadError;
use crate::format::Format;
use crate::kdbx::open;
use crate::kdbx_header::MAGIC;
use crate::kdbx_xml::{Entry, entries, path};
use crate::limits::{MAX_FILE_BYTES, at_most};
use crate::row::{Extras, Groups, Rows, read_fields, read_link, without_secret};

const FORMAT: Format = Format::KeePass;

/// Whether it is a database.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.begins(MAGIC)
}

/// The entries that make codes, in the order of the database.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let mut opened = open(bytes, password)?;
    let mut tags = Groups::none(FORMAT);
    // Two secrets of one entry repeat its note, which a hostile file could make much of.
    let mut notes = 0;
    let mut rows = Rows::new();
    entries(&mut opened, NAMES, |entry, groups| {
        let found = [link(entry), time_otp(entry), settings(entry), hmac_otp(entry)];
        let first = rows.len();
        for source in found.into_iter().flatten() {
            let group = path(groups);
            let names = std::iter::once(group.as_str()).chain(entry.tags.split([';', ',']));
            notes += u64::try_from(entry.text("Notes").len()).unwrap_or(u64::MAX);
            if notes > MAX_FILE_BYTES {
                at_most(FORMAT, "bytes of notes", notes, MAX_FILE_BYTES)?;
            }
            let row = source.row(entry, tags.own(names)?);
            // Apps keep the same secret in several ways for each other.
            let of_entry = rows.get(first..).unwrap_or_default();
            if !of_entry.iter().any(|other| is_same(other, &row)) {
                rows.push(row);
            }
        }
        Ok(rows.len())
    })?;
    Ok(rows)
}

/// The texts of an entry that are looked at.
const NAMES: &[&str] = &[
    "Title",
    "UserName",
    "Notes",
    "otp",
    "TOTP Seed",
    "TOTP Settings",
    "TimeOtp-Secret",
    "TimeOtp-Secret-Hex",
    "TimeOtp-Secret-Base32",
    "TimeOtp-Secret-Base64",
    "TimeOtp-Length",
    "TimeOtp-Period",
    "TimeOtp-Algorithm",
    "HmacOtp-Secret",
    "HmacOtp-Secret-Hex",
    "HmacOtp-Secret-Base32",
    "HmacOtp-Secret-Base64",
    "HmacOtp-Counter",
];

fn is_same(one: &Result<Parsed, Skipped>, other: &Result<Parsed, Skipped>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => {
            one.account.params == other.account.params && one.account.seed.is_same(&other.account.seed)
        }
        _ => false,
    }
}

/// One way in which an entry says how its codes are made.
enum Source {
    Link(Zeroizing<String>),
    /// Label left out; nothing as a secret that is not in the encoding that it is said to be in.
    Fields(Box<TypedAccount>, Option<Zeroizing<String>>),
}

impl Source {
    fn fields(fields: TypedAccount, secret: Option<Zeroizing<String>>) -> Self {
        Self::Fields(Box::new(fields), secret)
    }

    fn row(self, entry: &Entry, tags: Vec<String>) -> Result<Parsed, Skipped> {
        let (title, username) = (entry.text("Title"), entry.text("UserName"));
        let extras = Extras {
            tags,
            note: entry.text("Notes").to_owned(),
            ..Extras::default()
        };
        match self {
            Self::Link(link) => {
                let fallback = Label {
                    issuer: Some(title.to_owned()),
                    name: username.to_owned(),
                };
                read_link(&link, fallback, extras)
            }
            Self::Fields(mut fields, secret) => {
                title.clone_into(&mut fields.issuer);
                username.clone_into(&mut fields.name);
                let Some(secret) = secret else {
                    return Err(without_secret(&fields));
                };
                fields.secret = secret;
                read_fields(&fields, extras)
            }
        }
    }
}

/// `otp`: a link, or what the plugin `KeeOtp` writes: `key=…&size=6&step=30&type=totp&otpHashMode=Sha1`.
fn link(entry: &Entry) -> Option<Source> {
    let text = entry.text("otp").trim();
    if text.is_empty() {
        return None;
    }
    if text.contains("://") {
        return Some(Source::Link(Zeroizing::new(text.to_owned())));
    }
    let value = |name: &str| {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| value).unwrap_or_default();
        Zeroizing::new(percent_decode_str(value).decode_utf8_lossy().into_owned())
    };
    let fields = TypedAccount {
        kind: value("type").to_ascii_lowercase(),
        algorithm: value("otpHashMode").to_ascii_uppercase(),
        digits: value("size").to_string(),
        period: value("step").to_string(),
        counter: value("counter").to_string(),
        ..TypedAccount::default()
    };
    let encoding = value("encoding").to_ascii_lowercase();
    let encoding = if encoding.is_empty() { "base32" } else { &encoding };
    Some(Source::fields(fields, secret(&value("key"), encoding)))
}

/// `TimeOtp-…`: `KeePass` 2.47 and later, <https://keepass.info/help/base/placeholders.html#otp>.
fn time_otp(entry: &Entry) -> Option<Source> {
    let secret = secret_of(entry, "TimeOtp-Secret")?;
    // `HMAC-SHA-256`
    let algorithm = entry.text("TimeOtp-Algorithm").trim().to_ascii_uppercase();
    let algorithm = algorithm.strip_prefix("HMAC-").unwrap_or(&algorithm);
    let fields = TypedAccount {
        algorithm: algorithm.replace('-', ""),
        digits: entry.text("TimeOtp-Length").to_owned(),
        period: entry.text("TimeOtp-Period").to_owned(),
        ..TypedAccount::default()
    };
    Some(Source::fields(fields, secret))
}

/// `HmacOtp-…`: the same for counters, always with six digits.
fn hmac_otp(entry: &Entry) -> Option<Source> {
    let secret = secret_of(entry, "HmacOtp-Secret")?;
    let counter = entry.text("HmacOtp-Counter").trim();
    let fields = TypedAccount {
        kind: "hotp".to_owned(),
        // Without one, the app begins at 0.
        counter: if counter.is_empty() { "0" } else { counter }.to_owned(),
        ..TypedAccount::default()
    };
    Some(Source::fields(fields, secret))
}

/// `TOTP Seed` and `TOTP Settings`, `30;6` or, for Steam, `30;S`: the plugin `KeeTrayTOTP` and earlier `KeePassXC`.
fn settings(entry: &Entry) -> Option<Source> {
    let seed = entry.text("TOTP Seed").trim();
    if seed.is_empty() {
        return None;
    }
    let mut settings = entry.text("TOTP Settings").trim().split(';');
    let period = settings.next().unwrap_or_default().to_owned();
    let digits = settings.next().unwrap_or_default();
    let fields = if digits == "S" {
        TypedAccount {
            kind: "steam".to_owned(),
            ..TypedAccount::default()
        }
    } else {
        TypedAccount {
            period,
            digits: digits.to_owned(),
            ..TypedAccount::default()
        }
    };
    Some(Source::fields(fields, secret(seed, "base32")))
}

/// The secret under this name, with the name of its encoding behind it. `KeePass` takes the first that there is.
#[allow(
    clippy::option_option,
    reason = "none there, or there and not what it is said to be"
)]
fn secret_of(entry: &Entry, name: &str) -> Option<Option<Zeroizing<String>>> {
    ENCODINGS.iter().find_map(|(behind, encoding)| {
        let text = entry.text(&format!("{name}{behind}")).trim();
        (!text.is_empty()).then(|| secret(text, encoding))
    })
}

const ENCODINGS: [(&str, &str); 4] = [
    ("", "utf8"),
    ("-Hex", "hex"),
    ("-Base32", "base32"),
    ("-Base64", "base64"),
];

/// The secret in base32; nothing when it is not in its encoding, or when that is not known.
fn secret(text: &str, encoding: &str) -> Option<Zeroizing<String>> {
    match encoding {
        "base32" => Some(Zeroizing::new(text.to_owned())),
        "utf8" => Some(base32(text.as_bytes())),
        "hex" => Some(base32(&hex(FORMAT, "a secret", text).ok()?)),
        "base64" => Some(base32(&base64(FORMAT, "a secret", text).ok()?)),
        _ => None,
    }
}
