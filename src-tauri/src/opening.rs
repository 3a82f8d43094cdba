//! Opening the store: at start-up, on asking again, with a passphrase; and locking it.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use lockstep_device::activity::{Deed, Via};
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::open::Access;
use lockstep_device::error::Error;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::choice::chosen_store;
use lockstep_device::store::keyring::{Keyring, KeyringOptions, KeyringState, Prompt};
use lockstep_device::store::seeds::StoreKind;

use crate::error::ShellError;
use crate::notice::ShellNotice;
use crate::shell::Shell;
use crate::stage::{LockedBy, Stage};
use crate::watch::Watch;

impl Shell {
    /// Opens the store that was chosen, or shows what is in the way. Returns when the keyring has answered, which may
    /// be when the person has: meant for a thread of its own.
    pub fn open(self: &Arc<Self>) {
        let attempt = self.next_attempt();
        match chosen_store(&self.home.folder) {
            Ok(Some(StoreKind::Vault)) => {
                self.opened().store = Some(StoreKind::Vault);
                self.show_for(attempt, &Stage::Locked { by: LockedBy::Vault });
            }
            Ok(Some(StoreKind::Keyring) | None) => self.ask_keyring(attempt),
            Err(error) => self.show_for(attempt, &Stage::after(Error::from(error))),
        }
    }

    /// Opens on a thread of its own, from the beginning.
    pub fn open_again(self: &Arc<Self>) {
        self.show(&Stage::Opening);
        let shell = Arc::clone(self);
        std::thread::spawn(move || shell.open());
    }

    /// Makes a vault with this passphrase, and opens it.
    pub fn create_vault(self: &Arc<Self>, passphrase: &Passphrase) -> Result<(), ShellError> {
        self.enter(Access::NewVault(passphrase, WorkFactor::DEFAULT))
    }

    /// Opens the vault; fails with `vault-passphrase-wrong`.
    pub fn unlock_vault(self: &Arc<Self>, passphrase: &Passphrase) -> Result<(), ShellError> {
        self.enter(Access::Vault(passphrase))
    }

    /// Forgets the accounts and their seeds until they are asked for again: a vault wants its passphrase then. A keyring
    /// is locked, for every program that uses it, where it can be and that is wanted, and asks for its password; else it
    /// gives its seeds again when it is asked. A backup that is due is made then, too: it would have to keep the seeds.
    pub fn lock(self: &Arc<Self>) {
        let attempt = self.next_attempt();
        let (store, forgotten) = {
            let mut opened = self.opened();
            (opened.store, (opened.authenticator.take(), opened.watch.take()))
        };
        if let Some(authenticator) = &forgotten.0 {
            authenticator.note(Deed::Locked, None);
        }
        drop(forgotten);
        self.let_go();
        self.wait_for_idle();
        if store == Some(StoreKind::Vault) {
            self.show_for(attempt, &Stage::Locked { by: LockedBy::Vault });
            return;
        }
        // Locking the keyring may take the person's answer, and nothing is shown until then.
        self.show_for(attempt, &Stage::Locked { by: LockedBy::Window });
        if store == Some(StoreKind::Keyring) && self.settings().lock_for_all_programs && keyring_locks() {
            self.show_for(
                attempt,
                &Stage::Locked {
                    by: LockedBy::Keyring,
                },
            );
        }
    }

    /// The same for a reason that is not the person's wish, where anything is open or about to be. A copied code goes, too.
    pub fn lock_by_itself(self: &Arc<Self>) {
        let is_open = matches!(
            self.opened().stage,
            Stage::Opening | Stage::FirstRun | Stage::KeyringWaiting | Stage::Open
        );
        if !is_open {
            return;
        }
        self.lock();
        match self.clipboard.clear() {
            Ok(true) => self.announce.clipboard_cleared(),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "a copied code may still be on the clipboard"),
        }
    }

    /// Nothing stays of what came out of the accounts or waits to go into them: seeds and credentials are in it.
    pub(crate) fn let_go(&self) {
        self.backing.timer.put_off();
        self.backing.discard();
        self.handed_off.discard();
        self.aws.disconnect();
        self.fleet.forget();
        self.discard_preview();
    }

    fn enter(self: &Arc<Self>, access: Access<'_>) -> Result<(), ShellError> {
        let attempt = self.next_attempt();
        self.take_over(attempt, Authenticator::open(self.home.clone(), access)?);
        Ok(())
    }

    fn ask_keyring(self: &Arc<Self>, attempt: u64) {
        let home = self.home.clone();
        let (sender, answer) = channel();
        std::thread::spawn(move || {
            let outcome = Authenticator::open(home, Access::Keyring(KeyringOptions::default()));
            if sender.send(outcome).is_err() {
                tracing::debug!("the keyring answered when nobody waited any more");
            }
        });
        let outcome = match answer.recv_timeout(PATIENCE) {
            Err(RecvTimeoutError::Timeout) => {
                self.show_for(attempt, &Stage::KeyringWaiting);
                answer.recv().map_err(RecvTimeoutError::from)
            }
            early => early,
        };
        match outcome {
            Ok(Ok(authenticator)) => self.take_over(attempt, authenticator),
            Ok(Err(error)) => self.show_for(attempt, &Stage::after(error)),
            Err(_) => self.show_for(attempt, &Stage::Failed(ShellError::BrokeOff.into())),
        }
    }

    /// Shows the accounts of a store that has been opened, unless something else was begun since `attempt`.
    pub(crate) fn take_over(self: &Arc<Self>, attempt: u64, authenticator: Authenticator) {
        authenticator.keep_activity(Via::Window);
        self.clear_practice(&authenticator);
        let stage = Stage::of(&authenticator);
        let watch = Watch::start(self);
        {
            let mut opened = self.opened();
            if opened.attempt != attempt {
                return;
            }
            opened.store = Some(authenticator.store());
            opened.authenticator = Some(Arc::new(authenticator));
            opened.watch = match watch {
                Ok(watch) => Some(watch),
                Err(error) => {
                    tracing::warn!(%error, "the data folder cannot be watched");
                    self.note(ShellNotice::NotWatched);
                    None
                }
            };
        }
        self.show_for(attempt, &stage);
        self.opened_by_somebody();
        if let Ok(authenticator) = self.authenticator() {
            authenticator.note(Deed::Unlocked, None);
            // What an earlier run changed and had no time to back up.
            self.backing.timer.changed(&authenticator, &self.announce);
        }
    }

    pub(crate) fn next_attempt(&self) -> u64 {
        let mut opened = self.opened();
        opened.attempt = opened.attempt.wrapping_add(1);
        opened.attempt
    }

    fn show_for(&self, attempt: u64, stage: &Stage) {
        if self.opened().attempt == attempt {
            self.show(stage);
        }
    }
}

/// Locks the keyring, and says whether it asks for its password from now on.
fn keyring_locks() -> bool {
    let options = KeyringOptions {
        prompt: Prompt::Forbid,
    };
    let state = Keyring::open(&options).and_then(|keyring| {
        keyring.lock()?;
        keyring.state()
    });
    match state {
        Ok(state) => state == KeyringState::Locked,
        Err(error) => {
            tracing::info!(%error, "the keyring was not locked");
            false
        }
    }
}

/// How long the keyring may take before the window says that it waits for the person: opening takes 40 to 300 ms.
const PATIENCE: Duration = Duration::from_millis(400);
