//! The second half: IAM takes two codes of the device and gives it to its user.

use std::time::Duration;

use lockstep_device::otp::TimeStep;
use lockstep_device::otp::params::Period;
use lockstep_device::otp::totp::step_starts;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::awaited::Awaited;
use crate::elevation::Elevation;
use crate::error::Error;
use crate::journal::Entry;
use crate::ledger;
use crate::name::UserName;
use crate::session::known_clock;
use crate::work::{Held, Pair, Work};

/// A device that is to be enabled, and how IAM is asked about it.
pub(crate) struct Enabling<'a> {
    /// The pair whose second code is the one of this step.
    pub(crate) pair: &'a dyn Fn(TimeStep) -> Result<Pair, Error>,
    /// IAM API: `EnableMFADevice`.
    pub(crate) ask: &'a dyn Fn(&Pair) -> Result<(), Error>,
    /// Whether IAM lists the device as the user's.
    pub(crate) is_assigned: &'a dyn Fn() -> Result<bool, Error>,
}

/// Enables the device whose seed is here, and notes what IAM took.
pub(super) fn enable(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    entry: &Entry,
    held: &Held,
) -> Result<(), Error> {
    let pair = give_codes(
        work,
        &Enabling {
            pair: &|step| work.pair_ending(&held.account, step),
            ask: &|pair| {
                elevation
                    .ask(|api| api.enable_mfa_device(&entry.user, &held.serial, (&pair.first, &pair.second)))
            },
            is_assigned: &|| is_assigned(elevation, &entry.user, &held.serial),
        },
    )?;
    note_pair(work, &held.serial, &pair)
}

/// Gives IAM two codes, and gives back those that it took. (previous, current) is taken at once, so that nobody waits; if it
/// is not, (current, next), and then once more in the next step. Never more: a seed that IAM does not take three times is
/// the wrong one. A pair that nothing was said against is given again: codes of the future are stored as the device's error.
pub(crate) fn give_codes(work: &Work<'_>, enabling: &Enabling<'_>) -> Result<Pair, Error> {
    let begun = work.service_step()?;
    let mut refused = 0;
    for _ in 0..ENABLE_TRIES {
        let ending = match refused {
            0 => work.service_step()?,
            1 => TimeStep(begun.0.saturating_add(1)),
            _ => {
                let next = step_starts(Period::THIRTY, TimeStep(begun.0.saturating_add(1)));
                work.wait_until(next, Awaited::NextCode)?;
                TimeStep(work.service_step()?.0.saturating_add(1))
            }
        };
        let pair = (enabling.pair)(ending)?;
        work.reach("about to enable")?;
        let failure = match (enabling.ask)(&pair) {
            Ok(()) => {
                work.reach("enabled")?;
                return Ok(pair);
            }
            Err(Error::Failure(failure)) => failure,
            Err(error) => return Err(error),
        };
        // An answer may have been lost on the way, and the request sent again by the SDK: what it says then is about a
        // device that is assigned already.
        match ((enabling.is_assigned)(), failure) {
            (Ok(true), _) => {
                work.reach("enabled")?;
                return Ok(pair);
            }
            (Ok(false) | Err(_), Failure::PairRejected { .. }) => refused += 1,
            // IAM does not know a new device everywhere at once.
            (Ok(false), Failure::Absent { .. }) => work.wait(UNKNOWN_YET, Awaited::NewDevice),
            (Ok(false), Failure::Unknown { .. }) => {}
            (Err(error), Failure::Exists { .. } | Failure::Unknown { .. }) => return Err(error),
            (_, failure) => return Err(failure.into()),
        }
        if refused >= PAIR_TRIES {
            break;
        }
    }
    if refused == 0 {
        return Err(Error::OutcomeUnknown {
            what: "enabling the device".to_owned(),
            why: format!("no answer came {ENABLE_TRIES} times, and IAM does not list it"),
        });
    }
    Err(Error::CodesRejected {
        attempts: refused,
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

/// How many pairs IAM may refuse.
const PAIR_TRIES: u32 = 3;

/// How often IAM is given a pair at all.
const ENABLE_TRIES: u32 = 5;

/// How long is waited when IAM does not know a device that it has just made.
const UNKNOWN_YET: Duration = Duration::from_secs(3);
