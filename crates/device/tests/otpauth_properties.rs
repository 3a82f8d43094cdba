//! What holds for every link and every secret, not just for the ones that were seen.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use data_encoding::{BASE32, BASE32_NOPAD};
use lockstep_device::account::{Label, NewAccount};
use lockstep_device::otp::params::{Algorithm, Digits, OtpParams, Period};
use lockstep_device::otpauth::parse::parse;
use lockstep_device::otpauth::read::read;
use lockstep_device::otpauth::write::to_uri;
use lockstep_device::seed::{Seed, SeedError};
use proptest::prelude::*;

fn params() -> impl Strategy<Value = OtpParams> {
    let algorithm = prop::sample::select(vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]);
    let digits = (5_u8..=10).prop_map(|digits| Digits::try_from(digits).unwrap());
    let common = (algorithm, digits).boxed();
    prop_oneof![
        (common.clone(), 1_u32..=86_400).prop_map(|((algorithm, digits), seconds)| OtpParams::Totp {
            algorithm,
            digits,
            period: Period::try_from(seconds).unwrap()
        }),
        (common, any::<u64>()).prop_map(|((algorithm, digits), counter)| OtpParams::Hotp {
            algorithm,
            digits,
            counter
        }),
        Just(OtpParams::Steam),
    ]
}

/// Any text that may be kept as a name: no control characters, no white space around it.
fn text() -> impl Strategy<Value = String> {
    let awkward = prop::sample::select(vec![
        ":",
        "::",
        "%",
        "%41",
        "%3A",
        "+",
        "&",
        "&amp;",
        "#",
        "?",
        "=",
        "/",
        "\\",
        "\"",
        "null",
        "🏴‍☠️",
        "בנק",
        "é",
        "e\u{301}",
        "\u{feff}",
        "\u{202e}",
        "Steam",
        "secret=",
        "a b",
    ]);
    let piece = prop_oneof![
        awkward.prop_map(str::to_owned),
        any::<char>().prop_map(String::from)
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| {
        let plain: String = pieces.concat().chars().filter(|c| !c.is_control()).collect();
        plain.trim().to_owned()
    })
}

fn label() -> impl Strategy<Value = Label> {
    let issuer = prop::option::of(text().prop_filter("no issuer is None", |issuer| !issuer.is_empty()));
    (issuer, text()).prop_map(|(issuer, name)| Label { issuer, name })
}

/// `symbols` with the separators, the case and the padding that people put in.
fn typed(symbols: &str, choices: &[u8]) -> String {
    let mut typed = String::new();
    for (symbol, choice) in symbols.chars().zip(choices.iter().cycle()) {
        typed.push(if choice & 1 == 0 {
            symbol
        } else {
            symbol.to_ascii_lowercase()
        });
        typed.push_str(["", "", "", "", " ", "-", "\t", "\n"][usize::from(choice >> 1 & 7)]);
    }
    typed + ["", "=", "======"][usize::from(choices[0] % 3)]
}

proptest! {
    #[test]
    fn an_account_that_is_written_is_read_the_same(
        label in label(),
        params in params(),
        bytes in prop::collection::vec(any::<u8>(), 1..80),
    ) {
        let account = NewAccount {
            label,
            params,
            seed: Seed::from_bytes(bytes).unwrap(),
            tags: Vec::new(),
            note: String::new(),
            aws: None,
        };
        let uri = to_uri(&account);
        prop_assert!(uri.is_ascii());
        let again = parse(&uri).map(|parsed| parsed.account);
        let again = again.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(again.label, account.label);
        prop_assert_eq!(again.params, account.params);
        prop_assert!(again.seed.is_same(&account.seed));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        for prefix in ["", "otpauth://", "otpauth://totp/", "otpauth://totp/a?secret=", "steam://", "otpauth-migration://a?data="] {
            if let Ok(reading) = read(&format!("{prefix}{text}")) {
                prop_assert!(reading.batch.is_some() || reading.rows.len() == 1);
            }
        }
    }

    #[test]
    fn what_an_encoder_writes_is_read_as_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        for text in [BASE32.encode(&bytes), BASE32_NOPAD.encode(&bytes)] {
            let decoded = Seed::from_base32(&text).unwrap();
            prop_assert!(decoded.canonical);
            prop_assert_eq!(decoded.seed.bytes(), &bytes);
        }
        let seed = Seed::from_bytes(bytes.clone()).unwrap();
        let written = seed.to_base32();
        prop_assert_eq!(written.as_str(), BASE32_NOPAD.encode(&bytes));
    }

    #[test]
    fn case_separators_and_padding_change_nothing(
        bytes in prop::collection::vec(any::<u8>(), 1..60),
        choices in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let text = typed(&BASE32_NOPAD.encode(&bytes), &choices);
        let decoded = Seed::from_base32(&text).unwrap();
        prop_assert_eq!(decoded.seed.bytes(), &bytes);
    }

    #[test]
    fn a_foreign_character_is_found_where_it_stands(
        before in "[A-Za-z2-7 -]{0,40}",
        foreign in "[01890!€ß_]",
        after in "[A-Z2-7]{0,20}",
    ) {
        let character = foreign.chars().next().unwrap();
        let place = before.len() + 1;
        let refused = Seed::from_base32(&format!("{before}{foreign}{after}")).err();
        prop_assert_eq!(refused, Some(SeedError::NotBase32 { character, place }));
    }
}
