//! What is written for other apps, read by programs that know nothing of ours: a script that was written from the
//! formats' descriptions, and `oathtool` for the links.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use data_encoding::HEXLOWER;
use lockstep_device::account::{Label, NewAccount, Standing};
use lockstep_device::otp::params::{Algorithm, Digits, OtpParams, Period};
use lockstep_device::otpauth::read::read as read_link;
use lockstep_device::seed::Seed;
use lockstep_formats::export::Exported;
use lockstep_formats::write::{Content, Export, write};
use lockstep_testing::peers::{Peers, skipped};
use serde_json::{Value, json};

/// One of each kind, and enough of them for three QR codes.
fn accounts() -> Vec<NewAccount> {
    (0..24_u8)
        .map(|number| {
            let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][usize::from(number % 3)];
            let digits = if number % 2 == 0 {
                Digits::SIX
            } else {
                Digits::EIGHT
            };
            let params = if number % 4 == 3 {
                OtpParams::Hotp {
                    algorithm,
                    digits,
                    counter: u64::from(number) * 1000,
                }
            } else {
                OtpParams::Totp {
                    algorithm,
                    digits,
                    period: Period::THIRTY,
                }
            };
            NewAccount {
                label: Label {
                    issuer: Some("Amazon Web Services".to_owned()),
                    name: format!("mäya+{number}@halden"),
                },
                params,
                seed: Seed::from_bytes(vec![number + 1; usize::from(number) + 10]).unwrap(),
                tags: vec!["work".to_owned()],
                note: "a “note”\nof two lines".to_owned(),
                aws: None,
            }
        })
        .collect()
}

fn content(export: Export<'_>, accounts: &[NewAccount]) -> String {
    let standing = Standing {
        pinned: true,
        ..Standing::default()
    };
    let exported: Vec<Exported<'_>> = accounts
        .iter()
        .map(|account| Exported { account, standing })
        .collect();
    let written = write(export, &exported).unwrap();
    assert_eq!(written.left_out, []);
    match written.content {
        Content::File(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Content::QrTexts(texts) => {
            let lines: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
            lines.join("\n")
        }
    }
}

/// What the script finds in a file, a JSON list for each account.
fn read_by_script(peers: &Peers, kind: &str, content: &str, password: Option<&str>) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export");
    fs::write(&file, content).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/read_exports.py");
    let output = peers
        .python()
        .arg(script)
        .arg(kind)
        .arg(&file)
        .args(password)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the script should find of an account.
fn expected(account: &NewAccount) -> Vec<Value> {
    let (kind, moving) = match account.params {
        OtpParams::Hotp { counter, .. } => ("hotp", counter),
        _ => ("totp", 30),
    };
    let hex = HEXLOWER.encode(account.seed.bytes());
    vec![
        json!(account.label.issuer),
        json!(account.label.name),
        json!(kind),
        json!(account.params.algorithm().name()),
        json!(account.params.digits()),
        json!(moving),
        json!(hex),
    ]
}

#[test]
fn a_script_opens_our_vaults_for_aegis() {
    let Some(peers) = Peers::find() else { return };
    let accounts = accounts();
    let extras = [json!("a “note”\nof two lines"), json!(true), json!(["work"])];
    let expected: Vec<Value> = accounts
        .iter()
        .map(|account| Value::Array([expected(account), extras.to_vec()].concat()))
        .collect();
    let plain = content(Export::Aegis, &accounts);
    assert_eq!(read_by_script(&peers, "aegis", &plain, None), expected);
    let password = "correct horse – batteries";
    let encrypted = content(Export::AegisEncrypted(&support::password(password)), &accounts);
    assert_eq!(
        read_by_script(&peers, "aegis", &encrypted, Some(password)),
        expected
    );
}

#[test]
fn a_script_reads_our_qr_codes_for_google() {
    let Some(peers) = Peers::find() else { return };
    let accounts = accounts();
    let expected: Vec<Value> = accounts
        .iter()
        .map(|account| Value::Array(expected(account)))
        .collect();
    let links = content(Export::GoogleQr, &accounts);
    assert_eq!(links.lines().count(), 3);
    assert_eq!(read_by_script(&peers, "google", &links, None), expected);
}

#[test]
fn oathtool_makes_the_codes_of_our_links() {
    if Command::new("oathtool").arg("--version").output().is_err() {
        skipped("oathtool is not installed");
        return;
    }
    let links = content(Export::Links, &accounts());
    assert_eq!(links.lines().count(), 24);
    for link in links.lines() {
        let parameter = |name: &str| {
            let (_, rest) = link.split_once(&format!("{name}=")).unwrap();
            rest.split('&').next().unwrap().to_owned()
        };
        let mut oathtool = Command::new("oathtool");
        if link.starts_with("otpauth://hotp/") {
            // It knows HOTP with SHA-1 alone.
            if parameter("algorithm") != "SHA1" {
                continue;
            }
            oathtool.args(["--hotp", "--counter", &parameter("counter")]);
        } else {
            oathtool.arg(format!("--totp={}", parameter("algorithm")));
            oathtool.args(["--now", &format!("@{}", support::NOW)]);
            oathtool.args(["--time-step-size", &parameter("period")]);
        }
        oathtool.args(["--digits", &parameter("digits"), "--base32", &parameter("secret")]);
        let output = oathtool.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let code = String::from_utf8(output.stdout).unwrap();
        let ours = support::row(&read_link(link).unwrap().rows[0]);
        assert!(ours.ends_with(&format!(" {}", code.trim())), "{ours} and {code}");
    }
}
