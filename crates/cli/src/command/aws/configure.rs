//! `aws configure`: a profile of the AWS configuration file that gets its credentials from Lockstep.

use std::ffi::OsStr;
use std::path::Path;

use lockstep_device::serial::SerialNumber;
use lockstep_iam::error::Error;
use lockstep_iam::profile;
use lockstep_iam::sign_in::Credentials;
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
    check_source(&args.profile, session)?;
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

/// The keys must come from somewhere else than from the profile itself, and AWS's tools must come to the line at all.
fn check_source(profile: &str, session: &Session) -> Result<(), CliError> {
    let mut source = match &session.aws.credentials {
        Credentials::Keys(_) => None,
        Credentials::Profile(name) | Credentials::DefaultProfile(name) => Some(name.clone()),
        Credentials::Environment(_) => {
            return Err(CliError::usage(
                "the access key is in the environment, where the profile would not find it later",
                "Name a profile with the access key (--aws-profile), or store it: `lockstep aws keys add NAME`.",
            ));
        }
    };
    let mut seen = vec![];
    while let Some(name) = source.filter(|name| !seen.contains(name)) {
        let settings = profile::settings(Some(&name)).map_err(Error::from)?;
        let asks_lockstep = settings
            .credential_process
            .is_some_and(|command| command.contains(OURS));
        if name == profile || asks_lockstep {
            return Err(CliError::usage(
                format!(
                    "the profile {name:?} would get its keys from Lockstep, which would ask itself for them for ever"
                ),
                "Name another profile, one with the access key itself: --aws-profile NAME.",
            ));
        }
        source = settings.source_profile;
        seen.push(name);
    }
    let itself = profile::settings(Some(profile)).map_err(Error::from)?;
    if itself.role_arn.is_some() {
        return Err(CliError::usage(
            format!(
                "the profile {profile:?} says role_arn, which AWS's tools look at before credential_process"
            ),
            format!("Choose a new name: `lockstep aws configure NEW --aws-profile {profile}`."),
        ));
    }
    Ok(())
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

/// The line that asks Lockstep. It is for shells and for the AWS tools' own splitting, which agree on quoted words only.
fn command_line(serial: &SerialNumber, args: &ConfigureArgs, session: &Session) -> Result<String, CliError> {
    let program = std::env::current_exe().map_err(|error| CliError::Program {
        program: "lockstep".into(),
        error,
    })?;
    let mut line = vec![quoted(program.as_os_str())?];
    line.extend(OURS.split(' ').map(str::to_owned));
    line.push(word(serial.as_str())?);
    let mut option = |name: &str, value: &OsStr| -> Result<(), CliError> {
        line.push(name.to_owned());
        line.push(word(value)?);
        Ok(())
    };
    match &session.aws.credentials {
        Credentials::Keys(name) => option("--aws-keys", name.as_ref())?,
        credentials => {
            if let Some(name) = credentials.profile() {
                option("--aws-profile", name.as_ref())?;
            }
        }
    }
    if let Some(role) = &args.role_arn {
        option("--role-arn", role.as_ref())?;
    }
    if let Some(endpoint) = &session.aws.endpoint_url {
        option("--endpoint-url", endpoint.as_ref())?;
    }
    if let Some(folder) = session.asked_home() {
        option("--home", absolute(folder)?.as_os_str())?;
    }
    if let Some(store) = session.asked_store() {
        option("--store", store.to_string().as_ref())?;
    }
    // Nobody is there to type it when the AWS tools ask.
    if let Some(file) = session
        .passphrase_file()
        .filter(|file| !files::is_standard_stream(file))
    {
        option("--passphrase-file", absolute(file)?.as_os_str())?;
    }
    Ok(line.join(" "))
}

fn absolute(path: &Path) -> Result<std::path::PathBuf, CliError> {
    std::path::absolute(path).map_err(|error| CliError::File {
        path: path.to_owned(),
        done: "found",
        error,
    })
}

/// The word as it is where nothing in it has a meaning of its own, else in quotes.
fn word(text: impl AsRef<OsStr>) -> Result<String, CliError> {
    let text = text.as_ref();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=/:,.@-".contains(&byte);
    match text.to_str() {
        Some(word) if !word.is_empty() && word.bytes().all(plain) => Ok(word.to_owned()),
        _ => quoted(text),
    }
}

fn quoted(text: &OsStr) -> Result<String, CliError> {
    let means_something = |character: char| {
        matches!(character, '"' | '$' | '`' | '#' | ';')
            || character.is_control()
            || (cfg!(unix) && character == '\\')
    };
    match text.to_str() {
        Some(word) if !word.contains(means_something) => Ok(format!("\"{word}\"")),
        _ => Err(CliError::usage(
            format!(
                "{} cannot be written into a credential_process line: not all programs read it alike",
                text.display()
            ),
            "Use names without quotes, dollar signs, backslashes, # and ;.",
        )),
    }
}

const OURS: &str = "aws credential-process";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart_and_refused_where_quotes_do_not_help() {
        assert_eq!(word("work").ok().as_deref(), Some("work"));
        assert_eq!(word("my work").ok().as_deref(), Some("\"my work\""));
        for wrong in ["a\"b", "a$(id)", "a`id`", "a\nb", "a #b"] {
            assert_eq!(
                word(wrong).err().map(|error| error.code().to_owned()).as_deref(),
                Some("usage")
            );
        }
    }
}
