//! Seeds, keys and ids that nobody can guess.

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER};
use ring::rand::{SecureRandom, SystemRandom};

/// `N` random bytes of the operating system.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// An id as IAM makes them: a prefix (`AKIA`, `ASIA`, `AIDA`, `AROA`) and 17 characters of base32, or 16 for keys.
pub fn id(prefix: &str) -> String {
    let length = if matches!(prefix, "AKIA" | "ASIA") { 16 } else { 17 };
    let random = BASE32_NOPAD.encode(&bytes::<16>());
    format!("{prefix}{}", &random[..length])
}

/// A secret access key: 40 characters of base64.
pub fn secret_access_key() -> String {
    BASE64.encode(&bytes::<30>())
}

/// A session token. AWS promises no length; its own have several hundred characters.
pub fn session_token() -> String {
    format!("IQoJb3JpZ2lu{}", BASE64.encode(&bytes::<255>()))
}

/// A word that stands in a URL and cannot be guessed.
pub fn url_token() -> String {
    BASE64URL_NOPAD.encode(&bytes::<24>())
}

/// A request id, in the form of a version 4 UUID.
pub fn request_id() -> String {
    let mut bytes = bytes::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

fn fill(bytes: &mut [u8]) {
    SystemRandom::new()
        .fill(bytes)
        .expect("the operating system's random source fails only before it is first seeded");
}
