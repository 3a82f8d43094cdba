//! The turns of users: counted, told, and begun no more once somebody stops them.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lockstep_iam::fleet::run::RunProgress;
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::standing::{RunReport, UserOutcome, UserReport};
use lockstep_iam::work::Pace;

use crate::fleet::running::FleetNews;
use crate::fleet::view::count;

/// Passes the time, and says when nothing more is to be begun.
pub(crate) struct Stoppable<'a> {
    pub(crate) pace: &'a dyn Pace,
    pub(crate) stop: &'a AtomicBool,
}

/// Counts the turns that take work, in all accounts.
pub(crate) struct Turns<'a> {
    run: &'a RunId,
    total: usize,
    /// Those who are done since an earlier time, with their accounts: their turns take none.
    done_before: HashSet<(String, String)>,
    worked: AtomicUsize,
    done: AtomicUsize,
    begun: Instant,
}

impl Pace for Stoppable<'_> {
    fn wait(&self, time: Duration) {
        self.pace.wait(time);
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

impl<'a> Turns<'a> {
    pub(crate) fn new(run: &'a RunId, runs: &[RunReport]) -> Self {
        let is_done = |user: &&UserReport| !matches!(user.outcome, UserOutcome::Open | UserOutcome::Failed);
        let done = runs.iter().flat_map(|run| {
            let users = run.users.iter().filter(is_done);
            users.map(|user| (run.account.clone(), user.user.to_string()))
        });
        Self {
            run,
            total: runs.iter().map(|run| run.users.len()).sum(),
            done_before: done.collect(),
            worked: AtomicUsize::default(),
            done: AtomicUsize::default(),
            begun: Instant::now(),
        }
    }

    pub(crate) fn news(&self, account: &str, progress: &RunProgress) -> FleetNews {
        let whose = (account.to_owned(), progress.user.to_string());
        let is_work = !self.done_before.contains(&whose);
        let worked = self.worked.fetch_add(usize::from(is_work), Ordering::SeqCst) + usize::from(is_work);
        let left = self
            .total
            .saturating_sub(self.done_before.len())
            .saturating_sub(worked);
        let (per_minute, seconds_left) = pace_of(worked, left, self.begun.elapsed());
        let (account, user) = whose;
        FleetNews::Turn {
            run: self.run.to_string(),
            account,
            user,
            outcome: progress.outcome,
            done: count(self.done.fetch_add(1, Ordering::SeqCst) + 1),
            total: count(self.total),
            per_minute,
            seconds_left,
        }
    }
}

/// How many a minute, and how many seconds those who are left take at this pace.
fn pace_of(worked: usize, left: usize, elapsed: Duration) -> (u32, Option<u32>) {
    let Some(each) = elapsed.checked_div(count(worked)) else {
        return (0, None);
    };
    let per_minute = Duration::from_mins(1).as_micros() / each.as_micros().max(1);
    let seconds = each.saturating_mul(count(left)).as_secs();
    let narrow = |number: u128| u32::try_from(number).unwrap_or(u32::MAX);
    (narrow(per_minute), Some(narrow(seconds.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_told_by_the_turns_that_took_work() {
        assert_eq!(pace_of(0, 10, Duration::from_secs(5)), (0, None));
        assert_eq!(pace_of(10, 20, Duration::from_secs(5)), (120, Some(10)));
        assert_eq!(pace_of(1, 0, Duration::ZERO).1, Some(0));
    }
}
