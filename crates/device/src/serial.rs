//! What AWS names an MFA device by.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The serial number of an MFA device (IAM API: `SerialNumber`): the ARN of a virtual one, or the serial printed on
/// a hardware one; 9 to 256 characters out of `[\w+=/:,.@-]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SerialNumber(String);

/// Why a text is not a serial number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SerialNumberError {
    /// The length is outside what IAM takes.
    #[error("the serial number has {0} characters; IAM takes 9 to 256")]
    Length(usize),
    /// A character IAM does not take.
    #[error("the serial number has the character {0:?}; IAM takes letters, digits and _+=/:,.@-")]
    Character(char),
}

/// The parts of a virtual device's ARN, `arn:PARTITION:iam::ACCOUNT:mfa[/path]/name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VirtualDeviceArn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'a str,
    /// The twelve-digit AWS account id.
    pub account: &'a str,
    /// The path, `/` or `/…/`.
    pub path: &'a str,
    /// The virtual MFA device name.
    pub name: &'a str,
}

impl SerialNumber {
    /// The text as IAM writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts of the ARN when this names a virtual device; nothing for a hardware serial or another kind of ARN.
    pub fn virtual_device(&self) -> Option<VirtualDeviceArn<'_>> {
        let rest = self.0.strip_prefix("arn:")?;
        let (partition, rest) = rest.split_once(':')?;
        let rest = rest.strip_prefix("iam::")?;
        let (account, resource) = rest.split_once(':')?;
        let full = resource.strip_prefix("mfa")?;
        let slash = full.rfind('/')?;
        let (path, name) = full.split_at(slash + 1);
        let well_formed = !partition.is_empty()
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && path.starts_with('/')
            && !name.is_empty();
        well_formed.then_some(VirtualDeviceArn {
            partition,
            account,
            path,
            name,
        })
    }
}

impl TryFrom<String> for SerialNumber {
    type Error = SerialNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let length = text.chars().count();
        if !(9..=256).contains(&length) {
            return Err(SerialNumberError::Length(length));
        }
        match text.chars().find(|&character| !is_serial_character(character)) {
            Some(character) => Err(SerialNumberError::Character(character)),
            None => Ok(Self(text)),
        }
    }
}

impl From<SerialNumber> for String {
    fn from(serial: SerialNumber) -> Self {
        serial.0
    }
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_serial_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=/:,.@-".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serial(text: &str) -> Result<SerialNumber, SerialNumberError> {
        SerialNumber::try_from(text.to_owned())
    }

    #[test]
    fn a_virtual_device_arn_comes_apart_into_its_parts() {
        let arn = serial("arn:aws-us-gov:iam::123456789012:mfa/team/ops/maya-laptop").unwrap();
        assert_eq!(
            arn.virtual_device(),
            Some(VirtualDeviceArn {
                partition: "aws-us-gov",
                account: "123456789012",
                path: "/team/ops/",
                name: "maya-laptop"
            })
        );
    }

    #[test]
    fn a_device_without_a_path_has_the_path_of_one_slash() {
        let arn = serial("arn:aws:iam::123456789012:mfa/maya").unwrap();
        assert_eq!(
            arn.virtual_device().map(|parts| (parts.path, parts.name)),
            Some(("/", "maya"))
        );
    }

    #[test]
    fn hardware_serials_and_other_arns_are_no_virtual_devices() {
        for text in [
            "GAHT12345678",
            "arn:aws:iam::123456789012:u2f/user/maya/key",
            "arn:aws:iam::12345:mfa/maya",
            "arn:aws:iam::123456789012:mfa/",
            "arn:aws:iam::123456789012:mfamaya/x",
        ] {
            assert_eq!(serial(text).unwrap().virtual_device(), None, "{text}");
        }
    }

    #[test]
    fn length_and_characters_are_what_iam_takes() {
        assert_eq!(serial("12345678"), Err(SerialNumberError::Length(8)));
        assert_eq!(serial(&"a".repeat(257)), Err(SerialNumberError::Length(257)));
        assert_eq!(serial("GAHT 12345678"), Err(SerialNumberError::Character(' ')));
    }
}
