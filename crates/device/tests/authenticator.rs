//! What the one door promises, on a vault in a scratch folder.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::show::{Place, Which};
use lockstep_device::authenticator::view::{AccountEdit, AddOutcome, AddedView, Finding};
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::error::{Error, ErrorCode};
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::choice::chosen_store;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::seeds::StoreKind;
use lockstep_device::time::{Clock, TimeError, UnixTime};
use tempfile::TempDir;
use zeroize::Zeroizing;

const RFC_URI: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";
/// An account beside the counter-based one, with a secret of its own.
const ALICE_URI: &str = "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";
/// Its code at second 59, by oathtool.
const ALICE_CODE: &str = "503347";
const HOTP_URI: &str =
    "otpauth://hotp/Gate:badge?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gate&counter=0";
/// RFC 4226 Appendix D, counters 0 to 3.
const HOTP_CODES: [&str; 4] = ["755224", "287082", "359152", "969429"];

struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Result<UnixTime, TimeError> {
        match self.0.load(Ordering::SeqCst) {
            u64::MAX => Err(TimeError::BeforeEpoch),
            seconds => Ok(UnixTime::from_seconds(seconds)),
        }
    }
}

/// A data folder with a vault, and a clock that stands at second 59 until it is moved.
struct Desk {
    folder: TempDir,
    clock: Arc<Hands>,
}

impl Desk {
    fn new() -> (Self, Authenticator) {
        let desk = Self {
            folder: TempDir::new().unwrap(),
            clock: Arc::new(Hands(AtomicU64::new(59))),
        };
        let access = Access::NewVault(&passphrase(), work());
        let authenticator = Authenticator::open(desk.home(Faults::none()), access).unwrap();
        (desk, authenticator)
    }

    fn home(&self, faults: Faults) -> Home {
        Home {
            folder: self.folder.path().join("lockstep"),
            clock: self.clock.clone(),
            faults,
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("lockstep").join(name)
    }

    fn reopen(&self) -> Authenticator {
        self.open_with(Faults::none()).unwrap()
    }

    fn open_with(&self, faults: Faults) -> Result<Authenticator, Error> {
        Authenticator::open(self.home(faults), Access::Vault(&passphrase()))
    }

    fn set_time(&self, seconds: u64) {
        self.clock.0.store(seconds, Ordering::SeqCst);
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new("a sentence nobody would guess".to_owned())).unwrap()
}

/// The least work scrypt can do: these tests are not about guessing.
fn work() -> WorkFactor {
    WorkFactor::try_from(1).unwrap()
}

fn keep(authenticator: &Authenticator, uris: &str) -> Vec<AddedView> {
    try_keep(authenticator, uris).unwrap()
}

fn try_keep(authenticator: &Authenticator, uris: &str) -> Result<Vec<AddedView>, Error> {
    let mut preview = Preview::default();
    preview.read_texts("typed", uris);
    let rows: Vec<u32> = (0..100).collect();
    authenticator.keep(&preview, &rows, &[])
}

fn keep_one(authenticator: &Authenticator, uri: &str) -> lockstep_device::account::AccountId {
    keep(authenticator, uri).remove(0).id.unwrap()
}

fn uri(number: usize) -> String {
    let seed = format!("{number:032}")
        .replace('0', "A")
        .replace('1', "B")
        .replace('8', "C")
        .replace('9', "D");
    format!("otpauth://totp/Issuer{number}:name{number}?secret={seed}&issuer=Issuer{number}")
}

fn labels(authenticator: &Authenticator) -> Vec<String> {
    let accounts = authenticator.accounts().accounts;
    accounts
        .iter()
        .map(|account| account.issuer.clone().unwrap_or_default())
        .collect()
}

#[test]
fn what_was_kept_gives_its_code_after_opening_again() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    drop(authenticator);
    let shown = desk.reopen().code(&id).unwrap();
    assert_eq!(
        (shown.code.as_str(), shown.next.as_deref()),
        ("287082", Some("359152"))
    );
    assert_eq!(
        (shown.remaining, shown.valid_until, shown.used),
        (Some(1), Some(60), false)
    );
}

#[test]
fn the_same_secret_twice_is_noticed_and_named() {
    let (_desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    let again = RFC_URI.replace("Example", "Other");
    let mut preview = Preview::default();
    preview.read_texts("typed", &again);
    let found = authenticator.view(&preview).unwrap().found.remove(0);
    assert_eq!(
        found.finding,
        Finding::AlreadyHere {
            id: id.clone(),
            label: "Example:alice".to_owned()
        }
    );
    let added = keep(&authenticator, &again).remove(0);
    assert_eq!((added.outcome, added.id), (AddOutcome::Duplicate, Some(id)));
    assert!(added.reason.contains("Example:alice"), "{}", added.reason);
    assert_eq!(authenticator.accounts().accounts.len(), 1);
}

#[test]
fn the_same_secret_twice_in_one_preview_is_kept_once() {
    let (_desk, authenticator) = Desk::new();
    let twice = format!("{RFC_URI}\n{}", RFC_URI.replace("alice", "bob"));
    let mut preview = Preview::default();
    preview.read_texts("typed", &twice);
    let findings: Vec<Finding> = authenticator
        .view(&preview)
        .unwrap()
        .found
        .into_iter()
        .map(|found| found.finding)
        .collect();
    assert_eq!(findings, [Finding::Keepable, Finding::Repeated]);
    let outcomes: Vec<AddOutcome> = keep(&authenticator, &twice)
        .iter()
        .map(|added| added.outcome)
        .collect();
    assert_eq!(outcomes, [AddOutcome::Added, AddOutcome::Duplicate]);
}

#[test]
fn a_row_that_was_not_chosen_is_not_kept() {
    let (_desk, authenticator) = Desk::new();
    let mut preview = Preview::default();
    preview.read_texts("typed", &format!("{}\n{}", uri(1), uri(2)));
    let added = authenticator.keep(&preview, &[1], &["#work".to_owned()]).unwrap();
    assert_eq!(
        (added[0].outcome, added[1].outcome),
        (AddOutcome::Skipped, AddOutcome::Added)
    );
    let accounts = authenticator.accounts().accounts;
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].tags, ["work"]);
}

#[test]
fn a_code_used_once_is_not_offered_again() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    assert_eq!(
        authenticator.use_code(&id, Which::Current).unwrap().as_str(),
        "287082"
    );
    assert!(authenticator.code(&id).unwrap().used);
    assert!(desk.reopen().code(&id).unwrap().used, "it is remembered durably");
    desk.set_time(60);
    assert!(
        !authenticator.code(&id).unwrap().used,
        "the next step has a code of its own"
    );
    assert_eq!(
        authenticator.use_code(&id, Which::Next).unwrap().as_str(),
        "969429"
    );
    desk.set_time(90);
    let shown = authenticator.code(&id).unwrap();
    assert_eq!((shown.code.as_str(), shown.used), ("969429", true));
}

#[test]
fn a_counter_never_goes_back() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, HOTP_URI);
    assert_eq!(authenticator.next_hotp_code(&id).unwrap().code, HOTP_CODES[0]);
    assert_eq!(desk.reopen().next_hotp_code(&id).unwrap().code, HOTP_CODES[1]);
    assert_eq!(
        authenticator.next_hotp_code(&id).unwrap().code,
        HOTP_CODES[2],
        "another process moved it"
    );
    for name in ["index.age", "index.previous.age"] {
        fs::remove_file(desk.path(name)).unwrap();
    }
    assert_eq!(
        desk.reopen().next_hotp_code(&id).unwrap().code,
        HOTP_CODES[3],
        "the item knows it, too"
    );
}

#[test]
fn a_counter_at_its_end_says_so_instead_of_starting_over() {
    let (_desk, authenticator) = Desk::new();
    let last = HOTP_URI.replace("counter=0", "counter=18446744073709551615");
    let id = keep_one(&authenticator, &last);
    assert_eq!(
        authenticator.next_hotp_code(&id).unwrap_err().code(),
        ErrorCode::CounterSpent
    );
}

#[test]
fn an_edit_stays_and_the_code_with_it() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    let edit = AccountEdit {
        issuer: Some(String::new()),
        name: Some(" maya ".to_owned()),
        tags: Some(vec!["#prod".to_owned(), "prod".to_owned(), " ".to_owned()]),
        note: Some("on the shelf".to_owned()),
        pinned: Some(true),
    };
    authenticator.edit(&id, edit).unwrap();
    let again = desk.reopen();
    let account = again.account(&id).unwrap();
    assert_eq!(
        (account.issuer, account.name.as_str(), account.pinned),
        (None, "maya", true)
    );
    assert_eq!(
        (account.tags, account.note.as_str()),
        (vec!["prod".to_owned()], "on the shelf")
    );
    assert_eq!(again.code(&id).unwrap().code, "287082");
}

#[test]
fn an_edit_that_breaks_a_rule_changes_nothing() {
    let (_desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    let nameless = AccountEdit {
        issuer: Some(String::new()),
        name: Some(String::new()),
        ..AccountEdit::default()
    };
    assert_eq!(
        authenticator.edit(&id, nameless).unwrap_err().code(),
        ErrorCode::EditInvalid
    );
    let long = AccountEdit {
        name: Some("a".repeat(257)),
        ..AccountEdit::default()
    };
    let error = authenticator.edit(&id, long).unwrap_err();
    assert!(
        error.to_string().contains("257") && error.to_string().contains("256"),
        "{error}"
    );
    assert_eq!(authenticator.account(&id).unwrap().name, "alice");
}

#[test]
fn a_removed_account_comes_back_from_the_trash_and_a_purged_one_does_not() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    assert_eq!(
        authenticator.purge(&id).unwrap_err().code(),
        ErrorCode::AccountNotInTrash
    );
    authenticator.remove(&id).unwrap();
    assert!(authenticator.accounts().accounts.is_empty());
    assert_eq!(
        authenticator.find("alice", Place::Live).unwrap_err().code(),
        ErrorCode::AccountUnknown
    );
    assert_eq!(authenticator.find("alice", Place::Trash).unwrap().id, id);
    authenticator.restore(&id).unwrap();
    assert_eq!(desk.reopen().code(&id).unwrap().code, "287082");
    authenticator.remove(&id).unwrap();
    authenticator.purge(&id).unwrap();
    let again = desk.reopen();
    assert!(again.trash().is_empty() && again.accounts().accounts.is_empty());
    assert_eq!(again.code(&id).unwrap_err().code(), ErrorCode::AccountUnknown);
}

#[test]
fn the_order_is_the_persons_own_with_pinned_accounts_first() {
    let (desk, authenticator) = Desk::new();
    let uris: Vec<String> = (1..=4).map(uri).collect();
    let ids: Vec<_> = keep(&authenticator, &uris.join("\n"))
        .into_iter()
        .map(|added| added.id.unwrap())
        .collect();
    authenticator.move_before(&ids[3], Some(&ids[1])).unwrap();
    assert_eq!(
        labels(&authenticator),
        ["Issuer1", "Issuer4", "Issuer2", "Issuer3"]
    );
    authenticator.move_before(&ids[0], None).unwrap();
    authenticator.move_before(&ids[2], Some(&ids[2])).unwrap();
    authenticator
        .edit(
            &ids[2],
            AccountEdit {
                pinned: Some(true),
                ..AccountEdit::default()
            },
        )
        .unwrap();
    assert_eq!(
        labels(&desk.reopen()),
        ["Issuer3", "Issuer4", "Issuer2", "Issuer1"]
    );
}

#[test]
fn a_lost_list_is_made_again_from_the_items_and_says_so() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    drop(authenticator);
    for name in ["index.age", "index.previous.age"] {
        let _ = fs::remove_file(desk.path(name));
    }
    let again = desk.reopen();
    assert_eq!(again.code(&id).unwrap().code, "287082");
    let notices = again.notices();
    assert!(
        notices
            .iter()
            .any(|notice| notice.code == "accounts-listed-again" && notice.values == ["Example:alice"]),
        "{notices:?}"
    );
    assert!(desk.reopen().notices().is_empty(), "it is said once");
}

#[test]
fn a_damaged_list_is_set_aside_and_no_account_is_lost() {
    let (desk, authenticator) = Desk::new();
    let first = keep_one(&authenticator, RFC_URI);
    let edit = AccountEdit {
        pinned: Some(true),
        ..AccountEdit::default()
    };
    authenticator.edit(&first, edit).unwrap();
    let second = keep_one(&authenticator, &uri(1));
    drop(authenticator);
    let whole = fs::read(desk.path("index.age")).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for damaged in [&whole[..whole.len() / 2], &flipped, b""] {
        fs::write(desk.path("index.age"), damaged).unwrap();
        let again = desk.reopen();
        assert_eq!(again.code(&first).unwrap().code, "287082");
        assert!(again.code(&second).is_ok());
        assert!(
            again.account(&first).unwrap().pinned,
            "the list before it knew that"
        );
        assert!(
            again.notices()[0].values[0].starts_with("index.damaged-"),
            "it says where the damaged one is"
        );
        assert!(again.notices().is_empty());
    }
    let aside = names(&desk.folder.path().join("lockstep"))
        .into_iter()
        .filter(|name| name.starts_with("index.damaged-"));
    assert_eq!(aside.count(), 3, "each damaged list is kept");
}

#[test]
fn a_missing_seed_sets_one_account_aside_and_leaves_the_others() {
    let (desk, authenticator) = Desk::new();
    let lost = keep_one(&authenticator, &uri(1));
    let before = fs::read(desk.path("index.age")).unwrap();
    authenticator.remove(&lost).unwrap();
    authenticator.purge(&lost).unwrap();
    let kept = keep_one(&authenticator, RFC_URI);
    drop(authenticator);
    fs::write(desk.path("index.age"), before).unwrap();
    let again = desk.reopen();
    again.repair().unwrap();
    assert_eq!(again.code(&kept).unwrap().code, "287082");
    assert_eq!(again.code(&lost).unwrap_err().code(), ErrorCode::SeedMissing);
    let view = again.accounts();
    assert_eq!((view.accounts.len(), view.quarantined.len()), (1, 1));
    assert_eq!(view.quarantined[0].label, "Issuer1:name1");
    assert!(
        again
            .check()
            .iter()
            .any(|check| !check.ok && check.detail.contains("1 listed without a seed"))
    );
}

#[test]
fn what_another_process_wrote_is_taken_over() {
    let (desk, authenticator) = Desk::new();
    let other = desk.reopen();
    assert!(!authenticator.refresh().unwrap());
    let id = keep_one(&other, RFC_URI);
    assert!(authenticator.refresh().unwrap());
    assert_eq!(authenticator.code(&id).unwrap().code, "287082");
    keep_one(&authenticator, &uri(1));
    keep_one(&other, &uri(2));
    assert_eq!(labels(&desk.reopen()), ["Example", "Issuer1", "Issuer2"]);
}

#[test]
fn a_clock_before_1970_is_an_error_and_changes_nothing() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    desk.set_time(u64::MAX);
    assert_eq!(
        authenticator.code(&id).unwrap_err().code(),
        ErrorCode::ClockBeforeEpoch
    );
    assert_eq!(
        try_keep(&authenticator, &uri(1)).unwrap_err().code(),
        ErrorCode::ClockBeforeEpoch
    );
    assert!(
        authenticator
            .check()
            .iter()
            .any(|check| check.name == "clock" && !check.ok)
    );
    assert_eq!(authenticator.accounts().accounts.len(), 1);
}

#[test]
fn the_wrong_passphrase_opens_nothing_and_harms_nothing() {
    let (desk, authenticator) = Desk::new();
    let id = keep_one(&authenticator, RFC_URI);
    assert_eq!(
        chosen_store(&desk.folder.path().join("lockstep")).unwrap(),
        Some(StoreKind::Vault)
    );
    let wrong = Passphrase::new(Zeroizing::new("wrong".to_owned())).unwrap();
    let error = Authenticator::open(desk.home(Faults::none()), Access::Vault(&wrong))
        .err()
        .unwrap();
    assert_eq!(error.code(), ErrorCode::VaultPassphraseWrong);
    let second = Authenticator::open(desk.home(Faults::none()), Access::NewVault(&wrong, work()));
    assert_eq!(second.err().unwrap().code(), ErrorCode::VaultExists);
    assert_eq!(desk.reopen().code(&id).unwrap().code, "287082");
}

#[test]
fn no_vault_is_made_where_accounts_of_another_store_are_listed() {
    let (desk, authenticator) = Desk::new();
    keep_one(&authenticator, RFC_URI);
    drop(authenticator);
    for name in ["vault.age", "vault-identity.age", "store.json"] {
        fs::remove_file(desk.path(name)).unwrap();
    }
    let other = Authenticator::open(desk.home(Faults::none()), Access::NewVault(&passphrase(), work()));
    assert_eq!(other.err().unwrap().code(), ErrorCode::IndexKeyMissing);
    let folder = desk.folder.path().join("lockstep");
    assert_eq!(chosen_store(&folder).unwrap(), None, "and nothing was chosen");
    assert!(!names(&folder).contains(&"vault.age".to_owned()));
}

/// Breaks a change off at each of its steps with a full disk, and looks what is left.
fn at_every_step(change: impl Fn(&Authenticator) -> Result<(), Error>, look: impl Fn(&Desk, bool)) {
    for step in 1.. {
        let (desk, authenticator) = Desk::new();
        keep_one(&authenticator, ALICE_URI);
        keep_one(&authenticator, HOTP_URI);
        drop(authenticator);
        let faults = Faults::fail_at(step, std::io::ErrorKind::StorageFull);
        let authenticator = desk.open_with(faults.clone()).unwrap();
        let outcome = change(&authenticator);
        if let Err(error) = &outcome {
            assert_eq!(error.code(), ErrorCode::FolderFull, "step {step}: {error}");
        }
        drop(authenticator);
        look(&desk, outcome.is_ok());
        if faults.steps() < step {
            assert!(step > 3, "the change has steps");
            return;
        }
    }
}

#[test]
fn a_full_disk_at_any_step_of_adding_keeps_all_or_nothing() {
    at_every_step(
        |authenticator| try_keep(authenticator, &uri(1)).map(|_| ()),
        |desk, done| {
            let again = desk.reopen();
            let labels = labels(&again);
            assert_eq!(labels[..2], ["Example", "Gate"]);
            assert!(labels.len() == 3 || (labels.len() == 2 && !done), "{labels:?}");
            assert!(again.check().iter().all(|check| check.ok), "{:?}", again.check());
        },
    );
}

#[test]
fn a_full_disk_at_any_step_of_an_edit_leaves_the_old_or_the_new_name() {
    at_every_step(
        |authenticator| {
            let id = authenticator.find("alice", Place::Live)?.id;
            let edit = AccountEdit {
                name: Some("maya".to_owned()),
                ..AccountEdit::default()
            };
            authenticator.edit(&id, edit).map(|_| ())
        },
        |desk, done| {
            let again = desk.reopen();
            again.repair().unwrap();
            let renamed = again.find("maya", Place::Live);
            let id = if done {
                renamed
            } else {
                renamed.or(again.find("alice", Place::Live))
            }
            .unwrap()
            .id;
            assert_eq!(again.code(&id).unwrap().code, ALICE_CODE);
        },
    );
}

#[test]
fn a_full_disk_at_any_step_of_a_purge_keeps_the_account_or_removes_it() {
    at_every_step(
        |authenticator| {
            let id = authenticator.find("alice", Place::Live)?.id;
            authenticator.remove(&id)?;
            authenticator.purge(&id)
        },
        |desk, done| {
            let again = desk.reopen();
            let everywhere = again.accounts().accounts.len() + again.trash().len();
            assert!(everywhere == 1 || (everywhere == 2 && !done), "{everywhere}");
            assert!(again.check().iter().all(|check| check.ok), "{:?}", again.check());
        },
    );
}

#[test]
fn a_full_disk_at_any_step_of_counting_gives_no_code_twice() {
    at_every_step(
        |authenticator| {
            let id = authenticator.find("badge", Place::Live)?.id;
            authenticator.next_hotp_code(&id).map(|_| ())
        },
        |desk, done| {
            let again = desk.reopen();
            let id = again.find("badge", Place::Live).unwrap().id;
            let code = again.next_hotp_code(&id).unwrap().code;
            assert!(
                code == HOTP_CODES[1] || (code == HOTP_CODES[0] && !done),
                "{code}"
            );
        },
    );
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}
