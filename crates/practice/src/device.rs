//! An MFA device as AWS keeps it: its seed, whose it is, and the pairs of codes it was judged by.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use lockstep_device::otp::params::{OtpParams, Period};
use lockstep_device::otp::{TimeStep, code_at_step, totp};
use lockstep_device::seed::Seed;
use lockstep_device::time::UnixTime;

use crate::random;

/// How far from the server's time the second code of a pair may lie, in steps of 30 seconds.
pub const PAIR_WINDOW: RangeInclusive<i64> = -998..=1000;

/// The devices a user may have, of all kinds together.
pub const DEVICES_PER_USER: usize = 8;

/// What sort of device it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Made by `CreateVirtualMFADevice`.
    Virtual {
        /// Its path, `/` or `/…/`.
        path: String,
        /// Its name.
        name: String,
    },
    /// A TOTP token with a seed from the factory.
    Hardware,
    /// A passkey or security key.
    Fido,
    /// A telephone number.
    Sms,
}

/// Whose a device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The user's name.
    pub user: String,
    /// When it was enabled.
    pub since: UnixTime,
    /// How many steps the device's clock is ahead of the server's, as the last pair told it.
    pub skew: i64,
}

/// An MFA device.
#[derive(Clone)]
pub struct Device {
    /// Its serial number: an ARN, or what is printed on the token.
    pub serial: String,
    /// What sort it is.
    pub kind: Kind,
    /// What it shares with the server; nothing for FIDO and SMS.
    pub seed: Option<Seed>,
    /// Its tags, sorted by key.
    pub tags: BTreeMap<String, String>,
    /// Whose it is, if anybody's.
    pub assigned: Option<Assignment>,
    /// The step of the second code of the last accepted pair. It outlives deactivation.
    pub last_pair: Option<u64>,
}

/// Why a pair of codes was not accepted; AWS does not tell, the state here does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairFault {
    /// No two successive steps of the window have these codes in this order.
    NotSuccessive,
    /// They are not later than the last pair that was accepted.
    NotNewer,
}

impl Device {
    /// A device that nobody has yet.
    pub fn new(serial: String, kind: Kind, seed: Option<Seed>) -> Self {
        Self {
            serial,
            kind,
            seed,
            tags: BTreeMap::new(),
            assigned: None,
            last_pair: None,
        }
    }

    /// Whether it was made by `CreateVirtualMFADevice`.
    pub fn is_virtual(&self) -> bool {
        matches!(self.kind, Kind::Virtual { .. })
    }

    /// The name of the user it is assigned to.
    pub fn user(&self) -> Option<&str> {
        self.assigned.as_ref().map(|assignment| assignment.user.as_str())
    }

    /// Whether this base32 text is its seed.
    pub fn has_seed(&self, base32: &str) -> bool {
        let given = Seed::from_base32(base32).ok();
        matches!((&self.seed, given), (Some(seed), Some(given)) if seed.is_same(&given.seed))
    }

    /// Judges a pair of codes and takes it: gives the skew. Ordered, successive, within [`PAIR_WINDOW`] of the
    /// server's time, and strictly newer than the last pair, which means that the first code comes after the second
    /// of then.
    pub fn accept_pair(&mut self, first: &str, second: &str, now: UnixTime) -> Result<i64, PairFault> {
        let seed = self.seed.as_ref().ok_or(PairFault::NotSuccessive)?;
        let current = step_at(now);
        let found = offsets().filter(|offset| {
            let Some(step) = current.checked_add_signed(*offset) else {
                return false;
            };
            // The second code first: it alone rules out nearly every step.
            emits(seed, step, second)
                && step
                    .checked_sub(1)
                    .is_some_and(|before| emits(seed, before, first))
        });
        let mut fault = PairFault::NotSuccessive;
        for offset in found {
            let step = current.saturating_add_signed(offset);
            if self.last_pair.is_none_or(|last| step.saturating_sub(1) > last) {
                self.last_pair = Some(step);
                return Ok(offset);
            }
            fault = PairFault::NotNewer;
        }
        Err(fault)
    }
}

/// A seed as AWS makes them: 40 random bytes.
pub fn new_seed() -> Seed {
    seed_of(random::bytes::<40>())
}

/// The time step of a moment.
pub fn step_at(time: UnixTime) -> u64 {
    let TimeStep(step) = totp::step_at(Period::THIRTY, time);
    step
}

/// Whether this is the code of that step.
pub fn emits(seed: &Seed, step: u64, code: &str) -> bool {
    code_at_step(&OtpParams::DEFAULT_TOTP, seed, TimeStep(step)).as_str() == code
}

fn seed_of(bytes: [u8; 40]) -> Seed {
    Seed::from_bytes(bytes.to_vec()).expect("forty bytes are a seed")
}

/// The window, the nearest steps first, so that a device with a right clock is found at once.
fn offsets() -> impl Iterator<Item = i64> {
    let farthest = *PAIR_WINDOW.end();
    let outward = (1..=farthest).flat_map(|distance| [-distance, distance]);
    std::iter::once(0)
        .chain(outward)
        .filter(|offset| PAIR_WINDOW.contains(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 60_000_000;

    /// With a seed whose codes around that time differ, which six random digits need not.
    fn device() -> Device {
        Device::new("GAHT12345678".to_owned(), Kind::Hardware, Some(seed_of([7; 40])))
    }

    fn code(device: &Device, step: u64) -> String {
        let seed = device.seed.as_ref().unwrap();
        code_at_step(&OtpParams::DEFAULT_TOTP, seed, TimeStep(step))
            .as_str()
            .to_owned()
    }

    fn pair_at(device: &mut Device, second: u64, now: u64) -> Result<i64, PairFault> {
        let (one, two) = (code(device, second - 1), code(device, second));
        device.accept_pair(&one, &two, UnixTime::from_seconds(now * 30))
    }

    #[test]
    fn the_previous_and_the_present_code_are_accepted_at_once() {
        assert_eq!(pair_at(&mut device(), NOW, NOW), Ok(0));
    }

    #[test]
    fn reversed_equal_and_distant_codes_are_no_pair() {
        let mut device = device();
        let codes: Vec<String> = (NOW..NOW + 3).map(|step| code(&device, step)).collect();
        for (one, two) in [(1, 0), (0, 0), (0, 2)] {
            let now = UnixTime::from_seconds(NOW * 30);
            assert_eq!(
                device.accept_pair(&codes[one], &codes[two], now),
                Err(PairFault::NotSuccessive)
            );
        }
    }

    #[test]
    fn the_window_reaches_from_998_steps_before_to_1000_after() {
        for (offset, accepted) in [(-999, false), (-998, true), (1000, true), (1001, false)] {
            let second = NOW.saturating_add_signed(offset);
            assert_eq!(
                pair_at(&mut device(), second, NOW).ok(),
                accepted.then_some(offset),
                "{offset}"
            );
        }
    }

    #[test]
    fn a_pair_must_come_after_the_last_one() {
        let mut device = device();
        assert_eq!(pair_at(&mut device, NOW, NOW), Ok(0));
        assert_eq!(pair_at(&mut device, NOW, NOW), Err(PairFault::NotNewer));
        assert_eq!(pair_at(&mut device, NOW + 1, NOW + 1), Err(PairFault::NotNewer));
        assert_eq!(
            pair_at(&mut device, NOW + 2, NOW + 1),
            Ok(1),
            "codes of the future are allowed"
        );
        assert_eq!(pair_at(&mut device, NOW - 5, NOW + 9), Err(PairFault::NotNewer));
    }

    #[test]
    fn at_the_epoch_nothing_overflows() {
        let mut device = device();
        assert!(
            device
                .accept_pair("000000", "000001", UnixTime::from_seconds(0))
                .is_err()
        );
        assert!(
            device
                .accept_pair("000000", "000001", UnixTime::from_seconds(u64::MAX))
                .is_err()
        );
    }
}
