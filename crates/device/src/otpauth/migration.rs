//! Google Authenticator's export: `otpauth-migration://offline?data=` and a Protocol Buffers message in base64. Google
//! publishes no definition; the field numbers are the ones that its exports carry.

use std::sync::LazyLock;

use data_encoding::{BASE64_NOPAD, Encoding, Specification, Translate};
use percent_encoding::percent_decode_str;
use prost::Message;
use zeroize::{Zeroize, Zeroizing};

use crate::otp::params::{Algorithm, Digits, InvalidDigits, OtpParams, Period, UnsupportedAlgorithm};
use crate::otpauth::parse::{Names, names_of_fields, parsed};
use crate::otpauth::uri::{Query, shown};
use crate::otpauth::{
    MAX_ACCOUNTS, MAX_PAYLOAD_BYTES, MigrationError, OtpauthError, Parsed, Skipped, Warning,
};
use crate::seed::{DecodedSeed, Seed};

/// What one QR code of an export carries.
pub(super) struct MigrationPart {
    /// Its accounts, in order.
    pub(super) rows: Vec<Result<Parsed, Skipped>>,
    /// Its place among the QR codes of the same export.
    pub(super) batch: Batch,
}

/// The place of a QR code in an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Batch {
    /// What all QR codes of one export have in common.
    pub id: i32,
    /// How many there are, 1 to [`MAX_BATCH_SIZE`].
    pub size: u32,
    /// Which one this is, counted from 0; less than `size`.
    pub index: u32,
}

/// The most QR codes of one export: with one account each they reach [`MAX_ACCOUNTS`].
pub const MAX_BATCH_SIZE: u32 = 1000;

/// The accounts in one QR code of an export; `rest` is what follows `otpauth-migration://`. A row that cannot be taken
/// is among them with its reason; fails only when the whole cannot be read.
pub(super) fn parse_migration(rest: &str) -> Result<MigrationPart, MigrationError> {
    let (_, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut payload = decode_payload(Query(query))?;
    let batch = batch(&payload)?;
    let rows = payload.otp_parameters.iter_mut().map(row).collect();
    Ok(MigrationPart { rows, batch })
}

/// One warning for every export of which QR codes are missing.
pub fn incomplete(batches: &[Batch]) -> Vec<Warning> {
    let mut batches = batches.to_vec();
    batches.sort_unstable();
    let exports = batches.chunk_by(|one, other| (one.id, one.size) == (other.id, other.size));
    exports.filter_map(incomplete_export).collect()
}

/// `parts` are of one export, in order.
fn incomplete_export(parts: &[Batch]) -> Option<Warning> {
    let size = parts.first()?.size;
    let is_missing = |index: &u32| parts.iter().all(|part| part.index != *index);
    let missing: Vec<u32> = (0..size).filter(is_missing).map(|index| index + 1).collect();
    (!missing.is_empty()).then_some(Warning::BatchIncomplete { missing, size })
}

fn decode_payload(query: Query<'_>) -> Result<MigrationPayload, MigrationError> {
    let escaped = query.raw_values("data").next().unwrap_or_default();
    // A `+` is meant as it stands here, whatever form encoding says; a space is a `+` that was decoded on the way.
    let mut base64 = Zeroizing::new(Vec::with_capacity(escaped.len()));
    base64.extend(percent_decode_str(escaped));
    while base64.last() == Some(&b'=') {
        base64.pop();
    }
    if base64.is_empty() {
        return Err(MigrationError::NoData);
    }
    let size = base64.len() / 4 * 3;
    if size > MAX_PAYLOAD_BYTES {
        return Err(MigrationError::TooLarge(size));
    }
    let bytes = decode_base64(&base64).ok_or(MigrationError::NotBase64)?;
    let payload = MigrationPayload::decode(bytes.as_slice()).map_err(MigrationError::Damaged)?;
    match payload.otp_parameters.len() {
        0..=MAX_ACCOUNTS => Ok(payload),
        count => Err(MigrationError::TooManyAccounts(count)),
    }
}

fn decode_base64(base64: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; LENIENT_BASE64.decode_len(base64.len()).ok()?]);
    let length = LENIENT_BASE64.decode_mut(base64, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

fn batch(payload: &MigrationPayload) -> Result<Batch, MigrationError> {
    let (size, index) = (payload.batch_size, payload.batch_index);
    let id = payload.batch_id;
    // The first versions wrote no series: that is a series of one.
    let counted = if size == 0 { Ok(1) } else { u32::try_from(size) };
    match (counted, u32::try_from(index)) {
        (Ok(size @ 1..=MAX_BATCH_SIZE), Ok(index)) if index < size => Ok(Batch { id, size, index }),
        _ => Err(MigrationError::Batch { index, size }),
    }
}

fn row(parameters: &mut OtpParameters) -> Result<Parsed, Skipped> {
    let name = String::from_utf8_lossy(&parameters.name);
    let issuer = String::from_utf8_lossy(&parameters.issuer);
    let Names { label, warnings } = names_of_fields(&name, &issuer);
    let made = params(parameters).and_then(|params| {
        let seed = Seed::from_bytes(std::mem::take(&mut parameters.secret))?;
        Ok((params, seed))
    });
    match made {
        Ok((params, seed)) => {
            let decoded = DecodedSeed {
                seed,
                canonical: true,
            };
            Ok(parsed(Names { label, warnings }, params, decoded))
        }
        Err(error) => Err(Skipped { label, error }),
    }
}

fn params(parameters: &OtpParameters) -> Result<OtpParams, OtpauthError> {
    let algorithm = match parameters.algorithm {
        0 | 1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        4 => return Err(UnsupportedAlgorithm("MD5".to_owned()).into()),
        other => return Err(UnsupportedAlgorithm(format!("number {other}")).into()),
    };
    let digits = match parameters.digits {
        0 | 1 => Digits::SIX,
        2 => Digits::EIGHT,
        other => return Err(InvalidDigits(format!("choice {other}")).into()),
    };
    match parameters.kind {
        // The format has no period: Google Authenticator knows thirty seconds only.
        0 | 2 => Ok(OtpParams::Totp {
            algorithm,
            digits,
            period: Period::THIRTY,
        }),
        1 => Ok(OtpParams::Hotp {
            algorithm,
            digits,
            counter: u64::try_from(parameters.counter)
                .map_err(|_| OtpauthError::InvalidCounter(shown(&parameters.counter.to_string())))?,
        }),
        other => Err(OtpauthError::UnsupportedType(other.to_string())),
    }
}

/// Enumerations are read as numbers and texts as bytes, so that one odd row does not cost the others.
#[derive(Message)]
#[prost(skip_debug)]
pub(super) struct MigrationPayload {
    #[prost(message, repeated, tag = "1")]
    pub(super) otp_parameters: Vec<OtpParameters>,
    #[prost(int32, tag = "2")]
    pub(super) version: i32,
    #[prost(int32, tag = "3")]
    pub(super) batch_size: i32,
    #[prost(int32, tag = "4")]
    pub(super) batch_index: i32,
    #[prost(int32, tag = "5")]
    pub(super) batch_id: i32,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(super) struct OtpParameters {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) secret: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) name: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) issuer: Vec<u8>,
    #[prost(int32, tag = "4")]
    pub(super) algorithm: i32,
    #[prost(int32, tag = "5")]
    pub(super) digits: i32,
    #[prost(int32, tag = "6")]
    pub(super) kind: i32,
    #[prost(int64, tag = "7")]
    pub(super) counter: i64,
}

impl Drop for OtpParameters {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// RFC 4648 §4 without padding, which also reads §5's alphabet, a space for `+`, and line breaks.
static LENIENT_BASE64: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification: Specification = BASE64_NOPAD.specification();
    specification.check_trailing_bits = false;
    specification.ignore.push_str("\r\n");
    specification.translate = Translate {
        from: "-_ ".to_owned(),
        to: "+/+".to_owned(),
    };
    specification
        .encoding()
        .expect("the base64 alphabets are well formed")
});
