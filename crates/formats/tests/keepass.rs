//! `KeePass` databases: one that `KeePassXC` wrote, and look-alikes that another implementation writes.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use keepass::config::{CompressionConfig, DatabaseConfig, InnerCipherConfig, KdfConfig, OuterCipherConfig};
use keepass::db::Entry;
use keepass::{Database, DatabaseKey};
use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use support::{open, refusal, rows, sample};

#[test]
fn keepassxc_s_database_gives_the_entries_that_make_codes() {
    let name = "keepass_chacha20_argon2d.kdbx";
    let Some(bytes) = sample(name) else { return };
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
