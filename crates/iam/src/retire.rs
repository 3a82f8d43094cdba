//! Retiring: a device is taken from its user (IAM API: `DeactivateMFADevice`) and, when it is a virtual one, deleted (IAM
//! API: `DeleteVirtualMFADevice`). Each of these may have been done already, by us before a crash or by somebody else.

use std::time::Duration;

use lockstep_device::account::AccountId;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::device::{DeviceKind, MfaDevice, kind_of};
use crate::error::Error;
use crate::journal::{self, Deed, Entry};
use crate::ledger;
use crate::name::UserName;
use crate::session::{Elevation, held_devices};
use crate::work::{Held, Progress, Step, StepOutcome, Work};

/// What became of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Whose it was.
    pub user: UserName,
    /// Whether it was still assigned.
    pub deactivated: StepOutcome,
    /// Whether it was still there; left out for a device that is not a virtual one.
    pub deleted: StepOutcome,
    /// Its account here, which is in the trash now.
    pub discarded: Option<AccountId>,
}

/// Deeds on devices are done by one process at a time.
pub(crate) const TURN: &str = "aws.lock";

/// How long one waits for another's deed: it may wait for codes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// Takes the device from the user, and deletes it. Its account here goes to the trash.
pub fn retire(work: &Work<'_>, serial: &SerialNumber, user: &UserName) -> Result<Retired, Error> {
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let local = work.account_of(serial).map(|account| account.id);
    let elevation = Elevation::new(work, user, device_for(work, user, Some(serial)));
    carry_out(work, &elevation, &retirement(work, serial, user, local, false)?)
}

/// Takes the device from the user and leaves it at that.
pub fn deactivate(work: &Work<'_>, serial: &SerialNumber, user: &UserName) -> Result<StepOutcome, Error> {
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let elevation = Elevation::new(work, user, device_for(work, user, Some(serial)));
    deactivate_through(work, &elevation, serial, user)
}

/// Deletes a virtual device that is assigned to nobody.
pub fn delete(work: &Work<'_>, serial: &SerialNumber) -> Result<StepOutcome, Error> {
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let outcome = match work.connection.caller().user() {
        Some(user) => {
            let elevation = Elevation::new(work, user, device_for(work, user, None));
            delete_through(work, &elevation, serial)?
        }
        None => work.step(Step::Delete, || {
            gone(work.patiently(|| work.api().delete_virtual_mfa_device(serial)))
        })?,
    };
    if let Some(account) = work.account_of(serial) {
        work.authenticator.remove(&account.id)?;
    }
    journal::finish(work.authenticator, serial)?;
    Ok(outcome)
}

/// Writes down that the device is to go.
pub(crate) fn retirement(
    work: &Work<'_>,
    serial: &SerialNumber,
    user: &UserName,
    local: Option<AccountId>,
    purge: bool,
) -> Result<Entry, Error> {
    let entry = Entry {
        serial: serial.clone(),
        user: user.clone(),
        account: work.connection.caller().account.clone(),
        begun: work.service_time()?,
        deed: Deed::Retire { local, purge },
    };
    journal::write(work.authenticator, entry.clone())?;
    Ok(entry)
}

/// Does what a retirement's entry says, wherever it broke off before.
pub(crate) fn carry_out(work: &Work<'_>, elevation: &Elevation<'_>, entry: &Entry) -> Result<Retired, Error> {
    let Entry {
        serial, user, deed, ..
    } = entry;
    let (local, purge) = match deed {
        Deed::Retire { local, purge } => (local.clone(), *purge),
        Deed::Enrol { .. } | Deed::Orphan => (None, false),
    };
    let deactivated = abandon_when_refused(work, serial, deactivate_through(work, elevation, serial, user))?;
    let deleted = if kind_of(serial) == DeviceKind::Virtual {
        abandon_when_refused(work, serial, delete_through(work, elevation, serial))?
    } else {
        StepOutcome::Skipped
    };
    if let Some(account) = &local {
        discard(work, account, purge)?;
    }
    ledger::forget(work.authenticator, serial)?;
    journal::finish(work.authenticator, serial)?;
    Ok(Retired {
        serial: serial.clone(),
        user: user.clone(),
        deactivated,
        deleted,
        discarded: local.filter(|_| !purge),
    })
}

/// A retirement that AWS refuses outright is no longer under way: the device is as it was, for somebody else to retire.
fn abandon_when_refused(
    work: &Work<'_>,
    serial: &SerialNumber,
    outcome: Result<StepOutcome, Error>,
) -> Result<StepOutcome, Error> {
    if let Err(Error::Failure(
        Failure::Denied { .. }
        | Failure::MfaRequired { .. }
        | Failure::Refused { .. }
        | Failure::Other { .. },
    )) = &outcome
    {
        journal::finish(work.authenticator, serial)?;
    }
    outcome
}

fn deactivate_through(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    serial: &SerialNumber,
    user: &UserName,
) -> Result<StepOutcome, Error> {
    work.step(Step::Deactivate, || {
        work.reach("about to deactivate")?;
        let outcome = gone_unless(
            elevation.ask(|api| api.deactivate_mfa_device(user, serial)),
            // No answer came: ask again, which is the same as looking.
            || elevation.ask(|api| api.deactivate_mfa_device(user, serial)),
        )?;
        work.reach("deactivated")?;
        Ok(outcome)
    })
}

fn delete_through(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    serial: &SerialNumber,
) -> Result<StepOutcome, Error> {
    work.step(Step::Delete, || {
        work.reach("about to delete")?;
        let ask = || elevation.ask(|api| api.delete_virtual_mfa_device(serial));
        let outcome = gone_unless(ask(), ask)?;
        work.reach("deleted")?;
        Ok(outcome)
    })
}

/// Done, or done before; once more when it is not known.
fn gone_unless(
    outcome: Result<(), Error>,
    again: impl FnOnce() -> Result<(), Error>,
) -> Result<StepOutcome, Error> {
    let outcome = match outcome {
        Err(Error::Failure(Failure::Unknown { .. })) => again(),
        outcome => outcome,
    };
    match outcome {
        Ok(()) => Ok(StepOutcome::Done),
        Err(Error::Failure(Failure::Absent { .. })) => Ok(StepOutcome::Already),
        Err(error) => Err(error),
    }
}

fn gone(outcome: Result<(), Failure>) -> Result<StepOutcome, Error> {
    match outcome {
        Ok(()) => Ok(StepOutcome::Done),
        Err(Failure::Absent { .. }) => Ok(StepOutcome::Already),
        Err(failure) => Err(failure.into()),
    }
}

/// The account goes to the trash, or for good when it never worked.
fn discard(work: &Work<'_>, account: &AccountId, purge: bool) -> Result<(), Error> {
    use lockstep_device::error::Error as DeviceError;

    work.step(Step::Discard, || {
        let removed = work.authenticator.remove(account);
        let outcome = match (removed, purge) {
            (Ok(()), true) => work.authenticator.purge(account),
            (outcome, _) => outcome,
        };
        match outcome {
            // It was discarded before the crash.
            Err(DeviceError::UnknownAccount(_)) => Ok(()),
            outcome => Ok(outcome?),
        }
    })
}

/// The device to make a session with: the one in question when it is here, else any other of the user's that is.
pub(crate) fn device_for(work: &Work<'_>, user: &UserName, wanted: Option<&SerialNumber>) -> Option<Held> {
    if !work.is_self(user) || !work.connection.caller().has_own_keys() {
        return None;
    }
    let held = match held_devices(work, user) {
        Ok(held) => held,
        Err(failure) => {
            work.tell(&Progress::Note(format!(
                "the user's devices could not be listed: {failure}"
            )));
            return wanted.and_then(|serial| work.held(serial));
        }
    };
    let is_wanted = |device: &&Held| Some(&device.serial) == wanted;
    // A device that is no longer assigned may have a session that still lasts.
    held.iter()
        .find(is_wanted)
        .or(held.first())
        .cloned()
        .or_else(|| wanted.and_then(|serial| work.held(serial)))
}

/// A virtual device as IAM lists it; nothing when it is not there.
pub(crate) fn find_virtual(work: &Work<'_>, serial: &SerialNumber) -> Result<Option<MfaDevice>, Failure> {
    let devices = work.api().list_virtual_mfa_devices(Assignment::Any)?;
    Ok(devices.into_iter().find(|device| device.serial == *serial))
}
