//! What a shell may show of backups. None of these types can hold a seed or a key.

use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::authenticator::backup_words::{
    BackupChange, DamagedEntryView, RestoreConflict, RestoreDifference,
};
use crate::authenticator::view::{AwsPlace, OtpKind};

/// How things stand with backups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct BackupStatus {
    /// Whether a backup is made by itself after each change.
    pub automatic: bool,
    /// Where automatic backups lie.
    pub folder: String,
    /// How many of them are kept.
    pub keep: u32,
    /// The recovery kit that opens them; nothing as long as none was made: then they open on this machine alone.
    pub kit: Option<KitView>,
    /// The last one that was read back and found whole.
    pub last: Option<LastBackupView>,
    /// Why the latest attempt failed; nothing when it did not.
    pub failure: Option<BackupFailure>,
    /// What changed here since the last good one: empty when it holds everything.
    pub lacks: Vec<BackupChange>,
    /// The backups in the folder, the newest first.
    pub generations: Vec<GenerationView>,
}

/// The recovery kit in use. The machine knows its public half alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct KitView {
    /// Which kit it is, counted from 1.
    pub number: u32,
    /// When it was made, in seconds since the Unix epoch.
    pub made: u64,
    /// Its public half, `age1…`.
    pub recipient: String,
}

/// The last good backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct LastBackupView {
    /// When it was made, in seconds since the Unix epoch.
    pub made: u64,
    /// The file's name.
    pub file: String,
    /// How many accounts are in it, those in the trash included.
    pub accounts: u32,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct BackupFailure {
    /// When, in seconds since the Unix epoch.
    pub time: u64,
    /// Stable, kebab-case.
    pub code: String,
    /// What is so.
    pub message: String,
    /// What to do; may be empty.
    pub remedy: String,
}

/// One automatic backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct GenerationView {
    /// The file's name.
    pub file: String,
    /// Where it lies.
    pub path: String,
    /// When it was made, in seconds since the Unix epoch.
    pub made: u64,
    /// Its size in bytes.
    pub size: u64,
    /// Whether this machine made it.
    pub ours: bool,
    /// Whether every account there was is in it.
    pub complete: bool,
    /// How many accounts are in it, when this machine made it.
    pub accounts: Option<u32>,
    /// What changed before it was made; may be empty.
    pub changes: Vec<BackupChange>,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct BackupMade {
    /// Where it lies.
    pub path: String,
    /// How many accounts are in it, those in the trash included.
    pub accounts: u32,
    /// Its size in bytes.
    pub size: u64,
    /// What could not be backed up, by name.
    pub lacks: Vec<String>,
}

/// What a backup holds, beside what is here. Nothing has changed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct RestorePreview {
    /// When it was made, in seconds since the Unix epoch; 0 when it does not say.
    pub created: u64,
    /// Its accounts, in their order.
    pub rows: Vec<RestoreRow>,
    /// Rows of it that cannot be understood; they stay in the file.
    pub damaged: Vec<DamagedEntryView>,
    /// What could not be backed up when it was made, by name.
    pub lacks: Vec<String>,
    /// Accounts that are here and not in it.
    pub only_here: Vec<String>,
}

/// One account of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct RestoreRow {
    /// Its number in the preview.
    pub row: u32,
    /// Who asks for the code.
    pub issuer: Option<String>,
    /// Whom the code is for; may be empty.
    pub name: String,
    /// Kind of one-time password.
    #[serde(rename = "type")]
    pub kind: OtpKind,
    /// Where in AWS it belongs, when it belongs there.
    pub aws: Option<AwsPlace>,
    /// The code at the moment of asking.
    pub code: String,
    /// How it compares with what is here.
    pub finding: RestoreFinding,
    /// Whether a merge takes it unless a person chooses otherwise.
    pub chosen: bool,
}

/// How an account of a backup compares with what is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RestoreFinding {
    /// It is not here: it comes back.
    New {
        /// Whether it was in the trash when the backup was made, and comes back into it.
        trashed: bool,
    },
    /// It is here, and nothing differs.
    Same {
        /// The account here.
        id: AccountId,
    },
    /// The same secret is here and something around it differs. Chosen, it becomes as it is in the backup.
    Changed {
        /// The account here.
        id: AccountId,
        /// What differs.
        differences: Vec<RestoreDifference>,
    },
    /// An account of this identity or name stands in the list here, and its secret is missing or cannot be read.
    Lost {
        /// The account here.
        id: AccountId,
    },
    /// An account of this identity or name is here with another secret. Chosen, the one in the backup is put beside it.
    Conflicting {
        /// The account here.
        id: AccountId,
        /// What is so.
        reason: RestoreConflict,
    },
}

/// How a backup is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum RestoreMode {
    /// What is here stays; the chosen rows are added or taken over.
    Merge,
    /// The list becomes that of the backup; accounts that are only here go to the trash.
    Replace,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct Restored {
    /// Each row of the backup, in its order.
    pub rows: Vec<RestoredRow>,
    /// Accounts that were only here and are in the trash now, by name.
    pub trashed: Vec<String>,
    /// Where what was here before is backed up; nothing when nothing was here.
    pub before: Option<String>,
}

/// What became of one account of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct RestoredRow {
    /// The account here; nothing when it was not taken.
    pub id: Option<AccountId>,
    /// Who asks for the code.
    pub issuer: Option<String>,
    /// Whom the code is for.
    pub name: String,
    /// What became of it.
    pub outcome: RestoreOutcome,
    /// Why it was not taken; empty otherwise.
    pub reason: String,
}

/// See [`RestoredRow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum RestoreOutcome {
    /// It was not here and is now.
    Added,
    /// It was here and is now as it is in the backup.
    Changed,
    /// It was here already, the same.
    Same,
    /// It was not chosen.
    Skipped,
    /// It was in the list of damaged rows.
    Damaged,
}
