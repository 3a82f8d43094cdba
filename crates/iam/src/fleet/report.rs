//! The report: who lacks MFA, who has one device only, which devices are stale, which hand-offs were never rotated, for each
//! account and over all of them.

use lockstep_device::serial::SerialNumber;
use lockstep_device::time::UnixTime;
use serde::Serialize;

use crate::error::Error;
use crate::fleet::accounts::InAccount;
use crate::fleet::line::{FleetFinding, RootLine, UserLine};
use crate::fleet::protection::Mfa;
use crate::fleet::roster::{FleetUser, Remark, Roster};
use crate::name::UserName;

/// A device that an administrator made for a user and handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// Who was to get it.
    pub user: UserName,
    /// The device.
    pub serial: SerialNumber,
    /// When it was handed over.
    pub at: UnixTime,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FleetReport {
    /// When it was made.
    pub made: Option<String>,
    /// The sums over all accounts that could be read.
    pub total: Sums,
    /// Each account, in the order of the list.
    pub accounts: Vec<AccountReport>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountReport {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// What it is called: its name in the list, else its alias.
    pub name: Option<String>,
    /// What there is in it; nothing when it could not be read.
    pub content: Option<Content>,
    /// Why it could not be read.
    pub error: Option<Unread>,
}

/// What there is in an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    /// When AWS made the credential report that it is from in part.
    pub credential_report: Option<String>,
    /// The sums of this account.
    pub sums: Sums,
    /// The root user.
    pub root: RootLine,
    /// All users.
    pub users: Vec<UserLine>,
    /// Virtual devices that are nobody's; `null` when that is not known.
    pub unassigned_devices: Option<Vec<String>>,
    /// Virtual devices whose user is not listed.
    pub astray_devices: Vec<AstrayDevice>,
    /// Hand-offs that their users have not replaced by devices of their own.
    pub unrotated_hand_offs: Vec<UnrotatedHandOff>,
    /// What could not be found out.
    pub remarks: Vec<String>,
}

/// A device whose user is not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AstrayDevice {
    /// Its serial number.
    pub serial: String,
    /// Whose IAM says it is.
    pub user: String,
}

/// A hand-off whose device its user still has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnrotatedHandOff {
    /// The user.
    pub user: String,
    /// The device.
    pub serial: String,
    /// When it was handed over.
    pub handed_over: Option<String>,
    /// How many whole days ago that was.
    pub days: u64,
}

/// Why an account could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The stable name of the cause.
    pub code: String,
    /// What is so.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Accounts that were read.
    pub accounts: usize,
    /// Accounts that could not be.
    pub unread_accounts: usize,
    /// Users.
    pub users: usize,
    /// Users with a device of any kind.
    pub with_mfa: usize,
    /// Users without one.
    pub without_mfa: usize,
    /// Those of them who have a password for the console.
    pub without_mfa_in_console: usize,
    /// Users of whom it is not known.
    pub unknown: usize,
    /// Users with codes by text message and nothing else.
    pub only_sms: usize,
    /// Users with one device, as far as is known.
    pub one_device: usize,
    /// Virtual devices that are nobody's, or whose user is not listed.
    pub stale_devices: usize,
    /// Hand-offs that were not rotated.
    pub unrotated_hand_offs: usize,
    /// Accounts whose root user has no MFA.
    pub roots_without_mfa: usize,
}

impl FleetReport {
    /// The report on these accounts. `hand_overs` are those that are known on this machine.
    pub fn new(accounts: &[InAccount<Roster>], hand_overs: &[HandOver], now: UnixTime) -> Self {
        let accounts: Vec<AccountReport> = accounts
            .iter()
            .map(|account| AccountReport::new(account, hand_overs, now))
            .collect();
        let mut total = Sums::default();
        for account in &accounts {
            match &account.content {
                Some(content) => total.add(&content.sums),
                None => total.unread_accounts += 1,
            }
        }
        Self {
            made: now.rfc3339(),
            total,
            accounts,
        }
    }
}

impl AccountReport {
    fn new(account: &InAccount<Roster>, hand_overs: &[HandOver], now: UnixTime) -> Self {
        let named = account.role.name.clone();
        match &account.outcome {
            Ok(roster) => Self {
                account: roster.account.clone(),
                name: named.or_else(|| roster.alias.clone()),
                content: Some(Content::new(roster, hand_overs, now)),
                error: None,
            },
            Err(error) => Self {
                account: account.role.account.clone(),
                name: named,
                content: None,
                error: Some(Unread::from(error)),
            },
        }
    }
}

impl From<&Error> for Unread {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            remedy: error.remedy().to_owned(),
        }
    }
}

impl Content {
    fn new(roster: &Roster, hand_overs: &[HandOver], now: UnixTime) -> Self {
        let unrotated: Vec<&HandOver> = hand_overs
            .iter()
            .filter(|hand_over| hand_over.account == roster.account && is_unrotated(hand_over, roster))
            .collect();
        let line = |user: &FleetUser| {
            let mut line = UserLine::new(user, roster.read);
            if unrotated.iter().any(|hand_over| hand_over.user == user.name) {
                line.findings.push(FleetFinding::HandOffNotRotated);
            }
            line
        };
        let mut content = Self {
            credential_report: roster.report_made.and_then(UnixTime::rfc3339),
            sums: Sums::default(),
            root: RootLine::from(&roster.root),
            users: roster.users.iter().map(line).collect(),
            unassigned_devices: roster
                .unassigned
                .as_ref()
                .map(|serials| serials.iter().map(ToString::to_string).collect()),
            astray_devices: roster
                .astray
                .iter()
                .map(|(serial, user)| AstrayDevice {
                    serial: serial.to_string(),
                    user: user.to_string(),
                })
                .collect(),
            unrotated_hand_offs: unrotated
                .iter()
                .map(|hand_over| UnrotatedHandOff::new(hand_over, now))
                .collect(),
            remarks: roster.remarks.iter().map(Remark::sentence).collect(),
        };
        content.sums = Sums::of(&content, &roster.users);
        content
    }
}

/// A hand-off is rotated when its device is no longer its user's: a device of their own has taken its place, or none.
fn is_unrotated(hand_over: &HandOver, roster: &Roster) -> bool {
    let owner = roster.users.iter().find(|user| user.name == hand_over.user);
    owner.is_some_and(|user| {
        let devices = user.mfa.devices().iter();
        devices.map(|device| device.serial.as_str()).any(|serial| {
            // IAM tells no two names apart by case.
            serial.eq_ignore_ascii_case(hand_over.serial.as_str())
        })
    })
}

impl UnrotatedHandOff {
    fn new(hand_over: &HandOver, now: UnixTime) -> Self {
        Self {
            user: hand_over.user.to_string(),
            serial: hand_over.serial.to_string(),
            handed_over: hand_over.at.rfc3339(),
            days: now.seconds().saturating_sub(hand_over.at.seconds()) / 86_400,
        }
    }
}

impl Sums {
    fn of(content: &Content, users: &[FleetUser]) -> Self {
        let has = |finding: FleetFinding| {
            let lines = content.users.iter();
            lines.filter(|line| line.findings.contains(&finding)).count()
        };
        let without_mfa = users.iter().filter(|user| user.mfa == Mfa::Missing);
        Self {
            accounts: 1,
            unread_accounts: 0,
            users: users.len(),
            with_mfa: users
                .iter()
                .filter(|user| user.mfa.is_there() == Some(true))
                .count(),
            without_mfa: has(FleetFinding::NoMfa),
            without_mfa_in_console: without_mfa.filter(|user| user.console == Some(true)).count(),
            unknown: has(FleetFinding::MfaUnknown),
            only_sms: has(FleetFinding::OnlySms),
            one_device: has(FleetFinding::OneDevice),
            stale_devices: content.unassigned_devices.as_ref().map_or(0, Vec::len)
                + content.astray_devices.len(),
            unrotated_hand_offs: content.unrotated_hand_offs.len(),
            roots_without_mfa: usize::from(content.root.mfa == Some(false)),
        }
    }

    fn add(&mut self, other: &Self) {
        self.accounts += other.accounts;
        self.unread_accounts += other.unread_accounts;
        self.users += other.users;
        self.with_mfa += other.with_mfa;
        self.without_mfa += other.without_mfa;
        self.without_mfa_in_console += other.without_mfa_in_console;
        self.unknown += other.unknown;
        self.only_sms += other.only_sms;
        self.one_device += other.one_device;
        self.stale_devices += other.stale_devices;
        self.unrotated_hand_offs += other.unrotated_hand_offs;
        self.roots_without_mfa += other.roots_without_mfa;
    }
}
