//! A run on a thread of its own: begun or gone on with, told about, stopped.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lockstep_device::authenticator::Authenticator;
use lockstep_iam::fleet::run::{RunProgress, carry_on};
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::running::Fleet;
use lockstep_iam::fleet::standing::{RunReport, UserOutcome, UserReport, look, runs};
use lockstep_iam::work::{Pace, Work};
use serde::Serialize;

use crate::error::{CommandError, ShellError};
use crate::fleet::seen::Seen;
use crate::fleet::view::count;
use crate::shell::{Shell, locked};

/// A run that is carried out.
pub(crate) struct Under {
    id: RunId,
    stop: Arc<AtomicBool>,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetRun {
    /// What it is called.
    pub id: String,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// When it was begun, in seconds since the Unix epoch, by AWS's clock.
    pub begun: u64,
    /// Where the hand-offs are.
    pub folder: String,
    /// How many users have which outcome.
    pub tally: FleetTally,
    /// Whether nothing is left to do.
    pub is_finished: bool,
    /// Whether it is carried out at this moment.
    pub is_running: bool,
    /// Each user, in the order of their names; nobody in a list of runs.
    pub users: Vec<FleetRunUser>,
}

/// How many users have which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetTally {
    /// The device is theirs, and the hand-off is there.
    pub enrolled: u32,
    /// They had a device.
    pub already_had: u32,
    /// It was taken back.
    pub failed: u32,
    /// Not finished.
    pub open: u32,
}

/// How one user of a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetRunUser {
    /// The name.
    pub user: String,
    /// What became of it.
    pub outcome: UserOutcome,
    /// The device.
    pub serial: Option<String>,
    /// The hand-off's name in the folder.
    pub hand_off: Option<String>,
    /// Why not; nothing where there is nothing to say.
    pub problem: Option<CommandError>,
}

/// What is heard of a run while it is carried out.
#[derive(Clone, Debug, PartialEq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FleetNews {
    /// Users are being read.
    Reading {
        /// How many are listed.
        listed: u32,
        /// How many have an answer of those who are asked about one by one; none before that begins.
        asked: u32,
        /// How many those are.
        of: u32,
    },
    /// A user had a turn.
    Turn {
        /// Which run.
        run: String,
        /// Who.
        user: String,
        /// What became of it.
        outcome: UserOutcome,
        /// How many had a turn.
        done: u32,
        /// How many there are.
        total: u32,
        /// How many users a minute get a turn that takes work.
        per_minute: u32,
        /// How many seconds it takes at this pace; nothing as long as there is none.
        seconds_left: Option<u32>,
    },
    /// It is carried out no more.
    Ended {
        /// Which run.
        run: String,
        /// Why it stopped before everybody had a turn; nothing when everybody had.
        problem: Option<CommandError>,
    },
}

/// Passes the time, and says when nothing more is to be begun.
struct Stoppable<'a> {
    pace: &'a dyn Pace,
    stop: &'a AtomicBool,
}

/// Counts the turns of a run that take work.
struct Turns<'a> {
    run: &'a RunId,
    /// Those who are done since an earlier time: their turns take none.
    done_before: HashSet<String>,
    worked: AtomicUsize,
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

impl Under {
    /// Nothing more is begun. Who has a turn at this moment is finished with.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

impl Shell {
    /// All runs there are, the latest first, without their users.
    pub fn fleet_runs(&self) -> Result<Vec<FleetRun>, ShellError> {
        let authenticator = self.authenticator()?;
        let listed = runs(&authenticator)?;
        let without = |report: &RunReport| FleetRun {
            users: vec![],
            ..self.run_view(report)
        };
        Ok(listed.iter().map(without).collect())
    }

    /// How one run stands.
    pub fn fleet_run(&self, id: &str) -> Result<FleetRun, ShellError> {
        let report = look(&*self.authenticator()?, &RunId::try_from(id.to_owned())?)?;
        Ok(self.run_view(&report))
    }

    /// Goes on with a run that broke off or was stopped.
    pub fn resume_fleet_run(self: &Arc<Self>, id: &str) -> Result<(), ShellError> {
        let id = RunId::try_from(id.to_owned())?;
        // It has to be there.
        look(&*self.authenticator()?, &id)?;
        self.connected()?;
        self.carry_on(&id, self.seen().ok())
    }

    /// Lets the run that is carried out begin nothing more; it can be gone on with.
    pub fn stop_fleet_run(&self) {
        self.fleet.stop();
    }

    /// One at a time: a second one would slow the first down.
    pub(crate) fn require_no_run(&self) -> Result<(), ShellError> {
        match &*locked(&self.fleet.under) {
            Some(_) => Err(ShellError::FleetBusy),
            None => Ok(()),
        }
    }

    pub(crate) fn fleet_of<'a>(
        &self,
        work: &Work<'a>,
        seen: Option<&'a Seen>,
        pace: &'a dyn Pace,
    ) -> Fleet<'a> {
        Fleet {
            authenticator: work.authenticator,
            connection: seen.map_or(work.connection, |seen| seen.connection(work)),
            source: work.source,
            pace,
            faults: self.home.faults.clone(),
        }
    }

    /// Carries it out on a thread of its own.
    pub(crate) fn carry_on(self: &Arc<Self>, id: &RunId, seen: Option<Arc<Seen>>) -> Result<(), ShellError> {
        let stop = Arc::new(AtomicBool::new(false));
        {
            let mut under = locked(&self.fleet.under);
            if under.is_some() {
                return Err(ShellError::FleetBusy);
            }
            *under = Some(Under {
                id: id.clone(),
                stop: Arc::clone(&stop),
            });
        }
        let (shell, id) = (Arc::clone(self), id.clone());
        std::thread::spawn(move || {
            let outcome = shell.through(&id, seen.as_deref(), &stop);
            *locked(&shell.fleet.under) = None;
            let problem = match outcome {
                Ok(report) => report.stopped.map(ShellError::from),
                Err(error) => Some(error),
            };
            shell.announce.fleet_moved(&FleetNews::Ended {
                run: id.to_string(),
                problem: problem.map(CommandError::from),
            });
        });
        Ok(())
    }

    fn through(&self, id: &RunId, seen: Option<&Seen>, stop: &AtomicBool) -> Result<RunReport, ShellError> {
        let pace = Stoppable {
            pace: &*self.aws.pace,
            stop,
        };
        self.aws_work(&|_| {}, |work| {
            let turns = Turns::new(work.authenticator, id)?;
            let watch = |progress: &RunProgress| self.announce.fleet_moved(&turns.news(progress));
            carry_on(&self.fleet_of(work, seen, &pace), id, IN_FLIGHT, &watch)
        })
    }

    fn run_view(&self, report: &RunReport) -> FleetRun {
        let mut tally = FleetTally::default();
        for user in &report.users {
            let place = match user.outcome {
                UserOutcome::Enrolled => &mut tally.enrolled,
                UserOutcome::AlreadyHad => &mut tally.already_had,
                UserOutcome::Failed => &mut tally.failed,
                UserOutcome::Open => &mut tally.open,
            };
            *place = place.saturating_add(1);
        }
        let under = locked(&self.fleet.under);
        FleetRun {
            id: report.id.to_string(),
            account: report.account.clone(),
            begun: report.begun.seconds(),
            folder: report.hand_off.display().to_string(),
            tally,
            is_finished: report.is_finished,
            is_running: under.as_ref().is_some_and(|under| under.id == report.id),
            users: report.users.iter().map(FleetRunUser::from).collect(),
        }
    }
}

impl<'a> Turns<'a> {
    fn new(authenticator: &Authenticator, run: &'a RunId) -> Result<Self, lockstep_iam::error::Error> {
        let before = look(authenticator, run)?.users.into_iter();
        let is_done = |user: &UserReport| !matches!(user.outcome, UserOutcome::Open | UserOutcome::Failed);
        Ok(Self {
            run,
            done_before: before.filter(is_done).map(|user| user.user.to_string()).collect(),
            worked: AtomicUsize::new(0),
            begun: Instant::now(),
        })
    }

    fn news(&self, progress: &RunProgress) -> FleetNews {
        let user = progress.user.to_string();
        let is_work = !self.done_before.contains(&user);
        let worked = self.worked.fetch_add(usize::from(is_work), Ordering::SeqCst) + usize::from(is_work);
        let left = progress
            .total
            .saturating_sub(self.done_before.len())
            .saturating_sub(worked);
        let (per_minute, seconds_left) = pace_of(worked, left, self.begun.elapsed());
        FleetNews::Turn {
            run: self.run.to_string(),
            user,
            outcome: progress.outcome,
            done: count(progress.done),
            total: count(progress.total),
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

impl From<&UserReport> for FleetRunUser {
    fn from(report: &UserReport) -> Self {
        let hand_off = report.hand_off.as_deref().and_then(Path::file_name);
        let problem = (!report.code.is_empty()).then(|| CommandError {
            code: report.code.clone(),
            message: report.reason.clone(),
            remedy: report.remedy.clone(),
        });
        Self {
            user: report.user.to_string(),
            outcome: report.outcome,
            serial: report.serial.as_ref().map(ToString::to_string),
            hand_off: hand_off.map(|name| name.to_string_lossy().into_owned()),
            problem,
        }
    }
}

/// As on the command line: AWS throttles by account, and others work there as well.
const IN_FLIGHT: usize = 4;

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
