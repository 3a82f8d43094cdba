//! age files in memory (age-encryption.org/v1): sealed to recipients or with a passphrase, armored or not.

use std::io::{ErrorKind, Read, Write};
use std::iter;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::{DecryptError, Decryptor, EncryptError, Encryptor, Identity, Recipient};
use zeroize::Zeroizing;

/// Why an age file was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// A whole age file, but not sealed to this identity.
    NotOurs,
    /// Sealed with a passphrase, and not with this one.
    WrongPassphrase,
    /// Sealed with more work (scrypt log2 N) than is taken.
    TooMuchWork(u8),
    /// An age file whose end is missing, as far as that can be told from damage.
    CutOff,
    /// Not an age file, or one that was changed or cut off.
    Damaged(&'static str),
}

impl OpenError {
    /// What is wrong with a file that is sealed to `key`, for people.
    pub(crate) fn reason(&self, key: &'static str) -> &'static str {
        match self {
            Self::NotOurs => key,
            Self::WrongPassphrase | Self::TooMuchWork(_) => "it is sealed with a passphrase",
            Self::CutOff => "it is cut off",
            Self::Damaged(reason) => reason,
        }
    }
}

/// The bytes sealed to the recipient.
pub(crate) fn seal(recipient: &dyn Recipient, bytes: &[u8]) -> Vec<u8> {
    seal_to(&[recipient], bytes, Format::Binary).expect("one recipient agrees with itself")
}

/// The bytes sealed to all of the recipients, any of whom opens them. Fails when they do not go together, as a
/// passphrase and anything else.
pub(crate) fn seal_to(
    recipients: &[&dyn Recipient],
    bytes: &[u8],
    format: Format,
) -> Result<Vec<u8>, EncryptError> {
    let encryptor = Encryptor::with_recipients(recipients.iter().copied())?;
    let armored = ArmoredWriter::wrap_output(Vec::new(), format)?;
    let mut writer = encryptor.wrap_output(armored)?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?.finish()?)
}

/// What was sealed, in memory that is erased when dropped.
pub(crate) fn open(identity: &dyn Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    open_with(iter::once(identity), sealed)
}

/// The same with the first of several identities that opens it.
pub(crate) fn open_with<'a>(
    identities: impl Iterator<Item = &'a dyn Identity>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(sealed)).map_err(|error| cause(&error))?;
    let mut reader = decryptor.decrypt(identities).map_err(|error| cause(&error))?;
    // Room for all of it at once: growing would leave copies behind that nobody erases.
    let mut bytes = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader
        .read_to_end(&mut bytes)
        .map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => OpenError::CutOff,
            _ => OpenError::Damaged("the sealed text was changed or cut off"),
        })?;
    Ok(bytes)
}

/// Whether it takes a passphrase to open the file; fails as [`open`] does on what is no age file.
pub(crate) fn takes_passphrase(sealed: &[u8]) -> Result<bool, OpenError> {
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(sealed)).map_err(|error| cause(&error))?;
    Ok(decryptor.is_scrypt())
}

fn cause(error: &DecryptError) -> OpenError {
    match error {
        DecryptError::NoMatchingKeys => OpenError::NotOurs,
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => OpenError::WrongPassphrase,
        DecryptError::ExcessiveWork { required, .. } => OpenError::TooMuchWork(*required),
        DecryptError::InvalidMac => OpenError::Damaged("the age header was changed"),
        DecryptError::UnknownFormat => OpenError::Damaged("it is not an age file of version 1"),
        DecryptError::Io(error) if error.kind() == ErrorKind::UnexpectedEof => OpenError::CutOff,
        _ => OpenError::Damaged("the age header is broken or cut off"),
    }
}
