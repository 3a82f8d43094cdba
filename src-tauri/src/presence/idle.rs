//! Locking after a while without anybody there. Nothing wakes up before it may be time.

use std::sync::{Arc, Condvar, Mutex, OnceLock, Weak};
use std::time::Duration;

use lockstep_device::time::UnixTime;

use crate::presence::SessionIdle;
use crate::shell::{Shell, locked};

/// When somebody was there last. One thread at most waits for the moment; there is none while nothing is open.
#[derive(Default)]
pub struct Idle {
    state: Mutex<State>,
    changed: Condvar,
    session: OnceLock<Arc<dyn SessionIdle>>,
}

#[derive(Default)]
struct State {
    /// Nothing before anything was opened.
    seen: Option<UnixTime>,
    /// Whether the thread is there.
    is_awake: bool,
    /// Something changed that the thread has not taken into account.
    is_news: bool,
}

impl Idle {
    /// Sees the whole session from now on, and not only the window.
    pub fn watch_session(&self, session: Arc<dyn SessionIdle>) {
        if self.session.set(session).is_err() {
            tracing::debug!("the session is watched already");
        }
    }

    /// Somebody is there.
    fn see(&self, now: UnixTime) {
        locked(&self.state).seen = Some(now);
    }

    /// For how long nobody was there, as far as the window can tell.
    fn unseen(&self, now: UnixTime) -> Duration {
        let mut state = locked(&self.state);
        let seen = *state.seen.get_or_insert(now);
        // A clock that was set back says nothing about how long ago that was.
        if seen > now {
            state.seen = Some(now);
        }
        Duration::from_secs(now.seconds().saturating_sub(seen.seconds()))
    }

    /// Waits for so long, or until something changed.
    fn wait(&self, long: Duration) {
        let state = locked(&self.state);
        // After a panic everything is looked at anew.
        drop(
            self.changed
                .wait_timeout_while(state, long, |state| !state.is_news),
        );
    }

    /// Whether the thread has to go on. It may end only when nothing changed since it looked.
    fn goes_on(&self) -> bool {
        let mut state = locked(&self.state);
        state.is_awake = std::mem::take(&mut state.is_news);
        state.is_awake
    }
}

impl Shell {
    /// Waits anew: something was opened or locked, or another time was set.
    pub(crate) fn wait_for_idle(self: &Arc<Self>) {
        let mut state = locked(&self.idle.state);
        if std::mem::replace(&mut state.is_awake, true) {
            state.is_news = true;
            self.idle.changed.notify_all();
            return;
        }
        let (idle, shell) = (Arc::clone(&self.idle), Arc::downgrade(self));
        std::thread::spawn(move || run(&idle, &shell));
    }

    /// Somebody is there: touched the window, or opened the accounts.
    pub fn somebody_is_there(self: &Arc<Self>) {
        let Ok(now) = self.home.clock.now() else {
            return;
        };
        // After a suspend of which nobody told, the first touch comes before the thread has woken up.
        let is_late = |limit: Duration| self.idle.unseen(now) > limit.saturating_add(SLACK);
        match self.idle_limit() {
            Some(limit) if is_late(limit) => self.lock_by_itself(),
            _ => self.idle.see(now),
        }
    }

    /// Locks when nobody was there for as long as was set. Otherwise says when to look again; nothing when nothing is
    /// waited for.
    pub fn lock_when_idle(self: &Arc<Self>) -> Option<Duration> {
        let limit = self.idle_limit()?;
        let now = self.home.clock.now().ok()?;
        let unseen = self.idle.unseen(now);
        if unseen < limit {
            return Some(limit.saturating_sub(unseen));
        }
        let session = self.idle.session.get();
        match session.and_then(|session| session.idle(unseen)) {
            Some(idle) if idle < limit => {
                let ago = idle.as_secs();
                self.idle
                    .see(UnixTime::from_seconds(now.seconds().saturating_sub(ago)));
                Some(limit.saturating_sub(idle).max(SHORTEST))
            }
            _ => {
                self.lock_by_itself();
                None
            }
        }
    }

    /// For how long nobody may be there; nothing when it does not matter, or nothing is open.
    fn idle_limit(&self) -> Option<Duration> {
        self.authenticator().ok()?;
        let minutes = self.settings().lock_after_minutes?;
        Some(Duration::from_secs(u64::from(minutes) * 60))
    }

    /// Somebody opened the accounts.
    pub(crate) fn opened_by_somebody(self: &Arc<Self>) {
        if let Ok(now) = self.home.clock.now() {
            self.idle.see(now);
        }
        self.wait_for_idle();
    }
}

fn run(idle: &Idle, shell: &Weak<Shell>) {
    let _awake = Awake(idle);
    loop {
        locked(&idle.state).is_news = false;
        let next = shell.upgrade().and_then(|shell| shell.lock_when_idle());
        match next {
            Some(long) => idle.wait(long),
            None if idle.goes_on() => {}
            None => return,
        }
    }
}

/// A thread that breaks off is replaced by the next.
struct Awake<'a>(&'a Idle);

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            locked(&self.0.state).is_awake = false;
        }
    }
}

/// How late the thread may be where it is not the machine that stood still.
const SLACK: Duration = Duration::from_secs(30);

/// Not more often than this is the session asked.
const SHORTEST: Duration = Duration::from_secs(1);
