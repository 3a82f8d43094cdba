//! One account from a Key URI (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>), the way issuers
//! really write them: everything that has one meaning is taken, nothing that has two.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::account::{Label, NewAccount, Standing};
use crate::otp::params::{
    Algorithm, Digits, InvalidDigits, InvalidPeriod, OtpParams, Period, UnsupportedAlgorithm,
};
use crate::otpauth::uri::{Query, Scheme, decode_path, shown, split_scheme};
use crate::otpauth::{OtpauthError, Parsed, Warning};
use crate::seed::{DecodedSeed, Seed};

/// The account that an `otpauth://`, `apple-otpauth://` or `steam://` link describes. It has no tags, no note and no
/// AWS binding: a Key URI cannot say them.
pub fn parse(text: &str) -> Result<Parsed, OtpauthError> {
    match split_scheme(text)? {
        (Scheme::Otpauth, rest) => parse_key_uri(rest),
        (Scheme::Steam, rest) => parse_steam(rest),
        (Scheme::Migration, _) => Err(OtpauthError::SeveralAccounts),
    }
}

/// What a link calls its account, even where the rest of it is refused; nothing when it is no link to an account.
pub fn label(text: &str) -> Label {
    match split_scheme(text) {
        Ok((Scheme::Otpauth, rest)) => {
            let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
            let (_, path) = address.split_once('/').unwrap_or((address, ""));
            let issuer = Query(query).value("issuer").ok().flatten().unwrap_or_default();
            names(path, &issuer).label
        }
        Ok((Scheme::Steam, _)) => names("Steam:", "").label,
        Ok((Scheme::Migration, _)) | Err(_) => Label::default(),
    }
}

/// `TYPE/LABEL?PARAMETERS`.
fn parse_key_uri(rest: &str) -> Result<Parsed, OtpauthError> {
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, path) = address.split_once('/').unwrap_or((address, ""));
    let query = Query(query);
    let params = params(kind, query)?;
    let secret = query.value("secret")?.ok_or(OtpauthError::MissingSecret)?;
    let decoded = Seed::from_base32(&secret)?;
    let issuer = query.value("issuer")?.unwrap_or_default();
    Ok(parsed(names(path, &issuer), params, decoded))
}

/// `SECRET` alone.
fn parse_steam(rest: &str) -> Result<Parsed, OtpauthError> {
    let secret = rest.split(['?', '/']).next().unwrap_or_default();
    if secret.is_empty() {
        return Err(OtpauthError::MissingSecret);
    }
    let secret = Zeroizing::new(decode_path(secret).into_owned());
    let decoded = Seed::from_base32(&secret)?;
    Ok(parsed(names("Steam:", ""), OtpParams::Steam, decoded))
}

/// The kind of code with its parameters; those that are not there have the Key URI format's defaults.
pub(super) fn params(kind: &str, query: Query<'_>) -> Result<OtpParams, OtpauthError> {
    match kind.to_ascii_lowercase().as_str() {
        // KeePassXC's spelling of the type `steam`.
        "totp" if is_steam_encoder(query)? => Ok(OtpParams::Steam),
        "totp" => Ok(OtpParams::Totp {
            algorithm: algorithm(query)?,
            digits: digits(query)?,
            period: period(query)?,
        }),
        "hotp" => Ok(OtpParams::Hotp {
            algorithm: algorithm(query)?,
            digits: digits(query)?,
            counter: counter(query)?,
        }),
        "steam" => Ok(OtpParams::Steam),
        other => Err(OtpauthError::UnsupportedType(shown(other))),
    }
}

fn is_steam_encoder(query: Query<'_>) -> Result<bool, OtpauthError> {
    let encoder = query.optional("encoder")?;
    Ok(encoder.is_some_and(|encoder| encoder.eq_ignore_ascii_case("steam")))
}

fn algorithm(query: Query<'_>) -> Result<Algorithm, OtpauthError> {
    let Some(text) = query.optional("algorithm")? else {
        return Ok(Algorithm::Sha1);
    };
    let algorithm = text.parse().map_err(|_| UnsupportedAlgorithm(shown(&text)))?;
    Ok(algorithm)
}

fn digits(query: Query<'_>) -> Result<Digits, OtpauthError> {
    let Some(text) = query.optional("digits")? else {
        return Ok(Digits::SIX);
    };
    let number = text.parse::<u8>().ok();
    let digits = number.and_then(|number| Digits::try_from(number).ok());
    Ok(digits.ok_or_else(|| InvalidDigits(shown(&text)))?)
}

fn period(query: Query<'_>) -> Result<Period, OtpauthError> {
    let Some(text) = query.optional("period")? else {
        return Ok(Period::THIRTY);
    };
    let number = text.parse::<u32>().ok();
    let period = number.and_then(|number| Period::try_from(number).ok());
    Ok(period.ok_or_else(|| InvalidPeriod(shown(&text)))?)
}

fn counter(query: Query<'_>) -> Result<u64, OtpauthError> {
    let text = query.optional("counter")?.ok_or(OtpauthError::MissingCounter)?;
    let number = text.parse();
    number.map_err(|_| OtpauthError::InvalidCounter(shown(&text)))
}

/// A label with what was odd about it.
pub(super) struct Names {
    pub(super) label: Label,
    pub(super) warnings: Vec<Warning>,
}

/// Issuer and name out of the path and the `issuer` parameter.
fn names(path: &str, issuer: &str) -> Names {
    let given = clean(issuer);
    let whole = clean(&decode_path(path));
    // The parameter knows best where the issuer ends. Without it a colon that stands there as one comes before one
    // that is escaped, which may belong to the issuer or to the name.
    let (prefix, name) = match (after_issuer(&whole.text, &given.text), path.split_once(':')) {
        (Some(name), _) => (given.text.clone(), name.to_owned()),
        (None, Some((prefix, name))) => (clean(&decode_path(prefix)).text, clean(&decode_path(name)).text),
        (None, None) => split_at_colon(&whole.text),
    };
    let mut warnings = Vec::new();
    let issuer = if given.text.is_empty() {
        &prefix
    } else {
        &given.text
    };
    if !prefix.is_empty() && comparable(&prefix) != comparable(issuer) {
        warnings.push(Warning::IssuerMismatch {
            prefix: prefix.clone(),
            issuer: issuer.clone(),
        });
    }
    if given.removed || whole.removed {
        warnings.push(Warning::ControlCharsRemoved);
    }
    let issuer = Some(issuer.clone()).filter(|issuer| !issuer.is_empty());
    Names {
        label: Label { issuer, name },
        warnings,
    }
}

/// Issuer and name out of Google's two fields: the name may repeat the issuer, or be the only place that has it.
pub(super) fn names_of_fields(name: &str, issuer: &str) -> Names {
    let (name, given) = (clean(name), clean(issuer));
    let (issuer, account) = match after_issuer(&name.text, &given.text) {
        Some(account) => (given.text, account.to_owned()),
        None if given.text.is_empty() => split_at_colon(&name.text),
        None => (given.text, name.text),
    };
    let removed = name.removed || given.removed;
    Names {
        label: Label {
            issuer: Some(issuer).filter(|issuer| !issuer.is_empty()),
            name: account,
        },
        warnings: removed
            .then_some(Warning::ControlCharsRemoved)
            .into_iter()
            .collect(),
    }
}

/// Issuer and name as a person or another app keeps them apart.
pub(super) fn names_apart(issuer: &str, name: &str) -> Names {
    let (name, issuer) = (clean(name), clean(issuer));
    let removed = name.removed || issuer.removed;
    Names {
        label: Label {
            issuer: Some(issuer.text).filter(|issuer| !issuer.is_empty()),
            name: name.text,
        },
        warnings: removed
            .then_some(Warning::ControlCharsRemoved)
            .into_iter()
            .collect(),
    }
}

/// The account of these parts, with the warnings that any of them calls for.
pub(super) fn parsed(names: Names, params: OtpParams, decoded: DecodedSeed) -> Parsed {
    let Names { label, mut warnings } = names;
    let DecodedSeed { seed, canonical } = decoded;
    if label.issuer.is_none() && label.name.is_empty() {
        warnings.push(Warning::NoName);
    }
    if seed.is_weak() {
        let bytes = u32::try_from(seed.size()).unwrap_or(u32::MAX);
        warnings.push(Warning::WeakSecret { bytes });
    }
    if !canonical {
        warnings.push(Warning::NoncanonicalBase32);
    }
    if let OtpParams::Totp { digits, .. } | OtpParams::Hotp { digits, .. } = params
        && !digits.is_standard()
    {
        warnings.push(Warning::NonstandardDigits { digits: digits.get() });
    }
    let account = NewAccount {
        label,
        params,
        seed,
        tags: Vec::new(),
        note: String::new(),
        aws: None,
    };
    Parsed {
        account,
        standing: Standing::default(),
        warnings,
    }
}

struct Cleaned {
    text: String,
    removed: bool,
}

/// Without control characters, which could steer a terminal, and without white space around it.
fn clean(text: &str) -> Cleaned {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    Cleaned {
        removed: plain.len() != text.len(),
        text: plain.trim().to_owned(),
    }
}

/// What follows `issuer:` in the label; nothing when the label does not begin so.
fn after_issuer<'a>(label: &'a str, issuer: &str) -> Option<&'a str> {
    let rest = label.strip_prefix(issuer).filter(|_| !issuer.is_empty())?;
    rest.strip_prefix(':').map(str::trim_start)
}

fn split_at_colon(label: &str) -> (String, String) {
    match label.split_once(':') {
        Some((prefix, name)) => (prefix.trim().to_owned(), name.trim().to_owned()),
        None => (String::new(), label.to_owned()),
    }
}

/// Two spellings of one issuer are no mismatch: case, and composed or decomposed characters.
fn comparable(issuer: &str) -> String {
    issuer.nfc().collect::<String>().to_lowercase()
}
