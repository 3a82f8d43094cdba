//! What a code is made with, besides the seed and the moment. None of these types can hold a value that the
//! computation could not take.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The hash under HMAC (RFC 6238 §1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
pub enum Algorithm {
    /// HMAC-SHA-1, what RFC 4226 specifies and nearly every issuer uses.
    #[default]
    #[serde(rename = "SHA1")]
    Sha1,
    /// HMAC-SHA-256.
    #[serde(rename = "SHA256")]
    Sha256,
    /// HMAC-SHA-512.
    #[serde(rename = "SHA512")]
    Sha512,
}

impl Algorithm {
    /// The name in Key URIs and in every JSON we write: `SHA1`, `SHA256` or `SHA512`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The algorithm is none of the three that RFC 6238 knows. Carries what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the algorithm {0:?} is not supported; codes are made with SHA1, SHA256 or SHA512")]
pub struct UnsupportedAlgorithm(pub String);

impl std::str::FromStr for Algorithm {
    type Err = UnsupportedAlgorithm;

    /// Takes the spellings seen in the field: any case, `HMAC` before it, dashes and underscores in it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain: String = text
            .chars()
            .filter(|character| !matches!(character, '-' | '_'))
            .collect();
        let plain = plain.to_ascii_uppercase();
        match plain.strip_prefix("HMAC").unwrap_or(&plain) {
            "SHA1" => Ok(Self::Sha1),
            "SHA256" => Ok(Self::Sha256),
            "SHA512" => Ok(Self::Sha512),
            _ => Err(UnsupportedAlgorithm(text.to_owned())),
        }
    }
}

/// How many decimal digits a code has: 5 to 10. RFC 4226 §5.3 asks for 6 to 8; a few issuers go beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(try_from = "u8", into = "u8")]
pub struct Digits(u8);

/// The number of digits is outside 5..=10. Carries what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} digits are asked for; codes have 5 to 10")]
pub struct InvalidDigits(pub String);

impl Digits {
    /// Six digits, the default of the Key URI format and what AWS uses.
    pub const SIX: Self = Self(6);

    /// Eight digits, the other length that Google Authenticator knows.
    pub const EIGHT: Self = Self(8);

    /// The number itself.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Whether RFC 4226 §5.3 knows codes of this length (6 to 8 digits).
    pub const fn is_standard(self) -> bool {
        self.0 >= 6 && self.0 <= 8
    }
}

impl TryFrom<u8> for Digits {
    type Error = InvalidDigits;

    fn try_from(digits: u8) -> Result<Self, Self::Error> {
        if (5..=10).contains(&digits) {
            Ok(Self(digits))
        } else {
            Err(InvalidDigits(digits.to_string()))
        }
    }
}

impl From<Digits> for u8 {
    fn from(digits: Digits) -> Self {
        digits.0
    }
}

/// The time step X of RFC 6238 §4.1, in seconds: 1 to 86 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(try_from = "u32", into = "u32")]
pub struct Period(u32);

/// The period is outside 1..=86400 seconds. Carries what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period of {0} seconds is asked for; codes change every 1 to 86400 seconds")]
pub struct InvalidPeriod(pub String);

impl Period {
    /// Thirty seconds, the default of RFC 6238 §4.1 and what AWS uses.
    pub const THIRTY: Self = Self(30);

    /// The number of seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Period {
    type Error = InvalidPeriod;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        if (1..=86_400).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(InvalidPeriod(seconds.to_string()))
        }
    }
}

impl From<Period> for u32 {
    fn from(period: Period) -> Self {
        period.0
    }
}

/// What kind of one-time password an account gives, with the parameters that kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum OtpParams {
    /// RFC 6238, time-based.
    Totp {
        /// The hash under HMAC.
        algorithm: Algorithm,
        /// Digits of a code.
        digits: Digits,
        /// Seconds between codes.
        period: Period,
    },
    /// RFC 4226, counter-based.
    Hotp {
        /// The hash under HMAC.
        algorithm: Algorithm,
        /// Digits of a code.
        digits: Digits,
        /// The moving factor C of the next code to be given (RFC 4226 §5.1).
        counter: u64,
    },
    /// Steam Guard: HMAC-SHA-1 every 30 seconds, five characters out of Steam's own alphabet.
    Steam,
}

impl OtpParams {
    /// What a Key URI means that names nothing: SHA-1, six digits, thirty seconds.
    pub const DEFAULT_TOTP: Self = Self::Totp {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period: Period::THIRTY,
    };

    /// The hash under HMAC.
    pub const fn algorithm(&self) -> Algorithm {
        match *self {
            Self::Totp { algorithm, .. } | Self::Hotp { algorithm, .. } => algorithm,
            Self::Steam => Algorithm::Sha1,
        }
    }

    /// How many characters a code has.
    pub const fn digits(&self) -> u8 {
        match *self {
            Self::Totp { digits, .. } | Self::Hotp { digits, .. } => digits.get(),
            Self::Steam => 5,
        }
    }

    /// Seconds between codes; nothing for a counter-based account.
    pub const fn period(&self) -> Option<Period> {
        match *self {
            Self::Totp { period, .. } => Some(period),
            Self::Hotp { .. } => None,
            Self::Steam => Some(Period::THIRTY),
        }
    }
}
