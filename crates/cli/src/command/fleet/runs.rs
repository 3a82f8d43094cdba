//! `fleet runs`: what runs there are, and what became of each user of one.

use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::run_table::csv;
use lockstep_iam::fleet::standing::{look, runs};

use crate::args::fleet::{RunFormat, RunsArgs};
use crate::command::fleet::see::written;
use crate::command::{Ending, Outcome, shown};
use crate::report::fleet::{RunReported, RunsReport};
use crate::report::{Exit, Report};
use crate::session::Session;

pub(super) fn run(args: RunsArgs, session: &Session) -> Outcome {
    let Some(run) = args.run else {
        let authenticator = session.open()?;
        return shown(RunsReport::new(&runs(&authenticator)?));
    };
    let id = RunId::try_from(run)?;
    let authenticator = session.open()?;
    let run = look(&authenticator, &id)?;
    let report = RunReported::new(&run, vec![]);
    let bytes = match args.format {
        None => return shown(report),
        Some(RunFormat::Csv) => csv(&[run]),
        Some(RunFormat::Json) => format!("{:#}\n", report.json()).into_bytes(),
    };
    written(&bytes, args.out.as_deref(), session)?;
    Ok(Ending::Shown(Exit::Done))
}
