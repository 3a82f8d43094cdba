//! `fleet users` and `fleet report`: who has which MFA, in one account or in many.

use std::path::Path;

use lockstep_iam::error::Error;
use lockstep_iam::fleet::accounts::{AccountRole, InAccount, in_each, parse};
use lockstep_iam::fleet::page::html;
use lockstep_iam::fleet::read;
use lockstep_iam::fleet::report::FleetReport;
use lockstep_iam::fleet::roster::{Filter, Reader, Roster, RosterRequest};
use lockstep_iam::fleet::standing::hand_overs;
use lockstep_iam::fleet::table::csv;
use lockstep_iam::name::DevicePath;

use crate::args::fleet::{ReportArgs, ReportFormat, UsersArgs};
use crate::command::aws::connect::Aws;
use crate::command::aws::devices::parsed_tags;
use crate::command::{Ending, Outcome, shown};
use crate::error::CliError;
use crate::files;
use crate::report::fleet_users::{SumsReport, UsersReport, unread_exit};
use crate::report::{Done, value};
use crate::session::Session;

pub(super) fn users(args: &UsersArgs, session: &Session) -> Outcome {
    let path = args.path.clone().map(DevicePath::try_from).transpose();
    let request = RosterRequest {
        filter: Filter {
            without_mfa: args.without_mfa,
            path: path.map_err(Error::from)?,
            tags: parsed_tags(&args.tag)?,
            names: None,
        },
        exact: args.exact,
        tags: false,
    };
    shown(UsersReport(seen(
        args.accounts.accounts.as_deref(),
        &request,
        session,
    )?))
}

pub(super) fn report(args: &ReportArgs, session: &Session) -> Outcome {
    let request = RosterRequest {
        exact: args.exact,
        ..RosterRequest::default()
    };
    let report = seen(args.accounts.accounts.as_deref(), &request, session)?;
    let bytes = match args.format {
        None => return shown(SumsReport(report)),
        Some(ReportFormat::Csv) => csv(&report),
        Some(ReportFormat::Json) => format!("{:#}\n", value(&report)).into_bytes(),
        Some(ReportFormat::Html) => html(&report).into_bytes(),
    };
    let exit = unread_exit(&report);
    match &args.out {
        None => session.output.bytes(&bytes)?,
        Some(path) => {
            files::write_new(path, &bytes, &session.home.faults)?;
            session.output.report(&Done {
                outcome: "written",
                sentence: format!("The report is in {}.", path.display()),
            })?;
        }
    }
    Ok(Ending::Shown(exit))
}

/// What there is in the caller's account, or in those of the list.
fn seen(list: Option<&Path>, request: &RosterRequest, session: &Session) -> Result<FleetReport, CliError> {
    let roles = listed_roles(list)?;
    let aws = Aws::open(session)?;
    let (aws, accounts) = if let Some(roles) = roles {
        let rosters = in_each(&reader(&aws, session), &roles, |reader| {
            read::read(reader, request)
        });
        (aws, rosters)
    } else {
        let (aws, roster) = read_own(aws, request)?;
        let role = AccountRole {
            arn: aws.connection.caller().arn.clone(),
            account: roster.account.clone(),
            name: None,
            external_id: None,
        };
        let outcome = Ok(roster);
        (aws, vec![InAccount { role, outcome }])
    };
    let now = aws.connection.service_time().map_err(Error::from)?;
    Ok(FleetReport::new(&accounts, &hand_overs(&aws.authenticator)?, now))
}

pub(super) fn reader<'a>(aws: &'a Aws<'_>, session: &'a Session) -> Reader<'a> {
    Reader {
        connection: &aws.connection,
        pace: &*session.pace,
    }
}

/// Reads the caller's account, in a session with MFA where it takes one. What follows is done in the same one.
pub(super) fn read_own<'a>(aws: Aws<'a>, request: &RosterRequest) -> Result<(Aws<'a>, Roster), CliError> {
    let (roster, session) = aws.work(|work| read::read_own(work, request))?;
    Ok((aws.through(session), roster))
}

/// The roles in this list; nothing without a list.
pub(super) fn listed_roles(list: Option<&Path>) -> Result<Option<Vec<AccountRole>>, CliError> {
    let roles = list.map(|list| Ok::<_, CliError>(parse(&files::read_text(list)?)?));
    roles.transpose()
}
