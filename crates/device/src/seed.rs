//! The shared secret K of RFC 4226 §5.1, and base32 in and out.

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
