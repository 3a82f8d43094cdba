//! Moments, and the clock that tells them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Whole seconds since the Unix epoch (RFC 6238 §4.2, T0 = 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The moment `seconds` after the Unix epoch.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// The moment `duration` later, in whole seconds; the last one there is when it would overflow.
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_secs()))
    }

    /// As RFC 3339 in UTC; nothing beyond the year 9999, which has no such form.
    pub fn rfc3339(self) -> Option<String> {
        let seconds = i64::try_from(self.0).ok()?;
        OffsetDateTime::from_unix_timestamp(seconds)
            .ok()?
            .format(&Rfc3339)
            .ok()
    }
}

/// How far a service's clock is ahead of ours, in whole seconds; negative when it is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Drift(i64);

impl Drift {
    /// The service's clock is so many seconds ahead.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The drift between what the service said and what our clock said at the same moment; the largest there is when it
    /// would overflow.
    pub fn between(service: UnixTime, ours: UnixTime) -> Self {
        let difference = i128::from(service.0) - i128::from(ours.0);
        Self(i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX }))
    }

    /// Seconds that the service is ahead.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The service's time when our clock says `ours`; the nearest moment there is when it would overflow.
    pub const fn service_time(self, ours: UnixTime) -> UnixTime {
        UnixTime(ours.0.saturating_add_signed(self.0))
    }
}

/// Why the time is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// One-time passwords count from 1970 (RFC 6238 §4.2); before it there is no time step.
    #[error("the system clock says a time before 1970-01-01, and codes count from there")]
    BeforeEpoch,
}

/// Whatever tells the time. Everything below a shell is handed one and reads no other.
pub trait Clock: Send + Sync {
    /// The present moment; fails with [`TimeError::BeforeEpoch`] when the clock stands before 1970.
    fn now(&self) -> Result<UnixTime, TimeError>;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Result<UnixTime, TimeError> {
        since_epoch(SystemTime::now())
    }
}

fn since_epoch(moment: SystemTime) -> Result<UnixTime, TimeError> {
    moment
        .duration_since(UNIX_EPOCH)
        .map(|elapsed| UnixTime(elapsed.as_secs()))
        .map_err(|_| TimeError::BeforeEpoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_is_an_error_and_not_a_panic() {
        let moment = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(since_epoch(moment), Err(TimeError::BeforeEpoch));
    }

    #[test]
    fn a_drift_leads_from_our_time_to_the_service_s() {
        let (ours, service) = (UnixTime::from_seconds(100), UnixTime::from_seconds(40));
        assert_eq!(Drift::between(service, ours).seconds(), -60);
        assert_eq!(Drift::between(service, ours).service_time(ours), service);
        let furthest = Drift::between(UnixTime::from_seconds(u64::MAX), UnixTime::from_seconds(0));
        assert_eq!(furthest.seconds(), i64::MAX);
        assert_eq!(
            Drift::from_seconds(-200).service_time(ours),
            UnixTime::from_seconds(0)
        );
    }

    #[test]
    fn the_epoch_itself_is_second_zero() {
        assert_eq!(since_epoch(UNIX_EPOCH), Ok(UnixTime::from_seconds(0)));
    }
}
