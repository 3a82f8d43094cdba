//! What can be said after `lockstep fleet` and `lockstep hand-off`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

#[derive(Subcommand)]
pub(crate) enum FleetCommand {
    /// List users with the MFA they have
    Users(UsersArgs),
    /// Make devices for many users, and seal each to its user
    Enrol(FleetEnrolArgs),
    /// List the runs, or say how one stands
    Runs(RunsArgs),
    /// Help a user who lost the phone: take all devices away and, with --hand-off, enrol a new one
    Recover(RecoverArgs),
    /// Say who lacks MFA, who has one device only, and what is stale
    Report(ReportArgs),
    /// Show virtual devices that are nobody's, and delete them with --apply
    Sweep {
        #[command(flatten)]
        accounts: AccountsArgs,
        /// Delete them
        #[arg(long)]
        apply: bool,
        /// Delete without asking
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct RunsArgs {
    /// Which run, or what several that were begun together are called
    pub(crate) run: Option<String>,
    /// What to write of each user of the run [default: what failed and the sums, in words]
    #[arg(long, requires = "run")]
    pub(crate) format: Option<RunFormat>,
    /// File to write instead of standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "format")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    /// A table for spreadsheets
    Csv,
    /// For programs
    Json,
}

/// Several AWS accounts at once.
#[derive(Args)]
pub(crate) struct AccountsArgs {
    /// File with a role to take on in each account, one on a line: ARN, and if you like a name and an external id after it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) accounts: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct UsersArgs {
    /// Those who have no MFA device of any kind
    #[arg(long)]
    pub(crate) without_mfa: bool,
    /// Those who have this tag; may be given several times, a call for each user
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) tag: Vec<String>,
    /// Those under this path, such as /staff/
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Ask for the devices of each user, a call for each: also finds security keys beside a virtual device
    #[arg(long)]
    pub(crate) exact: bool,
    #[command(flatten)]
    pub(crate) accounts: AccountsArgs,
}

#[derive(Args)]
pub(crate) struct ReportArgs {
    /// What to write [default: the sums, in words]
    #[arg(long)]
    pub(crate) format: Option<ReportFormat>,
    /// File to write instead of standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "format")]
    pub(crate) out: Option<PathBuf>,
    /// Ask for the devices of each user, a call for each
    #[arg(long)]
    pub(crate) exact: bool,
    #[command(flatten)]
    pub(crate) accounts: AccountsArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// A table for spreadsheets
    Csv,
    /// For programs
    Json,
    /// A page for screen and paper
    Html,
}

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub(crate) struct FleetEnrolArgs {
    /// File with the names of users, one on a line or in the first column of a CSV; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) users: Option<PathBuf>,
    /// All users who have no MFA device
    #[arg(long)]
    pub(crate) without_mfa: bool,
    /// Users under this path, such as /staff/
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    #[command(flatten)]
    pub(crate) seals: SealArgs,
    /// Tag for every device; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) tag: Vec<String>,
    /// Path of the devices
    #[arg(long, value_name = "PATH")]
    pub(crate) device_path: Option<String>,
    /// Keep the accounts here, too
    #[arg(long)]
    pub(crate) keep_copies: bool,
    /// How many requests may be in flight at once in each account
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=32))]
    pub(crate) max_in_flight: u8,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) accounts: AccountsArgs,
    /// Go on with this run, or with all that were begun together under this name
    #[arg(
        long,
        value_name = "RUN",
        conflicts_with_all = ["users", "without_mfa", "path", "hand_off", "recipients", "passphrases",
            "generate_passphrases", "tag", "device_path", "keep_copies", "dry_run", "accounts"]
    )]
    pub(crate) resume: Option<String>,
    /// Enrol without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// Where hand-offs go and what they are sealed with.
#[derive(Args)]
pub(crate) struct SealArgs {
    /// Folder for the hand-offs, a sealed file for each user
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) hand_off: Option<PathBuf>,
    /// CSV of user and key (age1…, ssh-ed25519 …, ssh-rsa …), or folder with a file of keys for each user
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) recipients: Option<PathBuf>,
    /// CSV of user and passphrase; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "recipients")]
    pub(crate) passphrases: Option<PathBuf>,
    /// Make a passphrase for each user, and write all of them to this file, sealed to --sheet-recipient
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["recipients", "passphrases"],
        requires = "sheet_recipient"
    )]
    pub(crate) generate_passphrases: Option<PathBuf>,
    /// Who may read the sheet of passphrases: age1…, an SSH public key, or a file with one on each line
    #[arg(long, value_name = "RECIPIENT|FILE", requires = "generate_passphrases")]
    pub(crate) sheet_recipient: Vec<String>,
}

#[derive(Args)]
pub(crate) struct RecoverArgs {
    /// Whose devices
    pub(crate) user: String,
    #[command(flatten)]
    pub(crate) seals: SealArgs,
    /// Do it without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Subcommand)]
pub(crate) enum HandOffCommand {
    /// Add the account that an administrator sealed to you, and replace its device at once if you like
    Open(HandOffOpenArgs),
    /// Put a device that is kept here on a page, for somebody who scans its QR code in person
    Page(HandOffPageArgs),
}

#[derive(Args)]
pub(crate) struct HandOffPageArgs {
    /// The account of the device
    pub(crate) query: String,
    /// File to write; its ending says what: .pdf or .svg
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Write without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub(crate) struct HandOffOpenArgs {
    /// The hand-off
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// File with age identities, or an SSH private key; may be given several times [default: ~/.ssh/id_ed25519, ~/.ssh/id_rsa]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) identity: Vec<PathBuf>,
    /// File that holds the passphrase of the hand-off, or of an SSH key; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file_passphrase_file: Option<PathBuf>,
    /// Replace the device at once, so that nobody else's copy works any more
    #[arg(long, conflicts_with = "no_rotate")]
    pub(crate) rotate: bool,
    /// Do not offer to replace the device
    #[arg(long)]
    pub(crate) no_rotate: bool,
    /// Do not have AWS check a code of the device
    #[arg(long, conflicts_with = "rotate")]
    pub(crate) no_verify: bool,
    /// Add without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}
