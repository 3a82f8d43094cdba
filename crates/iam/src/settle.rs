//! Settling: whatever broke off is finished or taken back, as `doctor` does it.

use lockstep_device::serial::SerialNumber;
use serde::Serialize;

use crate::elevation::{Elevation, own_device};
use crate::enrol::undo::take_away;
use crate::enrol::{Verified, run};
use crate::error::Error;
use crate::journal::{self, Deed, Entry};
use crate::retire::{self, PATIENCE, TURN};
use crate::rotate;
use crate::work::Work;

/// What became of one deed that had broken off.
#[derive(Debug)]
pub struct Settled {
    /// The device it was about.
    pub serial: SerialNumber,
    /// What became of it, or why nothing could be done now.
    pub outcome: Result<Ending, Error>,
}

/// How a deed that had broken off ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It was finished: the device works.
    Finished,
    /// It was taken back: nothing is left of it.
    TakenBack,
    /// The device is retired.
    Retired,
    /// A device is still there that these credentials may not delete.
    StillOrphan,
}

/// Finishes or takes back everything that broke off in this AWS account. One that cannot be settled now does not stop the
/// others.
pub fn settle(work: &Work<'_>) -> Result<Vec<Settled>, Error> {
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let account = &work.connection.caller().account;
    let entries = journal::entries(work.authenticator)?.into_iter();
    Ok(entries
        .filter(|entry| entry.account == *account)
        .map(|entry| Settled {
            serial: entry.serial.clone(),
            outcome: settle_one(work, entry),
        })
        .collect())
}

fn settle_one(work: &Work<'_>, entry: Entry) -> Result<Ending, Error> {
    let elevation = Elevation::new(
        work,
        Some(&entry.user),
        own_device(work, &entry.user, Some(&entry.serial)),
    );
    match &entry.deed {
        Deed::Enrol { replaces, .. } => {
            let is_rotation = replaces.is_some();
            let Some(held) = run::recover(work, &elevation, &entry)? else {
                return Ok(Ending::TakenBack);
            };
            if is_rotation {
                rotate::go_on(work, &elevation, entry, &held, true)?;
            } else {
                let enrolled = run::bring_to_work(work, &elevation, entry, &held, true)?;
                if let Verified::Failed(why) = &enrolled.verified {
                    return Err(Error::CodeRejected {
                        serial: enrolled.serial.to_string(),
                        attempts: 1,
                        known: why.message.clone(),
                    });
                }
                run::acknowledge(work.authenticator, &enrolled)?;
            }
            Ok(Ending::Finished)
        }
        Deed::Retire { .. } => {
            retire::carry_out(work, &elevation, &entry)?;
            Ok(Ending::Retired)
        }
        Deed::Orphan => {
            take_away(work, &elevation, &entry.serial)?;
            let left = journal::entries(work.authenticator)?;
            if left.iter().any(|other| other.serial == entry.serial) {
                Ok(Ending::StillOrphan)
            } else {
                Ok(Ending::TakenBack)
            }
        }
    }
}
