//! An account as a Key URI, the form that every authenticator reads
//! (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::account::{Label, NewAccount};
use crate::otp::params::OtpParams;

/// The whole account as a Key URI: issuer both before the label and as a parameter, every parameter written out even
/// where it is the default, because readers disagree about defaults. Tags, note and AWS binding have no place in it.
pub fn to_uri(account: &NewAccount) -> Zeroizing<String> {
    let secret = account.seed.to_base32();
    // One allocation that never grows: growing would leave a copy of the secret behind.
    let capacity =
        128 + secret.len() + 9 * account.label.name.len() + 6 * issuer_of(&account.label).map_or(0, str::len);
    let mut uri = Zeroizing::new(String::with_capacity(capacity));
    uri.push_str("otpauth://");
    uri.push_str(kind(&account.params));
    uri.push('/');
    push_label(&mut uri, &account.label);
    uri.push_str("?secret=");
    uri.push_str(&secret);
    if let Some(issuer) = issuer_of(&account.label) {
        uri.push_str("&issuer=");
        uri.extend(encoded(issuer));
    }
    push_params(&mut uri, &account.params);
    uri
}

fn kind(params: &OtpParams) -> &'static str {
    match params {
        OtpParams::Totp { .. } => "totp",
        OtpParams::Hotp { .. } => "hotp",
        OtpParams::Steam => "steam",
    }
}

/// `issuer:name`; `name` alone when there is no issuer. A colon in the name would then be taken for the end of an
/// issuer, so that an empty one goes before it.
fn push_label(uri: &mut String, label: &Label) {
    let issuer = issuer_of(label);
    uri.extend(issuer.into_iter().flat_map(encoded));
    if issuer.is_some() || label.name.contains(':') {
        uri.push(':');
    }
    uri.extend(encoded(&label.name));
}

fn push_params(uri: &mut String, params: &OtpParams) {
    let text = match *params {
        OtpParams::Totp {
            algorithm,
            digits,
            period,
        } => format!(
            "&algorithm={algorithm}&digits={}&period={}",
            digits.get(),
            period.seconds()
        ),
        OtpParams::Hotp {
            algorithm,
            digits,
            counter,
        } => format!("&algorithm={algorithm}&digits={}&counter={counter}", digits.get()),
        // KeePassXC knows Steam by the encoder, the others by the kind; two of them also want the five digits.
        OtpParams::Steam => "&algorithm=SHA1&digits=5&period=30&encoder=steam".to_owned(),
    };
    uri.push_str(&text);
}

fn issuer_of(label: &Label) -> Option<&str> {
    label.issuer.as_deref().filter(|issuer| !issuer.is_empty())
}

fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, ENCODED)
}

/// All but the unreserved characters of RFC 3986 §2.3, and the `@` that names are full of.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::params::{Algorithm, Digits, Period};
    use crate::seed::Seed;

    fn uri(issuer: Option<&str>, name: &str, params: OtpParams) -> String {
        let account = NewAccount {
            label: Label {
                issuer: issuer.map(str::to_owned),
                name: name.to_owned(),
            },
            params,
            seed: Seed::from_base32("JBSWY3DPEHPK3PXP").unwrap().seed,
            tags: Vec::new(),
            note: String::new(),
            aws: None,
        };
        to_uri(&account).to_string()
    }

    #[test]
    fn an_aws_account_is_written_as_the_console_writes_it() {
        assert_eq!(
            uri(
                Some("Amazon Web Services"),
                "maya@halden-prod",
                OtpParams::DEFAULT_TOTP
            ),
            "otpauth://totp/Amazon%20Web%20Services:maya@halden-prod?secret=JBSWY3DPEHPK3PXP\
             &issuer=Amazon%20Web%20Services&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn every_kind_says_all_its_parameters() {
        let algorithm = Algorithm::Sha512;
        let digits = Digits::try_from(8).unwrap();
        let period = Period::try_from(60).unwrap();
        let ending = |params| uri(None, "a", params);
        assert_eq!(
            ending(OtpParams::Totp {
                algorithm,
                digits,
                period
            }),
            "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&algorithm=SHA512&digits=8&period=60"
        );
        assert_eq!(
            ending(OtpParams::Hotp {
                algorithm,
                digits,
                counter: u64::MAX
            }),
            "otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP&algorithm=SHA512&digits=8&counter=18446744073709551615"
        );
        assert_eq!(
            ending(OtpParams::Steam),
            "otpauth://steam/a?secret=JBSWY3DPEHPK3PXP&algorithm=SHA1&digits=5&period=30&encoder=steam"
        );
    }

    #[test]
    fn a_name_with_a_colon_is_not_taken_for_an_issuer() {
        assert!(uri(None, "a:b", OtpParams::DEFAULT_TOTP).starts_with("otpauth://totp/:a%3Ab?"));
        assert!(
            uri(Some("A: B"), "c:d", OtpParams::DEFAULT_TOTP).starts_with("otpauth://totp/A%3A%20B:c%3Ad?")
        );
    }

    #[test]
    fn characters_that_mean_something_in_a_uri_are_encoded() {
        assert!(
            uri(Some("AT&T"), "50% +#?/ü", OtpParams::DEFAULT_TOTP)
                .starts_with("otpauth://totp/AT%26T:50%25%20%2B%23%3F%2F%C3%BC?secret=")
        );
    }
}
