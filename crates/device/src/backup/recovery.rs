//! The recovery identity: an age X25519 identity that opens every automatic backup. A person keeps it on paper; the
//! machine keeps only its recipient.

use std::iter;

use age::secrecy::ExposeSecret;
use bech32::{Bech32, Hrp};
use bip39::{Language, Mnemonic};
use zeroize::Zeroizing;

use super::error::BackupError;

/// The 256 bits of the identity, as words of the English list of BIP 39.
pub const WORD_COUNT: usize = 24;

const PREFIX: &str = "AGE-SECRET-KEY-";

/// The prefix, a `1`, and 256 bits with a checksum of 30, in characters of five bits each (BIP 173).
const IDENTITY_LENGTH: usize = 74;

/// The recovery identity, erased from memory when dropped. It has no `Debug` and no `Display`.
pub struct RecoveryIdentity(age::x25519::Identity);

impl RecoveryIdentity {
    /// A new random one.
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// Reads what stands on a recovery kit: `AGE-SECRET-KEY-1…` in either case and with spaces anywhere, in the whole text
    /// of a kit as well; or the 24 words. Says which word is not in the list, or that one is wrong, without repeating the others.
    pub fn from_text(text: &str) -> Result<Self, BackupError> {
        let refused = |reason: String| BackupError::Recovery(reason);
        if let Some(written) = identity_in(text) {
            return written
                .parse()
                .map(Self)
                .map_err(|_| refused("a character of the identity is wrong or missing".to_owned()));
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() != WORD_COUNT {
            return Err(refused(format!(
                "it begins with {PREFIX}1, or has {WORD_COUNT} words; this has {}",
                words.len()
            )));
        }
        for (place, word) in (1..).zip(&words) {
            if Language::English.find_word(&word.to_lowercase()).is_none() {
                return Err(refused(format!("word {place} is not one of the list")));
            }
        }
        let lower = Zeroizing::new(text.to_lowercase());
        let mnemonic =
            Mnemonic::parse_in_normalized(Language::English, &words_joined(&lower)).map_err(|_| {
                refused("the words do not belong together: one is wrong, or two are swapped".to_owned())
            })?;
        let bytes = Zeroizing::new(mnemonic.to_entropy());
        identity_of(&bytes)
            .map(Self)
            .ok_or_else(|| refused("the words do not belong together".to_owned()))
    }

    /// `AGE-SECRET-KEY-1…`, what the `age` command takes.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The 24 words.
    pub fn to_words(&self) -> Vec<&'static str> {
        let bytes = bech32::decode(&self.to_text()).map(|(_, bytes)| Zeroizing::new(bytes));
        let mnemonic = bytes
            .ok()
            .and_then(|bytes| Mnemonic::from_entropy_in(Language::English, &bytes).ok());
        // An identity's text is bech32 of 256 bits, which always make 24 words.
        mnemonic
            .map(|mnemonic| mnemonic.words().collect())
            .unwrap_or_default()
    }

    /// Whom to seal to, so that this identity opens it.
    pub fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }

    pub(super) fn as_identity(&self) -> &age::x25519::Identity {
        &self.0
    }
}

/// The identity that stands somewhere in the text, without blanks and in upper case.
fn identity_in(text: &str) -> Option<Zeroizing<String>> {
    let upper = Zeroizing::new(text.to_ascii_uppercase());
    let begin = upper.find(PREFIX)?;
    let characters = upper
        .get(begin..)?
        .chars()
        .filter(|character| !character.is_whitespace());
    let mut identity = Zeroizing::new(String::with_capacity(4 * IDENTITY_LENGTH));
    identity.extend(characters.take(IDENTITY_LENGTH));
    Some(identity)
}

fn words_joined(text: &str) -> Zeroizing<String> {
    let mut joined = Zeroizing::new(String::with_capacity(text.len() + 1));
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

fn identity_of(bytes: &[u8]) -> Option<age::x25519::Identity> {
    let prefix = Hrp::parse(PREFIX).expect("the prefix is well formed");
    let text = Zeroizing::new(bech32::encode_upper::<Bech32>(prefix, bytes).ok()?);
    text.parse().ok()
}

/// The identity in groups of four characters, five to a line, the way it is printed and typed.
pub(super) fn lines(text: &str) -> Vec<Zeroizing<String>> {
    let (prefix, rest) = text.split_at(PREFIX.len() + 1);
    let characters: Zeroizing<Vec<u8>> = Zeroizing::new(rest.as_bytes().to_vec());
    let groups = characters.chunks(20).map(|line| {
        let groups: Vec<&str> = line
            .chunks(4)
            .map(|group| std::str::from_utf8(group).unwrap_or_default())
            .collect();
        Zeroizing::new(groups.join(" "))
    });
    iter::once(Zeroizing::new(prefix.to_owned()))
        .chain(groups)
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn its_text_its_lines_and_its_words_all_give_it_back() {
        let identity = RecoveryIdentity::generate();
        let text = identity.to_text();
        let lines: Vec<String> = lines(&text).iter().map(|line| line.to_string()).collect();
        assert_eq!(lines.len(), 4);
        let words = identity.to_words();
        assert_eq!(words.len(), WORD_COUNT);
        for typed in [
            text.to_string(),
            text.to_lowercase(),
            lines.join("\n"),
            words.join(" "),
            format!("  {}\n", words.join("\n").to_uppercase()),
        ] {
            let read = RecoveryIdentity::from_text(&typed).map_err(|error| error.to_string());
            assert_eq!(read.unwrap().recipient(), identity.recipient());
        }
    }

    #[test]
    fn a_slip_is_named_and_the_rest_is_not_repeated() {
        let identity = RecoveryIdentity::generate();
        let mut words = identity.to_words();
        words[3] = "lockstep";
        let refusal = |text: &str| RecoveryIdentity::from_text(text).err().unwrap().to_string();
        assert_eq!(
            refusal(&words.join(" ")),
            "this is not a recovery identity: word 4 is not one of the list"
        );
        let mut swapped = identity.to_words();
        while swapped[0] == swapped[1] {
            swapped = RecoveryIdentity::generate().to_words();
        }
        swapped.swap(0, 1);
        // One of 256 swaps passes the check of eight bits and gives another identity.
        assert!(
            RecoveryIdentity::from_text(&swapped.join(" "))
                .map_or(true, |other| other.recipient() != identity.recipient())
        );
        let text = identity.to_text();
        assert!(!refusal(&text[..text.len() - 1]).contains(&text[20..30]));
        assert!(refusal("one two").contains("this has 2"));
    }
}
