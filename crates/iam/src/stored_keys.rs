//! Access keys kept in the store, each under a name.

use lockstep_device::authenticator::Authenticator;
use lockstep_device::store::seeds::CredentialsName;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::keys::{KeyError, KeyPair};

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
