//! Files that the apps themselves wrote, out of other projects' test data: every account with the code that it gives at
//! a fixed moment, which a program of another kind has computed from the same secrets.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use support::{
    AIR_CANADA, AIRBNB, BOEING, DENO, ISSUU, SPDX, WWE, assert_holds, assert_is_protected, refusal, sample,
};

const ALL: [&str; 7] = [DENO, SPDX, AIRBNB, ISSUU, AIR_CANADA, WWE, BOEING];

#[test]
fn a_list_of_links_gives_its_accounts() {
    assert_holds("plain.txt", Format::Links, "", &ALL);
}

#[test]
fn an_aegis_vault_gives_its_accounts() {
    assert_holds("aegis_plain.json", Format::Aegis, "", &ALL);
    assert_holds("aegis_encrypted.json", Format::Aegis, "test", &ALL);
    assert_is_protected("aegis_encrypted.json", Format::Aegis);
}

#[test]
fn a_2fas_backup_gives_its_accounts() {
    let old = &ALL[..6];
    assert_holds("2fas_authenticator_plain_v3.2fas", Format::TwoFas, "", old);
    let new = [DENO, ISSUU, AIR_CANADA, WWE, BOEING];
    assert_holds("2fas_authenticator_plain_v4.2fas", Format::TwoFas, "", &new);
    let encrypted = "2fas_authenticator_encrypted_v4.2fas";
    assert_holds(encrypted, Format::TwoFas, "test", &new);
    assert_is_protected(encrypted, Format::TwoFas);
}

#[test]
fn an_ente_export_gives_its_accounts() {
    let sorted = [AIR_CANADA, AIRBNB, BOEING, DENO, ISSUU, SPDX, WWE];
    assert_holds("ente_auth.txt", Format::Ente, "", &sorted);
    let expected = [
        "dfdf:adfasdf hotp SHA1 6 1 242628 “adsfadsfadfad”",
        "issuertest:accountest totp SHA256 6 30 581574 #a tag “somnotes”",
        "steam:steam steam THTN4",
    ];
    assert_holds("ente_encrypted.txt", Format::Ente, "password", &expected);
    assert_is_protected("ente_encrypted.txt", Format::Ente);
}

#[test]
fn a_bitwarden_export_gives_the_logins_that_have_a_totp() {
    let expected = [DENO, SPDX, AIRBNB, "Steam:Test Steam steam 747JR"];
    assert_holds("bitwarden.json", Format::Bitwarden, "", &expected);
    let expected = [DENO, SPDX, AIRBNB, "Steam:Test 4 steam 747JR"];
    assert_holds("bitwarden.csv", Format::BitwardenCsv, "", &expected);
    let encrypted = "bitwarden_encrypted_argon2id.json";
    let expected = [
        "Long:Period totp SHA1 6 60 440725 #My Folder pinned",
        "Many:Digits totp SHA1 9 30 683601847 #My Folder",
        "NoIssuer:NoIssuer totp SHA1 6 30 961004 #My Folder",
        "Secret:Only totp SHA1 6 30 837915",
        "Sha:256 totp SHA256 6 30 414410",
        "Sha:512 totp SHA512 6 30 228515",
        "Standard:Totp totp SHA1 6 30 548791 “This is a note”",
        "Steam:john@example.com steam 689YN",
    ];
    assert_holds(encrypted, Format::Bitwarden, "rud9^5S6$^Ewmr%d", &expected);
    assert_is_protected(encrypted, Format::Bitwarden);
}

#[test]
fn a_bitwarden_export_for_one_account_says_that_nobody_else_reads_it() {
    let Some(bytes) = sample("bitwarden_encrypted_accountrestricted.json") else {
        return;
    };
    for password in ["", "rud9^5S6$^Ewmr%d"] {
        let error = refusal(&bytes, password);
        assert_eq!(error, ReadError::AccountRestricted);
        assert!(error.remedy().contains("Password protected"));
    }
}

#[test]
fn a_proton_authenticator_export_gives_its_accounts() {
    assert_holds(
        "proton_authenticator.json",
        Format::Proton,
        "",
        &[DENO, SPDX, AIRBNB],
    );
}

#[test]
fn an_andotp_backup_gives_its_accounts() {
    let used = [
        (DENO, 1_608_146_844),
        (SPDX, 1_608_146_848),
        (AIRBNB, 1_608_146_856),
        (ISSUU, 1_608_146_859),
        (AIR_CANADA, 1_608_146_866),
        (WWE, 1_608_146_871),
        (BOEING, 1_608_146_877),
    ];
    let expected: Vec<String> = used
        .iter()
        .map(|(row, used)| format!("{row} used {used}"))
        .collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    assert_holds("andotp_plain.json", Format::AndOtp, "", &expected);
}

#[test]
fn a_stratum_backup_gives_its_accounts() {
    assert_holds("stratum_plain.json", Format::Stratum, "", &ALL);
    assert_holds("stratum_encrypted.bin", Format::Stratum, "test", &ALL);
    assert_holds("stratum_encrypted_legacy.bin", Format::Stratum, "test", &ALL);
    assert_is_protected("stratum_encrypted.bin", Format::Stratum);
    assert_is_protected("stratum_encrypted_legacy.bin", Format::Stratum);
}

#[test]
fn a_lastpass_export_gives_its_accounts() {
    let expected = [
        "issuer:account name default totp SHA1 6 30 904049 added 1738075355",
        "other:sha256 totp SHA256 8 20 31551326 added 1738083300",
        "sha512 name totp SHA512 6 30 236478 added 1738083337",
    ];
    assert_holds("lastpass.json", Format::LastPass, "", &expected);
}

#[test]
fn duo_s_list_gives_its_accounts() {
    let expected = ["Mason totp SHA1 6 30 790195", "James hotp SHA1 6 3 010062"];
    assert_holds("duo.json", Format::Duo, "", &expected);
}

#[test]
fn steam_s_file_gives_its_account() {
    assert_holds("steam.json", Format::Steam, "", &["Steam:Sophia steam 747JR"]);
}

#[test]
fn a_freeotp_plus_export_gives_its_accounts_with_the_next_counter() {
    let expected = [WWE, AIR_CANADA, ISSUU, AIRBNB, SPDX, DENO];
    assert_holds("freeotp_plus.json", Format::FreeOtpPlus, "", &expected);
}
