//! A backup that was named, opened: with this machine's key, with what was named, or with what a person types.

use std::path::{Path, PathBuf};

use lockstep_device::authenticator::Authenticator;
use lockstep_device::backup::document::Document;
use lockstep_device::backup::error::BackupError;
use lockstep_device::backup::open::{Keys, MAX_BACKUP_BYTES, SealedWith, sealed_with};
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::error::Error;
use lockstep_device::passphrase::Passphrase;
use zeroize::Zeroizing;

use crate::args::backup::BackupFileArgs;
use crate::error::CliError;
use crate::session::Session;
use crate::{files, prompt};

/// An SSH key of RSA with 16384 bits is far below it.
const IDENTITY_LIMIT: u64 = 64 * 1024;

pub(super) fn open(
    args: &BackupFileArgs,
    authenticator: &Authenticator,
    session: &Session,
) -> Result<Document, CliError> {
    let file = files::read(&args.file, MAX_BACKUP_BYTES)?;
    let name = args.file.display().to_string();
    let given = args
        .file_passphrase_file
        .as_deref()
        .map(|file| prompt::parse(files::read_passphrase(file)?));
    let given = given.transpose()?;
    let open = |keys: Keys| authenticator.open_backup(&name, &file, keys);
    match sealed_with(&name, &file).map_err(Error::from)? {
        SealedWith::Passphrase => match given {
            Some(passphrase) => Ok(open(Keys::none().with_passphrase(passphrase))?),
            None => tried("Passphrase of the backup", session, |typed| {
                open(Keys::none().with_passphrase(prompt::parse(typed)?)).map_err(CliError::from)
            }),
        },
        SealedWith::Keys => match open(keys(args, given.as_ref())?) {
            Err(Error::Backup(BackupError::KeyNeeded)) if prompt::is_interactive() => {
                session
                    .output
                    .note("the backup is sealed to a recovery kit or another key, and not to this machine's");
                tried("Identity or words of the recovery kit", session, |typed| {
                    let recovery = RecoveryIdentity::from_text(&typed).map_err(Error::from)?;
                    Ok(open(Keys::none().with_recovery(&recovery))?)
                })
            }
            opened => Ok(opened?),
        },
    }
}

/// The keys that were named. None is fine: this machine's own is tried anyway.
fn keys(args: &BackupFileArgs, passphrase: Option<&Passphrase>) -> Result<Keys, CliError> {
    let mut keys = Keys::none();
    for path in &args.identity {
        keys = with_identity(keys, path, passphrase)?;
    }
    if let Some(path) = &args.recovery_key_file {
        let recovery = RecoveryIdentity::from_text(&files::read_text(path)?).map_err(Error::from)?;
        keys = keys.with_recovery(&recovery);
    }
    Ok(keys)
}

pub(crate) fn with_identity(
    keys: Keys,
    path: &Path,
    passphrase: Option<&Passphrase>,
) -> Result<Keys, CliError> {
    let text = files::read(path, IDENTITY_LIMIT)?;
    let name = path.display().to_string();
    let is_locked_ssh = passphrase.is_none()
        && prompt::is_interactive()
        && text.starts_with(b"-----BEGIN")
        && Keys::none().with_identity_file(&name, &text, None).is_err();
    let typed = if is_locked_ssh {
        Some(prompt::parse(prompt::secret(&format!("Passphrase of {name}"))?)?)
    } else {
        None
    };
    Ok(keys
        .with_identity_file(&name, &text, passphrase.or(typed.as_ref()))
        .map_err(Error::from)?)
}

/// Asks until it opens; where there is nobody to ask, fails with what the backup takes.
fn tried(
    question: &str,
    session: &Session,
    open: impl Fn(Zeroizing<String>) -> Result<Document, CliError>,
) -> Result<Document, CliError> {
    if !prompt::is_interactive() {
        return Err(Error::from(BackupError::PassphraseNeeded).into());
    }
    let wrong = |error: &CliError| match error {
        CliError::Device(Error::Backup(
            error @ (BackupError::PassphraseWrong | BackupError::KeyWrong { .. } | BackupError::Recovery(_)),
        )) => Some(error.to_string()),
        _ => None,
    };
    prompt::tried(question, session.output, wrong, open)
}

/// The files that may be standard input.
pub(super) fn readable_once(args: &BackupFileArgs) -> Vec<&Path> {
    let named = args
        .recovery_key_file
        .iter()
        .chain(&args.file_passphrase_file)
        .chain(&args.identity);
    std::iter::once(&args.file)
        .chain(named)
        .map(PathBuf::as_path)
        .collect()
}
