//! A session with the Secret Service: what goes over the bus is enciphered for the two ends alone
//! (Secret Service API, "Transfer of Secrets", `dh-ietf1024-sha256-aes128-cbc-pkcs7`).

use oo7::{Key, crypto};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zeroize::Zeroizing;

use super::bus::{Bus, SERVICE_INTERFACE, SERVICE_PATH, refused};
use crate::store::seeds::StoreError;

/// An open session and its key, which is erased from memory when dropped.
pub(super) struct Session {
    path: OwnedObjectPath,
    key: Key,
}

/// `Secret` on the wire: session, parameters (the initialization vector), value, content type.
pub(super) type WireSecret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

impl Session {
    /// Agrees on a key with the service.
    pub(super) async fn open(bus: &Bus) -> Result<Self, StoreError> {
        let broken = |error: crypto::Error| refused(format!("no session key was agreed on ({error})"));
        let private = Key::generate_private_key().map_err(broken)?;
        let public = Key::generate_public_key(&private).map_err(broken)?;
        let body = (ALGORITHM, Value::from(public));
        let reply = bus
            .call(SERVICE_PATH, SERVICE_INTERFACE, "OpenSession", &body)
            .await?;
        let (theirs, path): (OwnedValue, OwnedObjectPath) = reply.read()?;
        let theirs = Vec::<u8>::try_from(theirs).map_err(|error| refused(error.to_string()))?;
        if theirs.is_empty() || theirs.len() > GROUP_BYTES {
            return Err(refused(format!("its session key has {} bytes", theirs.len())));
        }
        let key = Key::generate_aes_key(&private, &Key::new(theirs)).map_err(broken)?;
        Ok(Self { path, key })
    }

    /// The session's object path.
    pub(super) fn path(&self) -> &OwnedObjectPath {
        &self.path
    }

    /// Deciphers what the service sent.
    pub(super) fn decipher(&self, secret: &WireSecret) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let (_, parameters, value, _) = secret;
        if parameters.len() != IV_BYTES {
            return Err(refused(format!(
                "an item came with an initialization vector of {} bytes",
                parameters.len()
            )));
        }
        crypto::decrypt(value, &self.key, parameters)
            .map_err(|error| refused(format!("an item could not be deciphered ({error})")))
    }
}

const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";
const GROUP_BYTES: usize = 128;
const IV_BYTES: usize = 16;
