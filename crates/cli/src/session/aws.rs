//! Where AWS is and whose credentials are used, as options and environment say it.

use std::path::PathBuf;

use lockstep_iam::profile;
use lockstep_iam::sign_in::Credentials;

use crate::args::aws::AwsSourceArgs;
use crate::error::CliError;

/// What options and environment say about AWS.
pub(crate) struct AwsOptions {
    pub(crate) credentials: Credentials,
    /// `--region`.
    pub(crate) region: Option<String>,
    /// `--endpoint-url`. What the environment and the profile say is left to the SDK, which knows an endpoint for each
    /// service.
    pub(crate) endpoint_url: Option<String>,
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
            (Some(profile), None) => Credentials::Profile(profile),
            (None, Some(name)) => Credentials::Keys(name),
            (None, None) => match variable("AWS_ACCESS_KEY_ID") {
                Some(id) => Credentials::Environment(id),
                None => Credentials::DefaultProfile(
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

    /// The endpoint that sessions are kept under: `--endpoint-url`, or the environment's. One that a profile names is the
    /// profile's.
    pub(crate) fn kept_endpoint(&self) -> Option<String> {
        self.endpoint_url
            .clone()
            .or_else(|| variable("AWS_ENDPOINT_URL_STS"))
            .or_else(|| variable("AWS_ENDPOINT_URL"))
    }

    /// What sessions of these credentials are kept under.
    pub(crate) fn source_name(&self, credentials: &Credentials) -> String {
        credentials.source_name(self.kept_endpoint().as_deref())
    }

    /// The AWS configuration file.
    pub(crate) fn config_file() -> Result<PathBuf, CliError> {
        profile::config_file(variable("AWS_CONFIG_FILE"), dirs::home_dir()).ok_or(CliError::NoHome)
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
