//! One account from what a person types in, under the same rules as a link.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::account::Label;
use crate::otpauth::parse::{names_apart, params, parsed};
use crate::otpauth::uri::Query;
use crate::otpauth::{OtpauthError, Parsed};
use crate::seed::Seed;

/// What a person types in, as text; what is empty takes the Key URI format's default.
#[derive(Default)]
pub struct TypedAccount {
    /// Who asks for the code.
    pub issuer: String,
    /// Whom the code is for.
    pub name: String,
    /// The secret in base32.
    pub secret: Zeroizing<String>,
    /// `totp`, `hotp` or `steam`; `totp` when empty.
    pub kind: String,
    /// `SHA1`, `SHA256` or `SHA512`.
    pub algorithm: String,
    /// 5 to 10.
    pub digits: String,
    /// 1 to 86400 seconds.
    pub period: String,
    /// The counter of the next code, for HOTP.
    pub counter: String,
}

impl TypedAccount {
    /// What the account is called, even where the rest of it is refused.
    pub fn label(&self) -> Label {
        names_apart(&self.issuer, &self.name).label
    }
}

/// The account that was typed in.
pub fn read_typed(typed: &TypedAccount) -> Result<Parsed, OtpauthError> {
    let TypedAccount {
        issuer,
        name,
        secret,
        kind,
        algorithm,
        digits,
        period,
        counter,
    } = typed;
    let fields = [
        ("algorithm", algorithm),
        ("digits", digits),
        ("period", period),
        ("counter", counter),
    ];
    let query =
        fields.map(|(key, value)| format!("{key}={}", utf8_percent_encode(value.trim(), NON_ALPHANUMERIC)));
    let kind = if kind.is_empty() { "totp" } else { kind };
    let params = params(kind, Query(&query.join("&")))?;
    let decoded = Seed::from_base32(secret)?;
    Ok(parsed(names_apart(issuer, name), params, decoded))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::otp::params::OtpParams;
    use crate::otpauth::Warning;
    use crate::seed::SeedError;

    fn typed(secret: &str) -> TypedAccount {
        TypedAccount {
            issuer: " AT&T: mobile ".to_owned(),
            name: "maya+1".to_owned(),
            secret: Zeroizing::new(secret.to_owned()),
            ..TypedAccount::default()
        }
    }

    #[test]
    fn a_secret_and_a_name_are_enough() {
        let parsed = read_typed(&typed("gezd gnbv gy3t qojq-gezd gnbv gy3t qojq")).unwrap();
        assert_eq!(parsed.account.label.to_string(), "AT&T: mobile:maya+1");
        assert_eq!(parsed.account.params, OtpParams::DEFAULT_TOTP);
        assert_eq!(parsed.account.seed.bytes(), b"12345678901234567890");
    }

    #[test]
    fn control_characters_in_a_name_are_left_out_and_told() {
        let mut typed = typed("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        typed.name = "maya\u{1b}[2J".to_owned();
        let parsed = read_typed(&typed).unwrap();
        assert_eq!(parsed.account.label.name, "maya[2J");
        assert_eq!(parsed.account.label, typed.label());
        assert_eq!(parsed.warnings, [Warning::ControlCharsRemoved]);
    }

    #[test]
    fn a_damaged_character_is_named_with_its_place() {
        let error = read_typed(&typed("JBSW Y3DP 1")).err().unwrap();
        assert_eq!(
            error,
            OtpauthError::Seed(SeedError::NotBase32 {
                character: '1',
                place: 11
            })
        );
    }

    #[test]
    fn parameters_are_held_to_the_rules_of_a_link() {
        let with = |change: fn(&mut TypedAccount)| {
            let mut typed = typed("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
            change(&mut typed);
            read_typed(&typed).err().map(|error| error.name())
        };
        assert_eq!(
            with(|typed| typed.digits = "11".to_owned()),
            Some("invalid_digits")
        );
        assert_eq!(
            with(|typed| typed.period = "0".to_owned()),
            Some("invalid_period")
        );
        assert_eq!(
            with(|typed| typed.algorithm = "MD5".to_owned()),
            Some("unsupported_algorithm")
        );
        assert_eq!(
            with(|typed| typed.kind = "motp".to_owned()),
            Some("unsupported_type")
        );
        assert_eq!(
            with(|typed| typed.kind = "hotp".to_owned()),
            Some("missing_counter")
        );
        assert_eq!(
            with(|typed| typed.secret = Zeroizing::default()),
            Some("empty_secret")
        );
    }
}
