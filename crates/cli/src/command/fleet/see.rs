//! `fleet users` and `fleet report`: who has which MFA, in one account or in many.

use std::path::Path;

use lockstep_iam::error::Error;
use lockstep_iam::fleet::accounts::{AccountRole, InAccount, parse};
use lockstep_iam::fleet::page::html;
use lockstep_iam::fleet::report::FleetReport;
use lockstep_iam::fleet::roster::{Filter, Roster, RosterRequest};
use lockstep_iam::fleet::standing::hand_overs;
use lockstep_iam::fleet::table::csv;
use lockstep_iam::fleet::{read, read_many};
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
    written(&bytes, args.out.as_deref(), session)?;
    Ok(Ending::Shown(unread_exit(&report)))
}

/// Puts a report into a new file, or onto standard output.
pub(super) fn written(bytes: &[u8], out: Option<&Path>, session: &Session) -> Result<(), CliError> {
    let Some(path) = out else {
        return session.output.bytes(bytes);
    };
    files::write_new(path, bytes, &session.home.faults)?;
    session.output.report(&Done {
        outcome: "written",
        sentence: format!("The report is in {}.", path.display()),
    })
}

/// What there is in the caller's account, or in those of the list.
fn seen(list: Option<&Path>, request: &RosterRequest, session: &Session) -> Result<FleetReport, CliError> {
    let roles = listed_roles(list)?;
    let aws = Aws::open(session)?;
    let (aws, accounts) = if let Some(roles) = roles {
        read_each(aws, &roles, request)?
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

/// Reads the caller's account, in a session with MFA where it takes one. What follows is done in the same one.
pub(super) fn read_own<'a>(aws: Aws<'a>, request: &RosterRequest) -> Result<(Aws<'a>, Roster), CliError> {
    let (roster, session) = aws.work(|work| read::read_own(work, request, &|_| {}))?;
    Ok((aws.through(session), roster))
}

/// Reads each account of the list, in a session with MFA where one takes it. What follows is done in the same one.
pub(super) fn read_each<'a>(
    aws: Aws<'a>,
    roles: &[AccountRole],
    request: &RosterRequest,
) -> Result<(Aws<'a>, Vec<InAccount<Roster>>), CliError> {
    let (accounts, session) = aws.work(|work| read_many::read_each(work, roles, request, &|_| {}))?;
    Ok((aws.through(session), accounts))
}

/// The roles in this list; nothing without a list.
pub(super) fn listed_roles(list: Option<&Path>) -> Result<Option<Vec<AccountRole>>, CliError> {
    let roles = list.map(|list| Ok::<_, CliError>(parse(&files::read_text(list)?)?));
    roles.transpose()
}
