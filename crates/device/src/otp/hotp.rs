//! HOTP (RFC 4226): the code for one value of the moving factor. TOTP is this with a time step for a counter.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::otp::params::{Algorithm, Digits};
use crate::seed::Seed;

/// HOTP(K, C) of RFC 4226 §5.3, with the hashes that RFC 6238 §1.2 adds.
pub(super) fn characters(
    algorithm: Algorithm,
    digits: Digits,
    seed: &Seed,
    counter: u64,
) -> Zeroizing<String> {
    let algorithm = match algorithm {
        Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
        Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
        Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
    };
    // One second a step makes the library's time the counter itself. Its own `generate` stops at nine digits, so
    // that only the HMAC is taken from it.
    let hotp = totp_rs::Builder::new()
        .with_algorithm(algorithm)
        .with_secret(seed.bytes())
        .with_step_duration(1)
        .build_noncompliant();
    let hmac = hotp.sign(counter);
    decimal(truncate(hmac.as_ref()), digits)
}

/// DT of RFC 4226 §5.3: the 31 bits at the offset that the last four bits name.
fn truncate(hmac: &[u8]) -> u32 {
    let offset = hmac.last().map_or(0, |last| usize::from(last & 0x0f));
    let chosen = hmac.iter().skip(offset).take(4);
    chosen.fold(0, |value, byte| value << 8 | u32::from(*byte)) & 0x7fff_ffff
}

/// The last digits of the value. Ten digits need 64 bits: 10^10 is more than a `u32` holds.
fn decimal(value: u32, digits: Digits) -> Zeroizing<String> {
    let width = usize::from(digits.get());
    let value = u64::from(value) % 10_u64.pow(u32::from(digits.get()));
    let mut text = Zeroizing::new(String::with_capacity(width));
    write!(text, "{value:0width$}").expect("a String takes every text");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_is_the_example_of_rfc_4226_section_5_4() {
        let hmac = [
            0x1f, 0x86, 0x98, 0x69, 0x0e, 0x02, 0xca, 0x16, 0x61, 0x85, 0x50, 0xef, 0x7f, 0x19, 0xda, 0x8e,
            0x94, 0x5b, 0x55, 0x5a,
        ];
        assert_eq!(truncate(&hmac), 0x50ef_7f19);
        assert_eq!(decimal(0x50ef_7f19, Digits::SIX).as_str(), "872921");
    }

    #[test]
    fn ten_digits_hold_the_whole_value_with_leading_zeros() {
        let ten = Digits::try_from(10).unwrap();
        assert_eq!(decimal(0x7fff_ffff, ten).as_str(), "2147483647");
        assert_eq!(decimal(42, ten).as_str(), "0000000042");
    }
}
