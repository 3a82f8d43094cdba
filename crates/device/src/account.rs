//! An account: one row of the authenticator. It never holds the seed; [`NewAccount`] is the one that does, on its way
//! into a store.

use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::otp::params::OtpParams;
use crate::seed::Seed;
use crate::serial::SerialNumber;
use crate::time::UnixTime;

/// An account's identity: 128 random bits in lower-case hexadecimal. It says nothing about the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// The text is not an account id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an account id; an id is 32 lower-case hexadecimal digits")]
pub struct InvalidAccountId(pub String);

/// The operating system gives no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct NoRandomness;

impl AccountId {
    /// The id made of these random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(data_encoding::HEXLOWER.encode(&bytes))
    }

    /// A new id, from the operating system's random numbers.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 16];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self::from_bytes(bytes))
    }

    /// The 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 32 && text.bytes().all(hex) {
            Ok(Self(text))
        } else {
            Err(InvalidAccountId(text))
        }
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a person calls an account and hangs on it: everything but the seed, the parameters and the identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Who asks for the code, such as `Amazon Web Services`; nothing when the issuer did not say.
    pub issuer: Option<String>,
    /// Whom the code is for, such as `maya@halden-prod`; may be empty.
    pub name: String,
}

impl fmt::Display for Label {
    /// `issuer:name`, or whichever of the two there is.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.issuer, self.name.as_str()) {
            (Some(issuer), "") => formatter.write_str(issuer),
            (Some(issuer), name) => write!(formatter, "{issuer}:{name}"),
            (None, name) => formatter.write_str(name),
        }
    }
}

/// What an account is bound to in AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsBinding {
    /// The device's serial number.
    pub serial: SerialNumber,
    /// The moment of the backup it was restored from, until AWS has been asked whether the device is still the one it
    /// was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchecked_since: Option<UnixTime>,
    /// Whether it was made in the practice account of an app, which ends with it. Only who makes a device says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub practice: bool,
}

impl AwsBinding {
    /// Bound to the device with this serial number, as AWS knows it.
    pub fn new(serial: SerialNumber) -> Self {
        Self {
            serial,
            unchecked_since: None,
            practice: false,
        }
    }
}

/// One account, as the index keeps it. No seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its identity, and the key of its item in the store.
    pub id: AccountId,
    /// Issuer and name.
    #[serde(flatten)]
    pub label: Label,
    /// Kind and parameters. For HOTP the item in the store is the authority on the counter.
    #[serde(flatten)]
    pub params: OtpParams,
    /// Tags, without the leading `#`, in the order they were given.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What the person noted.
    #[serde(default)]
    pub note: String,
    /// The AWS device this account is, when known.
    #[serde(default)]
    pub aws: Option<AwsBinding>,
    /// When it was added.
    pub added: UnixTime,
    /// Pinned accounts stand first.
    #[serde(default)]
    pub pinned: bool,
    /// When a code was last copied or used.
    #[serde(default)]
    pub last_used: Option<UnixTime>,
    /// The last time step whose code was copied or used (RFC 6238 §5.2: a code is taken once).
    #[serde(default)]
    pub used_step: Option<u64>,
    /// When it was moved to the trash.
    #[serde(default)]
    pub trashed: Option<UnixTime>,
}

/// How an account stood in a list it comes from: what no item says, and a backup or another app's file may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// When it was added there.
    pub added: Option<UnixTime>,
    /// Pinned, or a favourite.
    pub pinned: bool,
    /// When a code was last copied or used.
    pub last_used: Option<UnixTime>,
    /// The last time step whose code was copied or used.
    pub used_step: Option<u64>,
    /// When it was moved to the trash.
    pub trashed: Option<UnixTime>,
}

/// An account on its way into a store, with its seed.
#[derive(Clone)]
pub struct NewAccount {
    /// Issuer and name.
    pub label: Label,
    /// Kind and parameters.
    pub params: OtpParams,
    /// The shared secret.
    pub seed: Seed,
    /// Tags, without the leading `#`.
    pub tags: Vec<String>,
    /// What the person, or the app it came from, noted.
    pub note: String,
    /// The AWS device this account is, when known.
    pub aws: Option<AwsBinding>,
}
