//! Passphrases, and how much work it takes to try one.

use age::secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;
use zxcvbn::feedback::Feedback;

use crate::passphrase_words::{GuessTime, PassphraseAdvice};

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

    /// For a passphrase of so many random bits that no work is needed to protect it.
    pub const FOR_RANDOM: Self = Self(10);

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

/// How well a passphrase withstands somebody who has the file and tries.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, specta::Type)]
pub struct Strength {
    /// 0, guessed at once, to 4, out of reach.
    pub score: u8,
    /// How long guessing takes at ten thousand tries a second.
    pub guessed_in: GuessTime,
    /// What would make it stronger; may be empty.
    pub advice: Vec<PassphraseAdvice>,
}

impl Strength {
    /// As zxcvbn estimates it. scrypt at [`WorkFactor::DEFAULT`] allows about one try a second and processor core, so
    /// that ten thousand a second are some thousands of machines.
    pub fn of(passphrase: &Passphrase) -> Self {
        let estimate = zxcvbn::zxcvbn(passphrase.expose(), &["lockstep", "backup"]);
        let suggestions = estimate.feedback().map(Feedback::suggestions);
        Self {
            score: estimate.score().into(),
            guessed_in: GuessTime::of(
                estimate
                    .crack_times()
                    .offline_slow_hashing_1e4_per_second()
                    .into(),
            ),
            advice: suggestions
                .unwrap_or_default()
                .iter()
                .map(|one| PassphraseAdvice::from(*one))
                .collect(),
        }
    }

    /// Whether it may be guessed by somebody who has the file.
    pub fn is_weak(&self) -> bool {
        self.score < 3
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn strength(text: &str) -> Strength {
        Strength::of(&Passphrase::new(Zeroizing::new(text.to_owned())).unwrap())
    }

    #[test]
    fn a_common_passphrase_is_weak_and_several_words_are_not() {
        assert!(strength("password1").is_weak());
        assert_eq!(strength("password1").score, 0);
        assert!(!strength("password1").advice.is_empty());
        assert!(!strength("otter violin gravel sunday teapot").is_weak());
    }
}
