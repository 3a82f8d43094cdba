//! `backup`, and what `doctor` says of backups.

pub(crate) mod create;
mod kit;
pub(crate) mod opened;
mod restore;

use std::path::PathBuf;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::backup::AutomaticBackups;
use lockstep_device::authenticator::backup_view::BackupStatus;
use lockstep_device::authenticator::view::CheckView;
use lockstep_device::passphrase::{Passphrase, Strength};

use crate::args::backup::{AutoWanted, BackupCommand};
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::prompt;
use crate::report::backup::{MadeReport, StatusReport, ago, lacking};
use crate::session::Session;

pub(crate) fn run(command: BackupCommand, session: &Session) -> Outcome {
    match command {
        BackupCommand::Create(args) => create::run(&args, session),
        BackupCommand::Restore(args) => restore::run(&args, session),
        BackupCommand::Verify { file } => restore::verify(&file, session),
        BackupCommand::List => shown(status(session)?),
        BackupCommand::Kit { out, yes } => kit::run(out.as_deref(), yes, session),
        BackupCommand::Auto { wanted, dir, keep } => auto(wanted, dir, keep, session),
    }
}

fn status(session: &Session) -> Result<StatusReport, CliError> {
    let authenticator = session.open()?;
    Ok(StatusReport {
        status: authenticator.backup_status()?,
        now: authenticator.now()?.seconds(),
    })
}

fn auto(wanted: AutoWanted, dir: Option<PathBuf>, keep: Option<u32>, session: &Session) -> Outcome {
    let authenticator = session.open()?;
    if wanted == AutoWanted::Now && dir.is_none() && keep.is_none() {
        return shown(MadeReport(authenticator.back_up_now()?));
    }
    // A relative folder would be another one for the next command.
    let folder = dir
        .map(std::path::absolute)
        .transpose()
        .map_err(CliError::Terminal)?;
    let automatic = match wanted {
        AutoWanted::On => true,
        AutoWanted::Off => false,
        AutoWanted::Now => authenticator.backs_up_automatically()?,
    };
    authenticator.set_automatic_backups(&AutomaticBackups {
        automatic,
        folder,
        keep,
    })?;
    // Turned on, or left on, they begin with one.
    if wanted == AutoWanted::Now && !automatic {
        authenticator.back_up_now()?;
    }
    shown(status(session)?)
}

/// A new passphrase with a word on how strong it is.
pub(crate) fn new_passphrase(file: Option<&PathBuf>, session: &Session) -> Result<Passphrase, CliError> {
    let passphrase = prompt::new_passphrase(file, "--file-passphrase-file")?;
    let strength = Strength::of(&passphrase);
    let words = format!(
        "at ten thousand tries a second the passphrase is guessed in {}",
        strength.guessed_in
    );
    if strength.is_weak() {
        let advice: Vec<String> = strength.advice.iter().map(ToString::to_string).collect();
        session.output.warning(&words, &advice.join(" "));
    } else {
        session.output.note(&words);
    }
    Ok(passphrase)
}

/// What `doctor` says of backups, after making the one that a command which broke off did not get to.
pub(crate) fn checks(authenticator: &Authenticator) -> Vec<CheckView> {
    if let Err(error) = authenticator.back_up_changes() {
        // The status says it, too, unless it could not even be written down.
        tracing::debug!(%error, "the backup that is due failed");
    }
    let status = authenticator.backup_status();
    match status.and_then(|status| Ok((status, authenticator.now()?.seconds()))) {
        Ok((status, now)) => vec![check(&status, now), check_kit(&status)],
        Err(error) => vec![CheckView::bad(BACKUPS, error.to_string(), error.remedy())],
    }
}

fn check(status: &BackupStatus, now: u64) -> CheckView {
    const NOW: &str = "Make one: `lockstep backup auto now`.";
    if let Some(failure) = &status.failure {
        let detail = format!(
            "the last attempt, {}, failed: {}",
            ago(failure.time, now),
            failure.message
        );
        return CheckView::bad(BACKUPS, detail, &failure.remedy);
    }
    match &status.last {
        _ if !status.automatic => {
            let detail = "automatic backups are off".to_owned();
            CheckView::bad(BACKUPS, detail, "Turn them on: `lockstep backup auto on`.")
        }
        None if status.lacks.is_empty() => {
            CheckView::good(BACKUPS, "there is nothing to back up yet".to_owned())
        }
        None => CheckView::bad(
            BACKUPS,
            format!("there is none; it lacks: {}", lacking(status)),
            NOW,
        ),
        Some(last) if !status.lacks.is_empty() => {
            let detail = format!(
                "the last good one, {}, lacks: {}",
                ago(last.made, now),
                lacking(status)
            );
            CheckView::bad(BACKUPS, detail, NOW)
        }
        Some(last) => CheckView::good(
            BACKUPS,
            format!(
                "{} accounts, {}, in {}",
                last.accounts,
                ago(last.made, now),
                status.folder
            ),
        ),
    }
}

/// That there is no kit is no defect of the installation, and still worth saying.
fn check_kit(status: &BackupStatus) -> CheckView {
    match &status.kit {
        Some(kit) => CheckView::good(KIT, format!("kit {} opens the backups", kit.number)),
        None => CheckView {
            remedy: "Make one and print it: `lockstep backup kit --out kit.pdf`.".to_owned(),
            ..CheckView::good(
                KIT,
                "there is none: automatic backups open on this machine alone".to_owned(),
            )
        },
    }
}

const BACKUPS: &str = "backups";
const KIT: &str = "recovery kit";
