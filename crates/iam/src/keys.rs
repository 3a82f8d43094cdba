//! Access keys that a person gave, kept in the store.

use aws_credential_types::Credentials;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::store::seeds::CredentialsName;
use zeroize::Zeroizing;

use crate::error::Error;

/// An access key without an end. The secret is erased from memory when dropped; it has no `Debug`.
#[derive(Clone)]
pub struct KeyPair {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
}

/// Why two texts are not an access key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// IAM service model: `accessKeyIdType` is `[\w]{16,128}`.
    #[error("{0:?} is not an access key id; one has 16 to 128 letters and digits")]
    Id(String),
    /// The secret is empty or has blanks in it.
    #[error("this is not a secret access key: it is empty or has blanks in it")]
    Secret,
    /// What is stored is not what was stored.
    #[error("the stored key {0:?} is damaged")]
    Damaged(String),
    /// There is no key of this name.
    #[error("no key is stored as {0:?}")]
    Unknown(String),
}

impl KeyPair {
    /// The key of these two texts, blanks around them taken off.
    pub fn new(access_key_id: &str, secret_access_key: &Zeroizing<String>) -> Result<Self, KeyError> {
        let id = access_key_id.trim();
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !(16..=128).contains(&id.len()) || !id.bytes().all(word) {
            return Err(KeyError::Id(id.to_owned()));
        }
        let secret = secret_access_key.trim();
        if secret.is_empty() || secret.chars().any(char::is_whitespace) {
            return Err(KeyError::Secret);
        }
        Ok(Self {
            access_key_id: id.to_owned(),
            secret_access_key: Zeroizing::new(secret.to_owned()),
        })
    }

    /// `AKIA…`; no secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(
            &self.access_key_id,
            &*self.secret_access_key,
            None,
            None,
            "lockstep keys",
        )
    }

    fn to_text(&self) -> Zeroizing<String> {
        let (id, secret) = (&self.access_key_id, &self.secret_access_key);
        let mut text = Zeroizing::new(String::with_capacity(id.len() + 1 + secret.len()));
        text.push_str(id);
        text.push('\n');
        text.push_str(secret);
        text
    }
}

/// Keeps the key under this name, in place of one that was there.
pub fn keep(authenticator: &Authenticator, name: &str, keys: &KeyPair) -> Result<(), Error> {
    Ok(authenticator.keep_credentials(&stored_as(name)?, keys.to_text())?)
}

/// The key of this name.
pub fn find(authenticator: &Authenticator, name: &str) -> Result<KeyPair, Error> {
    let text = authenticator
        .credentials(&stored_as(name)?)?
        .ok_or_else(|| KeyError::Unknown(name.to_owned()))?;
    let (id, secret) = text
        .split_once('\n')
        .ok_or_else(|| KeyError::Damaged(name.to_owned()))?;
    KeyPair::new(id, &Zeroizing::new(secret.to_owned()))
        .map_err(|_| KeyError::Damaged(name.to_owned()).into())
}

/// Takes the key of this name out of the store. The key itself stays valid at AWS.
pub fn forget(authenticator: &Authenticator, name: &str) -> Result<(), Error> {
    let stored = stored_as(name)?;
    if authenticator.credentials(&stored)?.is_none() {
        return Err(KeyError::Unknown(name.to_owned()).into());
    }
    Ok(authenticator.forget_credentials(&stored)?)
}

/// The names of the keys that are stored.
pub fn names(authenticator: &Authenticator) -> Result<Vec<String>, Error> {
    let names = authenticator.credentials_names()?.into_iter();
    Ok(names
        .filter_map(|name| name.as_str().strip_prefix(PREFIX).map(str::to_owned))
        .collect())
}

fn stored_as(name: &str) -> Result<CredentialsName, Error> {
    Ok(CredentialsName::try_from(format!("{PREFIX}{name}").as_str())
        .map_err(lockstep_device::error::Error::from)?)
}

const PREFIX: &str = "keys-";
