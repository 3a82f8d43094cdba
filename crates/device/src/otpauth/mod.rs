//! Key URIs (`otpauth://`) and Google Authenticator's exports to accounts, and accounts to Key URIs.

use serde::Serialize;

use crate::account::{Label, NewAccount, Standing};
use crate::otp::params::{InvalidDigits, InvalidPeriod, UnsupportedAlgorithm};
use crate::seed::SeedError;

pub mod migration;
pub mod migration_write;
pub mod parse;
pub mod read;
pub mod typed;
mod uri;
pub mod write;

/// The largest export that is read, in bytes. A QR code holds less than 3 kB.
pub const MAX_PAYLOAD_BYTES: usize = 64 * 1024;

/// The most accounts of an export that are read. Google Authenticator puts about ten into a QR code.
pub const MAX_ACCOUNTS: usize = 1000;

/// An account that was read, and what a person should know before keeping it.
#[derive(Clone)]
pub struct Parsed {
    /// The account with its seed.
    pub account: NewAccount,
    /// How it stood where it comes from; nothing but defaults for a link.
    pub standing: Standing,
    /// What is odd about it, each thing once.
    pub warnings: Vec<Warning>,
}

/// An account among several that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// What it is called.
    pub label: Label,
    /// Why it cannot be taken.
    pub error: OtpauthError,
}

/// What is odd about an account that can be kept all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Warning {
    /// The label's prefix and the `issuer` parameter name two issuers.
    IssuerMismatch {
        /// The one before the name.
        prefix: String,
        /// The one in the parameter, which is kept.
        issuer: String,
    },
    /// Neither issuer nor name.
    NoName,
    /// Shorter than RFC 4226 §4 R6 asks for.
    WeakSecret {
        /// The seed's size in bytes.
        bytes: u32,
    },
    /// Base32 of a length that no encoder writes.
    NoncanonicalBase32,
    /// A number of digits outside RFC 4226 §5.3.
    NonstandardDigits {
        /// Digits of a code.
        digits: u8,
    },
    /// Characters of category Cc were in the issuer or the name.
    ControlCharsRemoved,
    /// Some QR codes of an export have not been read.
    BatchIncomplete {
        /// Their numbers, counted from 1, in ascending order.
        missing: Vec<u32>,
        /// How many QR codes the export has.
        size: u32,
    },
}

impl Warning {
    /// Its stable name, the one in JSON: `weak_secret`, …
    pub const fn name(&self) -> &'static str {
        match self {
            Self::IssuerMismatch { .. } => "issuer_mismatch",
            Self::NoName => "no_name",
            Self::WeakSecret { .. } => "weak_secret",
            Self::NoncanonicalBase32 => "noncanonical_base32",
            Self::NonstandardDigits { .. } => "nonstandard_digits",
            Self::ControlCharsRemoved => "control_chars_removed",
            Self::BatchIncomplete { .. } => "batch_incomplete",
        }
    }

    /// What is so, and what that means, in one or two sentences for people.
    pub fn message(&self) -> String {
        match self {
            Self::IssuerMismatch { prefix, issuer } => {
                format!("Two issuers are named, “{prefix}” and “{issuer}”. “{issuer}” is kept.")
            }
            Self::NoName => "It has neither issuer nor name. Give it a name to find it by.".to_owned(),
            Self::WeakSecret { bytes: 1 } => {
                "The secret is 1 byte. RFC 4226 asks for 16 or more; it works, but it is weak.".to_owned()
            }
            Self::WeakSecret { bytes } => {
                format!(
                    "The secret is {bytes} bytes. RFC 4226 asks for 16 or more; it works, but it is weak."
                )
            }
            Self::NoncanonicalBase32 => {
                "The secret has a length that base32 cannot have. Its last character is \
                                         ignored; try a code before you rely on it."
                    .to_owned()
            }
            Self::NonstandardDigits { digits } => {
                format!("Codes have {digits} digits. RFC 4226 knows 6 to 8; it works if the issuer means it.")
            }
            Self::ControlCharsRemoved => {
                "Control characters in the issuer or the name are left out.".to_owned()
            }
            Self::BatchIncomplete { missing, size } => incomplete_message(missing, *size),
        }
    }
}

fn incomplete_message(missing: &[u32], size: u32) -> String {
    let numbers: Vec<String> = missing.iter().map(u32::to_string).collect();
    match numbers.as_slice() {
        [before @ .., last] if !before.is_empty() => {
            format!(
                "QR {} and {last} of {size} are missing. Read them too.",
                before.join(", ")
            )
        }
        _ => format!("QR {} of {size} is missing. Read it too.", numbers.concat()),
    }
}

/// Why a text gives no account. No variant carries the secret; what is echoed is cut to a few characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OtpauthError {
    /// Something else than a Key URI. Carries the scheme when there is one.
    #[error("{}", scheme_message(.0.as_deref()))]
    UnsupportedScheme(Option<String>),
    /// A whole export where a single account was expected.
    #[error("this is an export of several accounts, and a single account is wanted here")]
    SeveralAccounts,
    /// A kind of code that is none of ours. Carries what was asked for.
    #[error("codes of the type {0:?} are not supported; known are totp, hotp and steam")]
    UnsupportedType(String),
    /// More text than any issuer writes.
    #[error("the link has {length} bytes; at most {limit} are taken")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// A parameter stands there twice with different values.
    #[error("the link gives {0:?} twice with different values, and neither is more right than the other")]
    AmbiguousParameter(&'static str),
    /// No `secret` parameter.
    #[error("the link has no secret")]
    MissingSecret,
    /// The secret is empty, too long or not base32.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// None of the three hashes.
    #[error(transparent)]
    Algorithm(#[from] UnsupportedAlgorithm),
    /// Digits outside 5..=10.
    #[error(transparent)]
    Digits(#[from] InvalidDigits),
    /// A period outside 1..=86400 seconds.
    #[error(transparent)]
    Period(#[from] InvalidPeriod),
    /// A counter-based account that does not say where it stands.
    #[error("the account is counter-based and its counter is not given; a guess would make wrong codes")]
    MissingCounter,
    /// The counter is no number from 0 to 2^64 - 1. Carries what was given.
    #[error("the counter {0:?} is no number that a counter can have")]
    InvalidCounter(String),
    /// Google Authenticator's export cannot be read as a whole.
    #[error("the export cannot be read: {0}")]
    Migration(#[from] MigrationError),
}

impl OtpauthError {
    /// Its stable name: `missing_secret`, …
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UnsupportedScheme(_) => "unsupported_scheme",
            Self::SeveralAccounts => "several_accounts",
            Self::UnsupportedType(_) => "unsupported_type",
            Self::TooLong { .. } => "too_long",
            Self::AmbiguousParameter(_) => "ambiguous_parameter",
            Self::MissingSecret => "missing_secret",
            Self::Seed(SeedError::Empty) => "empty_secret",
            Self::Seed(SeedError::TooLong(_)) => "secret_too_long",
            Self::Seed(SeedError::NotBase32 { .. }) => "invalid_base32",
            Self::Algorithm(_) => "unsupported_algorithm",
            Self::Digits(_) => "invalid_digits",
            Self::Period(_) => "invalid_period",
            Self::MissingCounter => "missing_counter",
            Self::InvalidCounter(_) => "invalid_counter",
            Self::Migration(_) => "invalid_migration",
        }
    }
}

/// Why Google Authenticator's export cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MigrationError {
    /// No `data` parameter, or an empty one.
    #[error("it carries no data")]
    NoData,
    /// The data is not base64.
    #[error("its data is not base64")]
    NotBase64,
    /// The data is larger than a QR code can be, many times over.
    #[error("its data has {0} bytes; at most {MAX_PAYLOAD_BYTES} are taken")]
    TooLarge(usize),
    /// The data is not the message that Google Authenticator writes.
    #[error("its data is damaged")]
    Damaged(#[source] prost::DecodeError),
    /// More accounts than any export has.
    #[error("it has {0} accounts; at most {MAX_ACCOUNTS} are taken")]
    TooManyAccounts(usize),
    /// The place in the series of QR codes makes no sense.
    #[error("it says to be QR {index} (counted from 0) of {size}")]
    Batch {
        /// The place it claims, counted from 0.
        index: i32,
        /// The number of QR codes it claims.
        size: i32,
    },
}

fn scheme_message(scheme: Option<&str>) -> String {
    match scheme {
        None => "this is not a link for an authenticator; those start with otpauth://".to_owned(),
        Some("http" | "https") => "this is not for an authenticator: it opens a web page".to_owned(),
        Some("phonefactor") => {
            "this is for Microsoft's own app only; its page also offers a code for “a different \
                                authenticator app”"
                .to_owned()
        }
        Some(scheme) => format!("links that start with {scheme}:// are not supported; known is otpauth://"),
    }
}
