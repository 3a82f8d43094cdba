//! The one door for a text that was scanned, pasted or handed over by the system, whatever it turns out to be.

use crate::account::NewAccount;
use crate::otpauth::migration::{Batch, incomplete, parse_migration};
use crate::otpauth::parse::parse;
use crate::otpauth::uri::{Scheme, split_scheme};
use crate::otpauth::{OtpauthError, Parsed, Skipped, Warning};

/// What one text carries.
#[derive(Clone)]
pub struct Reading {
    /// The accounts in it, in order; of an export also those that cannot be taken, each with its reason.
    pub rows: Vec<Result<Parsed, Skipped>>,
    /// The text's place among the QR codes of an export; nothing for a link to one account.
    pub batch: Option<Batch>,
}

/// Several readings as one.
#[derive(Clone)]
pub struct Collected {
    /// The accounts of all of them in order, each once.
    pub rows: Vec<Result<Parsed, Skipped>>,
    /// A [`Warning::BatchIncomplete`] for every export of which QR codes are missing.
    pub warnings: Vec<Warning>,
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

/// The QR codes of an export, or any other texts, put together. An account that stands in several of them with the
/// same name, parameters and secret is taken once, so that a QR code read twice does no harm.
pub fn collect(readings: Vec<Reading>) -> Collected {
    let batches: Vec<Batch> = readings.iter().filter_map(|reading| reading.batch).collect();
    let mut rows: Vec<Result<Parsed, Skipped>> = Vec::new();
    for row in readings.into_iter().flat_map(|reading| reading.rows) {
        if !rows.iter().any(|kept| is_same_row(kept, &row)) {
            rows.push(row);
        }
    }
    Collected {
        rows,
        warnings: incomplete(&batches),
    }
}

fn is_same_row(one: &Result<Parsed, Skipped>, other: &Result<Parsed, Skipped>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => is_same_account(&one.account, &other.account),
        (Err(one), Err(other)) => one == other,
        _ => false,
    }
}

fn is_same_account(one: &NewAccount, other: &NewAccount) -> bool {
    one.label == other.label && one.params == other.params && one.seed.is_same(&other.seed)
}
