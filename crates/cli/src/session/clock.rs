//! The clock and what passes the time: the system's, or a test's.

use std::sync::Arc;
use std::time::Duration;

use lockstep_device::time::{Clock, SystemClock};
use lockstep_iam::work::{Pace, Sleep};

/// What tells the time and lets it pass.
pub(crate) struct Timing {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pace: Box<dyn Pace>,
    /// How long the first repetition of a request waits at the most.
    pub(crate) first_backoff: Duration,
}

/// The system's own. Tests of debug builds bring theirs: `LOCKSTEP_TEST_CLOCK=FILE`.
pub(super) fn timing() -> Timing {
    #[cfg(debug_assertions)]
    if let Some(file) = std::env::var_os("LOCKSTEP_TEST_CLOCK") {
        return for_test::timing(file.into());
    }
    Timing {
        clock: Arc::new(SystemClock),
        pace: Box::new(Sleep),
        first_backoff: Duration::from_millis(500),
    }
}

#[cfg(debug_assertions)]
mod for_test {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use lockstep_device::time::{Clock, SystemClock, TimeError, UnixTime};
    use lockstep_iam::work::Pace;

    use super::Timing;

    /// The system's clock, ahead by as many seconds as a file says. Waiting turns it instead of lasting.
    #[derive(Clone)]
    struct TestClock(PathBuf);

    pub(super) fn timing(file: PathBuf) -> Timing {
        let clock = TestClock(file);
        Timing {
            clock: Arc::new(clock.clone()),
            pace: Box::new(clock),
            first_backoff: Duration::from_millis(1),
        }
    }

    impl TestClock {
        fn ahead(&self) -> i64 {
            std::fs::read_to_string(&self.0)
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .expect("LOCKSTEP_TEST_CLOCK is a file with a number of seconds")
        }
    }

    impl Clock for TestClock {
        fn now(&self) -> Result<UnixTime, TimeError> {
            let seconds = SystemClock.now()?.seconds();
            Ok(UnixTime::from_seconds(
                seconds.saturating_add_signed(self.ahead()),
            ))
        }
    }

    impl Pace for TestClock {
        fn wait(&self, time: Duration) {
            let waited = time.as_secs() + u64::from(time.subsec_nanos() > 0);
            let ahead = self.ahead().saturating_add_unsigned(waited);
            let mut beside = self.0.clone().into_os_string();
            beside.push(format!(
                ".{}-{:?}",
                std::process::id(),
                std::thread::current().id()
            ));
            std::fs::write(&beside, ahead.to_string())
                .and_then(|()| std::fs::rename(&beside, &self.0))
                .expect("a test's clock can be written");
        }
    }
}
