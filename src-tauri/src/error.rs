//! What a command rejects with: the library's code, message and remedy, and the few causes that only a window has.

use lockstep_device::authenticator::view::CauseView;
use lockstep_device::backup::error::BackupError;
use lockstep_device::clipboard::ClipboardError;
use lockstep_device::error::Error;
use lockstep_device::hand_off::HandOffError;
use lockstep_device::passphrase::EmptyPassphrase;
use lockstep_device::screen::ScreenError;
use lockstep_device::store::file::FileError;
use lockstep_formats::error::ReadError;
use lockstep_iam::credential_process::LineError;
use lockstep_iam::fleet::report::Unread;
use serde::Serialize;

use crate::settings::SettingsError;

/// Why the shell did not do what the window asked.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// The library said no.
    #[error(transparent)]
    Device(#[from] Error),
    /// The clipboard cannot be used.
    #[error(transparent)]
    Clipboard(#[from] ClipboardError),
    /// The screen cannot be seen.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The screen can be seen, and there is no code on it.
    #[error("there is no QR code on the screen that can be read")]
    NothingOnScreen,
    /// The same in a part of it.
    #[error("there is no QR code in the region that can be read")]
    NothingInRegion,
    /// The settings cannot be taken.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The entry that starts the app at log-in cannot be read or written.
    #[error("starting at log-in cannot be set: {0}")]
    Autostart(#[from] FileError),
    /// A passphrase without a single character.
    #[error(transparent)]
    Passphrase(#[from] EmptyPassphrase),
    /// The window asked for accounts while none are open.
    #[error("the accounts are not open")]
    NotOpen,
    /// What was dropped is a folder or cannot be opened as a file.
    #[error("{name} cannot be read: {reason}")]
    File {
        /// The file's name, without its folder.
        name: String,
        /// What the operating system said, or the limit.
        reason: String,
    },
    /// Another app's file.
    #[error("{name}: {error}")]
    Foreign {
        /// The file's name.
        name: String,
        /// What is wrong with it, or what it takes.
        error: ReadError,
    },
    /// A backup of ours was handed over where accounts were expected. It is held, to be restored.
    #[error("this is a backup of Lockstep")]
    IsBackup,
    /// The same beside other files, which are looked at instead.
    #[error("{0} is a backup of Lockstep and was left aside, as other files came with it")]
    BackupAmongFiles(String),
    /// A device that was enrolled for the person was handed over. It is held, to be looked at.
    #[error("this is a device that was enrolled for you")]
    IsHandOff,
    /// The same beside other files, which are looked at instead.
    #[error("{0} is a device that was enrolled for you and was left aside, as other files came with it")]
    HandOffAmongFiles(String),
    /// Too few or too many backups to keep.
    #[error("{0} backups cannot be kept; 2 to 1000 can")]
    BackupsKept(u32),
    /// The round of adding ended while something of it was still being read.
    #[error("adding was given up meanwhile, so nothing of it was taken over")]
    GivenUp,
    /// The window asked about a file that was not handed over, or was given up since.
    #[error("no file was handed over")]
    NothingHeld,
    /// AWS's side said no.
    #[error(transparent)]
    Aws(#[from] lockstep_iam::error::Error),
    /// Something of AWS was asked for before a connection was chosen, or after it was given up.
    #[error("there is no connection to AWS")]
    AwsNotConnected,
    /// A profile cannot ask Lockstep.
    #[error(transparent)]
    Line(#[from] LineError),
    /// A profile was to ask for sessions of the practice account.
    #[error("the practice account ends with this window, and a profile would find nobody later")]
    PracticeEnds,
    /// The program that AWS's tools would call is not there.
    #[error("the command lockstep is neither beside this program nor in a folder of PATH")]
    CommandLineMissing,
    /// The system names no home folder.
    #[error("the system names no home folder, where the AWS configuration file would be")]
    NoHome,
    /// The practice account could not be had.
    #[error("the practice account cannot be used: {0}")]
    Practice(String),
    /// The fleet was asked about before it was read, or through another connection.
    #[error("the users of this account have not been read")]
    FleetNotRead,
    /// Accounts of a list were to be read, and there is no list.
    #[error("nothing says which accounts are meant")]
    AccountsNotNamed,
    /// A list of roles cannot be read.
    #[error("{name} cannot be read: {reason}")]
    RolesUnreadable {
        /// The file's name, without its folder.
        name: String,
        /// What the operating system said, or the limit.
        reason: String,
    },
    /// Another run is carried out.
    #[error("a run is being carried out")]
    FleetBusy,
    /// What was planned is not there any more.
    #[error("nothing is planned")]
    NothingPlanned,
    /// A path that was not said.
    #[error("nothing says where {0} is")]
    PathMissing(&'static str),
    /// A path that depends on where the app was started.
    #[error("{0} does not begin at the root of a disk")]
    PathRelative(String),
    /// A list of keys or passphrases cannot be read.
    #[error("{name} cannot be read: {reason}")]
    ListUnreadable {
        /// The file's name, without its folder.
        name: String,
        /// What the operating system said, or the limit.
        reason: String,
    },
    /// A user who is to get a new device has no key in the list.
    #[error("there is no key for {0} in the list")]
    KeyMissing(String),
    /// The file manager could not be started.
    #[error("{folder} could not be shown: {reason}")]
    FolderNotShown {
        /// The folder.
        folder: String,
        /// What the operating system said.
        reason: String,
    },
    /// The work broke off; nothing is known about its outcome.
    #[error("the work broke off without an answer")]
    BrokeOff,
}

impl ShellError {
    /// Stable, kebab-case.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Device(error) => error.code().as_str(),
            Self::Aws(error) => error.code(),
            Self::AwsNotConnected => "aws-not-connected",
            Self::Practice(_) => "aws-practice-failed",
            Self::Line(_) => "aws-profile-refused",
            Self::PracticeEnds => "aws-practice-ends",
            Self::CommandLineMissing => "command-line-missing",
            Self::NoHome => "no-home",
            Self::Clipboard(ClipboardError::Missing) => "clipboard-missing",
            Self::Clipboard(ClipboardError::Other(_)) => "clipboard-nothing-to-read",
            Self::Clipboard(ClipboardError::Busy) => "clipboard-busy",
            Self::Clipboard(ClipboardError::Refused) => "clipboard-refused",
            Self::NothingOnScreen => "screen-without-code",
            Self::Screen(ScreenError::Missing(_)) => "screen-missing",
            Self::Screen(ScreenError::Refused) => "screen-refused",
            Self::NothingInRegion => "region-without-code",
            Self::Screen(ScreenError::Failed(_)) => "screen-failed",
            Self::Screen(ScreenError::NotChosen) => "region-not-chosen",
            Self::Settings(
                SettingsError::ClipboardSeconds(_) | SettingsError::LockAfter(_) | SettingsError::Shortcut(_),
            ) => "settings-invalid",
            Self::Settings(SettingsError::File(_) | SettingsError::Lock(_)) => "settings-not-saved",
            Self::Autostart(_) => "autostart-not-set",
            Self::Passphrase(EmptyPassphrase) => "passphrase-empty",
            Self::NotOpen => "not-open",
            Self::File { .. } => "file-unreadable",
            Self::Foreign { error, .. } => error.code().as_str(),
            Self::IsBackup => "is-backup",
            Self::BackupAmongFiles(_) => "backup-among-files",
            Self::IsHandOff => "is-hand-off",
            Self::HandOffAmongFiles(_) => "hand-off-among-files",
            Self::BackupsKept(_) => "backups-kept-invalid",
            Self::GivenUp => "given-up",
            Self::NothingHeld => "nothing-held",
            Self::FleetNotRead => "fleet-not-read",
            Self::AccountsNotNamed => "accounts-not-named",
            Self::RolesUnreadable { .. } => "account-list-unreadable",
            Self::FleetBusy => "fleet-busy",
            Self::NothingPlanned => "nothing-planned",
            Self::PathMissing(_) => "path-missing",
            Self::PathRelative(_) => "path-relative",
            Self::ListUnreadable { .. } => "list-unreadable",
            Self::KeyMissing(_) => "key-missing",
            Self::FolderNotShown { .. } => "folder-not-shown",
            Self::BrokeOff => "broke-off",
        }
    }

    /// What is so and what to do next, in one text.
    pub(crate) fn in_full(&self) -> String {
        match self.remedy() {
            "" => format!("{self}."),
            remedy => format!("{self}. {remedy}"),
        }
    }

    fn remedy(&self) -> &str {
        match self {
            Self::Device(Error::HandOff(HandOffError::Sealed(BackupError::PassphraseWrong))) => {
                "Type it again: the one that your administrator told you, or that of your SSH key."
            }
            Self::Device(Error::HandOff(HandOffError::Sealed(BackupError::KeyWrong { .. }))) => {
                "Choose the file of the key that your administrator sealed it to."
            }
            Self::Device(error) => error.remedy(),
            Self::Clipboard(ClipboardError::Other(_)) => {
                "Copy a picture of the QR code, or the otpauth:// link."
            }
            Self::Clipboard(ClipboardError::Busy | ClipboardError::Refused) => "Try again.",
            Self::NothingOnScreen => {
                "Make the code larger, and see that nothing covers it, this window included."
            }
            Self::NothingInRegion => {
                "Choose it with a margin around the code, or make the code larger first."
            }
            Self::Screen(ScreenError::NotChosen) => "Draw it from corner to corner.",
            Self::Screen(_) => "Take a screenshot of the code yourself, and paste it or drop it here.",
            Self::Autostart(_) => "See to the access to that file, or use your desktop's settings.",
            Self::Passphrase(EmptyPassphrase) => "Type the passphrase.",
            Self::NotOpen => "Unlock Lockstep first.",
            Self::File { .. } => {
                "Choose a picture of a QR code, a text file with otpauth:// links, or another app's export."
            }
            // The library's names an option of the command line.
            Self::Foreign {
                error: ReadError::PasswordNeeded(_),
                ..
            } => "Type the password that it was exported with.",
            Self::Foreign { error, .. } => error.remedy(),
            Self::IsBackup => "Restore it.",
            Self::BackupAmongFiles(_) => "Drop it by itself to restore it.",
            Self::IsHandOff => "Add it.",
            Self::HandOffAmongFiles(_) => "Drop it by itself to add it.",
            Self::BackupsKept(_) => "Choose another number.",
            Self::GivenUp | Self::NothingHeld => "Hand it over again.",
            Self::Aws(error) => error.remedy(),
            Self::Line(LineError::Profile(_)) => "Look at the AWS configuration file.",
            Self::Line(LineError::KeysInEnvironment) => {
                "Choose a profile with the access key, or keep the key here."
            }
            Self::Line(LineError::AsksItself(_)) => {
                "Choose another name, or a profile with the access key itself."
            }
            Self::Line(LineError::RoleFirst(_)) => "Choose a new name.",
            Self::Line(LineError::NotQuotable(_) | LineError::Path { .. }) => {
                "Use names without quotes, dollar signs, backslashes, # and ;."
            }
            Self::PracticeEnds => "Copy the session as environment, or use a profile or a key of your own.",
            Self::CommandLineMissing => "Install the command line beside the app.",
            Self::NoHome => "Say where it is in AWS_CONFIG_FILE.",
            Self::AwsNotConnected => "Choose whose credentials to work with.",
            Self::Practice(_) => "Look whether programs may listen on 127.0.0.1, then try again.",
            Self::FleetNotRead => "Read them.",
            Self::AccountsNotNamed => "Choose the list of accounts once more.",
            Self::RolesUnreadable { .. } => {
                "Choose a text file with the ARN of a role on each line, and a name for its account after a comma."
            }
            Self::FleetBusy => "Stop it, or wait until it has ended.",
            Self::NothingPlanned => "Look at what would be done once more.",
            Self::PathMissing(_) => "Choose it.",
            Self::PathRelative(_) => "Choose it, or type the whole path.",
            Self::ListUnreadable { .. } => {
                "Choose a CSV file with a user and a key on each line, or a folder of public keys."
            }
            Self::KeyMissing(_) => "Add a line for this user.",
            Self::FolderNotShown { .. } => "Open it in your file manager.",
            Self::BrokeOff => "Look whether it was done, then try again.",
            Self::Clipboard(ClipboardError::Missing) | Self::Settings(_) => "",
        }
    }
}

/// What every command rejects with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CommandError {
    /// Stable, kebab-case.
    pub code: String,
    /// What is so.
    pub message: String,
    /// What to do next; may be empty.
    pub remedy: String,
}

impl From<ShellError> for CommandError {
    fn from(error: ShellError) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            remedy: error.remedy().to_owned(),
        }
    }
}

impl From<&ShellError> for CauseView {
    fn from(error: &ShellError) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
        }
    }
}

impl From<lockstep_iam::error::Error> for CommandError {
    fn from(error: lockstep_iam::error::Error) -> Self {
        ShellError::from(error).into()
    }
}

impl From<&Unread> for CommandError {
    fn from(unread: &Unread) -> Self {
        Self {
            code: unread.code.clone(),
            message: unread.message.clone(),
            remedy: unread.remedy.clone(),
        }
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        ShellError::from(error).into()
    }
}
