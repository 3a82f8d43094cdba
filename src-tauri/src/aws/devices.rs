//! The person's own devices in AWS.

use lockstep_device::account::AccountId;
use lockstep_device::time::UnixTime;
use lockstep_iam::adopt::{Codes, adopt};
use lockstep_iam::api::iam::Assignment;
use lockstep_iam::device::{DeviceKind, MfaDevice};
use lockstep_iam::elevation::ask;
use lockstep_iam::error::Error;
use lockstep_iam::name::Tag;
use lockstep_iam::session::{SessionDuration, Wanted, obtain};
use lockstep_iam::work::{Held, StepOutcome, Work, bound, held_of_serial};
use lockstep_iam::{journal, resync, retire, rotate};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::aws::deed::parsed_serial;
use crate::error::ShellError;
use crate::secret::SecretText;
use crate::shell::Shell;

/// The user's devices, and those that are nobody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AwsDevices {
    /// The user's own.
    pub own: Vec<AwsDevice>,
    /// Virtual ones that are assigned to nobody.
    pub unassigned: Vec<AwsDevice>,
    /// Whether AWS let these credentials see who has none.
    pub sees_unassigned: bool,
}

/// One device in AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AwsDevice {
    /// Its serial number.
    pub serial: String,
    /// What kind of device it is.
    pub kind: DeviceKind,
    /// Whose it is; nothing while it is unassigned.
    pub user: Option<String>,
    /// Since when it is assigned, in seconds since the Unix epoch.
    pub enabled: Option<u64>,
    /// The account here that is this device; nothing when its seed is elsewhere.
    pub account: Option<AccountId>,
    /// When an attempt of this machine's began it that is not finished, in seconds since the Unix epoch.
    pub begun: Option<u64>,
}

/// What is done to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceDeed {
    /// AWS is told where its clock is.
    Resync,
    /// A new one takes its place.
    Rotate,
    /// STS takes one of its codes, for a new session.
    Verify,
    /// It is taken from its user.
    Deactivate,
    /// It is deleted; for one that is nobody's.
    Delete,
    /// It is taken from its user and deleted, and its account here goes to the trash.
    Retire,
    /// It is given to the user.
    Assign,
}

/// Two codes that the device shows one after the other, read by a person.
#[derive(Deserialize, specta::Type)]
pub struct TypedCodes {
    /// The earlier one.
    pub first: SecretText,
    /// The one after it.
    pub second: SecretText,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct DeviceDone {
    /// Whether there was nothing left to do.
    pub already: bool,
    /// The account here of the device that took its place.
    pub successor: Option<AccountId>,
}

/// A tag of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AwsTag {
    /// What IAM calls its key.
    pub name: String,
    /// Its value; may be empty.
    pub value: String,
}

impl Shell {
    /// The devices of the user whose credentials these are, and those that are nobody's as far as they may be seen (IAM API:
    /// `ListMFADevices`, `ListVirtualMFADevices`).
    pub fn aws_devices(&self) -> Result<AwsDevices, ShellError> {
        let authenticator = self.authenticator()?;
        let (own, unassigned) = self.aws_work(&|_| {}, |work| {
            let user = work.user(None)?;
            let own = ask(work, None, |api| api.list_mfa_devices(&user))?;
            let unassigned = ask(work, None, |api| {
                api.list_virtual_mfa_devices(Assignment::Unassigned)
            });
            match unassigned {
                Err(error) if error.is_denial() => Ok((own, None)),
                unassigned => Ok((own, Some(unassigned?))),
            }
        })?;
        let here = bound(&authenticator);
        let begun = journal::entries(&authenticator)?;
        let view = |device: &MfaDevice| view(device, &here, &begun);
        Ok(AwsDevices {
            own: own.iter().map(view).collect(),
            sees_unassigned: unassigned.is_some(),
            unassigned: unassigned.unwrap_or_default().iter().map(view).collect(),
        })
    }

    /// Does this to a device of the user's, or to one of nobody's. `codes` are for one whose seed is elsewhere.
    pub fn aws_device_deed(
        &self,
        serial: &str,
        deed: DeviceDeed,
        codes: Option<TypedCodes>,
    ) -> Result<DeviceDone, ShellError> {
        let serial = parsed_serial(serial)?;
        let typed = codes.map(TypedCodes::parsed).transpose()?;
        self.aws_deed(|work| {
            let user = work.user(None)?;
            let held = || {
                held_of_serial(work.authenticator, serial.as_str())
                    .ok_or_else(|| Error::DeviceNotHere(serial.to_string()))
            };
            let codes = |typed| match typed {
                Some(codes) => Ok(codes),
                None => held().map(Codes::Account),
            };
            match deed {
                DeviceDeed::Resync => {
                    resync::resync(work, &serial, &user, &codes(typed)?)?;
                    Ok(DONE)
                }
                DeviceDeed::Assign => {
                    adopt(work, &serial, &user, &codes(typed)?)?;
                    Ok(DONE)
                }
                DeviceDeed::Rotate => replaced(work, &held()?),
                DeviceDeed::Verify => {
                    obtain(work, &held()?, SessionDuration::DEFAULT, Wanted::New)?;
                    Ok(DONE)
                }
                DeviceDeed::Deactivate => Ok(done(retire::deactivate(work, &serial, &user)?)),
                DeviceDeed::Delete => Ok(done(retire::delete(work, &serial)?)),
                DeviceDeed::Retire => Ok(done(retire::retire(work, &serial, &user)?.deactivated)),
            }
        })
    }

    /// The tags of a device (IAM API: `ListMFADeviceTags`).
    pub fn aws_tags(&self, serial: &str) -> Result<Vec<AwsTag>, ShellError> {
        let serial = parsed_serial(serial)?;
        let tags = self.aws_work(&|_| {}, |work| {
            ask(work, Some(&serial), |api| api.list_mfa_device_tags(&serial))
        })?;
        let tag = |Tag { key: name, value }| AwsTag { name, value };
        Ok(tags.into_iter().map(tag).collect())
    }

    /// Sets one, in place of one of that name (IAM API: `TagMFADevice`).
    pub fn set_aws_tag(&self, serial: &str, name: &str, value: &str) -> Result<(), ShellError> {
        let serial = parsed_serial(serial)?;
        let tags = [format!("{name}={value}").parse::<Tag>().map_err(Error::from)?];
        self.aws_deed(|work| ask(work, Some(&serial), |api| api.tag_mfa_device(&serial, &tags)))
    }

    /// Takes one away (IAM API: `UntagMFADevice`).
    pub fn remove_aws_tag(&self, serial: &str, name: String) -> Result<(), ShellError> {
        let serial = parsed_serial(serial)?;
        let keys = [name];
        self.aws_deed(|work| ask(work, Some(&serial), |api| api.untag_mfa_device(&serial, &keys)))
    }
}

impl TypedCodes {
    fn parsed(self) -> Result<Codes, ShellError> {
        let (first, second) = (self.first.into_inner(), self.second.into_inner());
        let lines = Zeroizing::new(format!("{}\n{}", first.trim(), second.trim()));
        Ok(Codes::typed(&lines)?)
    }
}

fn replaced(work: &Work<'_>, old: &Held) -> Result<DeviceDone, Error> {
    let user = work.user(None)?;
    let rotated = rotate::rotate(work, old, &user, true)?;
    Ok(DeviceDone {
        already: false,
        successor: Some(rotated.enrolled.local),
    })
}

fn done(outcome: StepOutcome) -> DeviceDone {
    DeviceDone {
        already: outcome == StepOutcome::Already,
        ..DONE
    }
}

const DONE: DeviceDone = DeviceDone {
    already: false,
    successor: None,
};

fn view(device: &MfaDevice, here: &[Held], begun: &[journal::Entry]) -> AwsDevice {
    let held = here.iter().find(|held| held.serial == device.serial);
    let entry = begun.iter().find(|entry| entry.serial == device.serial);
    AwsDevice {
        serial: device.serial.to_string(),
        kind: device.kind(),
        user: device.user.as_ref().map(ToString::to_string),
        enabled: device.enabled.map(UnixTime::seconds),
        account: held.map(|held| held.account.clone()),
        begun: entry.map(|entry| entry.begun.seconds()),
    }
}
