//! What the window is shown of a fleet.

use lockstep_device::authenticator::view::NoticeView;
use lockstep_device::time::UnixTime;
use lockstep_iam::device::{DeviceKind, MfaDevice};
use lockstep_iam::fleet::line::{FleetFinding, UserLine};
use lockstep_iam::fleet::protection::{FleetDevice, LastUse, Mfa};
use lockstep_iam::fleet::roster::{FleetUser, Remark, Root};
use lockstep_iam::name::UserName;
use lockstep_iam::work::Held;
use serde::Serialize;

/// The users of an account. Moments are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetView {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// Its alias, when it has one that may be seen.
    pub alias: Option<String>,
    /// When it was read, by AWS's clock.
    pub read: u64,
    /// When AWS made the credential report that it is from in part; nothing without one.
    pub report_made: Option<u64>,
    /// The root user.
    pub root: FleetRoot,
    /// Everybody else, in the order of their names.
    pub users: Vec<FleetMember>,
    /// How many virtual devices are nobody's; nothing where that could not be found out.
    pub unassigned: Option<u32>,
    /// What could not be found out, and why.
    pub remarks: Vec<FleetRemark>,
}

/// The root user. Only the console changes anything about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetRoot {
    /// Whether it has MFA; nothing where that could not be found out.
    pub mfa: Option<bool>,
    /// Whether it has access keys; nothing where that could not be found out.
    pub has_access: Option<bool>,
    /// When its password was last used.
    pub signed_in: FleetUse,
}

/// One user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetMember {
    /// The name.
    pub user: String,
    /// The path.
    pub path: String,
    /// Whether these are the window's credentials.
    pub is_caller: bool,
    /// Whether there is a password for the console; nothing where that could not be found out.
    pub console: Option<bool>,
    /// When password or access keys were last used.
    pub seen: FleetUse,
    /// Whether there is MFA.
    pub mfa: FleetMfa,
    /// The devices that are known.
    pub devices: Vec<FleetDeviceView>,
    /// Whether these are all that there are.
    pub devices_complete: bool,
    /// How many access keys can be used; nothing where that could not be found out.
    pub active_access: Option<u32>,
    /// How many days the oldest of them is old.
    pub oldest_access_days: Option<u64>,
    /// What is to be said about it.
    pub findings: Vec<FleetFinding>,
}

/// Whether a user has MFA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FleetMfa {
    /// There is no device of any kind.
    Missing,
    /// There is one.
    There,
    /// It could not be found out.
    Unknown,
}

/// When something was last used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FleetUse {
    /// Then.
    At {
        /// Seconds since the Unix epoch.
        seconds: u64,
    },
    /// Never.
    Never,
    /// It could not be found out.
    Unknown,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetDeviceView {
    /// Its serial number.
    pub serial: String,
    /// What kind it is.
    pub kind: DeviceKind,
    /// Since when it is assigned.
    pub enabled: Option<u64>,
    /// Whether its seed is here.
    pub is_here: bool,
}

/// Something that could not be found out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetRemark {
    /// What, and why.
    pub notice: NoticeView,
    /// Whether it was denied; else it failed.
    pub denied: bool,
}

impl FleetMember {
    /// The user of this line of the report.
    pub(crate) fn new(user: &FleetUser, line: &UserLine, here: &[Held], caller: Option<&UserName>) -> Self {
        let devices = user.mfa.devices().iter();
        Self {
            user: user.name.to_string(),
            path: user.path.clone(),
            is_caller: caller == Some(&user.name),
            console: user.console,
            seen: user.last_seen().into(),
            mfa: match user.mfa.is_there() {
                Some(true) => FleetMfa::There,
                Some(false) => FleetMfa::Missing,
                None => FleetMfa::Unknown,
            },
            devices: devices.map(|device| FleetDeviceView::of(device, here)).collect(),
            devices_complete: matches!(user.mfa, Mfa::Missing | Mfa::Devices { complete: true, .. }),
            active_access: line.active_keys().map(count),
            oldest_access_days: line.oldest_key_days(),
            findings: line.findings.clone(),
        }
    }
}

impl FleetDeviceView {
    fn of(device: &FleetDevice, here: &[Held]) -> Self {
        Self {
            serial: device.serial.to_string(),
            kind: device.kind(),
            enabled: device.enabled.map(UnixTime::seconds),
            is_here: here.iter().any(|held| held.serial == device.serial),
        }
    }

    /// One that IAM listed.
    pub(crate) fn listed(device: &MfaDevice, here: &[Held]) -> Self {
        let MfaDevice { serial, enabled, .. } = device.clone();
        Self::of(&FleetDevice { serial, enabled }, here)
    }
}

impl From<&Root> for FleetRoot {
    fn from(root: &Root) -> Self {
        Self {
            mfa: root.mfa,
            has_access: root.has_keys,
            signed_in: root.signed_in.into(),
        }
    }
}

impl From<LastUse> for FleetUse {
    fn from(used: LastUse) -> Self {
        match used {
            LastUse::At(time) => Self::At {
                seconds: time.seconds(),
            },
            LastUse::Never => Self::Never,
            LastUse::Unknown => Self::Unknown,
        }
    }
}

impl From<&Remark> for FleetRemark {
    fn from(remark: &Remark) -> Self {
        Self {
            notice: NoticeView {
                code: remark.unknown.code().to_owned(),
                message: remark.sentence(),
                values: vec![remark.action.clone()],
                // Of what is denied, the action says it all.
                cause: (!remark.denied).then(|| remark.reason.clone()),
            },
            denied: remark.denied,
        }
    }
}

/// A length as the window gets it.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
