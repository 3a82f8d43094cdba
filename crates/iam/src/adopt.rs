//! The second half alone: a device that was made elsewhere, or a hardware token, is given to a user (IAM API:
//! `EnableMFADevice`). Its codes come from an account here, or are typed by whoever reads them off the token.

use lockstep_device::otp::params::{Digits, Period};
use lockstep_device::otp::totp::step_starts;
use lockstep_device::otp::{Code, TimeStep};
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::awaited::Awaited;
use crate::elevation::{Elevation, own_device};
use crate::enrol::enable::{is_assigned, note_pair};
use crate::error::Error;
use crate::ledger;
use crate::name::UserName;
use crate::retire::{PATIENCE, TURN};
use crate::session::known_clock;
use crate::work::{Held, Pair, Step, Work};

/// Where two successive codes come from.
pub enum Codes {
    /// An account here.
    Account(Held),
    /// A person who read them off a device.
    Typed(Pair),
}

impl Codes {
    /// Two codes that a person typed, one on a line.
    pub fn typed(text: &str) -> Result<Self, Error> {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let &[first, second] = lines.as_slice() else {
            return Err(Error::CodeCount(lines.len()));
        };
        Ok(Self::Typed(Pair {
            first: Code::typed(first, Digits::SIX)?,
            second: Code::typed(second, Digits::SIX)?,
            step: None,
        }))
    }
}

/// Gives the device to the user. An account that makes its codes is bound to its serial number then.
pub fn adopt(work: &Work<'_>, serial: &SerialNumber, user: &UserName, codes: &Codes) -> Result<(), Error> {
    work.require_account(serial)?;
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let elevation = Elevation::new(work, Some(user), own_device(work, user, None));
    // One that is the user's already says nothing about these codes: they are proven by a resync instead.
    let call = if is_assigned(&elevation, user, serial).unwrap_or(false) {
        Call::Resync
    } else {
        Call::Enable
    };
    work.step(Step::Enable, || {
        match codes {
            Codes::Typed(pair) => match give(work, &elevation, (serial, user), pair, call)? {
                Given::Taken => note_pair(work, serial, pair),
                Given::Refused => Err(rejected(work, 1)),
            },
            Codes::Account(held) => {
                let pair = newer_pair(work, serial, held)?;
                if matches!(give(work, &elevation, (serial, user), &pair, call)?, Given::Taken) {
                    return note_pair(work, serial, &pair);
                }
                // The clocks may be at the two sides of a step's end.
                let next = TimeStep(work.service_step()?.0.saturating_add(1));
                let pair = work.pair_ending(&held.account, next)?;
                match give(work, &elevation, (serial, user), &pair, call)? {
                    Given::Taken => note_pair(work, serial, &pair),
                    Given::Refused => Err(rejected(work, 2)),
                }
            }
        }
    })?;
    if let Codes::Account(held) = codes {
        work.authenticator.bind(&held.account, serial.clone())?;
    }
    Ok(())
}

enum Given {
    Taken,
    Refused,
}

/// How IAM is given a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Enable,
    Resync,
}

fn give(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    (serial, user): (&SerialNumber, &UserName),
    pair: &Pair,
    call: Call,
) -> Result<Given, Error> {
    let codes = (&pair.first, &pair.second);
    work.reach("about to enable")?;
    let outcome = match call {
        Call::Enable => elevation.ask(|api| api.enable_mfa_device(user, serial, codes)),
        Call::Resync => elevation.ask(|api| api.resync_mfa_device(user, serial, codes)),
    };
    match outcome {
        Ok(()) => Ok(Given::Taken),
        Err(Error::Failure(Failure::PairRejected { .. })) => Ok(Given::Refused),
        // What is said of a request that was sent again after a lost answer. It was not the user's before.
        Err(Error::Failure(failure)) if call == Call::Enable => match is_assigned(elevation, user, serial) {
            Ok(true) => Ok(Given::Taken),
            Ok(false) | Err(_) => Err(failure.into()),
        },
        Err(error) => Err(error),
    }
}

/// IAM took none of the pairs.
pub(crate) fn rejected(work: &Work<'_>, attempts: u32) -> Error {
    Error::CodesRejected {
        attempts,
        known: known_clock(work),
    }
}

/// The pair (previous, current), once both its steps are later than the last pair's. Codes of the future would be taken,
/// too, but AWS would keep their distance as the device's error.
pub(crate) fn newer_pair(work: &Work<'_>, serial: &SerialNumber, held: &Held) -> Result<Pair, Error> {
    let last = ledger::page(work.authenticator, serial)?.pair;
    let now = work.service_step()?;
    let step = match last {
        Some(last) if now.0 < last.saturating_add(2) && last.saturating_sub(now.0) <= FURTHEST_STEP => {
            let first_free = TimeStep(last.saturating_add(2));
            work.wait_until(step_starts(Period::THIRTY, first_free), Awaited::NewerCodes)?;
            work.service_step()?
        }
        _ => now,
    };
    work.pair_ending(&held.account, step)
}

/// A pair further ahead was written down under a wrong clock.
const FURTHEST_STEP: u64 = 4;
