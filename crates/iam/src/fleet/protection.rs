//! What is known of a user: MFA devices, access keys, last use. What could not be found out is told apart from what is not there.

use lockstep_device::serial::SerialNumber;
use lockstep_device::time::UnixTime;

use crate::device::{DeviceKind, kind_of};

/// A user's MFA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mfa {
    /// There is no device of any kind.
    Missing,
    /// There are these devices, one at least.
    Devices {
        /// The devices that are known.
        devices: Vec<FleetDevice>,
        /// Whether all kinds were looked for. If not, these are the virtual ones, and others may be there besides.
        complete: bool,
    },
    /// There is a device, and nobody could say which.
    Active,
    /// Whether there is one could not be found out.
    Unknown,
}

/// A device of a user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetDevice {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Since when it is assigned, when that is known.
    pub enabled: Option<UnixTime>,
}

/// When something was last used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastUse {
    /// Then.
    At(UnixTime),
    /// Never, or before AWS began to write it down (2014 for passwords, 2015 for access keys).
    Never,
    /// It could not be found out.
    #[default]
    Unknown,
}

/// An access key, without its id, which the credential report does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Whether it can be used.
    pub active: bool,
    /// When it was made, or last made active.
    pub made: Option<UnixTime>,
    /// When it was last used.
    pub used: LastUse,
}

impl Mfa {
    /// The devices that are known.
    pub fn devices(&self) -> &[FleetDevice] {
        match self {
            Self::Devices { devices, .. } => devices,
            Self::Missing | Self::Active | Self::Unknown => &[],
        }
    }

    /// Whether there is a device; nothing where that could not be found out.
    pub fn is_there(&self) -> Option<bool> {
        match self {
            Self::Missing => Some(false),
            Self::Devices { .. } | Self::Active => Some(true),
            Self::Unknown => None,
        }
    }

    /// Whether there is just one device, as far as is known.
    pub fn is_single(&self) -> bool {
        self.devices().len() == 1
    }

    /// Whether codes by text message are all there is.
    pub fn is_only_sms(&self) -> bool {
        let devices = self.devices();
        !devices.is_empty() && devices.iter().all(|device| device.kind() == DeviceKind::Sms)
    }
}

impl FleetDevice {
    /// What kind of device it is.
    pub fn kind(&self) -> DeviceKind {
        kind_of(&self.serial)
    }
}

impl LastUse {
    /// The later one of two; one that is known counts for more than one that is not.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::At(one), Self::At(other)) => Self::At(one.max(other)),
            (Self::At(time), _) | (_, Self::At(time)) => Self::At(time),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Never, Self::Never) => Self::Never,
        }
    }

    /// The moment, when there is one that is known.
    pub fn time(self) -> Option<UnixTime> {
        match self {
            Self::At(time) => Some(time),
            Self::Never | Self::Unknown => None,
        }
    }
}

impl AccessKey {
    /// How many whole days old it is.
    pub fn age_in_days(&self, now: UnixTime) -> Option<u64> {
        let made = self.made?;
        Some(now.seconds().saturating_sub(made.seconds()) / DAY)
    }
}

/// Seconds.
const DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_neither_there_nor_missing() {
        assert_eq!(Mfa::Unknown.is_there(), None);
        assert_eq!(Mfa::Missing.is_there(), Some(false));
        assert_eq!(Mfa::Active.is_there(), Some(true));
    }

    #[test]
    fn the_later_use_counts_and_never_is_said_only_when_nothing_is_unknown() {
        let at = |seconds| LastUse::At(UnixTime::from_seconds(seconds));
        assert_eq!(at(1).later(at(2)), at(2));
        assert_eq!(LastUse::Unknown.later(at(2)), at(2));
        assert_eq!(LastUse::Never.later(LastUse::Unknown), LastUse::Unknown);
        assert_eq!(LastUse::Never.later(LastUse::Never), LastUse::Never);
    }

    #[test]
    fn a_key_from_the_future_is_no_day_old() {
        let key = AccessKey {
            active: true,
            made: Some(UnixTime::from_seconds(10 * DAY)),
            used: LastUse::Never,
        };
        assert_eq!(key.age_in_days(UnixTime::from_seconds(12 * DAY + 5)), Some(2));
        assert_eq!(key.age_in_days(UnixTime::from_seconds(0)), Some(0));
    }
}
