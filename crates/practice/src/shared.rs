//! What the connections of one server have in common: the account, and how it is reached.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::account::Account;

/// What the connections have in common.
pub struct Shared {
    account: Mutex<Account>,
    /// The first part of the control endpoint's path, which cannot be guessed.
    pub token: String,
    started: Instant,
}

impl Shared {
    /// A server that starts now.
    pub fn new(account: Account, token: String) -> Self {
        Self {
            account: Mutex::new(account),
            token,
            started: Instant::now(),
        }
    }

    /// The account. A test that panicked while it looked does not keep others from looking.
    pub fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the server has been running.
    pub fn running(&self) -> Duration {
        self.started.elapsed()
    }
}
