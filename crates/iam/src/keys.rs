//! Access keys that a person gave.

use aws_credential_types::Credentials;
use zeroize::Zeroizing;

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

    /// Id and secret, on a line each, as they are stored.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        let (id, secret) = (&self.access_key_id, &self.secret_access_key);
        let mut text = Zeroizing::new(String::with_capacity(id.len() + 1 + secret.len()));
        text.push_str(id);
        text.push('\n');
        text.push_str(secret);
        text
    }
}
