//! Secrets on their way in.

use lockstep_device::passphrase::{EmptyPassphrase, Passphrase};
use serde::Deserialize;
use zeroize::Zeroizing;

/// A secret that a person typed into the window; erased when dropped, and never on its way out: it can be read from a
/// message and not be written to one.
#[derive(Deserialize, specta::Type)]
#[serde(transparent)]
pub struct SecretText(#[specta(type = String)] Zeroizing<String>);

impl SecretText {
    /// The text as a passphrase; fails when it is empty.
    pub fn parsed(self) -> Result<Passphrase, EmptyPassphrase> {
        Passphrase::new(self.0)
    }

    /// The text.
    pub fn into_inner(self) -> Zeroizing<String> {
        self.0
    }
}
