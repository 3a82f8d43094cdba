//! `fleet`: many users at once.

mod enrol;
mod enrol_many;
mod recover;
mod runs;
mod seals;
mod see;
mod sweep;

use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::standing::called;

use crate::args::fleet::{FleetCommand, FleetEnrolArgs};
use crate::command::Outcome;
use crate::command::aws::connect::Aws;
use crate::command::fleet::enrol::Wanted;
use crate::command::fleet::see::listed_roles;
use crate::prompt;
use crate::session::Session;

pub(super) fn run(command: FleetCommand, session: &Session) -> Outcome {
    match command {
        FleetCommand::Users(args) => see::users(&args, session),
        FleetCommand::Report(args) => see::report(&args, session),
        FleetCommand::Sweep { accounts, apply, yes } => {
            sweep::run(accounts.accounts.as_deref(), apply, yes, session)
        }
        FleetCommand::Enrol(args) => enrol(&args, session),
        FleetCommand::Runs(args) => runs::run(args, session),
        FleetCommand::Recover(args) => recover::run(&args, session),
    }
}

/// `fleet enrol`, in one account or in several, from the beginning or from where it broke off.
fn enrol(args: &FleetEnrolArgs, session: &Session) -> Outcome {
    if let Some(run) = &args.resume {
        let in_flight = usize::from(args.max_in_flight);
        let id = RunId::try_from(run.clone())?;
        let aws = Aws::open(session)?;
        let runs = called(&aws.authenticator, &id)?;
        return match runs.as_slice() {
            [run] if run.together.is_none() => enrol::carried_out(&aws, &id, in_flight, vec![], session),
            runs => enrol_many::resumed(&aws, id, runs, in_flight, session),
        };
    }
    if !args.dry_run {
        prompt::require_consent(args.yes, "enrol users")?;
    }
    let wanted = Wanted::read(args, session)?;
    match listed_roles(args.accounts.accounts.as_deref())? {
        Some(roles) => enrol_many::run(args, &wanted, &roles, session),
        None => enrol::run(args, &wanted, session),
    }
}
