//! Where AWS is and whose credentials are used, as options and environment say it.

use std::path::PathBuf;

use crate::args::aws::AwsSourceArgs;
use crate::error::CliError;

/// What options and environment say about AWS.
pub(crate) struct AwsOptions {
    pub(crate) credentials: AwsCredentials,
    /// `--region`.
    pub(crate) region: Option<String>,
    /// `--endpoint-url`. What the environment and the profile say is left to the SDK, which knows an endpoint for each
    /// service.
    pub(crate) endpoint_url: Option<String>,
}

/// Whose credentials are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AwsCredentials {
    /// The environment's access key, by its id.
    Environment(String),
    /// The profile that is taken when none is named.
    DefaultProfile(String),
    /// The profile that was named.
    Profile(String),
    /// A key in the store.
    Keys(String),
}

impl AwsOptions {
    pub(super) fn new(args: AwsSourceArgs) -> Result<Self, CliError> {
        let credentials = match (args.aws_profile, args.aws_keys) {
            // clap sees this only where both stand before the command, or both after it.
            (Some(_), Some(_)) => {
                return Err(CliError::usage(
                    "--aws-profile and --aws-keys both say whose credentials are used",
                    "Leave out one of them.",
                ));
            }
            (Some(profile), None) => AwsCredentials::Profile(profile),
            (None, Some(name)) => AwsCredentials::Keys(name),
            (None, None) => match variable("AWS_ACCESS_KEY_ID") {
                Some(id) => AwsCredentials::Environment(id),
                None => AwsCredentials::DefaultProfile(
                    variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned()),
                ),
            },
        };
        Ok(Self {
            credentials,
            region: args.region,
            endpoint_url: args.endpoint_url,
        })
    }

    /// What sessions of these credentials are kept under: those of different endpoints are kept apart. One that a profile
    /// names is the profile's.
    pub(crate) fn source_name(&self, credentials: &AwsCredentials) -> String {
        let endpoint = self
            .endpoint_url
            .clone()
            .or_else(|| variable("AWS_ENDPOINT_URL_STS"))
            .or_else(|| variable("AWS_ENDPOINT_URL"));
        match endpoint {
            Some(endpoint) => format!("{} at {endpoint}", credentials.name()),
            None => credentials.name(),
        }
    }

    /// The AWS configuration file.
    pub(crate) fn config_file() -> Result<PathBuf, CliError> {
        let home = dirs::home_dir();
        let Some(named) = variable("AWS_CONFIG_FILE") else {
            return Ok(home.ok_or(CliError::NoHome)?.join(".aws").join("config"));
        };
        // As the AWS tools read it.
        match (named.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => Ok(home.join(rest)),
            _ => Ok(named.into()),
        }
    }
}

impl AwsCredentials {
    fn name(&self) -> String {
        match self {
            Self::Environment(id) => format!("environment {id}"),
            Self::DefaultProfile(name) | Self::Profile(name) => format!("profile {name}"),
            Self::Keys(name) => format!("keys {name}"),
        }
    }

    /// The profile they come from, when they come from one.
    pub(crate) fn profile(&self) -> Option<&str> {
        match self {
            Self::DefaultProfile(name) | Self::Profile(name) => Some(name),
            Self::Environment(_) | Self::Keys(_) => None,
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
