//! What can be said on the command line. Nothing here does anything.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help, which shows no backticks"
)]

pub(crate) mod aws;
pub(crate) mod backup;
pub(crate) mod fleet;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::args::aws::{AwsCommand, AwsSourceArgs};
use crate::args::backup::{BackupCommand, ExportArgs, ImportArgs};
use crate::args::fleet::{FleetCommand, HandOffCommand};

/// A virtual MFA device that is at home with AWS.
#[derive(Parser)]
#[command(
    name = "lockstep",
    version,
    disable_help_subcommand = true,
    max_term_width = 100
)]
#[command(
    after_help = "QUERY names an account by id prefix, issuer, name, issuer:name, #tag or serial number.\n\
    Exit codes: 0 done, 1 failed, 2 usage, 3 not found or ambiguous, 4 locked, denied or wrong passphrase, 5 AWS refused, \
    6 outcome unknown, 130 interrupted."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Print one JSON value on standard output, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Data folder [default: the platform's]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "LOCKSTEP_HOME",
        hide_env_values = true
    )]
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) home: Option<PathBuf>,
    /// Where the seeds are kept [default: what `lockstep store use` chose, else keyring]
    #[arg(long, global = true)]
    pub(crate) store: Option<StoreName>,
    /// File that holds the vault's passphrase; `-` is standard input
    #[arg(long, global = true, value_name = "FILE", env = "LOCKSTEP_PASSPHRASE_FILE")]
    #[arg(hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Colours; `auto` honours NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
    #[command(flatten)]
    pub(crate) aws: AwsSourceArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StoreName {
    /// The operating system's keyring
    Keyring,
    /// A file sealed with a passphrase
    Vault,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add accounts from pictures, the screen, a camera, the clipboard, otpauth:// texts or a secret
    Add(AddArgs),
    /// List the accounts, or those in which every word of QUERY occurs
    List(ListArgs),
    /// Print the code of an account; bare digits when piped
    Code(CodeArgs),
    /// Change an account's labels, tags, note or pin
    Edit(EditArgs),
    /// Move an account to the trash
    Remove(RemoveArgs),
    /// Take accounts out of the trash, or delete them for good
    #[command(subcommand)]
    Trash(TrashCommand),
    /// Show an account as a QR code, or read QR codes without storing anything
    #[command(subcommand)]
    Qr(QrCommand),
    /// Take in accounts from another authenticator's files: Aegis, 2FAS, Ente, Bitwarden, Proton, KeePass and many more
    Import(ImportArgs),
    /// Write accounts to a file that other authenticators read
    Export(ExportArgs),
    /// Back up, restore, and keep the recovery kit that opens automatic backups
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Look at, choose, lock, unlock or mend the place where the seeds are kept
    #[command(subcommand)]
    Store(StoreCommand),
    /// Check the clock, the keyring, the accounts, the backups and the permissions of files; finish what broke off in AWS
    Doctor {
        /// Connect to AWS even when nothing broke off there
        #[arg(long)]
        aws: bool,
    },
    /// Enrol, look after and use MFA devices in AWS
    #[command(subcommand)]
    Aws(AwsCommand),
    /// See and enrol the users of AWS accounts, as an administrator
    #[command(subcommand)]
    Fleet(FleetCommand),
    /// Take over a device that an administrator enrolled for you
    #[command(subcommand)]
    HandOff(HandOffCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page, or write one page per command into DIR
    Man {
        /// Folder for the pages
        #[arg(value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
    /// Print the version
    Version,
}

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub(crate) struct AddArgs {
    /// Pictures with QR codes (PNG, JPEG, WebP, BMP, GIF)
    #[arg(long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath)]
    pub(crate) image: Vec<PathBuf>,
    /// Take the picture or the text on the clipboard
    #[arg(long)]
    pub(crate) clipboard: bool,
    /// Look for QR codes on the screen
    #[arg(long)]
    pub(crate) screen: bool,
    /// Draw a rectangle around the codes on the screen, and look only there
    #[arg(long)]
    pub(crate) screen_region: bool,
    /// Look through a camera until a QR code is held in front of it; Ctrl+C ends it
    #[arg(long, value_name = "DEVICE", num_args = 0..=1, value_hint = ValueHint::FilePath)]
    #[expect(clippy::option_option, reason = "the option may stand alone")]
    pub(crate) camera: Option<Option<String>>,
    /// File with otpauth:// or otpauth-migration:// texts, one a line; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) uri_file: Option<PathBuf>,
    /// File with a secret in base32; `-` is standard input, or a prompt without echo
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) secret_file: Option<PathBuf>,
    /// Tag for every account that is added; may be given several times
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Add without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Do not offer to delete the files the secrets came from
    #[arg(long)]
    pub(crate) keep_file: bool,
    #[command(flatten)]
    pub(crate) typed: TypedArgs,
}

/// What a bare secret does not say about itself.
#[derive(Args)]
#[command(next_help_heading = "With --secret-file")]
pub(crate) struct TypedArgs {
    /// Who asks for the code
    #[arg(long, requires = "secret_file")]
    pub(crate) issuer: Option<String>,
    /// Whom the code is for
    #[arg(long, requires = "secret_file")]
    pub(crate) name: Option<String>,
    /// totp, hotp or steam [default: totp]
    #[arg(long = "type", value_name = "TYPE", requires = "secret_file")]
    pub(crate) kind: Option<String>,
    /// SHA1, SHA256 or SHA512 [default: SHA1]
    #[arg(long, requires = "secret_file")]
    pub(crate) algorithm: Option<String>,
    /// Digits of a code, 5 to 10 [default: 6]
    #[arg(long, requires = "secret_file")]
    pub(crate) digits: Option<String>,
    /// Seconds between codes [default: 30]
    #[arg(long, requires = "secret_file")]
    pub(crate) period: Option<String>,
    /// Counter of the next code, for HOTP
    #[arg(long, requires = "secret_file")]
    pub(crate) counter: Option<String>,
}

#[derive(Args)]
pub(crate) struct ListArgs {
    /// Words that must occur in issuer, name, tags, note or serial number
    pub(crate) query: Option<String>,
    /// Order
    #[arg(long, default_value = "own")]
    pub(crate) sort: Sort,
    /// List the trash
    #[arg(long)]
    pub(crate) trash: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// By issuer and name
    Name,
    /// Last used first
    Used,
    /// Your own order, pinned ones first
    Own,
}

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub(crate) struct CodeArgs {
    /// Which account
    pub(crate) query: String,
    /// The code after the present one
    #[arg(long, conflicts_with = "pair")]
    pub(crate) next: bool,
    /// The present code and the one after it, as AWS asks for
    #[arg(long)]
    pub(crate) pair: bool,
    /// The code of another moment, in seconds since 1970-01-01 UTC
    #[arg(long, value_name = "UNIX_SECONDS")]
    pub(crate) at: Option<u64>,
    /// Put the code on the clipboard for 30 seconds instead of printing it, and mark it as used
    #[arg(long, conflicts_with_all = ["pair", "at", "watch"])]
    pub(crate) copy: bool,
    /// Show the code and the seconds left until interrupted
    #[arg(long, conflicts_with_all = ["pair", "at", "json"])]
    pub(crate) watch: bool,
}

#[derive(Args)]
pub(crate) struct EditArgs {
    /// Which account
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) changes: ChangeArgs,
}

/// What changes; at least one.
#[derive(Args)]
#[group(required = true, multiple = true)]
#[command(next_help_heading = "Changes")]
pub(crate) struct ChangeArgs {
    /// New issuer; empty for none
    #[arg(long)]
    pub(crate) issuer: Option<String>,
    /// New name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Tag to add (+TAG) or to take away (-TAG); may be given several times
    #[arg(long, value_name = "+TAG|-TAG", allow_hyphen_values = true)]
    pub(crate) tag: Vec<String>,
    /// Let it stand first
    #[arg(long, conflicts_with = "unpin")]
    pub(crate) pin: bool,
    /// Let it stand in order
    #[arg(long)]
    pub(crate) unpin: bool,
    /// New note; empty for none
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(Args)]
pub(crate) struct RemoveArgs {
    /// Which account
    pub(crate) query: String,
    /// Remove without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Subcommand)]
pub(crate) enum TrashCommand {
    /// Take an account out of the trash
    Restore {
        /// Which account
        query: String,
    },
    /// Delete an account in the trash, and its secret, for good
    Purge {
        /// Which account
        query: String,
        /// Delete without asking
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum QrCommand {
    /// Draw an account's QR code, or write it as a picture; whoever sees it can make the codes
    Show {
        /// Which account
        query: String,
        /// Picture to write instead of drawing; the name ends in .png or .svg
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
    },
    /// Print what the QR codes in pictures say; nothing is stored
    Read {
        /// Pictures
        #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum StoreCommand {
    /// Say where the seeds are kept
    Status,
    /// Keep the seeds in the keyring or in a passphrase vault; moves those that are there
    Use {
        /// Where
        #[arg(value_name = "STORE")]
        wanted: StoreName,
        /// File that holds the passphrase of a new vault; `-` is standard input
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Lock the keyring
    Lock,
    /// Unlock the keyring, or try the vault's passphrase
    Unlock,
    /// Give the vault a new passphrase
    ChangePassphrase {
        /// File that holds the new passphrase; `-` is standard input
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Compare every stored secret with the account list and mend the list
    Repair,
}
