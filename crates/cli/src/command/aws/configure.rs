//! `aws configure`: a profile of the AWS configuration file that gets its credentials from Lockstep.

use std::path::PathBuf;

use lockstep_device::serial::SerialNumber;
use lockstep_iam::credential_process::{Line, LineError, check_source};
use lockstep_iam::error::Error;
use lockstep_iam::profile;
use lockstep_iam::work::bound;

use crate::args::aws::ConfigureArgs;
use crate::command::aws::named::{held, only_bound};
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::files;
use crate::report::aws::ConfiguredReport;
use crate::session::Session;
use crate::session::aws::AwsOptions;

pub(super) fn run(args: &ConfigureArgs, session: &Session) -> Outcome {
    check_source(&args.profile, &session.aws.credentials).map_err(refused)?;
    let file = AwsOptions::config_file()?;
    let serial = serial(args, session)?;
    let command = command_line(&serial, args, session)?;
    let mut values = vec![("credential_process", command.as_str())];
    if let Some(region) = &session.aws.region {
        values.push(("region", region));
    }
    let configured =
        profile::configure(&file, &args.profile, &values, &session.home.faults).map_err(Error::from)?;
    shown(ConfiguredReport {
        profile: args.profile.clone(),
        file: file.display().to_string(),
        changed: configured.changed,
        backup: configured.backup.map(|backup| backup.display().to_string()),
        credential_process: command,
    })
}

/// The device of the account that was named, else the profile's, else the only one there is.
fn serial(args: &ConfigureArgs, session: &Session) -> Result<SerialNumber, CliError> {
    let authenticator = session.open()?;
    if let Some(query) = &args.query {
        return Ok(held(&authenticator, query)?.serial);
    }
    let mfa_serial = session
        .aws
        .credentials
        .settings()
        .map_err(Error::from)?
        .mfa_serial;
    let of_profile = bound(&authenticator)
        .into_iter()
        .find(|held| Some(held.serial.as_str()) == mfa_serial.as_deref());
    match of_profile {
        Some(held) => Ok(held.serial),
        None => Ok(only_bound(&authenticator)?.serial),
    }
}

fn command_line(serial: &SerialNumber, args: &ConfigureArgs, session: &Session) -> Result<String, CliError> {
    let program = std::env::current_exe().map_err(|error| CliError::Program {
        program: "lockstep".into(),
        error,
    })?;
    let line = Line {
        program: &program,
        serial,
        credentials: &session.aws.credentials,
        role_arn: args.role_arn.as_deref(),
        endpoint_url: session.aws.endpoint_url.as_deref(),
        home: session.asked_home(),
        store: session.asked_store(),
        passphrase_file: session
            .passphrase_file()
            .filter(|file| !files::is_standard_stream(file))
            .map(PathBuf::as_path),
    };
    line.text().map_err(refused)
}

fn refused(error: LineError) -> CliError {
    let message = error.to_string();
    match error {
        LineError::Profile(error) => Error::from(error).into(),
        LineError::Path { path, reason } => CliError::File {
            path,
            done: "found",
            error: reason,
        },
        LineError::KeysInEnvironment => CliError::usage(
            message,
            "Name a profile with the access key (--aws-profile), or store it: `lockstep aws keys add NAME`.",
        ),
        LineError::AsksItself(_) => CliError::usage(
            message,
            "Name another profile, one with the access key itself: --aws-profile NAME.",
        ),
        LineError::RoleFirst(profile) => CliError::usage(
            message,
            format!("Choose a new name: `lockstep aws configure NEW --aws-profile {profile}`."),
        ),
        LineError::NotQuotable(_) => CliError::usage(
            message,
            "Use names without quotes, dollar signs, backslashes, # and ;.",
        ),
    }
}
