//! What is said of backups, as kinds with their names and numbers. Their `Display` is English; a window has words of its own
//! for them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::account::Label;

/// What changed from one backup to the next, or since the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum BackupChange {
    /// Accounts came.
    Added(Several),
    /// Something about accounts is different.
    Changed(Several),
    /// Accounts are gone for good.
    Deleted(Several),
    /// The accounts stand in another order.
    Order,
    /// The seed of an account cannot be read, so that it is in no backup.
    Unreadable {
        /// What it is called.
        label: String,
    },
    /// A row of the account list cannot be read, so that it is in no backup.
    DamagedRow {
        /// Why.
        reason: String,
    },
}

/// Accounts, by name where they are few.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Several {
    /// How many.
    pub count: u32,
    /// What they are called; empty where they are too many to be named.
    pub labels: Vec<String>,
}

/// What differs between an account here and the same one in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RestoreDifference {
    /// It has another name.
    Name {
        /// The one in the backup.
        there: String,
    },
    /// The counter is further on in the backup.
    Counter {
        /// There.
        there: u64,
        /// Here.
        here: u64,
    },
    /// Codes are made of other parameters.
    Codes,
    /// It has other tags.
    Tags,
    /// It has another note.
    Note,
    /// It is pinned in the backup alone.
    PinnedThere,
    /// It is pinned here alone.
    PinnedHere,
    /// It is another device in AWS.
    Serial,
    /// It is in the trash here alone.
    TrashedHere,
    /// It is in the trash in the backup alone.
    TrashedThere,
}

/// Why an account of a backup and one here cannot be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RestoreConflict {
    /// It was set up anew since.
    SetUpAnew,
    /// It has the same name.
    SameName,
}

/// A row of a backup that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct DamagedEntryView {
    /// Its place in the backup, counted from 1.
    pub place: u32,
    /// Why, for whoever looks into the file.
    pub reason: String,
}

/// What cannot be gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// An account whose seed cannot be read.
    Account(Label),
    /// A row of the account list that cannot be read, and why.
    Row(String),
}

/// More names than these are counted instead of listed.
const MOST_NAMED: usize = 3;

impl Several {
    /// Accounts of these names; nothing where there is none.
    pub(super) fn of(labels: &[&str]) -> Option<Self> {
        (!labels.is_empty()).then(|| Self {
            count: u32::try_from(labels.len()).unwrap_or(u32::MAX),
            labels: match labels.len() {
                ..=MOST_NAMED => labels.iter().map(ToString::to_string).collect(),
                _ => vec![],
            },
        })
    }
}

impl Lacking {
    /// As what a backup lacks.
    pub(super) fn as_change(&self) -> BackupChange {
        match self {
            Self::Account(label) => BackupChange::Unreadable {
                label: label.to_string(),
            },
            Self::Row(reason) => BackupChange::DamagedRow {
                reason: reason.clone(),
            },
        }
    }
}

/// What it is called, as the backup itself says it.
impl fmt::Display for Lacking {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(label) => label.fmt(formatter),
            Self::Row(reason) => write!(formatter, "a damaged row ({reason})"),
        }
    }
}

impl fmt::Display for Several {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.labels.is_empty() {
            write!(formatter, "{} accounts", self.count)
        } else {
            formatter.write_str(&self.labels.join(", "))
        }
    }
}

impl fmt::Display for BackupChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(accounts) => write!(formatter, "Added {accounts}"),
            Self::Changed(accounts) => write!(formatter, "Changed {accounts}"),
            Self::Deleted(accounts) => write!(formatter, "Deleted {accounts}"),
            Self::Order => formatter.write_str("Another order"),
            Self::Unreadable { label } => write!(formatter, "{label} (its seed cannot be read)"),
            Self::DamagedRow { reason } => write!(formatter, "a damaged row ({reason})"),
        }
    }
}

impl fmt::Display for RestoreDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Name { there } => return write!(formatter, "the name is {there} in the backup"),
            Self::Counter { there, here } => {
                return write!(formatter, "the counter is {there} in the backup and {here} here");
            }
            Self::Codes => "its codes are made differently",
            Self::Tags => "other tags",
            Self::Note => "another note",
            Self::PinnedThere => "pinned in the backup",
            Self::PinnedHere => "not pinned in the backup",
            Self::Serial => "another serial number in AWS",
            Self::TrashedHere => "in the trash here",
            Self::TrashedThere => "in the trash in the backup",
        };
        formatter.write_str(words)
    }
}

impl fmt::Display for RestoreConflict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::SetUpAnew => "The backup holds another secret for it, from before it was set up anew.",
            Self::SameName => "An account of this name is here with another secret.",
        })
    }
}

impl fmt::Display for DamagedEntryView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "account {}: {}", self.place, self.reason)
    }
}
