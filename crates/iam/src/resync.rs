//! Resynchronising: IAM is told where a device's clock is (IAM API: `ResyncMFADevice`). Each pair has to be newer than the
//! last one that IAM took.

use lockstep_device::serial::SerialNumber;

use crate::adopt::{Codes, newer_pair, rejected};
use crate::api::failure::Failure;
use crate::elevation::{Elevation, own_device};
use crate::enrol::enable::note_pair;
use crate::error::Error;
use crate::ledger;
use crate::name::UserName;
use crate::retire::{PATIENCE, TURN};
use crate::work::{Held, Pair, Step, Work};

/// Tells IAM where the device's clock is.
pub fn resync(work: &Work<'_>, serial: &SerialNumber, user: &UserName, codes: &Codes) -> Result<(), Error> {
    work.require_account(serial)?;
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let elevation = Elevation::new(work, Some(user), own_device(work, user, Some(serial)));
    work.step(Step::Resync, || match codes {
        Codes::Typed(pair) => match give(work, &elevation, serial, user, pair)? {
            Given::Taken => note_pair(work, serial, pair),
            Given::Refused => Err(rejected(work, 1)),
            Given::Unanswered(failure) => Err(failure.into()),
        },
        Codes::Account(held) => of_account(work, &elevation, held, user),
    })
}

enum Given {
    Taken,
    Refused,
    /// No answer came, and why.
    Unanswered(Failure),
}

fn of_account(work: &Work<'_>, elevation: &Elevation<'_>, held: &Held, user: &UserName) -> Result<(), Error> {
    let mut last = Given::Refused;
    for _ in 0..TRIES {
        let pair = newer_pair(work, &held.serial, held)?;
        last = give(work, elevation, &held.serial, user, &pair)?;
        if matches!(last, Given::Taken) {
            return note_pair(work, &held.serial, &pair);
        }
        // Perhaps IAM took a pair that we do not know of, or this one: the next one is later than it in both steps.
        ledger::change(work.authenticator, &held.serial, |page| {
            page.pair = page.pair.max(pair.step.map(|step| step.0));
        })?;
    }
    match last {
        Given::Unanswered(failure) => Err(failure.into()),
        Given::Taken | Given::Refused => Err(rejected(work, TRIES)),
    }
}

fn give(
    work: &Work<'_>,
    elevation: &Elevation<'_>,
    serial: &SerialNumber,
    user: &UserName,
    pair: &Pair,
) -> Result<Given, Error> {
    work.reach("about to resync")?;
    let outcome = elevation.ask(|api| api.resync_mfa_device(user, serial, (&pair.first, &pair.second)));
    work.reach("resynced")?;
    match outcome {
        Ok(()) => Ok(Given::Taken),
        Err(Error::Failure(Failure::PairRejected { .. })) => Ok(Given::Refused),
        Err(Error::Failure(failure @ Failure::Unknown { .. })) => Ok(Given::Unanswered(failure)),
        Err(error) => Err(error),
    }
}

/// The first pair, and one more for a pair that we do not know of.
const TRIES: u32 = 2;
