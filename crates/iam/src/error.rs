//! Every error of this crate in one place: a stable code, a message and a remedy.

use lockstep_device::error::ErrorClass as DeviceClass;
use lockstep_device::error_codes;
use lockstep_device::otp::InvalidCode;
use lockstep_device::serial::SerialNumberError;
use lockstep_device::time::{TimeError, UnixTime};

use crate::api::failure::Failure;
use crate::connection::ConnectionError;
use crate::fleet::recipients::KeyListError;
use crate::keys::KeyError;
use crate::name::NameError;
use crate::profile::ProfileError;

/// Anything that can go wrong on the AWS side. The message says what is so; it never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The device's own: store, accounts, files.
    #[error(transparent)]
    Device(#[from] lockstep_device::error::Error),
    /// There is no connection.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// A call failed.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// A name that IAM does not take.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A text that is not a serial number.
    #[error(transparent)]
    Serial(#[from] SerialNumberError),
    /// Two texts that are not an access key, or a stored one that is not there.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The shared configuration file.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A typed code that is none.
    #[error(transparent)]
    Code(#[from] InvalidCode),
    /// Two typed codes are needed.
    #[error("{0} codes were given; it takes two successive ones")]
    CodeCount(usize),
    /// The credentials are no user's, and none was named.
    #[error("the credentials are those of {0}, which is not an IAM user, and no user was named")]
    NotAUser(String),
    /// Root has no API for its devices.
    #[error("AWS has no API for root's MFA devices; only the console changes them")]
    Root,
    /// An account that does not make codes as AWS wants them.
    #[error("{0} does not make codes of six digits every 30 seconds, as AWS asks for")]
    NotAwsCode(String),
    /// An account that is not bound to a device in AWS.
    #[error("{0} is not known to be a device in AWS")]
    NotBound(String),
    /// What was named is neither an account here nor a serial number.
    #[error("{0:?} is neither an account here nor a serial number")]
    UnknownDevice(String),
    /// Several accounts could be meant, and none was named.
    #[error("{count} accounts here are devices of {user}; name one of them")]
    SeveralDevices {
        /// Whose they are.
        user: String,
        /// How many there are.
        count: usize,
    },
    /// A device that was named, and whose seed is not here.
    #[error("no account here is the device {0}")]
    DeviceNotHere(String),
    /// No account here is a device of that user.
    #[error("no account here is a device of {0} in AWS")]
    NoDevice(String),
    /// A device of that name is in the way.
    #[error("there is a device {0} already")]
    DeviceExists(String),
    /// A device belongs to somebody else.
    #[error("the device {serial} belongs to {owner}")]
    DeviceAssigned {
        /// Its serial number.
        serial: String,
        /// Whose it is.
        owner: String,
    },
    /// A device of another AWS account than the one the credentials are for.
    #[error("{serial} is in another AWS account than these credentials, which are for {account}")]
    OtherAccount {
        /// Its serial number.
        serial: String,
        /// The account of the credentials.
        account: String,
    },
    /// A name that makes a serial number that is too long.
    #[error("path and name make a serial number of more than 256 characters")]
    DeviceNameTooLong,
    /// IAM took none of the pairs that could be right.
    #[error("AWS took none of {attempts} code pairs; {known}")]
    CodesRejected {
        /// How many were tried.
        attempts: u32,
        /// What is known about the cause.
        known: String,
    },
    /// STS took none of the codes that could be right.
    #[error("AWS took none of {attempts} codes of {serial}; {known}")]
    CodeRejected {
        /// Whose codes they were.
        serial: String,
        /// How many were tried.
        attempts: u32,
        /// What is known about the cause.
        known: String,
    },
    /// AWS looks at no more codes of this device for a while.
    #[error("AWS looks at nine codes of a device in three minutes, and nine of {serial} were tried; the next counts from {}", utc(*.until))]
    AttemptsSpent {
        /// Whose codes they were.
        serial: String,
        /// When the next one is looked at, by AWS's clock.
        until: UnixTime,
    },
    /// A device is left behind that these credentials may not delete.
    #[error("the deed broke off, and a device is left behind: {serial}. {why}")]
    OrphanLeft {
        /// Its serial number.
        serial: String,
        /// Why it could not be taken back.
        why: String,
    },
    /// Whether something was done is not known, and looking did not help.
    #[error("it is not known whether {what} was done: {why}")]
    OutcomeUnknown {
        /// What was asked for.
        what: String,
        /// Why it is not known.
        why: String,
    },
    /// Sessions are made with a user's own long-term keys.
    #[error("STS makes sessions with a user's own access key alone, and these credentials are {0}")]
    NotOwnKeys(String),
    /// The wanted duration is outside what STS takes.
    #[error("a session of {0} seconds is asked for; STS takes 900 to 129600")]
    DurationInvalid(u64),
    /// A run that is not here.
    #[error("there is no run {0:?} here")]
    RunUnknown(String),
    /// A run that a person stopped.
    #[error("the run was stopped")]
    RunStopped,
    /// Whoever asks would take his own devices away.
    #[error("{0} is you, and taking your own last device away locks you out")]
    OwnDevices(String),
    /// A run is gone on with through credentials of another account.
    #[error("the run {run} is in the AWS account {account}, and these credentials are of {caller}")]
    RunElsewhere {
        /// Which run.
        run: String,
        /// Its account.
        account: String,
        /// The credentials' account.
        caller: String,
    },
    /// A list of keys that cannot be read.
    #[error(transparent)]
    KeyList(#[from] KeyListError),
    /// A list of roles in AWS accounts that cannot be read.
    #[error("the list of accounts is wrong at line {line}: {why}")]
    AccountList {
        /// The line, counted from one.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The system gives no random numbers.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
    /// A fault that a test planned.
    #[error("{0}")]
    PlannedFault(String),
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
    /// What was asked for makes no sense.
    Usage,
    /// AWS refused.
    Refused,
    /// Whether it was done is not known.
    Unknown,
}

error_codes! {
    NoCredentials = "aws-no-credentials", "Name a profile (--aws-profile), or store an access key: `lockstep aws keys add NAME`.";
    CredentialsBroken = "aws-credentials-broken", "Look at the profile in the AWS configuration file, or sign in again (`aws sso login`).";
    CredentialsRefused = "aws-credentials-refused", "Look whether the access key is still active, and whether the endpoint and region are the right ones.";
    CredentialsExpired = "aws-expired-credentials", "Sign in again, or make a new session.";
    AccessDenied = "aws-access-denied", "Ask an administrator for this permission; `lockstep aws policy` prints what each job needs.";
    MfaRequired = "aws-mfa-required", "Use credentials that were made with an MFA code: `lockstep aws session`.";
    CodesRejected = "aws-code-rejected", "Look at `lockstep aws clock`, and whether this is the seed of that device; `lockstep aws resync` sets its clock.";
    AttemptsSpent = "aws-attempts-spent", "Wait until then; each further try counts as well.";
    DeviceExists = "aws-device-exists", "Choose another name, or say --replace.";
    DeviceLimit = "aws-device-limit", "Retire a device that is not needed: `lockstep aws devices`, then `lockstep aws retire`.";
    DeviceAssigned = "aws-device-assigned", "Choose another device; `lockstep aws devices --all` shows whose each is.";
    DeviceInUse = "aws-device-in-use", "Deactivate it first, or do both at once: `lockstep aws retire`.";
    DeviceMissing = "aws-device-missing", "Look at `lockstep aws devices --all`.";
    OtherAccount = "aws-other-account", "Choose the profile of that account: --aws-profile.";
    Busy = "aws-busy", "Try again in a minute.";
    Throttled = "aws-throttled", "Try again in a minute.";
    Unreachable = "aws-unreachable", "Look at the network and at the endpoint.";
    OutcomeUnknown = "aws-outcome-unknown", "Run the same command again, or `lockstep doctor`: it looks what was done and goes on from there.";
    AnswerUnusable = "aws-answer-unusable", "Look at the endpoint: this is not how AWS answers.";
    PlainHttp = "aws-plain-http", "Use an https:// endpoint.";
    RequestRefused = "aws-request-refused", "";
    ServiceError = "aws-error", "";
    ClockUnknown = "aws-clock-unknown", "Look at the endpoint: AWS says its time in every answer.";
    OrphanLeft = "aws-orphan-left", "Ask someone who may delete MFA devices to delete it: `lockstep aws delete SERIAL`.";
    NotAUser = "aws-not-a-user", "Name the user: --user NAME.";
    Root = "aws-root", "Use the console together with `lockstep aws pair`.";
    NotAwsCode = "aws-not-its-code", "Name an account that came from AWS.";
    NotBound = "aws-not-bound", "Name the device by its serial number, or bind the account: `lockstep aws enable`.";
    UnknownDevice = "aws-device-unknown", "Look at `lockstep list` and `lockstep aws devices`.";
    SeveralDevices = "aws-device-ambiguous", "Name an account; `lockstep list` shows them.";
    DeviceNotHere = "aws-device-not-here", "Look at `lockstep list`; `lockstep aws enable --serial SERIAL QUERY` binds an account to it.";
    NoDevice = "aws-no-device", "Make one: `lockstep aws enrol`.";
    NameInvalid = "aws-name-invalid", "";
    KeyInvalid = "aws-key-invalid", "Copy the access key again from where it was made.";
    KeyUnknown = "aws-key-unknown", "Look at `lockstep aws keys list`.";
    ProfileInvalid = "aws-profile-invalid", "Look at the AWS configuration file.";
    NotOwnKeys = "aws-not-own-keys", "Use a profile with the user's own access key.";
    DurationInvalid = "aws-duration-invalid", "Say 15m to 36h.";
    CodesInvalid = "aws-codes-invalid", "Type the two codes that the device shows one after the other, on a line each.";
    RunUnknown = "aws-run-unknown", "Look at `lockstep fleet runs`.";
    RunStopped = "aws-run-stopped", "Go on with it whenever you like: nothing is done twice.";
    OwnDevices = "aws-own-devices", "Have somebody else do it, or replace your device: `lockstep aws rotate`.";
    RunElsewhere = "aws-run-elsewhere", "Choose the profile of that account: --aws-profile.";
    KeyListInvalid = "aws-key-list-invalid", "Write one user on a line: the name, a comma, and the key or the passphrase.";
    AccountListInvalid = "aws-account-list-invalid", "Write one role on a line, a name for its account after it if you like: arn:aws:iam::ACCOUNT:role/NAME,NAME.";
    MachineryFailed = "aws-machinery-failed", "";
}

impl Error {
    /// Whether a permission was missing, which a session with MFA may bring.
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::Failure(failure) if failure.is_denial())
    }

    /// The stable name of the cause.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Device(error) => error.code().as_str(),
            error => error.own_code().as_str(),
        }
    }

    /// What to do next; empty when there is nothing to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Device(error) => error.remedy(),
            error => error.own_code().remedy(),
        }
    }

    /// What a shell makes of it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Device(error) => match error.class() {
                DeviceClass::Failed => ErrorClass::Failed,
                DeviceClass::NotFound => ErrorClass::NotFound,
                DeviceClass::Locked => ErrorClass::Locked,
            },
            error => class_of(error.own_code()),
        }
    }

    /// The code of every error but the device's; `MachineryFailed` for that one, which is never asked.
    fn own_code(&self) -> ErrorCode {
        match self {
            Self::Connection(error) => of_connection(error),
            Self::Failure(failure) => of_failure(failure),
            Self::Name(_) | Self::Serial(_) | Self::DeviceNameTooLong => ErrorCode::NameInvalid,
            Self::Key(KeyError::Unknown(_)) => ErrorCode::KeyUnknown,
            Self::Key(_) => ErrorCode::KeyInvalid,
            Self::Profile(_) => ErrorCode::ProfileInvalid,
            Self::Code(_) | Self::CodeCount(_) => ErrorCode::CodesInvalid,
            Self::NotAUser(_) => ErrorCode::NotAUser,
            Self::Root => ErrorCode::Root,
            Self::NotAwsCode(_) => ErrorCode::NotAwsCode,
            Self::NotBound(_) => ErrorCode::NotBound,
            Self::UnknownDevice(_) => ErrorCode::UnknownDevice,
            Self::SeveralDevices { .. } => ErrorCode::SeveralDevices,
            Self::DeviceNotHere(_) => ErrorCode::DeviceNotHere,
            Self::NoDevice(_) => ErrorCode::NoDevice,
            Self::DeviceExists(_) => ErrorCode::DeviceExists,
            Self::DeviceAssigned { .. } => ErrorCode::DeviceAssigned,
            Self::OtherAccount { .. } => ErrorCode::OtherAccount,
            Self::CodesRejected { .. } | Self::CodeRejected { .. } => ErrorCode::CodesRejected,
            Self::AttemptsSpent { .. } => ErrorCode::AttemptsSpent,
            Self::OrphanLeft { .. } => ErrorCode::OrphanLeft,
            Self::OutcomeUnknown { .. } => ErrorCode::OutcomeUnknown,
            Self::NotOwnKeys(_) => ErrorCode::NotOwnKeys,
            Self::DurationInvalid(_) => ErrorCode::DurationInvalid,
            Self::RunUnknown(_) => ErrorCode::RunUnknown,
            Self::RunStopped => ErrorCode::RunStopped,
            Self::OwnDevices(_) => ErrorCode::OwnDevices,
            Self::RunElsewhere { .. } => ErrorCode::RunElsewhere,
            Self::KeyList(_) => ErrorCode::KeyListInvalid,
            Self::AccountList { .. } => ErrorCode::AccountListInvalid,
            Self::Device(_) | Self::NoRandomness | Self::PlannedFault(_) => ErrorCode::MachineryFailed,
        }
    }
}

impl From<TimeError> for Error {
    fn from(error: TimeError) -> Self {
        Self::Device(error.into())
    }
}

fn of_connection(error: &ConnectionError) -> ErrorCode {
    match error {
        ConnectionError::NoCredentials { .. } => ErrorCode::NoCredentials,
        ConnectionError::CredentialsBroken { .. } => ErrorCode::CredentialsBroken,
        ConnectionError::Failure(failure) => of_failure(failure),
        ConnectionError::Caller(_) => ErrorCode::AnswerUnusable,
        ConnectionError::ClockUnknown => ErrorCode::ClockUnknown,
        ConnectionError::Time(_) | ConnectionError::Runtime(_) => ErrorCode::MachineryFailed,
    }
}

fn of_failure(failure: &Failure) -> ErrorCode {
    match failure {
        Failure::Denied { .. } => ErrorCode::AccessDenied,
        Failure::MfaRequired { .. } => ErrorCode::MfaRequired,
        Failure::CodeInvalid { .. } | Failure::CodeUnchecked { .. } | Failure::PairRejected { .. } => {
            ErrorCode::CodesRejected
        }
        Failure::Exists { .. } => ErrorCode::DeviceExists,
        Failure::Absent { .. } => ErrorCode::DeviceMissing,
        Failure::Limit { .. } => ErrorCode::DeviceLimit,
        Failure::InUse { .. } => ErrorCode::DeviceInUse,
        Failure::Busy { .. } => ErrorCode::Busy,
        Failure::Throttled { .. } => ErrorCode::Throttled,
        Failure::Expired { .. } => ErrorCode::CredentialsExpired,
        Failure::CredentialsRefused { .. } => ErrorCode::CredentialsRefused,
        Failure::Refused { .. } => ErrorCode::RequestRefused,
        Failure::Other { .. } => ErrorCode::ServiceError,
        Failure::Unreachable { .. } | Failure::NoAnswer { .. } => ErrorCode::Unreachable,
        Failure::Unknown { .. } => ErrorCode::OutcomeUnknown,
        Failure::Unusable { .. } => ErrorCode::AnswerUnusable,
        Failure::PlainHttp(_) => ErrorCode::PlainHttp,
    }
}

fn class_of(code: ErrorCode) -> ErrorClass {
    match code {
        ErrorCode::UnknownDevice
        | ErrorCode::SeveralDevices
        | ErrorCode::DeviceNotHere
        | ErrorCode::NoDevice
        | ErrorCode::NotBound
        | ErrorCode::KeyUnknown
        | ErrorCode::RunUnknown => ErrorClass::NotFound,
        ErrorCode::NameInvalid
        | ErrorCode::NotAUser
        | ErrorCode::DurationInvalid
        | ErrorCode::OtherAccount
        | ErrorCode::CodesInvalid
        | ErrorCode::RunElsewhere
        | ErrorCode::OwnDevices
        | ErrorCode::KeyListInvalid
        | ErrorCode::AccountListInvalid
        | ErrorCode::KeyInvalid => ErrorClass::Usage,
        ErrorCode::OutcomeUnknown => ErrorClass::Unknown,
        ErrorCode::CredentialsRefused
        | ErrorCode::CredentialsExpired
        | ErrorCode::AccessDenied
        | ErrorCode::MfaRequired
        | ErrorCode::CodesRejected
        | ErrorCode::AttemptsSpent
        | ErrorCode::DeviceExists
        | ErrorCode::DeviceLimit
        | ErrorCode::DeviceAssigned
        | ErrorCode::DeviceInUse
        | ErrorCode::DeviceMissing
        | ErrorCode::Busy
        | ErrorCode::Throttled
        | ErrorCode::RequestRefused
        | ErrorCode::ServiceError
        | ErrorCode::OrphanLeft => ErrorClass::Refused,
        _ => ErrorClass::Failed,
    }
}

/// A moment as people read it.
fn utc(moment: UnixTime) -> String {
    moment
        .rfc3339()
        .unwrap_or_else(|| format!("{} seconds since 1970", moment.seconds()))
}
