//! What each user's hand-off is sealed with, from the options.

use std::path::Path;

use lockstep_device::backup::lock::{Lock, Recipient, seal_text};
use lockstep_device::error::Error;
use lockstep_iam::fleet::recipients::{
    UserKey, UserKeys, passphrases_of_csv, recipients_of_csv, recipients_of_files,
};
use lockstep_iam::name::UserName;
use zeroize::Zeroizing;

use crate::args::fleet::SealArgs;
use crate::command::backup::create;
use crate::error::CliError;
use crate::files;
use crate::session::Session;

/// A list for thousands of users is far below it.
const LIST_LIMIT: u64 = 16 * 1024 * 1024;

/// What stands for each user, before anybody is chosen.
pub(super) enum Seals {
    /// Users and their keys.
    Known(UserKeys),
    /// Everybody gets a passphrase that is made.
    Generated,
}

impl Seals {
    pub(super) fn read(args: &SealArgs) -> Result<Self, CliError> {
        let keys = match args {
            SealArgs {
                recipients: Some(path),
                ..
            } if path.is_dir() => recipients_of_files(files_of(path)?),
            SealArgs {
                recipients: Some(path),
                ..
            } => recipients_of_csv(&files::read(path, LIST_LIMIT)?),
            SealArgs {
                passphrases: Some(path),
                ..
            } => passphrases_of_csv(&files::read(path, LIST_LIMIT)?),
            SealArgs {
                generate_passphrases: Some(_),
                ..
            } => return Ok(Self::Generated),
            _ => {
                return Err(CliError::usage(
                    "nothing says what the hand-offs are to be sealed with",
                    "Say --recipients, --passphrases or --generate-passphrases.",
                ));
            }
        };
        Ok(Self::Known(keys.map_err(lockstep_iam::error::Error::from)?))
    }

    /// The user's key; nothing where the list has none. IAM tells no two names apart by case.
    pub(super) fn key_of(&self, user: &UserName) -> Result<Option<UserKey>, CliError> {
        match self {
            Self::Generated => Ok(Some(
                UserKey::generate().ok_or(lockstep_iam::error::Error::NoRandomness)?,
            )),
            Self::Known(keys) => Ok(keys
                .iter()
                .find(|(name, _)| name.as_str().eq_ignore_ascii_case(user.as_str()))
                .map(|(_, key)| key.clone())),
        }
    }
}

/// Writes the passphrases that were made, sealed to whoever tells the users. Before anything is asked of AWS: a hand-off
/// that nobody can open would be a device that nobody has.
pub(super) fn write_sheet(args: &SealArgs, keys: &UserKeys, session: &Session) -> Result<(), CliError> {
    let length = keys.len() * 192;
    write_sealed(
        args,
        "user,passphrase\n",
        length,
        &mut generated("", keys),
        session,
    )
}

/// The same for users of several accounts, whose names may be the same.
pub(super) fn write_sheet_of_many(
    args: &SealArgs,
    accounts: &[(&str, &UserKeys)],
    session: &Session,
) -> Result<(), CliError> {
    let length = accounts.iter().map(|(_, keys)| keys.len() * 192).sum();
    let mut lines = accounts
        .iter()
        .flat_map(|(account, keys)| generated(account, keys));
    write_sealed(args, "account,user,passphrase\n", length, &mut lines, session)
}

/// What stands on a line of the sheet: the account where there are several, the user, the passphrase.
type Line<'a> = [&'a str; 3];

fn generated<'a>(account: &'a str, keys: &'a UserKeys) -> impl Iterator<Item = Line<'a>> {
    keys.iter().filter_map(move |(user, key)| match key {
        UserKey::Generated(passphrase) => Some([account, user.as_str(), passphrase.as_str()]),
        UserKey::Recipients(_) | UserKey::Passphrase(_) => None,
    })
}

fn write_sealed(
    args: &SealArgs,
    head: &str,
    length: usize,
    lines: &mut dyn Iterator<Item = Line<'_>>,
    session: &Session,
) -> Result<(), CliError> {
    let Some(path) = &args.generate_passphrases else {
        return Ok(());
    };
    let recipients: Vec<Recipient> = create::recipients(&args.sheet_recipient)?;
    // Room for all of it at once: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(32 + length));
    text.push_str(head);
    for [account, user, passphrase] in lines {
        let account = if account.is_empty() {
            [""; 2]
        } else {
            [account, ","]
        };
        for piece in account.into_iter().chain([user, ",", passphrase, "\n"]) {
            text.push_str(piece);
        }
    }
    let sealed = seal_text(text.as_bytes(), &Lock::Keys(&recipients), false).map_err(Error::from)?;
    files::write_new(path, &sealed, &session.home.faults)
}

fn files_of(folder: &Path) -> Result<Vec<(String, String)>, CliError> {
    let failed = |error| CliError::File {
        path: folder.to_owned(),
        done: "read",
        error,
    };
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_file() && !name.starts_with('.') {
            found.push((name, files::read_text(&path)?.to_string()));
        }
    }
    found.sort();
    Ok(found)
}
