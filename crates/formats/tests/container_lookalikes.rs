//! What each app can say in zip files, XML, streams of Java objects, databases and what has no mark at all is carried over,
//! and what cannot be taken is named. The codes were computed by a program of another kind.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use lockstep_formats::format::Format;
use lockstep_formats::read::{Contents, detect, read};
use support::lookalike::PASSWORD;
use support::{container, open, password, rows};

fn assert_holds(file: &[u8], format: Format, expected: &[&str]) -> Contents {
    let contents = open(file, PASSWORD);
    assert_eq!(contents.format, format);
    assert_eq!(rows(&contents), expected);
    contents
}

#[test]
fn an_encrypted_andotp_backup_is_opened_the_new_way_and_the_old() {
    for file in [container::andotp_new(1000), container::andotp_old()] {
        let expected = [
            "AWS:maya totp SHA256 8 60 34855935 #Work #Cloud used 1700000000",
            "GitHub:kai hotp SHA1 6 9 520489",
            "Steam:kai steam R87JJ",
            "VPN:old: unsupported_type",
        ];
        assert_holds(&file, Format::AndOtp, &expected);
    }
}

#[test]
fn noise_is_andotp_s_only_where_nothing_else_claims_it() {
    let other: [&[u8]; 4] = [
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"%PDF-1.7",
    ];
    let noise = container::andotp_old();
    for mark in other {
        assert_eq!(detect(&[mark, &noise].concat()), None);
    }
    assert_eq!(detect(&[0xff; 500]), None);
    assert_eq!(
        detect("a text of some words, and nothing that is a secret".as_bytes()),
        None
    );
}

#[test]
fn freeotp_1_keeps_its_order_and_next_counters_and_makes_steam_s_codes() {
    let expected = [
        "VPN:ada hotp SHA1 6 7 162583",
        "AT&T:maya <1> totp SHA1 6 30 921300",
        "Steam:kai steam R87JJ",
        "AT&T:odd: missing_secret",
        "no token: missing_secret",
    ];
    assert_holds(&container::freeotp_1(), Format::FreeOtp1, &expected);
}

#[test]
fn freeotp_2_makes_codes_with_the_hash_that_the_key_is_for_and_names_keys_that_do_not_open() {
    let expected = [
        "AWS:maya totp SHA256 8 60 34855935",
        "kai hotp SHA1 6 7 162583",
        "Odd:key: missing_secret",
        "No:key: missing_secret",
    ];
    assert_holds(&container::freeotp_2(1000), Format::FreeOtp2, &expected);
}

#[test]
fn authy_s_own_tokens_have_seven_digits_and_ten_seconds() {
    let expected = [
        "AWS:maya totp SHA1 8 30 81921300",
        "kai@home totp SHA1 6 30 921300",
        "odd: invalid_base32",
        "Twilio totp SHA1 7 10 1139900",
    ];
    assert_holds(&container::authy_plain(), Format::Authy, &expected);
    let expected = ["AWS:maya totp SHA1 6 30 921300", "VPN:odd: missing_secret"];
    assert_holds(&container::authy_encrypted(0), Format::Authy, &expected);
}

#[test]
fn winauth_s_list_may_be_in_a_zip_file_with_a_password_or_without() {
    let expected = ["My Work totp SHA1 8 30 81921300", "AWS:maya hotp SHA1 6 7 162583"];
    assert_holds(&container::winauth(None), Format::WinAuth, &expected);
    let contents = assert_holds(&container::winauth(Some(PASSWORD)), Format::WinAuth, &expected);
    let label = &contents.rows[0].as_ref().ok().unwrap().account.label;
    assert_eq!(
        (label.issuer.as_deref(), label.name.as_str()),
        (Some("My Work"), "")
    );
    let text = format!(
        "otpauth://totp/My%20Work?secret={}&digits=8",
        support::lookalike::SECRET
    );
    let named = read(text.as_bytes(), Some(Format::WinAuth), None).unwrap();
    assert_eq!(rows(&named), expected[..1]);
}

#[test]
fn raivo_s_texts_become_numbers() {
    let expected = [
        "AWS:maya totp SHA256 8 60 34855935 pinned",
        "VPN:kai hotp SHA1 6 7 162583",
        "Odd:x: invalid_digits",
    ];
    for file in [
        container::raivo(Some(PASSWORD)),
        container::raivo(None),
        container::raivo_list(),
    ] {
        assert_holds(&file, Format::Raivo, &expected);
    }
}

#[test]
fn proton_pass_keeps_vaults_notes_pins_and_the_trash() {
    let expected = [
        "AWS:maya totp SHA1 6 30 921300 #Work “a note” pinned added 1600000000",
        "Old:kai@example.com totp SHA1 6 60 895298 #Work “a note” added 1600000000 trashed 1650000000",
        "Spare:kai totp SHA1 8 30 81921300 #Work “a note” added 1600000000 trashed 1650000000",
    ];
    assert_holds(&container::proton_pass(), Format::ProtonPass, &expected);
}

#[test]
fn a_format_that_is_named_is_read_as_that() {
    for file in container::all() {
        let found = detect(&file).unwrap();
        let contents = read(&file, Some(found), Some(&password(PASSWORD))).unwrap();
        assert!(contents.rows.iter().any(Result::is_ok));
    }
}
