//! The log-in manager, on the machine's bus: when it suspends, and when it is told to lock the session
//! (<https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html>).

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zbus::message::Message;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};

use crate::presence::bus::{Bus, Object, Signals};
use crate::presence::{BusPlace, Hear, Lack, Sign};

const SERVICE: &str = "org.freedesktop.login1";
const MANAGER: Object<'static> = Object {
    service: SERVICE,
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
};
const SESSION: &str = "org.freedesktop.login1.Session";

/// The log-in manager, reached.
pub(super) struct Login {
    bus: Bus,
    session: OwnedObjectPath,
}

impl Login {
    pub(super) fn reach(place: &BusPlace) -> Result<Self, Lack> {
        async_io::block_on(async {
            let bus = Bus::system(place).await.map_err(|error| {
                tracing::debug!(%error, "there is no system bus");
                Lack::Bus
            })?;
            // Of whoever asks, or the one that the person sees.
            let session = bus.call(MANAGER, "GetSession", &"auto").await.map_err(|error| {
                tracing::debug!(%error, "the log-in manager knows no session");
                Lack::Service
            })?;
            Ok(Self { bus, session })
        })
    }

    /// Tells `hear` from now on, on a thread of its own.
    pub(super) fn listen(self: &Arc<Self>, hear: &Arc<dyn Hear>) -> zbus::Result<()> {
        let rules = [
            format!(
                "type='signal',sender='{SERVICE}',interface='{}',member='PrepareForSleep'",
                MANAGER.interface
            ),
            format!(
                "type='signal',sender='{SERVICE}',path='{}',interface='{SESSION}',member='Lock'",
                self.session
            ),
        ];
        let signals = async_io::block_on(self.bus.signals(&rules))?;
        let (login, hear) = (Arc::clone(self), Arc::clone(hear));
        std::thread::spawn(move || {
            if let Err(error) = async_io::block_on(login.tell(signals, hear.as_ref())) {
                tracing::warn!(%error, "suspending is not heard of any more");
            }
        });
        Ok(())
    }

    async fn tell(&self, mut signals: Signals, hear: &dyn Hear) -> zbus::Result<()> {
        let mut delay = self.delay().await;
        while let Some(signal) = signals.next().await {
            match heard(&signal?) {
                Some(Heard::Suspends) => {
                    hear.heard(Sign::Suspends);
                    // The machine may go now.
                    delay = None;
                }
                Some(Heard::Wakes) => {
                    hear.heard(Sign::Wakes);
                    delay = self.delay().await;
                }
                Some(Heard::Locks) => hear.heard(Sign::Locks),
                None => {}
            }
        }
        drop(delay);
        Ok(())
    }

    /// Lets the machine wait with suspending for as long as this lives: what is in memory is written to disk when it
    /// hibernates.
    async fn delay(&self) -> Option<OwnedFd> {
        let body = ("sleep", "Lockstep", "The accounts are locked first.", "delay");
        match self.bus.call(MANAGER, "Inhibit", &body).await {
            Ok(delay) => Some(delay),
            Err(error) => {
                tracing::debug!(%error, "suspending does not wait for the accounts to be locked");
                None
            }
        }
    }

    /// For how long nobody was there, as far as the desktop told the log-in manager.
    pub(super) fn idle(&self) -> Option<Duration> {
        let session = Object {
            service: SERVICE,
            path: self.session.as_str(),
            interface: SESSION,
        };
        let (is_idle, since) = async_io::block_on(async {
            let is_idle: bool = self.bus.property(session, "IdleHint").await?;
            let since: u64 = self.bus.property(session, "IdleSinceHint").await?;
            zbus::Result::Ok((is_idle, since))
        })
        .ok()?;
        match (is_idle, since) {
            // No desktop ever said anything about it.
            (_, 0) => None,
            (false, _) => Some(Duration::ZERO),
            (true, since) => SystemTime::now()
                .duration_since(UNIX_EPOCH.checked_add(Duration::from_micros(since))?)
                .ok(),
        }
    }
}

enum Heard {
    Suspends,
    Wakes,
    Locks,
}

fn heard(signal: &Message) -> Option<Heard> {
    let header = signal.header();
    match header.member()?.as_str() {
        "PrepareForSleep" => match signal.body().deserialize() {
            Ok(true) => Some(Heard::Suspends),
            Ok(false) => Some(Heard::Wakes),
            Err(_) => None,
        },
        "Lock" if header.interface()?.as_str() == SESSION => Some(Heard::Locks),
        _ => None,
    }
}
