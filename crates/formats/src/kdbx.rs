//! What is inside a `KeePass` database: XML, and the key stream of its protected values. Read here and not by the crate
//! `keepass`, which sets no limits to work, unpacking or nesting.

use std::io::Read;

use aes::Aes256;
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use flate2::read::MultiGzDecoder;
use lockstep_device::passphrase::Passphrase;
use ring::digest::{Digest, SHA256, SHA512, digest};
use ring::hmac;
use salsa20::Salsa20;
use twofish::Twofish;
use zeroize::Zeroizing;

use crate::cipher::open_cbc_with;
use crate::encoded::{exactly, split};
use crate::error::ReadError;
use crate::format::Format;
use crate::kdbx_header::{
    Cipher, Derivation, Edition, Header, Inner, Legacy, damaged, field, fields, length, number, unsupported,
};
use crate::kdf::{Key, aes_rounds, argon2};
use crate::limits::{MAX_FILE_BYTES, at_most};

const FORMAT: Format = Format::KeePass;

/// An opened database.
pub(crate) struct Opened {
    pub(crate) xml: Zeroizing<Vec<u8>>,
    pub(crate) protected: KeyStream,
}

/// The cipher of protected values; it goes on from each to the next in the order of the document.
pub(crate) enum KeyStream {
    Salsa20(Box<Salsa20>),
    ChaCha20(Box<ChaCha20>),
}

impl KeyStream {
    fn new(inner: &Inner) -> Result<Self, ReadError> {
        match inner.id {
            2 => {
                let key: [u8; 32] = exactly(FORMAT, "the key", digest(&SHA256, &inner.key).as_ref())?;
                Ok(Self::Salsa20(Box::new(Salsa20::new(
                    &key.into(),
                    &SALSA20_NONCE.into(),
                ))))
            }
            3 => {
                let hash = digest(&SHA512, &inner.key);
                let (key, rest) = split::<32>(FORMAT, hash.as_ref())?;
                let (nonce, _) = split::<12>(FORMAT, rest)?;
                Ok(Self::ChaCha20(Box::new(ChaCha20::new(key.into(), nonce.into()))))
            }
            _ => Err(unsupported(
                "a cipher of protected values that is neither Salsa20 nor ChaCha20",
            )),
        }
    }

    /// Decrypts the next value in its place.
    pub(crate) fn apply(&mut self, value: &mut [u8]) {
        match self {
            Self::Salsa20(cipher) => cipher.apply_keystream(value),
            Self::ChaCha20(cipher) => cipher.apply_keystream(value),
        }
    }
}

/// Opens a database that a password alone protects.
pub(crate) fn open(file: &[u8], password: Option<&Passphrase>) -> Result<Opened, ReadError> {
    let header = Header::read(file)?;
    if header.edition == Edition::Four {
        check_hash(&header)?;
    }
    let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
    let transformed = transformed(&header.derivation, password)?;
    match (&header.legacy, header.edition) {
        (Some(legacy), Edition::Three) => open_3(&header, legacy, &transformed),
        _ => open_4(&header, &transformed),
    }
}

/// Without a key it only tells what was damaged by chance; the code beside it tells the rest.
fn check_hash(header: &Header<'_>) -> Result<(), ReadError> {
    let (hash, _) = split::<32>(FORMAT, header.rest)?;
    if digest(&SHA256, header.bytes).as_ref() == hash {
        Ok(())
    } else {
        Err(damaged("its header was changed"))
    }
}

/// The composite key of a password alone, after so much work as the header asks for.
fn transformed(derivation: &Derivation, password: &Passphrase) -> Result<Key, ReadError> {
    let part = digest(&SHA256, password.expose().as_bytes());
    let composite = Zeroizing::new(exactly(
        FORMAT,
        "the key",
        digest(&SHA256, part.as_ref()).as_ref(),
    )?);
    match derivation {
        Derivation::Aes { rounds, seed } => {
            let key = aes_rounds(FORMAT, composite, seed, *rounds)?;
            key_of(&digest(&SHA256, &*key))
        }
        Derivation::Argon2 {
            algorithm,
            version,
            salt,
            cost,
        } => argon2(FORMAT, (*algorithm, *version), &*composite, salt, *cost),
    }
}

fn key_of(hash: &Digest) -> Result<Key, ReadError> {
    Ok(Zeroizing::new(exactly(FORMAT, "the key", hash.as_ref())?))
}

fn joined(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(parts.concat())
}

/// Version 3.1: encrypted blocks, each with its hash.
fn open_3(header: &Header<'_>, legacy: &Legacy, transformed: &Key) -> Result<Opened, ReadError> {
    let key = key_of(&digest(&SHA256, &joined(&[header.master_seed, &**transformed])))?;
    let plain = decrypt(header, &key, header.rest)?.ok_or(ReadError::PasswordWrong(FORMAT))?;
    let mut rest = plain
        .strip_prefix(legacy.start.as_slice())
        .filter(|_| !legacy.start.is_empty())
        .ok_or(ReadError::PasswordWrong(FORMAT))?;
    let mut content = Zeroizing::new(Vec::with_capacity(rest.len()));
    loop {
        let (_number, after) = split::<4>(FORMAT, rest)?;
        let (hash, after) = split::<32>(FORMAT, after)?;
        let (size, after) = length(after)?;
        let (block, after) = block(after, size)?;
        if block.is_empty() {
            break;
        }
        if digest(&SHA256, block).as_ref() != hash {
            return Err(damaged("a block was changed"));
        }
        content.extend_from_slice(block);
        rest = after;
    }
    Ok(Opened {
        xml: unpacked(header, content)?,
        protected: KeyStream::new(&legacy.inner)?,
    })
}

/// Version 4: a header with its hash and its code, blocks with theirs, and a header inside.
fn open_4(header: &Header<'_>, transformed: &Key) -> Result<Opened, ReadError> {
    let (_hash, rest) = split::<32>(FORMAT, header.rest)?;
    let (code, mut rest) = split::<32>(FORMAT, rest)?;
    let base = joined(&[header.master_seed, &**transformed, &[1]]);
    let base = Zeroizing::new(exactly::<64>(FORMAT, "the key", digest(&SHA512, &base).as_ref())?);
    if hmac::verify(&block_key(&base, u64::MAX), header.bytes, code).is_err() {
        return Err(ReadError::PasswordWrong(FORMAT));
    }
    let mut sealed = Vec::with_capacity(rest.len());
    for index in 0.. {
        let (code, after) = split::<32>(FORMAT, rest)?;
        let (size, content) = length(after)?;
        let (block, following) = block(content, size)?;
        let sized = after.get(..size.saturating_add(4)).unwrap_or(after);
        let mut signed = Vec::with_capacity(sized.len().saturating_add(8));
        signed.extend_from_slice(&u64::to_le_bytes(index));
        signed.extend_from_slice(sized);
        if hmac::verify(&block_key(&base, index), &signed, code).is_err() {
            return Err(damaged("a block was changed"));
        }
        if block.is_empty() {
            break;
        }
        sealed.extend_from_slice(block);
        rest = following;
    }
    let key = key_of(&digest(&SHA256, &joined(&[header.master_seed, &**transformed])))?;
    let plain = decrypt(header, &key, &sealed)?.ok_or_else(|| damaged("it does not decrypt"))?;
    drop(sealed);
    let plain = unpacked(header, plain)?;
    let (inner, xml) = fields(&plain, length)?;
    let inner = Inner {
        id: number(field(&inner, 1)?)?,
        key: field(&inner, 2)?.to_vec(),
    };
    Ok(Opened {
        xml: Zeroizing::new(xml.to_vec()),
        protected: KeyStream::new(&inner)?,
    })
}

fn block(bytes: &[u8], size: usize) -> Result<(&[u8], &[u8]), ReadError> {
    bytes
        .split_at_checked(size)
        .ok_or_else(|| damaged("it ends too early"))
}

/// The key of the code of a block; that of the header is the last number that there is.
fn block_key(base: &[u8; 64], index: u64) -> hmac::Key {
    let hash = digest(&SHA512, &joined(&[&index.to_le_bytes(), base]));
    hmac::Key::new(hmac::HMAC_SHA256, hash.as_ref())
}

/// The plain text; nothing when it was encrypted with another key or changed so that it shows.
fn decrypt(header: &Header<'_>, key: &Key, sealed: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, ReadError> {
    match header.cipher {
        Cipher::Aes => {
            let iv = exactly(FORMAT, "the initialisation vector", header.iv)?;
            Ok(open_cbc_with::<Aes256>(key, &iv, sealed))
        }
        Cipher::Twofish => {
            let iv = exactly(FORMAT, "the initialisation vector", header.iv)?;
            Ok(open_cbc_with::<Twofish>(key, &iv, sealed))
        }
        Cipher::ChaCha20 => {
            let nonce: [u8; 12] = exactly(FORMAT, "the nonce", header.iv)?;
            let mut plain = Zeroizing::new(sealed.to_vec());
            let key: &[u8; 32] = key;
            ChaCha20::new(key.into(), &nonce.into()).apply_keystream(&mut plain);
            Ok(Some(plain))
        }
    }
}

/// The content as it was before it was compressed, if it was.
fn unpacked(header: &Header<'_>, content: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    if !header.is_compressed {
        return Ok(content);
    }
    let mut unpacked = Zeroizing::new(Vec::new());
    let read = MultiGzDecoder::new(content.as_slice())
        .take(MAX_FILE_BYTES.saturating_add(1))
        .read_to_end(&mut unpacked);
    let found = u64::try_from(unpacked.len()).unwrap_or(u64::MAX);
    if found > MAX_FILE_BYTES {
        at_most(FORMAT, "bytes after unpacking", found, MAX_FILE_BYTES)?;
    }
    read.map_err(|_| damaged("it does not unpack"))?;
    Ok(unpacked)
}

/// The same in every database.
const SALSA20_NONCE: [u8; 8] = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];
