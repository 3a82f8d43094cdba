//! The log of activity: what was done is in it, no secret and no name is, and it costs a deed nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[allow(dead_code, reason = "each test file takes what it needs")]
mod support;

use std::fs;

use lockstep_device::activity::{Deed, Via};
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::show::Which;
use lockstep_device::authenticator::view::AccountEdit;
use lockstep_device::store::fault::Faults;
use tempfile::tempdir;

use crate::support::{Hands, create, id, keep, open, uri};

fn deeds(authenticator: &Authenticator) -> Vec<(Deed, Option<u32>)> {
    let done = authenticator.activity().unwrap().into_iter();
    done.map(|activity| (activity.deed, activity.count)).collect()
}

#[test]
fn what_is_done_is_written_down_in_its_order_with_the_account_and_the_moment() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    accounts.keep_activity(Via::Window);
    keep(&accounts, &[uri(1)]);
    let first = id(&accounts, "Issuer 1");
    clock.pass(30);
    accounts.use_code(&first, Which::Current).unwrap();
    accounts.reveal_qr(&first).unwrap();
    let renamed = AccountEdit {
        name: Some("tova".to_owned()),
        ..AccountEdit::default()
    };
    accounts.edit(&first, renamed).unwrap();
    accounts.remove(&first).unwrap();
    accounts.restore(&first).unwrap();
    accounts.remove(&first).unwrap();
    accounts.purge(&first).unwrap();
    accounts.note(Deed::Locked, None);
    let done = accounts.activity().unwrap();
    assert_eq!(
        done.iter().map(|activity| activity.deed).collect::<Vec<_>>(),
        [
            Deed::Added,
            Deed::CodeTaken,
            Deed::QrShown,
            Deed::Edited,
            Deed::Removed,
            Deed::Restored,
            Deed::Removed,
            Deed::Purged,
            Deed::Locked,
        ]
    );
    assert_eq!((done[0].time, done[1].time), (1_800_000_000, 1_800_000_030));
    assert!(done.iter().all(|activity| activity.via == Via::Window));
    assert!(
        done[..8]
            .iter()
            .all(|activity| activity.account.as_ref() == Some(&first))
    );
}

#[test]
fn many_at_once_are_one_line_and_what_was_here_already_is_none() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    accounts.keep_activity(Via::CommandLine);
    keep(&accounts, &[uri(1), uri(2), uri(3)]);
    keep(&accounts, &[uri(1)]);
    accounts.disclose(None).unwrap();
    accounts.back_up_now().unwrap();
    assert_eq!(
        deeds(&accounts),
        [
            (Deed::Added, Some(3)),
            (Deed::Exported, Some(3)),
            (Deed::BackedUp, Some(3)),
        ]
    );
}

#[test]
fn the_log_holds_no_secret_and_no_name() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    accounts.keep_activity(Via::Window);
    keep(&accounts, &[uri(1)]);
    let first = id(&accounts, "Issuer 1");
    let code = accounts.use_code(&first, Which::Current).unwrap();
    accounts.settle_activity();
    let log = fs::read_to_string(folder.path().join("lockstep/activity.jsonl")).unwrap();
    // An id is random, and six of its digits may be those of the code.
    let log = log.replace(first.as_str(), "");
    for hidden in ["Issuer", "maya", "secret", code.as_str()] {
        assert!(!log.contains(hidden), "{hidden} is in {log}");
    }
    assert_eq!(log.lines().count(), 2);
}

#[test]
fn a_refused_deed_is_not_written_down() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    accounts.keep_activity(Via::Window);
    keep(&accounts, &[uri(1)]);
    let first = id(&accounts, "Issuer 1");
    accounts.purge(&first).unwrap_err();
    assert_eq!(deeds(&accounts), [(Deed::Added, None)]);
}

#[test]
fn a_log_that_cannot_be_written_fails_no_deed_and_is_said_once() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    fs::create_dir(folder.path().join("lockstep/activity.jsonl")).unwrap();
    accounts.keep_activity(Via::Window);
    keep(&accounts, &[uri(1)]);
    accounts.settle_activity();
    let said = accounts.notices();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].message.contains("activity.jsonl"), "{said:?}");
    let first = id(&accounts, "Issuer 1");
    accounts.use_code(&first, Which::Current).unwrap();
    accounts.settle_activity();
    assert_eq!(accounts.notices(), []);
}

#[test]
fn a_hidden_code_that_is_asked_for_twice_while_it_is_shown_is_one_line() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    accounts.keep_activity(Via::Window);
    keep(&accounts, &[uri(1)]);
    let first = id(&accounts, "Issuer 1");
    for passed in [0, 9, 10] {
        clock.pass(passed);
        accounts.note(Deed::CodeShown, Some(&first));
    }
    let shown = [Deed::Added, Deed::CodeShown, Deed::CodeShown];
    assert_eq!(deeds(&accounts).len(), shown.len());
}

#[test]
fn what_was_done_before_is_read_by_whoever_opens_the_accounts_next_and_nothing_is_kept_unasked() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    keep(&accounts, &[uri(1)]);
    accounts.keep_activity(Via::CommandLine);
    keep(&accounts, &[uri(2)]);
    drop(accounts);
    let again = open(folder.path(), &clock, Faults::none()).unwrap();
    assert_eq!(deeds(&again), [(Deed::Added, None)]);
}

#[test]
fn a_code_that_was_taken_through_something_else_says_so() {
    let folder = tempdir().unwrap();
    let clock = Hands::at(1_800_000_000);
    let accounts = create(folder.path(), &clock);
    accounts.keep_activity(Via::Window);
    keep(
        &accounts,
        &[
            uri(1),
            "otpauth://hotp/Gate:badge?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=1".to_owned(),
        ],
    );
    for issuer in ["Issuer 1", "Gate"] {
        let one = id(&accounts, issuer);
        accounts
            .use_code_through(Via::Tray, &one, Which::Current)
            .unwrap();
        accounts.use_code(&one, Which::Next).unwrap();
    }
    let done = accounts.activity().unwrap().into_iter().skip(1);
    assert_eq!(
        done.map(|activity| (activity.deed, activity.via))
            .collect::<Vec<_>>(),
        [
            (Deed::CodeTaken, Via::Tray),
            (Deed::CodeTaken, Via::Window),
            (Deed::CounterMoved, Via::Tray),
            (Deed::CounterMoved, Via::Window),
        ]
    );
}
