//! What was done with the accounts of this machine, a line for each in a log that only grows. No secret is in it, and no name:
//! an account is its id, so that the log tells nothing about a vault that is locked. Writing never delays a deed and never
//! fails one: a thread does it, and that it could not is said once.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::store::log_file::LogFile;

/// The name of the log in the data folder.
pub const LOG: &str = "activity";

/// Through what it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// The window.
    Window,
    /// The menu in the tray.
    Tray,
    /// The command line.
    CommandLine,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Accounts were added.
    Added,
    /// Label, tags or note of an account were changed.
    Edited,
    /// An account went to the trash.
    Removed,
    /// It came back from there.
    Restored,
    /// It was deleted for good.
    Purged,
    /// A code was given out, to be copied or typed.
    CodeTaken,
    /// The counter of an account moved, and its code was given out.
    CounterMoved,
    /// A hidden code was shown.
    CodeShown,
    /// The QR code of an account was shown; it holds the seed.
    QrShown,
    /// Accounts with their seeds were written for another app.
    Exported,
    /// An automatic backup was made.
    BackedUp,
    /// A backup was written to a file.
    BackupWritten,
    /// A recovery kit was made.
    KitMade,
    /// Accounts were restored from a backup.
    BackupRestored,
    /// The accounts were opened.
    Unlocked,
    /// They were locked.
    Locked,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// When, in seconds since the Unix epoch.
    pub time: u64,
    /// Through what.
    pub via: Via,
    /// What.
    pub deed: Deed,
    /// With which account, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// With how many, where it was several or all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// Where it is written down.
pub(crate) struct Trail {
    log: LogFile,
    via: Via,
    /// Started by the first deed: a command that only looks has none.
    orders: Mutex<Option<SyncSender<Order>>>,
    failure: Arc<Mutex<Failure>>,
    /// The last hidden code that was shown: one showing may ask for it twice.
    shown: Mutex<Option<(AccountId, u64)>>,
}

enum Order {
    Write(Activity),
    /// Answers when everything before it is written.
    Report(SyncSender<()>),
}

/// That something could not be written down.
#[derive(Default)]
enum Failure {
    #[default]
    None,
    New(String),
    Said,
}

impl Trail {
    pub(crate) fn new(log: LogFile, via: Via) -> Self {
        Self {
            log,
            via,
            orders: Mutex::default(),
            failure: Arc::default(),
            shown: Mutex::default(),
        }
    }

    /// Through what things are done, where nothing else is said.
    pub(crate) fn via(&self) -> Via {
        self.via
    }

    /// Has a deed written down.
    pub(crate) fn note(&self, activity: Activity) {
        let shown = activity.account.as_ref();
        let is_showing = activity.deed == Deed::CodeShown;
        if is_showing && shown.is_some_and(|id| self.is_shown_again(id, activity.time)) {
            return;
        }
        let mut orders = locked(&self.orders);
        if orders.is_none() {
            *orders = self.start();
        }
        let taken = orders
            .as_ref()
            .map(|orders| orders.try_send(Order::Write(activity)));
        if let Some(Err(error)) = taken {
            fail(&self.failure, &error.to_string());
        }
    }

    /// Waits until what was noted is written, though not for a disk that hangs.
    pub(crate) fn settle(&self) {
        let (done, answer) = sync_channel(1);
        let asked = locked(&self.orders)
            .as_ref()
            .is_some_and(|orders| orders.try_send(Order::Report(done)).is_ok());
        if asked {
            // Whoever reads the log sees a little less of it where this takes longer.
            let _ = answer.recv_timeout(PATIENCE);
        }
    }

    /// Why something could not be written down; said once, however often it happens.
    pub(crate) fn take_failure(&self) -> Option<String> {
        let mut failure = locked(&self.failure);
        match std::mem::replace(&mut *failure, Failure::Said) {
            Failure::New(reason) => Some(reason),
            before => {
                *failure = before;
                None
            }
        }
    }

    fn is_shown_again(&self, id: &AccountId, time: u64) -> bool {
        let mut shown = locked(&self.shown);
        let again =
            matches!(&*shown, Some((last, at)) if last == id && time < at.saturating_add(SHOWN_FOR_S));
        if !again {
            *shown = Some((id.clone(), time));
        }
        again
    }

    fn start(&self) -> Option<SyncSender<Order>> {
        let (orders, taken) = sync_channel(MOST_WAITING);
        let (log, failure) = (self.log.clone(), self.failure.clone());
        let thread = std::thread::Builder::new().name("activity".to_owned());
        match thread.spawn(move || write_all(&taken, &log, &failure)) {
            Ok(_) => Some(orders),
            Err(error) => {
                fail(&self.failure, &error.to_string());
                None
            }
        }
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        // Without waiting for the thread itself, which a disk that hangs would keep.
        self.settle();
    }
}

fn write_all(orders: &Receiver<Order>, log: &LogFile, failure: &Mutex<Failure>) {
    for order in orders {
        match order {
            Order::Write(activity) => {
                if let Err(error) = log.append(&activity) {
                    fail(failure, &error.to_string());
                }
            }
            Order::Report(done) => {
                // Nobody waits any more: fine.
                let _ = done.send(());
            }
        }
    }
}

fn fail(failure: &Mutex<Failure>, reason: &str) {
    tracing::warn!(reason, "a deed could not be written into the log of activity");
    let mut failure = locked(failure);
    if matches!(*failure, Failure::None) {
        *failure = Failure::New(reason.to_owned());
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// More deeds than a person does while a disk is slow.
const MOST_WAITING: usize = 1024;
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the window shows a hidden code.
const SHOWN_FOR_S: u64 = 10;
