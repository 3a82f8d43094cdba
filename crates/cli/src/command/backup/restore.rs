//! `backup restore` and `backup verify`.

use lockstep_device::authenticator::backup_view::{RestoreFinding, RestoreMode, RestorePreview};

use crate::args::backup::{BackupFileArgs, RestoreArgs};
use crate::command::backup::opened::{open, readable_once};
use crate::command::{Outcome, shown};
use crate::prompt;
use crate::report::restore::{PreviewReport, RestoredReport, VerifiedReport, preview as preview_text};
use crate::session::Session;

pub(super) fn run(args: &RestoreArgs, session: &Session) -> Outcome {
    session.reads_once(&readable_once(&args.file))?;
    prompt::require_consent(args.yes || args.dry_run, "restore the backup")?;
    let authenticator = session.open()?;
    let document = open(&args.file, &authenticator, session)?;
    let preview = authenticator.compare_backup(&document)?;
    let mode = if args.replace {
        RestoreMode::Replace
    } else {
        RestoreMode::Merge
    };
    let rows = chosen(&preview, args.take_differing);
    if args.dry_run {
        return shown(PreviewReport { preview, mode, rows });
    }
    if !args.yes {
        session.output.say(&preview_text(&preview, mode, &rows));
        prompt::consent(false, &question(&preview, mode, rows.len()), session.output)?;
    }
    let restored = authenticator.restore_backup(&document, mode, Some(&rows))?;
    let accounts = authenticator.accounts().accounts;
    let unchecked = accounts
        .iter()
        .filter(|account| account.unchecked_since.is_some())
        .count();
    shown(RestoredReport { restored, unchecked })
}

pub(super) fn verify(args: &BackupFileArgs, session: &Session) -> Outcome {
    session.reads_once(&readable_once(args))?;
    let authenticator = session.open()?;
    let document = open(args, &authenticator, session)?;
    shown(VerifiedReport(authenticator.compare_backup(&document)?))
}

/// The rows that a merge takes.
fn chosen(preview: &RestorePreview, take_differing: bool) -> Vec<u32> {
    let differs = |finding: &RestoreFinding| {
        matches!(
            finding,
            RestoreFinding::Changed { .. } | RestoreFinding::Conflicting { .. }
        )
    };
    let rows = preview.rows.iter();
    rows.filter(|row| row.chosen || (take_differing && differs(&row.finding)))
        .map(|row| row.row)
        .collect()
}

fn question(preview: &RestorePreview, mode: RestoreMode, chosen: usize) -> String {
    match mode {
        RestoreMode::Merge => format!("Take {chosen} from the backup?"),
        RestoreMode::Replace => format!(
            "Take the {} accounts of the backup, and move {} that are only here to the trash?",
            preview.rows.len(),
            preview.only_here.len()
        ),
    }
}
