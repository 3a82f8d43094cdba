//! The grammar under a Key URI. A general URL parser is no help here: it cuts labels at `#`, and takes `+` in a label
//! for a space or in a query for itself.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::otpauth::OtpauthError;

/// The most that is read of a Key URI, in bytes. The largest QR code holds 7 089 characters.
const MAX_KEY_URI_BYTES: usize = 16 * 1024;

/// The most that is read of an export: [`crate::otpauth::MAX_PAYLOAD_BYTES`] in base64 with every character escaped.
const MAX_MIGRATION_BYTES: usize = 264 * 1024;

/// How many characters of a refused value an error echoes: enough to recognise it, too few to carry a secret.
const SHOWN_CHARACTERS: usize = 12;

/// The schemes that accounts come under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// `otpauth://`, and Apple's variant that opens the system's own dialog.
    Otpauth,
    /// `steam://SECRET`, which Bitwarden writes.
    Steam,
    /// `otpauth-migration://`, Google Authenticator's export.
    Migration,
}

/// The scheme, and what follows `://`. White space, control characters and byte order marks around the text do not
/// belong to it.
pub(super) fn split_scheme(text: &str) -> Result<(Scheme, &str), OtpauthError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    let (name, rest) = text
        .split_once("://")
        .filter(|(name, _)| is_scheme(name))
        .ok_or(OtpauthError::UnsupportedScheme(None))?;
    let (scheme, limit) = match name.to_ascii_lowercase().as_str() {
        "otpauth" | "apple-otpauth" => (Scheme::Otpauth, MAX_KEY_URI_BYTES),
        "steam" => (Scheme::Steam, MAX_KEY_URI_BYTES),
        "otpauth-migration" => (Scheme::Migration, MAX_MIGRATION_BYTES),
        other => return Err(OtpauthError::UnsupportedScheme(Some(shown(other)))),
    };
    let length = text.len();
    if length > limit {
        return Err(OtpauthError::TooLong { length, limit });
    }
    Ok((scheme, rest))
}

/// RFC 3986 §3.1.
fn is_scheme(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// The `name=value` pairs after the question mark.
#[derive(Clone, Copy)]
pub(super) struct Query<'a>(pub(super) &'a str);

impl<'a> Query<'a> {
    /// The decoded value of a parameter; nothing when it does not stand there. Fails with
    /// [`OtpauthError::AmbiguousParameter`] when it stands there with two values.
    pub(super) fn value(self, name: &'static str) -> Result<Option<Zeroizing<String>>, OtpauthError> {
        let mut values = self.raw_values(name).map(decode_form);
        let first = values.next();
        match &first {
            Some(first) if values.any(|other| other != *first) => Err(OtpauthError::AmbiguousParameter(name)),
            _ => Ok(first),
        }
    }

    /// Like [`Query::value`] for a parameter with a default, which is also meant by an empty value and by the `null`
    /// of issuers that print what they do not have.
    pub(super) fn optional(self, name: &'static str) -> Result<Option<Zeroizing<String>>, OtpauthError> {
        let value = self.value(name)?;
        Ok(value
            .map(|value| Zeroizing::new(value.trim().to_owned()))
            .filter(|value| !value.is_empty() && value.as_str() != "null"))
    }

    /// The values of a parameter as they stand there.
    pub(super) fn raw_values(self, name: &'static str) -> impl Iterator<Item = &'a str> {
        self.0.split('&').filter_map(move |pair| {
            let (key, value) = pair.split_once('=')?;
            // `&amp;` is what remains of `&` when a link is copied out of a page's source.
            let key = key.strip_prefix("amp;").unwrap_or(key);
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// A value of the query (application/x-www-form-urlencoded: `+` is a space). Broken escapes stand for themselves.
fn decode_form(value: &str) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(value.len()));
    for (index, part) in value.split('+').enumerate() {
        if index > 0 {
            bytes.push(b' ');
        }
        bytes.extend(percent_decode_str(part));
    }
    Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
}

/// A part of the path (`+` is a plus). Broken escapes stand for themselves.
pub(super) fn decode_path(part: &str) -> Cow<'_, str> {
    percent_decode_str(part).decode_utf8_lossy()
}

/// The beginning of a refused value, fit for an error message.
pub(super) fn shown(value: &str) -> String {
    let mut printable = value.chars().filter(|c| !c.is_control());
    let mut beginning: String = printable.by_ref().take(SHOWN_CHARACTERS).collect();
    if printable.next().is_some() {
        beginning.push('…');
    }
    beginning
}
