//! Enrolling: create → store → enable → verify, as one deed. Whatever breaks off in between is taken up again by the next
//! run, or taken back: there is one working device whose seed is here, or none.

use std::time::Duration;

use lockstep_device::account::{AccountId, AwsBinding, Label, NewAccount};
use lockstep_device::authenticator::Authenticator;
use lockstep_device::otp::TimeStep;
use lockstep_device::otp::params::{OtpParams, Period};
use lockstep_device::otp::totp::step_starts;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::caller::Principal;
use crate::device::{CreatedDevice, MfaDevice, virtual_serial};
use crate::error::Error;
use crate::journal::{self, Deed, Entry, Other};
use crate::ledger;
use crate::name::{DeviceName, DevicePath, Tag, UserName};
use crate::retire::{self, PATIENCE, TURN, find_virtual};
use crate::session::{self, Elevation, SessionDuration, Wanted, known_clock};
use crate::work::{Held, Pair, Progress, Step, StepOutcome, Work};

/// What shall be enrolled.
#[derive(Clone, Debug, Default)]
pub struct EnrolRequest {
    /// The user; the caller when nobody is named.
    pub user: Option<UserName>,
    /// The device's name; a fresh one when none is given.
    pub name: Option<DeviceName>,
    /// The device's path.
    pub path: DevicePath,
    /// The device's tags; setting them may be denied, and stops nothing.
    pub tags: Vec<Tag>,
    /// Whether a device of that name may be deleted first.
    pub replace: bool,
    /// Whether STS is asked to take a code.
    pub verify: bool,
}

/// A device that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Whose it is.
    pub user: UserName,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// Its account here.
    pub local: AccountId,
    /// How it is known to work.
    pub verified: Verified,
    /// Whether an earlier run had begun it.
    pub resumed: bool,
}

/// How a device is known to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// STS took a code of it.
    ByCode,
    /// IAM took two codes of it and lists it; STS can only be asked with the user's own keys.
    ByListing,
    /// IAM took two codes of it; STS was not asked.
    NotAsked,
    /// IAM took two codes of it, and STS did not take one.
    Failed(String),
}

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
    let listed = work.patiently(|| find_virtual(work, &entry.serial))?;
    match listed {
        None => journal::finish(work.authenticator, &entry.serial)?,
        Some(MfaDevice { user: None, .. }) => take_away(work, elevation, &entry.serial)?,
        Some(MfaDevice {
            user: Some(owner), ..
        }) => {
            journal::finish(work.authenticator, &entry.serial)?;
            work.tell(&Progress::Note(format!(
                "{} is assigned to {owner}, and its seed is not here; it is left alone",
                entry.serial
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
        check(work, &entry, held)?
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

/// Asks IAM for a device, under a fresh name each time, and under the user's own where only that is allowed.
fn create(
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
                // Nobody else's: a fresh name, or one that was free just before. The answer with its seed was lost.
                Failure::Exists { .. } => take_away(work, elevation, &entry.serial)?,
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
        why: format!("the answer was lost {CREATE_TRIES} times; what was made was deleted"),
    })
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
        Err(Error::Failure(failure @ (Failure::Denied { .. } | Failure::MfaRequired { .. }))) => {
            let is_known = journal::entries(work.authenticator)?
                .iter()
                .any(|entry| entry.serial == *serial && entry.deed == Deed::Orphan);
            // One that was only just made may not be listed yet.
            if is_known && matches!(work.patiently(|| find_virtual(work, serial)), Ok(None)) {
                // Somebody who may has deleted it.
                return journal::finish(work.authenticator, serial);
            }
            leave_orphan(work, serial)?;
            work.tell(&Progress::Note(format!(
                "{serial} was made, its seed is lost, and it could not be deleted: {failure}. Someone who may delete MFA \
                 devices can: `lockstep aws delete {serial}`"
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

/// Puts the seed into the store, bound to its serial number. Where that fails the device goes, too.
fn store(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    entry: &Entry,
    device: CreatedDevice,
) -> Result<Held, Error> {
    let place = work.connection.alias().unwrap_or(&entry.account);
    let account = NewAccount {
        label: Label {
            issuer: Some(ISSUER.to_owned()),
            name: format!("{}@{place}", entry.user),
        },
        params: OtpParams::DEFAULT_TOTP,
        seed: device.seed,
        tags: vec![],
        note: String::new(),
        aws: Some(AwsBinding {
            serial: device.serial.clone(),
        }),
    };
    match work.authenticator.add(account) {
        Ok(added) => {
            work.reach("stored")?;
            let account = added
                .id
                .ok_or_else(|| Error::NotBound(device.serial.to_string()))?;
            Ok(Held {
                serial: device.serial,
                account,
            })
        }
        Err(error) => {
            take_away(work, elevation, &device.serial)?;
            Err(error.into())
        }
    }
}

/// Gives IAM two codes. (previous, current) is taken at once, so that nobody waits; if it is not, (current, next), and
/// then once more in the next step. Never more: a seed that IAM does not take three times is the wrong one.
fn enable(work: &Work<'_>, elevation: &Elevation<'_>, entry: &Entry, held: &Held) -> Result<(), Error> {
    let begun = work.service_step()?;
    for attempt in 0..PAIR_TRIES {
        let pair = match attempt {
            0 => work.pair_ending(&held.account, begun)?,
            1 => work.pair_ending(&held.account, TimeStep(begun.0.saturating_add(1)))?,
            _ => {
                let next = step_starts(Period::THIRTY, TimeStep(begun.0.saturating_add(1)));
                work.wait_until(next, "the next code")?;
                work.pair_ending(&held.account, work.service_step()?)?
            }
        };
        work.reach("about to enable")?;
        let outcome = elevation
            .ask(|api| api.enable_mfa_device(&entry.user, &held.serial, (&pair.first, &pair.second)));
        match outcome {
            Ok(()) => {}
            Err(Error::Failure(Failure::PairRejected { .. })) => continue,
            // IAM does not know a new device everywhere at once.
            Err(Error::Failure(Failure::Absent { .. })) if attempt + 1 < PAIR_TRIES => {
                work.wait(UNKNOWN_YET, "IAM to know the new device");
                continue;
            }
            // An answer may have been lost on the way, and the request sent again by the SDK: what it says then is about
            // a device that is assigned already.
            Err(Error::Failure(failure)) => {
                match (is_assigned(elevation, &entry.user, &held.serial), failure) {
                    (Ok(true), _) => {}
                    (Ok(false), Failure::Unknown { .. }) => continue,
                    (Err(error), Failure::Exists { .. } | Failure::Unknown { .. }) => return Err(error),
                    (_, failure) => return Err(failure.into()),
                }
            }
            Err(error) => return Err(error),
        }
        work.reach("enabled")?;
        return note_pair(work, &held.serial, &pair);
    }
    Err(Error::CodesRejected {
        attempts: PAIR_TRIES,
        known: known_clock(work),
    })
}

/// Writes down that IAM took the pair.
pub(crate) fn note_pair(work: &Work<'_>, serial: &SerialNumber, pair: &Pair) -> Result<(), Error> {
    let now = work.service_time()?;
    ledger::change(work.authenticator, serial, |page| {
        page.pair = pair.step.map(|step| step.0).or(page.pair);
        page.enabled = Some(now);
    })
}

/// Whether IAM lists the device as the user's.
pub(crate) fn is_assigned(
    elevation: &Elevation<'_>,
    user: &UserName,
    serial: &SerialNumber,
) -> Result<bool, Error> {
    let by_user = elevation.ask(|api| api.list_mfa_devices(user));
    match by_user {
        Ok(devices) => Ok(devices.iter().any(|device| device.serial == *serial)),
        Err(first) => {
            let all = elevation.ask(|api| api.list_virtual_mfa_devices(Assignment::Assigned));
            let devices = all.map_err(|_| Error::OutcomeUnknown {
                what: "enabling the device".to_owned(),
                why: format!("no answer came, and looking for it: {first}"),
            })?;
            Ok(devices
                .iter()
                .any(|device| device.serial == *serial && device.user.as_ref() == Some(user)))
        }
    }
}

/// Takes an enrolment back that will not succeed. What cannot be reached now stays in the journal for the next run.
fn give_up(work: &Work<'_>, elevation: &Elevation<'_>, entry: &Entry, held: &Held, why: Error) -> Error {
    if matches!(
        why,
        Error::OutcomeUnknown { .. }
            | Error::Failure(Failure::Unknown { .. } | Failure::Unreachable { .. } | Failure::Expired { .. })
            | Error::PlannedFault(_)
    ) {
        return why;
    }
    match take_back(work, elevation, entry, held) {
        Ok(()) => why,
        Err(Error::Failure(failure @ (Failure::Denied { .. } | Failure::MfaRequired { .. }))) => {
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

/// Sets the tags; being denied stops nothing.
fn tag(work: &Work<'_>, elevation: &Elevation<'_>, serial: &SerialNumber, tags: &[Tag]) -> Result<(), Error> {
    work.tell(&Progress::Begins(Step::Tag));
    let outcome = elevation.ask(|api| api.tag_mfa_device(serial, tags));
    let ended = match outcome {
        Ok(()) => StepOutcome::Done,
        Err(Error::Failure(failure)) => {
            work.tell(&Progress::Note(format!("the device has no tags: {failure}")));
            StepOutcome::Failed
        }
        Err(error) => return Err(error),
    };
    work.tell(&Progress::Ended(Step::Tag, ended));
    Ok(())
}

/// Asks STS to take a code, where it can be asked: with the user's own keys. The session that comes out is kept.
fn check(work: &Work<'_>, entry: &Entry, held: &Held) -> Result<Verified, Error> {
    if !(work.is_self(&entry.user) && work.connection.caller().has_own_keys()) {
        work.tell(&Progress::Ended(Step::Verify, StepOutcome::Skipped));
        return Ok(Verified::ByListing);
    }
    let enabled = ledger::page(work.authenticator, &held.serial)?.enabled;
    work.tell(&Progress::Begins(Step::Verify));
    if let Some(enabled) = enabled {
        work.wait_until(
            enabled.saturating_add(PROPAGATION),
            "AWS to know the new device everywhere; a code tried before is lost",
        )?;
    }
    work.reach("about to verify")?;
    let verified = match session::obtain(work, held, SessionDuration::DEFAULT, Wanted::New) {
        Ok(_) => Verified::ByCode,
        Err(error @ (Error::Failure(_) | Error::CodeRejected { .. } | Error::AttemptsSpent { .. })) => {
            Verified::Failed(error.to_string())
        }
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

/// What AWS's own QR codes call the issuer.
const ISSUER: &str = "Amazon Web Services";

/// Devices of any kind that a user may have (IAM quota `MFADevicesPerUser`).
const DEVICES_PER_USER: usize = 8;

/// How often Create is asked for when its answer is lost.
const CREATE_TRIES: u32 = 3;

/// How many pairs IAM is given.
const PAIR_TRIES: u32 = 3;

/// How long is waited when IAM does not know a device that it has just made.
const UNKNOWN_YET: Duration = Duration::from_secs(3);

/// How long STS may take to know a new device; 4 to 9 seconds were recorded in September 2026.
const PROPAGATION: Duration = Duration::from_secs(10);
