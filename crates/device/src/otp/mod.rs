//! Codes: HOTP (RFC 4226), TOTP (RFC 6238) and Steam Guard.

pub mod params;
