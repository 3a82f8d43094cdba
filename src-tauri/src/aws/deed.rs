//! A deed in AWS while the window watches: what is told of it, and what was begun and is not finished.

use std::cell::RefCell;
use std::time::Instant;

use lockstep_device::authenticator::view::NoticeView;
use lockstep_device::serial::SerialNumber;
use lockstep_iam::awaited::Awaited;
use lockstep_iam::connection::Connection;
use lockstep_iam::error::Error;
use lockstep_iam::journal::{self, Deed, Entry};
use lockstep_iam::retire::retire;
use lockstep_iam::settle::{self, Ending, Settled};
use lockstep_iam::work::{Progress, Step, StepOutcome, Work};
use serde::Serialize;
use tauri_specta::Event;

use crate::error::{CommandError, ShellError};
use crate::shell::Shell;

/// What a deed is doing at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type, Event)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DeedProgress {
    /// A step begins.
    Begins {
        /// Which.
        step: Step,
    },
    /// A step has ended.
    Ended {
        /// Which.
        step: Step,
        /// How.
        outcome: StepOutcome,
        /// How long it took, in milliseconds.
        took: u64,
    },
    /// Nothing happens for a while.
    Waits {
        /// How long, in seconds.
        seconds: u64,
        /// What for.
        what_for: Awaited,
    },
    /// Something that a person should know, and that stops nothing.
    Note {
        /// What is so.
        note: NoticeView,
    },
}

/// Something that was begun in AWS and is not finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct UnfinishedDeed {
    /// The device it is about.
    pub serial: String,
    /// Whose device it is or becomes.
    pub user: String,
    /// What was begun.
    pub kind: UnfinishedKind,
    /// When, by AWS's clock, in seconds since the Unix epoch.
    pub begun: u64,
    /// Whether the device's seed is here.
    pub is_here: bool,
}

/// What was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum UnfinishedKind {
    /// A device is being made.
    Enrolment,
    /// A device is being made in place of another.
    Rotation,
    /// A device is being taken away.
    Retirement,
    /// A device was left behind that may not be deleted.
    Orphan,
}

/// What became of one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct SettledDeed {
    /// The device it was about.
    pub serial: String,
    /// How it ended; nothing when it could not be settled now.
    pub ending: Option<Ending>,
    /// Why it could not.
    pub error: Option<CommandError>,
}

impl Shell {
    /// Does one deed through the connection while the window watches.
    pub(crate) fn aws_deed<T>(
        &self,
        deed: impl FnOnce(&Work<'_>) -> Result<T, Error>,
    ) -> Result<T, ShellError> {
        let connected = self.connected()?;
        self.aws_deed_through((&connected.connection, &connected.source), deed)
    }

    /// The same through another connection, whose sessions are kept under the name beside it.
    pub(crate) fn aws_deed_through<T>(
        &self,
        through: (&Connection, &str),
        deed: impl FnOnce(&Work<'_>) -> Result<T, Error>,
    ) -> Result<T, ShellError> {
        let begun = RefCell::default();
        let watch = |progress: &Progress| self.announce.deed_progress(&told(progress, &begun));
        self.aws_work_through(through, &watch, deed)
    }

    /// What was begun in the connection's AWS account and is not finished. Asks nobody.
    pub fn aws_unfinished(&self) -> Result<Vec<UnfinishedDeed>, ShellError> {
        let authenticator = self.authenticator()?;
        let account = self.connected()?.connection.caller().account.clone();
        let entries = journal::entries(&authenticator)?.into_iter();
        Ok(entries
            .filter(|entry| entry.account == account)
            .map(|entry| UnfinishedDeed {
                kind: kind_of(&entry),
                is_here: authenticator
                    .accounts()
                    .accounts
                    .iter()
                    .any(|here| here.serial.as_deref() == Some(entry.serial.as_str())),
                serial: entry.serial.to_string(),
                user: entry.user.to_string(),
                begun: entry.begun.seconds(),
            })
            .collect())
    }

    /// Asks AWS what became of everything that broke off, and finishes it or takes it back.
    pub fn settle_aws(&self) -> Result<Vec<SettledDeed>, ShellError> {
        let settled = self.aws_deed(settle::settle)?;
        Ok(settled.into_iter().map(settled_deed).collect())
    }

    /// Takes back an enrolment that broke off: its device is taken from the user and deleted, its account goes to the trash.
    pub fn take_back_aws(&self, serial: &str) -> Result<(), ShellError> {
        let serial = parsed_serial(serial)?;
        self.aws_deed(|work| {
            let account = &work.connection.caller().account;
            let is_it = |entry: &Entry| entry.serial == serial && entry.account == *account;
            let entry = journal::entries(work.authenticator)?.into_iter().find(is_it);
            // Finished or taken back meanwhile, by the command line perhaps.
            let Some(entry) = entry.filter(Entry::is_enrolment) else {
                return Ok(());
            };
            retire(work, &entry.serial, &entry.user).map(|_| ())
        })
    }
}

/// The serial number that the window says.
pub(super) fn parsed_serial(text: &str) -> Result<SerialNumber, ShellError> {
    Ok(SerialNumber::try_from(text.to_owned()).map_err(Error::from)?)
}

/// The steps that are under way and when each began: one may lie within another.
type Begun = RefCell<Vec<(Step, Instant)>>;

fn told(progress: &Progress, begun: &Begun) -> DeedProgress {
    match progress {
        Progress::Begins(step) => {
            begun.borrow_mut().push((*step, Instant::now()));
            DeedProgress::Begins { step: *step }
        }
        Progress::Ended(step, outcome) => DeedProgress::Ended {
            step: *step,
            outcome: *outcome,
            took: took(*step, begun),
        },
        Progress::Waits { seconds, what_for } => DeedProgress::Waits {
            seconds: *seconds,
            what_for: *what_for,
        },
        Progress::Note(note) => DeedProgress::Note { note: note.into() },
    }
}

/// How long the step took, in milliseconds; none for one that never began.
fn took(step: Step, begun: &Begun) -> u64 {
    let mut begun = begun.borrow_mut();
    let Some(place) = begun.iter().rposition(|(other, _)| *other == step) else {
        return 0;
    };
    let (_, moment) = begun.remove(place);
    u64::try_from(moment.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn kind_of(entry: &Entry) -> UnfinishedKind {
    match &entry.deed {
        Deed::Enrol { replaces: None, .. } => UnfinishedKind::Enrolment,
        Deed::Enrol { .. } => UnfinishedKind::Rotation,
        Deed::Retire { .. } => UnfinishedKind::Retirement,
        Deed::Orphan => UnfinishedKind::Orphan,
    }
}

fn settled_deed(settled: Settled) -> SettledDeed {
    let (ending, error) = match settled.outcome {
        Ok(ending) => (Some(ending), None),
        Err(error) => (None, Some(ShellError::from(error).into())),
    };
    SettledDeed {
        serial: settled.serial.to_string(),
        ending,
        error,
    }
}
