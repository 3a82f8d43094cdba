//! The automatic backup, when nothing has changed for a while.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use lockstep_device::authenticator::Authenticator;

use crate::announce::Announce;

/// How long after the last change the backup is made.
const CALM: Duration = Duration::from_secs(2);

/// One thread at most waits for the moment and makes the backup; there is none while nothing is due.
#[derive(Default)]
pub(crate) struct BackupTimer {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    due: Option<Due>,
    /// Whether the thread is there.
    is_awake: bool,
}

/// A backup that is to be made. The accounts are not kept open for it.
struct Due {
    moment: Instant,
    authenticator: Weak<Authenticator>,
}

impl BackupTimer {
    /// Makes a backup when nothing has changed for a while.
    pub(crate) fn changed(
        self: &Arc<Self>,
        authenticator: &Arc<Authenticator>,
        announce: &Arc<dyn Announce>,
    ) {
        let mut state = self.state();
        state.due = Some(Due {
            moment: Instant::now() + CALM,
            authenticator: Arc::downgrade(authenticator),
        });
        if !std::mem::replace(&mut state.is_awake, true) {
            let (timer, announce) = (Arc::clone(self), Arc::clone(announce));
            std::thread::spawn(move || timer.run(announce.as_ref()));
        }
    }

    /// Makes the backup that is due now, and waits for it and for one that is being made.
    pub(crate) fn finish(&self) {
        let mut state = self.state();
        if let Some(due) = &mut state.due {
            due.moment = Instant::now();
        }
        self.changed.notify_all();
        while state.is_awake {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Leaves the backup that is due to the next time the accounts are opened: what it would hold is compared with the last
    /// one then.
    pub(crate) fn put_off(&self) {
        self.state().due = None;
        self.changed.notify_all();
    }

    fn run(&self, announce: &dyn Announce) {
        let _awake = Awake(self);
        while let Some(due) = self.next() {
            if let Some(authenticator) = due.authenticator.upgrade() {
                back_up(&authenticator);
            }
            announce.backups_changed();
        }
    }

    /// Waits for the moment of the next backup; nothing when none is due, and the thread ends.
    fn next(&self) -> Option<Due> {
        let mut state = self.state();
        while let Some(due) = &state.due {
            let left = due.moment.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return state.due.take();
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.is_awake = false;
        self.changed.notify_all();
        None
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each field is true by itself after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that breaks off is waited for by nobody.
struct Awake<'a>(&'a BackupTimer);

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state().is_awake = false;
            self.0.changed.notify_all();
        }
    }
}

/// The library remembers a failure, and the window shows it.
fn back_up(authenticator: &Authenticator) {
    if let Err(error) = authenticator.back_up_changes() {
        tracing::warn!(%error, "the automatic backup failed");
    }
}
