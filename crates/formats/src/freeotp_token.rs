//! What a token is in the three of `FreeOTP`'s kind of files.

use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};
use serde::Deserialize;

use crate::encoded::base32;
use crate::json::{SignedBytes, Text};
use crate::row::{Extras, read_fields, without_secret};

/// A token as the apps write it into JSON.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Token {
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
    /// Not in `FreeOTP` 2, which keeps it apart.
    pub(crate) secret: SignedBytes,
    r#type: Text,
}

/// Which code the counter of a token is that of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counter {
    /// The one that was shown last, one before the link's; -1 before the first.
    Last,
    /// The next.
    Next,
}

impl Token {
    /// What the order calls it.
    pub(crate) fn id(&self) -> String {
        let issuer = self.issuer_int.or(self.issuer_ext.as_str());
        if issuer.is_empty() {
            self.label.or("")
        } else {
            format!("{issuer}:{}", self.label.as_str())
        }
    }

    /// The account that it is. `algorithm` is for a token that names none.
    pub(crate) fn row(self, counter: Counter, algorithm: &str) -> Result<Parsed, Skipped> {
        let mut fields = TypedAccount {
            issuer: self.issuer_alt.or(&self.issuer_ext.or(self.issuer_int.as_str())),
            name: self.label_alt.or(self.label.as_str()),
            kind: self.kind(),
            counter: match counter {
                Counter::Last => self.after_last(),
                Counter::Next => self.counter.or(""),
            },
            algorithm: self.algo.or(algorithm),
            digits: self.digits.or(""),
            period: self.period.or(""),
            ..TypedAccount::default()
        };
        let Some(secret) = self.secret.0 else {
            return Err(without_secret(&fields));
        };
        fields.secret = base32(&secret);
        read_fields(&fields, Extras::default())
    }

    /// The apps make Steam's codes for an issuer of that name.
    fn kind(&self) -> String {
        if self.issuer_ext.as_str() == "Steam" && self.digits.number() == Some(5) {
            "steam".to_owned()
        } else {
            self.r#type.or("")
        }
    }

    fn after_last(&self) -> String {
        let last: Option<i64> = self.counter.as_str().parse().ok();
        let next = last
            .filter(|last| *last >= -1)
            .and_then(|last| last.checked_add(1));
        next.map_or_else(|| self.counter.or(""), |next| next.to_string())
    }
}
