//! Files that the apps themselves wrote into zip files, XML, streams of Java objects and what has no mark at all: every
//! account with the code that it gives at a fixed moment, which a program of another kind has computed.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use lockstep_formats::format::Format;
use support::{AIR_CANADA, AIRBNB, BOEING, DENO, ISSUU, SPDX, WWE, assert_holds, assert_is_protected};

#[test]
fn freeotp_1_gives_its_tokens_in_the_order_of_the_app() {
    let expected = [WWE, ISSUU, AIRBNB, DENO];
    assert_holds("freeotp.xml", Format::FreeOtp1, "", &expected);
}

#[test]
fn a_freeotp_2_backup_gives_its_tokens() {
    let expected = [WWE, DENO, SPDX, AIRBNB, ISSUU, AIR_CANADA];
    assert_holds("freeotp_v2_api27.xml", Format::FreeOtp2, "test", &expected);
    assert_is_protected("freeotp_v2_api27.xml", Format::FreeOtp2);
}

#[test]
fn authy_s_preferences_give_their_tokens() {
    let expected = [
        DENO,
        "SPDX:James totp SHA1 7 30 5041871",
        "Airbnb:Elijah totp SHA1 8 30 14159370",
    ];
    assert_holds("authy_plain.xml", Format::Authy, "", &expected);
    assert_holds("authy_encrypted.xml", Format::Authy, "testtest", &expected);
    assert_is_protected("authy_encrypted.xml", Format::Authy);
}

#[test]
fn an_encrypted_andotp_backup_gives_its_entries_whichever_way_it_was_encrypted() {
    let used = |rows: &[(&str, u64)]| -> Vec<String> {
        rows.iter()
            .map(|(row, used)| format!("{row} used {used}"))
            .collect()
    };
    let new = used(&[
        (DENO, 1_608_146_844),
        (SPDX, 1_608_146_848),
        (AIRBNB, 1_608_146_856),
        (ISSUU, 1_608_146_859),
        (AIR_CANADA, 1_608_146_866),
        (WWE, 1_608_146_871),
        (BOEING, 1_608_146_877),
    ]);
    let old = used(&[
        (DENO, 1_608_551_893),
        (SPDX, 1_608_551_897),
        (AIRBNB, 1_608_551_900),
        (ISSUU, 1_608_551_903),
        (AIR_CANADA, 1_608_551_906),
        (WWE, 1_608_551_909),
    ]);
    for (name, expected) in [("andotp_encrypted.bin", new), ("andotp_encrypted_old.bin", old)] {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        assert_holds(name, Format::AndOtp, "test", &expected);
        assert_is_protected(name, Format::AndOtp);
    }
}

#[test]
fn winauth_s_title_becomes_the_issuer() {
    let expected = ["Authenticator totp SHA1 6 30 641348"];
    assert_holds("winauth.zip", Format::WinAuth, "test", &expected);
    assert_is_protected("winauth.zip", Format::WinAuth);
}

#[test]
fn a_proton_pass_export_gives_every_totp_of_every_item() {
    let expected = [
        "Main TOTP (only secret):ausername totp SHA1 6 30 500844 #TOTP export added 1751620836",
        "MYISSUER:MYLABEL totp SHA256 8 15 43436257 #TOTP export added 1751621019",
        "Only custom fields:Proton Pass totp SHA1 6 30 907841 #TOTP export added 1751621085",
        "Only custom fields:Proton Pass totp SHA1 6 30 520650 #TOTP export added 1751621085",
        "Main TOTP and custom fields:Proton Pass totp SHA1 6 30 705033 #TOTP export added 1751621129",
        "Main TOTP and custom fields:Proton Pass totp SHA1 6 30 907841 #TOTP export added 1751621129",
        "Main TOTP and custom fields:Proton Pass totp SHA1 6 30 520650 #TOTP export added 1751621129",
        "Main TOTP and custom fields:ThisIsABadTotp: missing_secret",
    ];
    assert_holds("proton_pass_export.zip", Format::ProtonPass, "", &expected);
}
