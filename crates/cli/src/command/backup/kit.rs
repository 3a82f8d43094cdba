//! `backup kit`.

use std::path::Path;

use lockstep_device::backup::kit::{Form, RecoveryKit};
use lockstep_device::error::Error;

use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::report::backup::KitReport;
use crate::report::qr::blocks;
use crate::session::{Session, made_for};
use crate::{files, prompt};

pub(super) fn run(out: Option<&Path>, yes: bool, session: &Session) -> Outcome {
    let form = out.map(form_of).transpose()?;
    if out.is_none() && (session.output.json || !prompt::is_interactive()) {
        return Err(CliError::usage(
            "a recovery kit is shown to a person at a terminal, or written to a file",
            "Name a file: --out kit.pdf",
        ));
    }
    let authenticator = session.open()?;
    let kit = authenticator.new_recovery_kit(&made_for())?;
    // The kit is kept before anything is sealed to it: one that nobody has opens nothing.
    match (out, form) {
        (Some(path), Some(form)) => {
            let page = kit.to_bytes(form).map_err(Error::from)?;
            files::write_new(path, &page, &session.home.faults)?;
        }
        _ => show(&kit, yes, session)?,
    }
    let made = authenticator.use_recovery_kit(&kit)?;
    shown(KitReport {
        number: kit.number,
        previous: kit.previous.map(lockstep_device::time::UnixTime::seconds),
        recipient: kit.identity.recipient(),
        file: out.map(|path| path.display().to_string()),
        backup: made.path,
    })
}

fn show(kit: &RecoveryKit, yes: bool, session: &Session) -> Result<(), CliError> {
    let modules = kit.qr().map_err(Error::from)?;
    session.output.print(&kit.to_text())?;
    session
        .output
        .print(&blocks(modules.size(), |x, y| modules.is_dark(x, y)))?;
    prompt::consent(
        yes,
        "It is shown this once. Have you written down the identity or the words?",
        session.output,
    )
}

fn form_of(path: &Path) -> Result<Form, CliError> {
    Form::of(path).ok_or_else(|| {
        CliError::usage(
            format!("{} does not end in .pdf, .svg or .txt", path.display()),
            "Name the file so that its kind is known.",
        )
    })
}
