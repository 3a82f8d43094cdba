//! What the tests of all formats share: the samples, and a file's content as text.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

pub mod container;
pub mod database;
pub mod lookalike;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use lockstep_device::otp::params::OtpParams;
use lockstep_device::otp::{TimeStep, code_at_step};
use lockstep_device::otpauth::{Parsed, Skipped};
use lockstep_device::passphrase::Passphrase;
use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use lockstep_formats::read::{Contents, read};
use zeroize::Zeroizing;

use self::lookalike::{PASSWORD, SECRET};

/// The moment that codes are made for.
pub const NOW: u64 = 1_700_000_000;

/// A file out of other projects' test data; nothing, and a line that says so, where they are not beside this checkout.
pub fn sample(name: &str) -> Option<Vec<u8>> {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/formats"
    ));
    let bytes = fs::read(folder.join(name)).ok();
    if bytes.is_none() {
        println!("skipped: the sample {name} is not beside this checkout");
    }
    bytes
}

pub fn password(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

/// What a file holds, its format found by its content.
pub fn open(bytes: &[u8], with: &str) -> Contents {
    let password = (!with.is_empty()).then(|| password(with));
    read(bytes, None, password.as_ref()).unwrap_or_else(|error| panic!("{error}"))
}

/// Why a file is refused.
pub fn refusal(bytes: &[u8], with: &str) -> ReadError {
    let password = (!with.is_empty()).then(|| password(with));
    read(bytes, None, password.as_ref()).err().unwrap()
}

/// The accounts that most samples hold, each as [`row`] says it.
pub const DENO: &str = "Deno:Mason totp SHA1 6 30 790195";
pub const SPDX: &str = "SPDX:James totp SHA256 7 20 9993814";
pub const AIRBNB: &str = "Airbnb:Elijah totp SHA512 8 50 65516786";
pub const ISSUU: &str = "Issuu:James hotp SHA1 6 1 253717";
pub const AIR_CANADA: &str = "Air Canada:Benjamin hotp SHA256 7 50 4444976";
pub const WWE: &str = "WWE:Mason hotp SHA512 8 10300 24622277";
pub const BOEING: &str = "Boeing:Sophia steam 747JR";

/// The sample of this name is of this format and holds these rows.
pub fn assert_holds(name: &str, format: Format, password: &str, expected: &[&str]) {
    let Some(bytes) = sample(name) else { return };
    let contents = open(&bytes, password);
    assert_eq!(contents.format, format, "{name}");
    assert_eq!(rows(&contents), expected, "{name}");
    assert!(contents.warnings.is_empty());
}

/// Without a password it asks for one, with another it says so.
pub fn assert_is_protected(name: &str, format: Format) {
    let Some(bytes) = sample(name) else { return };
    assert_eq!(refusal(&bytes, ""), ReadError::PasswordNeeded(format), "{name}");
    assert_eq!(
        refusal(&bytes, "another"),
        ReadError::PasswordWrong(format),
        "{name}"
    );
}

/// Whatever comes of a hostile file, it says nothing secret and has a code and a remedy.
pub fn survives(bytes: &[u8], format: Option<Format>) {
    if let Err(error) = read(bytes, format, Some(&password(PASSWORD))) {
        assert!(!error.to_string().contains(&SECRET[..8]), "{error}");
        assert!(!error.code().as_str().is_empty() && !error.remedy().is_empty());
    }
}

/// Each row as `issuer:name kind parameters code`, then what else it has; of one that is skipped, why.
pub fn rows(contents: &Contents) -> Vec<String> {
    contents.rows.iter().map(row).collect()
}

pub fn row(row: &Result<Parsed, Skipped>) -> String {
    let parsed = match row {
        Ok(parsed) => parsed,
        Err(Skipped { label, error }) => return format!("{label}: {}", error.name()),
    };
    let account = &parsed.account;
    let (params, step) = match account.params {
        OtpParams::Totp {
            algorithm,
            digits,
            period,
        } => {
            let seconds = period.seconds();
            let params = format!("totp {algorithm} {} {seconds}", digits.get());
            (params, NOW / u64::from(seconds))
        }
        OtpParams::Hotp {
            algorithm,
            digits,
            counter,
        } => (format!("hotp {algorithm} {} {counter}", digits.get()), counter),
        OtpParams::Steam => ("steam".to_owned(), NOW / 30),
    };
    let code = code_at_step(&account.params, &account.seed, TimeStep(step));
    let mut text = format!("{} {params} {}", account.label, code.as_str());
    for tag in &account.tags {
        write!(text, " #{tag}").unwrap();
    }
    if !account.note.is_empty() {
        write!(text, " “{}”", account.note).unwrap();
    }
    let standing = parsed.standing;
    if standing.pinned {
        text += " pinned";
    }
    for (what, moment) in [
        ("added", standing.added),
        ("used", standing.last_used),
        ("trashed", standing.trashed),
    ] {
        if let Some(moment) = moment {
            write!(text, " {what} {}", moment.seconds()).unwrap();
        }
    }
    text
}
