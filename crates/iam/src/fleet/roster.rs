//! The users of one AWS account with their MFA, and what could not be found out about them.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep_device::authenticator::view::CauseView;
use lockstep_device::serial::SerialNumber;
use lockstep_device::time::UnixTime;

use crate::api::failure::Failure;
use crate::connection::Connection;
use crate::fleet::bounded::each;
use crate::fleet::protection::{AccessKey, LastUse, Mfa};
use crate::name::{DevicePath, Tag, UserName};
use crate::note::cause;
use crate::work::{Pace, patiently};

/// What it takes to ask about a fleet. Several threads may share one.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// AWS.
    pub connection: &'a Connection,
    /// What passes the time.
    pub pace: &'a dyn Pace,
    /// Who watches how far reading has come.
    pub watch: &'a (dyn Fn(ReadProgress) + Sync),
}

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadProgress {
    /// So many users are listed.
    Listed(usize),
    /// So many of those have an answer who are asked about one by one.
    Asked {
        /// How many.
        asked: usize,
        /// Of how many.
        of: usize,
    },
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterRequest {
    /// Which users.
    pub filter: Filter,
    /// Ask for the devices of each user, which is a call each. Otherwise that is done only for users of whom nothing but that
    /// call tells which devices they have, and devices of other kinds beside a virtual one are not seen.
    pub exact: bool,
    /// Ask for the tags of each user, which is a call each. A filter by tags asks anyway.
    pub tags: bool,
}

/// Which users. All that is said has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those who have no MFA device of any kind.
    pub without_mfa: bool,
    /// Those under this path.
    pub path: Option<DevicePath>,
    /// Those who have each of these tags.
    pub tags: Vec<Tag>,
    /// Those of these names.
    pub names: Option<Vec<UserName>>,
}

/// The users of one AWS account, as far as the credentials may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// Its alias, when it has one that may be seen.
    pub alias: Option<String>,
    /// When it was read, by AWS's clock.
    pub read: UnixTime,
    /// When AWS made the credential report that it is from in part: up to four hours before. Nothing without one.
    pub report_made: Option<UnixTime>,
    /// The root user.
    pub root: Root,
    /// The users that the filter lets through, in the order of their names.
    pub users: Vec<FleetUser>,
    /// Users of whom it could not be found out whether the filter lets them through. They are not in `users`.
    pub undecided: Vec<UserName>,
    /// Names that were asked for and are no users'.
    pub unmatched: Vec<UserName>,
    /// Virtual devices that are nobody's; nothing where the devices may not be listed.
    pub unassigned: Option<Vec<SerialNumber>>,
    /// Devices whose user is not among the users any more. They are looked for when all users are listed.
    pub astray: Vec<(SerialNumber, UserName)>,
    /// What could not be found out, and why.
    pub remarks: Vec<Remark>,
}

/// The root user. Only the console changes anything about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Whether it has an MFA device; nothing where that could not be found out.
    pub mfa: Option<bool>,
    /// Its virtual device, when it has one.
    pub device: Option<SerialNumber>,
    /// Whether it has an access key; nothing where that could not be found out.
    pub has_keys: Option<bool>,
    /// When its password was last used.
    pub signed_in: LastUse,
}

/// One user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetUser {
    /// The name.
    pub name: UserName,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// When the user was made.
    pub created: UnixTime,
    /// Tags; nothing where they were not asked for or may not be seen.
    pub tags: Option<Vec<Tag>>,
    /// Whether there is a password for the console; nothing where that could not be found out.
    pub console: Option<bool>,
    /// When that was last used.
    pub signed_in: LastUse,
    /// Access keys; nothing where they could not be found out.
    pub keys: Option<Vec<AccessKey>>,
    /// MFA devices.
    pub mfa: Mfa,
}

/// Something that could not be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What is not known.
    pub unknown: Unseen,
    /// The action that would have told, such as `iam:GetCredentialReport`.
    pub action: String,
    /// Whether it was denied; else it failed.
    pub denied: bool,
    /// Why: AWS's own words, or what was seen.
    pub reason: CauseView,
}

/// What can remain unknown of an account. Its `Display` is English; a window has words of its own for each code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// Which virtual devices there are.
    VirtualDevices,
    /// Who has a password, access keys or a device that is not virtual.
    Credentials,
    /// Whether root has MFA.
    RootMfa,
    /// Which devices some users have.
    UserDevices,
    /// Which tags some users have.
    UserTags,
}

impl Unseen {
    /// Stable, kebab-case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::VirtualDevices => "fleet-virtual-devices-unseen",
            Self::Credentials => "fleet-credentials-unseen",
            Self::RootMfa => "fleet-root-mfa-unseen",
            Self::UserDevices => "fleet-user-devices-unseen",
            Self::UserTags => "fleet-user-tags-unseen",
        }
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::VirtualDevices => "which virtual devices there are",
            Self::Credentials => "who has a password, access keys or a device that is not virtual",
            Self::RootMfa => "whether root has MFA",
            Self::UserDevices => "which devices some users have",
            Self::UserTags => "which tags some users have",
        })
    }
}

impl Reader<'_> {
    /// What `ask` says of each user, who are told of as they are asked about.
    pub(super) fn each<I: Sync, T: Send>(&self, users: &[I], ask: impl Fn(&I) -> T + Sync) -> Vec<T> {
        let answered = AtomicUsize::new(0);
        each(users, IN_FLIGHT, |user| {
            let answer = ask(user);
            let asked = answered.fetch_add(1, Ordering::SeqCst) + 1;
            let of = users.len();
            (self.watch)(ReadProgress::Asked { asked, of });
            answer
        })
    }

    /// Asks again, a few times and later each time, while AWS says that nothing was done because it is busy.
    pub(crate) fn patiently<T>(&self, ask: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
        patiently(|time, _| self.pace.wait(time), ask)
    }
}

impl Filter {
    /// The names that were asked for and are not among these.
    pub(super) fn unmatched<'u>(&self, users: impl Iterator<Item = &'u UserName>) -> Vec<UserName> {
        let there: HashSet<String> = users.map(|name| name.as_str().to_ascii_lowercase()).collect();
        let names = self.names.iter().flatten();
        names
            .filter(|name| !there.contains(&name.as_str().to_ascii_lowercase()))
            .cloned()
            .collect()
    }

    /// Whether the user was named, or nobody was. IAM tells no two names apart by case.
    pub(super) fn names(&self, user: &UserName) -> bool {
        let is_it = |name: &UserName| name.as_str().eq_ignore_ascii_case(user.as_str());
        self.names.as_ref().is_none_or(|names| names.iter().any(is_it))
    }
}

impl FleetUser {
    /// When the user was last seen, by password or access key.
    pub fn last_seen(&self) -> LastUse {
        match &self.keys {
            Some(keys) => keys
                .iter()
                .fold(self.signed_in, |latest, key| latest.later(key.used)),
            None => self.signed_in.later(LastUse::Unknown),
        }
    }

    /// The oldest access key that can be used.
    pub fn oldest_key(&self) -> Option<AccessKey> {
        let keys = self.keys.iter().flatten().copied();
        keys.filter(|key| key.active).min_by_key(|key| key.made)
    }
}

impl Remark {
    pub(super) fn new(unknown: Unseen, action: &str, failure: Failure) -> Self {
        let named = match &failure {
            Failure::Denied { action, .. } => action.as_deref(),
            _ => None,
        };
        Self {
            unknown,
            action: named.unwrap_or(action).to_owned(),
            denied: failure.is_denial(),
            reason: cause(failure),
        }
    }

    /// As a sentence for people.
    pub fn sentence(&self) -> String {
        let Self { unknown, action, .. } = self;
        if self.denied {
            format!("{unknown} is unknown: these credentials may not do {action}")
        } else {
            format!("{unknown} is unknown: {action} failed: {}", self.reason.message)
        }
    }
}

/// Calls about single users that are under way at once: AWS throttles by account, and others work there as well.
const IN_FLIGHT: usize = 4;
