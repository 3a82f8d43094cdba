//! The second half alone: a device that was made elsewhere, or a hardware token, is given to a user (IAM API:
//! `EnableMFADevice`). Its codes come from an account here, or are typed by whoever reads them off the token.

use lockstep_device::otp::Code;
use lockstep_device::otp::params::Digits;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::enrol::{is_assigned, note_pair};
use crate::error::Error;
use crate::name::UserName;
use crate::retire::{PATIENCE, TURN, device_for};
use crate::session::{Elevation, known_clock};
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
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let elevation = Elevation::new(work, user, device_for(work, user, None));
    work.step(Step::Enable, || {
        let typed;
        let pairs: &[Pair] = match codes {
            Codes::Typed(pair) => std::slice::from_ref(pair),
            Codes::Account(held) => {
                let now = work.service_step()?;
                let next = lockstep_device::otp::TimeStep(now.0.saturating_add(1));
                typed = [
                    work.pair_ending(&held.account, now)?,
                    work.pair_ending(&held.account, next)?,
                ];
                &typed
            }
        };
        for pair in pairs {
            work.reach("about to enable")?;
            let outcome =
                elevation.ask(|api| api.enable_mfa_device(user, serial, (&pair.first, &pair.second)));
            match outcome {
                Ok(()) => {}
                Err(Error::Failure(Failure::PairRejected { .. })) => continue,
                Err(Error::Failure(failure @ (Failure::Exists { .. } | Failure::Unknown { .. }))) => {
                    if !is_assigned(&elevation, user, serial)? {
                        return Err(failure.into());
                    }
                }
                Err(error) => return Err(error),
            }
            return note_pair(work, serial, pair);
        }
        Err(Error::CodesRejected {
            attempts: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
            known: known_clock(work),
        })
    })?;
    if let Codes::Account(held) = codes {
        work.authenticator.bind(&held.account, serial.clone())?;
    }
    Ok(())
}
