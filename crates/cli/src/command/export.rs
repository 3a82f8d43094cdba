//! `export`: accounts to a file that other authenticators read.

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
use crate::command::qr::{Picture, SCALE};
use crate::command::{Outcome, backup, shown};
use crate::error::CliError;
use crate::report::export::ExportReport;
use crate::session::Session;
use crate::{files, prompt};

pub(crate) fn run(args: &ExportArgs, session: &Session) -> Outcome {
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
            args.to.display(),
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
    let paths = put(&args.to, picture, written.content)?;
    shown(ExportReport {
        paths,
        exported: accounts.len().saturating_sub(written.left_out.len()),
        left_out: written.left_out,
        unreadable: gathered.lacks,
        open_to_all,
    })
}

fn kind(format: ExportFormat, password: Option<&Passphrase>) -> Export<'_> {
    match (format, password) {
        (ExportFormat::Aegis, Some(password)) => Export::AegisEncrypted(password),
        (ExportFormat::Aegis | ExportFormat::AegisPlain, _) => Export::Aegis,
        (ExportFormat::Uris, _) => Export::Links,
        (ExportFormat::MigrationQr, _) => Export::GoogleQr,
    }
}

/// Writes the file, or a picture for each QR code: `NAME.png`, or `NAME-1.png`, `NAME-2.png`, … when there are several.
fn put(to: &Path, picture: Option<Picture>, content: Content) -> Result<Vec<PathBuf>, CliError> {
    let texts = match content {
        Content::File(bytes) => {
            files::write_new(to, &bytes)?;
            return Ok(vec![to.to_owned()]);
        }
        Content::QrTexts(texts) => texts,
    };
    let several = texts.len() > 1;
    let mut paths = vec![];
    for (number, text) in (1..).zip(&texts) {
        let path = if several {
            numbered(to, number)
        } else {
            to.to_owned()
        };
        let modules = modules(text).map_err(Error::from)?;
        let bytes = match picture {
            Some(Picture::Svg) => Zeroizing::new(modules.to_svg().as_bytes().to_vec()),
            _ => modules.to_png(SCALE).map_err(Error::from)?,
        };
        files::write_new(&path, &bytes)?;
        paths.push(path);
    }
    Ok(paths)
}

fn numbered(path: &Path, number: usize) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(
        "{}-{number}.{}",
        part(path.file_stem()),
        part(path.extension())
    ))
}
