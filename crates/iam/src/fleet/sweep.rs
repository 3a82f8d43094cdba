//! Sweeping: virtual devices that are nobody's are shown, and deleted when that is wanted. Never one that something under way
//! needs, and never one that became somebody's meanwhile.

use std::collections::HashSet;

use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::elevation::ask;
use crate::error::Error;
use crate::journal::{self, Deed};
use crate::retire::{PATIENCE, TURN, close};
use crate::work::Work;

/// A virtual device that is nobody's. How long it has been so, AWS does not say: one that somebody is enrolling at this moment
/// looks the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Why it is left alone; nothing when it may go.
    pub kept: Option<Kept>,
}

/// Why a device that is nobody's stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Something that was begun on this machine needs it.
    UnderWay,
    /// An account here is this device, so that it can be enabled again.
    SeedHere,
}

/// What became of a device.
#[derive(Debug)]
pub struct Swept {
    /// Its serial number.
    pub serial: SerialNumber,
    /// How it ended.
    pub outcome: Result<SweepOutcome, Error>,
}

/// How sweeping a device ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepOutcome {
    /// It is deleted.
    Deleted,
    /// It was deleted already.
    Gone,
    /// It is somebody's now.
    Assigned,
    /// It stays.
    Kept(Kept),
}

/// The devices that are nobody's. `needed` are the serial numbers that fleets' runs need, which the journal does not know.
pub fn plan(work: &Work<'_>, needed: &[SerialNumber]) -> Result<Vec<Orphan>, Error> {
    let listed = ask(work, None, |api| {
        api.list_virtual_mfa_devices(Assignment::Unassigned)
    })?;
    let under_way = under_way(work, needed)?;
    let orphans = listed
        .into_iter()
        // Root's device has no user with a name, and is enabled.
        .filter(|device| device.user.is_none() && device.enabled.is_none());
    Ok(orphans
        .map(|device| Orphan {
            kept: kept(work, &under_way, &device.serial),
            serial: device.serial,
        })
        .collect())
}

/// Deletes those of a plan that may go. Each is looked at again: what became somebody's since the plan was shown stays.
pub fn apply(work: &Work<'_>, orphans: &[Orphan], needed: &[SerialNumber]) -> Result<Vec<Swept>, Error> {
    // Nothing begins on this machine while devices are deleted.
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    work.authenticator.refresh()?;
    let listed = ask(work, None, |api| api.list_virtual_mfa_devices(Assignment::Any))?;
    let under_way = under_way(work, needed)?;
    let outcome = |orphan: &Orphan| {
        let kept = orphan.kept.or_else(|| kept(work, &under_way, &orphan.serial));
        if let Some(kept) = kept {
            return Ok(SweepOutcome::Kept(kept));
        }
        match listed.iter().find(|device| device.serial == orphan.serial) {
            None => Ok(gone(work, &orphan.serial)),
            Some(device) if device.user.is_some() || device.enabled.is_some() => Ok(SweepOutcome::Assigned),
            Some(_) => delete(work, &orphan.serial),
        }
    };
    Ok(orphans
        .iter()
        .map(|orphan| Swept {
            serial: orphan.serial.clone(),
            outcome: outcome(orphan),
        })
        .collect())
}

/// AWS refuses to delete what is somebody's, so that nothing is lost when it became so at the last moment.
fn delete(work: &Work<'_>, serial: &SerialNumber) -> Result<SweepOutcome, Error> {
    let once = || ask(work, None, |api| api.delete_virtual_mfa_device(serial));
    let answer = match once() {
        // Asking again is the same as looking whether it was done.
        Err(Error::Failure(Failure::Unknown { .. })) => once(),
        answer => answer,
    };
    match answer {
        Ok(()) => {
            close(work, serial);
            Ok(SweepOutcome::Deleted)
        }
        Err(Error::Failure(Failure::Absent { .. })) => Ok(gone(work, serial)),
        Err(Error::Failure(Failure::InUse { .. })) => Ok(SweepOutcome::Assigned),
        Err(error) => Err(error),
    }
}

/// A device that nobody could delete may be in the journal, to be remembered. It need not be any more.
fn gone(work: &Work<'_>, serial: &SerialNumber) -> SweepOutcome {
    close(work, serial);
    SweepOutcome::Gone
}

/// What was begun and is not finished, here and by whoever else was named. An orphan in the journal is waiting to be deleted.
fn under_way(work: &Work<'_>, needed: &[SerialNumber]) -> Result<HashSet<String>, Error> {
    let entries = journal::entries(work.authenticator)?.into_iter();
    let begun = entries.filter(|entry| entry.deed != Deed::Orphan);
    let serials = begun.map(|entry| entry.serial).chain(needed.iter().cloned());
    // IAM tells no two names apart by case.
    Ok(serials
        .map(|serial| serial.as_str().to_ascii_lowercase())
        .collect())
}

fn kept(work: &Work<'_>, under_way: &HashSet<String>, serial: &SerialNumber) -> Option<Kept> {
    if under_way.contains(&serial.as_str().to_ascii_lowercase()) {
        return Some(Kept::UnderWay);
    }
    work.account_of(serial).map(|_| Kept::SeedHere)
}
