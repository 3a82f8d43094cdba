//! Moving the seeds from the keyring to a vault, and back.

use std::sync::Arc;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::open::Access;
use lockstep_device::error::Error;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::choice::chosen_store;
use lockstep_device::store::keyring::KeyringOptions;
use lockstep_device::store::seeds::StoreKind;
use lockstep_device::store::vault::LockedVault;
use serde::Serialize;

use crate::error::ShellError;
use crate::shell::Shell;
use crate::stage::Stage;

/// Where the seeds can be moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct StoreMove {
    /// The other store.
    pub to: StoreKind,
    /// Whether the passphrase is that of a vault that is there, and not a new one's.
    pub vault_is_there: bool,
}

impl Shell {
    /// Where the seeds can be moved to, and what it takes.
    pub fn store_move(&self) -> Result<StoreMove, ShellError> {
        let store = self.authenticator()?.store();
        Ok(StoreMove {
            to: other(store),
            vault_is_there: store == StoreKind::Vault || self.has_vault()?,
        })
    }

    /// Moves the seeds to the other store; the passphrase is the vault's, wherever it stands. Nothing answers meanwhile. What
    /// fails leaves the accounts open where they are.
    pub fn move_store(self: &Arc<Self>, passphrase: &Passphrase) -> Result<(), ShellError> {
        let here = self.authenticator()?;
        let vault_is_there = self.has_vault()?;
        let (from, to) = match here.store() {
            StoreKind::Vault => (Access::Vault(passphrase), keyring()),
            StoreKind::Keyring if vault_is_there => (keyring(), Access::Vault(passphrase)),
            StoreKind::Keyring => (keyring(), Access::NewVault(passphrase, WorkFactor::DEFAULT)),
        };
        // Of its own, so that nobody else has it when it is given up. A wrong passphrase ends here.
        let moving = Authenticator::open(self.home.clone(), from)?;
        let attempt = self.set_aside();
        match moving.switch_store(to) {
            Ok(moved) => {
                self.take_over(attempt, moved);
                Ok(())
            }
            Err(error) => {
                self.bring_back(attempt, here, passphrase)?;
                Err(error.into())
            }
        }
    }

    /// Nothing is open until the move is over, and nothing stays that the window forgets with it: it shows the accounts anew
    /// then, and could not give up a round of adding, a camera or a run any more.
    fn set_aside(&self) -> u64 {
        let attempt = self.next_attempt();
        let forgotten = {
            let mut opened = self.opened();
            (opened.authenticator.take(), opened.watch.take())
        };
        drop(forgotten);
        self.let_go();
        self.show(&Stage::Opening);
        attempt
    }

    /// Opens what holds the seeds after a move that failed: mostly what held them before.
    fn bring_back(
        self: &Arc<Self>,
        attempt: u64,
        here: Arc<Authenticator>,
        passphrase: &Passphrase,
    ) -> Result<(), ShellError> {
        let before = here.store();
        drop(here);
        let holds = chosen_store(&self.home.folder)
            .map_err(Error::from)?
            .unwrap_or(before);
        let access = match holds {
            StoreKind::Vault => Access::Vault(passphrase),
            StoreKind::Keyring => keyring(),
        };
        self.take_over(attempt, Authenticator::open(self.home.clone(), access)?);
        Ok(())
    }

    fn has_vault(&self) -> Result<bool, ShellError> {
        let vault = LockedVault::find(&self.home.folder, &self.home.faults).map_err(Error::from)?;
        Ok(vault.is_some())
    }
}

fn other(store: StoreKind) -> StoreKind {
    match store {
        StoreKind::Keyring => StoreKind::Vault,
        StoreKind::Vault => StoreKind::Keyring,
    }
}

fn keyring() -> Access<'static> {
    Access::Keyring(KeyringOptions::default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use std::sync::mpsc::channel;

    use lockstep_device::passphrase::Passphrase;
    use zeroize::Zeroizing;

    use crate::aws::choice::AwsChoice;
    use crate::test_shell::shell;

    #[test]
    fn no_seed_that_was_being_added_and_no_credential_of_aws_outlives_a_move() {
        let folder = tempfile::tempdir().unwrap();
        let shell = shell(folder.path().to_owned(), channel().0);
        let passphrase = Passphrase::new(Zeroizing::new("blue lamp 42".to_owned())).unwrap();
        shell.create_vault(&passphrase).unwrap();
        shell
            .add_text("otpauth://totp/GitHub:maya?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub")
            .unwrap();
        assert_eq!(shell.preview().unwrap().found.len(), 1);
        shell.connect_aws(AwsChoice::Practice("maya".to_owned())).unwrap();
        let here = shell.authenticator().unwrap();
        let attempt = shell.set_aside();
        shell.bring_back(attempt, here, &passphrase).unwrap();
        assert!(shell.preview().unwrap().found.is_empty());
        assert_eq!(shell.aws_connection(), None);
    }
}
