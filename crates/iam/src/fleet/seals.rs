//! What stands for each user before anybody is chosen, and the sheet of the passphrases that were made.

use std::fs::read_dir;
use std::io;
use std::path::Path;

use lockstep_device::backup::lock::{Lock, Recipient, seal_text};
use lockstep_device::store::file::{FileError, read_bounded};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::fleet::recipients::{UserKey, UserKeys, recipients_of_files};
use crate::name::UserName;

/// What the hand-offs are sealed with.
pub enum Seals {
    /// Users and their keys.
    Known(UserKeys),
    /// Everybody gets a passphrase that is made.
    Generated,
}

impl Seals {
    /// The keys in a folder with a file for each user, such as `maya.pub`.
    pub fn of_folder(folder: &Path) -> Result<Self, Error> {
        let failed =
            |action| move |error: io::Error| Error::Device(FileError::at(action, folder)(error).into());
        let mut found = vec![];
        for entry in read_dir(folder).map_err(failed("read"))? {
            let path = entry.map_err(failed("read"))?.path();
            let name = path.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            if path.is_file() && !name.starts_with('.') {
                let bytes = read_bounded(&path, MOST_BYTES).map_err(|error| Error::Device(error.into()))?;
                let text = String::from_utf8(bytes.unwrap_or_default());
                let text = text.map_err(|_| failed("read the text of")(io::ErrorKind::InvalidData.into()))?;
                found.push((name, text));
            }
        }
        found.sort();
        Ok(Self::Known(recipients_of_files(found)?))
    }

    /// The user's key; nothing where the list has none. IAM tells no two names apart by case.
    pub fn key_of(&self, user: &UserName) -> Result<Option<UserKey>, Error> {
        match self {
            Self::Generated => Ok(Some(UserKey::generate().ok_or(Error::NoRandomness)?)),
            Self::Known(keys) => Ok(keys
                .iter()
                .find(|(name, _)| name.as_str().eq_ignore_ascii_case(user.as_str()))
                .map(|(_, key)| key.clone())),
        }
    }
}

/// The passphrases that were made, sealed to whoever tells the users. It has to be written before anything is asked of AWS: a
/// hand-off that nobody can open would be a device that nobody has.
pub fn sheet(keys: &UserKeys, recipients: &[Recipient]) -> Result<Vec<u8>, Error> {
    sealed("user,passphrase\n", &[("", keys)], recipients)
}

/// The same for users of several accounts, whose names may be the same.
pub fn sheet_of_many(accounts: &[(&str, &UserKeys)], recipients: &[Recipient]) -> Result<Vec<u8>, Error> {
    sealed("account,user,passphrase\n", accounts, recipients)
}

fn sealed(head: &str, accounts: &[(&str, &UserKeys)], recipients: &[Recipient]) -> Result<Vec<u8>, Error> {
    let users: usize = accounts.iter().map(|(_, keys)| keys.len()).sum();
    // Room for all of it at once: growing would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(32 + users * 192));
    text.push_str(head);
    for (account, user, key) in accounts
        .iter()
        .flat_map(|(account, keys)| keys.iter().map(move |(user, key)| (account, user, key)))
    {
        if let UserKey::Generated(passphrase) = key {
            let comma = if account.is_empty() { "" } else { "," };
            for piece in [account, comma, user.as_str(), ",", passphrase, "\n"] {
                text.push_str(piece);
            }
        }
    }
    seal_text(text.as_bytes(), &Lock::Keys(recipients), false).map_err(|error| Error::Device(error.into()))
}

/// A file of public keys is far below it.
const MOST_BYTES: u64 = 1024 * 1024;
