//! Runs in several AWS accounts side by side, each with a file of its own. What fails in one says nothing of the others.

use crate::api::failure::Failure;
use crate::connection::Connection;
use crate::elevation::session_of_caller;
use crate::error::Error;
use crate::fleet::accounts::{self, AccountRole, InAccount, connect};
use crate::fleet::bounded::each;
use crate::fleet::roster::Reader;
use crate::fleet::run::{RunProgress, RunRequest, begin, carry_on};
use crate::fleet::run_store::{RunId, Together};
use crate::fleet::running::Fleet;
use crate::fleet::standing::{RunReport, UserOutcome, look};

/// Writes a run down for each account; what they are called together, and each run, or why there is none. No device is asked
/// for before [`carry_on_each`].
pub fn begin_each(
    fleet: &Fleet<'_>,
    requests: &[(AccountRole, RunRequest)],
) -> Result<(RunId, Vec<InAccount<RunId>>), Error> {
    let id = RunId::random()?;
    let begun = |(role, request): &(AccountRole, RunRequest)| {
        let connection = in_role(fleet, role)?;
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
        let connection = in_role(fleet, role)?;
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

/// The services of an account in the role, which may want a session with MFA to be taken on.
fn in_role(fleet: &Fleet<'_>, role: &AccountRole) -> Result<Connection, Error> {
    let through = |connection| {
        let reader = Reader {
            connection,
            pace: fleet.pace,
            watch: &|_| {},
        };
        connect(&reader, role)
    };
    match through(fleet.connection) {
        Err(Error::Failure(failure)) if failure.is_denial() => match session_of_caller(&fleet.work())? {
            Some(session) => through(&session),
            None => Err(failure.into()),
        },
        outcome => outcome,
    }
}
