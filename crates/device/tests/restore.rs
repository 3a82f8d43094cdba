//! What a restore promises: it shows what it would do, does it as a whole or not at all, and loses nothing that is here.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::backup_view::{RestoreFinding, RestoreMode, RestoreOutcome};
use lockstep_device::authenticator::backup_words::{RestoreConflict, RestoreDifference};
use lockstep_device::authenticator::view::AccountEdit;
use lockstep_device::backup::document::Document;
use lockstep_device::backup::open::Keys;
use tempfile::TempDir;

#[allow(dead_code, reason = "each test file takes what it needs")]
mod support;

use support::{Hands, NOW, create, id, keep, names, uri};

/// The newest automatic backup, opened with this machine's key.
fn backed_up(authenticator: &Authenticator) -> Document {
    let made = authenticator.back_up_now().unwrap();
    authenticator
        .open_backup("b", &fs::read(made.path).unwrap(), Keys::none())
        .unwrap()
}

fn outcomes(restored: &lockstep_device::authenticator::backup_view::Restored) -> Vec<RestoreOutcome> {
    restored.rows.iter().map(|row| row.outcome).collect()
}

fn code(authenticator: &Authenticator, query: &str) -> String {
    authenticator.code(&id(authenticator, query)).unwrap().code
}

#[test]
fn what_was_lost_comes_back_with_everything_around_it() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1), uri(2), uri(3)]);
    let two = id(&authenticator, "Issuer 2");
    let edit = AccountEdit {
        tags: Some(vec!["prod".to_owned()]),
        note: Some("the second\nof three".to_owned()),
        pinned: Some(true),
        ..AccountEdit::default()
    };
    let before = authenticator.edit(&two, edit).unwrap();
    let code_before = code(&authenticator, "Issuer 2");
    let document = backed_up(&authenticator);
    authenticator.remove(&two).unwrap();
    authenticator.purge(&two).unwrap();
    let preview = authenticator.compare_backup(&document).unwrap();
    assert_eq!(preview.rows[1].finding, RestoreFinding::New { trashed: false });
    assert_eq!(preview.rows[1].code, code_before);
    assert!(matches!(preview.rows[0].finding, RestoreFinding::Same { .. }));
    let restored = authenticator
        .restore_backup(&document, RestoreMode::Merge, None)
        .unwrap();
    assert_eq!(
        outcomes(&restored),
        [RestoreOutcome::Same, RestoreOutcome::Added, RestoreOutcome::Same]
    );
    assert!(Path::new(&restored.before.unwrap()).exists());
    assert_eq!(authenticator.account(&two).unwrap(), before);
    assert_eq!(code(&authenticator, "Issuer 2"), code_before);
    let reopened = support::open(
        folder.path(),
        &clock,
        lockstep_device::store::fault::Faults::none(),
    )
    .unwrap();
    assert_eq!(names(&reopened), ["Issuer 2", "Issuer 1", "Issuer 3"]);
}

#[test]
fn a_new_machine_gets_everything_in_its_order_with_the_trash() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &(0..4).map(uri).collect::<Vec<_>>());
    authenticator.remove(&id(&authenticator, "Issuer 3")).unwrap();
    let document = backed_up(&authenticator);
    let elsewhere = TempDir::new().unwrap();
    let other = create(elsewhere.path(), &Hands::at(NOW));
    let restored = other.restore_backup(&document, RestoreMode::Merge, None).unwrap();
    assert_eq!(restored.before, None);
    assert_eq!(other.accounts(), authenticator.accounts());
    assert_eq!(other.trash(), authenticator.trash());
}

#[test]
fn what_differs_is_said_and_only_taken_when_chosen() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[uri(1), uri(2)]);
    let document = backed_up(&authenticator);
    let one = id(&authenticator, "Issuer 1");
    let edit = AccountEdit {
        name: Some("omar".to_owned()),
        ..AccountEdit::default()
    };
    authenticator.edit(&one, edit).unwrap();
    authenticator.remove(&id(&authenticator, "Issuer 2")).unwrap();
    let preview = authenticator.compare_backup(&document).unwrap();
    let differences = |row: usize| match &preview.rows[row].finding {
        RestoreFinding::Changed { differences, .. } => differences.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        differences(0),
        [RestoreDifference::Name {
            there: "Issuer 1:maya".to_owned()
        }]
    );
    assert_eq!(differences(1), [RestoreDifference::TrashedHere]);
    assert_eq!([preview.rows[0].chosen, preview.rows[1].chosen], [false, true]);
    let restored = authenticator
        .restore_backup(&document, RestoreMode::Merge, None)
        .unwrap();
    assert_eq!(
        outcomes(&restored),
        [RestoreOutcome::Skipped, RestoreOutcome::Changed]
    );
    assert_eq!(authenticator.account(&one).unwrap().name, "omar");
    assert_eq!(names(&authenticator).len(), 2);
    let restored = authenticator
        .restore_backup(&document, RestoreMode::Merge, Some(&[0]))
        .unwrap();
    assert_eq!(
        outcomes(&restored),
        [RestoreOutcome::Changed, RestoreOutcome::Same]
    );
    assert_eq!(authenticator.account(&one).unwrap().name, "maya");
}

#[test]
fn an_account_that_was_set_up_anew_keeps_its_new_secret_and_the_old_one_is_put_beside_it_when_chosen() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[uri(1)]);
    let document = backed_up(&authenticator);
    let old = code(&authenticator, "Issuer 1");
    let id_before = id(&authenticator, "Issuer 1");
    authenticator.remove(&id_before).unwrap();
    authenticator.purge(&id_before).unwrap();
    keep(&authenticator, &[uri(9).replace("Issuer%209", "Issuer%201")]);
    let new = code(&authenticator, "Issuer 1");
    let preview = authenticator.compare_backup(&document).unwrap();
    assert!(matches!(
        preview.rows[0].finding,
        RestoreFinding::Conflicting {
            reason: RestoreConflict::SameName,
            ..
        }
    ));
    authenticator
        .restore_backup(&document, RestoreMode::Merge, None)
        .unwrap();
    assert_eq!(code(&authenticator, "Issuer 1"), new);
    authenticator
        .restore_backup(&document, RestoreMode::Merge, Some(&[0]))
        .unwrap();
    let accounts = authenticator.accounts().accounts;
    let codes: Vec<String> = accounts
        .iter()
        .map(|one| authenticator.code(&one.id).unwrap().code)
        .collect();
    assert_eq!(codes, [new, old]);
}

#[test]
fn a_replacement_takes_the_list_of_the_backup_and_the_rest_goes_to_the_trash() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[uri(1), uri(2)]);
    let document = backed_up(&authenticator);
    authenticator
        .move_before(
            &id(&authenticator, "Issuer 2"),
            Some(&id(&authenticator, "Issuer 1")),
        )
        .unwrap();
    keep(&authenticator, &[uri(3)]);
    let preview = authenticator.compare_backup(&document).unwrap();
    assert_eq!(preview.only_here, ["Issuer 3:maya"]);
    let restored = authenticator
        .restore_backup(&document, RestoreMode::Replace, None)
        .unwrap();
    assert_eq!(restored.trashed, ["Issuer 3:maya"]);
    assert_eq!(names(&authenticator), ["Issuer 1", "Issuer 2"]);
    assert_eq!(authenticator.trash()[0].issuer.as_deref(), Some("Issuer 3"));
    let before = fs::read(restored.before.unwrap()).unwrap();
    assert_eq!(
        authenticator
            .open_backup("b", &before, Keys::none())
            .unwrap()
            .entries
            .len(),
        3
    );
}

#[test]
fn a_counter_never_goes_back() {
    let hotp = "otpauth://hotp/Gate:badge?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gate&counter=4";
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[hotp.to_owned()]);
    let document = backed_up(&authenticator);
    let gate = id(&authenticator, "Gate");
    authenticator.next_hotp_code(&gate).unwrap();
    let preview = authenticator.compare_backup(&document).unwrap();
    assert!(matches!(preview.rows[0].finding, RestoreFinding::Same { .. }));
    authenticator
        .restore_backup(&document, RestoreMode::Replace, None)
        .unwrap();
    assert_eq!(authenticator.account(&gate).unwrap().counter, Some(5));
    // The other way round the backup is ahead, as after a restore of something older.
    let ahead = backed_up(&authenticator);
    let elsewhere = TempDir::new().unwrap();
    let other = create(elsewhere.path(), &Hands::at(NOW));
    other.restore_backup(&document, RestoreMode::Merge, None).unwrap();
    let restored = other
        .restore_backup(&ahead, RestoreMode::Merge, Some(&[0]))
        .unwrap();
    assert_eq!(outcomes(&restored), [RestoreOutcome::Changed]);
    assert_eq!(other.account(&gate).unwrap().counter, Some(5));
}

#[test]
fn an_account_of_aws_comes_back_as_not_yet_compared_with_aws() {
    use lockstep_device::serial::SerialNumber;
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1)]);
    let one = id(&authenticator, "Issuer 1");
    let serial = SerialNumber::try_from("arn:aws:iam::123456789012:mfa/maya".to_owned()).unwrap();
    authenticator.bind(&one, serial.clone()).unwrap();
    let document = backed_up(&authenticator);
    authenticator.remove(&one).unwrap();
    authenticator.purge(&one).unwrap();
    clock.pass(3600);
    authenticator
        .restore_backup(&document, RestoreMode::Merge, None)
        .unwrap();
    assert_eq!(authenticator.account(&one).unwrap().unchecked_since, Some(NOW));
    let reopened = support::open(
        folder.path(),
        &clock,
        lockstep_device::store::fault::Faults::none(),
    )
    .unwrap();
    assert_eq!(reopened.account(&one).unwrap().unchecked_since, Some(NOW));
    reopened.bind(&one, serial).unwrap();
    assert_eq!(reopened.account(&one).unwrap().unchecked_since, None);
}

/// Whatever a deed breaks off at, every account is there and the newest complete backup opens.
#[cfg(all(unix, debug_assertions))]
mod broken_off {
    use std::io::ErrorKind;
    use std::os::unix::process::ExitStatusExt;
    use std::path::PathBuf;
    use std::process::Command;

    use lockstep_device::authenticator::backup::AutomaticBackups;
    use lockstep_device::error::Error;
    use lockstep_device::store::fault::Faults;

    use super::*;

    const STEP: &str = "LOCKSTEP_TEST_STEP";
    const FOLDER: &str = "LOCKSTEP_TEST_FOLDER";

    /// Five accounts are backed up into a file; then one is purged, one renamed, one added.
    fn prepare(folder: &Path) {
        let clock = Hands::at(NOW);
        let authenticator = create(folder, &clock);
        keep(&authenticator, &(0..5).map(uri).collect::<Vec<_>>());
        let wanted = AutomaticBackups {
            automatic: true,
            folder: None,
            keep: Some(2),
        };
        authenticator.set_automatic_backups(&wanted).unwrap();
        let edit = AccountEdit {
            pinned: Some(true),
            ..AccountEdit::default()
        };
        authenticator.edit(&id(&authenticator, "Issuer 2"), edit).unwrap();
        let made = authenticator.back_up_now().unwrap();
        fs::copy(made.path, folder.join("kept.age")).unwrap();
        let two = id(&authenticator, "Issuer 2");
        authenticator.remove(&two).unwrap();
        authenticator.purge(&two).unwrap();
        let edit = AccountEdit {
            name: Some("omar".to_owned()),
            ..AccountEdit::default()
        };
        authenticator.edit(&id(&authenticator, "Issuer 3"), edit).unwrap();
        keep(&authenticator, &[uri(7)]);
        clock.pass(60);
        authenticator.back_up_if_due().unwrap();
    }

    fn restore(folder: &Path, mode: RestoreMode, faults: Faults) -> Result<(), Error> {
        let authenticator = support::open(folder, &Hands::at(NOW + 120), faults)?;
        let file = fs::read(folder.join("kept.age")).unwrap();
        let document = authenticator.open_backup("kept.age", &file, Keys::none())?;
        authenticator
            .restore_backup(&document, mode, Some(&[2, 3]))
            .map(drop)
    }

    fn back_up(folder: &Path, faults: Faults) -> Result<(), Error> {
        let authenticator = support::open(folder, &Hands::at(NOW + 180), faults)?;
        authenticator.back_up_now().map(drop)
    }

    /// Which accounts there are, with codes; the newest complete backup opens and holds all that were there before.
    fn look(folder: &Path, context: &str) -> Vec<String> {
        let authenticator = support::open(folder, &Hands::at(NOW + 240), Faults::none())
            .unwrap_or_else(|error| panic!("{context}: {error}"));
        let shown = authenticator.accounts();
        assert!(shown.quarantined.is_empty(), "{context}: {:?}", shown.quarantined);
        let all = shown.accounts.into_iter().chain(authenticator.trash());
        let mut names: Vec<String> = all
            .map(|account| {
                authenticator.code(&account.id).unwrap();
                let issuer = account.issuer.unwrap();
                // What the list alone says, and not the item, came back with it.
                assert_eq!(account.pinned, issuer == "Issuer 2", "{context}");
                issuer
            })
            .collect();
        names.sort();
        let newest = authenticator
            .backup_status()
            .unwrap()
            .generations
            .into_iter()
            .find(|one| one.complete);
        let newest = newest.unwrap_or_else(|| panic!("{context}: no backup"));
        let file = fs::read(newest.path).unwrap();
        let document = authenticator.open_backup("newest", &file, Keys::none());
        let document = document.unwrap_or_else(|error| panic!("{context}: {error}"));
        assert!(document.entries.len() >= 5, "{context}");
        names
    }

    const BEFORE: [&str; 5] = ["Issuer 0", "Issuer 1", "Issuer 3", "Issuer 4", "Issuer 7"];
    const AFTER: [&str; 6] = [
        "Issuer 0", "Issuer 1", "Issuer 2", "Issuer 3", "Issuer 4", "Issuer 7",
    ];

    fn child(test: &str, step: u64, folder: &Path) -> bool {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test])
            .env(STEP, step.to_string())
            .env(FOLDER, folder)
            .output()
            .unwrap()
            .status;
        assert!(
            status.success() || status.signal() == Some(9),
            "step {step}: {status}"
        );
        status.success()
    }

    fn told() -> Option<(Faults, PathBuf)> {
        let step = std::env::var(STEP).ok()?.parse().unwrap();
        Some((Faults::kill_at(step), std::env::var_os(FOLDER).unwrap().into()))
    }

    fn killed_restores(test: &str, mode: RestoreMode) {
        if let Some((faults, folder)) = told() {
            restore(&folder, mode, faults).unwrap();
            return;
        }
        let pattern = TempDir::new().unwrap();
        prepare(pattern.path());
        let mut finished_by_the_next = 0;
        for step in 1_u64.. {
            let folder = copy_of(pattern.path());
            let finished = child(test, step, folder.path());
            let names = look(folder.path(), &format!("step {step}"));
            if names == AFTER {
                finished_by_the_next += u32::from(!finished);
            } else {
                assert_eq!(names, BEFORE, "step {step}: neither before nor after");
                assert!(!finished);
            }
            // Once more, the same command brings the rest.
            restore(folder.path(), mode, Faults::none()).unwrap();
            assert_eq!(look(folder.path(), &format!("again after step {step}")), AFTER);
            assert!(!folder.path().join("lockstep/restore.age").exists());
            assert!(!folder.path().join("lockstep/pending").exists());
            if finished {
                assert!(step > 30, "{step} steps are too few for all these writes");
                assert!(finished_by_the_next > 3, "{finished_by_the_next}");
                return;
            }
        }
    }

    fn copy_of(pattern: &Path) -> TempDir {
        let copy = TempDir::new().unwrap();
        let status = Command::new("cp")
            .arg("-a")
            .arg(pattern.join("."))
            .arg(copy.path())
            .status()
            .unwrap();
        assert!(status.success());
        copy
    }

    #[test]
    fn a_merge_killed_at_any_step_happened_as_a_whole_or_not_at_all() {
        killed_restores(
            "broken_off::a_merge_killed_at_any_step_happened_as_a_whole_or_not_at_all",
            RestoreMode::Merge,
        );
    }

    #[test]
    fn a_replacement_killed_at_any_step_happened_as_a_whole_or_not_at_all() {
        killed_restores(
            "broken_off::a_replacement_killed_at_any_step_happened_as_a_whole_or_not_at_all",
            RestoreMode::Replace,
        );
    }

    #[test]
    fn a_backup_with_its_thinning_out_killed_at_any_step_leaves_a_good_one() {
        const TEST: &str = "broken_off::a_backup_with_its_thinning_out_killed_at_any_step_leaves_a_good_one";
        if let Some((faults, folder)) = told() {
            back_up(&folder, faults).unwrap();
            return;
        }
        let pattern = TempDir::new().unwrap();
        prepare(pattern.path());
        for step in 1_u64.. {
            let folder = copy_of(pattern.path());
            let finished = child(TEST, step, folder.path());
            assert_eq!(look(folder.path(), &format!("step {step}")), BEFORE);
            back_up(folder.path(), Faults::none()).unwrap();
            let authenticator = support::open(folder.path(), &Hands::at(NOW), Faults::none()).unwrap();
            assert_eq!(
                authenticator.backup_status().unwrap().generations.len(),
                2,
                "step {step}"
            );
            if finished {
                assert!(step > 12, "{step}");
                return;
            }
        }
    }

    #[test]
    fn a_disk_that_is_gone_from_any_step_on_leaves_a_whole_restore_or_none() {
        let pattern = TempDir::new().unwrap();
        prepare(pattern.path());
        for mode in [RestoreMode::Merge, RestoreMode::Replace] {
            let counting = Faults::counting();
            restore(copy_of(pattern.path()).path(), mode, counting.clone()).unwrap();
            let mut finished_by_the_next = 0;
            for step in 1..=counting.steps() {
                let folder = copy_of(pattern.path());
                let gone = Faults::fail_from(step, ErrorKind::NotConnected);
                let outcome = restore(folder.path(), mode, gone);
                let names = look(folder.path(), &format!("gone from {step}"));
                assert!(names == BEFORE || names == AFTER, "gone from {step}: {names:?}");
                finished_by_the_next += u32::from(outcome.is_err() && names == AFTER);
            }
            assert!(finished_by_the_next > 0, "no step left something to finish");
        }
    }

    #[test]
    fn a_full_disk_or_a_read_only_folder_at_any_step_loses_nothing() {
        let pattern = TempDir::new().unwrap();
        prepare(pattern.path());
        for kind in [ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem] {
            for mode in [RestoreMode::Merge, RestoreMode::Replace] {
                let counting = Faults::counting();
                restore(copy_of(pattern.path()).path(), mode, counting.clone()).unwrap();
                for step in 1..=counting.steps() {
                    let folder = copy_of(pattern.path());
                    let outcome = restore(folder.path(), mode, Faults::fail_at(step, kind));
                    let names = look(folder.path(), &format!("{kind} at {step}"));
                    match outcome {
                        Ok(()) => assert_eq!(names, AFTER, "{kind} at {step}"),
                        Err(error) => {
                            assert!(names == BEFORE || names == AFTER, "{kind} at {step}: {names:?}");
                            assert!(!error.to_string().is_empty());
                        }
                    }
                }
            }
            let counting = Faults::counting();
            back_up(copy_of(pattern.path()).path(), counting.clone()).unwrap();
            for step in 1..=counting.steps() {
                let folder = copy_of(pattern.path());
                // A step after the new one was read back costs no more than an old one that stays.
                let _ = back_up(folder.path(), Faults::fail_at(step, kind));
                assert_eq!(look(folder.path(), &format!("backup, {kind} at {step}")), BEFORE);
            }
        }
    }
}
