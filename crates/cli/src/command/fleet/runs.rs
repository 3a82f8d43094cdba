//! `fleet runs`: what runs there are, and what became of each user of one.

use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::run_table::csv;
use lockstep_iam::fleet::standing::{RunReport, called, runs};

use crate::args::fleet::{RunFormat, RunsArgs};
use crate::command::fleet::see::written;
use crate::command::{Ending, Outcome, shown};
use crate::report::fleet::{RunReported, RunsReport};
use crate::report::fleet_many::RunsDone;
use crate::report::{Exit, Report};
use crate::session::Session;

pub(super) fn run(args: RunsArgs, session: &Session) -> Outcome {
    let Some(run) = args.run else {
        let authenticator = session.open()?;
        return shown(RunsReport::new(&runs(&authenticator)?));
    };
    let id = RunId::try_from(run)?;
    let authenticator = session.open()?;
    let runs = called(&authenticator, &id)?;
    let bytes = match args.format {
        None => return reported(id, &runs, shown, shown),
        Some(RunFormat::Csv) => csv(&runs),
        Some(RunFormat::Json) => {
            let json = reported(id, &runs, |run| run.json(), |runs| runs.json());
            format!("{json:#}\n").into_bytes()
        }
    };
    written(&bytes, args.out.as_deref(), session)?;
    Ok(Ending::Shown(Exit::Done))
}

/// One run as such, and several as those that were begun together.
fn reported<T>(
    id: RunId,
    runs: &[RunReport],
    one: impl FnOnce(RunReported) -> T,
    several: impl FnOnce(RunsDone) -> T,
) -> T {
    if let [run] = runs
        && run.id == id
    {
        return one(RunReported::new(run, vec![]));
    }
    let mut done = RunsDone::new(id);
    for run in runs {
        done.run(run, vec![]);
    }
    several(done)
}
