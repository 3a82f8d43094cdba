//! Retiring: a device is taken from its user (IAM API: `DeactivateMFADevice`) and, when it is a virtual one, deleted (IAM
//! API: `DeleteVirtualMFADevice`). Each of these may have been done already, by us before a crash or by somebody else.

use std::time::Duration;

use lockstep_device::account::AccountId;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::awaited::Awaited;
use crate::device::{DeviceKind, MfaDevice, kind_of};
use crate::elevation::{Elevation, own_device};
use crate::error::Error;
use crate::journal::{self, Deed, Entry};
use crate::ledger;
use crate::name::UserName;
use crate::note::{Note, cause};
use crate::session::{self, SessionKey};
use crate::work::{Progress, Step, StepOutcome, Work};

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
    work.require_account(serial)?;
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    finish_open(work, Some(serial))?;
    require_owner(work, serial, user)?;
    let local = work.account_of(serial).map(|account| account.id);
    let elevation = Elevation::new(work, Some(user), own_device(work, user, Some(serial)));
    carry_out(
        work,
        &elevation,
        &retirement(work, serial, user, Deed::of_retiring(local))?,
    )
}

/// Retirements that broke off are finished before anything else is begun; one that cannot be now stops nothing.
pub(crate) fn finish_open(work: &Work<'_>, but: Option<&SerialNumber>) -> Result<(), Error> {
    let account = &work.connection.caller().account;
    for entry in journal::entries(work.authenticator)? {
        let is_open = matches!(entry.deed, Deed::Retire { .. }) && entry.account == *account;
        if !is_open || Some(&entry.serial) == but {
            continue;
        }
        let elevation = Elevation::new(
            work,
            Some(&entry.user),
            own_device(work, &entry.user, Some(&entry.serial)),
        );
        if let Err(error) = carry_out(work, &elevation, &entry) {
            work.tell(&Progress::Note(Note::RetirementOpen(entry.serial, cause(error))));
        }
    }
    Ok(())
}

/// Takes the device from the user and leaves it at that.
pub fn deactivate(work: &Work<'_>, serial: &SerialNumber, user: &UserName) -> Result<StepOutcome, Error> {
    work.require_account(serial)?;
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let elevation = Elevation::new(work, Some(user), own_device(work, user, Some(serial)));
    deactivate_through(work, &elevation, serial, user)
}

/// Deletes a virtual device that is assigned to nobody.
pub fn delete(work: &Work<'_>, serial: &SerialNumber) -> Result<StepOutcome, Error> {
    work.require_account(serial)?;
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let device = work
        .connection
        .caller()
        .user()
        .and_then(|user| own_device(work, user, None));
    let elevation = Elevation::new(work, work.connection.caller().user(), device);
    let outcome = delete_through(work, &elevation, serial)?;
    if let Some(account) = work.account_of(serial) {
        work.authenticator.remove(&account.id)?;
    }
    journal::finish(work.authenticator, serial)?;
    Ok(outcome)
}

/// "Not this user's" must not pass for "retired already": a virtual device may be somebody else's, and of the other kinds
/// IAM lists only whose they are. What was begun before is gone on with.
fn require_owner(work: &Work<'_>, serial: &SerialNumber, user: &UserName) -> Result<(), Error> {
    if journal::entries(work.authenticator)?
        .iter()
        .any(|entry| entry.serial == *serial)
    {
        return Ok(());
    }
    if kind_of(serial) == DeviceKind::Virtual {
        return match work.patiently(|| find_virtual(work, serial)) {
            Ok(Some(MfaDevice {
                user: Some(owner), ..
            })) if owner != *user => Err(Error::DeviceAssigned {
                serial: serial.to_string(),
                owner: owner.to_string(),
            }),
            Ok(_) | Err(Failure::Denied { .. }) => Ok(()),
            Err(failure) => Err(failure.into()),
        };
    }
    match work.patiently(|| work.api().list_mfa_devices(user)) {
        Ok(devices) if devices.iter().all(|device| device.serial != *serial) => Err(Failure::Absent {
            message: format!("{serial} is no device of {user}"),
        }
        .into()),
        Ok(_) | Err(Failure::Denied { .. }) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

/// Writes down that the device is to go.
pub(crate) fn retirement(
    work: &Work<'_>,
    serial: &SerialNumber,
    user: &UserName,
    deed: Deed,
) -> Result<Entry, Error> {
    let entry = Entry {
        serial: serial.clone(),
        user: user.clone(),
        account: work.connection.caller().account.clone(),
        begun: work.service_time()?,
        deed,
    };
    journal::write(work.authenticator, entry.clone())?;
    Ok(entry)
}

/// Does what a retirement's entry says, wherever it broke off before.
pub(crate) fn carry_out(work: &Work<'_>, elevation: &Elevation<'_>, entry: &Entry) -> Result<Retired, Error> {
    let Entry {
        serial, user, deed, ..
    } = entry;
    let (local, purge, successor) = match deed {
        Deed::Retire {
            local,
            purge,
            successor,
        } => (local.clone(), *purge, successor.as_ref()),
        Deed::Enrol { .. } | Deed::Orphan => (None, false, None),
    };
    if let Some(new) = successor {
        // The new device's own entry may still be there when a rotation was killed between the two.
        journal::finish(work.authenticator, &new.serial)?;
    }
    let deactivated = abandon_when_refused(work, serial, deactivate_through(work, elevation, serial, user))?;
    let deleted = if kind_of(serial) == DeviceKind::Virtual {
        delete_or_leave(work, elevation, entry, deactivated)?
    } else {
        StepOutcome::Skipped
    };
    if let Some(account) = &local {
        discard(work, account, purge)?;
    }
    ledger::forget(work.authenticator, serial)?;
    // Sessions outlive their device at AWS, and need not outlive it here.
    session::forget(
        work.authenticator,
        &SessionKey::new(work.source, serial.as_str(), None),
    )?;
    if deleted != StepOutcome::Failed {
        close(work, serial);
    }
    Ok(Retired {
        serial: serial.clone(),
        user: user.clone(),
        deactivated,
        deleted,
        discarded: local.filter(|_| !purge),
    })
}

/// Deletes a device that is taken from its user. Many policies do not allow it: the device is then nobody's, and stays for
/// somebody who may delete it; for its user it is gone.
fn delete_or_leave(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    entry: &Entry,
    deactivated: StepOutcome,
) -> Result<StepOutcome, Error> {
    let serial = &entry.serial;
    let mut outcome = delete_through(work, elevation, serial);
    for pause in UNTIL_FREE {
        // IAM may take a moment to see what it has just done itself.
        let in_use = matches!(outcome, Err(Error::Failure(Failure::InUse { .. })));
        if !in_use || deactivated != StepOutcome::Done {
            break;
        }
        work.wait(pause, Awaited::FreeDevice);
        outcome = delete_through(work, elevation, serial);
    }
    match outcome {
        Err(Error::Failure(failure)) if failure.is_denial() => {
            journal::write(
                work.authenticator,
                Entry {
                    deed: Deed::Orphan,
                    ..entry.clone()
                },
            )?;
            work.tell(&Progress::Note(Note::LeftBehind(serial.clone(), cause(failure))));
            Ok(StepOutcome::Failed)
        }
        outcome => abandon_when_refused(work, serial, outcome),
    }
}

/// Takes the entry of a finished deed out. When that fails the deed is finished all the same, and whoever finds the entry
/// finds nothing left to do.
pub(crate) fn close(work: &Work<'_>, serial: &SerialNumber) {
    if let Err(error) = journal::finish(work.authenticator, serial) {
        work.tell(&Progress::Note(Note::StillListed(cause(error))));
    }
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
        | Failure::InUse { .. }
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
    let is_gone = || {
        let devices = work.patiently(|| work.api().list_mfa_devices(user))?;
        Ok(devices.iter().all(|device| device.serial != *serial))
    };
    work.step(Step::Deactivate, || {
        work.reach("about to deactivate")?;
        let outcome = done_or_gone(
            || elevation.ask(|api| api.deactivate_mfa_device(user, serial)),
            is_gone,
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
        let outcome = done_or_gone(
            || elevation.ask(|api| api.delete_virtual_mfa_device(serial)),
            || Ok(work.patiently(|| find_virtual(work, serial))?.is_none()),
        )?;
        work.reach("deleted")?;
        Ok(outcome)
    })
}

/// Done, or done before. Once more when no answer came, which is the same as looking; and where it is denied, a look
/// whether there is anything left to be denied.
fn done_or_gone(
    ask: impl Fn() -> Result<(), Error>,
    is_gone: impl FnOnce() -> Result<bool, Failure>,
) -> Result<StepOutcome, Error> {
    let outcome = match ask() {
        Err(Error::Failure(Failure::Unknown { .. })) => ask(),
        outcome => outcome,
    };
    match outcome {
        Ok(()) => Ok(StepOutcome::Done),
        Err(Error::Failure(Failure::Absent { .. })) => Ok(StepOutcome::Already),
        Err(Error::Failure(failure)) if failure.is_denial() => match is_gone() {
            Ok(true) => Ok(StepOutcome::Already),
            Ok(false) | Err(_) => Err(failure.into()),
        },
        Err(error) => Err(error),
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

/// A virtual device as IAM lists it; nothing when it is not there.
pub(crate) fn find_virtual(work: &Work<'_>, serial: &SerialNumber) -> Result<Option<MfaDevice>, Failure> {
    let devices = work.api().list_virtual_mfa_devices(Assignment::Any)?;
    Ok(devices.into_iter().find(|device| is_same(&device.serial, serial)))
}

/// IAM tells no two names apart by case.
fn is_same(one: &SerialNumber, other: &SerialNumber) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

/// How long is waited for IAM to see that a device is free.
const UNTIL_FREE: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
