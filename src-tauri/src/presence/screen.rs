//! The desktop on the session's bus: when it locks the screen, and for how long nobody touched anything.

use std::sync::Arc;
use std::time::Duration;

use crate::presence::bus::{Bus, Object, Signals};
use crate::presence::{BusPlace, Hear, Lack, Sign};

/// Who locks screens, each with an interface of its own name and the same signal.
const SAVERS: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

/// GNOME's, in milliseconds.
const MONITOR: Object<'static> = Object {
    service: "org.gnome.Mutter.IdleMonitor",
    path: "/org/gnome/Mutter/IdleMonitor/Core",
    interface: "org.gnome.Mutter.IdleMonitor",
};

/// KDE's and others'.
const SAVER: Object<'static> = Object {
    service: "org.freedesktop.ScreenSaver",
    path: "/org/freedesktop/ScreenSaver",
    interface: "org.freedesktop.ScreenSaver",
};

/// The session's bus, reached.
pub(super) struct Screen(Bus);

impl Screen {
    pub(super) fn reach(place: &BusPlace) -> Result<Self, Lack> {
        async_io::block_on(Bus::session(place))
            .map(Self)
            .map_err(|error| {
                tracing::debug!(%error, "there is no session bus");
                Lack::Bus
            })
    }

    /// Tells `hear` from now on, on a thread of its own.
    pub(super) fn listen(&self, hear: &Arc<dyn Hear>) -> zbus::Result<()> {
        let rules = SAVERS.map(|saver| {
            format!("type='signal',sender='{saver}',interface='{saver}',member='ActiveChanged'")
        });
        let signals = async_io::block_on(self.0.signals(&rules))?;
        let hear = Arc::clone(hear);
        std::thread::spawn(move || {
            if let Err(error) = async_io::block_on(tell(signals, hear.as_ref())) {
                tracing::warn!(%error, "locking the screen is not heard of any more");
            }
        });
        Ok(())
    }

    /// Whether anybody on the bus says that the screen is locked.
    pub(super) fn tells(&self) -> bool {
        async_io::block_on(async {
            for saver in SAVERS {
                if self.0.has(saver).await {
                    return true;
                }
            }
            false
        })
    }

    /// For how long nobody touched anything, which is no longer than `at_most`.
    pub(super) fn idle(&self, at_most: Duration) -> Option<Duration> {
        async_io::block_on(async {
            if self.0.has(MONITOR.service).await
                && let Ok(idle) = self.0.call(MONITOR, "GetIdletime", &()).await
            {
                return Some(Duration::from_millis(idle));
            }
            // Nobody is started only to be asked.
            if !self.0.has(SAVER.service).await {
                return None;
            }
            let idle: u32 = self.0.call(SAVER, "GetSessionIdleTime", &()).await.ok()?;
            Some(in_seconds_or_less(idle, at_most))
        })
    }
}

async fn tell(mut signals: Signals, hear: &dyn Hear) -> zbus::Result<()> {
    while let Some(signal) = signals.next().await {
        let signal = signal?;
        let header = signal.header();
        let is_saver = header
            .interface()
            .is_some_and(|interface| SAVERS.contains(&interface.as_str()));
        if is_saver && signal.body().deserialize() == Ok(true) {
            hear.heard(Sign::Locks);
        }
    }
    Ok(())
}

/// Seconds by the specification, and milliseconds by some who follow it. Longer than it can be, it is the latter.
fn in_seconds_or_less(idle: u32, at_most: Duration) -> Duration {
    let seconds = Duration::from_secs(idle.into());
    if seconds > at_most.saturating_add(ROUNDING) {
        Duration::from_millis(idle.into())
    } else {
        seconds
    }
}

/// Our clock counts whole seconds.
const ROUNDING: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_that_counts_milliseconds_is_understood() {
        let window = Duration::from_mins(15);
        assert_eq!(in_seconds_or_less(90, window), Duration::from_secs(90));
        assert_eq!(in_seconds_or_less(90_000, window), Duration::from_secs(90));
    }
}
