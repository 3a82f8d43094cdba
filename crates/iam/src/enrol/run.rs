//! The deed from end to end, and where it is taken up again.

use std::time::Duration;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::otp::Code;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::awaited::Awaited;
use crate::caller::Principal;
use crate::device::MfaDevice;
use crate::elevation::Elevation;
use crate::enrol::create::{create, store};
use crate::enrol::enable::enable;
use crate::enrol::undo::{give_up, take_away};
use crate::enrol::{EnrolRequest, Enrolled, Verified};
use crate::error::Error;
use crate::journal::{self, Deed, Entry, Other};
use crate::ledger;
use crate::name::{Tag, UserName};
use crate::note::{Note, cause};
use crate::retire::{self, PATIENCE, TURN, find_virtual};
use crate::session::{self, SessionDuration, Wanted};
use crate::work::{Held, Progress, Step, StepOutcome, Work};

/// Enrols a device, or goes on with one that was begun for this user. The caller tells the person and then calls
/// [`acknowledge`].
pub fn enrol(work: &Work<'_>, request: &EnrolRequest) -> Result<Enrolled, Error> {
    if work.connection.caller().principal == Principal::Root && request.user.is_none() {
        return Err(Error::Root);
    }
    let user = work.user(request.user.as_ref())?;
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    retire::finish_open(work, None)?;
    let present = devices_of(work, &user)?;
    let elevation = elevation(work, &user, &present)?;
    if let Some(resumed) = take_up(work, &elevation, &user, request)? {
        return Ok(resumed);
    }
    if present.len() >= DEVICES_PER_USER {
        return Err(Failure::Limit {
            message: format!(
                "{user} has {} MFA devices, the most that AWS takes",
                present.len()
            ),
        }
        .into());
    }
    let (entry, held) = make(work, &elevation, &user, request, None)?;
    bring_to_work(work, &elevation, entry, &held, request.verify)
}

/// The same for a user whose other device is not here: AWS wants a code of it, which a person read off it.
pub fn enrol_with_code(
    work: &Work<'_>,
    request: &EnrolRequest,
    other: &SerialNumber,
    code: &Code,
) -> Result<Enrolled, Error> {
    let session = session::with_typed_code(work, other, code)?;
    let connection = work.connection.with_session(&session);
    let unproven = EnrolRequest {
        verify: false,
        ..request.clone()
    };
    let enrolled = enrol(&work.through(&connection), &unproven)?;
    if !request.verify {
        return Ok(enrolled);
    }
    // A session makes no session: the new device is proven with the user's own keys.
    let held = Held {
        serial: enrolled.serial.clone(),
        account: enrolled.local.clone(),
    };
    let verified = check(work, &enrolled.user, &held)?;
    Ok(Enrolled { verified, ..enrolled })
}

/// Takes an enrolment off the list of what is under way, once whoever asked for it was told. Until then the same request
/// gives the same device: a person who never saw the answer asks again.
pub fn acknowledge(authenticator: &Authenticator, enrolled: &Enrolled) -> Result<(), Error> {
    journal::finish(authenticator, &enrolled.serial)
}

/// The user's devices as far as they may be seen. Looking first leaves nothing behind where it would fail anyway.
fn devices_of(work: &Work<'_>, user: &UserName) -> Result<Vec<MfaDevice>, Error> {
    match work.patiently(|| work.api().list_mfa_devices(user)) {
        Ok(devices) => Ok(devices),
        Err(Failure::Denied { .. }) => Ok(vec![]),
        Err(failure) => Err(failure.into()),
    }
}

/// Who already has a device enrols the next one in a session (AWS-2023-001). Without a device here there can be none, and
/// nothing is begun.
fn elevation<'a>(work: &'a Work<'a>, user: &UserName, present: &[MfaDevice]) -> Result<Elevation<'a>, Error> {
    let held = present.iter().find_map(|device| work.held(&device.serial));
    let needs_session = !present.is_empty() && work.is_self(user) && work.connection.caller().has_own_keys();
    if needs_session && held.is_none() {
        let is_ours = |entry: &Entry| present.iter().any(|device| device.serial == entry.serial);
        if !journal::entries(work.authenticator)?.iter().any(is_ours) {
            return Err(Failure::MfaRequired {
                message: format!(
                    "{user} has a device that is not here, and a further one needs a code of it"
                ),
            }
            .into());
        }
    }
    let elevation = Elevation::new(work, Some(user), held);
    Ok(elevation)
}

/// Takes up what an earlier run began for this user: goes on with it, or takes it back when its seed is lost.
fn take_up(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    user: &UserName,
    request: &EnrolRequest,
) -> Result<Option<Enrolled>, Error> {
    let account = &work.connection.caller().account;
    let is_ours = |entry: &Entry| entry.user == *user && entry.account == *account;
    for entry in journal::entries(work.authenticator)?.into_iter().filter(is_ours) {
        match &entry.deed {
            Deed::Enrol { replaces: None, .. } => {
                if let Some(held) = recover(work, elevation, &entry)? {
                    let enrolled = bring_to_work(work, elevation, entry, &held, request.verify)?;
                    return Ok(Some(Enrolled {
                        resumed: true,
                        ..enrolled
                    }));
                }
            }
            Deed::Orphan => take_away(work, elevation, &entry.serial)?,
            // A rotation is taken up by its own command, or by `doctor`.
            Deed::Enrol { .. } | Deed::Retire { .. } => {}
        }
    }
    Ok(None)
}

/// What is left of an enrolment that broke off: its device with its seed, or nothing, in which case nothing is left behind.
pub(crate) fn recover(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    entry: &Entry,
) -> Result<Option<Held>, Error> {
    if let Some(held) = work.held(&entry.serial) {
        return Ok(Some(held));
    }
    // No seed here: the answer that had it was lost. It cannot have been enabled, since the seed is stored before.
    let listed = match work.patiently(|| find_virtual(work, &entry.serial)) {
        // Who may not look can still ask for it to be deleted: IAM deletes no device that is somebody's.
        Err(Failure::Denied { .. }) => {
            take_away(work, elevation, &entry.serial)?;
            return Ok(None);
        }
        listed => listed?,
    };
    match listed {
        None => journal::finish(work.authenticator, &entry.serial)?,
        Some(MfaDevice { user: None, .. }) => take_away(work, elevation, &entry.serial)?,
        Some(MfaDevice {
            user: Some(owner), ..
        }) => {
            journal::finish(work.authenticator, &entry.serial)?;
            work.tell(&Progress::Note(Note::SomebodyElses(
                entry.serial.clone(),
                owner.to_string(),
            )));
        }
    }
    Ok(None)
}

/// Creates a device and stores its seed.
pub(crate) fn make(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    user: &UserName,
    request: &EnrolRequest,
    replaces: Option<&Other>,
) -> Result<(Entry, Held), Error> {
    let (entry, device) = work.step(Step::Create, || create(work, elevation, user, request, replaces))?;
    let held = work.step(Step::Store, || store(work, elevation, &entry, device))?;
    Ok((entry, held))
}

/// From a device whose seed is here to one that works.
pub(crate) fn bring_to_work(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    mut entry: Entry,
    held: &Held,
    verify: bool,
) -> Result<Enrolled, Error> {
    let Deed::Enrol {
        tags,
        replaces,
        enabled,
    } = entry.deed.clone()
    else {
        return Err(Error::NotBound(entry.serial.to_string()));
    };
    if enabled {
        work.tell(&Progress::Ended(Step::Enable, StepOutcome::Already));
    } else {
        let outcome = work.step(Step::Enable, || enable(work, elevation, &entry, held));
        if let Err(error) = outcome {
            return Err(give_up(work, elevation, &entry, held, error));
        }
        entry.deed = Deed::Enrol {
            tags: tags.clone(),
            replaces: replaces.clone(),
            enabled: true,
        };
        journal::write(work.authenticator, entry.clone())?;
    }
    if !tags.is_empty() {
        tag(work, elevation, &entry.serial, &tags)?;
    }
    let verified = if verify {
        check(work, &entry.user, held)?
    } else {
        work.tell(&Progress::Ended(Step::Verify, StepOutcome::Skipped));
        Verified::NotAsked
    };
    Ok(Enrolled {
        serial: entry.serial,
        user: entry.user,
        account: entry.account,
        local: held.account.clone(),
        verified,
        resumed: false,
    })
}

/// Sets the tags; being denied stops nothing.
fn tag(work: &Work<'_>, elevation: &Elevation<'_>, serial: &SerialNumber, tags: &[Tag]) -> Result<(), Error> {
    work.tell(&Progress::Begins(Step::Tag));
    let outcome = elevation.ask(|api| api.tag_mfa_device(serial, tags));
    let ended = match outcome {
        Ok(()) => StepOutcome::Done,
        Err(Error::Failure(failure)) => {
            work.tell(&Progress::Note(Note::NoTags(cause(failure))));
            StepOutcome::Failed
        }
        Err(error) => return Err(error),
    };
    work.tell(&Progress::Ended(Step::Tag, ended));
    Ok(())
}

/// Asks STS to take a code, where it can be asked: with the user's own keys. The session that comes out is kept.
fn check(work: &Work<'_>, user: &UserName, held: &Held) -> Result<Verified, Error> {
    if !(work.is_self(user) && work.connection.caller().has_own_keys()) {
        work.tell(&Progress::Ended(Step::Verify, StepOutcome::Skipped));
        return Ok(Verified::ByListing);
    }
    let enabled = ledger::page(work.authenticator, &held.serial)?.enabled;
    work.tell(&Progress::Begins(Step::Verify));
    if let Some(enabled) = enabled {
        work.wait_until(enabled.saturating_add(PROPAGATION), Awaited::DeviceEverywhere)?;
    }
    work.reach("about to verify")?;
    let verified = match session::obtain(work, held, SessionDuration::DEFAULT, Wanted::New) {
        Ok(_) => Verified::ByCode,
        Err(error @ Error::CodeRejected { .. }) => Verified::Failed(cause(error)),
        Err(error) => return Err(error),
    };
    let ended = match &verified {
        Verified::Failed(_) => StepOutcome::Failed,
        _ => StepOutcome::Done,
    };
    work.tell(&Progress::Ended(Step::Verify, ended));
    work.reach("verified")?;
    Ok(verified)
}

/// Devices of any kind that a user may have (IAM quota `MFADevicesPerUser`).
const DEVICES_PER_USER: usize = 8;

/// How long STS may take to know a new device; 4 to 9 seconds were recorded in September 2026.
const PROPAGATION: Duration = Duration::from_secs(10);
