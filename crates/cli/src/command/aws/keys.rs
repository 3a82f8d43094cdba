//! `aws keys`: access keys that a person gave, kept in the store.

use std::path::Path;

use lockstep_iam::error::Error;
use lockstep_iam::keys::{KeyError, KeyPair};
use lockstep_iam::stored_keys;
use zeroize::Zeroizing;

use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::report::Done;
use crate::report::aws::{KeyRow, KeysReport};
use crate::session::Session;
use crate::{files, prompt};

pub(super) fn add(name: &str, file: Option<&Path>, session: &Session) -> Outcome {
    session.reads_once(file.as_slice())?;
    let keys = match file {
        Some(file) => from_file(file)?,
        None if prompt::is_interactive() => {
            let id = prompt::line("Access key id: ", session.output)?;
            KeyPair::new(&id, &prompt::secret("Secret access key")?).map_err(Error::from)?
        }
        None => {
            return Err(CliError::usage(
                "there is no terminal to ask for the access key",
                "Name a file that holds it: --key-file FILE, or - for standard input.",
            ));
        }
    };
    let authenticator = session.open()?;
    stored_keys::keep(&authenticator, name, &keys)?;
    if let Some(file) = file.filter(|file| !files::is_standard_stream(file)) {
        session
            .output
            .note(&format!("{} still holds the secret in the open.", file.display()));
    }
    shown(Done {
        outcome: "stored",
        sentence: format!(
            "The access key {} is stored as {name}: --aws-keys {name}",
            keys.access_key_id()
        ),
    })
}

/// The access key id and the secret, one on a line.
fn from_file(file: &Path) -> Result<KeyPair, CliError> {
    let text = files::read_text(file)?;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    match (lines.next(), lines.next(), lines.next()) {
        (Some(id), Some(secret), None) => {
            let secret = Zeroizing::new(secret.to_owned());
            Ok(KeyPair::new(id, &secret).map_err(Error::from)?)
        }
        _ => Err(CliError::usage(
            format!("{} does not hold two lines", file.display()),
            "Write the access key id on the first line and the secret on the second.",
        )),
    }
}

pub(super) fn list(session: &Session) -> Outcome {
    let authenticator = session.open()?;
    let row = |name: String| match stored_keys::find(&authenticator, &name) {
        Ok(keys) => Ok(KeyRow {
            access_key_id: Some(keys.access_key_id().to_owned()),
            name,
        }),
        Err(Error::Key(KeyError::Damaged(_))) => Ok(KeyRow {
            access_key_id: None,
            name,
        }),
        Err(error) => Err(error),
    };
    let keys = stored_keys::names(&authenticator)?.into_iter().map(row);
    shown(KeysReport {
        keys: keys.collect::<Result<_, _>>()?,
    })
}

pub(super) fn remove(name: &str, session: &Session) -> Outcome {
    stored_keys::forget(&*session.open()?, name)?;
    shown(Done {
        outcome: "removed",
        sentence: format!(
            "The key {name} is no longer stored here. It stays valid in AWS until it is deleted there."
        ),
    })
}
