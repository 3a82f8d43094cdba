//! The age file around a backup: whom it is sealed to.

use age::armor::Format;
use age::ssh::ParseRecipientKeyError;
use zeroize::Zeroizing;

use super::document::Document;
use super::error::BackupError;
use crate::passphrase::{Passphrase, WorkFactor};
use crate::store::sealed;

/// The plain text is filled up with line ends so that the sealed part is a multiple of so many bytes: then the size
/// says little about the number of accounts, and a file whose end is missing can be told from a damaged one.
pub(crate) const SEALED_MULTIPLE: usize = 1024;

/// age's payload: a nonce of 16 bytes, then chunks of 64 KiB with a tag of 16 bytes each
/// (<https://age-encryption.org/v1>).
const NONCE: usize = 16;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// What a backup is sealed with.
pub enum Lock<'a> {
    /// A passphrase, and the work it takes to try one.
    Passphrase(&'a Passphrase, WorkFactor),
    /// Keys, any of which opens it. At least one.
    Keys(&'a [Recipient]),
}

/// Somebody's public key: an age recipient, or an SSH key of type ed25519 or RSA.
pub struct Recipient {
    text: String,
    key: Box<dyn age::Recipient + Send + Sync>,
}

impl Recipient {
    /// Reads `age1…`, `ssh-ed25519 …` or `ssh-rsa …`.
    pub fn parse(text: &str) -> Result<Self, BackupError> {
        let text = text.trim();
        let refused = |rule| BackupError::Recipient {
            given: text.chars().take(24).collect(),
            rule,
        };
        let key: Box<dyn age::Recipient + Send + Sync> = if text.starts_with("ssh-") {
            let key = text.parse::<age::ssh::Recipient>();
            Box::new(key.map_err(|error| refused(ssh_rule(&error)))?)
        } else if text.starts_with("AGE-SECRET-KEY-") {
            // It must not be echoed.
            return Err(BackupError::Recipient {
                given: "AGE-SECRET-KEY-…".to_owned(),
                rule: "this is the secret half; give the half that begins with age1",
            });
        } else {
            let key = text.parse::<age::x25519::Recipient>();
            Box::new(key.map_err(|_| {
                refused("it is an age recipient (age1…) or an SSH public key (ssh-ed25519, ssh-rsa)")
            })?)
        };
        Ok(Self {
            text: text.to_owned(),
            key,
        })
    }

    /// Reads a file of recipients, one on each line; blank lines and those that begin with `#` are passed over.
    pub fn parse_file(text: &str) -> Result<Vec<Self>, BackupError> {
        let lines = text.lines().map(str::trim);
        let recipients: Vec<Self> = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(Self::parse)
            .collect::<Result<_, _>>()?;
        if recipients.is_empty() {
            return Err(BackupError::Recipient {
                given: String::new(),
                rule: "the file names none",
            });
        }
        Ok(recipients)
    }

    /// It in one line, as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<age::x25519::Recipient> for Recipient {
    fn from(key: age::x25519::Recipient) -> Self {
        Self {
            text: key.to_string(),
            key: Box::new(key),
        }
    }
}

/// The backup as an age file, armored (text for mails and pastes) if wanted.
pub fn seal(document: &Document, lock: &Lock<'_>, armored: bool) -> Result<Vec<u8>, BackupError> {
    seal_text(&document.to_json(), lock, armored)
}

/// Any text as an age file, filled up with line ends so that its size says little.
pub fn seal_text(text: &[u8], lock: &Lock<'_>, armored: bool) -> Result<Vec<u8>, BackupError> {
    let padded = pad(text);
    let format = if armored {
        Format::AsciiArmor
    } else {
        Format::Binary
    };
    let scrypt;
    let recipients: Vec<&dyn age::Recipient> = match lock {
        Lock::Passphrase(passphrase, work) => {
            let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
            recipient.set_work_factor(work.get());
            scrypt = recipient;
            vec![&scrypt]
        }
        Lock::Keys(keys) => keys
            .iter()
            .map(|recipient| &*recipient.key as &dyn age::Recipient)
            .collect(),
    };
    sealed::seal_to(&recipients, &padded, format).map_err(|_| BackupError::Recipient {
        given: String::new(),
        rule: "at least one is needed",
    })
}

/// The text with line ends behind it.
fn pad(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut length = text.len();
    while !sealed_length(length).is_multiple_of(SEALED_MULTIPLE) {
        length += 1;
    }
    let mut padded = Zeroizing::new(Vec::with_capacity(length));
    padded.extend_from_slice(text);
    padded.resize(length, b'\n');
    padded
}

/// How many bytes age makes of so many, without its header.
fn sealed_length(plain: usize) -> usize {
    NONCE + plain + TAG * plain.div_ceil(CHUNK).max(1)
}

/// Whether a binary age file has a sealed part of a length that [`seal`] never writes.
pub(crate) fn is_cut_off(file: &[u8]) -> bool {
    const MAC: &[u8] = b"\n--- ";
    let mac = file.windows(MAC.len()).position(|window| window == MAC);
    let payload = mac.and_then(|mac| {
        let line = file.get(mac + MAC.len()..)?;
        let end = line.iter().position(|byte| *byte == b'\n')?;
        Some(line.len() - end - 1)
    });
    // Without an end of the header there is no sealed part at all.
    payload.is_none_or(|length| !length.is_multiple_of(SEALED_MULTIPLE))
}

fn ssh_rule(error: &ParseRecipientKeyError) -> &'static str {
    match error {
        ParseRecipientKeyError::RsaModulusTooLarge => "an RSA key of at most 4096 bits is taken",
        ParseRecipientKeyError::RsaModulusTooSmall => "an RSA key of at least 2048 bits is taken",
        ParseRecipientKeyError::Unsupported(_) | ParseRecipientKeyError::Ignore => {
            "an SSH key is of the type ed25519 or RSA"
        }
        _ => "it is not a whole SSH public key",
    }
}
