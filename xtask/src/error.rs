//! Why a task stops.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// The cause that ended a task.
#[derive(Debug)]
pub(crate) enum Error {
    /// The words after `cargo xtask` name no task.
    Usage { given: String },
    /// A program could not be started at all.
    NotStarted { command: String, cause: io::Error },
    /// A program ran and said no.
    Failed { command: String, status: ExitStatus },
    /// System packages are missing and this user may not install them.
    PackagesMissing { install: String },
    /// A file or folder could not be looked at.
    Unreadable { path: PathBuf, cause: io::Error },
    /// A file or folder could not be changed.
    Unwritable { path: PathBuf, cause: io::Error },
    /// The Python packages that the tests talk to are not there.
    NoPeers { cause: Box<Error> },
    /// What the programs need to run could not be found out.
    NoDependencies { answer: String },
    /// A file is in no repository that says when it was changed.
    NoDate { file: &'static str },
    /// What another program wrote is not in the form that was expected.
    NotUnderstood {
        what: &'static str,
        cause: serde_json::Error,
    },
    /// The tour ended well but left nothing to look at.
    NoPictures { folder: PathBuf },
}

impl Error {
    /// 2 for a wrong call, 1 for everything else.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { given } => {
                write!(
                    formatter,
                    "`{given}` is not a task; `cargo xtask help` lists them"
                )
            }
            Self::NotStarted { command, cause } => write!(formatter, "`{command}` did not start: {cause}"),
            Self::Failed { command, status } => write!(formatter, "`{command}` failed ({status})"),
            Self::PackagesMissing { install } => write!(
                formatter,
                "system packages are missing and only an administrator may install them; run this, then try again:\n\n    {install}\n"
            ),
            Self::NoDependencies { answer } => write!(
                formatter,
                "`dpkg-shlibdeps` names no library that the programs need; it said {answer:?}"
            ),
            Self::NoDate { file } => write!(
                formatter,
                "git does not say when {file} was changed last, which the package's list of changes needs; build in a clone, or set SOURCE_DATE_EPOCH to the seconds since 1970 of the moment that is meant"
            ),
            Self::NotUnderstood { what, cause } => {
                write!(formatter, "{what} is not in the form that is known: {cause}")
            }
            Self::NoPictures { folder } => {
                write!(formatter, "the tour left no picture in {}", folder.display())
            }
            Self::Unreadable { path, cause } => {
                write!(formatter, "{} is not readable: {cause}", path.display())
            }
            Self::Unwritable { path, cause } => {
                write!(formatter, "{} is not writable: {cause}", path.display())
            }
            Self::NoPeers { cause } => write!(
                formatter,
                "the Python packages that the tests talk to could not be installed: {cause}; they need python3 (3.11 or later) with its venv and, this once, pypi.org"
            ),
        }
    }
}

impl std::error::Error for Error {}
