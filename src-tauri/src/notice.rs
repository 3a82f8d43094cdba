//! What the shell itself says once, beside the library's own notices. Its `Display` is English; the window has words of its
//! own for each code.

use std::fmt;

use lockstep_device::authenticator::view::{CauseView, NoticeView};

/// Something that the shell noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellNotice {
    /// The settings could not be read, for this reason.
    SettingsUnread(String),
    /// The account list was changed by another program and cannot be read.
    ListUnread(CauseView),
    /// The data folder cannot be watched.
    NotWatched,
    /// Whose credentials were chosen could not be kept.
    ChoiceNotKept(CauseView),
    /// A change in AWS is not in the log of activity.
    AwsChangeUnwritten(CauseView),
    /// The practice account ended, and its devices are gone.
    PracticeEnded,
    /// Something that was asked for while the window was away failed.
    Failed(CauseView),
}

impl ShellNotice {
    const fn code(&self) -> &'static str {
        match self {
            Self::SettingsUnread(_) => "settings-unread",
            Self::ListUnread(_) => "account-list-unread",
            Self::NotWatched => "folder-not-watched",
            Self::ChoiceNotKept(_) => "aws-choice-not-kept",
            Self::AwsChangeUnwritten(_) => "aws-change-unwritten",
            Self::PracticeEnded => "practice-ended",
            Self::Failed(_) => "asked-for-and-failed",
        }
    }

    fn cause(&self) -> Option<CauseView> {
        match self {
            Self::ListUnread(cause)
            | Self::ChoiceNotKept(cause)
            | Self::AwsChangeUnwritten(cause)
            | Self::Failed(cause) => Some(cause.clone()),
            Self::SettingsUnread(reason) => Some(CauseView {
                code: String::new(),
                message: reason.clone(),
            }),
            Self::NotWatched | Self::PracticeEnded => None,
        }
    }
}

impl From<ShellNotice> for NoticeView {
    fn from(notice: ShellNotice) -> Self {
        Self {
            code: notice.code().to_owned(),
            message: notice.to_string(),
            values: vec![],
            cause: notice.cause(),
        }
    }
}

impl fmt::Display for ShellNotice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = self.cause().map(|cause| cause.message).unwrap_or_default();
        match self {
            Self::SettingsUnread(_) => write!(
                formatter,
                "The settings could not be read ({cause}), so the defaults hold. Accounts are not concerned."
            ),
            Self::ListUnread(_) => write!(
                formatter,
                "The account list was changed by another program and cannot be read: {cause}"
            ),
            Self::NotWatched => {
                formatter.write_str("What other programs change here is shown only after a restart.")
            }
            Self::ChoiceNotKept(_) => write!(
                formatter,
                "Whose credentials were chosen could not be kept for the next start: {cause}"
            ),
            Self::AwsChangeUnwritten(_) => write!(
                formatter,
                "A change in AWS could not be written into the log of activity: {cause}. AWS's own CloudTrail has it."
            ),
            Self::PracticeEnded => formatter.write_str(
                "The practice account ended with the app, and the devices that were made in it are deleted.",
            ),
            Self::Failed(_) => write!(formatter, "What was asked for in the tray was not done: {cause}."),
        }
    }
}
