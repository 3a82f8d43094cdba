//! What is remembered about backups, and what changed from one to the next.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::authenticator::backup_view::BackupFailure;
use crate::authenticator::backup_words::{BackupChange, Several};
use crate::backup::document::Entry;
use crate::backup::generations::DEFAULT_KEEP;
use crate::store::record::Record;
use crate::time::UnixTime;

/// What is remembered about backups. Without a seed and without a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct BackupRecord {
    pub(super) automatic: bool,
    pub(super) folder: Option<PathBuf>,
    pub(super) keep: u32,
    pub(super) kit: Option<Kit>,
    pub(super) last: Option<Last>,
    pub(super) failure: Option<BackupFailure>,
    pub(super) notes: Vec<Note>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kit {
    pub(super) number: u32,
    pub(super) made: UnixTime,
    pub(super) recipient: String,
}

/// The last backup that was read back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Last {
    pub(super) made: UnixTime,
    pub(super) file: String,
    pub(super) complete: bool,
    pub(super) rows: Vec<ListedRow>,
}

/// One account of the last backup, to see what changed since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ListedRow {
    pub(super) id: AccountId,
    pub(super) label: String,
    pub(super) digest: String,
}

/// What is shown beside a generation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) file: String,
    pub(super) accounts: u32,
    #[serde(default)]
    pub(super) changes: Vec<BackupChange>,
}

impl Default for BackupRecord {
    fn default() -> Self {
        Self {
            automatic: true,
            folder: None,
            keep: DEFAULT_KEEP,
            kit: None,
            last: None,
            failure: None,
            notes: vec![],
        }
    }
}

impl Record for BackupRecord {
    const NAME: &'static str = "backup";
    const VERSION: u32 = 1;
}

pub(super) fn listed_rows(entries: &[Entry]) -> Vec<ListedRow> {
    let listed = |entry: &Entry| {
        Some(ListedRow {
            id: entry.id.clone()?,
            label: entry.parsed.account.label.to_string(),
            digest: data_encoding::HEXLOWER.encode(&entry.digest()),
        })
    };
    entries.iter().filter_map(listed).collect()
}

/// What changed from one list to the next.
pub(super) fn differences(before: &[ListedRow], after: &[ListedRow]) -> Vec<BackupChange> {
    let old: HashMap<&AccountId, &ListedRow> = before.iter().map(|row| (&row.id, row)).collect();
    let new: HashMap<&AccountId, &ListedRow> = after.iter().map(|row| (&row.id, row)).collect();
    let added = after.iter().filter(|row| !old.contains_key(&row.id));
    let removed = before.iter().filter(|row| !new.contains_key(&row.id));
    let changed = after
        .iter()
        .filter(|row| old.get(&row.id).is_some_and(|old| old.digest != row.digest));
    let found = [
        several(added).map(BackupChange::Added),
        several(changed).map(BackupChange::Changed),
        several(removed).map(BackupChange::Deleted),
    ];
    let found: Vec<BackupChange> = found.into_iter().flatten().collect();
    if found.is_empty() && before != after {
        vec![BackupChange::Order]
    } else {
        found
    }
}

fn several<'a>(rows: impl Iterator<Item = &'a ListedRow>) -> Option<Several> {
    let labels: Vec<&str> = rows.map(|row| row.label.as_str()).collect();
    Several::of(&labels)
}
