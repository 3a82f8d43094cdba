//! Moments, and the clock that tells them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

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
    fn the_epoch_itself_is_second_zero() {
        assert_eq!(since_epoch(UNIX_EPOCH), Ok(UnixTime::from_seconds(0)));
    }
}
