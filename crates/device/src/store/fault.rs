//! Faults on purpose: a write can be made to fail, or the process to die, at each of its steps, so that tests can
//! prove what is left afterwards. In release builds [`Faults`] is empty and does nothing.

use std::io;

#[cfg(debug_assertions)]
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// What shall go wrong, handed in by the shell. Clones share one count of steps.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    #[cfg(debug_assertions)]
    plan: Option<Arc<Plan>>,
}

#[cfg(debug_assertions)]
#[derive(Debug)]
struct Plan {
    reached: AtomicU64,
    at: u64,
    kind: Kind,
}

#[cfg(debug_assertions)]
#[derive(Clone, Copy, Debug)]
enum Kind {
    Kill,
    Fail(io::ErrorKind),
    FailOn(io::ErrorKind),
}

/// What a planned fault looks like to whoever runs into it.
#[derive(Debug, thiserror::Error)]
#[error("stopped on purpose at {step:?}: {source}")]
pub struct PlannedFault {
    /// The step that was planned to fail.
    pub step: &'static str,
    /// The error that was planned.
    pub source: io::Error,
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// The process dies without warning at step `at`, counted from 1, as in a power cut.
    #[cfg(debug_assertions)]
    pub fn kill_at(at: u64) -> Self {
        Self::planned(at, Kind::Kill)
    }

    /// Step `at`, counted from 1, fails with an error of this kind; the steps after it succeed again.
    #[cfg(debug_assertions)]
    pub fn fail_at(at: u64, kind: io::ErrorKind) -> Self {
        Self::planned(at, Kind::Fail(kind))
    }

    /// Step `at`, counted from 1, and every step after it fails with an error of this kind, as when a disk is taken out.
    #[cfg(debug_assertions)]
    pub fn fail_from(at: u64, kind: io::ErrorKind) -> Self {
        Self::planned(at, Kind::FailOn(kind))
    }

    /// Nothing goes wrong, and the steps are counted: [`Faults::steps`] tells how many there were.
    #[cfg(debug_assertions)]
    pub fn counting() -> Self {
        Self::planned(u64::MAX, Kind::Kill)
    }

    /// How many steps were reached so far; 0 when nothing is planned.
    #[cfg(debug_assertions)]
    pub fn steps(&self) -> u64 {
        self.plan
            .as_ref()
            .map_or(0, |plan| plan.reached.load(Ordering::SeqCst))
    }

    #[cfg(debug_assertions)]
    fn planned(at: u64, kind: Kind) -> Self {
        let plan = Plan {
            reached: AtomicU64::new(0),
            at,
            kind,
        };
        Self {
            plan: Some(Arc::new(plan)),
        }
    }

    /// Stands between two steps of a write. `step` says what was just done, for the log.
    #[cfg(debug_assertions)]
    pub fn reach(&self, step: &'static str) -> Result<(), PlannedFault> {
        let Some(plan) = &self.plan else { return Ok(()) };
        let reached = plan.reached.fetch_add(1, Ordering::SeqCst).saturating_add(1);
        let is_hit = match plan.kind {
            Kind::FailOn(_) => reached >= plan.at,
            Kind::Kill | Kind::Fail(_) => reached == plan.at,
        };
        if !is_hit {
            return Ok(());
        }
        tracing::debug!(step, reached, "a planned fault");
        match plan.kind {
            Kind::Kill => die(),
            Kind::Fail(kind) | Kind::FailOn(kind) => Err(PlannedFault {
                step,
                source: io::Error::from(kind),
            }),
        }
    }

    /// Stands between two steps of a write; in release builds nothing happens here.
    #[cfg(not(debug_assertions))]
    #[allow(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the debug build's twin does fail"
    )]
    pub fn reach(&self, _step: &'static str) -> Result<(), PlannedFault> {
        Ok(())
    }
}

/// SIGKILL to ourselves: no destructor runs and no buffer is flushed, as in a power cut.
#[cfg(all(debug_assertions, unix))]
fn die() -> ! {
    let sent = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    unreachable!("SIGKILL to ourselves ends the process before this line: {sent:?}")
}

#[cfg(all(debug_assertions, not(unix)))]
fn die() -> ! {
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_planned_step_fails_and_clones_count_together() {
        let faults = Faults::fail_at(2, io::ErrorKind::StorageFull);
        let other = faults.clone();
        assert!(faults.reach("one").is_ok());
        let failure = other.reach("two").map_err(|fault| fault.source.kind());
        assert_eq!(failure, Err(io::ErrorKind::StorageFull));
        assert!(faults.reach("three").is_ok());
        assert_eq!(faults.steps(), 3);
    }
}
