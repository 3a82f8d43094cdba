//! What was changed in AWS from this machine: who, what, on which device and user, AWS's request id and how it ended. Written at
//! the one place that every change goes through, so that no deed has to think of it. Never a seed or a code.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lockstep_device::store::file::FileError;
use lockstep_device::store::log_file::LogFile;
use serde::{Deserialize, Serialize};

use crate::api::failure::Failure;

/// The name of the log in the data folder.
pub const LOG: &str = "aws-activity";

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// When, by AWS's clock, in seconds since the Unix epoch.
    pub time: u64,
    /// The ARN of whoever asked for it.
    pub by: String,
    /// The operation of IAM's API.
    pub operation: String,
    /// The device: its serial number, or the name it was to have.
    pub device: String,
    /// The user, where the operation names one.
    pub user: Option<String>,
    /// `done`, `refused`, or `unknown` when no answer came.
    pub outcome: String,
    /// Why not, in AWS's words; nothing when it was done.
    pub reason: Option<String>,
    /// AWS's request id, by which its own records can be searched.
    pub request_id: Option<String>,
}

/// What is about to be changed.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) operation: &'static str,
    pub(crate) device: &'a str,
    pub(crate) user: Option<&'a str>,
}

/// Where it is written down. Clones write the same log.
#[derive(Clone, Default)]
pub(crate) struct Trail(Arc<Inner>);

#[derive(Default)]
struct Inner {
    log: OnceLock<LogFile>,
    failure: Mutex<Option<FileError>>,
    syncs_later: AtomicBool,
}

impl Trail {
    /// From now on changes are written there. The first one counts.
    pub(crate) fn keep_in(&self, log: LogFile) {
        // A second one would be the same.
        let _ = self.0.log.set(log);
    }

    /// Writes down how a change ended. That it could not be written is remembered: the change has happened all the same.
    pub(crate) fn note(
        &self,
        (time, by): (u64, &str),
        change: Change<'_>,
        request_id: Option<&str>,
        failure: Option<&Failure>,
    ) {
        let Some(log) = self.0.log.get() else { return };
        let outcome = match failure {
            None => "done",
            Some(Failure::Unknown { .. }) => "unknown",
            Some(_) => "refused",
        };
        let activity = Activity {
            time,
            by: by.to_owned(),
            operation: change.operation.to_owned(),
            device: change.device.to_owned(),
            user: change.user.map(str::to_owned),
            outcome: outcome.to_owned(),
            reason: failure.map(ToString::to_string),
            request_id: request_id.map(str::to_owned),
        };
        self.remember(if self.0.syncs_later.load(Ordering::SeqCst) {
            log.append_unsynced(&activity)
        } else {
            log.append(&activity)
        });
    }

    /// Whether each line is synced by itself, or all of them by [`Self::sync`], which does not keep the next call waiting.
    pub(crate) fn syncs_later(&self, later: bool) {
        self.0.syncs_later.store(later, Ordering::SeqCst);
    }

    /// Makes every line durable that was written.
    pub(crate) fn sync(&self) {
        if let Some(log) = self.0.log.get() {
            self.remember(log.sync());
        }
    }

    fn remember(&self, written: Result<(), FileError>) {
        if let Err(error) = written {
            tracing::warn!(%error, "a change in AWS could not be written down");
            *self.failure() = Some(error);
        }
    }

    /// Why something could not be written down, said once.
    pub(crate) fn take_failure(&self) -> Option<FileError> {
        self.failure().take()
    }

    fn failure(&self) -> std::sync::MutexGuard<'_, Option<FileError>> {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
