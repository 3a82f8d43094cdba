//! Errors of the command line itself, and the library's with their exit codes.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use lockstep_device::clipboard::ClipboardError;
use lockstep_device::error::{Error, ErrorClass};
use lockstep_device::screen::ScreenError;
use lockstep_formats::error::ReadError;
use lockstep_iam::error::ErrorClass as AwsErrorClass;

use crate::report::Exit;

/// What a command ends with when it does not end well. Messages never hold a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The library's.
    #[error(transparent)]
    Device(#[from] Error),
    /// The AWS side's.
    #[error(transparent)]
    Aws(#[from] lockstep_iam::error::Error),
    /// Another app's file.
    #[error("{source_name}: {error}")]
    Foreign { source_name: String, error: ReadError },
    /// A backup of ours where another app's file was expected.
    #[error("{} is a backup of Lockstep or another age file", .0.display())]
    IsBackup(PathBuf),
    /// No device was named, and which one is meant is not clear.
    #[error("{}", unclear(*.0))]
    DeviceUnclear(usize),
    /// The program that was to be run with credentials.
    #[error("{} cannot be run: {error}", program.display())]
    Program { program: PathBuf, error: io::Error },
    /// The command line does not say what to do.
    #[error("{message}")]
    Usage { message: String, remedy: String },
    /// The clipboard.
    #[error(transparent)]
    Clipboard(#[from] ClipboardError),
    /// The screen cannot be seen.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// It can, and there is no code on it.
    #[error("there is no QR code on the screen that can be read")]
    NothingOnScreen,
    /// The same in a part of it.
    #[error("there is no QR code in the region that can be read")]
    NothingInRegion,
    /// The process that holds a code on the clipboard.
    #[error("the helper that holds the code on the clipboard could not be started: {0}")]
    ClipboardHelper(io::Error),
    /// A file that was named.
    #[error("{} cannot be {done}: {error}", path.display())]
    File {
        path: PathBuf,
        done: &'static str,
        error: io::Error,
    },
    /// A file that was named and is larger than it may be.
    #[error("{} has more than {limit} bytes, which no such file needs", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    /// What was named holds something that is not UTF-8.
    #[error("{} is not text in UTF-8", .0.display())]
    NotText(PathBuf),
    /// A row of a preview that cannot be read, when there is nothing else.
    #[error("{}", with_source(source_name, message))]
    Unreadable {
        source_name: String,
        code: String,
        message: String,
        remedy: String,
    },
    /// The vault's passphrase is needed and there is nobody to ask.
    #[error("the vault's passphrase is needed, and there is no terminal to ask for it")]
    PassphraseNeeded,
    /// A passphrase is to be chosen and there is nobody to ask.
    #[error("a new passphrase is needed, and there is no terminal to ask for it")]
    NewPassphraseNeeded {
        /// The option that names the file.
        option: &'static str,
    },
    /// A passphrase that cannot be taken.
    #[error("{0}")]
    PassphraseRefused(String),
    /// The two entries of a new passphrase.
    #[error("the two passphrases differ; nothing was changed")]
    PassphrasesDiffer,
    /// The person said no.
    #[error("nothing was done: the question was not answered with yes")]
    Declined,
    /// Ctrl-C at a prompt.
    #[error("interrupted")]
    Interrupted,
    /// The terminal could not be read or written.
    #[error("the terminal cannot be used: {0}")]
    Terminal(io::Error),
    /// Standard output could not be written.
    #[error("standard output cannot be written: {0}")]
    Output(io::Error),
    /// There is no home folder to put the data folder into.
    #[error("this system names no folder for a user's data")]
    NoHome,
}

impl CliError {
    /// A usage error.
    pub(crate) fn usage(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// Stable, kebab-case.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Device(error) => error.code().as_str(),
            Self::Aws(error) => error.code(),
            Self::Foreign { error, .. } => error.code().as_str(),
            Self::IsBackup(_) => "import-is-backup",
            Self::DeviceUnclear(0) => "aws-no-device",
            Self::DeviceUnclear(_) => "aws-device-ambiguous",
            Self::Program { .. } => "program-not-run",
            Self::Usage { .. } => "usage",
            Self::Clipboard(ClipboardError::Missing) => "clipboard-missing",
            Self::Clipboard(ClipboardError::Other(_)) => "clipboard-other",
            Self::Clipboard(ClipboardError::Busy) => "clipboard-busy",
            Self::Clipboard(ClipboardError::Refused) | Self::ClipboardHelper(_) => "clipboard-failed",
            Self::Screen(ScreenError::Missing(_)) => "screen-missing",
            Self::Screen(ScreenError::Refused) => "screen-refused",
            Self::NothingInRegion => "region-without-code",
            Self::Screen(ScreenError::Failed(_)) => "screen-failed",
            Self::Screen(ScreenError::NotChosen) => "region-not-chosen",
            Self::NothingOnScreen => "screen-without-code",
            Self::File { done: "read", .. } => "file-unreadable",
            Self::File { .. } => "file-unwritable",
            Self::TooLarge { .. } => "file-too-large",
            Self::NotText(_) => "file-not-text",
            Self::Unreadable { code, .. } => code,
            Self::PassphraseNeeded | Self::NewPassphraseNeeded { .. } => "passphrase-needed",
            Self::PassphraseRefused(_) => "passphrase-refused",
            Self::PassphrasesDiffer => "passphrases-differ",
            Self::Declined => "declined",
            Self::Interrupted => "interrupted",
            Self::Terminal(_) => "terminal-failed",
            Self::Output(_) => "output-failed",
            Self::NoHome => "home-missing",
        }
    }

    /// What to do next; empty when there is nothing to do.
    pub(crate) fn remedy(&self) -> String {
        match self {
            Self::Device(error) => error.remedy().to_owned(),
            Self::Aws(error) => error.remedy().to_owned(),
            Self::Foreign { error, .. } => error.remedy().to_owned(),
            Self::IsBackup(path) => format!("Restore it: `lockstep backup restore {}`.", path.display()),
            Self::DeviceUnclear(0) => {
                "Make one: `lockstep aws enrol`, or bind an account to its device: `lockstep aws enable`."
                    .to_owned()
            }
            Self::DeviceUnclear(_) => "Name an account; `lockstep list` shows them.".to_owned(),
            Self::Program { .. } => "Look at the program's name and at its permissions.".to_owned(),
            Self::Usage { remedy, .. } | Self::Unreadable { remedy, .. } => remedy.clone(),
            Self::Clipboard(ClipboardError::Missing) => {
                "Run it in a desktop session, or name a file instead.".to_owned()
            }
            Self::Clipboard(ClipboardError::Other(_)) => {
                "Copy the picture of the QR code or the otpauth:// text again, then try again.".to_owned()
            }
            Self::Clipboard(ClipboardError::Busy | ClipboardError::Refused) | Self::ClipboardHelper(_) => {
                "Try again.".to_owned()
            }
            Self::NothingInRegion => {
                "Draw it with a margin around the code, or make the code larger first.".to_owned()
            }
            Self::Screen(ScreenError::NotChosen) => "Draw it from corner to corner.".to_owned(),
            Self::Screen(_) => {
                "Take a screenshot of the code yourself, and name it: --image FILE.".to_owned()
            }
            Self::NothingOnScreen => {
                "Make the code larger, and see that nothing covers it, this terminal included.".to_owned()
            }
            Self::File { error, .. } => file_remedy(error.kind()).to_owned(),
            Self::TooLarge { .. } | Self::NotText(_) => "Look whether this is the right file.".to_owned(),
            Self::PassphraseNeeded => {
                "Name a file that holds it: --passphrase-file FILE, or - for standard input.".to_owned()
            }
            Self::NewPassphraseNeeded { option } => {
                format!("Name a file that holds it: {option} FILE, or - for standard input.")
            }
            Self::PassphraseRefused(_) => "Choose another passphrase.".to_owned(),
            Self::PassphrasesDiffer => "Try again.".to_owned(),
            Self::NoHome => "Name a data folder: --home DIR.".to_owned(),
            Self::Declined | Self::Interrupted | Self::Terminal(_) | Self::Output(_) => String::new(),
        }
    }

    /// The exit code of its class.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Device(error) => of_class(error.class()),
            Self::Aws(error) => error.class().into(),
            Self::Foreign { error, .. } => of_class(error.class()),
            Self::DeviceUnclear(_) => Exit::NotFound,
            Self::Usage { .. } => Exit::Usage,
            Self::PassphraseNeeded | Self::NewPassphraseNeeded { .. } => Exit::Locked,
            Self::Interrupted => Exit::Interrupted,
            _ => Exit::Failed,
        }
    }

    /// Whether whoever read standard output went away, which is no failure of ours.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<AwsErrorClass> for Exit {
    fn from(class: AwsErrorClass) -> Self {
        match class {
            AwsErrorClass::Failed => Self::Failed,
            AwsErrorClass::NotFound => Self::NotFound,
            AwsErrorClass::Locked => Self::Locked,
            AwsErrorClass::Usage => Self::Usage,
            AwsErrorClass::Refused => Self::Refused,
            AwsErrorClass::Unknown => Self::Unknown,
        }
    }
}

fn of_class(class: ErrorClass) -> Exit {
    match class {
        ErrorClass::Failed => Exit::Failed,
        ErrorClass::NotFound => Exit::NotFound,
        ErrorClass::Locked => Exit::Locked,
    }
}

/// The message after the name of what it is about, unless it says that name itself.
fn with_source(source: &str, message: &str) -> String {
    if message.starts_with(source) {
        message.to_owned()
    } else {
        format!("{source}: {message}")
    }
}

fn unclear(devices: usize) -> String {
    match devices {
        0 => "no account here is known to be a device in AWS".to_owned(),
        several => format!("{several} accounts here are devices in AWS, and none of them was named"),
    }
}

fn file_remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "Look at the path.",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "Look at the permissions.",
        io::ErrorKind::AlreadyExists => "Choose another name; nothing is overwritten.",
        io::ErrorKind::StorageFull => "Free some space, then try again.",
        io::ErrorKind::IsADirectory => "Name a file.",
        _ => "",
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
