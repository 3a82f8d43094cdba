//! Opening a backup: with a passphrase, with the recovery identity, or with other keys.

use std::io::BufReader;

use age::secrecy::SecretString;
use age::{Callbacks, Identity, IdentityFile};
use zeroize::Zeroizing;

use super::document::Document;
use super::error::BackupError;
use super::lock::is_cut_off;
use super::recovery::RecoveryIdentity;
use crate::passphrase::{Passphrase, WorkFactor};
use crate::store::sealed::{self, OpenError};

/// The largest backup that is read, in bytes: some 100,000 accounts.
pub const MAX_BACKUP_BYTES: u64 = 64 * 1024 * 1024;

/// What opens a backup.
#[derive(Default)]
pub struct Keys {
    identities: Vec<Box<dyn Identity>>,
    passphrase: Option<Passphrase>,
}

/// How a backup is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum SealedWith {
    /// A passphrase.
    Passphrase,
    /// One or more keys.
    Keys,
}

impl Keys {
    /// Nothing yet.
    pub fn none() -> Self {
        Self::default()
    }

    /// With this passphrase, for the files that take one.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: Passphrase) -> Self {
        self.passphrase = Some(passphrase);
        self
    }

    /// With the recovery identity.
    #[must_use]
    pub fn with_recovery(self, recovery: &RecoveryIdentity) -> Self {
        self.with_identity(Box::new(recovery.as_identity().clone()))
    }

    /// With the identities in a file: age's own, as `age-keygen` writes them, or an SSH private key. `passphrase` opens
    /// an SSH key that is protected with one. `name` is the file's, for error messages.
    pub fn with_identity_file(
        mut self,
        name: &str,
        text: &[u8],
        passphrase: Option<&Passphrase>,
    ) -> Result<Self, BackupError> {
        let refused = |reason: &str| BackupError::Identity {
            file: name.to_owned(),
            reason: reason.to_owned(),
        };
        if text.starts_with(b"-----BEGIN") {
            let key = age::ssh::Identity::from_buffer(BufReader::new(text), Some(name.to_owned()))
                .map_err(|_| refused("it is not a whole SSH private key"))?;
            match &key {
                age::ssh::Identity::Unsupported(_) => {
                    return Err(refused("an SSH key of this type or protection cannot be used"));
                }
                age::ssh::Identity::Encrypted(_) if passphrase.is_none() => {
                    return Err(BackupError::IdentityLocked(name.to_owned()));
                }
                _ => {}
            }
            let answer = OnePassphrase(passphrase.cloned());
            self.identities.push(Box::new(key.with_callbacks(answer)));
            return Ok(self);
        }
        let file = IdentityFile::from_buffer(BufReader::new(text))
            .map_err(|_| refused("it is not a file of age identities"))?;
        let identities = file
            .into_identities()
            .map_err(|_| refused("it names a plugin, and plugins are not run"))?;
        if identities.is_empty() {
            return Err(refused("it is empty"));
        }
        for identity in identities {
            self.identities.push(identity);
        }
        Ok(self)
    }

    /// How many keys there are, passphrases aside.
    pub(crate) fn count(&self) -> usize {
        self.identities.len()
    }

    #[must_use]
    pub(crate) fn with_identity(mut self, identity: Box<dyn Identity>) -> Self {
        self.identities.push(identity);
        self
    }
}

/// How the file is sealed; fails with [`BackupError::NotAge`] for one that is no age file. `name` is the file's.
pub fn sealed_with(name: &str, file: &[u8]) -> Result<SealedWith, BackupError> {
    if !is_age(file) {
        return Err(BackupError::NotAge(name.to_owned()));
    }
    match sealed::takes_passphrase(file) {
        Ok(true) => Ok(SealedWith::Passphrase),
        Ok(false) => Ok(SealedWith::Keys),
        Err(error) => Err(refusal(file, &error, 0)),
    }
}

/// Whether the content begins as an age file does, armored or not.
pub fn is_age(file: &[u8]) -> bool {
    let text = file.trim_ascii_start();
    file.starts_with(b"age-encryption.org/v1\n") || text.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// Opens a backup. Wrong passphrase, wrong keys, damage, a missing end and a newer version are different errors.
pub fn open(name: &str, file: &[u8], keys: &Keys) -> Result<Document, BackupError> {
    Document::from_json(&unseal(name, file, keys)?)
}

/// What is sealed in an age file of any content.
pub(crate) fn unseal(name: &str, file: &[u8], keys: &Keys) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let text = match sealed_with(name, file)? {
        SealedWith::Passphrase => {
            let passphrase = keys.passphrase.as_ref().ok_or(BackupError::PassphraseNeeded)?;
            let mut identity = age::scrypt::Identity::new(passphrase.secret());
            identity.set_max_work_factor(WorkFactor::LIMIT.get());
            sealed::open(&identity, file)
        }
        SealedWith::Keys if keys.identities.is_empty() => return Err(BackupError::KeyNeeded),
        SealedWith::Keys => sealed::open_with(keys.identities.iter().map(|identity| &**identity), file),
    };
    text.map_err(|error| refusal(file, &error, keys.identities.len()))
}

fn refusal(file: &[u8], error: &OpenError, tried: usize) -> BackupError {
    let binary = file.starts_with(b"age-encryption.org");
    match error {
        OpenError::NotOurs => BackupError::KeyWrong { tried },
        OpenError::WrongPassphrase => BackupError::PassphraseWrong,
        OpenError::TooMuchWork(found) => BackupError::TooMuchWork { found: *found },
        OpenError::CutOff => BackupError::CutOff,
        OpenError::Damaged(_) if binary && is_cut_off(file) => BackupError::CutOff,
        OpenError::Damaged(_)
            if !binary
                && !file
                    .trim_ascii_end()
                    .ends_with(b"-----END AGE ENCRYPTED FILE-----") =>
        {
            BackupError::CutOff
        }
        OpenError::Damaged(reason) => BackupError::Damaged((*reason).to_owned()),
    }
}

/// Answers age's question for the passphrase of an SSH key.
#[derive(Clone)]
struct OnePassphrase(Option<Passphrase>);

impl Callbacks for OnePassphrase {
    fn display_message(&self, _message: &str) {}

    fn confirm(&self, _message: &str, _yes: &str, _no: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _description: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, _description: &str) -> Option<SecretString> {
        self.0.as_ref().map(Passphrase::secret)
    }
}
