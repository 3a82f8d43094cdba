//! Ente Auth: links with what the app shows besides, plain or encrypted.

use crypto_secretstream::{Header, Key, PullStream, Tag};
use lockstep_device::account::{Label, Standing};
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use lockstep_device::time::UnixTime;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::detect::Look;
use crate::encoded::{base64, exactly, utf8};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, Lines, Text};
use crate::kdf::{Argon2Cost, argon2id};
use crate::limits::MAX_ACCOUNTS;
use crate::row::{Extras, Groups, Rows, moment, read_link, without_issuer};

const FORMAT: Format = Format::Ente;

/// Whether it is an encrypted export, or one of its links says what only this app says.
pub(crate) fn is(look: &Look<'_>) -> bool {
    let marked = |line: &[u8]| {
        line.starts_with(b"otpauth://") && line.windows(DISPLAY.len()).any(|part| part == DISPLAY.as_bytes())
    };
    look.is_object_with(&["kdfParams", "encryptedData"]) || look.lines().any(marked)
}

/// The accounts of an export.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    if Look::new(bytes).is_object_with(&["encryptedData"]) {
        let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
        let sealed: Sealed = json::parse(FORMAT, bytes)?;
        return links(utf8(FORMAT, &sealed.open(password)?)?);
    }
    links(utf8(FORMAT, bytes)?)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Sealed {
    version: Text,
    #[serde(deserialize_with = "json::or_default")]
    kdf_params: KdfParams,
    encrypted_data: Text,
    encryption_nonce: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct KdfParams {
    /// Bytes.
    mem_limit: Text,
    /// Passes.
    ops_limit: Text,
    salt: Text,
}

impl Sealed {
    /// The links. The cipher does not tell a wrong key from a changed text.
    fn open(&self, password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ReadError> {
        if self.version.number() != Some(1) {
            return Err(ReadError::Unsupported {
                format: FORMAT,
                what: "an export of a version that is not 1".to_owned(),
            });
        }
        let salt = base64(FORMAT, "the salt", self.kdf_params.salt.as_str())?;
        let header = base64(FORMAT, "the nonce", self.encryption_nonce.as_str())?;
        let header: [u8; Header::BYTES] = exactly(FORMAT, "the nonce", &header)?;
        let mut text = base64(FORMAT, "what is encrypted", self.encrypted_data.as_str())?;
        let key = argon2id(FORMAT, password, &salt, self.kdf_params.cost())?;
        let mut stream = PullStream::init(Header::from(header), &Key::from(*key));
        match stream.pull(&mut *text, &[]) {
            Ok(Tag::Final) => Ok(text),
            Ok(_) => Err(ReadError::Damaged {
                format: FORMAT,
                reason: "it ends too early".to_owned(),
            }),
            Err(_) => Err(ReadError::PasswordWrong(FORMAT)),
        }
    }
}

impl KdfParams {
    fn cost(&self) -> Argon2Cost {
        Argon2Cost {
            memory_kib: self.mem_limit.number().unwrap_or(0) / 1024,
            passes: self.ops_limit.number().unwrap_or(0),
            lanes: 1,
        }
    }
}

fn links(text: &str) -> Result<Rows, ReadError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut groups = Groups::none(FORMAT);
    let mut rows = Rows::new();
    for line in lines.take(MAX_ACCOUNTS.saturating_add(1)) {
        let display = display(line);
        let tags = groups.own(display.tags.iter())?;
        rows.push(row(line, display.extras(tags)));
    }
    Ok(rows)
}

/// What the app shows besides the link's own parameters.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Display {
    pinned: Text,
    trashed: Text,
    /// Microseconds since the Unix epoch.
    last_used_at: Text,
    tags: Lines,
    note: Text,
}

fn row(line: &str, extras: Extras) -> Result<Parsed, Skipped> {
    let mut parsed = read_link(line, Label::default(), extras)?;
    let label = &mut parsed.account.label;
    label.name = without_issuer(label.issuer.as_deref().unwrap_or_default(), &label.name).to_owned();
    Ok(parsed)
}

/// What the link says of it; a damaged one costs no account.
fn display(line: &str) -> Display {
    let (_, query) = line.split_once('?').unwrap_or_default();
    let value = query.split('&').find_map(|pair| pair.strip_prefix(DISPLAY));
    let spaced = value.unwrap_or_default().replace('+', " ");
    let json: Vec<u8> = percent_decode_str(&spaced).collect();
    serde_json::from_slice(&json).unwrap_or_default()
}

impl Display {
    fn extras(self, tags: Vec<String>) -> Extras {
        let last_used = moment(self.last_used_at.number().map(|microseconds| microseconds / 1000));
        // When it was put into the trash is not said; it is there since it was last used, or since ever.
        let trashed = || last_used.unwrap_or(UnixTime::from_seconds(0));
        Extras {
            tags,
            note: self.note.into(),
            standing: Standing {
                pinned: self.pinned.is_true(),
                last_used,
                trashed: self.trashed.is_true().then(trashed),
                ..Standing::default()
            },
        }
    }
}

const DISPLAY: &str = "codeDisplay=";
