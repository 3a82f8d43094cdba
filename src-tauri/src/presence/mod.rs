//! Whether somebody sits there: what the desktop says when the machine suspends, the screen is locked, or nobody touches
//! anything. Where the desktop says nothing, that is no error; the settings show it.

#[cfg(target_os = "linux")]
mod bus;
pub mod idle;
#[cfg(target_os = "linux")]
mod login;
#[cfg(target_os = "linux")]
mod screen;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

#[cfg(target_os = "linux")]
use crate::presence::login::Login;
#[cfg(target_os = "linux")]
use crate::presence::screen::Screen;

/// What the desktop said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The machine is about to suspend.
    Suspends,
    /// It is back from that.
    Wakes,
    /// The screen or the session is locked.
    Locks,
}

/// Whoever is told.
pub trait Hear: Send + Sync {
    /// The desktop said this. The machine waits with suspending until the call returns.
    fn heard(&self, sign: Sign);
}

/// Whoever knows for how long nobody has touched anything.
pub trait SessionIdle: Send + Sync {
    /// For how long; nothing when that is not known. It is surely no longer than `at_most`.
    fn idle(&self, at_most: Duration) -> Option<Duration>;
}

/// What a desktop does not say, or does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// There is no bus on which it would be said.
    Bus,
    /// There is a bus, and nobody on it who does that.
    Service,
    /// Lockstep does not do it on this system.
    System,
}

/// Where a D-Bus bus is.
#[derive(Clone, Debug, Default)]
pub enum BusPlace {
    /// Where the environment says.
    #[default]
    Usual,
    /// At this address.
    At(String),
}

/// The two buses of a desktop.
#[derive(Clone, Debug, Default)]
pub struct Buses {
    /// That of the person's session.
    pub session: BusPlace,
    /// That of the machine.
    pub system: BusPlace,
}

/// What is heard of the desktop.
#[cfg(target_os = "linux")]
pub struct Presence {
    login: Result<Arc<Login>, Lack>,
    screen: Result<Screen, Lack>,
}

#[cfg(target_os = "linux")]
impl Presence {
    /// Listens from now on. Blocks while the buses are reached.
    pub fn listen(buses: &Buses, hear: &Arc<dyn Hear>) -> Self {
        let deaf = |error: zbus::Error| {
            tracing::warn!(%error, "the bus lets nobody listen");
            Lack::Service
        };
        let login = Login::reach(&buses.system).map(Arc::new);
        let screen = Screen::reach(&buses.session);
        Self {
            login: login.and_then(|login| login.listen(hear).map(|()| login).map_err(deaf)),
            screen: screen.and_then(|screen| screen.listen(hear).map(|()| screen).map_err(deaf)),
        }
    }

    /// Why suspending is not heard of; nothing when it is.
    pub fn lacks_suspend(&self) -> Option<Lack> {
        self.login.as_ref().err().copied()
    }

    /// Why nobody says that the screen is locked; nothing when somebody does.
    pub fn lacks_screen_lock(&self) -> Option<Lack> {
        match &self.screen {
            Ok(screen) => (!screen.tells()).then_some(Lack::Service),
            Err(lack) => Some(*lack),
        }
    }

    /// Why only input to the window is known; nothing when the session's is.
    pub fn lacks_idle(&self) -> Option<Lack> {
        match (self.idle(Duration::MAX), &self.screen) {
            (Some(_), _) => None,
            (None, Err(lack)) => Some(*lack),
            (None, Ok(_)) => Some(Lack::Service),
        }
    }
}

#[cfg(target_os = "linux")]
impl SessionIdle for Presence {
    fn idle(&self, at_most: Duration) -> Option<Duration> {
        let of_screen = self.screen.as_ref().ok().and_then(|screen| screen.idle(at_most));
        of_screen.or_else(|| self.login.as_ref().ok().and_then(|login| login.idle()))
    }
}

/// Nothing is heard of the desktop on this system yet.
#[cfg(not(target_os = "linux"))]
pub struct Presence;

#[cfg(not(target_os = "linux"))]
impl Presence {
    /// Listens to nothing.
    pub fn listen(_buses: &Buses, _hear: &Arc<dyn Hear>) -> Self {
        Self
    }

    /// Why suspending is not heard of.
    pub fn lacks_suspend(&self) -> Option<Lack> {
        Some(Lack::System)
    }

    /// Why nobody says that the screen is locked.
    pub fn lacks_screen_lock(&self) -> Option<Lack> {
        Some(Lack::System)
    }

    /// Why only input to the window is known.
    pub fn lacks_idle(&self) -> Option<Lack> {
        Some(Lack::System)
    }
}

#[cfg(not(target_os = "linux"))]
impl SessionIdle for Presence {
    fn idle(&self, _at_most: Duration) -> Option<Duration> {
        None
    }
}
