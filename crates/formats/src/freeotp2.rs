//! `FreeOTP` 2's encrypted backup (`externalBackup.xml`, which is no XML): a master key that the password opens, which
//! opens each token's secret.

use std::collections::BTreeMap;
use std::rc::Rc;

use lockstep_device::account::Label;
use lockstep_device::otpauth::{OtpauthError, Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use ring::pbkdf2::{PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::cipher::open_gcm;
use crate::detect::Look;
use crate::encoded::exactly;
use crate::error::ReadError;
use crate::format::Format;
use crate::freeotp_token::{Counter, Token};
use crate::java::{MAGIC, read_map};
use crate::json::{self, SignedBytes, Text};
use crate::kdf::{Key, pbkdf2};
use crate::row::Rows;

const FORMAT: Format = Format::FreeOtp2;

/// After a token's id: what it is called and how it makes codes.
const TOKEN: &str = "-token";

/// Whether it is a stream of Java objects.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.begins(MAGIC)
}

/// The tokens of a backup. The app keeps no order; they come by their ids.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let map = read_map(FORMAT, bytes)?;
    let master = map
        .get("masterKey")
        .ok_or_else(|| damaged("it has no master key"))?;
    let master: MasterKey = json::parse(FORMAT, master.as_bytes())?;
    let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
    let key = master.open(password)?;
    let tokens = map
        .iter()
        .filter_map(|(id, token)| Some((id.strip_suffix(TOKEN)?, token)));
    Ok(tokens.map(|(id, token)| row(&map, &key, id, token)).collect())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MasterKey {
    /// As Java calls it, with the hash at its end.
    #[serde(rename = "mAlgorithm")]
    algorithm: Text,
    #[serde(rename = "mEncryptedKey")]
    encrypted_key: EncryptedKey,
    #[serde(rename = "mIterations")]
    iterations: Text,
    #[serde(rename = "mSalt")]
    salt: SignedBytes,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EncryptedKey {
    #[serde(rename = "mCipher")]
    cipher: Text,
    #[serde(rename = "mCipherText")]
    cipher_text: SignedBytes,
    /// RFC 5084 §3.2 `GCMParameters` in DER.
    #[serde(rename = "mParameters")]
    parameters: SignedBytes,
    /// What the key is for, as Java calls it. It is authenticated, too.
    #[serde(rename = "mToken")]
    token: Text,
}

/// An entry holds its key as JSON in a text.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    key: Text,
}

impl MasterKey {
    fn open(self, password: &Passphrase) -> Result<Key, ReadError> {
        let algorithm = match self.algorithm.as_str() {
            "PBKDF2withHmacSHA512" => PBKDF2_HMAC_SHA512,
            "PBKDF2withHmacSHA256" => PBKDF2_HMAC_SHA256,
            "PBKDF2withHmacSHA1" => PBKDF2_HMAC_SHA1,
            _ => {
                return Err(unsupported(
                    "a key derivation that is not PBKDF2 with a known hash",
                ));
            }
        };
        let rounds = self
            .iterations
            .number()
            .ok_or_else(|| damaged("its rounds are no number"))?;
        let salt = self
            .salt
            .0
            .ok_or_else(|| damaged("its salt is no list of bytes"))?;
        let sealed = self.encrypted_key.parts()?;
        let key = pbkdf2(FORMAT, algorithm, password, &salt, rounds)?;
        // The cipher does not tell a wrong key from a changed text.
        let master = sealed.open(&key).ok_or(ReadError::PasswordWrong(FORMAT))?;
        Ok(Zeroizing::new(exactly(FORMAT, "the master key", &master)?))
    }
}

/// What AES-GCM takes.
struct Sealed {
    nonce: [u8; 12],
    associated: Text,
    text: Zeroizing<Vec<u8>>,
}

impl EncryptedKey {
    fn parts(self) -> Result<Sealed, ReadError> {
        if self.cipher.as_str() != "AES/GCM/NoPadding" {
            return Err(unsupported("a cipher that is not AES-GCM"));
        }
        let parameters = self.parameters.0;
        let nonce = parameters.as_deref().and_then(|parameters| nonce(parameters));
        Ok(Sealed {
            nonce: nonce.ok_or_else(|| unsupported("a cipher with other parameters"))?,
            associated: self.token,
            text: self
                .cipher_text
                .0
                .ok_or_else(|| damaged("a ciphertext is no list of bytes"))?,
        })
    }
}

impl Sealed {
    fn open(&self, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        open_gcm(key, &self.nonce, self.associated.as_str().as_bytes(), &self.text)
    }
}

/// `SEQUENCE { OCTET STRING nonce, INTEGER 16 }`. A tag of 16 bytes is all there is.
fn nonce(parameters: &[u8]) -> Option<[u8; 12]> {
    let nonce = parameters
        .strip_prefix(&[0x30, 17, 0x04, 12])?
        .strip_suffix(&[0x02, 1, 16])?;
    nonce.try_into().ok()
}

fn row(map: &BTreeMap<Rc<str>, Rc<str>>, key: &Key, id: &str, token: &str) -> Result<Parsed, Skipped> {
    let Ok(mut token) = json::parse::<Token>(FORMAT, token.as_bytes()) else {
        return Err(Skipped {
            label: Label {
                issuer: None,
                name: id.to_owned(),
            },
            error: OtpauthError::MissingSecret,
        });
    };
    let (secret, algorithm) = map.get(id).and_then(|entry| secret(entry, key)).unzip();
    token.secret = SignedBytes(secret);
    token.row(Counter::Next, algorithm.as_deref().unwrap_or_default())
}

/// The secret of an entry and the hash that it is for; nothing when it does not open.
fn secret(entry: &str, key: &Key) -> Option<(Zeroizing<Vec<u8>>, String)> {
    let entry: Entry = json::parse(FORMAT, entry.as_bytes()).ok()?;
    let sealed: EncryptedKey = json::parse(FORMAT, entry.key.as_str().as_bytes()).ok()?;
    // The app makes codes with the hash that the key is for, also where the token names none.
    let algorithm = sealed.token.as_str().trim_start_matches("Hmac").to_owned();
    let secret = sealed.parts().ok()?.open(key)?;
    Some((secret, algorithm))
}

fn damaged(reason: &str) -> ReadError {
    ReadError::Damaged {
        format: FORMAT,
        reason: reason.to_owned(),
    }
}

fn unsupported(what: &str) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        what: what.to_owned(),
    }
}
