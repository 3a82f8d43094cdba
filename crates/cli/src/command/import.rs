//! `import`: other authenticators' files are read, shown, and stored when a person agrees.

use std::path::{Path, PathBuf};

use lockstep_device::authenticator::preview::Preview;
use lockstep_device::backup::open::is_age;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::qr::decode::{Cancel, DecodeLimits};
use lockstep_device::qr::pixels::Picture;
use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use lockstep_formats::limits::MAX_FILE_BYTES;
use lockstep_formats::read::{Contents, read};

use crate::args::backup::ImportArgs;
use crate::command::add::{keep, source_name};
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::report::add::{DryRunReport, FailedFile};
use crate::session::Session;
use crate::{files, prompt};

pub(crate) fn run(args: &ImportArgs, session: &Session) -> Outcome {
    let named = args.files.iter().chain(&args.file_passphrase_file);
    session.reads_once(&named.map(PathBuf::as_path).collect::<Vec<_>>())?;
    prompt::require_consent(args.yes || args.dry_run, "add what was read")?;
    let Handed { preview, failed } = read_all(args, session)?;
    if args.dry_run {
        let view = session.open()?.view(&preview)?;
        for warning in &view.warnings {
            session.output.note(&warning.message);
        }
        return shown(DryRunReport { view, failed });
    }
    keep(&preview, args.yes, &args.tag, session)?.import_report(failed)
}

/// What was handed over.
struct Handed {
    preview: Preview,
    /// The files that could not be read, when others could.
    failed: Vec<FailedFile>,
}

/// Reads the files. One that cannot be read does not keep the others from being read.
fn read_all(args: &ImportArgs, session: &Session) -> Result<Handed, CliError> {
    let format = args.format.as_deref().map(str::parse::<Format>).transpose();
    let format = format.map_err(|error| CliError::Foreign {
        source_name: "--format".to_owned(),
        error: error.into(),
    })?;
    let given = args
        .file_passphrase_file
        .as_deref()
        .map(|file| prompt::parse(files::read_passphrase(file)?));
    let given = given.transpose()?;
    let mut preview = Preview::default();
    let mut errors = vec![];
    for path in &args.files {
        match read_file(path, format, given.as_ref(), &mut preview, session) {
            Ok(()) => {}
            // There is nobody left to ask, or nobody who wants to go on.
            Err(error @ (CliError::Interrupted | CliError::Terminal(_))) => return Err(error),
            Err(error) => errors.push((path, error)),
        }
    }
    if errors.len() == args.files.len() {
        let (_, first) = errors.remove(0);
        say(&errors, session);
        return Err(first);
    }
    say(&errors, session);
    let failed = errors
        .iter()
        .map(|(path, error)| FailedFile::new(source_name(path), error));
    Ok(Handed {
        failed: failed.collect(),
        preview,
    })
}

fn say(errors: &[(&PathBuf, CliError)], session: &Session) {
    for (_, error) in errors {
        session.output.problem(&error.to_string(), &error.remedy());
    }
}

/// Puts what the file holds into the preview.
fn read_file(
    path: &Path,
    format: Option<Format>,
    given: Option<&Passphrase>,
    preview: &mut Preview,
    session: &Session,
) -> Result<(), CliError> {
    let bytes = files::read(path, MAX_FILE_BYTES)?;
    let name = source_name(path);
    if is_age(&bytes) {
        return Err(CliError::IsBackup(path.to_owned()));
    }
    match read_one(path, &bytes, format, given, session) {
        Ok(contents) => {
            for warning in &contents.warnings {
                session.output.note(&warning.message());
            }
            preview.push_rows(&name, contents.rows);
        }
        // A screenshot of another app's QR codes.
        Err(CliError::Foreign {
            error: ReadError::Unrecognised,
            ..
        }) if Picture::from_bytes(&bytes).is_ok() => {
            preview.read_picture(&name, &bytes, &DecodeLimits::default(), &Cancel::new());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Reads one file; its password is asked for when it has one and none was given.
fn read_one(
    path: &Path,
    bytes: &[u8],
    format: Option<Format>,
    given: Option<&Passphrase>,
    session: &Session,
) -> Result<Contents, CliError> {
    let source_name = source_name(path);
    let failed = |error| CliError::Foreign {
        source_name: source_name.clone(),
        error,
    };
    match read(bytes, format, None) {
        Err(ReadError::PasswordNeeded(_)) => {}
        outcome => return outcome.map_err(failed),
    }
    if given.is_some() || !prompt::is_interactive() {
        return read(bytes, format, given).map_err(failed);
    }
    let wrong = |error: &CliError| match error {
        CliError::Foreign {
            error: error @ ReadError::PasswordWrong(_),
            ..
        } => Some(error.to_string()),
        _ => None,
    };
    prompt::tried(
        &format!("Password of {source_name}"),
        session.output,
        wrong,
        |typed| read(bytes, format, Some(&prompt::parse(typed)?)).map_err(failed),
    )
}
