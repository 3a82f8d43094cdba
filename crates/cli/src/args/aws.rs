//! What can be said after `lockstep aws`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use lockstep_iam::variables::ShellSyntax;

/// Where AWS is and whose credentials are used.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct AwsSourceArgs {
    /// Profile of the AWS configuration files [default: the environment's keys, else AWS_PROFILE, else default]
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "aws_keys")]
    pub(crate) aws_profile: Option<String>,
    /// Access key that `lockstep aws keys add` stored
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) aws_keys: Option<String>,
    /// AWS region [default: the environment's, else the profile's, else us-east-1]
    #[arg(long, global = true)]
    pub(crate) region: Option<String>,
    /// Where both IAM and STS are [default: what the environment and the profile say, else AWS]
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) endpoint_url: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum AwsCommand {
    /// Say whose credentials these are and where they lead
    Whoami,
    /// Compare the clock with AWS's
    Clock,
    /// Make a device, store its seed, enable it and see that AWS takes its codes
    Enrol(EnrolArgs),
    /// Give a device that was made elsewhere, or a hardware token, to a user
    Enable(EnableArgs),
    /// Show two codes to type into the console, and until when to submit them
    Pair {
        /// Which account
        query: String,
    },
    /// List a user's devices, or all virtual ones
    Devices {
        /// Whose [default: the caller's]
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        /// All virtual devices of the AWS account
        #[arg(long, conflicts_with = "user")]
        all: bool,
    },
    /// List the tags of a device
    DeviceTags {
        /// An account here, or a serial number
        #[arg(value_name = "QUERY|SERIAL")]
        device: String,
    },
    /// Set tags of a device
    Tag {
        /// An account here, or a serial number
        #[arg(value_name = "QUERY|SERIAL")]
        device: String,
        /// Tags to set
        #[arg(required = true, value_name = "KEY=VALUE")]
        tags: Vec<String>,
    },
    /// Take tags away from a device
    Untag {
        /// An account here, or a serial number
        #[arg(value_name = "QUERY|SERIAL")]
        device: String,
        /// Keys of the tags to take away
        #[arg(required = true, value_name = "KEY")]
        keys: Vec<String>,
    },
    /// Tell AWS where a device's clock is
    Resync {
        /// An account here, or a serial number
        #[arg(value_name = "QUERY|SERIAL")]
        device: String,
        /// Whose it is [default: the caller's]
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        /// File with two successive codes, one on a line; `-` is standard input
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        codes_file: Option<PathBuf>,
    },
    /// Take a device from its user
    Deactivate(GoneArgs),
    /// Delete a virtual device that belongs to nobody
    Delete {
        /// An account here, or a serial number
        #[arg(value_name = "QUERY|SERIAL")]
        device: String,
        /// Delete without asking
        #[arg(long, short)]
        yes: bool,
    },
    /// Take a device from its user, delete it, and move its account to the trash
    Retire(GoneArgs),
    /// Replace a device by a new one, without a moment in which none works
    Rotate {
        /// Which account
        query: String,
        /// Do not ask AWS to take a code of the new device
        #[arg(long)]
        no_verify: bool,
        /// Rotate without asking
        #[arg(long, short)]
        yes: bool,
    },
    /// Make a session with MFA, or find the one that was kept; its secrets are not shown
    Session(SessionArgs),
    /// Print a session's credentials as the AWS tools' credential_process wants them
    CredentialProcess(SessionArgs),
    /// Run a program with a session's credentials in its environment
    Exec(ExecArgs),
    /// Print a session's credentials as commands for a shell
    Env {
        #[command(flatten)]
        session: SessionArgs,
        /// For which shell
        #[arg(long, default_value = "bash")]
        shell: EnvShell,
    },
    /// Let a profile of the AWS configuration file get its credentials from Lockstep
    Configure(ConfigureArgs),
    /// Print the least IAM policy for a job
    Policy {
        /// The job
        job: PolicyJob,
        /// AWS partition: aws, aws-cn, aws-us-gov, …
        #[arg(long, default_value = "aws", value_parser = partition)]
        partition: String,
    },
    /// List what was changed in AWS from this machine, the latest last
    Activity {
        /// What was done with this user's devices
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
    /// Keep access keys in the store
    #[command(subcommand)]
    Keys(KeysCommand),
}

#[derive(Args)]
pub(crate) struct EnrolArgs {
    /// Whose device it becomes [default: the caller's]
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// The device's name [default: the user's with random digits]
    #[arg(long, value_name = "NAME")]
    pub(crate) device_name: Option<String>,
    /// The device's path [default: /]
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Tag for the device; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) tag: Vec<String>,
    /// Retire a device of that name first, when there is one
    #[arg(long)]
    pub(crate) replace: bool,
    /// Do not ask AWS to take a code
    #[arg(long)]
    pub(crate) no_verify: bool,
}

#[derive(Args)]
pub(crate) struct EnableArgs {
    /// The account here that makes the device's codes
    #[arg(conflicts_with = "codes_file")]
    pub(crate) query: Option<String>,
    /// The device's serial number
    #[arg(long)]
    pub(crate) serial: String,
    /// Whose it becomes [default: the caller's]
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// File with two successive codes, one on a line; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) codes_file: Option<PathBuf>,
}

/// A device that goes.
#[derive(Args)]
pub(crate) struct GoneArgs {
    /// An account here, or a serial number
    #[arg(value_name = "QUERY|SERIAL")]
    pub(crate) device: String,
    /// Whose it is [default: the caller's]
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// Do it without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// Which session is wanted.
#[derive(Args)]
pub(crate) struct SessionArgs {
    /// The account whose code is used [default: the profile's mfa_serial, else the only one there is]
    pub(crate) query: Option<String>,
    /// How long a new session lasts, such as 12h, 90m or 3600 [default: 12h, or 1h in a role]
    #[arg(long, value_parser = seconds)]
    pub(crate) duration: Option<u64>,
    /// Role to take on [default: the profile's]
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// Make a new session even where one is kept
    #[arg(long)]
    pub(crate) renew: bool,
}

#[derive(Args)]
pub(crate) struct ExecArgs {
    #[command(flatten)]
    pub(crate) session: SessionArgs,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "CMD", value_hint = ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
}

#[derive(Args)]
pub(crate) struct ConfigureArgs {
    /// The profile to write
    pub(crate) profile: String,
    /// The account whose code is used [default: the profile's mfa_serial, else the only one there is]
    pub(crate) query: Option<String>,
    /// Role to take on
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvShell {
    /// bash, zsh and other POSIX shells
    Bash,
    Fish,
    Powershell,
}

impl From<EnvShell> for ShellSyntax {
    fn from(shell: EnvShell) -> Self {
        match shell {
            EnvShell::Bash => Self::Posix,
            EnvShell::Fish => Self::Fish,
            EnvShell::Powershell => Self::Powershell,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyJob {
    /// Enrol a first device for oneself
    EnrolSelf,
    /// Do everything with one's own devices
    ManageSelf,
    /// Do everything with anybody's devices
    Admin,
    /// See who has MFA, enrol many, help who lost a device, and sweep what is left behind
    Fleet,
    /// Take on roles in sessions with MFA
    Session,
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Store an access key; asks for it when no file is named
    Add {
        /// What to call it: lower-case letters, digits and dashes
        name: String,
        /// File with the access key id and the secret, one on a line; `-` is standard input
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        key_file: Option<PathBuf>,
    },
    /// List the keys that are stored
    List,
    /// Take a key out of the store; it stays valid in AWS
    Remove {
        /// Which one
        name: String,
    },
}

/// A number of seconds, or one with `s`, `m` or `h` after it.
fn seconds(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) => (number, &text[number.len()..]),
        None => (text, "s"),
    };
    let factor = match unit {
        "h" => 3600,
        "m" => 60,
        _ => 1,
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(|| "write a number with s, m or h after it".to_owned())
}

/// An AWS partition: lower-case letters, digits and dashes.
fn partition(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.starts_with("aws") && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("a partition is aws, aws-cn, aws-us-gov, …".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_with_its_unit() {
        assert_eq!(seconds("12h"), Ok(43_200));
        assert_eq!(seconds("15m"), Ok(900));
        assert_eq!(seconds("900s"), Ok(900));
        assert_eq!(seconds("900"), Ok(900));
        for wrong in ["", "h", "1d", "-1h", "1.5h", "99999999999999999999h"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
