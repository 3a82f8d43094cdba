//! From the global options to an opened authenticator. The only place that reads the environment and the home folder.

pub(crate) mod aws;
mod clock;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use lockstep_device::activity::Via;
use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::error::Error;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::choice::chosen_store;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::keyring::KeyringOptions;
use lockstep_device::store::seeds::StoreKind;
use lockstep_iam::work::Pace;

use crate::args::{GlobalArgs, StoreName};
use crate::error::CliError;
use crate::output::Output;
use crate::session::aws::AwsOptions;
use crate::session::clock::{Timing, timing};
use crate::{files, prompt};

/// What every command is handed.
pub(crate) struct Session {
    pub(crate) output: Output,
    pub(crate) home: Home,
    pub(crate) aws: AwsOptions,
    /// What passes the time.
    pub(crate) pace: Box<dyn Pace>,
    /// How long the first repetition of a request to AWS waits at the most.
    pub(crate) first_backoff: Duration,
    asked_home: Option<PathBuf>,
    asked_store: Option<StoreKind>,
    passphrase_file: Option<PathBuf>,
    /// Whether the terminal is asked also where the streams go elsewhere.
    asks_terminal: Cell<bool>,
    /// What a command opened, for the backup after it.
    opened: RefCell<Option<Rc<Authenticator>>>,
}

impl Session {
    /// The session of these options; fails where neither they nor the system name a data folder.
    pub(crate) fn new(global: GlobalArgs) -> Result<Self, CliError> {
        let output = Output::new(&global);
        let folder = match &global.home {
            Some(folder) => folder.clone(),
            None => dirs::data_dir().ok_or(CliError::NoHome)?.join("lockstep"),
        };
        let Timing {
            clock,
            pace,
            first_backoff,
        } = timing();
        let home = Home {
            folder,
            clock,
            faults: planned_faults(),
        };
        let asked_store = global.store.map(StoreKind::from);
        Ok(Self {
            output,
            home,
            aws: AwsOptions::new(global.aws)?,
            pace,
            first_backoff,
            asked_home: global.home,
            asked_store,
            passphrase_file: global.passphrase_file,
            asks_terminal: Cell::default(),
            opened: RefCell::default(),
        })
    }

    /// Where the seeds are: what `--store` says, else what was chosen, else the keyring.
    pub(crate) fn store(&self) -> Result<StoreKind, CliError> {
        let chosen = match self.asked_store {
            Some(store) => Some(store),
            None => self.chosen()?,
        };
        Ok(chosen.unwrap_or(StoreKind::Keyring))
    }

    /// The store that `store use` chose.
    pub(crate) fn chosen(&self) -> Result<Option<StoreKind>, CliError> {
        Ok(chosen_store(&self.home.folder).map_err(Error::from)?)
    }

    /// Opens the accounts and passes on what was repaired or noticed.
    pub(crate) fn open(&self) -> Result<Rc<Authenticator>, CliError> {
        let opened = self.opened(self.with_access(|access| Authenticator::open(self.home.clone(), access))?);
        for notice in opened.notices() {
            self.output.note(&notice.message);
        }
        Ok(opened)
    }

    /// Remembers what a command opened, so that what it changes is backed up at its end.
    pub(crate) fn opened(&self, authenticator: Authenticator) -> Rc<Authenticator> {
        authenticator.keep_activity(Via::CommandLine);
        let opened = Rc::new(authenticator);
        self.opened.replace(Some(opened.clone()));
        opened
    }

    /// Backs up what the command changed, or one before it that broke off. That this failed is said, is remembered for `doctor`, and changes nothing about
    /// how the command ended.
    pub(crate) fn back_up_changes(&self) {
        let opened = self.opened.borrow();
        let Some(authenticator) = opened.as_ref().filter(|opened| opened.has_unsaved_changes()) else {
            return;
        };
        if let Err(error) = authenticator.back_up_changes() {
            self.output.warning(
                &format!("what changed could not be backed up: {error}"),
                error.remedy(),
            );
        }
    }

    /// That what the command did is not in the log of activity changes nothing about how it ended.
    pub(crate) fn finish_activity(&self) {
        let opened = self.opened.borrow();
        let Some(authenticator) = opened.as_ref() else {
            return;
        };
        authenticator.settle_activity();
        if let Some(reason) = authenticator.activity_failure() {
            self.output.warning(
                &format!("what was done could not be written into the log of activity: {reason}"),
                "It was done all the same.",
            );
        }
    }

    /// Calls `open` with what it takes to get at the seeds.
    pub(crate) fn with_access<T>(
        &self,
        open: impl FnOnce(Access<'_>) -> Result<T, Error>,
    ) -> Result<T, CliError> {
        let store = self.store()?;
        tracing::debug!(%store, folder = %self.home.folder.display(), "opening");
        match store {
            StoreKind::Keyring => Ok(open(Access::Keyring(KeyringOptions::default()))?),
            StoreKind::Vault => {
                let passphrase = self.passphrase()?;
                Ok(open(Access::Vault(&passphrase))?)
            }
        }
    }

    /// From now on the passphrase is asked for at the terminal also where the streams go elsewhere, as those of a program do
    /// that AWS's tools start.
    pub(crate) fn ask_at_the_terminal(&self) {
        self.asks_terminal.set(true);
    }

    /// The vault's passphrase: from the file that was named, or typed.
    pub(crate) fn passphrase(&self) -> Result<Passphrase, CliError> {
        match &self.passphrase_file {
            Some(file) => prompt::parse(files::read_passphrase(file)?),
            None if prompt::is_interactive() => prompt::parse(prompt::secret("Passphrase")?),
            // The question appears in the middle of what another program says.
            None if self.asks_terminal.get() && prompt::has_terminal() => {
                prompt::parse(prompt::secret("Passphrase of the Lockstep vault")?)
            }
            None => Err(CliError::PassphraseNeeded),
        }
    }

    /// Fails when several of these files and the passphrase's are standard input, which can be read once.
    pub(crate) fn reads_once(&self, files: &[&Path]) -> Result<(), CliError> {
        let named = files.iter().copied().chain(self.passphrase_file.as_deref());
        if named.filter(|path| files::is_standard_stream(path)).count() > 1 {
            return Err(CliError::usage(
                "standard input can hold one thing, and several are to be read from it",
                "Put the others into files.",
            ));
        }
        Ok(())
    }

    /// The data folder that `--home` or the environment names.
    pub(crate) fn asked_home(&self) -> Option<&Path> {
        self.asked_home.as_deref()
    }

    /// The store that `--store` names.
    pub(crate) fn asked_store(&self) -> Option<StoreKind> {
        self.asked_store
    }

    /// The file that was named for the passphrase.
    pub(crate) fn passphrase_file(&self) -> Option<&PathBuf> {
        self.passphrase_file.as_ref()
    }
}

/// Who sits at which machine, for the head of a recovery kit: `maya on halden-lt-07`, or less.
pub(crate) fn made_for() -> String {
    let user = std::env::var("USER").unwrap_or_default();
    let machine = machine();
    match (user.is_empty(), machine.is_empty()) {
        (false, false) => format!("{user} on {machine}"),
        _ => format!("{user}{machine}"),
    }
}

#[cfg(unix)]
fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn machine() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

impl From<StoreName> for StoreKind {
    fn from(name: StoreName) -> Self {
        match name {
            StoreName::Keyring => Self::Keyring,
            StoreName::Vault => Self::Vault,
        }
    }
}

/// What a test wants to go wrong: `LOCKSTEP_FAULT=kill:N`, `full:N` or `read-only:N`, at the N-th step of a write.
#[cfg(debug_assertions)]
fn planned_faults() -> Faults {
    let Ok(plan) = std::env::var("LOCKSTEP_FAULT") else {
        return Faults::none();
    };
    match plan.split_once(':').map(|(kind, step)| (kind, step.parse())) {
        Some(("kill", Ok(step))) => Faults::kill_at(step),
        Some(("full", Ok(step))) => Faults::fail_at(step, std::io::ErrorKind::StorageFull),
        Some(("read-only", Ok(step))) => Faults::fail_at(step, std::io::ErrorKind::ReadOnlyFilesystem),
        _ => panic!("LOCKSTEP_FAULT is kill:N, full:N or read-only:N"),
    }
}

#[cfg(not(debug_assertions))]
fn planned_faults() -> Faults {
    Faults::none()
}

/// The work factor of a new vault. Tests want a quick one: `LOCKSTEP_TEST_WORK_FACTOR`.
#[cfg(debug_assertions)]
pub(crate) fn work_factor() -> WorkFactor {
    match std::env::var("LOCKSTEP_TEST_WORK_FACTOR").map(|text| text.parse::<u8>().map(WorkFactor::try_from))
    {
        Ok(Ok(Ok(factor))) => factor,
        Ok(_) => panic!("LOCKSTEP_TEST_WORK_FACTOR is a number from 1 to 20"),
        Err(_) => WorkFactor::DEFAULT,
    }
}

/// The work factor of a new vault.
#[cfg(not(debug_assertions))]
pub(crate) fn work_factor() -> WorkFactor {
    WorkFactor::DEFAULT
}
