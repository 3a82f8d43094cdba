//! What the AWS side keeps through the same door: records of what is under way, credentials, and which device an account is.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

use std::path::PathBuf;
use std::sync::Arc;

use lockstep_device::account::{AwsBinding, Label, NewAccount};
use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::view::AddOutcome;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::error::{Error, ErrorCode};
use lockstep_device::otp::TimeStep;
use lockstep_device::otp::params::OtpParams;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::seed::Seed;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::record::Record;
use lockstep_device::store::seeds::{CredentialsName, ItemKey, SeedStore};
use lockstep_device::store::vault::LockedVault;
use lockstep_device::time::{Clock, TimeError, UnixTime};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use zeroize::Zeroizing;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Second 59, whose code is 287082 (RFC 6238 appendix B, cut to six digits).
struct Second59;

impl Clock for Second59 {
    fn now(&self) -> Result<UnixTime, TimeError> {
        Ok(UnixTime::from_seconds(59))
    }
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Notes {
    lines: Vec<String>,
}

impl Record for Notes {
    const NAME: &'static str = "notes";
    const VERSION: u32 = 1;
}

struct Desk(TempDir);

impl Desk {
    fn new() -> (Self, Authenticator) {
        let desk = Self(TempDir::new().unwrap());
        let access = Access::NewVault(&passphrase(), WorkFactor::try_from(1).unwrap());
        let opened = Authenticator::open(desk.home(Faults::none()), access).unwrap();
        (desk, opened)
    }

    fn home(&self, faults: Faults) -> Home {
        Home {
            folder: self.folder(),
            clock: Arc::new(Second59),
            faults,
        }
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("lockstep")
    }

    fn reopen(&self) -> Authenticator {
        Authenticator::open(self.home(Faults::none()), Access::Vault(&passphrase())).unwrap()
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new("a sentence nobody would guess".to_owned())).unwrap()
}

fn account(serial: Option<&str>) -> NewAccount {
    NewAccount {
        label: Label {
            issuer: Some("AWS".to_owned()),
            name: "maya".to_owned(),
        },
        params: OtpParams::DEFAULT_TOTP,
        seed: Seed::from_base32(SECRET).unwrap().seed,
        tags: vec![],
        note: String::new(),
        aws: serial.map(|serial| AwsBinding::new(SerialNumber::try_from(serial.to_owned()).unwrap())),
    }
}

fn note(authenticator: &Authenticator, line: &str) -> Result<(), Error> {
    authenticator.change_record(|notes: &mut Notes| {
        notes.lines.push(line.to_owned());
        Ok(())
    })
}

#[test]
fn a_record_is_there_for_whoever_opens_next_and_says_nothing_to_others() {
    let (desk, authenticator) = Desk::new();
    assert_eq!(authenticator.record::<Notes>().unwrap(), Notes::default());
    note(&authenticator, "a line that nobody else reads").unwrap();
    let notes: Notes = desk.reopen().record().unwrap();
    assert_eq!(notes.lines, ["a line that nobody else reads"]);
    let sealed = std::fs::read(desk.folder().join("record-notes.age")).unwrap();
    assert!(!sealed.windows(6).any(|bytes| bytes == b"nobody"));
}

#[test]
fn a_change_that_fails_leaves_the_record_as_it_was() {
    let (desk, authenticator) = Desk::new();
    note(&authenticator, "one").unwrap();
    let failed: Result<(), Error> = authenticator.change_record(|notes: &mut Notes| {
        notes.lines.clear();
        Err(Error::CopyDiffers)
    });
    assert!(failed.is_err());
    assert_eq!(desk.reopen().record::<Notes>().unwrap().lines, ["one"]);
}

#[test]
fn two_processes_that_write_at_once_lose_nothing() {
    let (desk, authenticator) = Desk::new();
    let other = desk.reopen();
    std::thread::scope(|scope| {
        for writer in [&authenticator, &other] {
            scope.spawn(move || {
                for _ in 0..20 {
                    note(writer, "x").unwrap();
                }
            });
        }
    });
    assert_eq!(desk.reopen().record::<Notes>().unwrap().lines.len(), 40);
}

#[test]
fn a_damaged_record_is_an_error_and_repair_sets_it_aside() {
    let (desk, authenticator) = Desk::new();
    note(&authenticator, "one").unwrap();
    let path = desk.folder().join("record-notes.age");
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let refused = note(&authenticator, "two").unwrap_err();
    assert_eq!(refused.code(), ErrorCode::RecordDamaged);
    authenticator.repair().unwrap();
    let said = authenticator.notices();
    assert!(said[0].message.contains("record-notes.damaged-1.age"), "{said:?}");
    assert_eq!(authenticator.record::<Notes>().unwrap(), Notes::default());
    assert!(desk.folder().join("record-notes.damaged-1.age").exists());
}

#[test]
fn credentials_are_kept_found_listed_and_forgotten() {
    let (desk, authenticator) = Desk::new();
    let name = CredentialsName::try_from("keys-work").unwrap();
    assert!(authenticator.credentials(&name).unwrap().is_none());
    let text = Zeroizing::new("AKIA\nsecret".to_owned());
    authenticator.keep_credentials(&name, text.clone()).unwrap();
    let again = desk.reopen();
    assert_eq!(again.credentials(&name).unwrap().as_ref(), Some(&text));
    assert_eq!(again.credentials_names().unwrap(), std::slice::from_ref(&name));
    assert!(again.accounts().accounts.is_empty(), "credentials are no account");
    again.repair().unwrap();
    assert!(again.accounts().quarantined.is_empty());
    again.forget_credentials(&name).unwrap();
    again.forget_credentials(&name).unwrap();
    assert!(again.credentials(&name).unwrap().is_none());
}

#[test]
fn a_name_for_credentials_has_small_letters_digits_and_dashes() {
    for wrong in ["", "Work", "a b", "a.b", "ä", &"x".repeat(65)] {
        assert!(CredentialsName::try_from(wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(CredentialsName::try_from("prod-2").unwrap().as_str(), "prod-2");
}

#[test]
fn an_account_is_added_once_and_keeps_what_device_it_is() {
    let (desk, authenticator) = Desk::new();
    let serial = "arn:aws:iam::123456789012:mfa/maya";
    let added = authenticator.add(account(Some(serial))).unwrap();
    assert_eq!(added.outcome, AddOutcome::Added);
    let again = authenticator.add(account(None)).unwrap();
    assert_eq!((again.outcome, &again.id), (AddOutcome::Duplicate, &added.id));
    let opened = desk.reopen().account(&added.id.unwrap()).unwrap();
    assert_eq!(opened.serial.as_deref(), Some(serial));
}

#[test]
fn a_binding_outlives_the_list() {
    let (desk, authenticator) = Desk::new();
    let id = authenticator.add(account(None)).unwrap().id.unwrap();
    let serial = SerialNumber::try_from("GAHT12345678".to_owned()).unwrap();
    authenticator.bind(&id, serial.clone()).unwrap();
    authenticator.bind(&id, serial).unwrap();
    std::fs::remove_file(desk.folder().join("index.age")).unwrap();
    std::fs::remove_file(desk.folder().join("index.previous.age")).unwrap();
    let opened = desk.reopen().account(&id).unwrap();
    assert_eq!(opened.serial.as_deref(), Some("GAHT12345678"));
}

#[test]
fn a_code_of_a_step_is_given_without_being_marked_and_marked_when_it_was_used() {
    let (_desk, authenticator) = Desk::new();
    let id = authenticator.add(account(None)).unwrap().id.unwrap();
    let code = authenticator.code_of_step(&id, TimeStep(1)).unwrap();
    assert_eq!(code.as_str(), "287082");
    assert!(!authenticator.code(&id).unwrap().used);
    authenticator.mark_used(&id, TimeStep(1)).unwrap();
    authenticator.mark_used(&id, TimeStep(0)).unwrap();
    assert!(authenticator.code(&id).unwrap().used, "a mark never goes back");
}

#[test]
fn only_what_was_marked_as_made_in_the_practice_account_goes_when_it_ends() {
    let (desk, authenticator) = Desk::new();
    let serial = "arn:aws:iam::111122223333:mfa/maya";
    let kept = authenticator.add(account(Some(serial))).unwrap().id.unwrap();
    let mut practice = account(Some(serial));
    practice.seed = Seed::from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        .unwrap()
        .seed;
    practice.aws.as_mut().unwrap().practice = true;
    let made = authenticator.add(practice).unwrap().id.unwrap();
    assert!(authenticator.account(&made).unwrap().practice);
    drop(authenticator);

    let reopened = desk.reopen();
    assert!(
        reopened.account(&made).unwrap().practice,
        "the mark is with the item"
    );
    assert_eq!(reopened.purge_practice().unwrap(), 1);
    let left: Vec<_> = reopened
        .accounts()
        .accounts
        .into_iter()
        .map(|account| account.id)
        .collect();
    assert_eq!(left, vec![kept]);
    assert_eq!(reopened.purge_practice().unwrap(), 0);
}

#[test]
fn a_device_of_the_practice_account_whose_item_is_gone_keeps_no_other_from_going() {
    let (desk, authenticator) = Desk::new();
    let add = |secret: &str| {
        let mut practice = account(Some("arn:aws:iam::111122223333:mfa/maya"));
        practice.seed = Seed::from_base32(secret).unwrap().seed;
        practice.aws.as_mut().unwrap().practice = true;
        authenticator.add(practice).unwrap().id.unwrap()
    };
    let (lost, made) = (add(SECRET), add("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"));
    let vault = LockedVault::find(&desk.folder(), &Faults::none())
        .unwrap()
        .unwrap();
    let vault = vault.unlock(&passphrase()).map_err(|(_, error)| error).unwrap();
    vault.delete(&ItemKey::Account(lost)).unwrap();
    assert_eq!(authenticator.purge_practice().unwrap(), 1);
    assert!(authenticator.account(&made).is_err());
}

#[test]
fn a_mark_goes_when_the_account_is_bound_to_another_device() {
    let (_desk, authenticator) = Desk::new();
    let serial = "arn:aws:iam::111122223333:mfa/maya";
    let mut practice = account(Some(serial));
    practice.aws.as_mut().unwrap().practice = true;
    let id = authenticator.add(practice).unwrap().id.unwrap();
    let bind = |serial: &str| authenticator.bind(&id, SerialNumber::try_from(serial.to_owned()).unwrap());
    assert!(bind(serial).unwrap().practice);
    assert!(!bind("arn:aws:iam::123456789012:mfa/maya").unwrap().practice);
    assert_eq!(authenticator.purge_practice().unwrap(), 0);
}
