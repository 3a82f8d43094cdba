//! The person's own devices in AWS.

use lockstep_device::account::AccountId;
use lockstep_device::time::UnixTime;
use lockstep_iam::device::{DeviceKind, MfaDevice};
use lockstep_iam::elevation::ask;
use lockstep_iam::work::{Held, bound};
use serde::Serialize;

use crate::error::ShellError;
use crate::shell::Shell;

/// One device in AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AwsDevice {
    /// Its serial number.
    pub serial: String,
    /// What kind of device it is.
    pub kind: AwsDeviceKind,
    /// Whose it is; nothing while it is unassigned.
    pub user: Option<String>,
    /// Since when it is assigned, in seconds since the Unix epoch.
    pub enabled: Option<u64>,
    /// The account here that is this device; nothing when its seed is elsewhere.
    pub account: Option<AccountId>,
}

/// What kind of device it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AwsDeviceKind {
    /// A virtual MFA device.
    Virtual,
    /// A hardware TOTP token.
    Hardware,
    /// A FIDO security key or a passkey.
    Fido,
    /// Codes by text message.
    Sms,
    /// A kind that is not known here.
    Unknown,
}

impl Shell {
    /// The devices of the user whose credentials these are (IAM API: `ListMFADevices`).
    pub fn aws_devices(&self) -> Result<Vec<AwsDevice>, ShellError> {
        let here = bound(&*self.authenticator()?);
        let devices = self.aws_work(&|_| {}, |work| {
            let user = work.user(None)?;
            ask(work, None, |api| api.list_mfa_devices(&user))
        })?;
        Ok(devices.iter().map(|device| view(device, &here)).collect())
    }
}

fn view(device: &MfaDevice, here: &[Held]) -> AwsDevice {
    let held = here.iter().find(|held| held.serial == device.serial);
    AwsDevice {
        serial: device.serial.to_string(),
        kind: match device.kind() {
            DeviceKind::Virtual => AwsDeviceKind::Virtual,
            DeviceKind::Hardware => AwsDeviceKind::Hardware,
            DeviceKind::Fido => AwsDeviceKind::Fido,
            DeviceKind::Sms => AwsDeviceKind::Sms,
            DeviceKind::Unknown => AwsDeviceKind::Unknown,
        },
        user: device.user.as_ref().map(ToString::to_string),
        enabled: device.enabled.map(UnixTime::seconds),
        account: held.map(|held| held.account.clone()),
    }
}
