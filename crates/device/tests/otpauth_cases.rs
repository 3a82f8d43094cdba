//! The links that issuers and other authenticators really write, and what is made of each.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use lockstep_device::account::NewAccount;
use lockstep_device::otp::params::OtpParams;
use lockstep_device::otp::totp::code_at;
use lockstep_device::otpauth::migration::incomplete;
use lockstep_device::otpauth::read::{Reading, read};
use lockstep_device::otpauth::write::to_uri;
use lockstep_device::otpauth::{OtpauthError, Warning};
use lockstep_device::time::UnixTime;
use serde_json::{Value, json};

/// What is read from one text, in the words of the file of cases.
fn outcome(uri: &str) -> Result<Value, OtpauthError> {
    let Reading { rows, batch } = read(uri)?;
    let warnings = incomplete(batch.as_slice());
    let mut accounts = Vec::new();
    let mut skipped = Vec::new();
    let mut names: Vec<&str> = warnings.iter().map(Warning::name).collect();
    for row in &rows {
        match row {
            Ok(parsed) => {
                accounts.push(fields(&parsed.account));
                names.extend(parsed.warnings.iter().map(Warning::name));
            }
            Err(row) => skipped.push(json!({
                "account": row.label.name,
                "issuer": row.label.issuer,
                "error": row.error.name(),
            })),
        }
    }
    Ok(match batch {
        Some(batch) => json!({
            "accounts": accounts,
            "skipped": skipped,
            "batch": { "size": batch.size, "index": batch.index, "id": batch.id },
            "warnings": names,
        }),
        None => json!({ "fields": accounts[0], "warnings": names }),
    })
}

fn fields(account: &NewAccount) -> Value {
    let mut fields = json!({
        "issuer": account.label.issuer,
        "account": account.label.name,
        "secret_hex": data_encoding::HEXLOWER.encode(account.seed.bytes()),
        "algorithm": account.params.algorithm().name(),
        "digits": account.params.digits(),
    });
    let (kind, extra, value) = match account.params {
        OtpParams::Totp { period, .. } => ("totp", "period", json!(period.seconds())),
        OtpParams::Hotp { counter, .. } => ("hotp", "counter", json!(counter)),
        OtpParams::Steam => ("steam", "period", json!(30)),
    };
    fields["type"] = json!(kind);
    fields[extra] = value;
    fields
}

/// What the case asks for, in the same words.
fn expected(case: &Value) -> Result<Value, &str> {
    match case["expect"].as_str().unwrap() {
        "accept" => {
            let mut fields = case["fields"].clone();
            fields.as_object_mut().unwrap().remove("code_at");
            Ok(json!({ "fields": fields, "warnings": case["warnings"] }))
        }
        "accept_many" => Ok(json!({
            "accounts": case["accounts"],
            "skipped": case["skipped"],
            "batch": case["batch"],
            "warnings": case["warnings"],
        })),
        "reject" => Err(case["error"].as_str().unwrap()),
        other => panic!("a case expects {other}"),
    }
}

fn cases() -> Vec<Value> {
    let text = include_str!("../../../tests/fixtures/otpauth/cases.json");
    let file: Value = serde_json::from_str(text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

#[test]
fn every_case_is_read_as_it_says() {
    let cases = cases();
    assert!(cases.len() > 90, "the file of cases is not whole");
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let outcome = outcome(case["uri"].as_str().unwrap());
            let outcome = outcome.as_ref().map_err(OtpauthError::name);
            let expected = expected(case);
            let is_right = outcome == expected.as_ref().map_err(|name| *name);
            (!is_right).then(|| format!("{}: {outcome:?} instead of {expected:?}", case["id"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_code_that_a_case_knows_is_the_one_that_is_given() {
    let known: Vec<Value> = cases()
        .into_iter()
        .filter(|case| case["fields"]["code_at"].is_object())
        .collect();
    assert!(!known.is_empty());
    for case in known {
        let row = read(case["uri"].as_str().unwrap()).unwrap().rows.remove(0);
        let account = row.ok().unwrap().account;
        let wanted = &case["fields"]["code_at"];
        let time = UnixTime::from_seconds(wanted["time"].as_u64().unwrap());
        let code = code_at(&account.params, &account.seed, time).unwrap().code;
        assert_eq!(code.as_str(), wanted["code"].as_str().unwrap(), "{}", case["id"]);
    }
}

#[test]
fn every_account_that_was_read_is_written_so_that_it_is_read_the_same() {
    for case in cases() {
        let Ok(reading) = read(case["uri"].as_str().unwrap()) else {
            continue;
        };
        for parsed in reading.rows.into_iter().flatten() {
            let again = read(&to_uri(&parsed.account)).unwrap().rows.remove(0);
            let again = again.ok().unwrap().account;
            assert_eq!(fields(&again), fields(&parsed.account), "{}", case["id"]);
        }
    }
}

#[test]
fn no_error_tells_the_secret() {
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    for uri in [
        secret.to_owned(),
        format!("{secret}://totp/a"),
        format!("otpauth://{secret}/a?secret={secret}"),
        format!("otpauth://totp/a?secret={secret}!"),
        format!("otpauth://totp/a?secret={secret}&secret={secret}A"),
        format!("otpauth://totp/a?secret={secret}&digits={secret}"),
        format!("otpauth://totp/a?secret={secret}&period={secret}"),
        format!("otpauth://totp/a?secret={secret}&algorithm={secret}"),
        format!("otpauth://hotp/a?secret={secret}&counter={secret}"),
        format!("otpauth-migration://offline?data={secret}"),
        format!("steam://{secret}1"),
    ] {
        let error = read(&uri).err().unwrap();
        let first: Option<&dyn std::error::Error> = Some(&error);
        let told: Vec<String> = std::iter::successors(first, |cause| cause.source())
            .map(|cause| format!("{cause} {cause:?}"))
            .collect();
        assert!(!told.concat().contains(&secret[..16]), "{told:?}");
    }
}

#[test]
fn an_error_says_the_value_and_the_rule() {
    let with = |parameter: &str| format!("otpauth://totp/E:a?secret=JBSWY3DPEHPK3PXP&{parameter}");
    for (uri, message) in [
        (with("digits=12"), "12 digits are asked for; codes have 5 to 10"),
        (
            with("period=0"),
            "a period of 0 seconds is asked for; codes change every 1 to 86400 seconds",
        ),
        (
            with("algorithm=MD5"),
            "the algorithm \"MD5\" is not supported; codes are made with SHA1, SHA256 or SHA512",
        ),
        (
            with("digits=6&digits=8"),
            "the link gives \"digits\" twice with different values, and neither is more right than the other",
        ),
        (
            "otpauth://totp/E:a?secret=JBSW%20Y3DP%201".to_owned(),
            "the secret has a damaged character at place 11 ('1' is not base32)",
        ),
        (
            "otpauth://hotp/E:a?secret=JBSWY3DPEHPK3PXP".to_owned(),
            "the account is counter-based and its counter is not given; a guess would make wrong codes",
        ),
        (
            "https://example.com/login".to_owned(),
            "this is not for an authenticator: it opens a web page",
        ),
        (
            "hello".to_owned(),
            "this is not a link for an authenticator; those start with otpauth://",
        ),
    ] {
        assert_eq!(read(&uri).err().unwrap().to_string(), message, "{uri}");
    }
}

#[test]
fn an_echoed_value_is_short_and_has_no_control_characters() {
    let uri = "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=%1B%5B31mabcdefghijklmnop";
    assert_eq!(
        read(uri).err().unwrap().to_string(),
        "[31mabcdefgh… digits are asked for; codes have 5 to 10"
    );
}

#[test]
fn a_warning_says_what_is_so() {
    let uri = "otpauth://totp/example.com:alice?secret=JBSWY3DPEHPK3PXP&issuer=microsoft.com&digits=10";
    let row = read(uri).unwrap().rows.remove(0);
    let messages: Vec<String> = row.ok().unwrap().warnings.iter().map(Warning::message).collect();
    assert_eq!(
        messages,
        [
            "Two issuers are named, “example.com” and “microsoft.com”. “microsoft.com” is kept.",
            "The secret is 10 bytes. RFC 4226 asks for 16 or more; it works, but it is weak.",
            "Codes have 10 digits. RFC 4226 knows 6 to 8; it works if the issuer means it.",
        ]
    );
}

#[test]
fn more_text_than_a_link_can_have_is_refused_before_it_is_read() {
    let uri = format!("otpauth://totp/{}?secret=JBSWY3DPEHPK3PXP", "a".repeat(17_000));
    assert_eq!(read(&uri).err().unwrap().name(), "too_long");
}
