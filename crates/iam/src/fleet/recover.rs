//! The lost phone: every device of a user goes.

use crate::api::failure::Failure;
use crate::device::MfaDevice;
use crate::elevation::ask;
use crate::error::Error;
use crate::name::UserName;
use crate::retire::retire;
use crate::work::Work;

/// The devices of somebody else. Fails with [`Error::OwnDevices`] for the caller's own: without the last one he is locked out.
pub fn devices_of(work: &Work<'_>, user: &UserName) -> Result<Vec<MfaDevice>, Error> {
    if work.is_self(user) {
        return Err(Error::OwnDevices(user.to_string()));
    }
    ask(work, None, |api| api.list_mfa_devices(user))
}

/// Takes these devices from their user, and deletes the virtual ones.
pub fn take(work: &Work<'_>, user: &UserName, devices: &[MfaDevice]) -> Result<(), Error> {
    for device in devices {
        match retire(work, &device.serial, user) {
            // Somebody else has done it meanwhile.
            Err(Error::Failure(Failure::Absent { .. })) => {}
            outcome => drop(outcome?),
        }
    }
    Ok(())
}
