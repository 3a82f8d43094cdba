//! Which codes AWS has seen from each device, shared by everything that uses the same data folder. AWS takes each code once,
//! looks at nine in three minutes, and wants each pair to be newer than the last one; it says the same words of several
//! causes, and only who kept count can tell them apart.

use std::collections::BTreeMap;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::otp::TimeStep;
use lockstep_device::otp::params::Period;
use lockstep_device::otp::totp::{step_at, step_starts};
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::record::Record;
use lockstep_device::time::UnixTime;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Attempts that AWS looks at per device in one [`BUCKET_SECONDS`] of UTC, good and bad alike (recorded in September 2026).
pub const ATTEMPTS_PER_BUCKET: u32 = 9;

/// Seconds of one counting interval.
pub const BUCKET_SECONDS: u64 = 180;

/// What is known of every device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    devices: BTreeMap<String, Page>,
}

/// What is known of one device. Steps are AWS's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The last step whose code was given to STS.
    #[serde(default)]
    pub spent: Option<u64>,
    /// The counting interval of the last attempt.
    #[serde(default)]
    pub bucket: u64,
    /// How many attempts were made in it.
    #[serde(default)]
    pub attempts: u32,
    /// The second step of the last pair that IAM took.
    #[serde(default)]
    pub pair: Option<u64>,
    /// When IAM last took a pair, by AWS's clock.
    #[serde(default)]
    pub enabled: Option<UnixTime>,
}

/// What can be done about a code at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The code of this step was not given to STS yet.
    Now(TimeStep),
    /// The present code is spent; the next step begins then.
    NextStep(UnixTime),
    /// AWS looks at no more codes until then.
    NextBucket(UnixTime),
}

impl Record for Ledger {
    const NAME: &'static str = "aws-ledger";
    const VERSION: u32 = 1;
}

impl Page {
    /// What can be done at `now`, AWS's time.
    pub fn turn(&self, now: UnixTime) -> Turn {
        let bucket = now.seconds() / BUCKET_SECONDS;
        if self.bucket == bucket && self.attempts >= ATTEMPTS_PER_BUCKET {
            return Turn::NextBucket(UnixTime::from_seconds(
                (bucket + 1).saturating_mul(BUCKET_SECONDS),
            ));
        }
        let step = step_at(Period::THIRTY, now);
        match self.spent {
            // A spent step far ahead was written under a clock that has been mended since; AWS has not seen such a code.
            Some(spent) if step.0 <= spent && spent - step.0 <= FURTHEST_STEP => {
                Turn::NextStep(step_starts(Period::THIRTY, TimeStep(spent.saturating_add(1))))
            }
            _ => Turn::Now(step),
        }
    }

    /// Writes down that the code of `step` is about to be given to STS.
    pub fn spend(&mut self, step: TimeStep, now: UnixTime) {
        let bucket = now.seconds() / BUCKET_SECONDS;
        if self.bucket != bucket {
            self.bucket = bucket;
            self.attempts = 0;
        }
        self.attempts = self.attempts.saturating_add(1);
        self.spent = Some(step.0);
    }
}

/// What is known of this device.
pub fn page(authenticator: &Authenticator, serial: &SerialNumber) -> Result<Page, Error> {
    let ledger = authenticator.record::<Ledger>()?;
    Ok(ledger.devices.get(serial.as_str()).cloned().unwrap_or_default())
}

/// Looks at the page of this device and writes down what `change` makes of it, in one turn: two processes never take the
/// same code.
pub fn change<T>(
    authenticator: &Authenticator,
    serial: &SerialNumber,
    change: impl FnOnce(&mut Page) -> T,
) -> Result<T, Error> {
    Ok(authenticator.change_record(|ledger: &mut Ledger| {
        Ok(change(ledger.devices.entry(serial.to_string()).or_default()))
    })?)
}

/// Forgets a device that is no more.
pub fn forget(authenticator: &Authenticator, serial: &SerialNumber) -> Result<(), Error> {
    Ok(authenticator.change_record(|ledger: &mut Ledger| {
        ledger.devices.remove(serial.as_str());
        Ok(())
    })?)
}

/// How far ahead of the present a step may have been spent: the window of STS is two steps.
const FURTHEST_STEP: u64 = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> UnixTime {
        UnixTime::from_seconds(seconds)
    }

    #[test]
    fn a_step_is_spent_once() {
        let mut page = Page::default();
        assert_eq!(page.turn(at(6000)), Turn::Now(TimeStep(200)));
        page.spend(TimeStep(200), at(6000));
        assert_eq!(page.turn(at(6029)), Turn::NextStep(at(6030)));
        assert_eq!(page.turn(at(6030)), Turn::Now(TimeStep(201)));
    }

    #[test]
    fn the_tenth_attempt_waits_for_the_next_three_minutes() {
        let mut page = Page::default();
        for _ in 0..9 {
            page.spend(TimeStep(180), at(5400));
        }
        assert_eq!(page.turn(at(5579)), Turn::NextBucket(at(5580)));
        assert_eq!(page.turn(at(5580)), Turn::Now(TimeStep(186)));
        page.spend(TimeStep(186), at(5580));
        assert_eq!(page.attempts, 1);
    }

    #[test]
    fn a_step_that_was_spent_under_a_wrong_clock_blocks_nothing() {
        let mut page = Page::default();
        page.spend(TimeStep(9000), at(270_000));
        assert_eq!(page.turn(at(6000)), Turn::Now(TimeStep(200)));
    }

    proptest! {
        #[test]
        fn no_step_is_given_twice_and_no_bucket_has_more_than_nine(waits in prop::collection::vec(0_u64..200, 1..80)) {
            let mut page = Page::default();
            let mut now = 1_795_000_000;
            let mut given = vec![];
            for wait in waits {
                now += wait;
                if let Turn::Now(step) = page.turn(at(now)) {
                    page.spend(step, at(now));
                    given.push((step, now / BUCKET_SECONDS));
                }
            }
            for (place, (step, bucket)) in given.iter().enumerate() {
                prop_assert!(given[..place].iter().all(|(earlier, _)| earlier < step));
                let in_bucket = given.iter().filter(|(_, other)| other == bucket).count();
                prop_assert!(in_bucket <= 9);
            }
        }
    }
}
