//! A device that an administrator enrolled for the person, handed over as a file: opened, looked at, and added.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lockstep_device::account::Standing;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::view::{AddedView, FoundView};
use lockstep_device::backup::error::BackupError;
use lockstep_device::backup::open::{Keys, SealedWith, sealed_with};
use lockstep_device::error::Error;
use lockstep_device::hand_off::{EXTENSION, HandOff, HandOffError};
use lockstep_device::otpauth::Parsed;
use lockstep_device::passphrase::Passphrase;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::adding::{file_name, read};
use crate::error::ShellError;
use crate::shell::{Shell, locked};

/// The hand-off that a person looks at.
#[derive(Default)]
pub struct HandedOff {
    held: Mutex<Option<Held>>,
}

/// A hand-off that a person handed over. Opened, it holds a seed until it is dropped.
#[derive(Clone)]
struct Held {
    name: String,
    file: Arc<Zeroizing<Vec<u8>>>,
    /// The file of age or SSH identities that the person chose.
    identity: Option<PathBuf>,
    opened: Option<Arc<HandOff>>,
}

/// What a person handed over to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct HeldHandOff {
    /// The file's name.
    pub name: String,
    /// What it holds; nothing as long as it is not open.
    pub device: Option<HandedDevice>,
    /// What it takes to open it; nothing when it is open.
    pub needs: Option<HandOffNeeds>,
}

/// What it takes to open a hand-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum HandOffNeeds {
    /// Its passphrase.
    Passphrase,
    /// The passphrase of an SSH key.
    Protected {
        /// Where the SSH key lies.
        file: String,
    },
    /// Another file of identities.
    Identity,
}

/// One enrolled device, and who enrolled it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct HandedDevice {
    /// The IAM user.
    pub user: String,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// The serial number of the device.
    pub serial: String,
    /// The ARN of whoever enrolled it.
    pub by: String,
    /// When, in seconds since the Unix epoch.
    pub made: u64,
    /// The account with the code of this moment, and whether it is here already.
    pub found: FoundView,
}

/// What `ssh-keygen` makes by itself, of the types that age takes.
const SSH_KEYS: [&str; 2] = [".ssh/id_ed25519", ".ssh/id_rsa"];

impl HandedOff {
    /// Forgets what was handed over.
    pub(crate) fn discard(&self) {
        *locked(&self.held) = None;
    }

    /// Keeps a hand-off that was handed over, unopened.
    pub(crate) fn hold(&self, name: String, file: Zeroizing<Vec<u8>>) {
        *locked(&self.held) = Some(Held {
            name,
            file: Arc::new(file),
            identity: None,
            opened: None,
        });
    }

    /// What was handed over last.
    fn held(&self) -> Result<Held, ShellError> {
        locked(&self.held).clone().ok_or(ShellError::NothingHeld)
    }

    /// Changes what is held; fails when it was given up since.
    fn keep(&self, held: &Held, change: impl FnOnce(&mut Held)) -> Result<(), ShellError> {
        let mut now = locked(&self.held);
        let same = now.as_mut().filter(|now| Arc::ptr_eq(&now.file, &held.file));
        change(same.ok_or(ShellError::NothingHeld)?);
        Ok(())
    }
}

impl Shell {
    /// The hand-off that was handed over, opened with the person's own SSH keys where they do.
    pub fn held_hand_off(&self) -> Result<HeldHandOff, ShellError> {
        self.open_hand_off(None)
    }

    /// Opens it with what a person typed: its passphrase, or that of an SSH key.
    pub fn unlock_hand_off(&self, passphrase: &Passphrase) -> Result<HeldHandOff, ShellError> {
        self.open_hand_off(Some(passphrase))
    }

    /// Opens it with the identities in a file.
    pub fn open_hand_off_with(&self, identity: PathBuf) -> Result<HeldHandOff, ShellError> {
        let held = self.handed_off.held()?;
        self.handed_off
            .keep(&held, |held| held.identity = Some(identity))?;
        self.open_hand_off(None)
    }

    /// Adds its account, and forgets it. One with the same seed that is here already changes nothing.
    pub fn add_hand_off(&self) -> Result<AddedView, ShellError> {
        let added = self.change(|accounts| {
            let opened = self.handed_off.held()?.opened.ok_or(ShellError::NothingHeld)?;
            Ok::<_, ShellError>(accounts.add(opened.account.clone())?)
        })?;
        self.handed_off.discard();
        Ok(added)
    }

    /// Forgets it.
    pub fn discard_hand_off(&self) {
        self.handed_off.discard();
    }

    /// Opens it while nothing is held, so that locking and giving up do not wait for a key derivation.
    fn open_hand_off(&self, passphrase: Option<&Passphrase>) -> Result<HeldHandOff, ShellError> {
        let held = self.handed_off.held()?;
        let authenticator = self.authenticator()?;
        let opened = match &held.opened {
            Some(opened) => Arc::clone(opened),
            None => match held.open(passphrase)? {
                Ok(opened) => Arc::new(opened),
                Err(needs) => {
                    return Ok(HeldHandOff {
                        name: held.name,
                        device: None,
                        needs: Some(needs),
                    });
                }
            },
        };
        let device = device(&opened, &held.name, &authenticator)?;
        self.handed_off.keep(&held, |held| held.opened = Some(opened))?;
        Ok(HeldHandOff {
            name: held.name,
            device,
            needs: None,
        })
    }
}

impl Held {
    /// The hand-off, or what else it takes.
    fn open(&self, passphrase: Option<&Passphrase>) -> Result<Result<HandOff, HandOffNeeds>, ShellError> {
        match sealed_with(&self.name, &self.file).map_err(refused)? {
            SealedWith::Passphrase => match passphrase {
                None => Ok(Err(HandOffNeeds::Passphrase)),
                Some(passphrase) => Ok(Ok(
                    self.open_with(&Keys::none().with_passphrase(passphrase.clone()))?
                )),
            },
            SealedWith::Keys => match &self.identity {
                Some(identity) => self.try_identity(identity, passphrase),
                None => self.try_own_keys(passphrase),
            },
        }
    }

    fn open_with(&self, keys: &Keys) -> Result<HandOff, ShellError> {
        HandOff::open(&self.name, &self.file, keys).map_err(|error| Error::from(error).into())
    }

    /// One key after the other: one of another sort, or of another passphrase, says nothing about the next.
    fn try_own_keys(
        &self,
        passphrase: Option<&Passphrase>,
    ) -> Result<Result<HandOff, HandOffNeeds>, ShellError> {
        let home = std::env::home_dir().unwrap_or_default();
        let own = SSH_KEYS.map(|name| home.join(name));
        let mut outcome = Ok(Err(HandOffNeeds::Identity));
        for path in own.iter().filter(|path| path.is_file()) {
            match self.try_identity(path, passphrase) {
                Ok(Ok(opened)) => return Ok(Ok(opened)),
                Ok(Err(needs)) if matches!(outcome, Ok(Err(HandOffNeeds::Identity))) => {
                    outcome = Ok(Err(needs));
                }
                // Without a passphrase nobody asked for this key; that one is wrong says more than that a key is.
                Err(error) if passphrase.is_some() && (outcome.is_ok() || is_wrong_passphrase(&error)) => {
                    outcome = Err(error);
                }
                _ => {}
            }
        }
        outcome
    }

    fn try_identity(
        &self,
        path: &Path,
        passphrase: Option<&Passphrase>,
    ) -> Result<Result<HandOff, HandOffNeeds>, ShellError> {
        let file = path.display().to_string();
        let text = read(path).map_err(|reason| ShellError::File {
            name: file_name(path),
            reason,
        })?;
        match Keys::none().with_identity_file(&file, &text, passphrase) {
            Err(BackupError::IdentityLocked(_)) => Ok(Err(HandOffNeeds::Protected { file })),
            Err(error) => Err(refused(error)),
            Ok(keys) => self.open_with(&keys).map(Ok),
        }
    }
}

/// Whether a file is named as a hand-off is.
pub(crate) fn is_named_so(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION))
}

fn is_wrong_passphrase(error: &ShellError) -> bool {
    matches!(
        error,
        ShellError::Device(Error::HandOff(HandOffError::Sealed(BackupError::PassphraseWrong)))
    )
}

fn refused(error: BackupError) -> ShellError {
    Error::from(HandOffError::from(error)).into()
}

/// What is shown of it, with the code of this moment.
fn device(
    hand_off: &HandOff,
    name: &str,
    authenticator: &Authenticator,
) -> Result<Option<HandedDevice>, ShellError> {
    let mut preview = Preview::default();
    let parsed = Parsed {
        account: hand_off.account.clone(),
        standing: Standing::default(),
        warnings: vec![],
    };
    preview.push_rows(name, vec![Ok(parsed)]);
    let found = authenticator.view(&preview)?.found.pop();
    Ok(found.map(|found| HandedDevice {
        user: hand_off.user.clone(),
        account: hand_off.aws_account.clone(),
        serial: hand_off.serial.to_string(),
        by: hand_off.by.clone(),
        made: hand_off.made.seconds(),
        found,
    }))
}
