//! Accounts as Google Authenticator's export, the QR codes that several apps read. It cannot say every account, and says
//! none wrongly.

use data_encoding::BASE64;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use prost::Message;
use zeroize::Zeroizing;

use crate::account::{Label, NewAccount};
use crate::otp::params::{Algorithm, Digits, OtpParams, Period};
use crate::otpauth::migration::{MigrationPayload, OtpParameters};

/// The most accounts of one QR code, as Google Authenticator has it.
pub const ENTRIES_A_CODE: usize = 10;

/// The most bytes of the message in one QR code: with more, phones have trouble to read it.
pub const BYTES_A_CODE: usize = 1000;

/// Why an account cannot be in such an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsayable {
    /// The export has no period; whoever reads it takes thirty seconds.
    #[error("its codes change every {} seconds, and the export only knows 30", .0.seconds())]
    Period(Period),
    /// The export knows two lengths.
    #[error("its codes have {} digits, and the export only knows 6 and 8", .0.get())]
    Digits(Digits),
    /// The export knows no Steam codes.
    #[error("its codes are Steam's, and the export does not know them")]
    Steam,
    /// The export's counter is a signed number.
    #[error("its counter {0} is more than the export can say")]
    Counter(u64),
    /// No QR code that is read with ease holds it.
    #[error("it takes {bytes} bytes, and a QR code of the export holds {BYTES_A_CODE}")]
    TooLong {
        /// How many it takes.
        bytes: usize,
    },
}

/// An account that can be in the export. It holds the secret, and has no `Debug`.
pub struct Entry(OtpParameters);

impl Entry {
    /// The account as the export says it; its tags, its note and its AWS device have no place there.
    pub fn new(account: &NewAccount) -> Result<Self, Unsayable> {
        let (kind, algorithm, digits, counter) = match account.params {
            OtpParams::Steam => return Err(Unsayable::Steam),
            OtpParams::Totp { period, .. } if period != Period::THIRTY => {
                return Err(Unsayable::Period(period));
            }
            OtpParams::Totp {
                algorithm, digits, ..
            } => (TOTP, algorithm, digits, 0),
            OtpParams::Hotp {
                algorithm,
                digits,
                counter,
            } => {
                let signed = i64::try_from(counter).map_err(|_| Unsayable::Counter(counter))?;
                (HOTP, algorithm, digits, signed)
            }
        };
        let entry = OtpParameters {
            secret: account.seed.bytes().to_vec(),
            name: name(&account.label).into_bytes(),
            issuer: account.label.issuer.clone().unwrap_or_default().into_bytes(),
            algorithm: number_of(algorithm),
            digits: match digits {
                Digits::SIX => 1,
                Digits::EIGHT => 2,
                other => return Err(Unsayable::Digits(other)),
            },
            kind,
            counter,
        };
        match entry.encoded_len() {
            0..=BYTES_A_CODE => Ok(Self(entry)),
            bytes => Err(Unsayable::TooLong { bytes }),
        }
    }
}

/// The links of an export, one for each QR code, in order. `id` is what they have in common; it tells exports apart.
pub fn links(entries: Vec<Entry>, id: i32) -> Vec<Zeroizing<String>> {
    let codes = shared_out(entries);
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let batch_size = number(codes.len());
    let payloads = codes
        .into_iter()
        .enumerate()
        .map(|(index, otp_parameters)| MigrationPayload {
            otp_parameters,
            version: 1,
            batch_size,
            batch_index: number(index),
            batch_id: id,
        });
    payloads.map(|payload| link(&payload)).collect()
}

fn shared_out(entries: Vec<Entry>) -> Vec<Vec<OtpParameters>> {
    let mut codes: Vec<Vec<OtpParameters>> = Vec::new();
    let mut bytes = 0;
    for Entry(entry) in entries {
        let size = entry.encoded_len();
        match codes.last_mut() {
            Some(code) if code.len() < ENTRIES_A_CODE && bytes + size <= BYTES_A_CODE => {
                bytes += size;
                code.push(entry);
            }
            _ => {
                bytes = size;
                codes.push(vec![entry]);
            }
        }
    }
    codes
}

fn link(payload: &MigrationPayload) -> Zeroizing<String> {
    let bytes = Zeroizing::new(payload.encode_to_vec());
    let base64 = Zeroizing::new(BASE64.encode(&bytes));
    // One allocation that never grows: growing would leave a copy of the secrets behind.
    let mut link = Zeroizing::new(String::with_capacity(PREFIX.len() + 3 * base64.len()));
    link.push_str(PREFIX);
    link.extend(utf8_percent_encode(&base64, NON_ALPHANUMERIC));
    link
}

/// A name that begins like an issuer would lose that when it is read; with another before it, it does not.
fn name(label: &Label) -> String {
    let issuer = label.issuer.as_deref().unwrap_or_default();
    let rest = label.name.strip_prefix(issuer);
    if rest.is_some_and(|rest| rest.starts_with(':')) || issuer.is_empty() && label.name.contains(':') {
        format!("{issuer}:{}", label.name)
    } else {
        label.name.clone()
    }
}

const fn number_of(algorithm: Algorithm) -> i32 {
    match algorithm {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    }
}

const HOTP: i32 = 1;

const TOTP: i32 = 2;

const PREFIX: &str = "otpauth-migration://offline?data=";

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::otpauth::read::read;
    use crate::seed::Seed;

    fn account(issuer: &str, name: &str) -> NewAccount {
        NewAccount {
            label: Label {
                issuer: Some(issuer.to_owned()).filter(|issuer| !issuer.is_empty()),
                name: name.to_owned(),
            },
            params: OtpParams::DEFAULT_TOTP,
            seed: Seed::from_bytes(vec![7; 20]).unwrap(),
            tags: Vec::new(),
            note: String::new(),
            aws: None,
        }
    }

    #[test]
    fn a_name_that_looks_like_an_issuer_is_read_as_it_was() {
        for (issuer, name) in [
            ("AWS", "maya"),
            ("AWS", "AWS:maya"),
            ("", "a:b"),
            ("", "maya"),
            ("A:", "A::b"),
        ] {
            let account = account(issuer, name);
            let links = links(
                vec![Entry::new(&account).unwrap_or_else(|error| panic!("{error}"))],
                5,
            );
            let reading = read(&links[0]).unwrap_or_else(|error| panic!("{error}"));
            let again = reading.rows[0]
                .as_ref()
                .unwrap_or_else(|skipped| panic!("{}", skipped.error));
            assert_eq!(again.account.label, account.label);
            assert_eq!(
                reading.batch.map(|batch| (batch.id, batch.size, batch.index)),
                Some((5, 1, 0))
            );
        }
    }

    #[test]
    fn no_qr_code_is_too_full_to_be_read_with_ease() {
        let entry = |number: usize| {
            Entry::new(&account("AWS", &"x".repeat(number * 10)))
                .ok()
                .unwrap()
        };
        let links = links((0..40).map(entry).collect(), 1);
        assert!(links.len() > 4);
        assert!(links.iter().all(|link| link.len() < 2 * BYTES_A_CODE));
    }
}
