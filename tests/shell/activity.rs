//! What was done in the window and in AWS, as the window lists it and as a file.

use std::fs;

use lockstep_desktop::activity::{ActivityFormat, ActivityRow};
use lockstep_desktop::settings::Settings;
use lockstep_device::activity::{Deed, Via};
use lockstep_device::store::log_file::LogFile;
use lockstep_iam::trail;
use serde_json::Value;

use crate::desk::Desk;
use crate::support::seed;

fn deeds(desk: &Desk) -> Vec<Deed> {
    let rows = desk.shell.activity().unwrap().rows.into_iter();
    rows.filter_map(|row| match row {
        ActivityRow::Here { deed, .. } => Some(deed),
        ActivityRow::Aws { .. } => None,
    })
    .collect()
}

/// A change in AWS that was written down at this moment.
fn changed_in_aws(desk: &Desk, time: u64) {
    let log = LogFile::new(&desk.folder.path().join("home"), trail::LOG);
    log.append(&trail::Activity {
        time,
        by: "arn:aws:iam::123456789012:user/maya".to_owned(),
        operation: "EnableMFADevice".to_owned(),
        device: "arn:aws:iam::123456789012:mfa/maya-1".to_owned(),
        user: Some("maya".to_owned()),
        outcome: "refused".to_owned(),
        reason: Some("=cmd".to_owned()),
        request_id: None,
    })
    .unwrap();
}

#[test]
fn the_newest_stands_first_with_the_account_s_name_and_through_what_it_was_done() {
    let desk = Desk::new();
    let id = desk.keep("Halden");
    desk.shell.change(|accounts| accounts.remove(&id)).unwrap();
    let rows = desk.shell.activity().unwrap().rows;
    let ActivityRow::Here {
        via,
        deed,
        account,
        name,
        ..
    } = &rows[0]
    else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (*via, *deed, account.as_ref()),
        (Via::Window, Deed::Removed, Some(&id))
    );
    assert_eq!(name.as_deref(), Some("Halden: maya"));
    assert!(deeds(&desk).contains(&Deed::Unlocked) && deeds(&desk).contains(&Deed::Added));
}

#[test]
fn what_was_changed_in_aws_stands_among_the_rest_by_its_moment() {
    let desk = Desk::new();
    desk.keep("Halden");
    changed_in_aws(&desk, 1);
    changed_in_aws(&desk, u64::from(u32::MAX));
    let rows = desk.shell.activity().unwrap().rows;
    assert!(matches!(rows.first(), Some(ActivityRow::Aws { .. })), "{rows:?}");
    assert!(matches!(rows.last(), Some(ActivityRow::Aws { .. })), "{rows:?}");
}

#[test]
fn locking_and_unlocking_are_written_down_and_nothing_is_told_while_it_is_locked() {
    let desk = Desk::new();
    desk.shell.lock();
    assert!(desk.shell.activity().is_err());
    desk.unlock();
    assert_eq!(deeds(&desk)[..2], [Deed::Unlocked, Deed::Locked]);
}

#[test]
fn a_hidden_code_that_is_shown_is_written_down_and_a_code_in_sight_is_not() {
    let desk = Desk::new();
    let id = desk.keep("Halden");
    desk.shell.codes(std::slice::from_ref(&id)).unwrap();
    assert!(!deeds(&desk).contains(&Deed::CodeShown));
    let hidden = Settings {
        hide_codes: true,
        ..Settings::default()
    };
    desk.shell.set_settings(hidden).unwrap();
    desk.shell.codes(&[id]).unwrap();
    assert_eq!(deeds(&desk)[0], Deed::CodeShown);
}

#[test]
fn the_list_is_written_as_a_table_and_as_lines_without_a_secret() {
    let desk = Desk::new();
    desk.keep("Halden, \"Works\"");
    changed_in_aws(&desk, 1_800_000_000);
    let total = desk.shell.activity().unwrap().total;
    let table = desk.folder.path().join("list.csv");
    let made = desk.shell.export_activity(ActivityFormat::Csv, &table).unwrap();
    assert_eq!(made.rows, total);
    let text = fs::read_to_string(&table).unwrap();
    assert!(text.contains("\"Halden, \"\"Works\"\": maya\""), "{text}");
    assert!(
        text.contains("\"2027-01-15T08:00:00Z\",\"aws\",\"EnableMFADevice\""),
        "{text}"
    );
    assert!(text.contains("\"'=cmd\""), "{text}");
    let lines = desk.folder.path().join("list.jsonl");
    desk.shell
        .export_activity(ActivityFormat::JsonLines, &lines)
        .unwrap();
    let text = format!("{text}{}", fs::read_to_string(&lines).unwrap());
    let objects = fs::read_to_string(&lines).unwrap();
    let objects: Vec<Value> = objects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), usize::try_from(total).unwrap());
    seed::assert_absent(&text);
}
