//! A profile of the AWS configuration file that gets its credentials from Lockstep, and the access keys kept here.

use std::env;
use std::path::PathBuf;

use lockstep_device::store::seeds::StoreKind;
use lockstep_iam::credential_process::{Line, check_source};
use lockstep_iam::elevation::own_device;
use lockstep_iam::error::Error;
use lockstep_iam::keys::KeyPair;
use lockstep_iam::work::{Held, bound, held_of_serial};
use lockstep_iam::{profile, stored_keys};
use serde::Serialize;

use crate::aws::choice::{AwsChoice, credentials, variable};
use crate::error::ShellError;
use crate::secret::SecretText;
use crate::shell::Shell;

/// What a profile would say, or says now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProfileLine {
    /// The profile.
    pub profile: String,
    /// The file it stands in.
    pub file: String,
    /// The setting and its value.
    pub line: String,
    /// Where the file as it was before is kept; nothing where it was not changed.
    pub backup: Option<String>,
    /// Whether AWS's tools ask for the passphrase of the vault each time, at their terminal.
    pub asks_each_time: bool,
}

impl Shell {
    /// What the profile of this name would say to get sessions of these credentials. Nothing is written.
    pub fn aws_profile_line(
        &self,
        profile: String,
        choice: &AwsChoice,
        serial: Option<&str>,
    ) -> Result<ProfileLine, ShellError> {
        let own = credentials(choice).ok_or(ShellError::PracticeEnds)?;
        check_source(&profile, &own)?;
        let authenticator = self.authenticator()?;
        let settings = own.settings().map_err(Error::from)?;
        let said = serial.map(str::to_owned).or(settings.mfa_serial);
        let held = match said.and_then(|serial| held_of_serial(&authenticator, &serial)) {
            Some(held) => held,
            None => self.device_of(choice, &profile)?,
        };
        let line = Line {
            program: &program()?,
            serial: &held.serial,
            credentials: &own,
            role_arn: None,
            endpoint_url: None,
            home: variable("LOCKSTEP_HOME").map(|_| self.home.folder.as_path()),
            store: None,
            passphrase_file: None,
        };
        Ok(ProfileLine {
            line: line.text()?,
            file: config_file()?.display().to_string(),
            profile,
            backup: None,
            asks_each_time: self.status().store == Some(StoreKind::Vault),
        })
    }

    /// A device of whoever these credentials are of: as AWS lists it for who is connected, else the only one here.
    fn device_of(&self, choice: &AwsChoice, profile: &str) -> Result<Held, ShellError> {
        if self
            .connected()
            .is_ok_and(|connected| connected.choice == *choice)
        {
            return self.aws_work(&|_| {}, |work| {
                let user = work.user(None)?;
                own_device(work, &user, None).ok_or_else(|| Error::NoDevice(user.to_string()))
            });
        }
        let mut here = bound(&*self.authenticator()?);
        match (here.len(), here.pop()) {
            (1, Some(only)) => Ok(only),
            (0, _) => Err(Error::NoDevice(profile.to_owned()).into()),
            (count, _) => Err(Error::SeveralDevices {
                user: profile.to_owned(),
                count,
            }
            .into()),
        }
    }

    /// Lets the profile say it. The file as it was is kept beside it.
    pub fn write_aws_profile_line(
        &self,
        profile: String,
        choice: &AwsChoice,
        serial: Option<&str>,
    ) -> Result<ProfileLine, ShellError> {
        let said = self.aws_profile_line(profile, choice, serial)?;
        let values = [("credential_process", said.line.as_str())];
        let configured = profile::configure(&config_file()?, &said.profile, &values, &self.home.faults)
            .map_err(Error::from)?;
        Ok(ProfileLine {
            backup: configured.backup.map(|backup| backup.display().to_string()),
            ..said
        })
    }

    /// Keeps an access key in the store under this name.
    pub fn add_aws_key(&self, name: &str, id: &str, secret: SecretText) -> Result<(), ShellError> {
        let keys = KeyPair::new(id, &secret.into_inner()).map_err(Error::from)?;
        Ok(stored_keys::keep(&*self.authenticator()?, name, &keys)?)
    }

    /// Takes it out of the store. The key itself stays valid at AWS.
    pub fn remove_aws_key(&self, name: &str) -> Result<(), ShellError> {
        Ok(stored_keys::forget(&*self.authenticator()?, name)?)
    }
}

/// The command line, which the AWS tools call: beside this program, else in a folder of PATH.
fn program() -> Result<PathBuf, ShellError> {
    let name = format!("lockstep{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().ok().map(|own| own.with_file_name(&name));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join(&name));
    beside
        .into_iter()
        .chain(on_path)
        .find(|program| program.is_absolute() && program.is_file())
        .ok_or(ShellError::CommandLineMissing)
}

fn config_file() -> Result<PathBuf, ShellError> {
    profile::config_file(variable("AWS_CONFIG_FILE"), env::home_dir()).ok_or(ShellError::NoHome)
}
