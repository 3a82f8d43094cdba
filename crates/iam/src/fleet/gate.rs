//! How fast IAM is asked by many threads at once: a few calls in flight, and, once it throttles, no faster than it takes.
//! AWS publishes no rates, so the pace is found: halved by a refusal, and raised a little by each call that passes.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::api::failure::Failure;
use crate::work::Pace;

/// What every call of a run goes through.
pub struct Gate<'a> {
    pace: &'a dyn Pace,
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    free: usize,
    /// The time from one call to the next; nothing as long as IAM took every one.
    spacing: Option<Duration>,
    /// When the next call may go out.
    next: Instant,
    /// When IAM was last found too slow: what was sent before that says nothing new.
    slowed: Instant,
}

impl<'a> Gate<'a> {
    /// At most so many calls at once, one at least.
    pub fn new(in_flight: usize, pace: &'a dyn Pace) -> Self {
        let now = Instant::now();
        Self {
            pace,
            state: Mutex::new(State {
                free: in_flight.max(1),
                spacing: None,
                next: now,
                slowed: now,
            }),
            freed: Condvar::new(),
        }
    }

    /// Asks when it is its turn, and asks again while AWS says that nothing was done because it is busy.
    pub fn ask<T>(&self, ask: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
        let (mut throttled, mut busy) = (0, 0);
        loop {
            let (sent, wait) = self.enter();
            if !wait.is_zero() {
                self.pace.wait(wait);
            }
            let outcome = ask();
            let is_throttled = matches!(outcome, Err(Failure::Throttled { .. }));
            self.leave(sent, is_throttled);
            if is_throttled && throttled < THROTTLED_TRIES {
                throttled += 1;
            } else if matches!(outcome, Err(Failure::Busy { .. })) && busy < BUSY_TRIES {
                busy += 1;
                self.pace.wait(BUSY * busy);
            } else {
                return outcome;
            }
        }
    }

    /// Takes a place among the calls in flight; when the call goes out, and how long that is from now.
    fn enter(&self) -> (Instant, Duration) {
        let mut state = self.state();
        while state.free == 0 {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.free -= 1;
        let now = Instant::now();
        let sent = state.next.max(now);
        state.next = sent + state.spacing.unwrap_or_default();
        (sent, sent.saturating_duration_since(now))
    }

    fn leave(&self, sent: Instant, is_throttled: bool) {
        let mut state = self.state();
        state.free += 1;
        if is_throttled && sent >= state.slowed {
            // Several calls in flight are refused for the same reason: that counts once.
            let spacing = state.spacing.map_or(FIRST_SPACING, |spacing| spacing * 2);
            state.spacing = Some(spacing.min(LONGEST_SPACING));
            state.slowed = Instant::now();
            state.next = state.next.max(state.slowed + spacing);
        } else if !is_throttled && let Some(spacing) = state.spacing {
            let shorter = spacing.saturating_sub(spacing / QUICKENING);
            state.spacing = (shorter > NO_SPACING).then_some(shorter);
        }
        drop(state);
        self.freed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each field is true by itself after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often one call is repeated: with the longest spacing that is half an hour.
const THROTTLED_TRIES: u32 = 400;
/// How often one call is repeated while somebody else changes the same thing, each time a second later.
const BUSY_TRIES: u32 = 5;
const FIRST_SPACING: Duration = Duration::from_millis(25);
const LONGEST_SPACING: Duration = Duration::from_secs(5);
/// Closer together than that, calls need not be kept apart.
const NO_SPACING: Duration = Duration::from_millis(1);
/// Each call that passes shortens the spacing by this part of it.
const QUICKENING: u32 = 40;
/// How long is waited for somebody else's change at first.
const BUSY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::work::Sleep;

    fn throttled() -> Failure {
        Failure::Throttled {
            message: "Rate exceeded".to_owned(),
        }
    }

    #[test]
    fn never_more_calls_are_in_flight_than_were_allowed() {
        let gate = Gate::new(3, &Sleep);
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let passed = gate.ask(|| {
                            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                            std::thread::yield_now();
                            running.fetch_sub(1, Ordering::SeqCst);
                            Ok::<(), Failure>(())
                        });
                        assert!(passed.is_ok());
                    }
                });
            }
        });
        assert!((1..=3).contains(&most.into_inner()));
    }

    #[test]
    fn a_call_that_is_throttled_is_asked_again_until_it_passes() {
        let gate = Gate::new(1, &Sleep);
        let asked = AtomicUsize::new(0);
        let outcome = gate.ask(|| {
            if asked.fetch_add(1, Ordering::SeqCst) < 3 {
                Err(throttled())
            } else {
                Ok(())
            }
        });
        assert!(outcome.is_ok());
        assert_eq!(asked.into_inner(), 4);
        assert!(gate.state().spacing.is_some());
    }

    #[test]
    fn other_refusals_are_given_back_at_once() {
        let gate = Gate::new(1, &Sleep);
        let asked = AtomicUsize::new(0);
        let outcome: Result<(), Failure> = gate.ask(|| {
            asked.fetch_add(1, Ordering::SeqCst);
            Err(Failure::Absent {
                message: String::new(),
            })
        });
        assert!(matches!(outcome, Err(Failure::Absent { .. })));
        assert_eq!(asked.into_inner(), 1);
    }
}
