//! A seed whose every form is known, to be looked for where it must not be.

use lockstep_device::qr::encode::modules;

/// The seed in base32 (RFC 4648 §6).
pub(crate) const BASE32: &str = "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA";

/// The seed itself, which happens to be text.
const RAW: &str = "The quick brown fox ";

/// The same in hexadecimal and in base64.
const HEX: &str = "54686520717569636b2062726f776e20666f7820";
const BASE64: &str = "VGhlIHF1aWNrIGJyb3duIGZveCA";

/// A Key URI with the seed.
pub(crate) fn uri(issuer: &str, name: &str) -> String {
    let issuer = issuer.replace(' ', "%20");
    format!("otpauth://totp/{issuer}:{name}?secret={BASE32}&issuer={issuer}")
}

/// A picture of the QR code of a Key URI, as PNG.
pub(crate) fn picture(uri: &str) -> Vec<u8> {
    modules(uri).unwrap().to_png(6).unwrap().to_vec()
}

/// Fails when `text` holds the seed in any form, or any Key URI.
pub(crate) fn assert_absent(text: &str) {
    let lower = text.to_lowercase();
    for form in [
        BASE32,
        RAW.trim(),
        HEX,
        BASE64,
        "otpauth://totp",
        "otpauth://hotp",
        "secret=",
    ] {
        assert!(
            !lower.contains(&form.to_lowercase()),
            "the seed left the device as {form:?}"
        );
    }
}
