//! A user as a line of a list or a report: texts and numbers, the same for every shell and every format.

use lockstep_device::time::UnixTime;
use serde::Serialize;

use crate::device::DeviceKind;
use crate::fleet::protection::{FleetDevice, LastUse, Mfa};
use crate::fleet::roster::{FleetUser, Root};
use crate::name::Tag;

/// What is wrong with a user's protection, or not known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FleetFinding {
    /// No device of any kind.
    NoMfa,
    /// Codes by text message, and nothing else.
    OnlySms,
    /// One device, so that losing it locks the user out.
    OneDevice,
    /// Whether there is a device could not be found out.
    MfaUnknown,
    /// The user still has the device that an administrator made and handed over.
    HandOffNotRotated,
}

/// One user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserLine {
    /// The name.
    pub user: String,
    /// The path.
    pub path: String,
    /// When the user was made.
    pub created: Option<String>,
    /// The tags, when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// Whether there is a password for the console; `null` when that is not known.
    pub console: Option<bool>,
    /// When it was last used: a time, `never`, or `unknown`.
    pub last_sign_in: String,
    /// When password or access keys were last used: a time, `never`, or `unknown`.
    pub last_seen: String,
    /// `none`, `unknown`, `active` for a device that is not known; else the kinds of the devices, such as `virtual` or
    /// `virtual+fido`.
    pub mfa: String,
    /// The devices that are known.
    pub devices: Vec<DeviceLine>,
    /// Whether these are all that there are.
    pub devices_complete: bool,
    /// The access keys; `null` when they are not known.
    pub keys: Option<Vec<KeyLine>>,
    /// What is to be said about it.
    pub findings: Vec<FleetFinding>,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceLine {
    /// Its serial number.
    pub serial: String,
    /// What kind it is.
    pub kind: DeviceKind,
    /// Since when it is assigned.
    pub enabled: Option<String>,
}

/// One access key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyLine {
    /// Whether it can be used.
    pub active: bool,
    /// How old it is.
    pub age_days: Option<u64>,
    /// When it was last used: a time, `never`, or `unknown`.
    pub last_used: String,
}

/// The root user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RootLine {
    /// Whether it has MFA; `null` when that is not known.
    pub mfa: Option<bool>,
    /// Its virtual device.
    pub device: Option<String>,
    /// Whether it has access keys; `null` when that is not known.
    pub has_keys: Option<bool>,
    /// When its password was last used: a time, `never`, or `unknown`.
    pub last_sign_in: String,
}

impl FleetFinding {
    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoMfa => "no-mfa",
            Self::OnlySms => "only-sms",
            Self::OneDevice => "one-device",
            Self::MfaUnknown => "mfa-unknown",
            Self::HandOffNotRotated => "hand-off-not-rotated",
        }
    }

    /// What it says to people.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoMfa => "No MFA",
            Self::OnlySms => "Only text messages",
            Self::OneDevice => "One device only",
            Self::MfaUnknown => "MFA not known",
            Self::HandOffNotRotated => "Handed-over device not rotated",
        }
    }
}

impl UserLine {
    /// The line of this user at this moment, by AWS's clock.
    pub fn new(user: &FleetUser, now: UnixTime) -> Self {
        let key = |key: &crate::fleet::protection::AccessKey| KeyLine {
            active: key.active,
            age_days: key.age_in_days(now),
            last_used: last_use(key.used),
        };
        Self {
            user: user.name.to_string(),
            path: user.path.clone(),
            created: user.created.rfc3339(),
            tags: user.tags.clone(),
            console: user.console,
            last_sign_in: last_use(user.signed_in),
            last_seen: last_use(user.last_seen()),
            mfa: mfa_word(&user.mfa),
            devices: user.mfa.devices().iter().map(DeviceLine::new).collect(),
            devices_complete: matches!(user.mfa, Mfa::Missing | Mfa::Devices { complete: true, .. }),
            keys: user.keys.as_ref().map(|keys| keys.iter().map(key).collect()),
            findings: findings(&user.mfa),
        }
    }

    /// What MFA there is, and whether only the virtual devices were looked for.
    pub fn mfa_words(&self) -> String {
        if self.devices.is_empty() || self.devices_complete {
            self.mfa.clone()
        } else {
            format!("{}, maybe more", self.mfa)
        }
    }

    /// The age of the oldest access key that can be used.
    pub fn oldest_key_days(&self) -> Option<u64> {
        let keys = self.keys.iter().flatten().filter(|key| key.active);
        keys.filter_map(|key| key.age_days).max()
    }

    /// How many access keys can be used; nothing where that is not known.
    pub fn active_keys(&self) -> Option<usize> {
        let keys = self.keys.as_ref()?;
        Some(keys.iter().filter(|key| key.active).count())
    }
}

impl DeviceLine {
    fn new(device: &FleetDevice) -> Self {
        Self {
            serial: device.serial.to_string(),
            kind: device.kind(),
            enabled: device.enabled.and_then(UnixTime::rfc3339),
        }
    }
}

impl From<&Root> for RootLine {
    fn from(root: &Root) -> Self {
        Self {
            mfa: root.mfa,
            device: root.device.as_ref().map(ToString::to_string),
            has_keys: root.has_keys,
            last_sign_in: last_use(root.signed_in),
        }
    }
}

fn findings(mfa: &Mfa) -> Vec<FleetFinding> {
    let found = match mfa {
        Mfa::Missing => Some(FleetFinding::NoMfa),
        Mfa::Unknown => Some(FleetFinding::MfaUnknown),
        mfa if mfa.is_only_sms() => Some(FleetFinding::OnlySms),
        mfa if mfa.is_single() => Some(FleetFinding::OneDevice),
        Mfa::Devices { .. } | Mfa::Active => None,
    };
    found.into_iter().collect()
}

fn mfa_word(mfa: &Mfa) -> String {
    match mfa {
        Mfa::Missing => "none".to_owned(),
        Mfa::Active => "active".to_owned(),
        Mfa::Unknown => "unknown".to_owned(),
        Mfa::Devices { devices, .. } => {
            let mut kinds: Vec<&str> = devices.iter().map(|device| kind_word(device.kind())).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds.join("+")
        }
    }
}

fn kind_word(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Virtual => "virtual",
        DeviceKind::Hardware => "hardware",
        DeviceKind::Fido => "fido",
        DeviceKind::Sms => "sms",
        DeviceKind::Unknown => "other",
    }
}

fn last_use(used: LastUse) -> String {
    match used {
        LastUse::At(time) => time.rfc3339().unwrap_or_else(|| "unknown".to_owned()),
        LastUse::Never => "never".to_owned(),
        LastUse::Unknown => "unknown".to_owned(),
    }
}
