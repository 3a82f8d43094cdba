//! `export`: accounts to a file that other authenticators read.

use std::io;
use std::path::{Path, PathBuf};

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::show::Place;
use lockstep_device::error::Error;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::qr::encode::modules;
use lockstep_formats::export::Exported;
use lockstep_formats::write::{Content, Export, write};
use zeroize::Zeroizing;

use crate::args::backup::{ExportArgs, ExportFormat};
use crate::command::qr::Picture;
use crate::command::{Ending, Outcome, backup, shown};
use crate::error::CliError;
use crate::report::Report;
use crate::report::export::ExportReport;
use crate::session::Session;
use crate::{files, prompt};

pub(crate) fn run(args: &ExportArgs, session: &Session) -> Outcome {
    session.reads_once(
        &args
            .file_passphrase_file
            .iter()
            .map(PathBuf::as_path)
            .collect::<Vec<_>>(),
    )?;
    check_standard_output(args, session)?;
    let open_to_all = args.format != ExportFormat::Aegis;
    if open_to_all {
        prompt::require_consent(args.yes, "write secrets in the open")?;
    }
    let picture = match args.format {
        ExportFormat::MigrationQr => Some(Picture::of(&args.to)?),
        _ => None,
    };
    let authenticator = session.open()?;
    let ids: Vec<AccountId> = args
        .queries
        .iter()
        .map(|query| Ok(authenticator.find(query, Place::Live)?.id))
        .collect::<Result<_, Error>>()?;
    let gathered = authenticator.disclose((!ids.is_empty()).then_some(&ids))?;
    let accounts: Vec<Exported<'_>> = gathered.entries.iter().map(Exported::from).collect();
    if open_to_all && !args.yes {
        let question = format!(
            "{} will hold {} secrets in the open: whoever reads it can make their codes. Write it?",
            files::written_name(&args.to),
            accounts.len()
        );
        prompt::consent(false, &question, session.output)?;
    }
    let password = match args.format {
        ExportFormat::Aegis => Some(backup::new_passphrase(
            args.file_passphrase_file.as_ref(),
            session,
        )?),
        _ => None,
    };
    let written = write(kind(args.format, password.as_ref()), &accounts).map_err(Error::from)?;
    let paths = put(&args.to, picture, written.content, session)?;
    let report = ExportReport {
        paths,
        exported: accounts.len().saturating_sub(written.left_out.len()),
        left_out: written.left_out,
        unreadable: gathered.lacks.iter().map(ToString::to_string).collect(),
        open_to_all,
    };
    if files::is_standard_stream(&args.to) {
        session
            .output
            .progress(report.text(session.output.look()).trim_end());
        return Ok(Ending::Shown(report.exit()));
    }
    shown(report)
}

/// Standard output takes a text, and nothing beside it.
fn check_standard_output(args: &ExportArgs, session: &Session) -> Result<(), CliError> {
    if !files::is_standard_stream(&args.to) {
        return Ok(());
    }
    if args.format == ExportFormat::MigrationQr {
        return Err(CliError::usage(
            "pictures of QR codes are not written to standard output",
            "Name a picture: --to FILE.png",
        ));
    }
    if session.output.json {
        return Err(CliError::usage(
            "standard output can hold the export or the JSON of what was written, not both",
            "Name a file: --to FILE, or leave --json out.",
        ));
    }
    Ok(())
}

fn kind(format: ExportFormat, password: Option<&Passphrase>) -> Export<'_> {
    match (format, password) {
        (ExportFormat::Aegis, Some(password)) => Export::AegisEncrypted(password),
        (ExportFormat::Aegis | ExportFormat::AegisPlain, _) => Export::Aegis,
        (ExportFormat::Uris, _) => Export::Links,
        (ExportFormat::MigrationQr, _) => Export::GoogleQr,
    }
}

/// Writes the file or standard output, or a picture for each QR code: `NAME.png`, or `NAME-1.png`, `NAME-2.png`, … when there are several.
fn put(
    to: &Path,
    picture: Option<Picture>,
    content: Content,
    session: &Session,
) -> Result<Vec<PathBuf>, CliError> {
    let files = match (content, picture) {
        (Content::File(bytes), _) if files::is_standard_stream(to) => {
            session.output.bytes(&bytes)?;
            return Ok(vec![to.to_owned()]);
        }
        (Content::File(bytes), _) => vec![(to.to_owned(), bytes)],
        (Content::QrTexts(texts), picture) => drawn(to, picture.unwrap_or(Picture::Png), &texts)?,
    };
    // Half of the pictures are of no use to anybody and hold secrets: all of them, or none.
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(CliError::File {
            path: taken.clone(),
            done: "written",
            error: io::ErrorKind::AlreadyExists.into(),
        });
    }
    let mut written = vec![];
    for (path, bytes) in files {
        if let Err(error) = files::write_new(&path, &bytes, &session.home.faults) {
            take_back(&written)?;
            return Err(error);
        }
        written.push(path);
    }
    Ok(written)
}

/// A file that is not there yet, with what is to stand in it.
type NewFile = (PathBuf, Zeroizing<Vec<u8>>);

/// The pictures of these texts, each with its name.
fn drawn(to: &Path, picture: Picture, texts: &[Zeroizing<String>]) -> Result<Vec<NewFile>, CliError> {
    let name = |number| match texts.len() {
        1 => to.to_owned(),
        _ => numbered(to, number),
    };
    let draw = |(number, text): (usize, &Zeroizing<String>)| {
        Ok((name(number), picture.draw(&modules(text).map_err(Error::from)?)?))
    };
    (1..).zip(texts).map(draw).collect()
}

/// Removes what this run wrote.
fn take_back(paths: &[PathBuf]) -> Result<(), CliError> {
    for path in paths {
        std::fs::remove_file(path).map_err(|error| CliError::File {
            path: path.clone(),
            done: "removed",
            error,
        })?;
    }
    Ok(())
}

fn numbered(path: &Path, number: usize) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(
        "{}-{number}.{}",
        part(path.file_stem()),
        part(path.extension())
    ))
}
