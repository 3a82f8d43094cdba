//! What hand-offs are sealed with, as the window says it: files are read here, and a passphrase never leaves this side.

use std::path::{Path, PathBuf};

use lockstep_device::backup::lock::Recipient;
use lockstep_device::error::Error;
use lockstep_iam::fleet::accounts::AccountRole;
use lockstep_iam::fleet::recipients::{UserKey, UserKeys, passphrases_of_csv, recipients_of_csv};
use lockstep_iam::fleet::run::RunRequest;
use lockstep_iam::fleet::seals::{Seals, sheet, sheet_of_many};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::adding::{file_name, read};
use crate::error::ShellError;
use crate::fleet::view::count;

/// Where hand-offs go, and what opens them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, specta::Type)]
pub struct HandOffWay {
    /// What they are sealed with.
    pub seal: SealWay,
    /// The folder that they go to; made when it is not there.
    pub folder: PathBuf,
    /// Whether the accounts stay here, too.
    pub keep_copies: bool,
    /// The path of the devices in IAM; nothing for none.
    pub device_path: Option<String>,
    /// Tags for every device, `KEY=VALUE`.
    pub tags: Vec<String>,
}

/// What hand-offs are sealed with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SealWay {
    /// Public keys, in a CSV file or in a folder with a file for each user.
    Recipients {
        /// The file or folder.
        path: PathBuf,
    },
    /// Passphrases in a CSV file.
    Passphrases {
        /// The file.
        path: PathBuf,
    },
    /// Passphrases that are made, and written to a sheet.
    Generated {
        /// The sheet.
        sheet: PathBuf,
        /// Who may open the sheet: age or SSH public keys, one a line.
        recipients: String,
    },
}

/// What opens one user's hand-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SealedTo {
    /// Any of so many age keys.
    Age {
        /// How many.
        recipients: u32,
    },
    /// Any of so many keys, SSH keys among them.
    Ssh {
        /// How many.
        recipients: u32,
    },
    /// A passphrase that a person chose.
    Passphrase,
    /// One that is made.
    Generated,
}

/// The sheet that is to be written.
pub(crate) struct Sheet {
    pub(crate) path: PathBuf,
    recipients: Vec<Recipient>,
}

impl SealWay {
    /// Reads what it names.
    pub(crate) fn read(&self) -> Result<(Seals, Option<Sheet>), ShellError> {
        let keys = match self {
            Self::Recipients { path } if path.is_dir() => return Ok((Seals::of_folder(path)?, None)),
            Self::Recipients { path } => recipients_of_csv(&content(path)?),
            Self::Passphrases { path } => passphrases_of_csv(&content(path)?),
            Self::Generated { sheet, recipients } => {
                let sheet = Sheet {
                    path: named(sheet, "the sheet")?,
                    recipients: Recipient::parse_file(recipients).map_err(Error::from)?,
                };
                return Ok((Seals::Generated, Some(sheet)));
            }
        };
        Ok((
            Seals::Known(keys.map_err(lockstep_iam::error::Error::from)?),
            None,
        ))
    }
}

impl Sheet {
    /// Its content for the users of these runs; with their accounts where there are several.
    pub(crate) fn sealed(
        &self,
        requests: &[(AccountRole, RunRequest)],
        is_several: bool,
    ) -> Result<Vec<u8>, ShellError> {
        if let ([(_, request)], false) = (requests, is_several) {
            return Ok(sheet(&request.users, &self.recipients)?);
        }
        let accounts: Vec<(&str, &UserKeys)> = requests
            .iter()
            .map(|(role, request)| (&*role.account, &request.users))
            .collect();
        Ok(sheet_of_many(&accounts, &self.recipients)?)
    }
}

impl From<&UserKey> for SealedTo {
    fn from(key: &UserKey) -> Self {
        match key {
            UserKey::Recipients(texts) => {
                let recipients = count(texts.len());
                if texts.iter().any(|text| text.starts_with("ssh-")) {
                    Self::Ssh { recipients }
                } else {
                    Self::Age { recipients }
                }
            }
            UserKey::Passphrase(_) => Self::Passphrase,
            UserKey::Generated(_) => Self::Generated,
        }
    }
}

/// The path, once it was said.
pub(crate) fn named(path: &Path, what: &'static str) -> Result<PathBuf, ShellError> {
    if path.as_os_str().is_empty() {
        return Err(ShellError::PathMissing(what));
    }
    if path.is_absolute() {
        Ok(path.to_owned())
    } else {
        Err(ShellError::PathRelative(path.display().to_string()))
    }
}

fn content(path: &Path) -> Result<Zeroizing<Vec<u8>>, ShellError> {
    let path = named(path, "the list of keys")?;
    read(&path).map_err(|reason| ShellError::ListUnreadable {
        name: file_name(&path),
        reason,
    })
}
