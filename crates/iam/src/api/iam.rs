//! The operations of IAM.

use aws_config::retry::RetryConfig;
use aws_sdk_iam::types::{AssignmentStatusType, Tag as SdkTag};
use lockstep_device::otp::Code;
use lockstep_device::seed::Seed;
use lockstep_device::serial::SerialNumber;
use zeroize::{Zeroize, Zeroizing};

use crate::api::failure::Failure;
use crate::api::{Api, PAGE, moment};
use crate::device::{CreatedDevice, MfaDevice};
use crate::name::{DeviceName, DevicePath, Tag, UserName};
use crate::trail::Change;

impl Api {
    /// IAM API: `CreateVirtualMFADevice`. A device whose seed is not base32 is there, all the same, and its seed is lost:
    /// [`Failure::Unusable`].
    pub fn create_virtual_mfa_device(
        &self,
        name: &DeviceName,
        path: &DevicePath,
    ) -> Result<CreatedDevice, Failure> {
        let request = self
            .iam
            .create_virtual_mfa_device()
            .virtual_mfa_device_name(name.as_str())
            .path(path.as_str());
        // Never sent twice by itself: only this answer has the seed, and whether it was lost has to be known.
        let once = aws_sdk_iam::config::Config::builder().retry_config(RetryConfig::disabled());
        let answer = self.change(
            change("CreateVirtualMFADevice", name.as_str(), None),
            request.customize().config_override(once).send(),
        )?;
        let device = answer
            .virtual_mfa_device
            .ok_or_else(|| unusable("there is no device in it"))?;
        if let Some(picture) = device.qr_code_png {
            picture.into_inner().zeroize();
        }
        let text = device
            .base32_string_seed
            .ok_or_else(|| unusable("there is no seed in it"))?;
        Ok(CreatedDevice {
            serial: serial(device.serial_number)?,
            seed: seed(&Zeroizing::new(text.into_inner()))?,
        })
    }

    /// IAM API: `EnableMFADevice`.
    pub fn enable_mfa_device(
        &self,
        user: &UserName,
        serial: &SerialNumber,
        (first, second): (&Code, &Code),
    ) -> Result<(), Failure> {
        let request = self
            .iam
            .enable_mfa_device()
            .user_name(user.as_str())
            .serial_number(serial.as_str())
            .authentication_code1(first.as_str())
            .authentication_code2(second.as_str());
        self.change(
            change("EnableMFADevice", serial.as_str(), Some(user.as_str())),
            request.send(),
        )?;
        Ok(())
    }

    /// IAM API: `ResyncMFADevice`.
    pub fn resync_mfa_device(
        &self,
        user: &UserName,
        serial: &SerialNumber,
        (first, second): (&Code, &Code),
    ) -> Result<(), Failure> {
        let request = self
            .iam
            .resync_mfa_device()
            .user_name(user.as_str())
            .serial_number(serial.as_str())
            .authentication_code1(first.as_str())
            .authentication_code2(second.as_str());
        self.change(
            change("ResyncMFADevice", serial.as_str(), Some(user.as_str())),
            request.send(),
        )?;
        Ok(())
    }

    /// IAM API: `DeactivateMFADevice`.
    pub fn deactivate_mfa_device(&self, user: &UserName, serial: &SerialNumber) -> Result<(), Failure> {
        let request = self
            .iam
            .deactivate_mfa_device()
            .user_name(user.as_str())
            .serial_number(serial.as_str());
        self.change(
            change("DeactivateMFADevice", serial.as_str(), Some(user.as_str())),
            request.send(),
        )?;
        Ok(())
    }

    /// IAM API: `DeleteVirtualMFADevice`.
    pub fn delete_virtual_mfa_device(&self, serial: &SerialNumber) -> Result<(), Failure> {
        let request = self
            .iam
            .delete_virtual_mfa_device()
            .serial_number(serial.as_str());
        self.change(
            change("DeleteVirtualMFADevice", serial.as_str(), None),
            request.send(),
        )?;
        Ok(())
    }

    /// IAM API: `ListMFADevices`, all pages.
    pub fn list_mfa_devices(&self, user: &UserName) -> Result<Vec<MfaDevice>, Failure> {
        let pages = self
            .iam
            .list_mfa_devices()
            .user_name(user.as_str())
            .max_items(PAGE)
            .into_paginator()
            .items()
            .send();
        let listed = self.query(pages.collect::<Result<Vec<_>, _>>())?;
        listed
            .into_iter()
            .map(|device| {
                Ok(MfaDevice {
                    serial: serial(device.serial_number)?,
                    user: Some(
                        UserName::try_from(device.user_name).map_err(|error| unusable(&error.to_string()))?,
                    ),
                    enabled: Some(moment(&device.enable_date)),
                })
            })
            .collect()
    }

    /// IAM API: `ListVirtualMFADevices`, all pages.
    pub fn list_virtual_mfa_devices(&self, which: Assignment) -> Result<Vec<MfaDevice>, Failure> {
        let status = match which {
            Assignment::Any => AssignmentStatusType::Any,
            Assignment::Assigned => AssignmentStatusType::Assigned,
            Assignment::Unassigned => AssignmentStatusType::Unassigned,
        };
        let pages = self
            .iam
            .list_virtual_mfa_devices()
            .assignment_status(status)
            .max_items(PAGE)
            .into_paginator()
            .items()
            .send();
        let listed = self.query(pages.collect::<Result<Vec<_>, _>>())?;
        listed
            .into_iter()
            .map(|device| {
                Ok(MfaDevice {
                    serial: serial(device.serial_number)?,
                    // Root is listed with an ARN for a name, and an empty one in some answers.
                    user: device
                        .user
                        .and_then(|user| UserName::try_from(user.user_name).ok()),
                    enabled: device.enable_date.as_ref().map(moment),
                })
            })
            .collect()
    }

    /// IAM API: `TagMFADevice`.
    pub fn tag_mfa_device(&self, serial: &SerialNumber, tags: &[Tag]) -> Result<(), Failure> {
        let tags = tags
            .iter()
            .map(|tag| SdkTag::builder().key(&tag.key).value(&tag.value).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Failure::Refused {
                message: error.to_string(),
            })?;
        let request = self
            .iam
            .tag_mfa_device()
            .serial_number(serial.as_str())
            .set_tags(Some(tags));
        self.change(change("TagMFADevice", serial.as_str(), None), request.send())?;
        Ok(())
    }

    /// IAM API: `UntagMFADevice`.
    pub fn untag_mfa_device(&self, serial: &SerialNumber, keys: &[String]) -> Result<(), Failure> {
        let request = self
            .iam
            .untag_mfa_device()
            .serial_number(serial.as_str())
            .set_tag_keys(Some(keys.to_vec()));
        self.change(change("UntagMFADevice", serial.as_str(), None), request.send())?;
        Ok(())
    }

    /// IAM API: `ListMFADeviceTags`, all pages. The SDK has no paginator for it.
    pub fn list_mfa_device_tags(&self, serial: &SerialNumber) -> Result<Vec<Tag>, Failure> {
        let mut tags = vec![];
        let mut marker = None;
        loop {
            let request = self
                .iam
                .list_mfa_device_tags()
                .serial_number(serial.as_str())
                .max_items(PAGE)
                .set_marker(marker);
            let page = self.query(request.send())?;
            tags.extend(page.tags.into_iter().map(|tag| Tag {
                key: tag.key,
                value: tag.value,
            }));
            match page.marker {
                Some(next) if page.is_truncated => marker = Some(next),
                _ => return Ok(tags),
            }
        }
    }

    /// IAM API: `ListAccountAliases`; there is one at the most.
    pub fn account_alias(&self) -> Result<Option<String>, Failure> {
        let answer = self.query(self.iam.list_account_aliases().send())?;
        Ok(answer.account_aliases.into_iter().next())
    }
}

/// Which virtual devices are listed (IAM API: `AssignmentStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// All of them.
    Any,
    /// Those that belong to a user.
    Assigned,
    /// Those that belong to nobody.
    Unassigned,
}

/// `Base32StringSeed` is a blob whose bytes are ASCII base32 text: after the SDK took base64 off, it is the secret as it
/// is shown to people, and never encoded again.
fn seed(text: &Zeroizing<Vec<u8>>) -> Result<Seed, Failure> {
    let broken = |reason: String| unusable(&format!("its seed is not base32 text: {reason}"));
    let text = std::str::from_utf8(text).map_err(|_| broken("it is not even text".to_owned()))?;
    let decoded = Seed::from_base32(text).map_err(|error| broken(error.to_string()))?;
    Ok(decoded.seed)
}

fn serial(text: String) -> Result<SerialNumber, Failure> {
    SerialNumber::try_from(text).map_err(|error| unusable(&error.to_string()))
}

pub(super) fn unusable(reason: &str) -> Failure {
    Failure::Unusable {
        reason: reason.to_owned(),
    }
}

fn change<'a>(operation: &'static str, device: &'a str, user: Option<&'a str>) -> Change<'a> {
    Change {
        operation,
        device,
        user,
    }
}
