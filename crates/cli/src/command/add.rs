//! `add`: reads what was handed over, shows it, asks, and stores it.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::view::{AddOutcome, AddedView, Finding, FoundView, PreviewView};
use lockstep_device::camera;
use lockstep_device::camera::look::look;
use lockstep_device::clipboard::{Clipboard, ClipboardError};
use lockstep_device::error::Error;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::qr::decode::{Cancel, DecodeError, DecodeLimits};
use lockstep_device::screen::{Screens, Way};
use zeroize::Zeroizing;

use crate::args::{AddArgs, TypedArgs};
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::report::account::AccountReport;
use crate::report::add::{AddReport, AddedRow, FailedFile, ImportReport, preview as preview_text};
use crate::session::Session;
use crate::{files, prompt};

/// What a row says it comes from when it was on the clipboard.
const CLIPBOARD: &str = "clipboard";

/// The same for standard input.
const STANDARD_INPUT: &str = "standard input";

pub(crate) fn run(args: &AddArgs, session: &Session) -> Outcome {
    check_sources(args, session)?;
    prompt::require_consent(args.yes, "add what was read")?;
    let preview = read(args, session)?;
    let kept = keep(&preview, args.yes, &args.tag, session)?;
    if !args.yes && !args.keep_file {
        offer_to_delete(args, &kept.view, &kept.added, session)?;
    }
    kept.report()
}

/// What was read, shown, agreed to and stored.
pub(super) struct Kept {
    authenticator: Rc<Authenticator>,
    view: PreviewView,
    added: Vec<AddedView>,
}

/// Shows what was read, asks unless `yes` was said, and stores all of it that can be kept.
pub(super) fn keep(
    preview: &Preview,
    yes: bool,
    tags: &[String],
    session: &Session,
) -> Result<Kept, CliError> {
    let authenticator = session.open()?;
    let view = authenticator.view(preview)?;
    for warning in &view.warnings {
        session.output.note(&warning.message);
    }
    let readable: Vec<u32> = view
        .found
        .iter()
        .filter(|row| is_readable(row))
        .map(|row| row.row)
        .collect();
    if readable.is_empty() {
        return Err(unreadable(&view, session));
    }
    if !yes {
        session.output.say(&preview_text(&view));
        if view.found.iter().any(|row| row.finding == Finding::Keepable) {
            prompt::consent(false, &question(&view), session.output)?;
        }
    }
    let added = authenticator.keep(preview, &readable, tags)?;
    Ok(Kept {
        authenticator,
        view,
        added,
    })
}

impl Kept {
    /// Each row with what became of it.
    pub(super) fn report(self) -> Outcome {
        shown(self.rows()?)
    }

    /// The same with counts, and the files that could not be read.
    pub(super) fn import_report(self, failed: Vec<FailedFile>) -> Outcome {
        shown(ImportReport {
            rows: self.rows()?,
            failed,
        })
    }

    fn rows(self) -> Result<AddReport, CliError> {
        let complete = self.view.found.iter().all(is_readable);
        let rows = self.added.into_iter();
        let rows = rows
            .map(|row| with_account(&self.authenticator, row))
            .collect::<Result<_, _>>()?;
        Ok(AddReport::new(rows, !complete))
    }
}

/// There must be something to add, and standard input can be read once.
fn check_sources(args: &AddArgs, session: &Session) -> Result<(), CliError> {
    let named = args.uri_file.iter().chain(&args.secret_file);
    session.reads_once(&named.map(PathBuf::as_path).collect::<Vec<_>>())?;
    let seen = !args.image.is_empty()
        || args.clipboard
        || args.screen
        || args.screen_region
        || args.camera.is_some();
    if !seen && args.uri_file.is_none() && args.secret_file.is_none() {
        return Err(CliError::usage(
            "there is nothing to add",
            "Name a source: --image FILE, --screen, --screen-region, --camera, --clipboard, --uri-file FILE or --secret-file FILE.",
        ));
    }
    if args.secret_file.is_some() && args.typed.issuer.is_none() && args.typed.name.is_none() {
        return Err(CliError::usage(
            "a secret alone does not say what it is for",
            "Say it: --issuer ISSUER, --name NAME or both.",
        ));
    }
    Ok(())
}

fn read(args: &AddArgs, session: &Session) -> Result<Preview, CliError> {
    let limits = DecodeLimits::default();
    let cancel = Cancel::new();
    let mut preview = Preview::default();
    for path in &args.image {
        let bytes = files::read(path, files::PICTURE_LIMIT)?;
        preview.read_picture(&source_name(path), &bytes, &limits, &cancel);
    }
    if args.clipboard {
        read_clipboard(&mut preview, &limits, &cancel)?;
    }
    if args.screen {
        read_screen(&mut preview, &limits, &cancel)?;
    }
    if args.screen_region {
        session
            .output
            .note("Draw a rectangle around the QR code. Escape gives it up.");
        read_region(&mut preview, &limits, &cancel)?;
    }
    if let Some(device) = &args.camera {
        read_camera(&mut preview, device.as_deref(), session)?;
    }
    if let Some(path) = &args.uri_file {
        preview.read_texts(&source_name(path), &files::read_text(path)?);
    }
    if let Some(path) = &args.secret_file {
        let secret = if files::is_standard_stream(path) && prompt::is_interactive() {
            prompt::secret("Secret")?
        } else {
            Zeroizing::new(files::read_text(path)?.trim().to_owned())
        };
        preview.read_typed(&source_name(path), &typed(&args.typed, secret));
    }
    Ok(preview)
}

/// Every code that the screens show.
fn read_screen(preview: &mut Preview, limits: &DecodeLimits, cancel: &Cancel) -> Result<(), CliError> {
    let shots = Way::of_session(|name| std::env::var(name).ok()).take()?;
    preview
        .read_shots("screen", shots, limits, cancel)
        .map_err(|error| match error {
            Error::Decode(DecodeError::NotFound { .. }) => CliError::NothingOnScreen,
            error => error.into(),
        })
}

/// Every code in the part of the screens that is drawn around.
fn read_region(preview: &mut Preview, limits: &DecodeLimits, cancel: &Cancel) -> Result<(), CliError> {
    let shots = Way::of_session(|name| std::env::var(name).ok()).take_region(cancel)?;
    preview
        .read_region("screen", shots, limits, cancel)
        .map_err(|error| match error {
            Error::Decode(DecodeError::NotFound { .. }) => CliError::NothingInRegion,
            error => error.into(),
        })
}

/// Every code of the first frame that shows one.
fn read_camera(preview: &mut Preview, device: Option<&str>, session: &Session) -> Result<(), CliError> {
    let cameras = camera::of_session(|name| std::env::var(name).ok());
    let mut frames = cameras.open(device).map_err(Error::from)?;
    session.output.note(&format!(
        "Hold the QR code in front of the camera {}. Ctrl+C ends it.",
        frames.name()
    ));
    let found = look(&mut *frames, &Cancel::new(), &mut drop).map_err(Error::from)?;
    preview.read_codes("camera", &found.unwrap_or_default());
    Ok(())
}

/// The picture on the clipboard, or else the text on it.
fn read_clipboard(preview: &mut Preview, limits: &DecodeLimits, cancel: &Cancel) -> Result<(), CliError> {
    let mut clipboard = Clipboard::open()?;
    match clipboard.read_image() {
        Ok(picture) => {
            let size = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
            let sides = (size(picture.width), size(picture.height));
            preview.read_rgba(CLIPBOARD, sides, &picture.rgba, limits, cancel);
        }
        Err(ClipboardError::Other(_)) => preview.read_texts(CLIPBOARD, &clipboard.read_text()?),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn typed(args: &TypedArgs, secret: Zeroizing<String>) -> TypedAccount {
    let text = |argument: &Option<String>| argument.clone().unwrap_or_default();
    TypedAccount {
        issuer: text(&args.issuer),
        name: text(&args.name),
        secret,
        kind: text(&args.kind),
        algorithm: text(&args.algorithm),
        digits: text(&args.digits),
        period: text(&args.period),
        counter: text(&args.counter),
    }
}

pub(super) fn source_name(path: &Path) -> String {
    if files::is_standard_stream(path) {
        STANDARD_INPUT.to_owned()
    } else {
        path.display().to_string()
    }
}

fn is_readable(row: &FoundView) -> bool {
    !matches!(row.finding, Finding::Unreadable { .. })
}

/// The error when nothing at all could be read: the first row's. The others are named on standard error.
fn unreadable(view: &PreviewView, session: &Session) -> CliError {
    let mut errors = view.found.iter().filter_map(|row| match &row.finding {
        Finding::Unreadable {
            code,
            message,
            remedy,
        } => Some(CliError::Unreadable {
            source_name: row.source.clone(),
            code: code.clone(),
            message: message.clone(),
            remedy: remedy.clone(),
        }),
        _ => None,
    });
    let first = errors.next();
    for error in errors {
        session.output.problem(&error.to_string(), &error.remedy());
    }
    first.unwrap_or_else(|| CliError::usage("nothing was handed over", "Name a source."))
}

fn question(view: &PreviewView) -> String {
    match view
        .found
        .iter()
        .filter(|row| row.finding == Finding::Keepable)
        .count()
    {
        1 => "Add this account?".to_owned(),
        several => format!("Add these {several} accounts?"),
    }
}

fn with_account(authenticator: &Authenticator, row: AddedView) -> Result<AddedRow, CliError> {
    let account = match &row.id {
        Some(id) => Some(AccountReport::from(authenticator.account(id)?)),
        None => None,
    };
    Ok(AddedRow::new(row, account))
}

/// Offers to delete each file whose every account is stored now: it holds the secret in the open.
fn offer_to_delete(
    args: &AddArgs,
    view: &PreviewView,
    added: &[AddedView],
    session: &Session,
) -> Result<(), CliError> {
    for path in args.image.iter().chain(&args.uri_file).chain(&args.secret_file) {
        if files::is_standard_stream(path) || !all_stored(&source_name(path), view, added) {
            continue;
        }
        let question = format!(
            "{} still holds the secret in the open. Delete it?",
            path.display()
        );
        if prompt::ask(&question, session.output)? {
            delete(path)?;
        }
    }
    Ok(())
}

fn all_stored(source: &str, view: &PreviewView, added: &[AddedView]) -> bool {
    let mut rows = view
        .found
        .iter()
        .zip(added)
        .filter(|(found, _)| found.source == source)
        .peekable();
    rows.peek().is_some() && rows.all(|(_, row)| row.outcome != AddOutcome::Skipped)
}

fn delete(path: &PathBuf) -> Result<(), CliError> {
    std::fs::remove_file(path).map_err(|error| CliError::File {
        path: path.clone(),
        done: "deleted",
        error,
    })
}
