//! The header of a `KeePass` database, versions 3.1 and 4: how the rest is encrypted, and with how much work.
//! `KeePass`, "KDBX File Format Specification": <https://keepass.info/help/kb/kdbx.html>.

use std::collections::BTreeMap;

use argon2::{Algorithm, Version};

use crate::encoded::{exactly, split};
use crate::error::ReadError;
use crate::format::Format;
use crate::kdf::Argon2Cost;

const FORMAT: Format = Format::KeePass;

/// How a database begins.
pub(crate) const MAGIC: &[u8] = &[0x03, 0xd9, 0xa2, 0x9a];

/// After it, that of version 2 and later.
const KDBX: &[u8; 4] = &[0x67, 0xfb, 0x4b, 0xb5];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    Three,
    Four,
}

#[derive(Clone, Copy)]
pub(crate) enum Cipher {
    Aes,
    Twofish,
    ChaCha20,
}

pub(crate) enum Derivation {
    Aes {
        rounds: u64,
        seed: [u8; 32],
    },
    Argon2 {
        algorithm: Algorithm,
        version: Version,
        salt: Vec<u8>,
        cost: Argon2Cost,
    },
}

/// What version 3.1 keeps in its header, and version 4 elsewhere or not at all.
pub(crate) struct Legacy {
    /// The first bytes of what is encrypted, by which a wrong key is known.
    pub(crate) start: Vec<u8>,
    pub(crate) inner: Inner,
}

/// The cipher of protected values.
pub(crate) struct Inner {
    pub(crate) id: u32,
    pub(crate) key: Vec<u8>,
}

pub(crate) struct Header<'a> {
    pub(crate) edition: Edition,
    pub(crate) cipher: Cipher,
    pub(crate) is_compressed: bool,
    pub(crate) master_seed: &'a [u8],
    pub(crate) iv: &'a [u8],
    pub(crate) derivation: Derivation,
    pub(crate) legacy: Option<Legacy>,
    /// The header itself, which version 4 authenticates.
    pub(crate) bytes: &'a [u8],
    pub(crate) rest: &'a [u8],
}

/// The fields of a header by number.
type Fields<'a> = BTreeMap<u8, &'a [u8]>;

impl<'a> Header<'a> {
    pub(crate) fn read(file: &'a [u8]) -> Result<Self, ReadError> {
        let (magic, rest) = split::<4>(FORMAT, file)?;
        let (signature, rest) = split(FORMAT, rest)?;
        let (version, rest) = split::<4>(FORMAT, rest)?;
        if magic != MAGIC || signature != KDBX {
            return Err(unsupported("a database of KeePass 1, or none"));
        }
        let edition = match u32::from_le_bytes(*version) >> 16 {
            3 => Edition::Three,
            4 => Edition::Four,
            _ => return Err(unsupported("a database of a version that is neither 3 nor 4")),
        };
        let (fields, rest) = match edition {
            Edition::Three => fields(rest, short_length)?,
            Edition::Four => fields(rest, length)?,
        };
        let (derivation, legacy) = match edition {
            Edition::Three => (aes(&fields)?, Some(legacy(&fields)?)),
            Edition::Four => (Dictionary::read(field(&fields, 11)?)?.derivation()?, None),
        };
        let header_length = file.len().saturating_sub(rest.len());
        Ok(Self {
            edition,
            cipher: cipher(field(&fields, 2)?)?,
            is_compressed: match number(field(&fields, 3)?)? {
                0 => false,
                1 => true,
                _ => return Err(unsupported("a compression that is not gzip")),
            },
            master_seed: field(&fields, 4)?,
            iv: field(&fields, 7)?,
            derivation,
            legacy,
            bytes: file.get(..header_length).unwrap_or(file),
            rest,
        })
    }
}

/// All fields up to the one that ends them, and what follows. Each is a number, a length and so many bytes.
pub(crate) fn fields(
    mut rest: &[u8],
    length: impl Fn(&[u8]) -> Result<(usize, &[u8]), ReadError>,
) -> Result<(Fields<'_>, &[u8]), ReadError> {
    let mut fields = Fields::new();
    loop {
        let ([id], after) = split(FORMAT, rest)?;
        let (value, after) = sized(after, &length)?;
        rest = after;
        if *id == 0 {
            return Ok((fields, rest));
        }
        fields.insert(*id, value);
    }
}

/// So many bytes as the length before them says, and what follows.
fn sized(
    bytes: &[u8],
    length: impl Fn(&[u8]) -> Result<(usize, &[u8]), ReadError>,
) -> Result<(&[u8], &[u8]), ReadError> {
    let (size, rest) = length(bytes)?;
    rest.split_at_checked(size)
        .ok_or_else(|| damaged("it ends too early"))
}

fn short_length(bytes: &[u8]) -> Result<(usize, &[u8]), ReadError> {
    let (length, rest) = split(FORMAT, bytes)?;
    Ok((usize::from(u16::from_le_bytes(*length)), rest))
}

/// A length of four bytes and what follows.
pub(crate) fn length(bytes: &[u8]) -> Result<(usize, &[u8]), ReadError> {
    let (length, rest) = split(FORMAT, bytes)?;
    let length = usize::try_from(u32::from_le_bytes(*length));
    Ok((length.map_err(|_| damaged("a length is too large"))?, rest))
}

pub(crate) fn field<'a>(fields: &Fields<'a>, id: u8) -> Result<&'a [u8], ReadError> {
    let found = fields.get(&id).copied();
    found.ok_or_else(|| damaged("its header lacks a field"))
}

pub(crate) fn number(bytes: &[u8]) -> Result<u32, ReadError> {
    Ok(u32::from_le_bytes(exactly(FORMAT, "a number", bytes)?))
}

fn large_number(bytes: &[u8]) -> Result<u64, ReadError> {
    Ok(u64::from_le_bytes(exactly(FORMAT, "a number", bytes)?))
}

fn cipher(id: &[u8]) -> Result<Cipher, ReadError> {
    let known = CIPHERS.iter().find(|(known, _)| known == id);
    known
        .map(|(_, cipher)| *cipher)
        .ok_or_else(|| unsupported("a cipher that is neither AES nor Twofish nor ChaCha20"))
}

fn aes(fields: &Fields<'_>) -> Result<Derivation, ReadError> {
    Ok(Derivation::Aes {
        rounds: large_number(field(fields, 6)?)?,
        seed: exactly(FORMAT, "the seed", field(fields, 5)?)?,
    })
}

fn legacy(fields: &Fields<'_>) -> Result<Legacy, ReadError> {
    Ok(Legacy {
        start: field(fields, 9)?.to_vec(),
        inner: Inner {
            id: number(field(fields, 10)?)?,
            key: field(fields, 8)?.to_vec(),
        },
    })
}

/// "`VariantDictionary`": values by name. Their types are those of the names that are looked up.
struct Dictionary<'a>(BTreeMap<&'a [u8], &'a [u8]>);

impl<'a> Dictionary<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let ([_, major], mut rest) = split(FORMAT, bytes)?;
        if *major != 1 {
            return Err(unsupported("a key derivation that is written in another way"));
        }
        let mut values = BTreeMap::new();
        loop {
            let ([kind], after) = split(FORMAT, rest)?;
            if *kind == 0 {
                return Ok(Self(values));
            }
            let (name, after) = sized(after, length)?;
            let (value, after) = sized(after, length)?;
            values.insert(name, value);
            rest = after;
        }
    }

    fn value(&self, name: &str) -> Result<&'a [u8], ReadError> {
        let found = self.0.get(name.as_bytes()).copied();
        found.ok_or_else(|| damaged("its key derivation lacks a parameter"))
    }

    fn derivation(&self) -> Result<Derivation, ReadError> {
        let id = self.value("$UUID")?;
        if id == AES_KDF || id == AES_KDF_OF_4 {
            return Ok(Derivation::Aes {
                rounds: large_number(self.value("R")?)?,
                seed: exactly(FORMAT, "the seed", self.value("S")?)?,
            });
        }
        let algorithm = match id {
            _ if id == ARGON2D => Algorithm::Argon2d,
            _ if id == ARGON2ID => Algorithm::Argon2id,
            _ => return Err(unsupported("a key derivation that is neither AES nor Argon2")),
        };
        // Neither is written by any program, and both would change the key.
        if self.0.contains_key(b"K".as_slice()) || self.0.contains_key(b"A".as_slice()) {
            return Err(unsupported("Argon2 with a secret or associated data of its own"));
        }
        Ok(Derivation::Argon2 {
            algorithm,
            version: match number(self.value("V")?)? {
                0x10 => Version::V0x10,
                0x13 => Version::V0x13,
                _ => return Err(unsupported("Argon2 of another version")),
            },
            salt: self.value("S")?.to_vec(),
            cost: Argon2Cost {
                memory_kib: large_number(self.value("M")?)? / 1024,
                passes: large_number(self.value("I")?)?,
                lanes: number(self.value("P")?)?.into(),
            },
        })
    }
}

pub(crate) fn damaged(reason: &str) -> ReadError {
    ReadError::Damaged {
        format: FORMAT,
        reason: reason.to_owned(),
    }
}

pub(crate) fn unsupported(what: &str) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        what: what.to_owned(),
    }
}

/// By their UUIDs.
const CIPHERS: [([u8; 16], Cipher); 3] = [
    (
        0x31c1_f2e6_bf71_4350_be58_0521_6afc_5aff_u128.to_be_bytes(),
        Cipher::Aes,
    ),
    (
        0xad68_f29f_576f_4bb9_a36a_d47a_f965_346c_u128.to_be_bytes(),
        Cipher::Twofish,
    ),
    (
        0xd603_8a2b_8b6f_4cb5_a524_339a_31db_b59a_u128.to_be_bytes(),
        Cipher::ChaCha20,
    ),
];

const AES_KDF: [u8; 16] = 0xc9d9_f39a_628a_4460_bf74_0d08_c18a_4fea_u128.to_be_bytes();
const AES_KDF_OF_4: [u8; 16] = 0x7c02_bb82_79a7_4ac0_927d_114a_0064_8238_u128.to_be_bytes();
const ARGON2D: [u8; 16] = 0xef63_6ddf_8c29_444b_91f7_a9a4_03e3_0a0c_u128.to_be_bytes();
const ARGON2ID: [u8; 16] = 0x9e29_8b19_56db_4773_b23d_fc3e_c6f0_a1e6_u128.to_be_bytes();
