//! What an item promises: it says everything about its account, and nothing is read into one that is not ours.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use lockstep_device::account::{AwsBinding, Label, NewAccount};
use lockstep_device::otp::params::{Algorithm, Digits, OtpParams, Period};
use lockstep_device::seed::Seed;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::item::{Item, ItemError, ItemText};
use lockstep_device::time::UnixTime;
use proptest::prelude::*;
use zeroize::Zeroizing;

const URI: &str = "otpauth://totp/maya?secret=JBSWY3DPEHPK3PXP";

fn read(text: &str) -> Result<Item, ItemError> {
    Item::from_text(&ItemText::new(Zeroizing::new(text.to_owned())))
}

fn params() -> impl Strategy<Value = OtpParams> {
    let algorithm = prop_oneof![
        Just(Algorithm::Sha1),
        Just(Algorithm::Sha256),
        Just(Algorithm::Sha512)
    ];
    (algorithm, 5..=10_u8, 1..=86_400_u32, any::<u64>(), 0..3_u8).prop_map(
        |(algorithm, digits, period, counter, kind)| {
            let digits = Digits::try_from(digits).unwrap();
            match kind {
                0 => OtpParams::Steam,
                1 => OtpParams::Hotp {
                    algorithm,
                    digits,
                    counter,
                },
                _ => OtpParams::Totp {
                    algorithm,
                    digits,
                    period: Period::try_from(period).unwrap(),
                },
            }
        },
    )
}

type Parts = (
    Option<String>,
    String,
    OtpParams,
    Vec<u8>,
    Vec<String>,
    String,
    Option<String>,
);

fn parts() -> impl Strategy<Value = Parts> {
    // Labels as people give them: a URI's reader trims, so that an outer space would not come back.
    let word = "[^\\s\\p{C}]([^\\p{C}]{0,20}[^\\s\\p{C}])?";
    let seed = proptest::collection::vec(any::<u8>(), 1..80);
    let issuer = proptest::option::of(word);
    let tags = proptest::collection::vec(".{0,12}", 0..4);
    let serial = proptest::option::of("[a-zA-Z0-9_+=/:,.@-]{9,60}");
    (issuer, word, params(), seed, tags, "(?s).{0,80}", serial)
}

fn account((issuer, name, params, seed, tags, note, serial): Parts) -> NewAccount {
    NewAccount {
        label: Label { issuer, name },
        params,
        seed: Seed::from_base32(&data_encoding::BASE32_NOPAD.encode(&seed))
            .unwrap()
            .seed,
        tags,
        note,
        aws: serial.map(|serial| AwsBinding::new(SerialNumber::try_from(serial).unwrap())),
    }
}

proptest! {
    #[test]
    fn an_item_comes_back_as_it_went_in(parts in parts(), added in any::<u64>()) {
        let item = Item { account: account(parts), added: UnixTime::from_seconds(added) };
        let text = item.to_text();
        let back = Item::from_text(&text).unwrap();
        prop_assert!(back.to_text().is_same(&text));
        prop_assert_eq!(back.added, item.added);
        let (back, item) = (back.account, item.account);
        prop_assert_eq!(back.label, item.label);
        prop_assert_eq!(back.params, item.params);
        prop_assert_eq!(&*back.seed.to_base32(), &*item.seed.to_base32());
        prop_assert_eq!((back.tags, back.note, back.aws), (item.tags, item.note, item.aws));
    }

    #[test]
    fn whatever_an_item_says_it_is_no_panic(text in "(?s).{0,200}") {
        let _ = read(&text);
        let _ = read(&format!("{URI}\n{text}"));
    }
}

#[test]
fn a_bare_uri_is_an_item_without_tags_note_and_date() {
    for text in [URI.to_owned(), format!("{URI}\n"), format!("{URI}\r\n  \n")] {
        let item = read(&text).unwrap();
        assert_eq!(
            (item.account.label.name.as_str(), item.added.seconds()),
            ("maya", 0)
        );
    }
}

#[test]
fn fields_that_a_later_version_adds_are_passed_over() {
    let item = read(&format!(
        "{URI}\n{{\"version\":1,\"added\":7,\"colour\":\"red\"}}\nmore"
    ))
    .unwrap();
    assert_eq!(item.added.seconds(), 7);
}

#[test]
fn an_item_of_a_newer_version_is_told_whatever_its_shape() {
    let newer = read(&format!("{URI}\n{{\"version\":2,\"added\":\"in words\"}}")).err();
    assert_eq!(newer, Some(ItemError::Newer { found: 2 }));
}

#[test]
fn no_error_repeats_what_an_item_says() {
    let texts = [
        "JBSWY3DPEHPK3PXP".to_owned(),
        format!("{URI}\nJBSWY3DPEHPK3PXP"),
        format!("{URI}\n{{\"version\":1,\"added\":\"JBSWY3DPEHPK3PXP\"}}"),
        format!("{URI}\n{{\"version\":1,\"JBSWY3DPEHPK3PXP\":0}}"),
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP1".to_owned(),
    ];
    for text in texts {
        let error = read(&text).err().unwrap();
        for said in [error.to_string(), format!("{error:?}")] {
            assert!(!said.contains("JBSWY3DPEHPK3PXP"), "{said}");
        }
    }
}
