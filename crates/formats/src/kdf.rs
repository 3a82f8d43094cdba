//! Keys from passwords. What it costs is looked at before it is paid.

use std::num::NonZeroU32;

use aes::Aes256;
use aes::cipher::array::Array;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use argon2::{Algorithm, Argon2, Version};
use lockstep_device::passphrase::Passphrase;
use ring::pbkdf2;
use zeroize::Zeroizing;

use crate::error::ReadError;
use crate::format::Format;
use crate::limits::{
    MAX_AES_ROUNDS, MAX_ARGON2_LANES, MAX_ARGON2_WORK, MAX_KDF_BYTES, MAX_PBKDF2_ROUNDS, MAX_SCRYPT_WORK,
    at_most,
};

/// A key of 256 bits, erased from memory when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// What scrypt is to do (RFC 7914 §2).
#[derive(Clone, Copy)]
pub(crate) struct ScryptCost {
    pub(crate) n: u64,
    pub(crate) r: u64,
    pub(crate) p: u64,
}

/// What Argon2 is to do (RFC 9106 §3.1).
#[derive(Clone, Copy)]
pub(crate) struct Argon2Cost {
    pub(crate) memory_kib: u64,
    pub(crate) passes: u64,
    pub(crate) lanes: u64,
}

/// RFC 8018 §5.2 with the hash that `algorithm` names.
pub(crate) fn pbkdf2(
    format: Format,
    algorithm: pbkdf2::Algorithm,
    password: &Passphrase,
    salt: &[u8],
    rounds: u64,
) -> Result<Key, ReadError> {
    let rounds = at_most(format, "rounds of PBKDF2", rounds, MAX_PBKDF2_ROUNDS)?;
    let rounds = u32::try_from(rounds).ok().and_then(NonZeroU32::new);
    let rounds = rounds.ok_or_else(|| not_taken(format, "PBKDF2"))?;
    let mut key = Key::default();
    pbkdf2::derive(algorithm, rounds, salt, password.expose().as_bytes(), &mut *key);
    Ok(key)
}

/// RFC 7914. A file that tries several of them looks at the sum of their [`ScryptCost::work`] first.
pub(crate) fn scrypt(
    format: Format,
    password: &Passphrase,
    salt: &[u8],
    cost: ScryptCost,
) -> Result<Key, ReadError> {
    let params = cost.params(format)?;
    let mut key = Key::default();
    scrypt::scrypt(password.expose().as_bytes(), salt, &params, &mut *key)
        .map_err(|_| not_taken(format, "scrypt"))?;
    Ok(key)
}

impl ScryptCost {
    /// N · r · p.
    pub(crate) fn work(self) -> u64 {
        self.n.saturating_mul(self.r).saturating_mul(self.p)
    }

    fn params(self, format: Format) -> Result<scrypt::Params, ReadError> {
        // RFC 7914 §6: N blocks for the mixing, and p for what is mixed.
        let blocks = self.n.saturating_add(self.p);
        let bytes = self.r.saturating_mul(128).saturating_mul(blocks);
        at_most(format, "bytes for scrypt", bytes, MAX_KDF_BYTES)?;
        at_most(format, "rounds of scrypt", self.work(), MAX_SCRYPT_WORK)?;
        let params = || {
            let log_n = self.n.is_power_of_two().then(|| self.n.trailing_zeros())?;
            let (r, p) = (u32::try_from(self.r).ok()?, u32::try_from(self.p).ok()?);
            scrypt::Params::new(u8::try_from(log_n).ok()?, r, p, 32).ok()
        };
        params().ok_or_else(|| not_taken(format, "scrypt"))
    }
}

/// RFC 9106, version 1.3.
pub(crate) fn argon2id(
    format: Format,
    password: &Passphrase,
    salt: &[u8],
    cost: Argon2Cost,
) -> Result<Key, ReadError> {
    let kind = (Algorithm::Argon2id, Version::V0x13);
    argon2(format, kind, password.expose().as_bytes(), salt, cost)
}

/// RFC 9106 in any of its kinds.
pub(crate) fn argon2(
    format: Format,
    (algorithm, version): (Algorithm, Version),
    secret: &[u8],
    salt: &[u8],
    cost: Argon2Cost,
) -> Result<Key, ReadError> {
    let argon2 = Argon2::new(algorithm, version, cost.params(format)?);
    let mut key = Key::default();
    argon2
        .hash_password_into(secret, salt, &mut *key)
        .map_err(|_| not_taken(format, "Argon2"))?;
    Ok(key)
}

/// The two blocks of a key, encrypted with AES again and again: `KeePass`'s own.
pub(crate) fn aes_rounds(
    format: Format,
    mut key: Key,
    seed: &[u8; 32],
    rounds: u64,
) -> Result<Key, ReadError> {
    let rounds = at_most(format, "rounds of AES", rounds, MAX_AES_ROUNDS)?;
    let cipher = Aes256::new(seed.into());
    let (halves, _) = key.as_chunks_mut::<16>();
    let blocks = Array::cast_slice_from_core_mut(halves);
    for _ in 0..rounds {
        cipher.encrypt_blocks(blocks);
    }
    Ok(key)
}

impl Argon2Cost {
    fn params(self, format: Format) -> Result<argon2::Params, ReadError> {
        at_most(format, "KiB for Argon2", self.memory_kib, MAX_KDF_BYTES / 1024)?;
        let work = self.memory_kib.saturating_mul(self.passes);
        at_most(format, "KiB for Argon2 in all its passes", work, MAX_ARGON2_WORK)?;
        at_most(format, "lanes of Argon2", self.lanes, MAX_ARGON2_LANES)?;
        let params = || {
            let memory = u32::try_from(self.memory_kib).ok()?;
            let passes = u32::try_from(self.passes).ok()?;
            let lanes = u32::try_from(self.lanes).ok()?;
            argon2::Params::new(memory, passes, lanes, Some(32)).ok()
        };
        params().ok_or_else(|| not_taken(format, "Argon2"))
    }
}

fn not_taken(format: Format, what: &str) -> ReadError {
    ReadError::Damaged {
        format,
        reason: format!("its parameters for {what} are none that {what} takes"),
    }
}
