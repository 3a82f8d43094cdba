//! The line with which AWS's tools ask Lockstep for a session (AWS SDKs and Tools Reference Guide, "Process credential
//! provider").

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use lockstep_device::serial::SerialNumber;
use lockstep_device::store::seeds::StoreKind;

use crate::profile::{self, ProfileError};
use crate::sign_in::Credentials;

/// Why a profile cannot ask Lockstep.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The shared configuration file.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The keys would not be found when the tools ask.
    #[error("the access key is in the environment, where the profile would not find it later")]
    KeysInEnvironment,
    /// The keys would come from the profile itself.
    #[error("the profile {0:?} would get its keys from Lockstep, which would ask itself for them for ever")]
    AsksItself(String),
    /// The tools would not come to the line.
    #[error("the profile {0:?} says role_arn, which AWS's tools look at before credential_process")]
    RoleFirst(String),
    /// A word that programs read differently.
    #[error("{0} cannot be written into a credential_process line: not all programs read it alike")]
    NotQuotable(String),
    /// A path that cannot be made absolute.
    #[error("{} cannot be found: {reason}", path.display())]
    Path {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
}

/// What the line says.
pub struct Line<'a> {
    /// The command line's program.
    pub program: &'a Path,
    /// The device whose code a session is made with.
    pub serial: &'a SerialNumber,
    /// Whose keys it is made with.
    pub credentials: &'a Credentials,
    /// The role to take on.
    pub role_arn: Option<&'a str>,
    /// Where IAM and STS are.
    pub endpoint_url: Option<&'a str>,
    /// The data folder, where it is not the usual one.
    pub home: Option<&'a Path>,
    /// The store, where it is not the one that was chosen.
    pub store: Option<StoreKind>,
    /// A file with the vault's passphrase: nobody is there to type it when the tools ask.
    pub passphrase_file: Option<&'a Path>,
}

/// The keys must come from somewhere else than from the profile itself, and AWS's tools must come to the line at all.
pub fn check_source(profile: &str, credentials: &Credentials) -> Result<(), LineError> {
    let mut source = match credentials {
        Credentials::Keys(_) => None,
        Credentials::Profile(name) | Credentials::DefaultProfile(name) => Some(name.clone()),
        Credentials::Environment(_) => return Err(LineError::KeysInEnvironment),
    };
    let mut seen = vec![];
    while let Some(name) = source.filter(|name| !seen.contains(name)) {
        let settings = profile::settings(Some(&name))?;
        let asks_lockstep = settings.credential_process.as_deref().is_some_and(is_ours);
        if name == profile || asks_lockstep {
            return Err(LineError::AsksItself(name));
        }
        source = settings.source_profile;
        seen.push(name);
    }
    let itself = profile::settings(Some(profile))?;
    if itself.role_arn.is_some() {
        return Err(LineError::RoleFirst(profile.to_owned()));
    }
    Ok(())
}

/// Whether this line asks Lockstep.
pub fn is_ours(command: &str) -> bool {
    command.contains(OURS)
}

/// The profile or the stored key that a line of ours names.
pub fn source_of(command: &str) -> Option<Credentials> {
    let mut words = words(command)
        .into_iter()
        .skip_while(|word| word != "credential-process");
    let mut found = None;
    while let Some(word) = words.next() {
        found = match word.as_str() {
            "--aws-profile" => Some(Credentials::Profile(words.next()?)),
            "--aws-keys" => Some(Credentials::Keys(words.next()?)),
            _ => continue,
        };
    }
    found
}

impl Line<'_> {
    /// The line. It is for shells and for the AWS tools' own splitting, which agree on quoted words only.
    pub fn text(&self) -> Result<String, LineError> {
        let mut line = vec![quoted(self.program.as_os_str())?];
        line.extend(OURS.split(' ').map(str::to_owned));
        line.push(word(self.serial.as_str())?);
        let mut option = |name: &str, value: &OsStr| -> Result<(), LineError> {
            line.push(name.to_owned());
            line.push(word(value)?);
            Ok(())
        };
        match self.credentials {
            Credentials::Keys(name) => option("--aws-keys", name.as_ref())?,
            credentials => {
                if let Some(name) = credentials.profile() {
                    option("--aws-profile", name.as_ref())?;
                }
            }
        }
        if let Some(role) = self.role_arn {
            option("--role-arn", role.as_ref())?;
        }
        if let Some(endpoint) = self.endpoint_url {
            option("--endpoint-url", endpoint.as_ref())?;
        }
        if let Some(folder) = self.home {
            option("--home", absolute(folder)?.as_os_str())?;
        }
        if let Some(store) = self.store {
            option("--store", store.to_string().as_ref())?;
        }
        if let Some(file) = self.passphrase_file {
            option("--passphrase-file", absolute(file)?.as_os_str())?;
        }
        Ok(line.join(" "))
    }
}

fn absolute(path: &Path) -> Result<PathBuf, LineError> {
    std::path::absolute(path).map_err(|reason| LineError::Path {
        path: path.to_owned(),
        reason,
    })
}

/// The word as it is where nothing in it has a meaning of its own, else in quotes.
fn word(text: impl AsRef<OsStr>) -> Result<String, LineError> {
    let text = text.as_ref();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=/:,.@-".contains(&byte);
    match text.to_str() {
        Some(word) if !word.is_empty() && word.bytes().all(plain) => Ok(word.to_owned()),
        _ => quoted(text),
    }
}

fn quoted(text: &OsStr) -> Result<String, LineError> {
    let means_something = |character: char| {
        matches!(character, '"' | '$' | '`' | '#' | ';')
            || character.is_control()
            || (cfg!(unix) && character == '\\')
    };
    match text.to_str() {
        Some(word) if !word.contains(means_something) => Ok(format!("\"{word}\"")),
        _ => Err(LineError::NotQuotable(text.display().to_string())),
    }
}

/// The words of a line of ours, whose quotes have nothing inside that means something.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word = String::new();
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            character => word.push(character),
        }
    }
    words.push(word);
    words
}

const OURS: &str = "aws credential-process";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart_and_refused_where_quotes_do_not_help() {
        assert_eq!(word("work").unwrap(), "work");
        assert_eq!(word("my work").unwrap(), "\"my work\"");
        for wrong in ["a\"b", "a$(id)", "a`id`", "a\nb", "a #b"] {
            assert!(matches!(word(wrong), Err(LineError::NotQuotable(_))));
        }
    }

    #[test]
    fn whose_keys_a_line_asks_with_is_read_from_it_again() {
        let serial = SerialNumber::try_from("arn:aws:iam::123456789012:mfa/maya".to_owned()).unwrap();
        for credentials in [
            Credentials::Profile("my work".to_owned()),
            Credentials::Keys("work".to_owned()),
        ] {
            let line = Line {
                program: Path::new("/opt/lock step/lockstep"),
                serial: &serial,
                credentials: &credentials,
                role_arn: None,
                endpoint_url: None,
                home: None,
                store: None,
                passphrase_file: None,
            };
            let text = line.text().unwrap();
            assert!(is_ours(&text));
            assert_eq!(source_of(&text), Some(credentials));
        }
        assert_eq!(source_of("aws-vault exec --aws-profile work"), None);
    }
}
