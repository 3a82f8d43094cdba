//! Codes: HOTP (RFC 4226), TOTP (RFC 6238) and Steam Guard.

use zeroize::Zeroizing;

use crate::otp::params::{Digits, OtpParams};
use crate::seed::Seed;

pub mod hotp;
pub mod params;
pub mod steam;
pub mod totp;

/// What the device emits: 5 to 10 ASCII digits, or five characters out of Steam's alphabet. Erased from memory when
/// dropped; it has no `Debug` and no `Display`, so that it cannot slip into a log.
#[derive(Clone)]
pub struct Code(Zeroizing<String>);

/// A text that a person typed is not a code. Says how long it is, and nothing of what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a code of {} digits: it has {length} characters, {digits} of them digits", .wanted.get())]
pub struct InvalidCode {
    /// How many digits it should have.
    pub wanted: Digits,
    /// How many characters it has, blanks left out.
    pub length: usize,
    /// How many of these are digits.
    pub digits: usize,
}

impl Code {
    /// The code that a person typed, blanks anywhere in it.
    pub fn typed(text: &str, wanted: Digits) -> Result<Self, InvalidCode> {
        let plain: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
        let length = plain.chars().count();
        let digits = plain.bytes().filter(u8::is_ascii_digit).count();
        if length == digits && length == usize::from(wanted.get()) {
            Ok(Self(plain))
        } else {
            Err(InvalidCode {
                wanted,
                length,
                digits,
            })
        }
    }

    /// The characters, leading zeros included.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The moving factor: the time step T of RFC 6238 §4.2 for TOTP and Steam, the counter C of RFC 4226 §5.1 for HOTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeStep(pub u64);

/// The code for one time step, or for one counter when the parameters are HOTP's. Every step has one.
pub fn code_at_step(params: &OtpParams, seed: &Seed, step: TimeStep) -> Code {
    let TimeStep(factor) = step;
    Code(match *params {
        OtpParams::Totp {
            algorithm, digits, ..
        }
        | OtpParams::Hotp {
            algorithm, digits, ..
        } => hotp::characters(algorithm, digits, seed, factor),
        OtpParams::Steam => steam::characters(seed, factor),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_code_may_have_blanks_and_nothing_else() {
        assert_eq!(Code::typed(" 123 456\n", Digits::SIX).unwrap().as_str(), "123456");
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(Code::typed(wrong, Digits::SIX).is_err(), "{wrong}");
        }
        let refused = Code::typed("12345x", Digits::SIX).err().unwrap();
        assert_eq!(
            refused.to_string(),
            "this is not a code of 6 digits: it has 6 characters, 5 of them digits"
        );
    }
}
