//! Passphrases, and how much work it takes to try one.

use age::secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// A passphrase of at least one character, erased from memory when dropped. It has no `Debug` and no `Display`.
#[derive(Clone)]
pub struct Passphrase(SecretString);

/// A passphrase without a single character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the passphrase is empty")]
pub struct EmptyPassphrase;

/// log2 of scrypt's N (RFC 7914 §2), 1 to 20. At 18 opening takes about a second and 256 MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkFactor(u8);

/// The work factor is outside 1..=20. Carries what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scrypt work factor of {0} is asked for; 1 to 20 are taken")]
pub struct InvalidWorkFactor(pub u8);

impl Passphrase {
    /// Takes a passphrase over.
    pub fn new(mut text: Zeroizing<String>) -> Result<Self, EmptyPassphrase> {
        if text.is_empty() {
            return Err(EmptyPassphrase);
        }
        Ok(Self(SecretString::from(std::mem::take(&mut *text))))
    }

    /// Its characters, for whoever derives a key of it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether both are the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }

    /// The passphrase for the age library.
    pub(crate) fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl WorkFactor {
    /// What is written unless a test asks for less.
    pub const DEFAULT: Self = Self(18);

    /// The most that is taken.
    pub const LIMIT: Self = Self(20);

    /// log2 N.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for WorkFactor {
    type Error = InvalidWorkFactor;

    fn try_from(factor: u8) -> Result<Self, Self::Error> {
        if (1..=Self::LIMIT.0).contains(&factor) {
            Ok(Self(factor))
        } else {
            Err(InvalidWorkFactor(factor))
        }
    }
}
