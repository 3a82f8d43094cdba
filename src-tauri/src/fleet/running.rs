//! A run, or several that belong together, on a thread of its own: begun or gone on with, told about, stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lockstep_iam::fleet::many::carry_on_each;
use lockstep_iam::fleet::run::RunProgress;
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::running::Fleet;
use lockstep_iam::fleet::standing::{RunReport, UserOutcome, called, runs};
use lockstep_iam::work::{Pace, Work};
use serde::Serialize;

use crate::error::{CommandError, ShellError};
use crate::fleet::accounts::AccountProblem;
use crate::fleet::run_view::{FleetRun, together};
use crate::fleet::seen::Seen;
use crate::fleet::turns::{Stoppable, Turns};
use crate::shell::{Shell, locked};

/// A run that is carried out.
pub(crate) struct Under {
    id: RunId,
    stop: Arc<AtomicBool>,
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
        /// How many accounts of a list are read; none where it is the connection's own.
        accounts: u32,
        /// How many of them are done with.
        accounts_done: u32,
    },
    /// A user had a turn.
    Turn {
        /// Which run, or what several are called together.
        run: String,
        /// In which account.
        account: String,
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
        /// Which run, or what several are called together.
        run: String,
        /// Why it stopped before everybody had a turn; nothing when everybody had.
        problem: Option<CommandError>,
        /// The same for each account, of runs that were begun together.
        accounts: Vec<AccountProblem>,
    },
}

impl Under {
    /// Nothing more is begun. Who has a turn at this moment is finished with.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

impl Shell {
    /// All runs there are, the latest first, without their users. Those that were begun together are one.
    pub fn fleet_runs(&self) -> Result<Vec<FleetRun>, ShellError> {
        let all = together(runs(&*self.authenticator()?)?);
        let without = |(id, runs): &(RunId, Vec<RunReport>)| FleetRun {
            users: vec![],
            ..self.run_view(id, runs)
        };
        Ok(all.iter().map(without).collect())
    }

    /// How one run stands, or all that were begun together under this name.
    pub fn fleet_run(&self, id: &str) -> Result<FleetRun, ShellError> {
        let id = RunId::try_from(id.to_owned())?;
        let runs = called(&*self.authenticator()?, &id)?;
        Ok(self.run_view(&id, &runs))
    }

    /// Goes on with a run that broke off or was stopped, or with all that were begun together under this name.
    pub fn resume_fleet_run(self: &Arc<Self>, id: &str) -> Result<(), ShellError> {
        let id = RunId::try_from(id.to_owned())?;
        // It has to be there.
        called(&*self.authenticator()?, &id)?;
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
            shell.announce.fleet_moved(&ended(&id, outcome));
        });
        Ok(())
    }

    fn through(
        &self,
        id: &RunId,
        seen: Option<&Seen>,
        stop: &AtomicBool,
    ) -> Result<Vec<RunReport>, ShellError> {
        let pace = Stoppable {
            pace: &*self.aws.pace,
            stop,
        };
        self.aws_work(&|_| {}, |work| {
            let runs = called(work.authenticator, id)?;
            let turns = Turns::new(id, &runs);
            let watch = |account: &str, progress: &RunProgress| {
                self.announce.fleet_moved(&turns.news(account, progress));
            };
            carry_on_each(&self.fleet_of(work, seen, &pace), &runs, IN_FLIGHT, &watch)
        })
    }

    fn run_view(&self, id: &RunId, runs: &[RunReport]) -> FleetRun {
        let under = locked(&self.fleet.under);
        FleetRun::new(id, runs, under.as_ref().map(|under| &under.id))
    }
}

/// What is told of the end: why a run stopped, or why those did that were begun together.
fn ended(id: &RunId, outcome: Result<Vec<RunReport>, ShellError>) -> FleetNews {
    let run = id.to_string();
    let (mut problem, mut accounts) = (None, vec![]);
    match outcome {
        Err(error) => problem = Some(error.into()),
        Ok(runs) => {
            for run in runs {
                match (run.stopped, run.together) {
                    (Some(stopped), Some(together)) => {
                        accounts.push(AccountProblem::new(&together.role, stopped));
                    }
                    (stopped, _) => problem = problem.or(stopped.map(CommandError::from)),
                }
            }
        }
    }
    FleetNews::Ended {
        run,
        problem,
        accounts,
    }
}

/// As on the command line: AWS throttles by account, and others work there as well.
const IN_FLIGHT: usize = 4;
