//! The operating system's keyring: one item per account, service `dev.lockstep.Lockstep`, user name the item's key.
//!
//! Through `keyring-core`'s stores, each by its name: on Linux any Secret Service (GNOME's, KDE's and others), on macOS
//! the Keychain, on Windows the Credential Manager. What `keyring-core` lacks on Linux is added behind the same door:
//! reading many items in one go, and telling locked, denied, lost and absent apart before anything may block.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod filing;
#[cfg(not(target_os = "linux"))]
mod native;
#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(target_os = "linux")]
mod session;
#[cfg(target_os = "linux")]
mod writer;

#[cfg(not(target_os = "linux"))]
pub use native::KeyringStore;
#[cfg(target_os = "linux")]
pub use secret_service::KeyringStore;

use super::seeds::StoreError;

/// What every item of ours is filed under.
pub const SERVICE: &str = "dev.lockstep.Lockstep";

/// Whether the person may be asked to unlock the keyring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prompt {
    /// The call blocks while the person answers, for as long as that takes.
    #[default]
    Allow,
    /// The call fails with [`StoreError::KeyringLocked`] at once.
    Forbid,
}

/// How to reach the keyring.
#[derive(Clone, Debug, Default)]
pub struct KeyringOptions {
    /// Whether the person may be asked.
    pub prompt: Prompt,
}

/// What a keyring is like at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyringState {
    /// There is none, and why that is known.
    Absent(String),
    /// It is there; the next call asks the person for its password, or for a new one where there never was one.
    Locked,
    /// It is open.
    Unlocked,
}

/// The operating system's keyring.
pub struct Keyring;

impl Keyring {
    /// Reaches the keyring. Does not unlock it: that is left to the first call that needs it.
    ///
    /// Fails with [`StoreError::KeyringAbsent`] when there is none.
    pub fn open(options: &KeyringOptions) -> Result<KeyringStore, StoreError> {
        KeyringStore::open(options)
    }

    /// What the keyring is like. Never asks the person.
    pub fn state(options: &KeyringOptions) -> Result<KeyringState, StoreError> {
        match Self::open(options) {
            Ok(store) => store.state(),
            Err(StoreError::KeyringAbsent { reason }) => Ok(KeyringState::Absent(reason)),
            Err(error) => Err(error),
        }
    }
}
