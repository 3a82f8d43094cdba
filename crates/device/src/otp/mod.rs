//! Codes: HOTP (RFC 4226), TOTP (RFC 6238) and Steam Guard.

use zeroize::Zeroizing;

use crate::otp::params::OtpParams;
use crate::seed::Seed;

pub mod hotp;
pub mod params;
pub mod steam;
pub mod totp;

/// What the device emits: 5 to 10 ASCII digits, or five characters out of Steam's alphabet. Erased from memory when
/// dropped; it has no `Debug` and no `Display`, so that it cannot slip into a log.
#[derive(Clone)]
pub struct Code(Zeroizing<String>);

impl Code {
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
