//! The one door out: accounts to the file, or the QR codes, that other authenticators read.

use lockstep_device::account::NoRandomness;
use lockstep_device::otpauth::migration_write::{Entry, links as migration_links};
use lockstep_device::otpauth::write::to_uri;
use lockstep_device::passphrase::Passphrase;
use zeroize::Zeroizing;

use crate::aegis_write;
use crate::export::{Exported, LeftOut};
use crate::random::random;

/// What is to be written.
#[derive(Clone, Copy)]
pub enum Export<'a> {
    /// `otpauth://` links, one on each line. Tags, notes and favourites have no place in it.
    Links,
    /// A vault of Aegis, readable by everyone.
    Aegis,
    /// A vault of Aegis that this password opens.
    AegisEncrypted(&'a Passphrase),
    /// QR codes of Google Authenticator's export. Only common kinds of accounts have a place in them.
    GoogleQr,
}

/// What was written. It holds secrets, and has no `Debug`.
pub struct Written {
    /// The file, or the QR codes.
    pub content: Content,
    /// The accounts that are not in it.
    pub left_out: Vec<LeftOut>,
}

/// What is to be kept, or shown.
pub enum Content {
    /// A file's bytes.
    File(Zeroizing<Vec<u8>>),
    /// The texts of QR codes, in order.
    QrTexts(Vec<Zeroizing<String>>),
}

/// Writes the accounts, in this order. Fails with [`NoRandomness`] where the operating system gives no random bytes.
pub fn write(export: Export<'_>, accounts: &[Exported<'_>]) -> Result<Written, NoRandomness> {
    match export {
        Export::Links => Ok(Written {
            content: Content::File(links(accounts)),
            left_out: Vec::new(),
        }),
        Export::Aegis => {
            let (vault, left_out) = aegis_write::plain(accounts)?;
            Ok(file(vault, left_out))
        }
        Export::AegisEncrypted(password) => {
            let (vault, left_out) = aegis_write::encrypted(accounts, password)?;
            Ok(file(vault, left_out))
        }
        Export::GoogleQr => google(accounts),
    }
}

fn file(bytes: Zeroizing<Vec<u8>>, left_out: Vec<LeftOut>) -> Written {
    Written {
        content: Content::File(bytes),
        left_out,
    }
}

fn links(accounts: &[Exported<'_>]) -> Zeroizing<Vec<u8>> {
    let links: Vec<Zeroizing<String>> = accounts.iter().map(|exported| to_uri(exported.account)).collect();
    // One allocation that never grows: growing would leave a copy of the secrets behind.
    let size = links.iter().map(|link| link.len() + 1).sum();
    let mut text = Zeroizing::new(Vec::with_capacity(size));
    for link in &links {
        text.extend_from_slice(link.as_bytes());
        text.push(b'\n');
    }
    text
}

fn google(accounts: &[Exported<'_>]) -> Result<Written, NoRandomness> {
    let id: [u8; 4] = random()?;
    let mut entries = Vec::new();
    let mut left_out = Vec::new();
    for exported in accounts {
        match Entry::new(exported.account) {
            Ok(entry) => entries.push(entry),
            Err(reason) => left_out.push(LeftOut {
                label: exported.account.label.clone(),
                reason: reason.into(),
            }),
        }
    }
    // Negative numbers take ten bytes, and others do not write them.
    let id = i32::from_be_bytes(id) & i32::MAX;
    Ok(Written {
        content: Content::QrTexts(migration_links(entries, id)),
        left_out,
    })
}
