//! `aws session`, `credential-process`, `exec` and `env`: sessions with MFA, and what is done with them.

use std::process::Command;

use lockstep_iam::error::Error;
use lockstep_iam::variables::Variables;

use crate::args::aws::{EnvShell, ExecArgs, SessionArgs};
use crate::command::aws::credentials::{Given, credentials};
use crate::command::{Ending, Outcome, shown};
use crate::error::CliError;
use crate::report::Exit;
use crate::report::aws::sessions::{SessionReport, process_json, variables_json};
use crate::session::Session;

pub(super) fn show(args: &SessionArgs, session: &Session) -> Outcome {
    let given = credentials(args, session)?;
    shown(SessionReport {
        access_key_id: given.credentials.access_key_id.clone(),
        expiration: crate::report::rfc3339(given.credentials.expiration.seconds()),
        serial: given.serial,
        role: given.role,
        reused: given.reused,
    })
}

/// The same bytes with `--json`: whoever asks wants this form and no other.
pub(super) fn credential_process(args: &SessionArgs, session: &Session) -> Outcome {
    session.ask_at_the_terminal();
    let given = credentials(args, session)?;
    session.output.print(&process_json(&given.credentials))?;
    Ok(Ending::Shown(Exit::Done))
}

pub(super) fn env(args: &SessionArgs, shell: EnvShell, session: &Session) -> Outcome {
    let given = credentials(args, session)?;
    let variables = variables(&given, session)?;
    let text = if session.output.json {
        variables_json(&variables)
    } else {
        variables.for_shell(shell.into())
    };
    session.output.print(&text)?;
    Ok(Ending::Shown(Exit::Done))
}

pub(super) fn exec(args: &ExecArgs, session: &Session) -> Outcome {
    let Some((program, arguments)) = args.command.split_first() else {
        return Err(CliError::usage(
            "there is no program to run",
            "Write it after --.",
        ));
    };
    let given = credentials(&args.session, session)?;
    let variables = variables(&given, session)?;
    let mut command = Command::new(program);
    command.args(arguments);
    for (name, value) in variables.set() {
        command.env(name, value);
    }
    for name in Variables::UNSET {
        command.env_remove(name);
    }
    let error = run(&mut command);
    Err(CliError::Program {
        program: program.into(),
        error,
    })
}

/// The profile's name is taken out of the environment, and its region and endpoint go with it: they are said here instead.
fn variables(given: &Given, session: &Session) -> Result<Variables, CliError> {
    let said = session.aws.credentials.settings().map_err(Error::from)?;
    let region = session.aws.region.clone().or(said.region);
    let endpoint = session.aws.endpoint_url.clone().or(said.endpoint_url);
    Ok(Variables::new(
        &given.credentials,
        region.as_deref(),
        endpoint.as_deref(),
    ))
}

/// The program takes this process's place; comes back when it cannot.
#[cfg(unix)]
fn run(command: &mut Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

/// Runs the program and ends as it ended; comes back when it cannot be run.
#[cfg(not(unix))]
fn run(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}
