//! What changes devices in AWS: `aws enrol`, `enable`, `resync`, `deactivate`, `delete`, `retire` and `rotate`.

use std::path::Path;

use lockstep_device::authenticator::show::Place;
use lockstep_device::serial::SerialNumber;
use lockstep_iam::adopt::{Codes, adopt};
use lockstep_iam::enrol::EnrolRequest;
use lockstep_iam::enrol::run::acknowledge;
use lockstep_iam::error::Error;
use lockstep_iam::name::{DeviceName, DevicePath, UserName};
use lockstep_iam::work::{Held, StepOutcome};
use zeroize::Zeroizing;

use crate::args::aws::{EnableArgs, EnrolArgs, GoneArgs};
use crate::command::aws::connect::Aws;
use crate::command::aws::devices::{parsed_tags, user_name};
use crate::command::aws::named::{NamedDevice, device, held, serial};
use crate::command::{Ending, Outcome, shown};
use crate::error::CliError;
use crate::report::Report;
use crate::report::aws::deeds::{DeedReport, EnrolReport, RotateReport};
use crate::session::Session;
use crate::{files, prompt};

pub(super) fn enrol(args: EnrolArgs, session: &Session) -> Outcome {
    let request = EnrolRequest {
        user: user_name(args.user)?,
        name: args
            .device_name
            .map(DeviceName::try_from)
            .transpose()
            .map_err(Error::from)?,
        path: args
            .path
            .map(DevicePath::try_from)
            .transpose()
            .map_err(Error::from)?
            .unwrap_or_default(),
        tags: parsed_tags(&args.tag)?,
        replace: args.replace,
        verify: !args.no_verify,
    };
    let aws = Aws::open(session)?;
    let enrolled = aws.work(|work| lockstep_iam::enrol::run::enrol(work, &request))?;
    let report = EnrolReport::new(enrolled.clone(), aws.steps(), aws.round_trips());
    session.output.report(&report)?;
    // Told. Killed before this line, the same command says it again instead of enrolling another device.
    if let Err(error) = acknowledge(&aws.authenticator, &enrolled) {
        session.output.note(&error.to_string());
    }
    Ok(Ending::Shown(report.exit()))
}

pub(super) fn enable(args: EnableArgs, session: &Session) -> Outcome {
    let user = user_name(args.user)?;
    let serial = serial(&args.serial)?;
    let file = args.codes_file.as_deref();
    if args.query.is_none() && file.is_none() && !prompt::is_interactive() {
        return Err(codes_needed());
    }
    session.reads_once(file.as_slice())?;
    let authenticator = session.open()?;
    let codes = match args.query {
        Some(query) => Codes::Account(Held {
            serial: serial.clone(),
            account: authenticator.find(&query, Place::Live)?.id,
        }),
        None => typed_codes(file, session)?,
    };
    let aws = Aws::connect(authenticator, session)?;
    let user = aws.work(|work| {
        let user = work.user(user.as_ref())?;
        adopt(work, &serial, &user, &codes)?;
        Ok(user)
    })?;
    let sentence = format!("{serial} is a device of {user} now.");
    shown(report(&aws, &serial, Some(user), ("enabled", sentence)))
}

pub(super) fn resync(
    text: &str,
    user: Option<String>,
    codes_file: Option<&Path>,
    session: &Session,
) -> Outcome {
    let user = user_name(user)?;
    session.reads_once(codes_file.as_slice())?;
    let authenticator = session.open()?;
    let NamedDevice { serial, account } = device(&authenticator, text)?;
    let codes = match (codes_file, account) {
        (None, Some(account)) => Codes::Account(Held {
            serial: serial.clone(),
            account,
        }),
        (file, _) => typed_codes(file, session)?,
    };
    let aws = Aws::connect(authenticator, session)?;
    let user = aws.work(|work| {
        let user = work.user(user.as_ref())?;
        lockstep_iam::resync::resync(work, &serial, &user, &codes)?;
        Ok(user)
    })?;
    let sentence = format!("AWS knows the clock of {serial} now.");
    shown(report(&aws, &serial, Some(user), ("resynced", sentence)))
}

pub(super) fn deactivate(args: GoneArgs, session: &Session) -> Outcome {
    let (aws, serial, user) = about_to(
        "take a device from its user",
        args,
        |serial, user| format!("Take {serial} from {user}?"),
        session,
    )?;
    let outcome = aws.work(|work| lockstep_iam::retire::deactivate(work, &serial, &user))?;
    let done = match outcome {
        StepOutcome::Already => ("already", format!("{serial} was no device of {user} any more.")),
        _ => (
            "deactivated",
            format!("{serial} is no device of {user} any more."),
        ),
    };
    shown(report(&aws, &serial, Some(user), done))
}

pub(super) fn delete(text: &str, yes: bool, session: &Session) -> Outcome {
    prompt::require_consent(yes, "delete a device")?;
    let aws = Aws::open(session)?;
    let serial = device(&aws.authenticator, text)?.serial;
    prompt::consent(yes, &format!("Delete {serial}?"), session.output)?;
    let outcome = aws.work(|work| lockstep_iam::retire::delete(work, &serial))?;
    let done = match outcome {
        StepOutcome::Already => ("already", format!("{serial} was not there any more.")),
        _ => ("deleted", format!("{serial} is deleted.")),
    };
    shown(report(&aws, &serial, None, done))
}

pub(super) fn retire(args: GoneArgs, session: &Session) -> Outcome {
    let (aws, serial, user) = about_to(
        "retire a device",
        args,
        |serial, user| format!("Take {serial} from {user} and delete it?"),
        session,
    )?;
    let retired = aws.work(|work| lockstep_iam::retire::retire(work, &serial, &user))?;
    shown(DeedReport::retired(&retired, aws.steps(), aws.round_trips()))
}

pub(super) fn rotate(query: &str, verify: bool, yes: bool, session: &Session) -> Outcome {
    prompt::require_consent(yes, "replace a device")?;
    let authenticator = session.open()?;
    let old = held(&authenticator, query)?;
    let aws = Aws::connect(authenticator, session)?;
    let user = aws.work(|work| work.user(None))?;
    prompt::consent(
        yes,
        &format!("Replace {} of {user} by a new device?", old.serial),
        session.output,
    )?;
    let rotated = aws.work(|work| lockstep_iam::rotate::rotate(work, &old, &user, verify))?;
    shown(RotateReport::new(rotated, aws.steps(), aws.round_trips()))
}

/// The device and whose it is, after the person agreed.
fn about_to<'a>(
    what: &str,
    args: GoneArgs,
    question: impl FnOnce(&SerialNumber, &UserName) -> String,
    session: &'a Session,
) -> Result<(Aws<'a>, SerialNumber, UserName), CliError> {
    let user = user_name(args.user)?;
    prompt::require_consent(args.yes, what)?;
    let authenticator = session.open()?;
    let serial = device(&authenticator, &args.device)?.serial;
    let aws = Aws::connect(authenticator, session)?;
    let user = aws.work(|work| work.user(user.as_ref()))?;
    prompt::consent(args.yes, &question(&serial, &user), session.output)?;
    Ok((aws, serial, user))
}

/// Two successive codes that a person read off a device.
fn typed_codes(file: Option<&Path>, session: &Session) -> Result<Codes, CliError> {
    let text = match file {
        Some(file) => files::read_text(file)?,
        None if prompt::is_interactive() => {
            let first = prompt::line("Code: ", session.output)?;
            let second = prompt::line("The code after it: ", session.output)?;
            Zeroizing::new(format!("{}\n{}\n", first.trim(), second.trim()))
        }
        None => return Err(codes_needed()),
    };
    Ok(Codes::typed(&text)?)
}

fn codes_needed() -> CliError {
    CliError::usage(
        "two successive codes of the device are needed, and there is no terminal to ask for them",
        "Name an account that makes them, or a file with one on a line: --codes-file FILE, or - for standard input.",
    )
}

fn report(
    aws: &Aws<'_>,
    serial: &SerialNumber,
    user: Option<UserName>,
    (outcome, sentence): (&'static str, String),
) -> DeedReport {
    DeedReport {
        serial: serial.to_string(),
        user: user.map(String::from),
        outcome,
        id: None,
        steps: aws.steps(),
        round_trips: aws.round_trips(),
        sentence,
    }
}
