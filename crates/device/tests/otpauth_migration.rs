//! Google Authenticator's export: several QR codes, odd rows and hostile messages.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use data_encoding::BASE64;
use lockstep_device::otp::params::OtpParams;
use lockstep_device::otpauth::Warning;
use lockstep_device::otpauth::migration::{Batch, incomplete};
use lockstep_device::otpauth::read::{Reading, read};
use proptest::prelude::*;

/// A field of wire type 2 (Protocol Buffers encoding: length-delimited).
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    bytes.extend(varint(content.len() as u64));
    bytes.extend(content);
    bytes
}

fn number(number: u8, value: u64) -> Vec<u8> {
    let mut bytes = vec![number << 3];
    bytes.extend(varint(value));
    bytes
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}

/// A row with a secret of sixteen times `secret`, a name, an issuer and further fields.
fn row(secret: u8, name: &str, further: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = field(1, &[secret; 16]);
    bytes.extend(field(2, name.as_bytes()));
    bytes.extend(field(3, b"Halden"));
    bytes.extend(further.concat());
    field(1, &bytes)
}

fn series(size: u64, index: u64) -> Vec<u8> {
    [number(3, size), number(4, index), number(5, 77)].concat()
}

fn link(message: &[u8]) -> String {
    let data = BASE64.encode(message).replace('+', "%2B");
    format!("otpauth-migration://offline?data={data}")
}

fn reading(message: &[Vec<u8>]) -> Reading {
    read(&link(&message.concat())).ok().unwrap()
}

fn refusal(message: &[u8]) -> String {
    let error = read(&link(message)).err().unwrap();
    assert_eq!(error.name(), "invalid_migration");
    error.to_string()
}

fn names(rows: &[Result<lockstep_device::otpauth::Parsed, lockstep_device::otpauth::Skipped>]) -> Vec<&str> {
    rows.iter()
        .map(|row| match row {
            Ok(parsed) => parsed.account.label.name.as_str(),
            Err(skipped) => skipped.label.name.as_str(),
        })
        .collect()
}

fn batches(readings: &[Reading]) -> Vec<Batch> {
    readings.iter().filter_map(|reading| reading.batch).collect()
}

#[test]
fn an_export_is_complete_in_any_order_and_with_a_qr_code_read_twice() {
    let part = |index| reading(&[row(1, "a", &[]), series(2, index)]);
    assert_eq!(incomplete(&batches(&[part(1), part(0), part(1)])), []);
}

#[test]
fn the_qr_codes_that_are_missing_are_named() {
    let message = |parts: &[u64]| {
        let readings: Vec<Reading> = parts
            .iter()
            .map(|part| reading(&[row(1, "a", &[]), series(3, *part)]))
            .collect();
        let warnings = incomplete(&batches(&readings));
        warnings.iter().map(Warning::message).collect::<Vec<_>>()
    };
    assert_eq!(message(&[0, 2]), ["QR 2 of 3 is missing. Read it too."]);
    assert_eq!(message(&[1]), ["QR 1 and 3 of 3 are missing. Read them too."]);
    assert_eq!(message(&[0, 1, 2]), [""; 0]);
}

#[test]
fn two_exports_are_told_apart() {
    let one = reading(&[row(1, "a", &[]), number(3, 2), number(4, 0), number(5, 1)]);
    let other = reading(&[row(2, "b", &[]), number(3, 2), number(4, 1), number(5, 2)]);
    let missing = |number| Warning::BatchIncomplete {
        missing: vec![number],
        size: 2,
    };
    assert_eq!(incomplete(&batches(&[one, other])), [missing(2), missing(1)]);
}

#[test]
fn exports_without_a_series_miss_nothing() {
    let (one, other) = (reading(&[row(1, "a", &[])]), reading(&[row(2, "a", &[])]));
    assert_eq!(incomplete(&batches(&[one, other])), []);
}

#[test]
fn an_odd_row_is_skipped_with_its_reason_and_stops_no_other() {
    let rows = reading(&[
        row(1, "md5", &[number(4, 4)]),
        row(2, "new-hash", &[number(4, 9)]),
        row(3, "seven", &[number(5, 3)]),
        row(4, "push", &[number(6, 8)]),
        row(5, "negative", &[number(6, 1), number(7, u64::MAX)]),
        field(1, &field(2, b"nothing")),
        row(6, "good", &[number(6, 1), number(7, 41)]),
    ])
    .rows;
    let reasons: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.as_ref().err())
        .map(|skipped| skipped.error.name())
        .collect();
    assert_eq!(
        reasons,
        [
            "unsupported_algorithm",
            "unsupported_algorithm",
            "invalid_digits",
            "unsupported_type",
            "invalid_counter",
            "empty_secret"
        ]
    );
    let good = rows.last().unwrap().as_ref().ok().unwrap();
    assert!(matches!(good.account.params, OtpParams::Hotp { counter: 41, .. }));
}

#[test]
fn a_name_that_is_not_utf_8_costs_no_account() {
    let bytes = [field(1, &[1; 16]), field(2, b"caf\xe9"), field(3, b"Halden")].concat();
    assert_eq!(names(&reading(&[field(1, &bytes)]).rows), ["caf\u{fffd}"]);
}

#[test]
fn lengths_that_are_not_there_are_damage() {
    let damaged = "the export cannot be read: its data is damaged";
    for length in [5, 1 << 31, 1 << 32, u64::MAX >> 1, u64::MAX] {
        let hostile = [vec![1 << 3 | 2], varint(length), vec![0; 3]].concat();
        assert_eq!(refusal(&hostile), damaged, "{length}");
        let inside = field(1, &hostile);
        assert_eq!(refusal(&inside), damaged, "{length} inside");
    }
}

#[test]
fn a_message_that_was_cut_off_is_refused_or_ends_between_two_fields() {
    let whole = [row(1, "a", &[]), row(2, "b", &[]), series(1, 0)].concat();
    let boundary = row(1, "a", &[]).len();
    for end in 1..boundary {
        refusal(&whole[..end]);
    }
    assert_eq!(read(&link(&whole[..boundary])).ok().unwrap().rows.len(), 1);
}

#[test]
fn groups_nested_without_end_are_refused() {
    // Wire type 3 opens a group in an unknown field; a reader that recurses runs out of stack.
    refusal(&vec![15 << 3 | 3; 40_000]);
}

#[test]
fn an_export_is_bounded() {
    assert_eq!(
        refusal(&vec![0; 66_000]),
        "the export cannot be read: its data has 66000 bytes; at most 65536 are taken"
    );
    assert_eq!(
        refusal(&field(1, &[]).repeat(1001)),
        "the export cannot be read: it has 1001 accounts; at most 1000 are taken"
    );
}

#[test]
fn a_series_that_makes_no_sense_is_refused() {
    for (size, index) in [(2, 2), (1001, 0), (u64::MAX, 0), (3, u64::MAX), (0, 1)] {
        let error = read(&link(&series(size, index))).err().unwrap();
        assert_eq!(error.name(), "invalid_migration", "{size} {index}");
    }
    assert_eq!(
        refusal(&series(3, 3)),
        "the export cannot be read: it says to be QR 3 (counted from 0) of 3"
    );
}

#[test]
fn no_data_is_said_to_be_none() {
    for uri in [
        "otpauth-migration://offline",
        "otpauth-migration://offline?data=",
        "otpauth-migration://offline?data===",
    ] {
        let error = read(uri).err().unwrap();
        assert_eq!(error.to_string(), "the export cannot be read: it carries no data");
    }
}

proptest! {
    #[test]
    fn no_message_makes_the_reader_panic(message in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(reading) = read(&link(&message)) {
            prop_assert!(reading.batch.is_some());
        }
    }

    #[test]
    fn a_damaged_byte_makes_no_panic(place in 0_usize..60, value in any::<u8>()) {
        let mut message = [row(1, "a", &[number(6, 1), number(7, 5)]), series(2, 1)].concat();
        let place = place % message.len();
        message[place] = value;
        if let Ok(reading) = read(&link(&message)) {
            prop_assert!(reading.rows.len() <= message.len());
        }
    }
}
