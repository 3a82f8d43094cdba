//! What is shared by the threads of a run.

use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::UnixTime;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::connection::Connection;
use crate::device::MfaDevice;
use crate::error::Error;
use crate::fleet::gate::Gate;
use crate::fleet::run_store::{Plan, RunStore};
use crate::name::UserName;
use crate::work::{Pace, Work};

/// Everything a run works with. Shared by its threads.
pub struct Fleet<'a> {
    /// The data folder and the store's key; accounts, where copies are kept.
    pub authenticator: &'a Authenticator,
    /// AWS, with an administrator's credentials.
    pub connection: &'a Connection,
    /// What the credentials' source is called, such as `profile work`: sessions are kept under it.
    pub source: &'a str,
    /// What passes the time.
    pub pace: &'a (dyn Pace + Sync),
    /// Where a test wants a run to break off.
    pub faults: Faults,
}

/// What is shared by the threads of a run.
pub(super) struct Running<'a> {
    pub(super) fleet: &'a Fleet<'a>,
    pub(super) gate: Gate<'a>,
    pub(super) store: RunStore,
    pub(super) plan: Plan,
    /// Who had a device when this began.
    pub(super) had: Vec<DeviceOf>,
    /// Passphrases take much memory to seal with: one at a time.
    pub(super) sealing: Mutex<()>,
    /// How many users in a row could not be enabled for want of a permission.
    pub(super) denied: AtomicUsize,
}

impl<'a> Fleet<'a> {
    /// The same with another connection.
    pub(super) fn through<'b>(&'b self, connection: &'b Connection) -> Fleet<'b>
    where
        'a: 'b,
    {
        Fleet {
            authenticator: self.authenticator,
            connection,
            source: self.source,
            pace: self.pace,
            faults: self.faults.clone(),
        }
    }

    /// For one thread.
    pub(super) fn work(&self) -> Work<'_> {
        Work {
            authenticator: self.authenticator,
            connection: self.connection,
            source: self.source,
            pace: self.pace,
            faults: self.faults.clone(),
            watch: &|_| (),
        }
    }
}

/// A virtual device that is somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeviceOf {
    pub(super) user: UserName,
    pub(super) serial: SerialNumber,
    pub(super) enabled: Option<UnixTime>,
}

/// Who has which virtual device.
pub(super) fn devices(gate: &Gate<'_>, fleet: &Fleet<'_>) -> Result<Vec<DeviceOf>, Error> {
    let listed = gate.ask(|| {
        fleet
            .connection
            .api()
            .list_virtual_mfa_devices(Assignment::Assigned)
    })?;
    Ok(listed.into_iter().filter_map(device_of).collect())
}

/// The same; where that may not be listed, nobody is known to have one.
pub(super) fn devices_if_told(gate: &Gate<'_>, fleet: &Fleet<'_>) -> Result<Vec<DeviceOf>, Error> {
    match devices(gate, fleet) {
        Err(Error::Failure(Failure::Denied { .. })) => Ok(vec![]),
        outcome => outcome,
    }
}

fn device_of(device: MfaDevice) -> Option<DeviceOf> {
    Some(DeviceOf {
        user: device.user?,
        serial: device.serial,
        enabled: device.enabled,
    })
}
