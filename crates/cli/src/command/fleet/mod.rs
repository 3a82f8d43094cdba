//! `fleet`: many users at once.

mod enrol;
mod recover;
mod seals;
mod see;
mod sweep;

use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::standing::{look, runs};

use crate::args::fleet::FleetCommand;
use crate::command::{Outcome, shown};
use crate::report::fleet::{RunReported, RunsReport};
use crate::session::Session;

pub(super) fn run(command: FleetCommand, session: &Session) -> Outcome {
    match command {
        FleetCommand::Users(args) => see::users(&args, session),
        FleetCommand::Report(args) => see::report(&args, session),
        FleetCommand::Sweep { accounts, apply, yes } => {
            sweep::run(accounts.accounts.as_deref(), apply, yes, session)
        }
        FleetCommand::Enrol(args) => enrol::run(args, session),
        FleetCommand::Runs { run: None } => {
            let authenticator = session.open()?;
            shown(RunsReport::new(&runs(&authenticator)?))
        }
        FleetCommand::Runs { run: Some(run) } => {
            let id = RunId::try_from(run)?;
            let authenticator = session.open()?;
            shown(RunReported::new(&look(&authenticator, &id)?, vec![]))
        }
        FleetCommand::Recover(args) => recover::run(&args, session),
    }
}
