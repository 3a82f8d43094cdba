//! What was done here and what was changed in AWS, in one list; and that list as a file.

use std::collections::HashMap;
use std::path::Path;

use lockstep_device::account::AccountId;
use lockstep_device::activity::{Activity, Deed, Via};
use lockstep_device::authenticator::view::AccountView;
use lockstep_device::error::Error;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::write_atomically;
use lockstep_device::store::log_file::LogFile;
use lockstep_device::time::UnixTime;
use lockstep_iam::csv_table::Table;
use lockstep_iam::trail;
use serde::{Deserialize, Serialize};

use crate::error::ShellError;
use crate::shell::Shell;
use crate::window::{FileKind, Files};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ActivityRow {
    /// With the accounts of this machine.
    Here {
        /// When, in seconds since the Unix epoch.
        time: u64,
        /// Through what.
        via: Via,
        /// What.
        deed: Deed,
        /// With which account, where it was one.
        account: Option<AccountId>,
        /// What it is called; nothing where it was deleted for good.
        name: Option<String>,
        /// With how many, where it was several or all.
        count: Option<u32>,
    },
    /// In AWS.
    Aws {
        /// When, by AWS's clock.
        time: u64,
        /// The ARN of whoever asked for it.
        by: String,
        /// The operation of IAM's API.
        operation: String,
        /// The device: its serial number, or the name it was to have.
        device: String,
        /// The user, where the operation names one.
        user: Option<String>,
        /// `done`, `refused`, or `unknown` when no answer came.
        outcome: String,
        /// Why not, in AWS's words.
        reason: Option<String>,
        /// AWS's request id.
        request_id: Option<String>,
    },
}

/// The list of what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ActivityView {
    /// The newest first, and no more than can be looked through.
    pub rows: Vec<ActivityRow>,
    /// How many there are in all.
    pub total: u32,
}

/// How the list is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityFormat {
    /// A table for spreadsheets.
    Csv,
    /// An object on each line.
    JsonLines,
}

impl ActivityFormat {
    /// The name that is offered.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "lockstep-activity.csv",
            Self::JsonLines => "lockstep-activity.jsonl",
        }
    }

    /// What the file is, for the dialogue.
    pub(crate) fn files(self) -> Files {
        match self {
            Self::Csv => Files {
                kind: FileKind::Format("CSV"),
                endings: &["csv"],
            },
            Self::JsonLines => Files {
                kind: FileKind::Format("JSON"),
                endings: &["jsonl", "json"],
            },
        }
    }
}

/// A list that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ActivityExported {
    /// Where it lies.
    pub path: String,
    /// How many rows are in it.
    pub rows: u32,
}

impl Shell {
    /// What was done, the newest first.
    pub fn activity(&self) -> Result<ActivityView, ShellError> {
        let mut rows = self.all_activity()?;
        let total = count(rows.len());
        rows.truncate(MOST_SHOWN);
        Ok(ActivityView { rows, total })
    }

    /// Writes the whole list to a file; the system's dialogue asked whether to replace one.
    pub fn export_activity(
        &self,
        format: ActivityFormat,
        path: &Path,
    ) -> Result<ActivityExported, ShellError> {
        let rows = self.all_activity()?;
        let bytes = match format {
            ActivityFormat::Csv => csv(&rows),
            ActivityFormat::JsonLines => json_lines(&rows).into_bytes(),
        };
        write_atomically(path, &bytes, &Faults::none()).map_err(Error::from)?;
        Ok(ActivityExported {
            path: path.display().to_string(),
            rows: count(rows.len()),
        })
    }

    fn all_activity(&self) -> Result<Vec<ActivityRow>, ShellError> {
        let authenticator = self.authenticator()?;
        let accounts = authenticator.accounts().accounts;
        let names: HashMap<AccountId, String> = accounts
            .into_iter()
            .chain(authenticator.trash())
            .map(|account| (account.id.clone(), label(&account)))
            .collect();
        let here = authenticator.activity()?.into_iter();
        let aws: Vec<trail::Activity> = LogFile::new(&self.home.folder, trail::LOG)
            .read()
            .map_err(Error::from)?;
        let mut rows: Vec<ActivityRow> = here
            .map(|activity| here_row(activity, &names))
            .chain(aws.into_iter().map(aws_row))
            .collect();
        // What happened in the same second stays in its order.
        rows.reverse();
        rows.sort_by_key(|row| std::cmp::Reverse(row.time()));
        Ok(rows)
    }
}

impl ActivityRow {
    fn time(&self) -> u64 {
        match self {
            Self::Here { time, .. } | Self::Aws { time, .. } => *time,
        }
    }

    /// What stands in the columns of [`HEAD`].
    fn cells(&self) -> [String; 11] {
        let time = UnixTime::from_seconds(self.time()).rfc3339().unwrap_or_default();
        match self {
            Self::Here {
                via,
                deed,
                account,
                name,
                count,
                ..
            } => [
                time,
                word(via),
                word(deed),
                name.clone().unwrap_or_default(),
                account.as_ref().map(ToString::to_string).unwrap_or_default(),
                count.map(|count| count.to_string()).unwrap_or_default(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
            Self::Aws {
                operation,
                device,
                user,
                outcome,
                reason,
                request_id,
                ..
            } => [
                time,
                "aws".to_owned(),
                operation.clone(),
                String::new(),
                String::new(),
                String::new(),
                user.clone().unwrap_or_default(),
                device.clone(),
                outcome.clone(),
                reason.clone().unwrap_or_default(),
                request_id.clone().unwrap_or_default(),
            ],
        }
    }
}

fn here_row(activity: Activity, names: &HashMap<AccountId, String>) -> ActivityRow {
    ActivityRow::Here {
        time: activity.time,
        via: activity.via,
        deed: activity.deed,
        name: activity.account.as_ref().and_then(|id| names.get(id).cloned()),
        account: activity.account,
        count: activity.count,
    }
}

fn aws_row(change: trail::Activity) -> ActivityRow {
    ActivityRow::Aws {
        time: change.time,
        by: change.by,
        operation: change.operation,
        device: change.device,
        user: change.user,
        outcome: change.outcome,
        reason: change.reason,
        request_id: change.request_id,
    }
}

fn label(account: &AccountView) -> String {
    match &account.issuer {
        Some(issuer) => format!("{issuer}: {}", account.name),
        None => account.name.clone(),
    }
}

fn csv(rows: &[ActivityRow]) -> Vec<u8> {
    let mut table = Table::quoted();
    table.row(&HEAD.map(str::to_owned));
    for row in rows {
        table.row(&row.cells());
    }
    table.finish()
}

fn json_lines(rows: &[ActivityRow]) -> String {
    let mut text = String::new();
    for row in rows {
        // It is made of texts and numbers, which always can be written.
        text.push_str(&serde_json::to_string(row).unwrap_or_default());
        text.push('\n');
    }
    text
}

/// A word as the log has it.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// More than a person looks through.
const MOST_SHOWN: usize = 1000;

const HEAD: [&str; 11] = [
    "time",
    "where",
    "what",
    "account",
    "account id",
    "count",
    "user",
    "device",
    "outcome",
    "reason",
    "request id",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

    use super::*;

    /// The table of one change in AWS.
    fn table_of(reason: &str, time: u64) -> String {
        let row = ActivityRow::Aws {
            time,
            by: String::new(),
            operation: String::new(),
            device: String::new(),
            user: None,
            outcome: String::new(),
            reason: Some(reason.to_owned()),
            request_id: None,
        };
        String::from_utf8(csv(&[row])).unwrap()
    }

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        let has = |reason: &str, cell: &str| {
            let table = table_of(reason, 0);
            assert!(table.ends_with(&format!(",{cell},\"\"\r\n")), "{table}");
        };
        has("GitHub: maya", "\"GitHub: maya\"");
        has("a \"b\", c", "\"a \"\"b\"\", c\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            has(formula, &format!("\"'{formula}\""));
        }
    }

    #[test]
    fn a_moment_that_no_calendar_has_is_left_out() {
        assert!(table_of("", 0).contains("\r\n\"1970-01-01T00:00:00Z\","));
        assert!(table_of("", u64::MAX).contains("\r\n\"\","));
    }
}
