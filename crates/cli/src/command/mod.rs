//! What the commands do: arguments into typed input, one call, and a report.

pub(crate) mod account;
pub(crate) mod add;
pub(crate) mod aws;
pub(crate) mod backup;
pub(crate) mod clipboard;
pub(crate) mod code;
pub(crate) mod export;
mod fleet;
mod hand_off;
mod hand_off_page;
pub(crate) mod import;
pub(crate) mod pages;
pub(crate) mod qr;
pub(crate) mod store;

use crate::args::fleet::HandOffCommand;
use crate::args::{Command, QrCommand, StoreCommand, TrashCommand};
use crate::error::CliError;
use crate::report::{Exit, Report};
use crate::session::Session;

/// How a command that did not fail ended.
pub(crate) enum Ending {
    /// With something to show.
    Report(Box<dyn Report>),
    /// It wrote its output itself.
    Shown(Exit),
}

/// A command's result.
pub(crate) type Outcome = Result<Ending, CliError>;

/// Runs `command`.
pub(crate) fn run(command: Command, session: &Session) -> Outcome {
    match command {
        Command::Add(args) => add::run(&args, session),
        Command::List(args) => account::list(&args, session),
        Command::Code(args) => code::run(&args, session),
        Command::Edit(args) => account::edit(&args, session),
        Command::Remove(args) => account::remove(&args, session),
        Command::Trash(TrashCommand::Restore { query }) => account::restore(&query, session),
        Command::Trash(TrashCommand::Purge { query, yes }) => account::purge(&query, yes, session),
        Command::Qr(QrCommand::Show { query, out }) => qr::show(&query, out.as_deref(), session),
        Command::Qr(QrCommand::Read { files }) => qr::read(&files),
        Command::Import(args) => import::run(&args, session),
        Command::Export(args) => export::run(&args, session),
        Command::Backup(command) => backup::run(command, session),
        Command::Store(StoreCommand::Status) => store::status(session),
        Command::Store(StoreCommand::Use {
            wanted,
            new_passphrase_file,
        }) => store::choose(wanted.into(), new_passphrase_file.as_ref(), session),
        Command::Store(StoreCommand::Lock) => store::lock(session),
        Command::Store(StoreCommand::Unlock) => store::unlock(session),
        Command::Store(StoreCommand::ChangePassphrase { new_passphrase_file }) => {
            store::change_passphrase(new_passphrase_file.as_ref(), session)
        }
        Command::Store(StoreCommand::Repair) => store::repair(session),
        Command::Doctor { aws } => store::doctor(aws, session),
        Command::Aws(command) => aws::run(command, session),
        Command::Fleet(command) => fleet::run(command, session),
        Command::HandOff(HandOffCommand::Open(args)) => hand_off::open(&args, session),
        Command::HandOff(HandOffCommand::Page(args)) => hand_off_page::run(&args, session),
        Command::Completions { shell } => pages::completions(shell, session.output),
        Command::Man { dir } => pages::man(dir.as_deref(), session.output),
        Command::Version => shown(pages::version()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what a command ends with, in one word")]
fn shown(report: impl Report + 'static) -> Outcome {
    Ok(Ending::Report(Box::new(report)))
}
