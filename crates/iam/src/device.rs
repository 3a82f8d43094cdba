//! MFA devices as IAM lists them.

use lockstep_device::serial::SerialNumber;
use lockstep_device::time::UnixTime;
use serde::{Deserialize, Serialize};

use crate::name::{DeviceName, DevicePath, UserName};

/// What kind of device a serial number names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// A virtual MFA device: `arn:…:mfa/…`.
    Virtual,
    /// A hardware TOTP token, by the serial number printed on it.
    Hardware,
    /// A FIDO security key or a passkey: `arn:…:u2f/…`.
    Fido,
    /// Codes by text message: `arn:…:sms-mfa/…`.
    Sms,
    /// An ARN of a kind that is not known here.
    Unknown,
}

/// One device in a list of IAM's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MfaDevice {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Whose it is; nothing while it is unassigned, and for root's.
    pub user: Option<UserName>,
    /// Since when it is assigned; nothing while it is not.
    pub enabled: Option<UnixTime>,
}

/// A device that was just made. It has its seed, which no other answer of IAM's gives.
pub struct CreatedDevice {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Its seed.
    pub seed: lockstep_device::seed::Seed,
}

impl MfaDevice {
    /// What kind of device it is.
    pub fn kind(&self) -> DeviceKind {
        kind_of(&self.serial)
    }
}

/// What kind of device this serial number names.
pub fn kind_of(serial: &SerialNumber) -> DeviceKind {
    if serial.virtual_device().is_some() {
        return DeviceKind::Virtual;
    }
    let Some(arn) = serial.as_str().strip_prefix("arn:") else {
        return DeviceKind::Hardware;
    };
    match arn
        .split(':')
        .nth(4)
        .and_then(|resource| resource.split('/').next())
    {
        Some("u2f") => DeviceKind::Fido,
        Some("sms-mfa") => DeviceKind::Sms,
        _ => DeviceKind::Unknown,
    }
}

/// The twelve-digit AWS account that this serial number says the device is in; nothing for a hardware token's.
pub fn account_of(serial: &SerialNumber) -> Option<&str> {
    serial.as_str().strip_prefix("arn:")?.split(':').nth(3)
}

/// The serial number that a virtual device of this name will have; nothing when it would be too long for one.
pub fn virtual_serial(
    partition: &str,
    account: &str,
    path: &DevicePath,
    name: &DeviceName,
) -> Option<SerialNumber> {
    SerialNumber::try_from(format!(
        "arn:{partition}:iam::{account}:mfa{}{name}",
        path.as_str()
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn kinds_are_told_apart_by_the_serial_number() {
        for (serial, kind) in [
            ("arn:aws:iam::123456789012:mfa/staff/maya", DeviceKind::Virtual),
            (
                "arn:aws:iam::123456789012:u2f/user/maya/key-ABC",
                DeviceKind::Fido,
            ),
            ("arn:aws:iam::123456789012:sms-mfa/maya", DeviceKind::Sms),
            ("arn:aws:iam::123456789012:quantum/maya", DeviceKind::Unknown),
            ("GAHT12345678", DeviceKind::Hardware),
        ] {
            let serial = SerialNumber::try_from(serial.to_owned()).unwrap();
            assert_eq!(kind_of(&serial), kind, "{serial}");
        }
    }

    #[test]
    fn a_serial_number_says_the_account_unless_it_is_printed_on_a_token() {
        let account = |text: &str| {
            let serial = SerialNumber::try_from(text.to_owned()).unwrap();
            account_of(&serial).map(str::to_owned)
        };
        assert_eq!(
            account("arn:aws:iam::123456789012:u2f/user/maya/key").as_deref(),
            Some("123456789012")
        );
        assert_eq!(account("GAHT12345678"), None);
    }

    #[test]
    fn a_serial_number_is_known_before_the_device_is_made() {
        let name = DeviceName::try_from("maya".to_owned()).unwrap();
        let staff = DevicePath::try_from("/staff/".to_owned()).unwrap();
        let serial = |path: &DevicePath| virtual_serial("aws", "123456789012", path, &name).unwrap();
        assert_eq!(
            serial(&DevicePath::default()).as_str(),
            "arn:aws:iam::123456789012:mfa/maya"
        );
        assert_eq!(
            serial(&staff).as_str(),
            "arn:aws:iam::123456789012:mfa/staff/maya"
        );
    }
}
