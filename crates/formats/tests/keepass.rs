//! `KeePass` databases: one that `KeePassXC` wrote, and look-alikes that another implementation writes.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use keepass::config::{CompressionConfig, DatabaseConfig, InnerCipherConfig, KdfConfig, OuterCipherConfig};
use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use lockstep_formats::limits::{MAX_AES_ROUNDS, MAX_KDF_BYTES};
use ring::digest::{SHA256, digest};
use support::database::{ONE_ENTRY, keepass, keepass_3, keepass_small};
use support::lookalike::PASSWORD;
use support::{open, refusal, rows, sample};

const EXPECTED: [&str; 10] = [
    "AWS:maya totp SHA1 8 30 81921300 #Work “a\nnote”",
    "Steam:x steam R87JJ #Home",
    "KeeOtp:kai totp SHA256 8 60 34855935 #Work",
    "KeeOtp:hotp hotp SHA1 6 7 162583 #Home",
    "Tray:kai totp SHA1 8 60 15895298 #Work",
    "Tray:steam steam R87JJ #Home",
    "Tray:odd: invalid_digits",
    "KeePass:both totp SHA512 8 30 84550644 #Home",
    "KeePass:both hotp SHA1 6 7 162583 #Home",
    "Twice:same totp SHA1 6 30 921300 #Work",
];

#[test]
fn keepassxc_s_database_gives_the_entries_that_make_codes() {
    let Some(bytes) = sample("keepass_chacha20_argon2d.kdbx") else {
        return;
    };
    let contents = open(&bytes, "test");
    assert_eq!(contents.format, Format::KeePass);
    let expected = [
        "Long:Period totp SHA1 6 60 440725",
        "Many:Digits totp SHA1 9 30 683601847",
        "No username:none totp SHA1 6 30 961004",
        "Sha:512 totp SHA512 6 30 228515",
        "Sha:256 totp SHA1 6 30 832729",
        "Standard:Totp totp SHA1 6 30 548791",
        "Steam:steam steam 3HC3T",
    ];
    assert_eq!(rows(&contents), expected);
    assert_eq!(refusal(&bytes, ""), ReadError::PasswordNeeded(Format::KeePass));
    assert_eq!(
        refusal(&bytes, "another"),
        ReadError::PasswordWrong(Format::KeePass)
    );
}

#[test]
fn every_way_to_write_down_how_codes_are_made_is_read_and_neither_history_nor_the_bin_is() {
    let file = keepass_small();
    assert_eq!(rows(&open(&file, PASSWORD)), EXPECTED);
    assert_eq!(refusal(&file, ""), ReadError::PasswordNeeded(Format::KeePass));
    assert_eq!(
        refusal(&file, "another"),
        ReadError::PasswordWrong(Format::KeePass)
    );
}

/// The least work that Argon2 does.
fn argon2d() -> KdfConfig {
    let mut kdf = DatabaseConfig::default().kdf_config;
    if let KdfConfig::Argon2 {
        iterations,
        memory,
        parallelism,
        ..
    } = &mut kdf
    {
        (*iterations, *memory, *parallelism) = (2, 64 * 1024, 2);
    }
    kdf
}

fn argon2id() -> KdfConfig {
    match argon2d() {
        KdfConfig::Argon2 {
            iterations,
            memory,
            parallelism,
            version,
        } => KdfConfig::Argon2id {
            iterations,
            memory,
            parallelism,
            version,
        },
        other => panic!("{other:?} is no Argon2d"),
    }
}

#[test]
fn every_cipher_and_key_derivation_that_the_apps_offer_is_opened() {
    let kdfs = [argon2d(), argon2id(), KdfConfig::Aes { rounds: 10 }];
    let ciphers = [
        OuterCipherConfig::AES256,
        OuterCipherConfig::Twofish,
        OuterCipherConfig::ChaCha20,
    ];
    let inner = [InnerCipherConfig::ChaCha20, InnerCipherConfig::Salsa20];
    let compressions = [CompressionConfig::GZip, CompressionConfig::None];
    for (place, kdf) in kdfs.iter().enumerate() {
        for cipher in &ciphers {
            let file = keepass(
                cipher.clone(),
                inner[place % 2].clone(),
                kdf.clone(),
                compressions[place % 2].clone(),
            );
            assert_eq!(rows(&open(&file, PASSWORD)), EXPECTED, "{kdf:?} {cipher:?}");
        }
    }
}

#[test]
fn a_database_of_version_3_is_opened() {
    let file = keepass_3(ONE_ENTRY, 100);
    assert_eq!(rows(&open(&file, PASSWORD)), ["R&D:maya totp SHA1 8 60 15895298"]);
    assert_eq!(
        refusal(&file, "another"),
        ReadError::PasswordWrong(Format::KeePass)
    );
}

#[test]
fn a_database_of_keepass_1_is_named_as_what_it_is() {
    let file = b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5\x00\x00\x00\x00";
    let error = refusal(file, PASSWORD);
    assert_eq!(error.code().as_str(), "file-unsupported", "{error}");
}

#[test]
fn a_changed_database_is_told_from_a_wrong_password() {
    let file = keepass_small();
    let mut changed = file.clone();
    let last = changed.len() - 60;
    changed[last] ^= 1;
    assert_eq!(refusal(&changed, PASSWORD).code().as_str(), "file-damaged");
    assert_eq!(
        refusal(&changed, "another"),
        ReadError::PasswordWrong(Format::KeePass)
    );
    let mut changed = file.clone();
    changed[60] ^= 1;
    let error = refusal(&changed, PASSWORD);
    assert!(
        matches!(
            error.code().as_str(),
            "file-damaged" | "file-unsupported" | "file-too-costly"
        ),
        "{error}"
    );
    assert_eq!(
        refusal(&file[..file.len() - 1], PASSWORD).code().as_str(),
        "file-damaged"
    );
}

/// The value of eight bytes under this name in the header's parameters.
fn with_parameter(file: &[u8], name: u8, value: u64) -> Vec<u8> {
    let before = [1, 0, 0, 0, name, 8, 0, 0, 0];
    let at = file
        .windows(before.len())
        .position(|window| window == before)
        .unwrap();
    let hash = |bytes: &[u8]| digest(&SHA256, bytes).as_ref().to_vec();
    let is_header = |end: &usize| file[*end..].starts_with(&hash(&file[..*end]));
    let mut changed = file.to_vec();
    changed[at + before.len()..][..8].copy_from_slice(&value.to_le_bytes());
    if let Some(end) = (at..file.len()).find(is_header) {
        let hash = hash(&changed[..end]);
        changed[end..][..32].copy_from_slice(&hash);
    }
    changed
}

fn is_too_costly(file: &[u8]) {
    let started = std::time::Instant::now();
    let error = refusal(file, PASSWORD);
    assert_eq!(error.code().as_str(), "file-too-costly", "{error}");
    assert!(started.elapsed().as_secs() < 2);
}

#[test]
fn work_without_end_is_refused_before_it_begins() {
    is_too_costly(&with_parameter(&keepass_small(), b'R', MAX_AES_ROUNDS + 1));
    is_too_costly(&with_parameter(&keepass_small(), b'R', 0));
    is_too_costly(&keepass_3(ONE_ENTRY, u64::MAX));
    let argon2 = keepass(
        OuterCipherConfig::AES256,
        InnerCipherConfig::ChaCha20,
        argon2id(),
        CompressionConfig::GZip,
    );
    is_too_costly(&with_parameter(&argon2, b'M', MAX_KDF_BYTES + 1024));
    is_too_costly(&with_parameter(&argon2, b'M', u64::MAX));
    is_too_costly(&with_parameter(&argon2, b'I', u64::from(u32::MAX)));
}

#[test]
fn groups_without_end_and_entities_of_its_own_are_damage() {
    let deep = "<Group>".repeat(1_000_000);
    let entities =
        r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]><KeePassFile>&b;</KeePassFile>"#;
    let unfinished = "<KeePassFile><Root>";
    for xml in [deep.as_str(), entities, unfinished] {
        let error = refusal(&keepass_3(xml, 1), PASSWORD);
        assert_eq!(error.code().as_str(), "file-damaged", "{error}");
    }
}
