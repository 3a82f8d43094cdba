//! The first half: IAM makes a device, and its seed goes into the store.

use lockstep_device::account::{Label, NewAccount};
use lockstep_device::otp::params::OtpParams;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::connection::Connection;
use crate::device::{CreatedDevice, MfaDevice, virtual_serial};
use crate::elevation::Elevation;
use crate::enrol::EnrolRequest;
use crate::enrol::undo::take_away;
use crate::error::Error;
use crate::journal::{self, Deed, Entry, Other};
use crate::name::{DeviceName, UserName};
use crate::retire::{self, find_virtual};
use crate::work::{Held, Work};

/// Asks IAM for a device, under a fresh name each time, and under the user's own where only that is allowed.
pub(super) fn create(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    user: &UserName,
    request: &EnrolRequest,
    replaces: Option<&Other>,
) -> Result<(Entry, CreatedDevice), Error> {
    let mut name = match &request.name {
        Some(name) => name.clone(),
        None => DeviceName::fresh(user).ok_or(Error::NoRandomness)?,
    };
    let mut is_fresh = request.name.is_none();
    if !is_fresh {
        clear_the_way(work, elevation, user, request, &name)?;
    }
    for _ in 0..CREATE_TRIES {
        let entry = plan(work, user, request, &name, replaces.cloned())?;
        work.reach("about to create")?;
        match elevation.ask(|api| api.create_virtual_mfa_device(&name, &request.path)) {
            Ok(device) => {
                work.reach("created")?;
                return Ok((named_by_iam(work, entry, &device)?, device));
            }
            Err(Error::Failure(failure)) => match failure {
                Failure::Denied { .. } if is_fresh => {
                    journal::finish(work.authenticator, &entry.serial)?;
                    name = DeviceName::from(user);
                    is_fresh = false;
                    match clear_the_way(work, elevation, user, request, &name) {
                        // Who may not even look is told what was missing first.
                        Err(Error::Failure(Failure::Denied { .. })) => return Err(failure.into()),
                        cleared => cleared?,
                    }
                    continue;
                }
                // Somebody else's: Create is never sent twice by itself, so that an answer of ours cannot be lost here.
                Failure::Exists { .. } => {
                    journal::finish(work.authenticator, &entry.serial)?;
                    return Err(Error::DeviceExists(entry.serial.to_string()));
                }
                Failure::Unusable { .. } => {
                    take_away(work, elevation, &entry.serial)?;
                    return Err(failure.into());
                }
                Failure::Unknown { reason } => look_after(work, elevation, &entry.serial, &reason)?,
                failure => {
                    journal::finish(work.authenticator, &entry.serial)?;
                    return Err(failure.into());
                }
            },
            Err(error) => {
                journal::finish(work.authenticator, &entry.serial)?;
                return Err(error);
            }
        }
        if is_fresh {
            name = DeviceName::fresh(user).ok_or(Error::NoRandomness)?;
        }
    }
    Err(Error::OutcomeUnknown {
        what: "creating the device".to_owned(),
        why: format!("no answer came {CREATE_TRIES} times"),
    })
}

/// Puts the seed into the store, bound to its serial number. Where that fails the device goes, too.
pub(super) fn store(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    entry: &Entry,
    device: CreatedDevice,
) -> Result<Held, Error> {
    let serial = device.serial.clone();
    let account = account_of(work.connection, &entry.user, device);
    match work.authenticator.add(account) {
        Ok(added) => {
            work.reach("stored")?;
            let account = added.id.ok_or_else(|| Error::NotBound(serial.to_string()))?;
            Ok(Held { serial, account })
        }
        Err(error) => {
            take_away(work, elevation, &serial)?;
            Err(error.into())
        }
    }
}

/// The account of a device that was just made for this user, called as AWS's own QR codes call it.
pub(crate) fn account_of(connection: &Connection, user: &UserName, device: CreatedDevice) -> NewAccount {
    let place = connection.alias().unwrap_or(&connection.caller().account);
    NewAccount {
        label: Label {
            issuer: Some(ISSUER.to_owned()),
            name: format!("{user}@{place}"),
        },
        params: OtpParams::DEFAULT_TOTP,
        seed: device.seed,
        tags: vec![],
        note: String::new(),
        aws: Some(connection.binding(device.serial)),
    }
}

fn plan(
    work: &Work<'_>,
    user: &UserName,
    request: &EnrolRequest,
    name: &DeviceName,
    replaces: Option<Other>,
) -> Result<Entry, Error> {
    let caller = work.connection.caller();
    let serial = virtual_serial(&caller.partition, &caller.account, &request.path, name)
        .ok_or(Error::DeviceNameTooLong)?;
    let entry = Entry {
        serial,
        user: user.clone(),
        account: caller.account.clone(),
        begun: work.service_time()?,
        deed: Deed::Enrol {
            tags: request.tags.clone(),
            replaces,
            enabled: false,
        },
    };
    journal::write(work.authenticator, entry.clone())?;
    Ok(entry)
}

/// IAM has the last word on the serial number.
fn named_by_iam(work: &Work<'_>, entry: Entry, device: &CreatedDevice) -> Result<Entry, Error> {
    if device.serial == entry.serial {
        return Ok(entry);
    }
    let named = Entry {
        serial: device.serial.clone(),
        ..entry.clone()
    };
    journal::write(work.authenticator, named.clone())?;
    journal::finish(work.authenticator, &entry.serial)?;
    Ok(named)
}

/// A name that is not fresh may be somebody's: looked at before anything is asked for.
fn clear_the_way(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    user: &UserName,
    request: &EnrolRequest,
    name: &DeviceName,
) -> Result<(), Error> {
    let caller = work.connection.caller();
    let serial = virtual_serial(&caller.partition, &caller.account, &request.path, name)
        .ok_or(Error::DeviceNameTooLong)?;
    match work.patiently(|| find_virtual(work, &serial))? {
        None => Ok(()),
        Some(_) if !request.replace => Err(Error::DeviceExists(serial.to_string())),
        Some(MfaDevice {
            user: Some(owner), ..
        }) if owner != *user => Err(Error::DeviceAssigned {
            serial: serial.to_string(),
            owner: owner.to_string(),
        }),
        Some(_) => {
            let local = work.account_of(&serial).map(|account| account.id);
            let entry = retire::retirement(work, &serial, user, Deed::of_retiring(local))?;
            retire::carry_out(work, elevation, &entry)?;
            Ok(())
        }
    }
}

/// No answer came to Create: whatever it made has no seed here, and goes.
fn look_after(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    serial: &SerialNumber,
    why: &str,
) -> Result<(), Error> {
    match work.patiently(|| find_virtual(work, serial)) {
        Ok(Some(MfaDevice {
            user: Some(owner), ..
        })) => Err(Error::DeviceAssigned {
            serial: serial.to_string(),
            owner: owner.to_string(),
        }),
        // It may have been made and not be listed yet: deleting what is not there does no harm.
        Ok(_) => take_away(work, elevation, serial),
        Err(failure) => Err(Error::OutcomeUnknown {
            what: "creating the device".to_owned(),
            why: format!("{why}; and looking for it: {failure}"),
        }),
    }
}

/// What AWS's own QR codes call the issuer.
const ISSUER: &str = "Amazon Web Services";

/// How often Create is asked for when its answer is lost.
const CREATE_TRIES: u32 = 3;
