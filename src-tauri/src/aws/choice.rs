//! Whose credentials there are to choose from.

use lockstep_iam::error::Error;
use lockstep_iam::sign_in::Credentials;
use lockstep_iam::{profile, stored_keys};
use serde::{Deserialize, Serialize};

use crate::aws::connection::kept_endpoint;
use crate::aws::last;
use crate::error::{CommandError, ShellError};
use crate::shell::Shell;

/// Whose credentials are used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
pub enum AwsChoice {
    /// The environment's access key.
    Environment,
    /// A profile of the shared files.
    Profile(String),
    /// A key in the store.
    Keys(String),
    /// The practice account on this machine, as this user of its.
    Practice(String),
}

/// What there is to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AwsChoices {
    /// The profiles of the shared files.
    pub profiles: Vec<ProfileChoice>,
    /// Why there are none, when the files cannot be read.
    pub profiles_problem: Option<CommandError>,
    /// The id of the environment's access key.
    pub environment: Option<String>,
    /// The names of the keys in the store.
    pub stored: Vec<String>,
    /// The users of the practice account.
    pub practice: Vec<String>,
    /// Whoever was connected last, as long as there is such a choice.
    pub last: Option<AwsChoice>,
    /// Whether connecting as whoever that was uses up a code, which nobody may do who was not asked to.
    pub last_takes_a_code: bool,
}

/// One profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProfileChoice {
    /// Its name.
    pub name: String,
    /// The role it says to take on.
    pub role_arn: Option<String>,
    /// The profile with the keys that may take it on.
    pub source_profile: Option<String>,
    /// The serial number of the device whose code it is taken on with.
    pub mfa_serial: Option<String>,
}

/// The users of the practice account whom a person can be: a plain one and an administrator.
pub(crate) const PRACTICE_USERS: [&str; 2] = ["maya", "admin"];

impl Shell {
    /// Whose credentials there are to choose from. Asks nobody but the files and the store.
    pub fn aws_choices(&self) -> Result<AwsChoices, ShellError> {
        let authenticator = self.authenticator()?;
        let stored = stored_keys::names(&authenticator)?;
        let (profiles, profiles_problem) = match profile::all() {
            Ok(profiles) => (profiles, None),
            Err(error) => (vec![], Some(ShellError::from(Error::from(error)).into())),
        };
        let profiles = profiles.into_iter().map(|(name, settings)| ProfileChoice {
            name,
            role_arn: settings.role_arn,
            source_profile: settings.source_profile,
            mfa_serial: settings.mfa_serial,
        });
        let mut choices = AwsChoices {
            profiles: profiles.collect(),
            profiles_problem,
            environment: environment_key(),
            stored,
            practice: PRACTICE_USERS.map(str::to_owned).to_vec(),
            last: None,
            last_takes_a_code: false,
        };
        choices.last = last::read(&self.home.folder).filter(|choice| choices.offers(choice));
        if let Some(credentials) = choices.last.as_ref().and_then(credentials) {
            // A profile that cannot be followed is refused before it comes to a code.
            choices.last_takes_a_code = credentials
                .take_a_code(&authenticator, kept_endpoint().as_deref())
                .unwrap_or_default();
        }
        Ok(choices)
    }
}

impl AwsChoices {
    fn offers(&self, choice: &AwsChoice) -> bool {
        match choice {
            AwsChoice::Environment => self.environment.is_some(),
            AwsChoice::Profile(name) => self.profiles.iter().any(|profile| profile.name == *name),
            AwsChoice::Keys(name) => self.stored.contains(name),
            AwsChoice::Practice(user) => self.practice.contains(user),
        }
    }
}

/// The credentials that are meant; nothing for the practice account's.
pub(super) fn credentials(choice: &AwsChoice) -> Option<Credentials> {
    match choice {
        AwsChoice::Environment => Some(Credentials::Environment(environment_key().unwrap_or_default())),
        AwsChoice::Profile(name) => Some(Credentials::Profile(name.clone())),
        AwsChoice::Keys(name) => Some(Credentials::Keys(name.clone())),
        AwsChoice::Practice(_) => None,
    }
}

/// The id of the environment's access key.
pub(super) fn environment_key() -> Option<String> {
    variable("AWS_ACCESS_KEY_ID")
}

/// A variable of the environment that says something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
