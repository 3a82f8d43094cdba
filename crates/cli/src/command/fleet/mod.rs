//! `fleet`: many users at once.

mod enrol;
mod enrol_many;
mod recover;
mod runs;
mod seals;
mod see;
mod sweep;

use crate::args::fleet::FleetCommand;
use crate::command::Outcome;
use crate::session::Session;

pub(super) fn run(command: FleetCommand, session: &Session) -> Outcome {
    match command {
        FleetCommand::Users(args) => see::users(&args, session),
        FleetCommand::Report(args) => see::report(&args, session),
        FleetCommand::Sweep { accounts, apply, yes } => {
            sweep::run(accounts.accounts.as_deref(), apply, yes, session)
        }
        FleetCommand::Enrol(args) => enrol::run(&args, session),
        FleetCommand::Runs(args) => runs::run(args, session),
        FleetCommand::Recover(args) => recover::run(&args, session),
    }
}
