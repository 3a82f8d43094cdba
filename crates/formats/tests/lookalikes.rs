//! Files like those that other apps write, each with what is odd in the field: every account is taken as it is meant, or
//! said to be left out with its reason, and stops no other. The codes of counters are those of RFC 4226, appendix D.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use lockstep_formats::format::Format;
use lockstep_formats::read::{detect, read};
use support::lookalike::{self, PASSWORD};
use support::{open, rows};

#[track_caller]
fn assert_holds(bytes: &[u8], format: Format, expected: &[&str]) {
    let contents = open(bytes, PASSWORD);
    assert_eq!(contents.format, format);
    assert_eq!(rows(&contents), expected);
}

#[test]
fn an_aegis_vault_keeps_groups_notes_and_favourites_and_any_slot_may_open_it() {
    let expected = [
        "AWS:maya totp SHA256 8 60 34855935 #Work #Cloud “for work” pinned",
        "kai hotp SHA1 6 7 162583",
        "Steam:kai steam R87JJ",
        "VPN:old: unsupported_type",
        "X:md5: unsupported_algorithm",
        "X:odd: invalid_base32",
        "Old:grouped totp SHA1 6 30 921300 #Private",
    ];
    assert_holds(&lookalike::aegis_plain(), Format::Aegis, &expected);
    assert_holds(&lookalike::aegis_encrypted(16), Format::Aegis, &expected);
}

#[test]
fn a_2fas_backup_keeps_its_order_and_groups_and_knows_what_is_left_out() {
    let expected = [
        "First:kai totp SHA512 8 60 22560896",
        "Second:maya totp SHA1 6 30 921300 #Work",
        "Third:kai hotp SHA1 6 3 969429",
        "Steam:kai steam R87JJ",
    ];
    assert_holds(&lookalike::two_fas_plain(), Format::TwoFas, &expected);
    assert_holds(&lookalike::two_fas_encrypted(), Format::TwoFas, &expected);
}

#[test]
fn an_ente_export_keeps_tags_notes_pins_and_the_trash() {
    let expected = [
        "AWS:maya totp SHA256 8 60 34855935 #Work #Two words “a note” pinned used 1700000000",
        "GitHub:kai hotp SHA1 6 5 254676 trashed 0",
        "Steam:kai steam R87JJ",
        "Bad:one: invalid_base32",
    ];
    assert_holds(&lookalike::ente_plain(), Format::Ente, &expected);
    assert_holds(&lookalike::ente_encrypted(), Format::Ente, &expected);
}

#[test]
fn a_bitwarden_export_gives_links_steam_and_bare_secrets_and_passes_over_logins_without_codes() {
    let expected = [
        "Amazon:root totp SHA1 8 30 81921300 #Work “a note” pinned",
        "GitHub:maya totp SHA1 6 30 921300",
        "Steam:Games steam R87JJ",
        "Broken:Broken: invalid_base32",
    ];
    assert_holds(&lookalike::bitwarden_plain(), Format::Bitwarden, &expected);
    assert_holds(&lookalike::bitwarden_pbkdf2(), Format::Bitwarden, &expected);
    assert_holds(&lookalike::bitwarden_argon2id(), Format::Bitwarden, &expected);
    let expected = [
        "Amazon:root totp SHA1 8 30 81921300 #Work “a \"note\",\nof two lines” pinned",
        "GitHub:maya totp SHA1 6 30 921300",
    ];
    assert_holds(&lookalike::bitwarden_csv(), Format::BitwardenCsv, &expected);
}

#[test]
fn a_proton_export_keeps_notes_and_gives_steam_s_codes() {
    let expected = [
        "AWS:maya totp SHA1 8 60 15895298 “a note”",
        "Steam:kai steam R87JJ",
        "broken: unsupported_scheme",
    ];
    assert_holds(&lookalike::proton_plain(), Format::Proton, &expected);
    assert_holds(&lookalike::proton_encrypted(), Format::Proton, &expected);
}

#[test]
fn an_andotp_backup_keeps_tags_and_finds_an_issuer_in_an_old_label() {
    let expected = [
        "AWS:maya totp SHA256 8 60 34855935 #Work #Cloud used 1700000000",
        "GitHub:kai hotp SHA1 6 9 520489",
        "Steam:kai steam R87JJ",
        "VPN:old: unsupported_type",
    ];
    assert_holds(&lookalike::andotp_plain(), Format::AndOtp, &expected);
}

#[test]
fn a_stratum_backup_keeps_order_and_categories_and_names_the_kinds_that_are_not_made_here() {
    let expected = [
        "First:kai hotp SHA512 6 4 400370",
        "Second:maya totp SHA256 8 60 34855935 #Work",
        "Steam:kai steam 6D32D",
        "VPN:mobile: unsupported_type",
        "Yandex:kai: unsupported_type",
        "Newer:kai: unsupported_type",
        "Hash:kai: unsupported_algorithm",
    ];
    assert_holds(&lookalike::stratum_plain(), Format::Stratum, &expected);
    assert_holds(&lookalike::stratum_strong(), Format::Stratum, &expected);
    assert_holds(&lookalike::stratum_legacy(), Format::Stratum, &expected);
}

#[test]
fn a_lastpass_export_keeps_folders_favourites_and_the_day_it_was_added() {
    let expected = [
        "AWS:maya totp SHA256 8 60 34855935 #Work pinned added 1700000000",
        "GitHub:kai: empty_secret",
    ];
    assert_holds(&lookalike::lastpass(), Format::LastPass, &expected);
}

#[test]
fn duo_s_own_accounts_are_named_as_left_out() {
    let expected = [
        "Work: unsupported_type",
        "maya totp SHA1 6 30 921300",
        "kai hotp SHA1 6 0 755224",
    ];
    assert_holds(&lookalike::duo(), Format::Duo, &expected);
}

#[test]
fn a_steam_mafile_gives_steam_s_codes() {
    assert_holds(&lookalike::steam(), Format::Steam, &["Steam:kai steam R87JJ"]);
}

#[test]
fn authme_s_codes_may_have_colons_in_their_names() {
    let expected = [
        "AWS:maya totp SHA1 6 30 921300",
        "a: b totp SHA1 6 30 921300",
        "push: unsupported_type",
    ];
    assert_holds(&lookalike::authme(), Format::Authme, &expected);
}

#[test]
fn a_freeotp_plus_export_keeps_its_order_changed_names_and_next_counters() {
    let expected = [
        "AWS:maya totp SHA256 8 60 02046078",
        "GitHub:kai at home hotp SHA1 6 0 966991",
        "Steam:kai steam YVN2B",
        "odd: missing_secret",
    ];
    assert_holds(&lookalike::freeotp_plus(), Format::FreeOtpPlus, &expected);
}

#[test]
fn a_list_of_links_may_come_from_any_editor_and_a_damaged_line_is_named() {
    let list = format!(
        "\u{feff}otpauth://totp/AWS:maya?secret={0}\r\n\r\n  steam://{0}\r\nAPPLE-OTPAUTH://totp/Ünï?secret={0}\r\n\
         otpauth://totp/Bad:one?secret=0\r\nnot a link\r\n",
        lookalike::SECRET
    );
    let expected = [
        "AWS:maya totp SHA1 6 30 921300",
        "Steam steam R87JJ",
        "Ünï totp SHA1 6 30 921300",
        "Bad:one: invalid_base32",
        "line 6: unsupported_scheme",
    ];
    assert_holds(list.as_bytes(), Format::Links, &expected);
}

#[test]
fn what_is_left_out_and_has_no_name_is_called_by_its_place() {
    let file =
        br#"[{"otpGenerator": {"otpSecret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}, "name": "kai"}, {"otpGenerator": {}}]"#;
    let expected = ["kai totp SHA1 6 30 921300", "number 2: unsupported_type"];
    assert_holds(file, Format::Duo, &expected);
}

#[test]
fn a_byte_order_mark_and_blanks_around_change_nothing() {
    for plain in lookalike::plain() {
        let expected = rows(&open(&plain, ""));
        assert!(!expected.is_empty());
        let marked = ["\u{feff}".as_bytes(), &plain, b"\r\n"].concat();
        assert_eq!(rows(&open(&marked, "")), expected);
    }
}

#[test]
fn a_format_is_known_by_its_content_even_where_it_is_cut_off() {
    for file in lookalike::all() {
        let format = detect(&file).unwrap();
        let whole = read(&file, Some(format), Some(&support::password(PASSWORD)));
        assert!(whole.is_ok(), "{format:?}");
        assert_eq!(detect(&file[..file.len() - 1]), Some(format));
    }
    for nothing in [
        "",
        "{}",
        "[]",
        "[1]",
        "hello",
        "\u{feff}",
        "{\"accounts",
        "<map></map>",
    ] {
        assert_eq!(detect(nothing.as_bytes()), None, "{nothing}");
    }
}

#[test]
fn every_format_has_one_name_on_the_command_line() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(*format));
    }
}
