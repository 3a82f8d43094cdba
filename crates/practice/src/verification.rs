//! What STS knows of the devices, a little later than IAM, and how it judges single codes.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use lockstep_device::seed::Seed;
use lockstep_device::time::UnixTime;

use crate::device::{emits, step_at};
use crate::refusal::Refusal;

/// Codes are judged up to this many steps around the server's time and the stored skew.
pub const WINDOW: i64 = 2;
/// Attempts a device has in each bucket.
pub const ATTEMPTS: u32 = 9;
/// Seconds of a bucket of attempts, counted from the Unix epoch.
pub const BUCKET_SECONDS: u64 = 180;

/// Whose device it is, as STS sees it.
#[derive(Clone)]
pub struct Binding {
    /// The user's id, `AIDA…`: a user of the same name who comes later is another.
    pub user_id: String,
    /// What the device shares with the server.
    pub seed: Seed,
    /// How many steps the device's clock is ahead.
    pub skew: i64,
}

/// The devices as STS sees them, by serial number.
#[derive(Default)]
pub struct Bindings(HashMap<String, Record>);

#[derive(Default)]
struct Record {
    /// What becomes visible when, in order.
    changes: Vec<(UnixTime, Option<Binding>)>,
    spent: BTreeSet<u64>,
    bucket: u64,
    attempts: u32,
}

impl Bindings {
    /// From `visible` on, STS knows this of the device. What was to become visible later is overtaken.
    pub fn change(&mut self, serial: &str, visible: UnixTime, binding: Option<Binding>) {
        let changes = &mut self.0.entry(serial.to_owned()).or_default().changes;
        changes.retain(|(from, _)| *from < visible);
        changes.push((visible, binding));
    }

    /// Judges a code: each step once, [`WINDOW`] steps around, [`ATTEMPTS`] in a bucket. A device that is unknown,
    /// another user's or not visible yet, and one with too many attempts, are refused with the same text. A code for
    /// a device that is not visible yet is spent by it.
    pub fn verify(&mut self, serial: &str, user_id: &str, code: &str, now: UnixTime) -> Result<(), Refusal> {
        let record = self.0.get_mut(serial).ok_or_else(unable_to_validate)?;
        let mine = |binding: &&Binding| binding.user_id == user_id;
        let visible = record.visible(now).filter(mine).cloned();
        let coming = record
            .changes
            .last()
            .and_then(|(_, binding)| binding.as_ref())
            .filter(mine)
            .cloned();
        let is_visible = visible.is_some();
        let binding = visible.or(coming).ok_or_else(unable_to_validate)?;
        if !record.may_attempt(now) {
            return Err(unable_to_validate());
        }
        let accepted = record.spend(&binding, code, now);
        match (is_visible, accepted) {
            (false, _) => Err(unable_to_validate()),
            (true, false) => Err(Refusal::access_denied(
                "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            )),
            (true, true) => Ok(()),
        }
    }

    /// Whether STS would take this code now, had nobody tried one before.
    pub fn would_accept(&self, serial: &str, code: &str, now: UnixTime) -> bool {
        let binding = self.0.get(serial).and_then(|record| record.visible(now));
        binding.is_some_and(|binding| steps(binding, now).any(|step| emits(&binding.seed, step, code)))
    }

    /// The steps of a device that were spent.
    pub fn spent(&self, serial: &str) -> Vec<u64> {
        self.0
            .get(serial)
            .map(|record| record.spent.iter().copied().collect())
            .unwrap_or_default()
    }
}

impl Record {
    fn visible(&self, now: UnixTime) -> Option<&Binding> {
        let change = self.changes.iter().rev().find(|(from, _)| *from <= now);
        change.and_then(|(_, binding)| binding.as_ref())
    }

    /// Counts an attempt, good and bad alike.
    fn may_attempt(&mut self, now: UnixTime) -> bool {
        let bucket = now.seconds() / BUCKET_SECONDS;
        if self.bucket != bucket {
            (self.bucket, self.attempts) = (bucket, 0);
        }
        self.attempts = self.attempts.saturating_add(1);
        self.attempts <= ATTEMPTS
    }

    fn spend(&mut self, binding: &Binding, code: &str, now: UnixTime) -> bool {
        let step = steps(binding, now).find(|step| emits(&binding.seed, *step, code));
        step.is_some_and(|step| self.spent.insert(step))
    }
}

/// The moment after which a change made now is seen. The clock counts whole seconds: what is begun counts as one.
pub fn visible_after(delay: Duration, now: UnixTime) -> UnixTime {
    let begun = u64::from(delay.subsec_nanos() > 0);
    now.saturating_add(Duration::from_secs(delay.as_secs().saturating_add(begun)))
}

fn steps(binding: &Binding, now: UnixTime) -> impl Iterator<Item = u64> {
    let middle = step_at(now).saturating_add_signed(binding.skew);
    (-WINDOW..=WINDOW).filter_map(move |offset| middle.checked_add_signed(offset))
}

/// 403, with the two spaces that AWS writes.
fn unable_to_validate() -> Refusal {
    Refusal::access_denied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
         valid and associated with this user.",
    )
}

#[cfg(test)]
mod tests {
    use lockstep_device::otp::params::OtpParams;
    use lockstep_device::otp::{TimeStep, code_at_step};

    use super::*;

    const SERIAL: &str = "arn:aws:iam::123456789012:mfa/maya";
    const NOW: u64 = 60_000_000;

    fn at(step: u64) -> UnixTime {
        UnixTime::from_seconds(step * 30)
    }

    fn code(seed: &Seed, step: u64) -> String {
        code_at_step(&OtpParams::DEFAULT_TOTP, seed, TimeStep(step))
            .as_str()
            .to_owned()
    }

    fn bound(skew: i64, visible: UnixTime) -> (Bindings, Seed) {
        // One whose codes around that time differ, which six random digits need not.
        let seed = Seed::from_bytes(vec![7; 40]).unwrap();
        let mut bindings = Bindings::default();
        let binding = Binding {
            user_id: "AIDA1".to_owned(),
            seed: seed.clone(),
            skew,
        };
        bindings.change(SERIAL, visible, Some(binding));
        (bindings, seed)
    }

    fn message(result: Result<(), Refusal>) -> String {
        result.err().map(|refusal| refusal.message).unwrap_or_default()
    }

    #[test]
    fn a_code_is_good_two_steps_around_and_only_once() {
        let (mut bindings, seed) = bound(0, at(0));
        for (offset, accepted) in [
            (-3, false),
            (-2, true),
            (-2, false),
            (2, true),
            (3, false),
            (0, true),
        ] {
            let code = code(&seed, NOW.saturating_add_signed(offset));
            let result = bindings.verify(SERIAL, "AIDA1", &code, at(NOW));
            assert_eq!(result.is_ok(), accepted, "{offset}");
        }
    }

    #[test]
    fn a_device_that_was_paired_by_a_wrong_clock_takes_codes_of_that_clock_only() {
        let (mut bindings, seed) = bound(120, at(0));
        let right = code(&seed, NOW);
        assert_eq!(
            message(bindings.verify(SERIAL, "AIDA1", &right, at(NOW))),
            "MultiFactorAuthentication failed with invalid MFA one time pass code. "
        );
        assert!(
            bindings
                .verify(SERIAL, "AIDA1", &code(&seed, NOW + 120), at(NOW))
                .is_ok()
        );
    }

    #[test]
    fn the_tenth_attempt_of_three_minutes_is_refused_as_if_the_device_were_unknown() {
        let (mut bindings, seed) = bound(0, at(0));
        for _ in 0..9 {
            assert!(message(bindings.verify(SERIAL, "AIDA1", "000000", at(NOW))).contains("invalid MFA"));
        }
        let good = code(&seed, NOW);
        let refused = message(bindings.verify(SERIAL, "AIDA1", &good, at(NOW)));
        assert!(
            refused.contains("unable to validate MFA code.  Please"),
            "{refused}"
        );
        let later = at(NOW + 6);
        assert!(
            bindings
                .verify(SERIAL, "AIDA1", &code(&seed, NOW + 6), later)
                .is_ok()
        );
    }

    #[test]
    fn a_code_that_came_before_the_device_is_known_is_burnt() {
        let (mut bindings, seed) = bound(0, UnixTime::from_seconds(NOW * 30 + 5));
        let code = code(&seed, NOW);
        assert!(message(bindings.verify(SERIAL, "AIDA1", &code, at(NOW))).contains("unable to validate"));
        let later = UnixTime::from_seconds(NOW * 30 + 5);
        assert!(message(bindings.verify(SERIAL, "AIDA1", &code, later)).contains("invalid MFA"));
    }

    #[test]
    fn another_user_cannot_use_up_the_attempts() {
        let (mut bindings, seed) = bound(0, at(0));
        for _ in 0..20 {
            assert!(bindings.verify(SERIAL, "AIDA2", "000000", at(NOW)).is_err());
        }
        assert!(
            bindings
                .verify(SERIAL, "AIDA1", &code(&seed, NOW), at(NOW))
                .is_ok()
        );
    }

    #[test]
    fn what_was_taken_away_is_known_until_that_has_spread() {
        let (mut bindings, seed) = bound(0, at(0));
        bindings.change(SERIAL, at(NOW + 1), None);
        assert!(
            bindings
                .verify(SERIAL, "AIDA1", &code(&seed, NOW), at(NOW))
                .is_ok()
        );
        assert!(
            bindings
                .verify(SERIAL, "AIDA1", &code(&seed, NOW + 1), at(NOW + 1))
                .is_err()
        );
    }
}
