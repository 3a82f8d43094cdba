//! `backup create`.

use std::path::{Path, PathBuf};

use lockstep_device::backup::lock::{Lock, Recipient};
use lockstep_device::error::Error;

use crate::args::backup::CreateArgs;
use crate::command::backup::new_passphrase;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::files;
use crate::report::backup::MadeReport;
use crate::session::{Session, work_factor};

const DEFAULT_NAME: &str = "lockstep-backup.age";

pub(super) fn run(args: &CreateArgs, session: &Session) -> Outcome {
    session.reads_once(
        &args
            .file_passphrase_file
            .iter()
            .map(PathBuf::as_path)
            .collect::<Vec<_>>(),
    )?;
    let path = args.to.as_deref().unwrap_or(Path::new(DEFAULT_NAME));
    if files::is_standard_stream(path) {
        return Err(CliError::usage(
            "a backup is read back once it is written, which standard output does not allow",
            "Name a file: --to FILE",
        ));
    }
    let keys: Vec<Recipient> = recipients(&args.recipient)?;
    let authenticator = session.open()?;
    let passphrase;
    let lock = if keys.is_empty() {
        passphrase = new_passphrase(args.file_passphrase_file.as_ref(), session)?;
        Lock::Passphrase(&passphrase, work_factor())
    } else {
        Lock::Keys(&keys)
    };
    shown(MadeReport(
        authenticator.write_backup(path, &lock, args.armor, args.force)?,
    ))
}

/// Each is a recipient itself, or a file of them.
pub(crate) fn recipients(named: &[String]) -> Result<Vec<Recipient>, CliError> {
    let mut keys = vec![];
    for text in named {
        let path = Path::new(text);
        match Recipient::parse(text) {
            Ok(key) => keys.push(key),
            // A file may have any name, one that begins as a key does included.
            Err(_) if path.exists() => {
                keys.extend(Recipient::parse_file(&files::read_text(path)?).map_err(Error::from)?);
            }
            Err(error) => return Err(Error::from(error).into()),
        }
    }
    Ok(keys)
}
