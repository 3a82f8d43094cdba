//! What one item of a store says. Each describes itself, so that a store alone is enough to get every account back:
//! line 1 is the full `otpauth://` URI, line 2 is JSON with what a URI cannot say.

use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::account::{AwsBinding, NewAccount};
use crate::otpauth::OtpauthError;
use crate::otpauth::parse::parse;
use crate::otpauth::write::to_uri;
use crate::serial::{SerialNumber, SerialNumberError};
use crate::time::UnixTime;

/// The version of line 2 that is written.
pub const ITEM_VERSION: u32 = 1;

/// The text of one item, erased from memory when dropped. It has no `Debug` and no `Display`.
#[derive(Clone)]
pub struct ItemText(Zeroizing<String>);

/// One account's item.
#[derive(Clone)]
pub struct Item {
    /// The account with its seed; for HOTP its counter is the authority.
    pub account: NewAccount,
    /// When it was added.
    pub added: UnixTime,
}

/// Why an item's text says no account. Never carries the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// The bytes are no text.
    #[error("the item is not UTF-8 text")]
    NotText,
    /// Line 1 is not a URI of an account.
    #[error("the item's first line is not an otpauth URI: {0}")]
    Uri(#[from] OtpauthError),
    /// Line 2 is there and cannot be read.
    #[error("the item's second line is not what Lockstep writes there: {0}")]
    Details(String),
    /// Line 2 names something that is not a serial number.
    #[error("the item's second line is not what Lockstep writes there: {0}")]
    SerialNumber(#[from] SerialNumberError),
    /// Line 2 is of a newer version.
    #[error("the item is of version {found}; this Lockstep reads up to version {ITEM_VERSION}")]
    Newer {
        /// The version that it says.
        found: u32,
    },
    /// The text is not an age identity.
    #[error("the account list's key is not an age X25519 identity")]
    NotAnIdentity,
}

/// Line 2. Fields that are not known here are ignored, so that a later version may add some.
#[derive(Deserialize)]
struct Details {
    added: UnixTime,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    serial: Option<String>,
    #[serde(default)]
    unchecked_since: Option<UnixTime>,
    #[serde(default)]
    practice: bool,
}

/// Only the version, which decides whether the rest can be understood.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl ItemText {
    /// Takes the text over.
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Takes bytes over; fails with [`ItemError::NotText`] when they are not UTF-8.
    pub fn from_bytes(mut bytes: Zeroizing<Vec<u8>>) -> Result<Self, ItemError> {
        match String::from_utf8(std::mem::take(&mut bytes)) {
            Ok(text) => Ok(Self(Zeroizing::new(text))),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(ItemError::NotText)
            }
        }
    }

    /// The text that has these lines.
    pub(crate) fn from_lines(lines: &[Zeroizing<String>]) -> Self {
        let length: usize = lines.iter().map(|line| line.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text.push_str(line);
        }
        Self(text)
    }

    /// Its lines, each on its own: the one with the seed then needs no escaping in JSON, whose reader would copy it to a place
    /// that is not erased.
    pub(crate) fn to_lines(&self) -> Vec<Zeroizing<String>> {
        self.0
            .split('\n')
            .map(str::to_owned)
            .map(Zeroizing::new)
            .collect()
    }

    /// The text itself, for a store on its way down.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both say the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Item {
    /// The two lines. The URI says all parameters, the counter of a HOTP account included.
    pub fn to_text(&self) -> ItemText {
        let account = &self.account;
        let mut details = serde_json::json!({
            "version": ITEM_VERSION,
            "added": self.added,
            "tags": account.tags,
            "note": account.note,
            "serial": account.aws.as_ref().map(|aws| &aws.serial),
            "unchecked_since": account.aws.as_ref().and_then(|aws| aws.unchecked_since),
        });
        if account.aws.as_ref().is_some_and(|aws| aws.practice) {
            details["practice"] = true.into();
        }
        let details = details.to_string();
        let uri = to_uri(account);
        // Room for all of it at once: growing would leave a copy of the seed behind.
        let mut text = Zeroizing::new(String::with_capacity(uri.len() + 1 + details.len()));
        text.push_str(&uri);
        text.push('\n');
        text.push_str(&details);
        ItemText(text)
    }

    /// Reads the two lines. Without a second one (somebody stored a bare URI) the account has no tags, no note and
    /// the epoch as the moment it was added.
    pub fn from_text(text: &ItemText) -> Result<Self, ItemError> {
        let mut lines = text.as_str().lines();
        let mut account = parse(lines.next().unwrap_or_default())?.account;
        let second = lines.next().map(str::trim).filter(|line| !line.is_empty());
        let Some(line) = second else {
            return Ok(Self {
                account,
                added: UnixTime::from_seconds(0),
            });
        };
        let broken = |error: serde_json::Error| ItemError::Details(place(&error));
        let Version { version } = serde_json::from_str(line).map_err(broken)?;
        if version > ITEM_VERSION {
            return Err(ItemError::Newer { found: version });
        }
        let details: Details = serde_json::from_str(line).map_err(broken)?;
        account.tags = details.tags;
        account.note = details.note;
        if let Some(serial) = details.serial {
            let serial = SerialNumber::try_from(serial)?;
            account.aws = Some(AwsBinding {
                serial,
                unchecked_since: details.unchecked_since,
                practice: details.practice,
            });
        }
        Ok(Self {
            account,
            added: details.added,
        })
    }
}

/// Where JSON broke, without a word of what it says: someone may have put a secret there.
fn place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a field is missing or of the wrong kind",
        _ => "it is not JSON",
    };
    format!("{what} (column {})", error.column())
}
