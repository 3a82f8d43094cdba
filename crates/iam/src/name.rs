//! What IAM calls things (service model `iam/2010-05-08`). None of these types can hold a name that IAM refuses.

use std::fmt;

use data_encoding::HEXLOWER;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

/// The name of an IAM user: 1 to 128 characters out of `[\w+=,.@-]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// The name of a virtual MFA device: 1 to 226 characters out of `[\w+=,.@-]`. The model sets no upper limit of its own; a
/// longer one makes a serial number of more than 256 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceName(String);

/// The path of a virtual MFA device or of users: `/`, or `/…/` with at most 512 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DevicePath(String);

/// A tag: a key of 1 to 128 characters and a value of at most 256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value; may be empty.
    pub value: String,
}

/// Why a text is not a name that IAM takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The length is outside what IAM takes.
    #[error("{what} has {length} characters; IAM takes {least} to {most}")]
    Length {
        /// What it would name.
        what: &'static str,
        /// How many characters it has.
        length: usize,
        /// The least there may be.
        least: usize,
        /// The most there may be.
        most: usize,
    },
    /// A character that IAM does not take.
    #[error("{what} has the character {character:?}; IAM takes letters, digits and _+=,.@-")]
    Character {
        /// What it would name.
        what: &'static str,
        /// The character.
        character: char,
    },
    /// A path that does not begin and end with a slash, or has blanks in it.
    #[error("the path {0:?} must begin and end with a slash and have printable ASCII characters only")]
    Path(String),
    /// A tag without `=`.
    #[error("the tag {0:?} must be written KEY=VALUE")]
    Tag(String),
}

impl UserName {
    /// The name as IAM writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DeviceName {
    /// The name as IAM writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name for `user`'s device that no earlier attempt had: the user's, cut where it is too long, and 40 random bits. A
    /// lost answer can then be told from somebody else's device. Nothing when the system gives no random numbers.
    pub fn fresh(user: &UserName) -> Option<Self> {
        let mut random = [0; 5];
        SystemRandom::new().fill(&mut random).ok()?;
        let mut name: String = user.0.chars().take(128).collect();
        name.push('-');
        HEXLOWER.encode_append(&random, &mut name);
        Some(Self(name))
    }
}

impl From<&UserName> for DeviceName {
    /// The user's own name, which policies that grant `mfa/${aws:username}` alone ask for.
    fn from(user: &UserName) -> Self {
        Self(user.0.clone())
    }
}

impl DevicePath {
    /// The path as IAM writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for DevicePath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl std::str::FromStr for Tag {
    type Err = NameError;

    /// Reads `KEY=VALUE`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, value) = text
            .split_once('=')
            .ok_or_else(|| NameError::Tag(text.to_owned()))?;
        check_length("the tag's key", key, 1, 128)?;
        check_length("the tag's value", value, 0, 256)?;
        Ok(Self {
            key: key.to_owned(),
            value: value.to_owned(),
        })
    }
}

impl TryFrom<String> for UserName {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        check("the user name", &name, 128)?;
        Ok(Self(name))
    }
}

impl TryFrom<String> for DeviceName {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        check("the device name", &name, 226)?;
        Ok(Self(name))
    }
}

impl TryFrom<String> for DevicePath {
    type Error = NameError;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        check_length("the path", &path, 1, 512)?;
        let printable = path.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if printable && path.starts_with('/') && path.ends_with('/') {
            Ok(Self(path))
        } else {
            Err(NameError::Path(path))
        }
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl From<DeviceName> for String {
    fn from(name: DeviceName) -> Self {
        name.0
    }
}

impl From<DevicePath> for String {
    fn from(path: DevicePath) -> Self {
        path.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn check(what: &'static str, name: &str, most: usize) -> Result<(), NameError> {
    check_length(what, name, 1, most)?;
    let refused = |character: char| !(character.is_ascii_alphanumeric() || "_+=,.@-".contains(character));
    match name.chars().find(|&character| refused(character)) {
        Some(character) => Err(NameError::Character { what, character }),
        None => Ok(()),
    }
}

fn check_length(what: &'static str, text: &str, least: usize, most: usize) -> Result<(), NameError> {
    let length = text.chars().count();
    if (least..=most).contains(&length) {
        Ok(())
    } else {
        Err(NameError::Length {
            what,
            length,
            least,
            most,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn a_fresh_name_begins_with_the_user_s_and_is_never_the_same() {
        let user = UserName::try_from("maya@halden.example".to_owned()).unwrap();
        let (first, second) = (
            DeviceName::fresh(&user).unwrap(),
            DeviceName::fresh(&user).unwrap(),
        );
        assert!(first.as_str().starts_with("maya@halden.example-"));
        assert_ne!(first, second);
        assert_eq!(DeviceName::try_from(String::from(first.clone())).unwrap(), first);
    }

    #[test]
    fn the_longest_user_has_a_device_with_a_name_that_iam_takes() {
        let user = UserName::try_from("m".repeat(128)).unwrap();
        assert!(DeviceName::fresh(&user).unwrap().as_str().len() <= 226);
    }

    #[test]
    fn what_iam_refuses_is_refused_with_the_rule() {
        let refused = |name: &str| UserName::try_from(name.to_owned()).unwrap_err().to_string();
        assert_eq!(
            refused("maya lind"),
            "the user name has the character ' '; IAM takes letters, digits and _+=,.@-"
        );
        assert_eq!(refused(""), "the user name has 0 characters; IAM takes 1 to 128");
        for path in ["staff/", "/staff", "/st aff/", "/stäff/"] {
            assert!(DevicePath::try_from(path.to_owned()).is_err(), "{path}");
        }
        assert!(DevicePath::try_from("/staff/eu/".to_owned()).is_ok());
    }

    #[test]
    fn a_tag_is_key_and_value() {
        let tag: Tag = "owner=maya=x".parse().unwrap();
        assert_eq!((tag.key.as_str(), tag.value.as_str()), ("owner", "maya=x"));
        assert!("owner".parse::<Tag>().is_err());
        assert!("=x".parse::<Tag>().is_err());
    }
}
