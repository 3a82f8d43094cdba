//! The way back: what was made and will not work is deleted, or left to somebody who may delete it.

use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::device::MfaDevice;
use crate::elevation::Elevation;
use crate::error::Error;
use crate::journal::{self, Deed, Entry};
use crate::note::{Note, cause};
use crate::retire::{self, find_virtual};
use crate::work::{Held, Progress, Step, Work};

/// Deletes a device that nobody has the seed of.
pub(crate) fn take_away(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    serial: &SerialNumber,
) -> Result<(), Error> {
    let delete = || elevation.ask(|api| api.delete_virtual_mfa_device(serial));
    let outcome = match delete() {
        Err(Error::Failure(Failure::Unknown { .. })) => delete(),
        outcome => outcome,
    };
    match outcome {
        Ok(()) | Err(Error::Failure(Failure::Absent { .. })) => journal::finish(work.authenticator, serial),
        Err(Error::Failure(failure)) if failure.is_denial() => {
            let is_known = journal::entries(work.authenticator)?
                .iter()
                .any(|entry| entry.serial == *serial && entry.deed == Deed::Orphan);
            // One that was only just made may not be listed yet.
            if is_known && matches!(work.patiently(|| find_virtual(work, serial)), Ok(None)) {
                // Somebody who may has deleted it.
                return journal::finish(work.authenticator, serial);
            }
            leave_orphan(work, serial)?;
            work.tell(&Progress::Note(Note::MadeAndLeftBehind(
                serial.clone(),
                cause(failure),
            )));
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Remembers a device that somebody else has to delete.
fn leave_orphan(work: &Work<'_>, serial: &SerialNumber) -> Result<(), Error> {
    let mine = journal::entries(work.authenticator)?
        .into_iter()
        .find(|entry| entry.serial == *serial);
    if let Some(entry) = mine {
        journal::write(
            work.authenticator,
            Entry {
                deed: Deed::Orphan,
                ..entry
            },
        )?;
    }
    Ok(())
}

/// Takes an enrolment back that will not succeed. What cannot be reached now stays in the journal for the next run.
pub(super) fn give_up(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    entry: &Entry,
    held: &Held,
    why: Error,
) -> Error {
    if matches!(
        why,
        Error::OutcomeUnknown { .. }
            | Error::Failure(
                Failure::Unknown { .. }
                    | Failure::NoAnswer { .. }
                    | Failure::Unreachable { .. }
                    | Failure::Expired { .. }
            )
            // Making the session for it failed: that says nothing about the device.
            | Error::CodeRejected { .. }
            | Error::AttemptsSpent { .. }
            | Error::Device(_)
            | Error::PlannedFault(_)
    ) {
        return why;
    }
    match take_back(work, elevation, entry, held) {
        Ok(()) => why,
        Err(Error::Failure(failure)) if failure.is_denial() => {
            let left = leave_behind(work, entry, held);
            let noted = left.map_or_else(|error| format!("; and noting that: {error}"), |()| String::new());
            Error::OrphanLeft {
                serial: entry.serial.to_string(),
                why: format!("{why}; and deleting it: {failure}{noted}"),
            }
        }
        // It stays in the journal with its seed here: the next run, or `doctor`, goes on from there.
        Err(error) => Error::OutcomeUnknown {
            what: "taking the enrolment back".to_owned(),
            why: format!("{why}; and deleting the device: {error}"),
        },
    }
}

/// Deletes a device that was never enabled, and its account: in this order, since IAM deletes no device that is somebody's.
fn take_back(work: &Work<'_>, elevation: &Elevation<'_>, entry: &Entry, held: &Held) -> Result<(), Error> {
    let deleted = work.step(Step::Delete, || {
        work.reach("about to take back")?;
        let delete = || elevation.ask(|api| api.delete_virtual_mfa_device(&held.serial));
        match delete() {
            Err(Error::Failure(Failure::Unknown { .. })) => delete(),
            outcome => outcome,
        }
    });
    match deleted {
        Ok(()) | Err(Error::Failure(Failure::Absent { .. })) => {}
        Err(error) => return Err(error),
    }
    // From here on only the account is to go, whenever that may be.
    let deed = Deed::of_taking_back(held.account.clone());
    retire::retirement(work, &entry.serial, &entry.user, deed)?;
    work.reach("taken back")?;
    drop_account(work, held)?;
    journal::finish(work.authenticator, &entry.serial)
}

/// The device stays for somebody else to delete. Its seed goes only when it is certain that the device is nobody's.
fn leave_behind(work: &Work<'_>, entry: &Entry, held: &Held) -> Result<(), Error> {
    match work.patiently(|| find_virtual(work, &held.serial)) {
        Ok(Some(MfaDevice { user: None, .. })) => {
            leave_orphan(work, &entry.serial)?;
            drop_account(work, held)
        }
        Ok(None) => {
            drop_account(work, held)?;
            journal::finish(work.authenticator, &entry.serial)
        }
        Ok(Some(_)) | Err(_) => Ok(()),
    }
}

fn drop_account(work: &Work<'_>, held: &Held) -> Result<(), Error> {
    work.authenticator.remove(&held.account)?;
    Ok(work.authenticator.purge(&held.account)?)
}
