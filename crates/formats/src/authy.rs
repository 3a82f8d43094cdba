//! Authy's preferences from a rooted phone, the only way out that there is: secrets in the clear, or encrypted with the
//! password of its backups.

use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use ring::pbkdf2::PBKDF2_HMAC_SHA1;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::cipher::open_cbc;
use crate::detect::Look;
use crate::encoded::{base32, base64, hex, utf8};
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, Text};
use crate::kdf::pbkdf2;
use crate::limits::{MAX_ACCOUNTS, MAX_PBKDF2_ROUNDS, at_most};
use crate::row::{Extras, Rows, read_fields, without_secret};
use crate::xml::preferences;

const FORMAT: Format = Format::Authy;

/// Whether it is a preference file with this app's tokens.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_xml_with("name=\"com.authy.storage.tokens.")
}

/// The tokens in the order of the file.
pub(crate) fn read(bytes: &[u8], password: Option<&Passphrase>) -> Result<Rows, ReadError> {
    let mut tokens = Vec::new();
    for (name, list) in preferences(FORMAT, utf8(FORMAT, bytes)?)? {
        if is_tokens(&name) {
            tokens.extend(json::parse::<List<Token>>(FORMAT, list.as_bytes())?.0);
            if tokens.len() > MAX_ACCOUNTS {
                let count = |tokens: usize| u64::try_from(tokens).unwrap_or(u64::MAX);
                at_most(FORMAT, "accounts", count(tokens.len()), count(MAX_ACCOUNTS))?;
            }
        }
    }
    let encrypted = tokens.iter().filter(|token| token.is_encrypted()).count();
    if encrypted == 0 {
        return Ok(tokens.into_iter().map(row).collect());
    }
    let password = password.ok_or(ReadError::PasswordNeeded(FORMAT))?;
    let rounds = u64::try_from(encrypted)
        .unwrap_or(u64::MAX)
        .saturating_mul(ROUNDS);
    at_most(FORMAT, "rounds of PBKDF2", rounds, MAX_PBKDF2_ROUNDS)?;
    let mut opened = 0;
    for token in tokens.iter_mut().filter(|token| token.is_encrypted()) {
        if let Some(secret) = token.open(password)? {
            token.opened = Some(secret);
            opened += 1;
        }
    }
    // One that does not open among others that do is damaged, and its row says so.
    if opened == 0 {
        return Err(ReadError::PasswordWrong(FORMAT));
    }
    Ok(tokens.into_iter().map(row).collect())
}

/// `com.authy.storage.tokens.authenticator.key`, and `…authy.key` for Authy's own.
fn is_tokens(name: &str) -> bool {
    let kind = name.strip_prefix("com.authy.storage.tokens.");
    kind.is_some_and(|kind| matches!(kind, "authenticator.key" | "authy.key"))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Token {
    original_name: Text,
    original_issuer: Text,
    name: Text,
    digits: Text,
    /// Base32.
    decrypted_secret: Text,
    /// Base64 of encrypted base32.
    encrypted_secret: Text,
    salt: Text,
    /// Hexadecimal, of a token of Authy's own.
    secret_seed: Text,
    #[serde(skip)]
    opened: Option<Zeroizing<String>>,
}

impl Token {
    fn is_encrypted(&self) -> bool {
        self.decrypted_secret.is_blank() && !self.encrypted_secret.is_blank()
    }

    /// The secret in base32; nothing when what comes out is none. The cipher itself has no check.
    fn open(&self, password: &Passphrase) -> Result<Option<Zeroizing<String>>, ReadError> {
        let Ok(sealed) = base64(FORMAT, "a secret", self.encrypted_secret.as_str()) else {
            return Ok(None);
        };
        let salt = self.salt.as_str().as_bytes();
        let key = pbkdf2(FORMAT, PBKDF2_HMAC_SHA1, password, salt, ROUNDS)?;
        let secret = open_cbc(&key, &[0; 16], &sealed);
        let is_base32 = |secret: &Zeroizing<Vec<u8>>| {
            let mut symbols = secret.iter();
            symbols.all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'2'..=b'7' | b'=' | b' ' | b'-'))
        };
        let text = secret
            .filter(is_base32)
            .and_then(|secret| std::str::from_utf8(&secret).map(str::to_owned).ok());
        Ok(text.map(Zeroizing::new))
    }
}

fn row(token: Token) -> Result<Parsed, Skipped> {
    let (issuer, name) = token.names();
    let mut fields = TypedAccount {
        issuer,
        name,
        digits: token.digits.or(""),
        ..TypedAccount::default()
    };
    if !token.secret_seed.is_blank() {
        let Ok(secret) = hex(FORMAT, "a secret", token.secret_seed.as_str()) else {
            return Err(without_secret(&fields));
        };
        fields.secret = base32(&secret);
        fields.digits = token.digits.or("7");
        "10".clone_into(&mut fields.period);
    } else if let Some(secret) = token.opened {
        fields.secret = secret;
    } else if token.decrypted_secret.is_blank() {
        return Err(without_secret(&fields));
    } else {
        fields.secret = token.decrypted_secret.into_secret();
    }
    read_fields(&fields, Extras::default())
}

impl Token {
    /// Issuer and name: the link's where they are kept, else what the app shows, `Issuer: name`.
    fn names(&self) -> (String, String) {
        let whole = self.original_name.or(self.name.as_str());
        let issuer = self.original_issuer.or("");
        match whole.split_once(':') {
            Some((prefix, name)) if issuer.is_empty() || issuer == prefix => {
                (prefix.trim().to_owned(), name.trim().to_owned())
            }
            _ => (issuer, whole),
        }
    }
}

/// What the app always asks for.
const ROUNDS: u64 = 1000;
