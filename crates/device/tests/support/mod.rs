//! What the tests of backups share: a data folder with a vault, and a clock that is moved by hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::view::AddedView;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::error::Error;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::fault::Faults;
use lockstep_device::time::{Clock, TimeError, UnixTime};
use zeroize::Zeroizing;

/// 2025-11-25 18:02:54 UTC.
pub(crate) const NOW: u64 = 1_764_093_774;

/// A clock that is moved by hand.
pub(crate) struct Hands(AtomicU64);

impl Hands {
    pub(crate) fn at(seconds: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(seconds)))
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Result<UnixTime, TimeError> {
        Ok(UnixTime::from_seconds(self.0.load(Ordering::SeqCst)))
    }
}

pub(crate) fn secret(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

pub(crate) fn work() -> WorkFactor {
    WorkFactor::try_from(2).unwrap()
}

fn home(folder: &Path, clock: &Arc<Hands>, faults: Faults) -> Home {
    Home {
        folder: folder.join("lockstep"),
        clock: clock.clone(),
        faults,
    }
}

/// A new vault in `folder`.
pub(crate) fn create(folder: &Path, clock: &Arc<Hands>) -> Authenticator {
    let access = Access::NewVault(&secret("vault"), work());
    Authenticator::open(home(folder, clock, Faults::none()), access).unwrap()
}

/// The vault in `folder` again.
pub(crate) fn open(folder: &Path, clock: &Arc<Hands>, faults: Faults) -> Result<Authenticator, Error> {
    Authenticator::open(home(folder, clock, faults), Access::Vault(&secret("vault")))
}

/// The accounts of `folder` with their seeds in the keyring of this process's session.
#[cfg(target_os = "linux")]
pub(crate) fn on_keyring(folder: &Path, clock: &Arc<Hands>, faults: Faults) -> Result<Authenticator, Error> {
    use lockstep_device::store::keyring::{KeyringOptions, Prompt};
    let options = KeyringOptions {
        prompt: Prompt::Forbid,
    };
    Authenticator::open(home(folder, clock, faults), Access::Keyring(options))
}

/// A link whose secret is made of its number.
pub(crate) fn uri(number: u32) -> String {
    let secret = data_encoding::BASE32_NOPAD.encode(format!("secret-number-{number:06}").as_bytes());
    format!("otpauth://totp/Issuer%20{number}:maya?secret={secret}&issuer=Issuer%20{number}")
}

/// Keeps these links.
pub(crate) fn keep(authenticator: &Authenticator, uris: &[String]) -> Vec<AddedView> {
    let mut preview = Preview::default();
    preview.read_texts("test", &uris.join("\n"));
    let rows: Vec<u32> = (0..u32::try_from(uris.len()).unwrap()).collect();
    authenticator.keep(&preview, &rows, &[]).unwrap()
}

/// The id of the account that `query` names.
pub(crate) fn id(authenticator: &Authenticator, query: &str) -> AccountId {
    use lockstep_device::authenticator::show::Place;
    authenticator.find(query, Place::Live).unwrap().id
}

/// The names of the accounts in use, in their order.
pub(crate) fn names(authenticator: &Authenticator) -> Vec<String> {
    let accounts = authenticator.accounts().accounts.into_iter();
    accounts
        .map(|account| account.issuer.unwrap_or_default())
        .collect()
}

/// The paths of the automatic backups, the newest first.
pub(crate) fn generations(authenticator: &Authenticator) -> Vec<PathBuf> {
    let status = authenticator.backup_status().unwrap();
    status
        .generations
        .into_iter()
        .map(|generation| PathBuf::from(generation.path))
        .collect()
}
