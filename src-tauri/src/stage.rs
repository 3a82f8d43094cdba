//! At which stage the window is: what it can show before there are accounts to show.

use lockstep_device::authenticator::Authenticator;
use lockstep_device::error::{Error, ErrorCode};
use lockstep_device::store::seeds::StoreKind;
use serde::Serialize;

use crate::error::CommandError;

/// What the window shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    /// The store is being opened.
    Opening,
    /// The store is open and was never used: three ways to begin.
    FirstRun,
    /// The keyring waits for the person: its own window asks for its password.
    KeyringWaiting,
    /// There is no keyring; a vault is offered.
    KeyringMissing(CommandError),
    /// The keyring stayed closed: its question was dismissed or lost. It can be asked again.
    KeyringDenied(CommandError),
    /// Locked: a vault wants its passphrase, a keyring to be asked again.
    Locked {
        /// What stands between a person and the seeds.
        by: LockedBy,
    },
    /// The accounts are there.
    Open,
    /// The store cannot be opened, and asking again does not help by itself.
    Failed(CommandError),
}

/// What stands between a person and the seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum LockedBy {
    /// The vault is closed: its passphrase opens it.
    Vault,
    /// The keyring is locked, and asks for its password.
    Keyring,
    /// Nothing but this window: the keyring is open, and gives its seeds to whoever asks.
    Window,
}

/// The stage, and what does not change with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct Status {
    /// What the window shows.
    pub stage: Stage,
    /// Where seeds are kept, once that is known.
    pub store: Option<StoreKind>,
    /// The version of Lockstep.
    pub version: String,
    /// Whether links or files that the app was started with wait until the accounts are open.
    pub has_waiting: bool,
}

impl Stage {
    /// The stage of a store that has just been opened.
    pub fn of(authenticator: &Authenticator) -> Self {
        let shown = authenticator.accounts();
        let unused =
            shown.accounts.is_empty() && shown.quarantined.is_empty() && authenticator.trash().is_empty();
        if unused { Self::FirstRun } else { Self::Open }
    }

    /// The stage of a store that could not be opened.
    pub fn after(error: Error) -> Self {
        match error.code() {
            ErrorCode::KeyringMissing => Self::KeyringMissing(error.into()),
            ErrorCode::KeyringLocked | ErrorCode::KeyringDenied | ErrorCode::KeyringFailed => {
                Self::KeyringDenied(error.into())
            }
            _ => Self::Failed(error.into()),
        }
    }
}
