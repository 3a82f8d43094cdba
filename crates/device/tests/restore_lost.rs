//! What a restore promises where the store and the list do not agree, or the clock or the disk is not to be trusted: an
//! account whose seed is gone gets it back, and nothing that is stored is written over.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::backup::AutomaticBackups;
use lockstep_device::authenticator::backup_view::{RestoreFinding, RestoreMode, RestoreOutcome, Restored};
use lockstep_device::backup::document::Document;
use lockstep_device::backup::open::Keys;
use lockstep_device::store::fault::Faults;
use tempfile::TempDir;

#[allow(dead_code, reason = "each test file takes what it needs")]
mod support;

use support::{Hands, NOW, create, id, keep, names, open, uri};

fn opened(authenticator: &Authenticator, path: impl AsRef<Path>) -> Document {
    let file = fs::read(path).unwrap();
    authenticator.open_backup("b", &file, Keys::none()).unwrap()
}

fn outcomes(restored: &Restored) -> Vec<RestoreOutcome> {
    restored.rows.iter().map(|row| row.outcome).collect()
}

fn index(folder: &TempDir) -> PathBuf {
    folder.path().join("lockstep/index.age")
}

#[test]
fn an_account_whose_seed_is_missing_gets_it_back_in_its_place_by_default() {
    for mode in [RestoreMode::Merge, RestoreMode::Replace] {
        let folder = TempDir::new().unwrap();
        let clock = Hands::at(NOW);
        let authenticator = create(folder.path(), &clock);
        keep(&authenticator, &[uri(1), uri(2), uri(3)]);
        let two = id(&authenticator, "Issuer 2");
        let code = authenticator.code(&two).unwrap().code;
        let made = authenticator.back_up_now().unwrap();
        let listed = fs::read(index(&folder)).unwrap();
        authenticator.remove(&two).unwrap();
        authenticator.purge(&two).unwrap();
        drop(authenticator);
        fs::write(index(&folder), listed).unwrap();
        let authenticator = open(folder.path(), &clock, Faults::none()).unwrap();
        let document = opened(&authenticator, made.path);
        let preview = authenticator.compare_backup(&document).unwrap();
        assert_eq!(preview.rows[1].finding, RestoreFinding::Lost { id: two.clone() });
        assert!(preview.rows[1].chosen && preview.only_here.is_empty());
        let restored = authenticator.restore_backup(&document, mode, None).unwrap();
        assert_eq!(
            outcomes(&restored),
            [
                RestoreOutcome::Same,
                RestoreOutcome::Changed,
                RestoreOutcome::Same
            ]
        );
        assert!(restored.trashed.is_empty());
        assert_eq!(names(&authenticator), ["Issuer 1", "Issuer 2", "Issuer 3"]);
        assert_eq!(authenticator.code(&two).unwrap().code, code);
        assert!(authenticator.accounts().quarantined.is_empty());
    }
}

#[test]
fn an_account_of_the_same_name_without_its_seed_is_joined_by_the_one_in_the_backup() {
    let elsewhere = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let other = create(elsewhere.path(), &clock);
    keep(&other, &[uri(1)]);
    let document = opened(&other, other.back_up_now().unwrap().path);
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1), uri(2)]);
    let one = id(&authenticator, "Issuer 1");
    let listed = fs::read(index(&folder)).unwrap();
    authenticator.remove(&one).unwrap();
    authenticator.purge(&one).unwrap();
    drop(authenticator);
    fs::write(index(&folder), listed).unwrap();
    let authenticator = open(folder.path(), &clock, Faults::none()).unwrap();
    let restored = authenticator
        .restore_backup(&document, RestoreMode::Merge, None)
        .unwrap();
    assert_eq!(outcomes(&restored), [RestoreOutcome::Added]);
    assert_eq!(names(&authenticator), ["Issuer 2", "Issuer 1"]);
    let set_aside = authenticator.accounts().quarantined;
    assert_eq!(set_aside.len(), 1, "{set_aside:?}");
}

#[test]
fn an_account_that_is_stored_and_not_listed_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1)]);
    let listed = fs::read(index(&folder)).unwrap();
    keep(&authenticator, &[uri(2)]);
    let two = id(&authenticator, "Issuer 2");
    let code = authenticator.code(&two).unwrap().code;
    let mut document = opened(&authenticator, authenticator.back_up_now().unwrap().path);
    // The backup is from before this account was set up anew: its id, another secret and another name.
    let elsewhere = TempDir::new().unwrap();
    let other = create(elsewhere.path(), &clock);
    keep(&other, &[uri(9)]);
    let foreign = opened(&other, other.back_up_now().unwrap().path);
    document.entries[1].parsed = foreign.entries[0].parsed.clone();
    drop(authenticator);
    fs::write(index(&folder), &listed).unwrap();
    let authenticator = open(folder.path(), &clock, Faults::none()).unwrap();
    authenticator
        .restore_backup(&document, RestoreMode::Merge, Some(&[0, 1]))
        .unwrap();
    assert_eq!(authenticator.code(&two).unwrap().code, code);
    assert_eq!(names(&authenticator), ["Issuer 1", "Issuer 2", "Issuer 9"]);
}

#[test]
fn a_row_that_is_not_chosen_does_not_stand_in_the_way_of_the_same_secret_further_down() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1)]);
    let mut document = opened(&authenticator, authenticator.back_up_now().unwrap().path);
    let mut again = document.entries[0].clone();
    again.id = None;
    again.parsed.account.label.name = "again".to_owned();
    document.entries.push(again);
    let elsewhere = TempDir::new().unwrap();
    let other = create(elsewhere.path(), &clock);
    let restored = other
        .restore_backup(&document, RestoreMode::Merge, Some(&[1]))
        .unwrap();
    assert_eq!(
        outcomes(&restored),
        [RestoreOutcome::Skipped, RestoreOutcome::Added]
    );
    assert_eq!(other.accounts().accounts[0].name, "again");
    let restored = other
        .restore_backup(&document, RestoreMode::Merge, Some(&[0, 1]))
        .unwrap();
    assert_eq!(
        outcomes(&restored),
        [RestoreOutcome::Changed, RestoreOutcome::Skipped],
        "both name one secret: the first that is taken counts"
    );
}

#[test]
fn an_account_of_aws_that_comes_out_of_the_trash_is_to_be_compared_with_aws() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1), uri(2)]);
    let [one, two] = ["Issuer 1", "Issuer 2"].map(|query| id(&authenticator, query));
    for (id, name) in [(&one, "maya"), (&two, "omar")] {
        let serial = format!("arn:aws:iam::123456789012:mfa/{name}");
        authenticator.bind(id, serial.try_into().unwrap()).unwrap();
    }
    let document = opened(&authenticator, authenticator.back_up_now().unwrap().path);
    authenticator.remove(&one).unwrap();
    let edit = lockstep_device::authenticator::view::AccountEdit {
        note: Some("changed since".to_owned()),
        ..Default::default()
    };
    authenticator.edit(&two, edit).unwrap();
    clock.pass(3600);
    authenticator
        .restore_backup(&document, RestoreMode::Merge, Some(&[0, 1]))
        .unwrap();
    assert_eq!(authenticator.account(&one).unwrap().unchecked_since, Some(NOW));
    // In use all the time: its device is known.
    assert_eq!(authenticator.account(&two).unwrap().unchecked_since, None);
}

#[test]
fn a_kit_whose_first_backup_fails_is_not_in_use() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1)]);
    let first = authenticator.new_recovery_kit("maya").unwrap();
    authenticator.use_recovery_kit(&first).unwrap();
    let counting = Faults::counting();
    let counted = open(folder.path(), &clock, counting.clone()).unwrap();
    let before = counting.steps();
    counted
        .use_recovery_kit(&counted.new_recovery_kit("maya").unwrap())
        .unwrap();
    let in_use = counted.backup_status().unwrap().kit.unwrap().recipient;
    let mut refused = 0;
    for step in before + 1..=counting.steps() {
        let failing = Faults::fail_from(step, std::io::ErrorKind::StorageFull);
        let authenticator = open(folder.path(), &clock, failing).unwrap();
        let kit = authenticator.new_recovery_kit("maya").unwrap();
        let outcome = authenticator.use_recovery_kit(&kit);
        let now = open(folder.path(), &clock, Faults::none()).unwrap();
        let now = now.backup_status().unwrap().kit.unwrap().recipient;
        if outcome.is_err() {
            assert_eq!(now, in_use, "step {step}");
            refused += 1;
        } else {
            assert_eq!(now, kit.identity.recipient(), "step {step}");
            break;
        }
    }
    assert!(refused > 3, "{refused}");
}

#[test]
fn a_folder_that_cannot_be_written_to_is_refused_and_backups_go_on_where_they_were() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[uri(1)]);
    let before = authenticator.backup_status().unwrap();
    let blocked = folder.path().join("no-folder");
    fs::write(&blocked, "a file").unwrap();
    let wanted = AutomaticBackups {
        automatic: true,
        folder: Some(blocked),
        keep: Some(7),
    };
    authenticator.set_automatic_backups(&wanted).unwrap_err();
    assert_eq!(authenticator.backup_status().unwrap(), before);
    authenticator.back_up_now().unwrap();
}

#[test]
fn a_damaged_record_of_backups_does_not_end_them_and_is_said() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1)]);
    let kit = authenticator.new_recovery_kit("maya").unwrap();
    authenticator.use_recovery_kit(&kit).unwrap();
    let record = folder.path().join("lockstep/record-backup.age");
    let mut bytes = fs::read(&record).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&record, bytes).unwrap();
    let authenticator = open(folder.path(), &clock, Faults::none()).unwrap();
    authenticator.repair().unwrap();
    assert!(authenticator.notices().is_empty(), "the record is nothing of AWS");
    let made = authenticator.back_up_now().unwrap();
    let notices = authenticator.notices();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(
        notices[0].message.contains("recovery kit") && notices[0].message.contains("record-backup.damaged-"),
        "{notices:?}"
    );
    assert_eq!(authenticator.backup_status().unwrap().kit, None);
    assert_eq!(opened(&authenticator, made.path).entries.len(), 1);
}

#[test]
fn the_backup_just_written_stays_where_the_clock_ran_ahead_before() {
    let folder = TempDir::new().unwrap();
    let ahead = Hands::at(NOW + 400 * 86_400);
    let authenticator = create(folder.path(), &ahead);
    let wanted = AutomaticBackups {
        automatic: true,
        folder: None,
        keep: Some(2),
    };
    authenticator.set_automatic_backups(&wanted).unwrap();
    for number in 1..4 {
        keep(&authenticator, &[uri(number)]);
        ahead.pass(86_400);
        authenticator.back_up_now().unwrap();
    }
    let set_right = open(folder.path(), &Hands::at(NOW), Faults::none()).unwrap();
    keep(&set_right, &[uri(4)]);
    let made = set_right.back_up_now().unwrap();
    assert_eq!(opened(&set_right, made.path).entries.len(), 4);
}

#[test]
fn two_that_restore_at_once_both_end_whole() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &(0..20).map(uri).collect::<Vec<_>>());
    let made = authenticator.back_up_now().unwrap();
    for number in 0..20 {
        let id = id(&authenticator, &format!("Issuer {number}"));
        authenticator.remove(&id).unwrap();
        authenticator.purge(&id).unwrap();
    }
    drop(authenticator);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let authenticator = open(folder.path(), &clock, Faults::none()).unwrap();
                let document = opened(&authenticator, &made.path);
                for mode in [RestoreMode::Merge, RestoreMode::Replace] {
                    authenticator.restore_backup(&document, mode, None).unwrap();
                }
            });
        }
    });
    let authenticator = open(folder.path(), &clock, Faults::none()).unwrap();
    let shown = authenticator.accounts();
    assert_eq!(shown.accounts.len(), 20);
    for account in shown.accounts {
        authenticator.code(&account.id).unwrap();
    }
    assert!(!folder.path().join("lockstep/restore.age").exists());
}

#[cfg(target_os = "linux")]
mod on_a_keyring {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use lockstep_device::store::keyring::SERVICE;
    use lockstep_testing::own_process::in_private_session;
    use lockstep_testing::session::PrivateSession;

    use super::*;
    use support::on_keyring;

    fn overwrite(session: &PrivateSession, key: &str, text: &str) {
        let mut tool = Command::new("secret-tool");
        tool.args(["store", "--label=x", "service", SERVICE, "username", key])
            .stdin(Stdio::piped());
        let mut tool = session.on(&mut tool).spawn().unwrap();
        tool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(tool.wait().unwrap().success());
    }

    fn lookup(session: &PrivateSession, key: &str) -> String {
        let mut tool = Command::new("secret-tool");
        tool.args(["lookup", "service", SERVICE, "username", key]);
        String::from_utf8(session.on(&mut tool).output().unwrap().stdout).unwrap()
    }

    #[test]
    fn an_item_that_cannot_be_read_stays_as_it_is_and_the_account_comes_back_beside_it() {
        in_private_session(|mut session| {
            session.start_keyring();
            let folder = TempDir::new().unwrap();
            let clock = Hands::at(NOW);
            let authenticator = on_keyring(folder.path(), &clock, Faults::none()).unwrap();
            keep(&authenticator, &[uri(1), uri(2)]);
            let one = id(&authenticator, "Issuer 1");
            let code = authenticator.code(&one).unwrap().code;
            let document = opened(&authenticator, authenticator.back_up_now().unwrap().path);
            let key = one.as_str().to_owned();
            assert!(
                lookup(&session, &key).contains("otpauth://"),
                "the name of the item"
            );
            overwrite(&session, &key, "not of this world");
            let authenticator = on_keyring(folder.path(), &clock, Faults::none()).unwrap();
            let preview = authenticator.compare_backup(&document).unwrap();
            assert_eq!(preview.rows[0].finding, RestoreFinding::Lost { id: one.clone() });
            let restored = authenticator
                .restore_backup(&document, RestoreMode::Merge, None)
                .unwrap();
            assert_eq!(outcomes(&restored), [RestoreOutcome::Added, RestoreOutcome::Same]);
            assert!(lookup(&session, &key).starts_with("not of this world"));
            let back = restored.rows[0].id.clone().unwrap();
            assert_ne!(back, one);
            assert_eq!(authenticator.code(&back).unwrap().code, code);
        });
    }

    #[test]
    #[cfg(debug_assertions)]
    fn a_restore_that_breaks_off_between_two_items_is_whole_after_the_next_start() {
        in_private_session(|mut session| {
            session.start_keyring();
            let folder = TempDir::new().unwrap();
            let clock = Hands::at(NOW);
            let authenticator = on_keyring(folder.path(), &clock, Faults::none()).unwrap();
            keep(&authenticator, &(0..6).map(uri).collect::<Vec<_>>());
            let ids: Vec<_> = (0..6)
                .map(|number| id(&authenticator, &format!("Issuer {number}")))
                .collect();
            let document = opened(&authenticator, authenticator.back_up_now().unwrap().path);
            drop(authenticator);
            let empty = || {
                let authenticator = on_keyring(folder.path(), &clock, Faults::none()).unwrap();
                for id in &ids {
                    authenticator.remove(id).ok();
                    authenticator.purge(id).ok();
                }
                assert!(names(&authenticator).is_empty());
            };
            empty();
            let counting = Faults::counting();
            on_keyring(folder.path(), &clock, counting.clone())
                .unwrap()
                .restore_backup(&document, RestoreMode::Merge, None)
                .unwrap();
            let mut whole = 0;
            for step in 1..=counting.steps() {
                for faults in [
                    Faults::fail_from(step, std::io::ErrorKind::StorageFull),
                    Faults::fail_at(step, std::io::ErrorKind::StorageFull),
                ] {
                    empty();
                    let broken = on_keyring(folder.path(), &clock, faults)
                        .and_then(|here| here.restore_backup(&document, RestoreMode::Merge, None).map(drop));
                    let after = on_keyring(folder.path(), &clock, Faults::none()).unwrap();
                    let there = names(&after).len();
                    assert!(there == 0 || there == 6, "step {step}: {there} of 6, {broken:?}");
                    whole += u32::from(there == 6);
                    for account in after.accounts().accounts {
                        after.code(&account.id).unwrap();
                    }
                }
            }
            assert!(whole > 2, "{whole}");
        });
    }
}
