//! TOTP (RFC 6238): which time step a moment is in, how long it lasts, and the codes around it.

use std::time::Duration;

use crate::otp::params::{OtpParams, Period};
use crate::otp::{Code, TimeStep, code_at_step};
use crate::seed::Seed;
use crate::time::UnixTime;

/// The code of a moment and the one after it.
#[derive(Clone)]
pub struct TimedCode {
    /// The code now.
    pub code: Code,
    /// The code that follows.
    pub next: Code,
    /// The time step of `code`.
    pub step: TimeStep,
    /// The first second at which `next` is the code.
    pub valid_until: UnixTime,
    /// Seconds until then, 1 to the period.
    pub remaining: u32,
}

/// Two successive codes, as a person hands them to a service that wants to see the device count.
#[derive(Clone)]
pub struct CodePair {
    /// The code now.
    pub first: Code,
    /// The code of the step after it.
    pub second: Code,
    /// The first second after the step of `second`: by then both have passed.
    pub submit_before: UnixTime,
}

/// T of RFC 6238 §4.2, with T0 = 0.
pub fn step_at(period: Period, time: UnixTime) -> TimeStep {
    TimeStep(time.seconds() / u64::from(period.seconds()))
}

/// Seconds until the next step begins, 1 to the period.
pub fn seconds_remaining(period: Period, time: UnixTime) -> u32 {
    period.seconds() - seconds_elapsed(period, time)
}

/// The first second of a step; the last second there is when it would overflow.
pub fn step_starts(period: Period, step: TimeStep) -> UnixTime {
    UnixTime::from_seconds(step.0.saturating_mul(u64::from(period.seconds())))
}

/// The code at `time` with the one after it; nothing for HOTP, whose codes have no time.
pub fn code_at(params: &OtpParams, seed: &Seed, time: UnixTime) -> Option<TimedCode> {
    let period = params.period()?;
    let step = step_at(period, time);
    Some(TimedCode {
        code: code_at_step(params, seed, step),
        next: code_at_step(params, seed, following(step)),
        step,
        valid_until: step_starts(period, following(step)),
        remaining: seconds_remaining(period, time),
    })
}

/// The code at `time` and the one after it, to be submitted together; nothing for HOTP.
pub fn pair_at(params: &OtpParams, seed: &Seed, time: UnixTime) -> Option<CodePair> {
    let period = params.period()?;
    let now = code_at(params, seed, time)?;
    Some(CodePair {
        first: now.code,
        second: now.next,
        submit_before: now
            .valid_until
            .saturating_add(Duration::from_secs(period.seconds().into())),
    })
}

fn seconds_elapsed(period: Period, time: UnixTime) -> u32 {
    let elapsed = time.seconds() % u64::from(period.seconds());
    u32::try_from(elapsed).expect("a remainder is less than the period")
}

fn following(step: TimeStep) -> TimeStep {
    TimeStep(step.0.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::params::{Algorithm, Digits};

    fn seed() -> Seed {
        Seed::from_bytes(b"12345678901234567890".to_vec()).unwrap()
    }

    fn at(seconds: u64) -> UnixTime {
        UnixTime::from_seconds(seconds)
    }

    #[test]
    fn a_step_lasts_from_its_first_second_to_the_one_before_the_next() {
        assert_eq!(step_at(Period::THIRTY, at(59)), TimeStep(1));
        assert_eq!(step_at(Period::THIRTY, at(60)), TimeStep(2));
        assert_eq!(seconds_remaining(Period::THIRTY, at(59)), 1);
        assert_eq!(seconds_remaining(Period::THIRTY, at(60)), 30);
        assert_eq!(step_starts(Period::THIRTY, TimeStep(2)), at(60));
    }

    #[test]
    fn the_next_code_is_the_code_of_the_next_step() {
        let now = code_at(&OtpParams::DEFAULT_TOTP, &seed(), at(59)).unwrap();
        assert_eq!((now.code.as_str(), now.next.as_str()), ("287082", "359152"));
        assert_eq!(
            (now.step, now.valid_until, now.remaining),
            (TimeStep(1), at(60), 1)
        );
        let later = code_at(&OtpParams::DEFAULT_TOTP, &seed(), now.valid_until).unwrap();
        assert_eq!(later.code.as_str(), now.next.as_str());
    }

    #[test]
    fn a_pair_is_two_successive_codes_and_the_end_of_the_second() {
        let pair = pair_at(&OtpParams::DEFAULT_TOTP, &seed(), at(45)).unwrap();
        assert_eq!((pair.first.as_str(), pair.second.as_str()), ("287082", "359152"));
        assert_eq!(pair.submit_before, at(90));
    }

    #[test]
    fn a_counter_has_no_time() {
        let params = OtpParams::Hotp {
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            counter: 5,
        };
        assert!(code_at(&params, &seed(), at(59)).is_none());
        assert!(pair_at(&params, &seed(), at(59)).is_none());
    }

    #[test]
    fn the_last_second_there_is_has_a_code_too() {
        for seconds in [1, 30, 86_400] {
            let params = OtpParams::Totp {
                algorithm: Algorithm::Sha512,
                digits: Digits::try_from(10).unwrap(),
                period: Period::try_from(seconds).unwrap(),
            };
            let pair = pair_at(&params, &seed(), at(u64::MAX)).unwrap();
            assert_eq!(pair.submit_before, at(u64::MAX));
            assert_eq!(pair.first.as_str().len(), 10);
        }
        assert!(code_at(&OtpParams::Steam, &seed(), at(u64::MAX)).is_some());
    }
}
