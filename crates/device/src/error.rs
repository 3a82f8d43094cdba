//! Every error of this crate in one place: a stable code, a message and a remedy. It stands above every module whose error
//! it carries; nothing below imports it.

use std::io::ErrorKind;

use crate::account::{AccountId, NoRandomness};
use crate::authenticator::query::QueryError;
use crate::authenticator::rules::EditError;
use crate::backup::error::BackupError;
use crate::camera::CameraError;
use crate::hand_off::HandOffError;
use crate::otpauth::OtpauthError;
use crate::qr::TextKind;
use crate::qr::decode::DecodeError;
use crate::qr::encode::EncodeError;
use crate::qr::pixels::PictureError;
use crate::seed::SeedError;
use crate::store::choice::ChoiceError;
use crate::store::file::FileError;
use crate::store::index::IndexError;
use crate::store::item::ItemError;
use crate::store::lock::LockError;
use crate::store::record::RecordError;
use crate::store::seeds::{InvalidCredentialsName, StoreError, StoreKind};
use crate::time::TimeError;

/// Anything that can go wrong behind the door. The message says what is so; it never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The time is not known.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// A picture cannot be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// No QR code was found, or the search was ended.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A camera.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// A QR code cannot be made.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A QR code, or a text, that is for something else.
    #[error("this is not for an authenticator: it is {}", .0.words())]
    NotOtpauth(TextKind),
    /// There is nothing in what was handed over.
    #[error("{0} holds no text")]
    NothingToRead(String),
    /// A Key URI, or typed parameters, that cannot be taken.
    #[error(transparent)]
    Otpauth(#[from] OtpauthError),
    /// A stored item does not say what it should.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The keyring or the vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The account list.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The list is there, its key is not in the store.
    #[error("the account list is there, but its key is not in this store")]
    IndexKeyMissing,
    /// Another process does not finish its write.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file of ours.
    #[error(transparent)]
    File(#[from] FileError),
    /// A record of what is under way.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A name that credentials cannot have.
    #[error(transparent)]
    CredentialsName(#[from] InvalidCredentialsName),
    /// Which store is in use is not known.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    /// A query names no account, or several.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// An id that is not (any more) in the list.
    #[error("there is no account with the id {0}")]
    UnknownAccount(AccountId),
    /// The seed of an account cannot be read at the moment.
    #[error("the seed of the account {id} cannot be read: {reason}")]
    SeedUnreadable {
        /// Which account.
        id: AccountId,
        /// Why.
        reason: String,
    },
    /// An edit that was refused.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// Only what is in the trash can be deleted for good.
    #[error("{0} is not in the trash, and only what is there can be deleted for good")]
    NotInTrash(String),
    /// A pair of codes was asked of a counter-based account.
    #[error("{0} counts instead of following the clock, so it has no code for a time")]
    NotTimeBased(String),
    /// A counter was asked of a time-based account.
    #[error("{0} follows the clock and has no counter to move")]
    NotCounterBased(String),
    /// A switch to the store that is in use already.
    #[error("the seeds are in the {0} already")]
    SameStore(StoreKind),
    /// A copy read back from the other store is not what was written.
    #[error("a seed copied to the other store reads back differently; nothing was switched")]
    CopyDiffers,
    /// The operating system gives no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A hand-off.
    #[error(transparent)]
    HandOff(#[from] HandOffError),
}

/// What a shell makes of an error as a whole: its exit code, or which screen to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// It failed.
    Failed,
    /// What was named is not there, or is there several times.
    NotFound,
    /// Locked, denied, or the passphrase is wrong.
    Locked,
}

/// The table of a crate's error codes: for each the variant, its name, and its remedy (empty where there is none).
#[macro_export]
macro_rules! error_codes {
    ($($variant:ident = $text:literal, $remedy:literal;)*) => {
        /// A stable name for a cause, in kebab-case. It exists because a script or the window tells them apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
        }

        impl ErrorCode {
            /// Every code there is, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name as scripts see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What to do next; empty when there is nothing to do.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)* }
            }
        }

        impl std::fmt::Display for ErrorCode {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

error_codes! {
    ClockBeforeEpoch = "clock-before-1970", "Set the system clock, then try again.";
    PictureUnreadable = "picture-unreadable", "Choose a PNG, JPEG, WebP, BMP or GIF picture.";
    PictureTooLarge = "picture-too-large", "Cut the picture down to the QR code.";
    QrNotFound = "qr-not-found", "Take the picture closer, or take a screenshot while the code is showing.";
    QrNotOtpauth = "qr-not-otpauth", "Choose the picture in which the issuer shows the code for an authenticator app.";
    QrTooLong = "qr-too-long", "Shorten the issuer or the name.";
    ScanCancelled = "scan-cancelled", "";
    ScanFailed = "scan-failed", "Try again.";
    CameraMissing = "camera-missing", "Connect one, or take a picture of the code and use that.";
    CameraUnsupported = "camera-unsupported", "Take a picture or a screenshot of the code and use that.";
    CameraRefused = "camera-refused", "Add yourself to the group `video` (`sudo usermod -aG video $USER`), then log out and in again.";
    CameraBusy = "camera-busy", "Close the program that uses it, then try again.";
    CameraUnplugged = "camera-unplugged", "Connect it again, then try again.";
    CameraFormat = "camera-format", "Choose another camera, or take a picture of the code and use that.";
    CameraSilent = "camera-silent", "See that nothing covers it or switches it off, then try again.";
    CameraFailed = "camera-failed", "Connect it again, or choose another one.";
    NothingToRead = "nothing-to-read", "";
    UriInvalid = "uri-invalid", "Copy the whole otpauth:// link, or take the picture again.";
    UriAmbiguous = "uri-ambiguous", "Ask the issuer for a new code.";
    SeedTooLong = "seed-too-long", "Ask the issuer for a new code.";
    SeedNotGiven = "seed-not-given", "Ask the issuer for a new code, or type in the secret it shows.";
    SeedNotBase32 = "seed-not-base32", "Take the picture again, or type in the secret: letters A to Z and digits 2 to 7.";
    AlgorithmUnsupported = "algorithm-unsupported", "The issuer must make a new code with SHA1, SHA256 or SHA512.";
    DigitsUnsupported = "digits-unsupported", "The issuer must make a new code with 5 to 10 digits.";
    PeriodInvalid = "period-invalid", "The issuer must make a new code with a period of 1 to 86400 seconds.";
    CounterMissing = "counter-missing", "Give the counter of the next code.";
    KindUnsupported = "kind-unsupported", "Choose an ordinary authenticator app (TOTP) at the issuer.";
    MigrationInvalid = "migration-invalid", "Show the export again in Google Authenticator and take all of its QR codes.";
    AccountUnknown = "account-unknown", "Look at `lockstep list`.";
    AccountAmbiguous = "account-ambiguous", "Name one of them by the first digits of its id.";
    AccountNotInTrash = "account-not-in-trash", "Remove it first.";
    AccountNotTimeBased = "account-not-time-based", "Ask for its next code instead.";
    AccountNotCounterBased = "account-not-counter-based", "";
    EditInvalid = "edit-invalid", "";
    CounterSpent = "counter-spent", "";
    KeyringMissing = "keyring-missing", "Start a keyring (GNOME Keyring, KWallet), or keep seeds in a passphrase vault: `lockstep store use vault`.";
    KeyringLocked = "keyring-locked", "Unlock the keyring: `lockstep store unlock`.";
    KeyringDenied = "keyring-denied", "Try again and enter the keyring's password.";
    KeyringFailed = "keyring-failed", "Look whether the keyring runs, then try again. Nothing was lost.";
    SeedMissing = "seed-missing", "Restore it from a backup, or set the account up anew at its issuer.";
    ItemDamaged = "item-damaged", "Restore it from a backup. Nothing was deleted.";
    ItemNewer = "item-newer", "Use the version of Lockstep that wrote it, or a newer one.";
    VaultMissing = "vault-missing", "Make one: `lockstep store use vault`.";
    VaultExists = "vault-exists", "Open it with its passphrase.";
    VaultPassphraseWrong = "vault-passphrase-wrong", "Try again. Nothing is erased after wrong tries.";
    VaultDamaged = "vault-damaged", "Restore it from a backup. Nothing was deleted.";
    VaultNewer = "vault-newer", "Use the version of Lockstep that wrote it, or a newer one.";
    IndexDamaged = "index-damaged", "Run `lockstep store repair`.";
    IndexNewer = "index-newer", "Use the version of Lockstep that wrote it, or a newer one.";
    IndexKeyMissing = "index-key-missing", "Choose the store it was made with (--store), or run `lockstep store repair`.";
    RecordDamaged = "record-damaged", "Run `lockstep store repair`: it keeps the damaged file under another name and goes on without it.";
    RecordNewer = "record-newer", "Use the newer Lockstep that wrote it.";
    CredentialsNameInvalid = "credentials-name-invalid", "Choose a name such as `work` or `prod-2`.";
    StoreChoiceDamaged = "store-choice-damaged", "Name the store with --store, or choose it again: `lockstep store use keyring|vault`.";
    StoreSame = "store-same", "";
    StoreCopyDiffers = "store-copy-differs", "Try again; if it happens again, keep the store you have.";
    FolderBusy = "folder-busy", "Wait until the other Lockstep has finished, then try again.";
    FolderReadOnly = "folder-read-only", "Give yourself the right to write to the data folder, or choose another one with --home.";
    FolderFull = "folder-full", "Free some space, then try again.";
    FileFailed = "file-failed", "";
    RandomnessMissing = "randomness-missing", "";
    BackupNotOne = "backup-not-one", "Choose a backup that Lockstep made; other apps' files go to `lockstep import`.";
    BackupPassphraseWrong = "backup-passphrase-wrong", "Try again: it is the passphrase the backup was made with. Nothing is erased after wrong tries.";
    BackupPassphraseNeeded = "backup-passphrase-needed", "Give the passphrase the backup was made with (--file-passphrase-file).";
    BackupKeyWrong = "backup-key-wrong", "Use the recovery kit from the time of the backup, or the identity of a recipient it was made for.";
    BackupKeyNeeded = "backup-key-needed", "Take the recovery kit and type in its identity or its words (--recovery-key-file), or give an identity file (--identity).";
    BackupTooCostly = "backup-too-costly", "Open it with `age -d`, which takes any work factor, and seal what comes out anew.";
    BackupCutOff = "backup-cut-off", "Copy the file again from where it was made, or take the backup before it.";
    BackupDamaged = "backup-damaged", "Copy the file again from where it was made, or take the backup before it.";
    BackupBroken = "backup-broken", "Open it with `age -d`, mend the JSON in a text editor, with each account on a line of its own, and seal it anew.";
    BackupNewer = "backup-newer", "Use the version of Lockstep that wrote it, or a newer one.";
    RecipientInvalid = "recipient-invalid", "Give age1…, ssh-ed25519 … or ssh-rsa …, or a file with one on each line.";
    IdentityInvalid = "identity-invalid", "Give a file that `age-keygen` made, or an SSH private key of the type ed25519 or RSA.";
    IdentityLocked = "identity-locked", "Give the passphrase of the SSH key (--file-passphrase-file).";
    RecoveryInvalid = "recovery-invalid", "Type it once more, as it stands on the recovery kit: the identity or all of the words.";
    BackupUnverified = "backup-unverified", "Look whether the disk is in order, or choose another folder. The backups from before are still there.";
    BackupFolderMissing = "backup-folder-missing", "Connect the disk or the share, or choose another folder: `lockstep backup auto on --dir DIR`.";
    HandOffNotOne = "hand-off-not-one", "Choose the file that your administrator sent; backups go to `lockstep backup restore`.";
    HandOffNewer = "hand-off-newer", "Use the version of Lockstep that wrote it, or a newer one.";
    HandOffKey = "hand-off-key-wrong", "Give the private half of the key that your administrator sealed it to (--identity).";
    HandOffPassphrase = "hand-off-passphrase-wrong", "Give the passphrase that your administrator told you (--file-passphrase-file).";
    FileExists = "file-exists", "Choose another name, or say that it shall be replaced.";
}

impl Error {
    /// The stable name of the cause.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Time(TimeError::BeforeEpoch) => ErrorCode::ClockBeforeEpoch,
            Self::Picture(PictureError::TooLarge { .. }) => ErrorCode::PictureTooLarge,
            Self::Picture(_) => ErrorCode::PictureUnreadable,
            Self::Decode(DecodeError::NotFound { .. }) => ErrorCode::QrNotFound,
            Self::Decode(DecodeError::Cancelled) => ErrorCode::ScanCancelled,
            Self::Decode(DecodeError::NoThread(_)) => ErrorCode::ScanFailed,
            Self::Camera(error) => of_camera(error),
            Self::Encode(_) => ErrorCode::QrTooLong,
            Self::NotOtpauth(_) => ErrorCode::QrNotOtpauth,
            Self::NothingToRead(_) => ErrorCode::NothingToRead,
            Self::Otpauth(error) => of_otpauth(error),
            Self::Item(error) => of_item(error),
            Self::Store(error) => of_store(error),
            Self::Index(error) => of_index(error),
            Self::IndexKeyMissing => ErrorCode::IndexKeyMissing,
            Self::Lock(LockError::Busy { .. }) => ErrorCode::FolderBusy,
            Self::Lock(LockError::File(error))
            | Self::File(error)
            | Self::Record(RecordError::File(error))
            | Self::Choice(ChoiceError::File(error)) => of_file(error),
            Self::Record(RecordError::Damaged { .. }) => ErrorCode::RecordDamaged,
            Self::Record(RecordError::Newer { .. }) => ErrorCode::RecordNewer,
            Self::CredentialsName(_) => ErrorCode::CredentialsNameInvalid,
            Self::Choice(ChoiceError::Damaged { .. }) => ErrorCode::StoreChoiceDamaged,
            Self::Query(QueryError::NotFound { .. }) | Self::UnknownAccount(_) => ErrorCode::AccountUnknown,
            Self::Query(QueryError::Ambiguous { .. }) => ErrorCode::AccountAmbiguous,
            Self::SeedUnreadable { .. } => ErrorCode::SeedMissing,
            Self::Edit(EditError::CounterSpent(_)) => ErrorCode::CounterSpent,
            Self::Edit(EditError::TooLong { .. } | EditError::Nameless) => ErrorCode::EditInvalid,
            Self::NotInTrash(_) => ErrorCode::AccountNotInTrash,
            Self::NotTimeBased(_) => ErrorCode::AccountNotTimeBased,
            Self::NotCounterBased(_) => ErrorCode::AccountNotCounterBased,
            Self::SameStore(_) => ErrorCode::StoreSame,
            Self::CopyDiffers => ErrorCode::StoreCopyDiffers,
            Self::NoRandomness(_) => ErrorCode::RandomnessMissing,
            Self::Backup(error) => of_backup(error),
            Self::HandOff(error) => of_hand_off(error),
        }
    }

    /// What to do next; empty when there is nothing to do.
    pub fn remedy(&self) -> &'static str {
        self.code().remedy()
    }

    /// What a shell makes of it.
    pub fn class(&self) -> ErrorClass {
        match self.code() {
            ErrorCode::AccountUnknown | ErrorCode::AccountAmbiguous | ErrorCode::AccountNotInTrash => {
                ErrorClass::NotFound
            }
            ErrorCode::KeyringLocked
            | ErrorCode::KeyringDenied
            | ErrorCode::VaultPassphraseWrong
            | ErrorCode::BackupPassphraseWrong
            | ErrorCode::BackupPassphraseNeeded
            | ErrorCode::BackupKeyWrong
            | ErrorCode::BackupKeyNeeded
            | ErrorCode::IdentityLocked
            | ErrorCode::HandOffKey
            | ErrorCode::HandOffPassphrase => ErrorClass::Locked,
            _ => ErrorClass::Failed,
        }
    }
}

fn of_camera(error: &CameraError) -> ErrorCode {
    match error {
        CameraError::Missing => ErrorCode::CameraMissing,
        CameraError::Unsupported(_) => ErrorCode::CameraUnsupported,
        CameraError::Refused { .. } => ErrorCode::CameraRefused,
        CameraError::Busy(_) => ErrorCode::CameraBusy,
        CameraError::Unplugged(_) => ErrorCode::CameraUnplugged,
        CameraError::Format { .. } => ErrorCode::CameraFormat,
        CameraError::Silent(_) => ErrorCode::CameraSilent,
        CameraError::Failed { .. } => ErrorCode::CameraFailed,
    }
}

fn of_otpauth(error: &OtpauthError) -> ErrorCode {
    match error {
        OtpauthError::UnsupportedScheme(_) => ErrorCode::QrNotOtpauth,
        OtpauthError::SeveralAccounts | OtpauthError::TooLong { .. } | OtpauthError::InvalidCounter(_) => {
            ErrorCode::UriInvalid
        }
        OtpauthError::UnsupportedType(_) => ErrorCode::KindUnsupported,
        OtpauthError::AmbiguousParameter(_) => ErrorCode::UriAmbiguous,
        OtpauthError::MissingSecret | OtpauthError::Seed(SeedError::Empty) => ErrorCode::SeedNotGiven,
        OtpauthError::Seed(SeedError::NotBase32 { .. }) => ErrorCode::SeedNotBase32,
        OtpauthError::Seed(SeedError::TooLong(_)) => ErrorCode::SeedTooLong,
        OtpauthError::Algorithm(_) => ErrorCode::AlgorithmUnsupported,
        OtpauthError::Digits(_) => ErrorCode::DigitsUnsupported,
        OtpauthError::Period(_) => ErrorCode::PeriodInvalid,
        OtpauthError::MissingCounter => ErrorCode::CounterMissing,
        OtpauthError::Migration(_) => ErrorCode::MigrationInvalid,
    }
}

fn of_item(error: &ItemError) -> ErrorCode {
    match error {
        ItemError::Newer { .. } => ErrorCode::ItemNewer,
        _ => ErrorCode::ItemDamaged,
    }
}

fn of_store(error: &StoreError) -> ErrorCode {
    match error {
        StoreError::KeyringAbsent { .. } => ErrorCode::KeyringMissing,
        StoreError::KeyringLocked => ErrorCode::KeyringLocked,
        StoreError::KeyringDenied => ErrorCode::KeyringDenied,
        StoreError::KeyringLost { .. } | StoreError::KeyringRefused { .. } => ErrorCode::KeyringFailed,
        StoreError::Missing(_) => ErrorCode::SeedMissing,
        StoreError::VaultAbsent => ErrorCode::VaultMissing,
        StoreError::VaultExists => ErrorCode::VaultExists,
        StoreError::PassphraseWrong => ErrorCode::VaultPassphraseWrong,
        StoreError::VaultDamaged { .. } | StoreError::VaultWorkFactor { .. } => ErrorCode::VaultDamaged,
        StoreError::VaultNewer { .. } => ErrorCode::VaultNewer,
        StoreError::Item(error) => of_item(error),
        StoreError::File(error) => of_file(error),
    }
}

fn of_index(error: &IndexError) -> ErrorCode {
    match error {
        IndexError::Absent | IndexError::Damaged { .. } => ErrorCode::IndexDamaged,
        IndexError::Newer { .. } => ErrorCode::IndexNewer,
        IndexError::OtherIdentity => ErrorCode::IndexKeyMissing,
        IndexError::File(error) => of_file(error),
    }
}

fn of_hand_off(error: &HandOffError) -> ErrorCode {
    match error {
        HandOffError::NotOne(_)
        | HandOffError::Serial(_)
        | HandOffError::Account(_)
        | HandOffError::Sealed(BackupError::NotAge(_)) => ErrorCode::HandOffNotOne,
        HandOffError::Newer { .. } => ErrorCode::HandOffNewer,
        // The file around it is sealed as a backup is, and what opens it is another key.
        HandOffError::Sealed(BackupError::KeyWrong { .. } | BackupError::KeyNeeded) => ErrorCode::HandOffKey,
        HandOffError::Sealed(BackupError::PassphraseWrong | BackupError::PassphraseNeeded) => {
            ErrorCode::HandOffPassphrase
        }
        HandOffError::Sealed(error) => of_backup(error),
    }
}

fn of_backup(error: &BackupError) -> ErrorCode {
    match error {
        BackupError::NotAge(_) | BackupError::NotABackup => ErrorCode::BackupNotOne,
        BackupError::PassphraseWrong => ErrorCode::BackupPassphraseWrong,
        BackupError::PassphraseNeeded => ErrorCode::BackupPassphraseNeeded,
        BackupError::KeyWrong { .. } => ErrorCode::BackupKeyWrong,
        BackupError::KeyNeeded => ErrorCode::BackupKeyNeeded,
        BackupError::TooMuchWork { .. } => ErrorCode::BackupTooCostly,
        BackupError::CutOff => ErrorCode::BackupCutOff,
        BackupError::Damaged(_) => ErrorCode::BackupDamaged,
        BackupError::Broken { .. } => ErrorCode::BackupBroken,
        BackupError::Newer { .. } => ErrorCode::BackupNewer,
        BackupError::Recipient { .. } => ErrorCode::RecipientInvalid,
        BackupError::Identity { .. } => ErrorCode::IdentityInvalid,
        BackupError::IdentityLocked(_) => ErrorCode::IdentityLocked,
        BackupError::Recovery(_) => ErrorCode::RecoveryInvalid,
        BackupError::Unverified(_) => ErrorCode::BackupUnverified,
        BackupError::FolderMissing(_) => ErrorCode::BackupFolderMissing,
        BackupError::FileExists(_) => ErrorCode::FileExists,
        BackupError::File(error) => of_file(error),
    }
}

fn of_file(error: &FileError) -> ErrorCode {
    match error.source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ErrorCode::FolderFull,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => ErrorCode::FolderReadOnly,
        _ => ErrorCode::FileFailed,
    }
}
