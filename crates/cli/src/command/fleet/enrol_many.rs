//! `fleet enrol --accounts`: a run in each account, all of them side by side.

use std::time::Instant;

use lockstep_iam::fleet::accounts::{AccountRole, InAccount};
use lockstep_iam::fleet::choice::Choice;
use lockstep_iam::fleet::many::{Choices, begin_each, carry_on_each, choose_each};
use lockstep_iam::fleet::recipients::UserKeys;
use lockstep_iam::fleet::roster::Roster;
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::standing::{RunReport, look};

use crate::args::fleet::FleetEnrolArgs;
use crate::command::aws::connect::Aws;
use crate::command::fleet::enrol::{Wanted, fleet, tell, told};
use crate::command::fleet::seals::write_sheet_of_many;
use crate::command::fleet::see::read_each;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::prompt;
use crate::report::fleet::{PlanReport, UserRow};
use crate::report::fleet_many::{FailedAccount, PlansReport, RunsDone};
use crate::session::Session;

/// One account, its users and who of them is enrolled.
struct Part {
    role: AccountRole,
    keys: UserKeys,
    plan: PlanReport,
}

impl Part {
    fn new(role: AccountRole, choice: Choice, wanted: &Wanted) -> Self {
        let (keys, left_out) = told(choice);
        let plan = PlanReport::new(&role.account, &wanted.hand_off, keys.keys(), left_out);
        Self { role, keys, plan }
    }
}

pub(super) fn run(
    args: &FleetEnrolArgs,
    wanted: &Wanted,
    roles: &[AccountRole],
    session: &Session,
) -> Outcome {
    let (aws, accounts) = read_each(Aws::open(session)?, roles, &wanted.request)?;
    let (accounts, failed) = read_ones(accounts);
    let Choices { accounts, unknown } = choose_each(aws.connection.caller(), accounts, &wanted.seals)?;
    let parts = accounts
        .into_iter()
        .map(|(role, choice)| Part::new(role, choice, wanted));
    let (parts, unchanged): (Vec<Part>, Vec<Part>) = parts.partition(|part| !part.keys.is_empty());
    let users: usize = parts.iter().map(|part| part.keys.len()).sum();
    let plans = parts.iter().chain(&unchanged).map(|part| part.plan.clone());
    let plans = PlansReport {
        accounts: plans.collect(),
        unknown: unknown.iter().map(ToString::to_string).collect(),
        failed,
    };
    if args.dry_run || parts.is_empty() {
        return shown(plans);
    }
    session.output.say(&plans.words());
    let question = format!("Enrol {users} users in {} accounts?", parts.len());
    prompt::consent(args.yes, &question, session.output)?;
    let keys: Vec<(&str, &UserKeys)> = parts
        .iter()
        .map(|part| (part.role.account.as_str(), &part.keys))
        .collect();
    write_sheet_of_many(&args.seals, &keys, session)?;
    let requests = parts
        .iter()
        .map(|part| Ok((part.role.clone(), wanted.run(args, part.keys.clone())?)));
    let requests = requests.collect::<Result<Vec<_>, CliError>>()?;
    let (id, begun) = begin_each(&fleet(&aws, session), &requests)?;
    session.output.note(&format!(
        "these are runs {id}; should one break off, go on with `lockstep fleet enrol --resume {id}`"
    ));
    let mut done = RunsDone::new(id);
    done.plans(plans, |plan| {
        unchanged.iter().any(|part| part.role.account == plan.account)
    });
    let mut runs = vec![];
    for InAccount { role, outcome } in begun {
        match outcome {
            Ok(run) => runs.push(look(&aws.authenticator, &run)?),
            Err(error) => done.failed(FailedAccount::new(&role, &error)),
        }
    }
    let left_out = |account: &str| -> Vec<UserRow> {
        let of_account = parts.iter().find(|part| part.role.account == account);
        of_account
            .map(|part| part.plan.left_out.clone())
            .unwrap_or_default()
    };
    for run in carried_out(&aws, &runs, usize::from(args.max_in_flight), session)? {
        done.run(&run, left_out(&run.account));
    }
    shown(done)
}

/// Goes on with runs that were begun before.
pub(super) fn resumed(
    aws: &Aws<'_>,
    id: RunId,
    runs: &[RunReport],
    in_flight: usize,
    session: &Session,
) -> Outcome {
    let of_one = runs.first().and_then(|run| run.together.clone());
    let mut done = RunsDone::new(of_one.map_or(id, |together| together.id));
    for run in carried_out(aws, runs, in_flight, session)? {
        done.run(&run, vec![]);
    }
    shown(done)
}

fn carried_out(
    aws: &Aws<'_>,
    runs: &[RunReport],
    in_flight: usize,
    session: &Session,
) -> Result<Vec<RunReport>, CliError> {
    let (begun, output) = (Instant::now(), session.output);
    let reports = carry_on_each(&fleet(aws, session), runs, in_flight, &|account, progress| {
        tell(&format!("{account}: "), progress, begun, output);
    });
    aws.say_what_was_not_written_down();
    Ok(reports?)
}

/// The accounts that could be read, and why the others could not.
fn read_ones(accounts: Vec<InAccount<Roster>>) -> (Vec<(AccountRole, Roster)>, Vec<FailedAccount>) {
    let (mut read, mut failed) = (vec![], vec![]);
    for InAccount { role, outcome } in accounts {
        match outcome {
            Ok(roster) => read.push((role, roster)),
            Err(error) => failed.push(FailedAccount::new(&role, &error)),
        }
    }
    (read, failed)
}
