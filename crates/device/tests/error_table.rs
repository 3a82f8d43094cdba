//! Every error has a code, a message and a remedy, and the table of them is printed in `docs/errors.md`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use lockstep_device::account::{AccountId, NoRandomness};
use lockstep_device::authenticator::query::QueryError;
use lockstep_device::authenticator::rules::EditError;
use lockstep_device::backup::error::BackupError;
use lockstep_device::camera::CameraError;
use lockstep_device::error::{Error, ErrorCode};
use lockstep_device::hand_off::HandOffError;
use lockstep_device::otp::params::{InvalidDigits, InvalidPeriod, UnsupportedAlgorithm};
use lockstep_device::otpauth::{MigrationError, OtpauthError};
use lockstep_device::qr::TextKind;
use lockstep_device::qr::decode::DecodeError;
use lockstep_device::qr::pixels::PictureError;
use lockstep_device::seed::SeedError;
use lockstep_device::store::choice::ChoiceError;
use lockstep_device::store::file::FileError;
use lockstep_device::store::index::IndexError;
use lockstep_device::store::item::ItemError;
use lockstep_device::store::lock::LockError;
use lockstep_device::store::record::RecordError;
use lockstep_device::store::seeds::{InvalidCredentialsName, ItemKey, StoreError, StoreKind};
use lockstep_device::time::TimeError;
use lockstep_testing::docs::{Row, assert_error_page};

const HEAD: &str = "\
# Errors

Every error has a stable code for scripts, a message that says what is so, and, where there is one, a remedy. The messages here
are examples; names and numbers in them vary. This page is made by a test: `UPDATE_DOCS=1 cargo test -p lockstep-device --test
error_table` writes it anew.

| code | message, for example | what to do |
| --- | --- | --- |
";

fn file(kind: io::ErrorKind) -> FileError {
    FileError {
        action: "write",
        path: PathBuf::from("index.age"),
        source: kind.into(),
    }
}

fn id() -> AccountId {
    AccountId::from_bytes([0x4b; 16])
}

/// One example for each code at least.
fn examples() -> Vec<Error> {
    let label = || "GitHub:maya".to_owned();
    let text = |text: &str| text.to_owned();
    let mut examples: Vec<Error> = vec![
        TimeError::BeforeEpoch.into(),
        PictureError::NotAPicture.into(),
        PictureError::TooLarge {
            width: 20_000,
            height: 20_000,
        }
        .into(),
        DecodeError::NotFound {
            passes_finished: true,
        }
        .into(),
        DecodeError::Cancelled.into(),
        DecodeError::NoThread(io::ErrorKind::OutOfMemory.into()).into(),
        Error::NotOtpauth(TextKind::Web),
        lockstep_device::qr::encode::modules(&"x".repeat(8000))
            .err()
            .unwrap()
            .into(),
        Error::NothingToRead(text("accounts.txt")),
        NoRandomness.into(),
    ];
    examples.extend(camera_examples().into_iter().map(Error::from));
    examples.extend(otpauth_examples().into_iter().map(Error::from));
    examples.extend(store_examples().into_iter().map(Error::from));
    examples.extend([
        IndexError::Damaged {
            reason: text("it ends too early"),
        }
        .into(),
        IndexError::Newer { version: 2 }.into(),
        Error::IndexKeyMissing,
        LockError::Busy {
            folder: PathBuf::from("lockstep"),
            waited: Duration::from_secs(20),
        }
        .into(),
        Error::File(file(io::ErrorKind::StorageFull)),
        Error::File(file(io::ErrorKind::PermissionDenied)),
        Error::File(file(io::ErrorKind::InvalidInput)),
        ChoiceError::Damaged {
            path: PathBuf::from("store.json"),
            reason: text("it ends too early"),
        }
        .into(),
        QueryError::NotFound { query: text("okta") }.into(),
        QueryError::Ambiguous {
            query: text("hub"),
            hits: vec![(id(), label()), (id(), label())],
        }
        .into(),
        RecordError::Damaged {
            name: text("record-aws-journal.age"),
            reason: text("it is not sealed to the key in this store"),
        }
        .into(),
        RecordError::Newer {
            name: text("record-aws-journal.age"),
            version: 2,
            supported: 1,
        }
        .into(),
        InvalidCredentialsName(text("My Keys")).into(),
        EditError::Nameless.into(),
        EditError::CounterSpent(label()).into(),
        Error::NotInTrash(label()),
        Error::NotTimeBased(label()),
        Error::NotCounterBased(label()),
        Error::SameStore(StoreKind::Vault),
        Error::CopyDiffers,
    ]);
    examples.extend(backup_examples().into_iter().map(Error::from));
    examples.extend(hand_off_examples().into_iter().map(Error::from));
    examples
}

fn camera_examples() -> Vec<CameraError> {
    let name = || "Integrated Camera".to_owned();
    vec![
        CameraError::Missing,
        CameraError::Unsupported("macos"),
        CameraError::Refused {
            name: name(),
            device: "/dev/video0".to_owned(),
        },
        CameraError::Busy(name()),
        CameraError::Unplugged(name()),
        CameraError::Format {
            name: name(),
            offered: "H264, HEVC".to_owned(),
        },
        CameraError::Silent(name()),
        CameraError::Failed {
            name: name(),
            reason: "Input/output error (os error 5)".to_owned(),
        },
    ]
}

fn hand_off_examples() -> Vec<HandOffError> {
    vec![
        HandOffError::NotOne("maya.lockstep".to_owned()),
        HandOffError::Newer { found: 2 },
        HandOffError::Sealed(BackupError::KeyWrong { tried: 1 }),
        HandOffError::Sealed(BackupError::PassphraseWrong),
    ]
}

fn backup_examples() -> Vec<BackupError> {
    vec![
        BackupError::NotAge("holiday.jpg".to_owned()),
        BackupError::PassphraseWrong,
        BackupError::PassphraseNeeded,
        BackupError::KeyWrong { tried: 1 },
        BackupError::KeyNeeded,
        BackupError::TooMuchWork { found: 24 },
        BackupError::CutOff,
        BackupError::Damaged("the age header was changed".to_owned()),
        BackupError::Broken { line: 7, column: 12 },
        BackupError::Newer {
            found: 2,
            supported: 1,
        },
        BackupError::Recipient {
            given: "maya".to_owned(),
            rule: "it is an age recipient (age1…) or an SSH public key (ssh-ed25519, ssh-rsa)",
        },
        BackupError::Identity {
            file: "key.txt".to_owned(),
            reason: "it is empty".to_owned(),
        },
        BackupError::IdentityLocked("id_ed25519".to_owned()),
        BackupError::Recovery("word 4 is not one of the list".to_owned()),
        BackupError::Unverified(PathBuf::from("lockstep-2026-11-25T18-02-54Z-9F3A1C07.age")),
        BackupError::FolderMissing(PathBuf::from("/media/maya/usb")),
        BackupError::FileExists(PathBuf::from("mine.age")),
    ]
}

fn otpauth_examples() -> Vec<OtpauthError> {
    vec![
        OtpauthError::InvalidCounter("many".to_owned()),
        OtpauthError::AmbiguousParameter("digits"),
        SeedError::TooLong(2000).into(),
        OtpauthError::MissingSecret,
        SeedError::NotBase32 {
            character: '0',
            place: 17,
        }
        .into(),
        UnsupportedAlgorithm("MD5".to_owned()).into(),
        InvalidDigits("12".to_owned()).into(),
        InvalidPeriod("0".to_owned()).into(),
        OtpauthError::MissingCounter,
        OtpauthError::UnsupportedType("motp".to_owned()),
        MigrationError::NotBase64.into(),
    ]
}

fn store_examples() -> Vec<StoreError> {
    let reason = || "the reason that the keyring gives".to_owned();
    vec![
        StoreError::KeyringAbsent {
            reason: "no Secret Service answers on the session bus".to_owned(),
        },
        StoreError::KeyringLocked,
        StoreError::KeyringDenied,
        StoreError::KeyringLost { reason: reason() },
        StoreError::Missing(ItemKey::Account(id())),
        ItemError::NotText.into(),
        ItemError::Newer { found: 2 }.into(),
        StoreError::VaultAbsent,
        StoreError::VaultExists,
        StoreError::PassphraseWrong,
        StoreError::VaultDamaged {
            reason: "it ends too early".to_owned(),
        },
        StoreError::VaultNewer {
            version: 2,
            supported: 1,
        },
    ]
}

#[test]
fn every_code_has_an_example_and_the_table_is_in_the_docs() {
    let examples = examples();
    let covered: BTreeSet<&str> = examples.iter().map(|error| error.code().as_str()).collect();
    let all: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(covered, all);

    let rows: Vec<Row<'_>> = ErrorCode::ALL
        .iter()
        .map(|code| {
            let example = examples.iter().find(|error| error.code() == *code).unwrap();
            (code.as_str(), example.to_string(), code.remedy())
        })
        .collect();
    assert_error_page("errors.md", HEAD, &rows);
}

#[test]
fn codes_are_kebab_case_and_each_stands_for_one_cause() {
    let names: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), ErrorCode::ALL.len());
    for name in names {
        let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(name.bytes().all(kebab), "{name}");
    }
}

#[test]
fn a_remedy_is_a_whole_sentence_or_nothing() {
    for code in ErrorCode::ALL {
        let remedy = code.remedy();
        assert!(remedy.is_empty() || remedy.ends_with('.'), "{code}: {remedy}");
    }
}
