//! The seal on Bitwarden's password-protected exports.

use lockstep_device::passphrase::Passphrase;
use ring::digest::{SHA256, digest};
use ring::hkdf::{self, HKDF_SHA256};
use ring::hmac::{self, HMAC_SHA256};
use ring::pbkdf2::PBKDF2_HMAC_SHA256;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::cipher::open_cbc;
use crate::encoded::{base64, exactly};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::Text;
use crate::kdf::{Argon2Cost, Key, argon2id, pbkdf2};

const FORMAT: Format = Format::Bitwarden;

/// A password-protected export.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Sealed {
    salt: Text,
    kdf_type: Text,
    kdf_iterations: Text,
    /// MiB.
    kdf_memory: Text,
    kdf_parallelism: Text,
    #[serde(rename = "encKeyValidation_DO_NOT_EDIT")]
    validation: Text,
    data: Text,
}

impl Sealed {
    /// The export inside. The password opens a small text of its own, which tells a wrong one from a damaged file.
    pub(crate) fn open(&self, password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ReadError> {
        let validation = EncString::parse("the check of the password", self.validation.as_str())?;
        let data = EncString::parse("what is encrypted", self.data.as_str())?;
        let keys = Keys::expand(&self.key(password)?).ok_or(ReadError::PasswordWrong(FORMAT))?;
        validation.open(&keys).ok_or(ReadError::PasswordWrong(FORMAT))?;
        data.open(&keys).ok_or_else(|| ReadError::Damaged {
            format: FORMAT,
            reason: "its content was changed after it was sealed".to_owned(),
        })
    }

    /// The salt is used as the text that it is, not as what it encodes.
    fn key(&self, password: &Passphrase) -> Result<Key, ReadError> {
        let salt = self.salt.as_str().as_bytes();
        let number = |text: &Text| text.number().unwrap_or(0);
        let passes = number(&self.kdf_iterations);
        match self.kdf_type.number() {
            Some(0) => pbkdf2(FORMAT, PBKDF2_HMAC_SHA256, password, salt, passes),
            Some(1) => {
                let cost = Argon2Cost {
                    memory_kib: number(&self.kdf_memory).saturating_mul(1024),
                    passes,
                    lanes: number(&self.kdf_parallelism),
                };
                argon2id(FORMAT, password, digest(&SHA256, salt).as_ref(), cost)
            }
            _ => Err(ReadError::Unsupported {
                format: FORMAT,
                what: "a key derivation that is neither PBKDF2 nor Argon2id".to_owned(),
            }),
        }
    }
}

/// What one key is stretched to (RFC 5869 §2.3).
struct Keys {
    encryption: Key,
    authentication: hmac::Key,
}

impl Keys {
    fn expand(key: &Key) -> Option<Self> {
        let root = hkdf::Prk::new_less_safe(HKDF_SHA256, key.as_slice());
        let expand = |purpose: &[u8]| {
            let mut bytes = Key::default();
            root.expand(&[purpose], HKDF_SHA256)
                .ok()?
                .fill(&mut *bytes)
                .ok()?;
            Some(bytes)
        };
        Some(Self {
            encryption: expand(b"enc")?,
            authentication: hmac::Key::new(HMAC_SHA256, &*expand(b"mac")?),
        })
    }
}

/// `2.iv|ciphertext|mac`: AES-256-CBC, then HMAC-SHA-256 over both.
struct EncString {
    iv: [u8; 16],
    /// IV and ciphertext in one piece, as they are authenticated.
    sealed: Vec<u8>,
    mac: Zeroizing<Vec<u8>>,
}

impl EncString {
    fn parse(what: &str, text: &str) -> Result<Self, ReadError> {
        let parts = text
            .strip_prefix("2.")
            .map(|rest| rest.splitn(4, '|').collect::<Vec<_>>());
        let Some([iv, ciphertext, mac]) = parts.as_deref() else {
            return Err(ReadError::Damaged {
                format: FORMAT,
                reason: format!("{what} is not three parts of kind 2"),
            });
        };
        let iv: [u8; 16] = exactly(FORMAT, what, &base64(FORMAT, what, iv)?)?;
        let mut sealed = iv.to_vec();
        sealed.extend_from_slice(&base64(FORMAT, what, ciphertext)?);
        let mac = base64(FORMAT, what, mac)?;
        Ok(Self { iv, sealed, mac })
    }

    fn open(&self, keys: &Keys) -> Option<Zeroizing<Vec<u8>>> {
        hmac::verify(&keys.authentication, &self.sealed, &self.mac).ok()?;
        let (_, ciphertext) = self.sealed.split_first_chunk::<16>()?;
        open_cbc(&keys.encryption, &self.iv, ciphertext)
    }
}
