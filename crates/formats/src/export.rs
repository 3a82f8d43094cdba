//! What goes out: accounts, and why one of them does not.

use lockstep_device::account::{Label, NewAccount, Standing};
use lockstep_device::backup::document::Entry;
use lockstep_device::otpauth::migration_write::Unsayable;

/// An account to be written, and how it stands.
#[derive(Clone, Copy)]
pub struct Exported<'a> {
    /// The account with its seed.
    pub account: &'a NewAccount,
    /// Of it only whether the account is pinned is written.
    pub standing: Standing,
}

impl<'a> From<&'a Entry> for Exported<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            account: &entry.parsed.account,
            standing: entry.parsed.standing,
        }
    }
}

/// An account that the format cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is called.
    pub label: Label,
    /// Why it is not there.
    pub reason: CannotSay,
}

/// Why a format cannot say an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotSay {
    /// Google Authenticator's export.
    #[error(transparent)]
    Google(#[from] Unsayable),
    /// Aegis keeps counters as signed numbers.
    #[error("its counter {0} is more than Aegis can keep")]
    AegisCounter(u64),
}
