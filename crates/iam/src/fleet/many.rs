//! Runs in several AWS accounts side by side, each with a file of its own. What fails in one says nothing of the others.

use crate::api::failure::Failure;
use crate::caller::Caller;
use crate::error::Error;
use crate::fleet::accounts::{self, AccountRole, InAccount, in_role};
use crate::fleet::bounded::each;
use crate::fleet::choice::{Choice, choose};
use crate::fleet::roster::Roster;
use crate::fleet::run::{RunProgress, RunRequest, begin, carry_on};
use crate::fleet::run_store::{RunId, Together};
use crate::fleet::running::Fleet;
use crate::fleet::seals::Seals;
use crate::fleet::standing::{RunReport, UserOutcome, look};
use crate::name::UserName;

/// Whom runs in several accounts would enrol.
pub struct Choices {
    /// Who is enrolled in each account, and who is not and why.
    pub accounts: Vec<(AccountRole, Choice)>,
    /// Who was named and is in none of them.
    pub unknown: Vec<UserName>,
}

/// Chooses among the users of each account. That somebody is in another one alone is worth no line.
pub fn choose_each(
    caller: &Caller,
    accounts: Vec<(AccountRole, Roster)>,
    seals: &Seals,
) -> Result<Choices, Error> {
    let unknown = unknown_everywhere(&accounts);
    let chosen = |(role, mut roster): (AccountRole, Roster)| {
        roster.unmatched.clear();
        let me = caller.user().filter(|_| caller.account == role.account);
        let choice = choose(me, &roster, seals)?;
        Ok((role, choice))
    };
    let accounts = accounts.into_iter().map(chosen).collect::<Result<_, Error>>()?;
    Ok(Choices { accounts, unknown })
}

fn unknown_everywhere(accounts: &[(AccountRole, Roster)]) -> Vec<UserName> {
    let Some(((_, first), others)) = accounts.split_first() else {
        return vec![];
    };
    let is_unknown = |user: &&UserName| others.iter().all(|(_, roster)| roster.unmatched.contains(user));
    first.unmatched.iter().filter(is_unknown).cloned().collect()
}

/// Writes a run down for each account; what they are called together, and each run, or why there is none. No device is asked
/// for before [`carry_on_each`].
pub fn begin_each(
    fleet: &Fleet<'_>,
    requests: &[(AccountRole, RunRequest)],
) -> Result<(RunId, Vec<InAccount<RunId>>), Error> {
    let id = RunId::random()?;
    let begun = |(role, request): &(AccountRole, RunRequest)| {
        let connection = in_role(&fleet.work(), role)?;
        let together = Some(Together {
            id: id.clone(),
            role: role.clone(),
        });
        let request = RunRequest {
            together,
            ..request.clone()
        };
        begin(&fleet.through(&connection), request)
    };
    let runs = each(requests, accounts::IN_FLIGHT, |request| InAccount {
        role: request.0.clone(),
        outcome: begun(request),
    });
    Ok((id, runs))
}

/// Carries out runs that were begun together, from wherever each stands. `in_flight` counts in each account by itself, as
/// AWS's rates do. A run that could not be gone on with says why it stopped.
pub fn carry_on_each(
    fleet: &Fleet<'_>,
    runs: &[RunReport],
    in_flight: usize,
    watch: &(dyn Fn(&str, &RunProgress) + Sync),
) -> Result<Vec<RunReport>, Error> {
    let reports = each(runs, accounts::IN_FLIGHT, |run| {
        let outcome = match &run.together {
            Some(together) => carry_on_in(fleet, run, &together.role, in_flight, watch),
            None => carry_on(fleet, &run.id, in_flight, &|progress| {
                watch(&run.account, progress);
            }),
        };
        outcome.or_else(|error| {
            Ok(RunReport {
                stopped: Some(error),
                ..look(fleet.authenticator, &run.id)?
            })
        })
    });
    reports.into_iter().collect()
}

/// A role's session ends after an hour: as long as each gets further, another one is made.
fn carry_on_in(
    fleet: &Fleet<'_>,
    run: &RunReport,
    role: &AccountRole,
    in_flight: usize,
    watch: &(dyn Fn(&str, &RunProgress) + Sync),
) -> Result<RunReport, Error> {
    let mut left = usize::MAX;
    loop {
        let connection = in_role(&fleet.work(), role)?;
        let report = carry_on(&fleet.through(&connection), &run.id, in_flight, &|progress| {
            watch(&run.account, progress);
        })?;
        let open = report
            .users
            .iter()
            .filter(|user| user.outcome == UserOutcome::Open)
            .count();
        let has_expired = matches!(report.stopped, Some(Error::Failure(Failure::Expired { .. })));
        if !has_expired || open >= left {
            return Ok(report);
        }
        left = open;
    }
}
