//! All users of the AWS account that the window is connected to, or of several: seen, enrolled, helped after a lost phone.

pub mod accounts;
pub mod enrolling;
pub mod recovering;
pub mod report;
pub mod run_view;
pub mod running;
pub mod seals;
pub mod seen;
pub mod sweeping;
mod turns;
pub mod view;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use crate::fleet::accounts::Lists;
use crate::fleet::enrolling::Planned;
use crate::fleet::running::Under;
use crate::fleet::seen::Seen;
use crate::fleet::sweeping::Orphans;
use crate::shell::locked;

/// The fleet as far as the window has it.
#[derive(Default)]
pub(crate) struct FleetDesk {
    /// The accounts that a person named.
    pub(crate) lists: Mutex<Lists>,
    /// Counts the readings, so that one that was overtaken changes nothing.
    pub(crate) round: AtomicU64,
    /// The last reading.
    pub(crate) seen: Mutex<Option<Arc<Seen>>>,
    /// What a person looks at before it is done. It holds the keys, and passphrases among them.
    pub(crate) planned: Mutex<Option<Planned>>,
    /// The devices that a person was shown before they are deleted.
    pub(crate) orphans: Mutex<Option<Orphans>>,
    /// The run that is carried out at this moment.
    pub(crate) under: Mutex<Option<Under>>,
}

impl FleetDesk {
    /// Forgets what was read and planned. A run begins nothing more, and can be gone on with.
    pub(crate) fn forget(&self) {
        self.stop();
        *locked(&self.lists) = Lists::default();
        *locked(&self.seen) = None;
        *locked(&self.planned) = None;
        *locked(&self.orphans) = None;
    }

    /// Lets the run that is carried out begin nothing more.
    pub(crate) fn stop(&self) {
        if let Some(under) = &*locked(&self.under) {
            under.stop();
        }
    }
}
