//! What each fuzz target does with its bytes. The normal test suite runs the same functions over the committed corpus
//! (`crates/device/tests/fuzz_corpus.rs`), so that they keep compiling and holding.

use data_encoding::BASE64URL_NOPAD;
use lockstep_device::backup::document::Document;
use lockstep_device::otp::{TimeStep, code_at_step};
use lockstep_device::otpauth::Parsed;
use lockstep_device::otpauth::migration::incomplete;
use lockstep_device::otpauth::read::read;
use lockstep_device::otpauth::write::to_uri;
use lockstep_device::qr::decode::{Cancel, DecodeLimits, decode};
use lockstep_device::qr::pixels::Picture;
use lockstep_device::seed::Seed;

/// The tests of the formats include it on their own (`crates/formats/tests/fuzz_corpus.rs`); the device's know no formats.
#[cfg(not(test))]
pub mod formats;

/// A scanned or pasted text. Every account in it gives a code, and is read the same from the link we write of it.
pub fn otpauth(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(reading) = read(text) {
        reading.rows.iter().flatten().for_each(holds);
        // A QR code names the others of its export as missing, and never itself.
        if let Some(batch) = reading.batch {
            assert_eq!(incomplete(&[batch]).len(), usize::from(batch.size > 1));
        }
    }
}

/// The plain text of a backup. What is read of it is read the same from what we write of it.
pub fn backup(data: &[u8]) {
    if let Ok(document) = Document::from_json(data) {
        document.entries.iter().for_each(|entry| holds(&entry.parsed));
        let text = document.to_json();
        let again = Document::from_json(&text).ok().map(|again| again.to_json());
        assert!(again.is_some_and(|again| *again == *text));
    }
}

/// The message inside an export, before base64.
pub fn migration(data: &[u8]) {
    let link = format!(
        "otpauth-migration://offline?data={}",
        BASE64URL_NOPAD.encode(data)
    );
    otpauth(link.as_bytes());
}

/// A typed secret. What is read is read the same from the base32 we write of it.
pub fn base32(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(decoded) = Seed::from_base32(text) {
        let again = Seed::from_base32(&decoded.seed.to_base32()).expect("our own base32 is base32");
        assert!(again.canonical);
        assert!(again.seed.is_same(&decoded.seed));
    }
}

/// A picture file. Every text found in it is looked at like a scanned one.
pub fn picture(data: &[u8]) {
    let Ok(picture) = Picture::from_bytes(data) else {
        return;
    };
    if let Ok(texts) = decode(picture, &DecodeLimits::default(), &Cancel::new()) {
        assert!(!texts.is_empty());
        for text in &texts {
            otpauth(text.as_bytes());
        }
    }
}

fn holds(parsed: &Parsed) {
    let account = &parsed.account;
    for step in [0, u64::MAX] {
        let code = code_at_step(&account.params, &account.seed, TimeStep(step));
        assert_eq!(code.as_str().len(), usize::from(account.params.digits()));
    }
    let reading = read(&to_uri(account)).unwrap_or_else(|error| panic!("our own link is refused: {error}"));
    let [Ok(again)] = reading.rows.as_slice() else {
        panic!("our own link is not one account");
    };
    assert_eq!(again.account.label, account.label);
    assert_eq!(again.account.params, account.params);
    assert!(again.account.seed.is_same(&account.seed));
}
