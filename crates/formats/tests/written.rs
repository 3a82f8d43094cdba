//! What is written for other apps: our own reader finds every account in it again, whole, or it was said to be left out.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use lockstep_device::account::{Label, NewAccount, Standing};
use lockstep_device::otp::params::{Algorithm, Digits, OtpParams, Period};
use lockstep_device::otpauth::Parsed;
use lockstep_device::seed::Seed;
use lockstep_formats::export::Exported;
use lockstep_formats::format::Format;
use lockstep_formats::read::{Contents, read};
use lockstep_formats::write::{Content, Export, Written, write};
use proptest::prelude::*;
use support::{open, password, row, rows};

fn account(issuer: &str, name: &str, params: OtpParams, seed: &[u8]) -> NewAccount {
    NewAccount {
        label: Label {
            issuer: (!issuer.is_empty()).then(|| issuer.to_owned()),
            name: name.to_owned(),
        },
        params,
        seed: Seed::from_bytes(seed.to_vec()).unwrap(),
        tags: Vec::new(),
        note: String::new(),
        aws: None,
    }
}

fn written(export: Export<'_>, accounts: &[(NewAccount, bool)]) -> Written {
    let exported: Vec<Exported<'_>> = accounts
        .iter()
        .map(|(account, pinned)| Exported {
            account,
            standing: Standing {
                pinned: *pinned,
                ..Standing::default()
            },
        })
        .collect();
    write(export, &exported).unwrap()
}

/// As a person would hand it over again: the file, or all QR codes as a list.
fn read_again(written: &Written, with: &str) -> Contents {
    let bytes = match &written.content {
        Content::File(bytes) => bytes.to_vec(),
        Content::QrTexts(texts) => {
            let lines: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
            lines.join("\n").into_bytes()
        }
    };
    open(&bytes, with)
}

fn params() -> impl Strategy<Value = OtpParams> {
    let algorithm = || prop::sample::select(vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]);
    let digits = || (5..=10_u8).prop_map(|digits| Digits::try_from(digits).unwrap());
    let period = prop_oneof![Just(30), 1..=86_400_u32].prop_map(|seconds| Period::try_from(seconds).unwrap());
    prop_oneof![
        (algorithm(), digits(), period).prop_map(|(algorithm, digits, period)| OtpParams::Totp {
            algorithm,
            digits,
            period
        }),
        (algorithm(), digits(), prop_oneof![0..100_u64, any::<u64>()]).prop_map(
            |(algorithm, digits, counter)| OtpParams::Hotp {
                algorithm,
                digits,
                counter
            }
        ),
        Just(OtpParams::Steam),
    ]
}

/// Names without blanks around them and control characters, which no label has.
fn name() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "",
        "AT&T",
        "a:b",
        "Café ☕",
        "50% +#?/",
        "名前",
        "Steam",
        "a: b",
    ]);
    let odd = odd.prop_map(str::to_owned);
    prop_oneof![odd, "[a-zA-Z0-9@.+:]{0,20}"]
}

/// An account to be made; unlike the account itself it can be shown when a test fails.
#[derive(Clone, Debug)]
struct Draft {
    issuer: String,
    name: String,
    params: OtpParams,
    seed: Vec<u8>,
    tags: Vec<String>,
    note: String,
    pinned: bool,
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let seed = prop::collection::vec(any::<u8>(), 1..64);
    let tags = prop::collection::btree_set("[a-z]{1,8}", 0..3);
    let note = prop_oneof![Just(""), Just("two\nlines “and” quotes \"")];
    let draft = (name(), name(), params(), seed, tags, note, any::<bool>()).prop_map(
        |(issuer, name, params, seed, tags, note, pinned)| Draft {
            issuer,
            name,
            params,
            seed,
            tags: tags.into_iter().collect(),
            note: note.to_owned(),
            pinned,
        },
    );
    prop::collection::vec(draft, 0..30)
}

fn made(drafts: &[Draft]) -> Vec<(NewAccount, bool)> {
    drafts
        .iter()
        .map(|draft| {
            let mut account = account(&draft.issuer, &draft.name, draft.params, &draft.seed);
            account.tags.clone_from(&draft.tags);
            account.note.clone_from(&draft.note);
            (account, draft.pinned)
        })
        .collect()
}

/// The accounts that the format can say, as [`row`] shows them; `is_whole` when it knows tags, notes and pins.
fn expected(accounts: &[(NewAccount, bool)], can_say: fn(&OtpParams) -> bool, is_whole: bool) -> Vec<String> {
    let said = accounts.iter().filter(|(account, _)| can_say(&account.params));
    said.map(|(account, pinned)| {
        let mut account = account.clone();
        if !is_whole {
            account.tags.clear();
            account.note.clear();
        }
        let standing = Standing {
            pinned: is_whole && *pinned,
            ..Standing::default()
        };
        row(&Ok(Parsed {
            account,
            standing,
            warnings: Vec::new(),
        }))
    })
    .collect()
}

fn aegis_can_say(params: &OtpParams) -> bool {
    !matches!(params, OtpParams::Hotp { counter, .. } if i64::try_from(*counter).is_err())
}

fn google_can_say(params: &OtpParams) -> bool {
    let common = |digits: Digits| [Digits::SIX, Digits::EIGHT].contains(&digits);
    match *params {
        OtpParams::Totp { digits, period, .. } => period == Period::THIRTY && common(digits),
        OtpParams::Hotp { digits, .. } => aegis_can_say(params) && common(digits),
        OtpParams::Steam => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_list_of_links_says_every_account(drafts in drafts()) {
        let accounts = made(&drafts);
        let written = written(Export::Links, &accounts);
        prop_assert_eq!(&written.left_out, &[]);
        if !accounts.is_empty() {
            prop_assert_eq!(rows(&read_again(&written, "")), expected(&accounts, |_| true, false));
        }
    }

    #[test]
    fn a_vault_for_aegis_says_every_account_with_tags_and_note(drafts in drafts()) {
        let accounts = made(&drafts);
        let written = written(Export::Aegis, &accounts);
        let contents = read_again(&written, "");
        prop_assert_eq!(contents.format, Format::Aegis);
        let expected = expected(&accounts, aegis_can_say, true);
        prop_assert_eq!(written.left_out.len(), accounts.len() - expected.len());
        prop_assert_eq!(rows(&contents), expected);
    }

    #[test]
    fn google_s_qr_codes_say_an_account_rightly_or_not_at_all(drafts in drafts()) {
        let accounts = made(&drafts);
        let written = written(Export::GoogleQr, &accounts);
        let expected = expected(&accounts, google_can_say, false);
        prop_assert_eq!(written.left_out.len(), accounts.len() - expected.len());
        if !expected.is_empty() {
            let contents = read_again(&written, "");
            prop_assert!(contents.warnings.is_empty());
            prop_assert_eq!(rows(&contents), expected);
        }
    }
}

#[test]
fn an_encrypted_vault_opens_with_its_password_alone_and_every_one_is_sealed_anew() {
    // Names with a space cannot come about by chance in what is sealed, which is base64 and hex.
    let accounts = [(
        account("Halden Works", "maya lind", OtpParams::DEFAULT_TOTP, &[7; 40]),
        true,
    )];
    let password = password("correct horse");
    let files: Vec<Vec<u8>> = (0..2)
        .map(|_| {
            let written = written(Export::AegisEncrypted(&password), &accounts);
            let expected = expected(&accounts, |_| true, true);
            assert_eq!(rows(&read_again(&written, "correct horse")), expected);
            match written.content {
                Content::File(bytes) => bytes.to_vec(),
                Content::QrTexts(_) => panic!("a vault is a file"),
            }
        })
        .collect();
    for file in &files {
        let text = String::from_utf8(file.clone()).unwrap();
        let wrong = support::refusal(file, "correct horse ");
        assert_eq!(wrong.code().as_str(), "file-password-wrong");
        for open in ["maya lind", "Halden Works", &accounts[0].0.seed.to_base32()] {
            assert!(!text.contains(open));
        }
    }
    let parts = |file: &[u8]| {
        let vault: serde_json::Value = serde_json::from_slice(file).unwrap();
        let header = &vault["header"];
        let slot = &header["slots"][0];
        [
            &slot["salt"],
            &slot["key_params"]["nonce"],
            &header["params"]["nonce"],
            &slot["uuid"],
            &vault["db"],
        ]
        .map(ToString::to_string)
    };
    for (one, other) in parts(&files[0]).iter().zip(&parts(&files[1])) {
        assert_ne!(one, other);
    }
}

#[test]
fn an_account_that_google_s_export_cannot_say_is_left_out_with_its_reason() {
    let digits = |digits| Digits::try_from(digits).unwrap();
    let totp = |digits, seconds| OtpParams::Totp {
        algorithm: Algorithm::Sha256,
        digits,
        period: Period::try_from(seconds).unwrap(),
    };
    let hotp = OtpParams::Hotp {
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        counter: u64::MAX,
    };
    let accounts = [
        (account("A", "sixty", totp(Digits::SIX, 60), &[1; 20]), false),
        (account("A", "seven", totp(digits(7), 30), &[2; 20]), false),
        (account("A", "steam", OtpParams::Steam, &[3; 20]), false),
        (account("A", "far", hotp, &[4; 20]), false),
        (account("A", "long", totp(Digits::SIX, 30), &[5; 1024]), false),
        (account("A", "eight", totp(Digits::EIGHT, 30), &[6; 20]), false),
    ];
    let written = written(Export::GoogleQr, &accounts);
    let reasons: Vec<String> = written
        .left_out
        .iter()
        .map(|left_out| format!("{}: {}", left_out.label.name, left_out.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            "sixty: its codes change every 60 seconds, and the export only knows 30",
            "seven: its codes have 7 digits, and the export only knows 6 and 8",
            "steam: its codes are Steam's, and the export does not know them",
            "far: its counter 18446744073709551615 is more than the export can say",
            "long: it takes 1042 bytes, and a QR code of the export holds 1000",
        ]
    );
    assert_eq!(read_again(&written, "").rows.len(), 1);
}

#[test]
fn google_s_qr_codes_hold_ten_accounts_each_and_one_that_is_missing_is_named() {
    let accounts: Vec<_> = (0..25)
        .map(|number: u8| {
            (
                account("A", &format!("{number}"), OtpParams::DEFAULT_TOTP, &[number; 20]),
                false,
            )
        })
        .collect();
    let Content::QrTexts(texts) = written(Export::GoogleQr, &accounts).content else {
        panic!("QR codes are texts");
    };
    let listed = |texts: &[&str]| read(texts.join("\n").as_bytes(), None, None).ok().unwrap();
    let counts: Vec<usize> = texts.iter().map(|text| listed(&[text]).rows.len()).collect();
    assert_eq!(counts, [10, 10, 5]);
    let warnings = listed(&[&texts[0], &texts[2]]).warnings;
    assert_eq!(warnings[0].message(), "QR 2 of 3 is missing. Read it too.");
    // A QR code of error correction M holds 2331 bytes.
    assert!(texts.iter().all(|text| text.len() < 2331));
}
