//! Zip files, XML, streams of Java objects and databases that are cut off, changed, or made to do harm: an error that says
//! which of these it is, and never a panic.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use lockstep_formats::limits::{MAX_FILE_BYTES, MAX_PBKDF2_ROUNDS};
use lockstep_formats::read::{detect, read};
use proptest::prelude::*;
use support::lookalike::PASSWORD;
use support::{container, database, open, refusal, survives};

const FORMATS: [Format; 8] = [
    Format::AndOtp,
    Format::Authy,
    Format::FreeOtp1,
    Format::FreeOtp2,
    Format::KeePass,
    Format::ProtonPass,
    Format::Raivo,
    Format::WinAuth,
];

fn file() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(container::all())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_file_that_is_cut_off_is_read_or_refused(file in file(), at in any::<prop::sample::Index>()) {
        survives(&file[..at.index(file.len())], detect(&file));
        survives(&file[..at.index(file.len())], None);
    }

    #[test]
    fn a_file_with_changed_bytes_is_read_or_refused(
        file in file(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut changed = file.clone();
        for (at, byte) in changes {
            let at = at.index(changed.len());
            changed[at] = byte;
        }
        // A number of rounds that is taken may cost seconds; it is not what is tried here.
        if detect(&file) == Some(Format::AndOtp) {
            changed[..2].copy_from_slice(&file[..2]);
        }
        survives(&changed, detect(&file));
    }

    #[test]
    fn whatever_is_said_to_be_a_format_is_read_or_refused(
        mark in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"\xac\xed\x00\x05sr", b"<map><string name=\"tokenOrder\">", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\x00\x04\x00"]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        format in prop::sample::select(FORMATS.to_vec()),
    ) {
        let bytes = [mark, &bytes].concat();
        if format != Format::AndOtp || bytes.first().is_none_or(|first| *first != 0) {
            survives(&bytes, Some(format));
        }
        survives(&bytes, None);
    }
}

#[test]
fn every_protected_file_asks_for_a_password_at_no_cost_and_knows_a_wrong_one() {
    let protected = [
        container::andotp_new(1000),
        container::andotp_old(),
        container::freeotp_2(1000),
        container::authy_encrypted(0),
        container::winauth(Some(PASSWORD)),
        container::raivo(Some(PASSWORD)),
        database::keepass_small(),
        database::keepass_3(database::ONE_ENTRY, 100),
    ];
    for file in protected {
        let format = detect(&file).unwrap();
        let started = Instant::now();
        assert_eq!(refusal(&file, ""), ReadError::PasswordNeeded(format));
        assert!(started.elapsed() < Duration::from_secs(1));
        assert_eq!(refusal(&file, "wrong"), ReadError::PasswordWrong(format));
    }
}

fn code(error: &ReadError) -> &'static str {
    error.code().as_str()
}

#[test]
fn work_without_end_is_refused_before_it_begins() {
    let started = Instant::now();
    let rounds = u32::try_from(MAX_PBKDF2_ROUNDS).unwrap() + 1;
    assert_eq!(
        code(&refusal(&container::freeotp_2(rounds), PASSWORD)),
        "file-too-costly"
    );
    let many = container::authy_encrypted(usize::try_from(MAX_PBKDF2_ROUNDS / 1000).unwrap());
    assert_eq!(code(&refusal(&many, PASSWORD)), "file-too-costly");
    // What no new backup of andOTP says can only be an old one, which costs nothing.
    let error = refusal(&container::andotp_new(rounds), PASSWORD);
    assert_eq!(error, ReadError::PasswordWrong(Format::AndOtp));
    assert!(started.elapsed() < Duration::from_secs(5));
}

/// One byte more than is taken, in a few.
fn zeros() -> Vec<u8> {
    vec![b' '; usize::try_from(MAX_FILE_BYTES).unwrap() + 1]
}

#[test]
fn what_unpacks_without_end_is_left_packed() {
    let zeros = zeros();
    let raivo = container::zip(&[("raivo-otp-export.json", &zeros)], None);
    assert!(raivo.len() < 1_000_000);
    assert_eq!(code(&refusal(&raivo, PASSWORD)), "file-too-costly");
    let proton = container::zip(&[("Proton Pass/data.json", &zeros)], None);
    assert_eq!(code(&refusal(&proton, "")), "file-too-costly");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&zeros).unwrap();
    let keepass = database::keepass_3_of(&packed.finish().unwrap(), 1, true);
    assert!(keepass.len() < 1_000_000);
    assert_eq!(code(&refusal(&keepass, PASSWORD)), "file-too-costly");
}

#[test]
fn a_zip_file_of_too_many_entries_or_another_app_is_not_recognised() {
    let names: Vec<String> = (0..1100).map(|number| format!("{number}")).collect();
    let mut entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    entries.push(("raivo-otp-export.json", b"[]"));
    assert_eq!(
        refusal(&container::zip(&entries, None), ""),
        ReadError::Unrecognised
    );
    let other = container::zip(&[("holiday.txt", b"sun")], None);
    assert_eq!(refusal(&other, ""), ReadError::Unrecognised);
    let forced = read(&other, Some(Format::Raivo), None).err().unwrap();
    assert_eq!(code(&forced), "file-damaged");
}

#[test]
fn a_proton_pass_export_that_is_encrypted_says_what_to_do() {
    let file = container::zip(&[("Proton Pass/data.pgp", b"-----BEGIN PGP MESSAGE-----")], None);
    let error = refusal(&file, PASSWORD);
    assert_eq!(code(&error), "file-unsupported");
    assert!(error.remedy().contains("without encryption"));
}

#[test]
fn a_zip_file_that_was_changed_is_damaged() {
    let mut file = container::raivo(Some(PASSWORD));
    // Within what is encrypted, which begins some forty bytes after its name.
    let name = file.windows(5).position(|window| window == b".json").unwrap();
    file[name + 80] ^= 1;
    let error = refusal(&file, PASSWORD);
    assert_eq!(code(&error), "file-damaged", "{error}");
}

#[test]
fn a_stream_of_other_java_objects_is_damaged() {
    let map = container::freeotp_2(1000);
    let mut other = map.clone();
    other[10] ^= 1;
    assert_eq!(code(&refusal(&other, PASSWORD)), "file-damaged");
    assert_eq!(code(&refusal(&map[..map.len() - 1], PASSWORD)), "file-damaged");
    let empty = container::java_map(&[]);
    assert_eq!(code(&refusal(&empty, PASSWORD)), "file-damaged");
    // The number of pairs is looked at, and only believed as far as they are there.
    let mut many = map.clone();
    let at = map.windows(2).position(|window| window == [b'w', 8]).unwrap() + 6;
    many[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(code(&refusal(&many, PASSWORD)), "file-too-costly");
    many[at..at + 4].copy_from_slice(&100_000_u32.to_be_bytes());
    assert_eq!(code(&refusal(&many, PASSWORD)), "file-damaged");
}

#[test]
fn accounts_without_end_are_refused_before_they_fill_the_memory() {
    let items = "{},".repeat(60_000) + "{}";
    let list = format!("[{items}]");
    let name = "com.authy.storage.tokens.authenticator.key";
    let authy = container::preferences(&[(name, &list), (name, &list)]);
    assert_eq!(code(&refusal(&authy, PASSWORD)), "file-too-costly");
    let strings = vec![("x", ""); 100_001];
    let freeotp = [
        container::preferences(&strings),
        b"<!-- name=\"tokenOrder\" -->".to_vec(),
    ]
    .concat();
    assert_eq!(code(&refusal(&freeotp, PASSWORD)), "file-damaged");
    // Items without a code are no accounts, however many there are.
    let vault = format!(r#"{{"items":[{items}]}}"#);
    let export = format!(r#"{{"vaults":{{"1":{vault},"2":{vault},"3":{vault}}}}}"#);
    let pass = container::zip(&[("Proton Pass/data.json", export.as_bytes())], None);
    assert_eq!(open(&pass, "").rows.len(), 0);
}

#[test]
fn a_microsoft_authenticator_database_says_that_nothing_comes_out_of_it() {
    let database = b"SQLite format 3\0....CREATE TABLE accounts (_id INTEGER, oath_secret_key TEXT)";
    let error = refusal(database, "");
    assert_eq!(error, ReadError::NotExportable("Microsoft Authenticator"));
    assert!(error.remedy().contains("anew"));
    assert_eq!(
        refusal(b"SQLite format 3\0 of another", ""),
        ReadError::Unrecognised
    );
}

#[test]
fn a_proton_pass_item_without_anything_stops_no_other() {
    assert_eq!(open(&container::proton_pass(), "").rows.len(), 3);
}
