//! Devices as they are named on the command line.

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::query::QueryError;
use lockstep_device::authenticator::show::Place;
use lockstep_device::authenticator::view::AccountView;
use lockstep_device::error::Error as DeviceError;
use lockstep_device::serial::SerialNumber;
use lockstep_iam::error::Error;
use lockstep_iam::session::serial_of;
use lockstep_iam::work::{self, Held};

use crate::error::CliError;
use crate::report::label;

/// A device, and its account where that is here.
pub(super) struct NamedDevice {
    pub(super) serial: SerialNumber,
    pub(super) account: Option<AccountId>,
}

/// The device that `text` names: an account here that is bound to one, or a serial number. An ARN is taken as it is: a
/// part of another device's would be a wrong one.
pub(super) fn device(authenticator: &Authenticator, text: &str) -> Result<NamedDevice, CliError> {
    if is_arn(text) {
        return Ok(match work::held_of_serial(authenticator, text) {
            Some(held) => held.into(),
            None => NamedDevice {
                serial: serial(text)?,
                account: None,
            },
        });
    }
    match authenticator.find(text, Place::Live) {
        Ok(account) => Ok(held_of(&account)?.into()),
        Err(DeviceError::Query(QueryError::NotFound { .. })) => Ok(NamedDevice {
            serial: hardware(text)?,
            account: None,
        }),
        Err(error) => Err(error.into()),
    }
}

/// The device of the account that `query` names.
pub(super) fn held(authenticator: &Authenticator, query: &str) -> Result<Held, CliError> {
    if is_arn(query) {
        return Ok(held_of_serial(authenticator, query)?);
    }
    held_of(&authenticator.find(query, Place::Live)?)
}

/// The account here that is the device of this serial number.
pub(super) fn held_of_serial(authenticator: &Authenticator, serial: &str) -> Result<Held, Error> {
    work::held_of_serial(authenticator, serial).ok_or_else(|| Error::DeviceNotHere(serial.to_owned()))
}

/// The only account here that is a device in AWS.
pub(super) fn only_bound(authenticator: &Authenticator) -> Result<Held, CliError> {
    let mut devices = work::bound(authenticator);
    match (devices.len(), devices.pop()) {
        (1, Some(device)) => Ok(device),
        (count, _) => Err(CliError::DeviceUnclear(count)),
    }
}

pub(super) fn serial(text: &str) -> Result<SerialNumber, Error> {
    Ok(SerialNumber::try_from(text.to_owned())?)
}

/// The serial number printed on a token: letters and digits. A mistyped name must not pass for one, since what is not
/// there counts as retired already.
fn hardware(text: &str) -> Result<SerialNumber, Error> {
    let printed = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if printed && text.bytes().any(|byte| byte.is_ascii_digit()) {
        serial(text)
    } else {
        Err(Error::UnknownDevice(text.to_owned()))
    }
}

fn is_arn(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("arn:"))
}

fn held_of(account: &AccountView) -> Result<Held, CliError> {
    let called = label(account.issuer.as_deref(), &account.name);
    Ok(Held {
        serial: serial_of(account.serial.as_deref(), &called)?,
        account: account.id.clone(),
    })
}

impl From<Held> for NamedDevice {
    fn from(held: Held) -> Self {
        Self {
            serial: held.serial,
            account: Some(held.account),
        }
    }
}
