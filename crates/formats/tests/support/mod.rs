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
use lockstep_formats::read::{Contents, read};
use zeroize::Zeroizing;

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
