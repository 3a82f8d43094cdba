//! `store` and `doctor`.

use std::path::{Path, PathBuf};

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::view::CheckView;
use lockstep_device::error::Error;
use lockstep_device::store::choice::choose_store;
use lockstep_device::store::index::IndexFile;
use lockstep_device::store::keyring::{Keyring, KeyringOptions, KeyringState, KeyringStore};
use lockstep_device::store::seeds::{StoreError, StoreKind};
use lockstep_device::store::vault::LockedVault;

use crate::command::aws::doctor;
use crate::command::backup;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::prompt;
use crate::report::store::{ChecksReport, StoreReport};
use crate::report::{Done, Notices};
use crate::session::{Session, work_factor};

/// The option for the passphrase of a new vault, or a vault's new one.
const NEW_PASSPHRASE_FILE: &str = "--new-passphrase-file";

pub(crate) fn status(session: &Session) -> Outcome {
    shown(StoreReport {
        store: name(session.store()?),
        chosen: session.chosen()?.is_some(),
        keyring: keyring_state()?,
        vault: vault(session)?.is_some(),
        home: session.home.folder.display().to_string(),
    })
}

fn name(store: StoreKind) -> &'static str {
    match store {
        StoreKind::Keyring => "keyring",
        StoreKind::Vault => "vault",
    }
}

fn keyring_state() -> Result<&'static str, Error> {
    Ok(match Keyring::state(&KeyringOptions::default())? {
        KeyringState::Absent(_) => "absent",
        KeyringState::Locked => "locked",
        KeyringState::Unlocked => "unlocked",
    })
}

fn keyring() -> Result<KeyringStore, Error> {
    Ok(Keyring::open(&KeyringOptions::default())?)
}

fn vault(session: &Session) -> Result<Option<LockedVault>, CliError> {
    Ok(LockedVault::find(&session.home.folder, &session.home.faults).map_err(Error::from)?)
}

/// Moves the seeds to `wanted`. Where nothing was stored yet and no keyring is open, the vault is simply made.
pub(crate) fn choose(wanted: StoreKind, passphrase_file: Option<&PathBuf>, session: &Session) -> Outcome {
    let present = session.store()?;
    if present == wanted && session.chosen()? == Some(wanted) {
        return Err(Error::SameStore(wanted).into());
    }
    match wanted {
        StoreKind::Keyring => {
            let vault = session.with_access(|access| Authenticator::open(session.home.clone(), access))?;
            session.opened(vault.switch_store(Access::Keyring(KeyringOptions::default()))?);
        }
        StoreKind::Vault => use_vault(passphrase_file, session)?,
    }
    let sentence = format!("Seeds are kept in the {} now.", name(wanted));
    shown(Done {
        outcome: "switched",
        sentence,
    })
}

fn use_vault(passphrase_file: Option<&PathBuf>, session: &Session) -> Result<(), CliError> {
    let nothing_yet = session.chosen()?.is_none()
        && !IndexFile::new(&session.home.folder, session.home.faults.clone())
            .exists()
            .map_err(Error::from)?;
    let keyring_is_open =
        Keyring::state(&KeyringOptions::default()).map_err(Error::from)? == KeyringState::Unlocked;
    let there = match vault(session) {
        Ok(vault) => vault.is_some(),
        // What is left of making a vault that never came into use; making one sets it aside.
        Err(CliError::Device(Error::Store(StoreError::VaultDamaged { .. }))) => {
            session.chosen()? == Some(StoreKind::Vault)
        }
        Err(error) => return Err(error),
    };
    let passphrase_file = passphrase_file.or(session.passphrase_file());
    let passphrase = if there {
        session.passphrase()?
    } else {
        prompt::new_passphrase(passphrase_file, NEW_PASSPHRASE_FILE)?
    };
    let access = if there {
        Access::Vault(&passphrase)
    } else {
        Access::NewVault(&passphrase, work_factor())
    };
    if nothing_yet && !keyring_is_open {
        session.opened(Authenticator::open(session.home.clone(), access)?);
        // A vault that was made by a run that was broken off is there, but was never chosen.
        choose_store(&session.home.folder, StoreKind::Vault, &session.home.faults).map_err(Error::from)?;
    } else {
        let keyring = Access::Keyring(KeyringOptions::default());
        session.opened(Authenticator::open(session.home.clone(), keyring)?.switch_store(access)?);
    }
    Ok(())
}

pub(crate) fn lock(session: &Session) -> Outcome {
    let sentence = match session.store()? {
        StoreKind::Keyring => {
            keyring()?.lock().map_err(Error::from)?;
            "The keyring is locked, for every program that uses it."
        }
        StoreKind::Vault => "The vault is locked: no command leaves it open.",
    };
    shown(Done {
        outcome: "locked",
        sentence: sentence.to_owned(),
    })
}

pub(crate) fn unlock(session: &Session) -> Outcome {
    let sentence = match session.store()? {
        StoreKind::Keyring => {
            keyring()?.unlock().map_err(Error::from)?;
            "The keyring is unlocked."
        }
        StoreKind::Vault => {
            session.open()?;
            "The passphrase opens the vault. Each command asks for it again."
        }
    };
    shown(Done {
        outcome: "unlocked",
        sentence: sentence.to_owned(),
    })
}

pub(crate) fn change_passphrase(file: Option<&PathBuf>, session: &Session) -> Outcome {
    let vault = vault(session)?.ok_or(Error::Store(StoreError::VaultAbsent))?;
    let present = session.passphrase()?;
    let vault = vault.unlock(&present).map_err(|(_, error)| Error::from(error))?;
    let passphrase = prompt::new_passphrase(file, NEW_PASSPHRASE_FILE)?;
    vault
        .change_passphrase(&passphrase, work_factor())
        .map_err(Error::from)?;
    shown(Done {
        outcome: "changed",
        sentence: "The vault has a new passphrase.".to_owned(),
    })
}

pub(crate) fn repair(session: &Session) -> Outcome {
    let open = |access: Access<'_>| Authenticator::open_repairing(session.home.clone(), access);
    let authenticator = session.opened(session.with_access(open)?);
    shown(Notices {
        notices: authenticator.notices(),
    })
}

pub(crate) fn doctor(aws: bool, session: &Session) -> Outcome {
    let store = session.store()?;
    let mut checks = vec![check_keyring(store)];
    match session.open() {
        Ok(authenticator) => {
            checks.extend(authenticator.check());
            checks.extend(backup::checks(&authenticator));
            checks.extend(doctor::checks(authenticator, aws, session));
        }
        Err(CliError::Usage { message, remedy }) => return Err(CliError::Usage { message, remedy }),
        Err(error) => checks.push(CheckView::bad("accounts", error.to_string(), &error.remedy())),
    }
    checks.push(check_chosen(&session.home.folder, session));
    shown(ChecksReport { checks })
}

fn check_keyring(store: StoreKind) -> CheckView {
    let state = match keyring_state() {
        Ok(state) => state,
        Err(error) => return CheckView::bad("keyring", error.to_string(), error.remedy()),
    };
    match (store, state) {
        (StoreKind::Keyring, "absent") => CheckView::bad(
            "keyring",
            "absent, and seeds are to be kept in it".to_owned(),
            "Start a keyring, or choose the vault: lockstep store use vault",
        ),
        (StoreKind::Keyring, "locked") => {
            CheckView::bad("keyring", "locked".to_owned(), "Unlock it: lockstep store unlock")
        }
        (StoreKind::Keyring, _) => CheckView::good("keyring", state.to_owned()),
        (StoreKind::Vault, _) => CheckView::good("keyring", format!("{state}; the vault is in use")),
    }
}

fn check_chosen(folder: &Path, session: &Session) -> CheckView {
    match session.chosen() {
        Ok(Some(store)) => CheckView::good(
            "store",
            format!("{} was chosen, in {}", name(store), folder.display()),
        ),
        Ok(None) => CheckView::good(
            "store",
            format!("the default, the keyring, in {}", folder.display()),
        ),
        Err(error) => CheckView::bad("store", error.to_string(), &error.remedy()),
    }
}
