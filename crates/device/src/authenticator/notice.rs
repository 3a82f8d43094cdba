//! What the authenticator says once, by itself. Its `Display` is English; a window has words of its own for each code, into
//! which it puts the values.

use std::fmt;

use crate::authenticator::view::{CauseView, NoticeView};
use crate::error::Error;

/// The code of an account that is set aside because its row in the list cannot be read.
pub(super) const ROW_DAMAGED: &str = "account-row-damaged";

/// Something that was repaired or noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// These accounts were stored and not in the list, and stand in it again.
    Listed(Vec<String>),
    /// The list could not be used, for this reason, and was made again from the accounts in the store.
    ListRemade {
        /// Why.
        why: CauseView,
        /// What the old one is called now.
        aside: String,
    },
    /// The same, from the list before it and the accounts in the store.
    ListRecovered {
        /// Why.
        why: CauseView,
        /// What the old one is called now.
        aside: String,
    },
    /// What was under way in AWS cannot be read, and is called this now.
    AwsRecordAside(String),
    /// What was decided about backups cannot be read, and is called this now.
    BackupRecordAside(String),
    /// A restore that broke off is finished.
    RestoreFinished,
    /// A restore that broke off cannot be finished, and what was left of it lies there.
    RestoreAside(String),
    /// The log of activity cannot be written.
    ActivityUnwritten(String),
}

impl Notice {
    /// Stable, kebab-case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Listed(_) => "accounts-listed-again",
            Self::ListRemade { .. } => "account-list-remade",
            Self::ListRecovered { .. } => "account-list-recovered",
            Self::AwsRecordAside(_) => "aws-record-aside",
            Self::BackupRecordAside(_) => "backup-record-aside",
            Self::RestoreFinished => "restore-finished",
            Self::RestoreAside(_) => "restore-aside",
            Self::ActivityUnwritten(_) => "activity-unwritten",
        }
    }

    fn values(&self) -> Vec<String> {
        match self {
            Self::Listed(names) => vec![names.join(", ")],
            Self::ListRemade { aside, .. } | Self::ListRecovered { aside, .. } => vec![aside.clone()],
            Self::AwsRecordAside(path) | Self::BackupRecordAside(path) | Self::RestoreAside(path) => {
                vec![path.clone()]
            }
            Self::RestoreFinished | Self::ActivityUnwritten(_) => vec![],
        }
    }

    fn cause(&self) -> Option<CauseView> {
        match self {
            Self::ListRemade { why, .. } | Self::ListRecovered { why, .. } => Some(why.clone()),
            Self::ActivityUnwritten(reason) => Some(CauseView {
                code: String::new(),
                message: reason.clone(),
            }),
            _ => None,
        }
    }
}

impl From<&Error> for CauseView {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code().as_str().to_owned(),
            message: error.to_string(),
        }
    }
}

impl From<&Notice> for NoticeView {
    fn from(notice: &Notice) -> Self {
        Self {
            code: notice.code().to_owned(),
            message: notice.to_string(),
            values: notice.values(),
            cause: notice.cause(),
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(names) => {
                let what = match names.len() {
                    1 => "1 account was",
                    many => &format!("{many} accounts were"),
                };
                let names = names.join(", ");
                write!(
                    formatter,
                    "{what} stored but not in the list, and stands in it again: {names}."
                )
            }
            Self::ListRemade { why, aside } => remade(formatter, why, "", aside),
            Self::ListRecovered { why, aside } => remade(formatter, why, "the list before it and ", aside),
            Self::AwsRecordAside(aside) => write!(
                formatter,
                "A record of what was under way in AWS cannot be read and is kept as {aside}. Look for devices that were \
                 left behind: `lockstep aws devices`."
            ),
            Self::BackupRecordAside(aside) => write!(
                formatter,
                "What was decided about backups cannot be read and is kept as {aside}. Backups go to the folder of the \
                 beginning and open on this machine alone: choose the folder again (`lockstep backup auto on --dir`) and \
                 make a new recovery kit (`lockstep backup kit`)."
            ),
            Self::RestoreFinished => formatter.write_str("A restore that broke off has been finished."),
            Self::RestoreAside(aside) => write!(
                formatter,
                "A restore broke off and what was left of it cannot be read; it is kept as {aside}. Restore once more."
            ),
            Self::ActivityUnwritten(reason) => write!(
                formatter,
                "What is done here cannot be written into the log of activity ({reason}). It is done all the same."
            ),
        }
    }
}

fn remade(
    formatter: &mut fmt::Formatter<'_>,
    CauseView { message: why, .. }: &CauseView,
    base: &str,
    aside: &str,
) -> fmt::Result {
    write!(
        formatter,
        "{}{}. It was made again from {base}the stored accounts; none is lost. The old list is kept as {aside}.",
        why.get(..1).unwrap_or_default().to_uppercase(),
        why.get(1..).unwrap_or_default(),
    )
}
