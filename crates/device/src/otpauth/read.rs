//! The one door for a text that was scanned, pasted or handed over by the system, whatever it turns out to be.

use crate::otpauth::migration::{Batch, parse_migration};
use crate::otpauth::parse::parse;
use crate::otpauth::uri::{Scheme, split_scheme};
use crate::otpauth::{OtpauthError, Parsed, Skipped};

/// What one text carries.
#[derive(Clone)]
pub struct Reading {
    /// The accounts in it, in order; of an export also those that cannot be taken, each with its reason.
    pub rows: Vec<Result<Parsed, Skipped>>,
    /// The text's place among the QR codes of an export; nothing for a link to one account.
    pub batch: Option<Batch>,
}

/// The accounts in an `otpauth://`, `apple-otpauth://`, `steam://` or `otpauth-migration://` link.
pub fn read(text: &str) -> Result<Reading, OtpauthError> {
    if let (Scheme::Migration, rest) = split_scheme(text)? {
        let part = parse_migration(rest)?;
        return Ok(Reading {
            rows: part.rows,
            batch: Some(part.batch),
        });
    }
    Ok(Reading {
        rows: vec![Ok(parse(text)?)],
        batch: None,
    })
}
