//! The `lockstep` command line: everything the window does, for terminals and scripts.

mod args;
mod command;
mod error;
mod files;
mod output;
mod prompt;
mod report;
mod session;
mod usage;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::Cli;
use crate::command::{Ending, clipboard};
use crate::error::CliError;
use crate::output::Output;
use crate::report::Exit;
use crate::session::Session;

fn main() -> ExitCode {
    // Before anything secret is in memory: no core dump, no other process of this user looking in.
    let hardened = lockstep_device::hygiene::harden_process();
    start_log();
    if let Err(error) = hardened {
        tracing::warn!(%error, "the process could not be hardened");
    }
    if let Some(seconds) = clipboard::asked_to_hold() {
        let output = Output::before_options(false);
        return ended(clipboard::hold(seconds, output).map(|()| Exit::Done), output).into();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::end(&error).into(),
    };
    let output = Output::new(&cli.global);
    ended(run(cli, output), output).into()
}

/// Says the error a command ended with, if it did.
fn ended(outcome: Result<Exit, CliError>, output: Output) -> Exit {
    match outcome {
        Ok(exit) => exit,
        // Whoever read standard output has seen enough; what was to be done is done.
        Err(error) if error.is_broken_pipe() => Exit::Done,
        Err(error) => {
            output.error(&error);
            error.exit()
        }
    }
}

fn run(cli: Cli, output: Output) -> Result<Exit, CliError> {
    let session = Session::new(cli.global)?;
    let shown = command::run(cli.command, &session).and_then(|ending| match ending {
        Ending::Report(report) => output.report(&*report).map(|()| report.exit()),
        Ending::Shown(exit) => Ok(exit),
    });
    // A command that ends with an error may have changed something before it.
    session.back_up_changes();
    session.finish_activity();
    shown
}

/// `LOCKSTEP_LOG=trace` (or `debug`, `info`, …) writes what Lockstep's own crates do to standard error. Other crates
/// stay silent: what they would say about requests and replies is not ours to vouch for.
fn start_log() {
    let Ok(level) = std::env::var("LOCKSTEP_LOG") else {
        return;
    };
    let level = level.parse().unwrap_or(LevelFilter::WARN);
    let ours = Targets::new()
        .with_target("lockstep", level)
        .with_target("lockstep_device", level)
        .with_target("lockstep_iam", level);
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false);
    tracing_subscriber::registry().with(log).with(ours).init();
}
