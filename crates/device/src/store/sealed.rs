//! age files in memory: sealed to an X25519 recipient, or with a passphrase (age-encryption.org/v1).

use std::io::{Read, Write};
use std::iter;

use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
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
    /// Not an age file, or one that was changed or cut off.
    Damaged(&'static str),
}

/// The bytes sealed to the recipient.
pub(crate) fn seal(recipient: &dyn Recipient, bytes: &[u8]) -> Vec<u8> {
    let encryptor =
        Encryptor::with_recipients(iter::once(recipient)).expect("one recipient agrees with itself");
    let mut sealed = Vec::new();
    let mut writer = encryptor
        .wrap_output(&mut sealed)
        .expect("a vector takes every byte");
    writer.write_all(bytes).expect("a vector takes every byte");
    writer.finish().expect("a vector takes every byte");
    sealed
}

/// What was sealed, in memory that is erased when dropped.
pub(crate) fn open(identity: &dyn Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let decryptor = Decryptor::new_buffered(sealed).map_err(|error| cause(&error))?;
    let mut reader = decryptor
        .decrypt(iter::once(identity))
        .map_err(|error| cause(&error))?;
    // Room for all of it at once: growing would leave copies behind that nobody erases.
    let mut bytes = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader
        .read_to_end(&mut bytes)
        .map_err(|_| OpenError::Damaged("the sealed text was changed or cut off"))?;
    Ok(bytes)
}

fn cause(error: &DecryptError) -> OpenError {
    match error {
        DecryptError::NoMatchingKeys => OpenError::NotOurs,
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => OpenError::WrongPassphrase,
        DecryptError::ExcessiveWork { required, .. } => OpenError::TooMuchWork(*required),
        DecryptError::InvalidMac => OpenError::Damaged("the age header was changed"),
        DecryptError::UnknownFormat => OpenError::Damaged("it is not an age file of version 1"),
        _ => OpenError::Damaged("the age header is broken or cut off"),
    }
}
