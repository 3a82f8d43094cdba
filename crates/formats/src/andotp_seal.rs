//! andOTP's encrypted backups, which begin with no mark.

use lockstep_device::passphrase::Passphrase;
use ring::digest::{SHA256, digest};
use ring::pbkdf2::PBKDF2_HMAC_SHA1;
use zeroize::Zeroizing;

use crate::cipher::open_gcm;
use crate::detect::Look;
use crate::encoded::{exactly, split};
use crate::error::ReadError;
use crate::format::Format;
use crate::kdf::pbkdf2;
use crate::limits::MAX_PBKDF2_ROUNDS;

const FORMAT: Format = Format::AndOtp;

/// Nonce, the shortest list `[]` and its tag.
const SHORTEST: usize = 12 + 2 + 16;

/// Larger than any list of accounts.
const LONGEST: usize = 8 * 1024 * 1024;

/// Whether nothing contradicts that it is one: noise of a fitting size that no other kind of file claims.
pub(crate) fn is(look: &Look<'_>) -> bool {
    let bytes = look.bytes();
    (SHORTEST..=LONGEST).contains(&bytes.len())
        && !OTHERS.iter().any(|mark| look.begins(mark))
        && is_noise(bytes)
}

/// The plain backup. It was encrypted the new way or the old; the cipher does not tell a wrong key from a changed text.
pub(crate) fn open(bytes: &[u8], password: Option<&Passphrase>) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    if bytes.len() < SHORTEST {
        return Err(ReadError::Damaged {
            format: FORMAT,
            reason: "it ends too early".to_owned(),
        });
    }
    let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
    if let Some(plain) = open_new(bytes, password)? {
        return Ok(plain);
    }
    open_old(bytes, password)?.ok_or(ReadError::PasswordWrong(FORMAT))
}

/// Rounds, salt, nonce, ciphertext with its tag. A number of rounds that is too large is the begin of an old one's nonce.
fn open_new(bytes: &[u8], password: &Passphrase) -> Result<Option<Zeroizing<Vec<u8>>>, ReadError> {
    let (rounds, sealed) = split::<4>(FORMAT, bytes)?;
    let rounds = u64::from(u32::from_be_bytes(*rounds));
    if !(1..=MAX_PBKDF2_ROUNDS).contains(&rounds) || sealed.len() < 12 + SHORTEST {
        return Ok(None);
    }
    let (salt, sealed) = split::<12>(FORMAT, sealed)?;
    let (nonce, sealed) = split(FORMAT, sealed)?;
    let key = pbkdf2(FORMAT, PBKDF2_HMAC_SHA1, password, salt, rounds)?;
    Ok(open_gcm(&key, nonce, &[], sealed))
}

/// Nonce, ciphertext with its tag; the key is the password's hash.
fn open_old(bytes: &[u8], password: &Passphrase) -> Result<Option<Zeroizing<Vec<u8>>>, ReadError> {
    let (nonce, sealed) = split(FORMAT, bytes)?;
    let hash = digest(&SHA256, password.expose().as_bytes());
    let key = Zeroizing::new(exactly(FORMAT, "the key", hash.as_ref())?);
    Ok(open_gcm(&key, nonce, &[], sealed))
}

/// Whether its bytes are as varied as those of a cipher: of 256 values, about 256 · (1 − e^(−n/256)) are among n.
fn is_noise(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    let begin = bytes.get(..1024).unwrap_or(bytes);
    for byte in begin {
        seen[usize::from(*byte)] = true;
    }
    let distinct = seen.iter().filter(|seen| **seen).count();
    let least = match begin.len() {
        0..128 => begin.len() / 2,
        128..512 => 80,
        512..1024 => 190,
        _ => 230,
    };
    distinct >= least && std::str::from_utf8(bytes).is_err()
}

/// How files begin that look like noise further on: zip, gzip, PNG, JPEG, PDF, `SQLite`, `KeePass`, age, PGP in text.
const OTHERS: [&[u8]; 9] = [
    b"PK",
    &[0x1f, 0x8b],
    &[0x89, b'P', b'N', b'G'],
    &[0xff, 0xd8, 0xff],
    b"%PDF",
    b"SQLite format 3\0",
    &[0x03, 0xd9, 0xa2, 0x9a],
    b"age-encryption.org/",
    b"-----BEGIN",
];
