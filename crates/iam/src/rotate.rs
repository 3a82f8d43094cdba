//! Rotating: a new device takes the place of an old one, without a moment in which none works. A session made with the old
//! one enables the new one; only when that works is the old one taken away.

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::view::AccountEdit;
use lockstep_device::serial::SerialNumber;

use crate::elevation::{Elevation, own_device};
use crate::enrol::run;
use crate::enrol::{EnrolRequest, Enrolled, Verified};
use crate::error::Error;
use crate::journal::{self, Deed, Entry, Other};
use crate::name::{DevicePath, Tag, UserName};
use crate::note::{Note, cause};
use crate::retire::{self, PATIENCE, Retired, TURN};
use crate::work::{Held, Progress, Work};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The new device.
    pub enrolled: Enrolled,
    /// The old one.
    pub retired: Retired,
}

/// Replaces the device by a new one. Its account's tags, note, pin and place go over to the new one's.
pub fn rotate(work: &Work<'_>, old: &Held, user: &UserName, verify: bool) -> Result<Rotated, Error> {
    work.require_account(&old.serial)?;
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    if let Some(rotated) = finish(work, old, user)? {
        return Ok(rotated);
    }
    retire::finish_open(work, None)?;
    if let Some((entry, old)) = begun(work, &old.serial)? {
        let elevation = Elevation::new(work, Some(user), own_device(work, user, Some(&old)));
        if let Some(held) = run::recover(work, &elevation, &entry)? {
            let rotated = go_on(work, &elevation, entry, &held, verify)?;
            return Ok(Rotated {
                enrolled: Enrolled {
                    resumed: true,
                    ..rotated.enrolled
                },
                ..rotated
            });
        }
    }
    let elevation = Elevation::new(work, Some(user), Some(old.clone()));
    if work.is_self(user) && work.connection.caller().has_own_keys() {
        // First of all, while nothing has changed: does AWS take a code of the old one?
        elevation.session()?;
    }
    let request = EnrolRequest {
        user: Some(user.clone()),
        path: path_of(&old.serial),
        tags: tags_of(work, &elevation, &old.serial),
        verify,
        ..EnrolRequest::default()
    };
    let replaces = Other {
        serial: old.serial.clone(),
        local: old.account.clone(),
    };
    let (entry, held) = run::make(work, &elevation, user, &request, Some(&replaces))?;
    go_on(work, &elevation, entry, &held, verify)
}

/// From a new device whose seed is here to the old one's end.
pub(crate) fn go_on(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    entry: Entry,
    new: &Held,
    verify: bool,
) -> Result<Rotated, Error> {
    let Some(old) = replaced(&entry).cloned() else {
        return Err(Error::NotBound(entry.serial.to_string()));
    };
    let enrolled = run::bring_to_work(work, elevation, entry, new, verify)?;
    if let Verified::Failed(why) = &enrolled.verified {
        // The old one still works, and stays; the new one goes.
        let entry = retire::retirement(
            work,
            &new.serial,
            &enrolled.user,
            Deed::of_taking_back(new.account.clone()),
        )?;
        retire::carry_out(work, elevation, &entry)?;
        return Err(Error::CodeRejected {
            serial: new.serial.to_string(),
            attempts: 1,
            known: format!("{}; the old device is untouched", why.message),
        });
    }
    take_over(work, &old.local, &new.account)?;
    let deed = Deed::Retire {
        local: Some(old.local),
        purge: false,
        successor: Some(Other {
            serial: new.serial.clone(),
            local: new.account.clone(),
        }),
    };
    let retirement = retire::retirement(work, &old.serial, &enrolled.user, deed)?;
    // The old one's entry stands now, so that the new one's may go.
    journal::finish(work.authenticator, &new.serial)?;
    let retired = retire::carry_out(work, elevation, &retirement)?;
    Ok(Rotated { enrolled, retired })
}

/// A rotation that broke off, with the device that it replaces. Whether a person names the old one or the new one, it is
/// the same rotation.
fn begun(work: &Work<'_>, named: &SerialNumber) -> Result<Option<(Entry, SerialNumber)>, Error> {
    let entries = journal::entries(work.authenticator)?.into_iter();
    let mut rotations = entries.filter_map(|entry| {
        let old = replaced(&entry)?.serial.clone();
        Some((entry, old))
    });
    Ok(rotations.find(|(entry, old)| old == named || entry.serial == *named))
}

/// A rotation of which nothing is left to do but to retire the old device.
fn finish(work: &Work<'_>, old: &Held, user: &UserName) -> Result<Option<Rotated>, Error> {
    let open = journal::entries(work.authenticator)?
        .into_iter()
        .find(|entry| entry.serial == old.serial && entry.user == *user);
    let Some(entry) = open else {
        return Ok(None);
    };
    let Deed::Retire {
        successor: Some(new), ..
    } = &entry.deed
    else {
        return Ok(None);
    };
    let enrolled = Enrolled {
        serial: new.serial.clone(),
        user: user.clone(),
        account: entry.account.clone(),
        local: new.local.clone(),
        verified: Verified::ByListing,
        resumed: true,
    };
    let elevation = Elevation::new(work, Some(user), own_device(work, user, Some(&old.serial)));
    let retired = retire::carry_out(work, &elevation, &entry)?;
    Ok(Some(Rotated { enrolled, retired }))
}

/// The device that an enrolment replaces.
pub(crate) fn replaced(entry: &Entry) -> Option<&Other> {
    match &entry.deed {
        Deed::Enrol { replaces, .. } => replaces.as_ref(),
        Deed::Retire { .. } | Deed::Orphan => None,
    }
}

/// What a person hung on the old account, and its place in the list.
fn take_over(work: &Work<'_>, old: &AccountId, new: &AccountId) -> Result<(), Error> {
    let Ok(before) = work.authenticator.account(old) else {
        return Ok(());
    };
    work.authenticator.edit(
        new,
        AccountEdit {
            issuer: before.issuer,
            name: Some(before.name),
            tags: Some(before.tags),
            note: Some(before.note),
            pinned: Some(before.pinned),
        },
    )?;
    Ok(work.authenticator.move_before(new, Some(old))?)
}

fn path_of(serial: &SerialNumber) -> DevicePath {
    let path = serial.virtual_device().map(|device| device.path.to_owned());
    path.and_then(|path| DevicePath::try_from(path).ok())
        .unwrap_or_default()
}

/// The old device's tags, for the new one; not being allowed to see them stops nothing.
fn tags_of(work: &Work<'_>, elevation: &Elevation<'_>, serial: &SerialNumber) -> Vec<Tag> {
    match elevation.ask(|api| api.list_mfa_device_tags(serial)) {
        Ok(tags) => tags,
        Err(error) => {
            work.tell(&Progress::Note(Note::TagsUnknown(cause(error))));
            vec![]
        }
    }
}
