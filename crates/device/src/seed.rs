//! The shared secret K of RFC 4226 §5.1, and base32 in and out.

use std::sync::LazyLock;

use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The longest seed that is taken, in bytes. AWS uses 40; the longest seen in the field is 200.
pub const MAX_SEED_BYTES: usize = 1024;

/// RFC 4226 §4 R6: the shared secret must be at least 128 bits.
const RECOMMENDED_SEED_BYTES: usize = 16;

/// The shared secret K (RFC 4226 §5.1): 1 to [`MAX_SEED_BYTES`] bytes, erased from memory when dropped.
/// It has no `Debug`, no `Display` and no `Serialize`, so that it cannot slip into a log or a reply.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed(Box<[u8]>);

/// Why a seed was refused. Never carries the seed; a single offending character at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// No byte at all.
    #[error("the secret is empty")]
    Empty,
    /// More than [`MAX_SEED_BYTES`] bytes.
    #[error("the secret has {0} bytes; at most {MAX_SEED_BYTES} are taken")]
    TooLong(usize),
    /// A character that is not in the base32 alphabet (RFC 4648 §6). `place` counts from 1.
    #[error("the secret has a damaged character at place {place} ({character:?} is not base32)")]
    NotBase32 {
        /// The offending character.
        character: char,
        /// Where it stands, counted from 1, spaces and dashes included.
        place: usize,
    },
}

/// A seed read from base32, and whether an encoder could have written that text.
pub struct DecodedSeed {
    /// The seed itself.
    pub seed: Seed,
    /// `false` when the text has a length no base32 encoder writes; its tail was ignored, as issuers' own apps do.
    pub canonical: bool,
}

impl Seed {
    /// The seed made of these bytes; the vector is erased. Fails with [`SeedError::Empty`] for none and with
    /// [`SeedError::TooLong`] for more than [`MAX_SEED_BYTES`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SeedError> {
        let bytes = Zeroizing::new(bytes);
        match bytes.len() {
            0 => Err(SeedError::Empty),
            // Copied into an allocation of its own size: shrinking in place could leave bytes behind.
            1..=MAX_SEED_BYTES => Ok(Self(Box::from(bytes.as_slice()))),
            length => Err(SeedError::TooLong(length)),
        }
    }

    /// The seed that this base32 text (RFC 4648 §6) stands for, the way people type it and issuers print it: either
    /// case, white space and dashes anywhere, padding at the end or none, unused bits of any value. A character
    /// outside the alphabet is an error with its place, and never guessed at (a `0` may have been an `O` or a `Q`).
    pub fn from_base32(text: &str) -> Result<DecodedSeed, SeedError> {
        let mut symbols = base32_symbols(text)?;
        // RFC 4648 §6: the last 1, 3 or 6 characters over a multiple of eight end in one that completes no byte.
        let canonical = !matches!(symbols.len() % 8, 1 | 3 | 6);
        if !canonical {
            symbols.pop();
        }
        let seed = Self::from_bytes(bytes_of_symbols(&symbols))?;
        Ok(DecodedSeed { seed, canonical })
    }

    /// The bytes of K. Only the rooms that compute with a seed or write it down may call this: `otp`, `store`,
    /// `backup`, the writers of `formats`, `otpauth::write` and `qr::encode` (rule 5 of the architecture).
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The seed in base32 (RFC 4648 §6), upper case and without padding, as Key URIs and AWS write it.
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// How many bytes K has, 1 to [`MAX_SEED_BYTES`].
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// Whether it is shorter than the 128 bits of RFC 4226 §4 R6.
    pub fn is_weak(&self) -> bool {
        self.size() < RECOMMENDED_SEED_BYTES
    }

    /// A digest that the same secret always has under the same key, for finding one among thousands.
    pub fn fingerprint(&self, key: &ring::hmac::Key) -> [u8; 32] {
        let tag = ring::hmac::sign(key, self.bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(tag.as_ref());
        bytes
    }

    /// Whether both are the same secret, compared in a time that does not depend on where they differ.
    pub fn is_same(&self, other: &Self) -> bool {
        totp_rs::Secret::from(self.bytes()) == totp_rs::Secret::from(other.bytes())
    }
}

/// The characters of the alphabet that are in `text`, in upper case, without separators and padding.
fn base32_symbols(text: &str) -> Result<Zeroizing<Vec<u8>>, SeedError> {
    let mut symbols = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut padding = None;
    for (index, character) in text.chars().enumerate() {
        let place = index + 1;
        match character {
            '=' => padding = padding.or(Some(place)),
            'A'..='Z' | 'a'..='z' | '2'..='7' => {
                if let Some(place) = padding {
                    return Err(SeedError::NotBase32 {
                        character: '=',
                        place,
                    });
                }
                symbols.push((character as u8).to_ascii_uppercase());
            }
            _ if is_separator(character) => {}
            _ => return Err(SeedError::NotBase32 { character, place }),
        }
    }
    Ok(symbols)
}

/// The whole bytes in so many symbols as an encoder writes.
fn bytes_of_symbols(symbols: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; symbols.len() * 5 / 8];
    LENIENT_BASE32
        .decode_mut(symbols, &mut bytes)
        .expect("only symbols of the alphabet were kept, and their number is one that an encoder writes");
    bytes
}

/// White space and every dash that a web page or a word processor puts between groups.
fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}')
}

/// RFC 4648 §6 without padding, which takes any value in the unused bits at the end: issuers cut random base32 text
/// to a length.
static LENIENT_BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    specification.check_trailing_bits = false;
    specification
        .encoding()
        .expect("the base32 alphabet is well formed")
});

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes_of(text: &str) -> Vec<u8> {
        Seed::from_base32(text).unwrap().seed.bytes().to_vec()
    }

    fn refusal_of(text: &str) -> SeedError {
        Seed::from_base32(text).err().unwrap()
    }

    #[test]
    fn a_secret_may_be_typed_the_way_it_is_printed() {
        for text in [
            "JBSWY3DPEHPK3PXP",
            "jbswy3dpehpk3pxp",
            " JBSW Y3DP\tEHPK\n3PXP ",
            "jbsw-y3dp-ehpk-3pxp",
            "JBSW\u{2013}Y3DP\u{a0}EHPK3PXP",
            "JBSWY3DPEHPK3PXP======",
            "JBSWY3DPEHPK3PXP == ==",
        ] {
            assert_eq!(bytes_of(text), b"Hello!\xde\xad\xbe\xef", "{text:?}");
        }
    }

    #[test]
    fn a_damaged_character_is_named_with_its_place() {
        assert_eq!(
            refusal_of("JBSW Y3DP 1"),
            SeedError::NotBase32 {
                character: '1',
                place: 11
            }
        );
        assert_eq!(
            refusal_of("JBSW Y3DP 1").to_string(),
            "the secret has a damaged character at place 11 ('1' is not base32)"
        );
    }

    #[test]
    fn padding_inside_is_damage() {
        assert_eq!(
            refusal_of("JBSW=Y3DPEHPK3PXP"),
            SeedError::NotBase32 {
                character: '=',
                place: 5
            }
        );
    }

    #[test]
    fn a_tail_that_no_encoder_writes_is_ignored_and_told() {
        for (text, bytes) in [("MFRGGZDFM", 5), ("MFRGGZDFMZT", 6), ("MFRGGZDFMZTWQ2", 8)] {
            let decoded = Seed::from_base32(text).unwrap();
            assert!(!decoded.canonical, "{text}");
            assert_eq!(decoded.seed.bytes(), &b"abcdefghij"[..bytes], "{text}");
        }
        assert!(Seed::from_base32("MFRGGZDFMZ").unwrap().canonical);
    }

    #[test]
    fn bits_that_fill_no_byte_may_have_any_value() {
        assert_eq!(bytes_of("QWERTYUIOP"), b"\x85\x89\x19\xe2\x88\x73");
    }

    #[test]
    fn no_byte_is_no_seed() {
        for text in ["", "  ", "====", "A"] {
            assert_eq!(refusal_of(text), SeedError::Empty, "{text:?}");
        }
        assert_eq!(Seed::from_bytes(Vec::new()).err(), Some(SeedError::Empty));
    }

    #[test]
    fn a_seed_has_1024_bytes_at_the_most() {
        assert_eq!(Seed::from_bytes(vec![7; 1024]).unwrap().bytes().len(), 1024);
        assert_eq!(
            Seed::from_bytes(vec![7; 1025]).err(),
            Some(SeedError::TooLong(1025))
        );
        assert_eq!(refusal_of(&"A".repeat(1640)), SeedError::TooLong(1025));
    }

    #[test]
    fn under_128_bits_is_weak() {
        assert!(Seed::from_bytes(vec![7; 15]).unwrap().is_weak());
        assert!(!Seed::from_bytes(vec![7; 16]).unwrap().is_weak());
    }

    #[test]
    fn the_same_secret_is_recognised() {
        let seed = |bytes: &[u8]| Seed::from_bytes(bytes.to_vec()).unwrap();
        assert!(seed(b"12345").is_same(&seed(b"12345")));
        assert!(!seed(b"12345").is_same(&seed(b"12346")));
        assert!(!seed(b"12345").is_same(&seed(b"123456")));
    }
}
