//! The JSON of `FreeOTP+`.

use std::collections::BTreeMap;

use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use serde::Deserialize;

use crate::detect::Look;
use crate::encoded::base32;
use crate::error::ReadError;
use crate::format::Format;
use crate::json::{self, List, SignedBytes, Text};
use crate::row::{Extras, Rows, read_fields, without_secret};

const FORMAT: Format = Format::FreeOtpPlus;

/// Whether it is an export.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["tokens", "tokenOrder"])
}

/// The tokens of an export, in the order of the app.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let file: File = json::parse(FORMAT, bytes)?;
    let ids = file.token_order.0.iter().map(Text::as_str);
    let places: BTreeMap<&str, usize> = ids.enumerate().map(|(place, id)| (id, place)).collect();
    let mut tokens = file.tokens.0;
    tokens.sort_by_cached_key(|token| places.get(token.id().as_str()).copied().unwrap_or(usize::MAX));
    Ok(tokens.into_iter().map(row).collect())
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct File {
    token_order: List<Text>,
    tokens: List<Token>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Token {
    algo: Text,
    counter: Text,
    digits: Text,
    /// The label's prefix in the link that it came from.
    issuer_ext: Text,
    /// The parameter of that link.
    issuer_int: Text,
    /// What a person changed them to.
    issuer_alt: Text,
    label: Text,
    label_alt: Text,
    period: Text,
    secret: SignedBytes,
    r#type: Text,
}

impl Token {
    /// What the order calls it.
    fn id(&self) -> String {
        let issuer = self.issuer_int.or(self.issuer_ext.as_str());
        if issuer.is_empty() {
            self.label.or("")
        } else {
            format!("{issuer}:{}", self.label.as_str())
        }
    }

    /// The app makes Steam's codes for an issuer of that name.
    fn kind(&self) -> String {
        if self.issuer_ext.as_str() == "Steam" && self.digits.number() == Some(5) {
            "steam".to_owned()
        } else {
            self.r#type.or("")
        }
    }

    /// The app keeps the counter of the code that was shown last, one before the link's; -1 before the first.
    fn next_counter(&self) -> String {
        let last: Option<i64> = self.counter.as_str().parse().ok();
        let next = last
            .filter(|last| *last >= -1)
            .and_then(|last| last.checked_add(1));
        next.map_or_else(|| self.counter.or(""), |next| next.to_string())
    }
}

fn row(token: Token) -> Result<Parsed, Skipped> {
    let mut fields = TypedAccount {
        issuer: token
            .issuer_alt
            .or(&token.issuer_ext.or(token.issuer_int.as_str())),
        name: token.label_alt.or(token.label.as_str()),
        kind: token.kind(),
        counter: token.next_counter(),
        algorithm: token.algo.or(""),
        digits: token.digits.or(""),
        period: token.period.or(""),
        ..TypedAccount::default()
    };
    let Some(secret) = token.secret.0 else {
        return Err(without_secret(&fields));
    };
    fields.secret = base32(&secret);
    read_fields(&fields, Extras::default())
}
