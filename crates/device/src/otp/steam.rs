//! Steam Guard: HOTP's 31 bits with HMAC-SHA-1, written as five characters out of Steam's own alphabet.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::seed::Seed;

/// The code for one time step of thirty seconds.
pub(super) fn characters(seed: &Seed, step: u64) -> Zeroizing<String> {
    // One second a step makes the library's time the step itself.
    let token = totp_rs::Builder::new_steam()
        .with_secret(seed.bytes())
        .with_step_duration(1)
        .build_noncompliant()
        .generate(step);
    let mut text = Zeroizing::new(String::with_capacity(5));
    write!(text, "{token}").expect("a String takes every text");
    text
}
