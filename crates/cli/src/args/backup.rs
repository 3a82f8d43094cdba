//! `import`, `export` and `backup`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

#[derive(Args)]
pub(crate) struct ImportArgs {
    /// Files that other authenticators exported, or pictures of their QR codes; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Whose files they are, where the content does not say it
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// File that holds the password the export was made with; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file_passphrase_file: Option<PathBuf>,
    /// Tag for every account that is added; may be given several times
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Say what would be added, and add nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Add without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Args)]
pub(crate) struct ExportArgs {
    /// Which accounts [default: all that are not in the trash]
    pub(crate) queries: Vec<String>,
    /// File to write, `-` for standard output; for migration-qr a picture, NAME.png or NAME.svg, several are numbered
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) to: PathBuf,
    /// What to write
    #[arg(long)]
    pub(crate) format: ExportFormat,
    /// File that holds the password of the new file; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file_passphrase_file: Option<PathBuf>,
    /// Write secrets in the open without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// otpauth:// links, one a line, readable by everyone
    Uris,
    /// A vault of Aegis under a password
    Aegis,
    /// A vault of Aegis, readable by everyone
    AegisPlain,
    /// QR codes that Google Authenticator takes in
    MigrationQr,
}

#[derive(Subcommand)]
pub(crate) enum BackupCommand {
    /// Write a backup to a file, under a passphrase or for the keys of recipients
    Create(CreateArgs),
    /// Show what a backup would bring back, and bring it back
    Restore(RestoreArgs),
    /// Open a backup and compare it with what is here; nothing is stored
    Verify {
        #[command(flatten)]
        file: BackupFileArgs,
    },
    /// Say how things stand with backups, and list the automatic ones
    List,
    /// Make a new recovery kit: the page that opens every automatic backup from now on
    Kit {
        /// File to write instead of showing it; the name ends in .pdf, .svg or .txt
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Turn automatic backups on or off, or make one now, which leaves them on or off
    Auto {
        /// What to do
        #[arg(value_name = "on|off|now")]
        wanted: AutoWanted,
        /// Folder to keep them in; a synced one is fine
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
        /// How many to keep
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
        keep: Option<u32>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AutoWanted {
    On,
    Off,
    Now,
}

#[derive(Args)]
pub(crate) struct CreateArgs {
    /// File to write [default: lockstep-backup.age]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) to: Option<PathBuf>,
    /// age1…, an SSH public key, or a file with one on each line; may be given several times
    #[arg(long, value_name = "RECIPIENT|FILE")]
    pub(crate) recipient: Vec<String>,
    /// Write text instead of bytes
    #[arg(long)]
    pub(crate) armor: bool,
    /// File that holds the passphrase; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "recipient")]
    pub(crate) file_passphrase_file: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// A backup and what opens it.
#[derive(Args)]
pub(crate) struct BackupFileArgs {
    /// The backup
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// File with age identities, or an SSH private key; may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) identity: Vec<PathBuf>,
    /// File with what stands on the recovery kit: the identity or the words; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) recovery_key_file: Option<PathBuf>,
    /// File that holds the passphrase of the backup, or of an SSH key; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file_passphrase_file: Option<PathBuf>,
}

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) file: BackupFileArgs,
    /// Add what is missing and leave what is here [default]
    #[arg(long, conflicts_with = "replace")]
    pub(crate) merge: bool,
    /// Take the list of the backup; what is only here goes to the trash
    #[arg(long)]
    pub(crate) replace: bool,
    /// Take what differs, too: names, tags and notes as they are in the backup, other secrets beside those here
    #[arg(long)]
    pub(crate) take_differing: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Restore without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}
