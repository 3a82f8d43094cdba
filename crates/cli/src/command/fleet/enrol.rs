//! `fleet enrol`: whom, with which key, and then the run.

use std::path::{Path, PathBuf};
use std::time::Instant;

use lockstep_iam::error::Error;
use lockstep_iam::fleet::choice::{Choice, LeftOut, choose};
use lockstep_iam::fleet::recipients::UserKeys;
use lockstep_iam::fleet::roster::{Filter, RosterRequest};
use lockstep_iam::fleet::run::{RunProgress, RunRequest, begin, carry_on};
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::running::Fleet;
use lockstep_iam::fleet::seals::Seals;
use lockstep_iam::fleet::standing::UserOutcome;
use lockstep_iam::name::{DevicePath, UserName};

use crate::args::fleet::FleetEnrolArgs;
use crate::command::aws::connect::Aws;
use crate::command::aws::devices::parsed_tags;
use crate::command::fleet::seals::{read, write_sheet};
use crate::command::fleet::see::read_own;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::output::Output;
use crate::report::fleet::{PlanReport, RunReported, UserRow, pace_line};
use crate::session::Session;
use crate::{files, prompt};

/// Enrols users of the account whose credentials these are.
pub(super) fn run(args: &FleetEnrolArgs, wanted: &Wanted, session: &Session) -> Outcome {
    let in_flight = usize::from(args.max_in_flight);
    let (aws, roster) = read_own(Aws::open(session)?, &wanted.request)?;
    let (keys, left_out) = told(choose(aws.connection.caller().user(), &roster, &wanted.seals)?);
    let plan = PlanReport::new(&roster.account, &wanted.hand_off, keys.keys(), left_out);
    if args.dry_run || keys.is_empty() {
        return shown(plan);
    }
    session.output.say(&plan.words());
    prompt::consent(args.yes, &format!("Enrol {} users?", keys.len()), session.output)?;
    write_sheet(&args.seals, &keys, session)?;
    let id = begin(&fleet(&aws, session), wanted.run(args, keys)?)?;
    session.output.note(&format!(
        "this is run {id}; should it break off, go on with `lockstep fleet enrol --resume {id}`"
    ));
    carried_out(&aws, &id, in_flight, plan.left_out, session)
}

/// What was asked for, before anything is asked of AWS.
pub(super) struct Wanted {
    pub(super) hand_off: PathBuf,
    pub(super) seals: Seals,
    pub(super) request: RosterRequest,
}

impl Wanted {
    pub(super) fn read(args: &FleetEnrolArgs, session: &Session) -> Result<Self, CliError> {
        let Some(hand_off) = args.seals.hand_off.clone() else {
            return Err(CliError::usage(
                "nothing says where the hand-offs go",
                "Say --hand-off DIR.",
            ));
        };
        session.reads_once(&named_files(args))?;
        let seals = read(&args.seals)?;
        let request = RosterRequest {
            filter: filter(args, &seals)?,
            ..RosterRequest::default()
        };
        Ok(Self {
            hand_off,
            seals,
            request,
        })
    }

    /// The run that enrols these.
    pub(super) fn run(&self, args: &FleetEnrolArgs, users: UserKeys) -> Result<RunRequest, CliError> {
        let path = args.device_path.clone().map(DevicePath::try_from).transpose();
        Ok(RunRequest {
            users,
            hand_off: self.hand_off.clone(),
            path: path.map_err(Error::from)?.unwrap_or_default(),
            tags: parsed_tags(&args.tag)?,
            keep_copies: args.keep_copies,
            together: None,
        })
    }
}

pub(super) fn fleet<'a>(aws: &'a Aws<'_>, session: &'a Session) -> Fleet<'a> {
    Fleet {
        authenticator: &aws.authenticator,
        connection: &aws.connection,
        source: &aws.source,
        pace: &*session.pace,
        faults: session.home.faults.clone(),
    }
}

/// Carries the run out, and says now and then how far it is.
pub(super) fn carried_out(
    aws: &Aws<'_>,
    id: &RunId,
    in_flight: usize,
    left_out: Vec<UserRow>,
    session: &Session,
) -> Outcome {
    let begun = Instant::now();
    let output = session.output;
    let watch = |progress: &RunProgress| tell("", progress, begun, output);
    let report = carry_on(&fleet(aws, session), id, in_flight, &watch);
    aws.say_what_was_not_written_down();
    let report = report?;
    shown(RunReported::new(&report, left_out))
}

/// Says how far a run is, now and then.
pub(super) fn tell(before: &str, progress: &RunProgress, begun: Instant, output: Output) {
    let is_worth_a_line = progress.outcome != UserOutcome::Enrolled
        || progress.done == progress.total
        || progress.done.is_multiple_of(LINE_EVERY);
    if is_worth_a_line {
        let line = pace_line(progress, begun.elapsed());
        output.progress(&format!("{before}{line}"));
    }
}

fn named_files(args: &FleetEnrolArgs) -> Vec<&Path> {
    let named = args.users.iter().chain(&args.seals.passphrases);
    named.map(std::path::PathBuf::as_path).collect()
}

/// Whom the options name. Without any, those who have a key in the list.
fn filter(args: &FleetEnrolArgs, seals: &Seals) -> Result<Filter, CliError> {
    let path = args.path.clone().map(DevicePath::try_from).transpose();
    let names = match (&args.users, seals) {
        (Some(file), _) => Some(names_of(&files::read_text(file)?)?),
        (None, Seals::Known(keys)) if !args.without_mfa && args.path.is_none() => {
            Some(keys.keys().cloned().collect())
        }
        (None, Seals::Generated) if !args.without_mfa && args.path.is_none() => {
            return Err(CliError::usage(
                "nothing says whom to enrol",
                "Say --users FILE, --without-mfa or --path PATH.",
            ));
        }
        (None, _) => None,
    };
    Ok(Filter {
        without_mfa: args.without_mfa,
        path: path.map_err(Error::from)?,
        names,
        ..Filter::default()
    })
}

/// The first column of each line, without a heading, blank lines and remarks.
fn names_of(text: &str) -> Result<Vec<UserName>, CliError> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let names = lines.map(|line| {
        line.split(',')
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches('"')
    });
    let names: Vec<&str> = names.collect();
    let heading = usize::from(
        names
            .first()
            .is_some_and(|name| name.eq_ignore_ascii_case("user")),
    );
    let names = names.into_iter().skip(heading);
    Ok(names
        .map(|name| UserName::try_from(name.to_owned()).map_err(Error::from))
        .collect::<Result<_, _>>()?)
}

/// Who is enrolled with which key, and who is not and why, in words.
pub(super) fn told(Choice { users, left_out }: Choice) -> (UserKeys, Vec<UserRow>) {
    let left_out = left_out.into_iter();
    let rows = left_out.map(|(user, why)| UserRow::new(&user, words(why)));
    (users, rows.collect())
}

fn words(why: LeftOut) -> (&'static str, &'static str) {
    match why {
        LeftOut::Caller => ("skipped", "that is you: `lockstep aws enrol` does it"),
        LeftOut::HasDevice => ("already-had", "there is a device already"),
        LeftOut::Unknown => (
            "skipped",
            "whether there is a device already could not be found out with these credentials",
        ),
        LeftOut::NoKey => ("skipped", "there is no key for this user in the list"),
        LeftOut::NoUser => ("skipped", "there is no user of this name"),
    }
}

/// A line for so many users.
const LINE_EVERY: usize = 10;
