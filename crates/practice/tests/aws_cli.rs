//! The AWS CLI works against the practice account unchanged, with the profiles that the program lends.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::{Path, PathBuf};
use std::process::Command;

use lockstep_device::otp::params::OtpParams;
use lockstep_device::otp::totp;
use lockstep_device::otpauth::parse::parse;
use lockstep_device::qr::decode::{Cancel, DecodeLimits, decode};
use lockstep_device::qr::pixels::Picture;
use lockstep_device::seed::Seed;
use lockstep_practice::announcement::ProfileFile;
use lockstep_practice::server::{Options, Practice};

mod support;

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/maya";

struct Cli {
    program: PathBuf,
    practice: Practice,
    profiles: ProfileFile,
}

impl Cli {
    fn new() -> Option<Self> {
        let program = support::peer("aws")?;
        let practice = Practice::start(Options::default()).unwrap();
        let profiles = ProfileFile::write(&practice).unwrap();
        Some(Self {
            program,
            practice,
            profiles,
        })
    }

    /// What it prints; the error when it fails.
    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.program)
            .args(["--profile", "practice", "--output", "text"])
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("AWS_CONFIG_FILE", self.profiles.path())
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .output()
            .unwrap();
        let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        if output.status.success() {
            Ok(stdout.trim().to_owned())
        } else {
            Err(stderr.trim().to_owned())
        }
    }

    fn create(&self, name: &str, method: &str, file: &Path) -> String {
        let file = file.to_str().unwrap();
        let arguments = [
            "iam",
            "create-virtual-mfa-device",
            "--virtual-mfa-device-name",
            name,
        ];
        let rest = [
            "--bootstrap-method",
            method,
            "--outfile",
            file,
            "--query",
            "VirtualMFADevice.SerialNumber",
        ];
        self.run(&[&arguments[..], &rest[..]].concat()).unwrap()
    }

    /// The code now and the one before.
    fn codes(&self, seed: &Seed) -> [String; 2] {
        let now = self.practice.with(|account| account.now());
        let before = lockstep_device::time::UnixTime::from_seconds(now.seconds() - 30);
        [before, now].map(|time| {
            let code = totp::code_at(&OtpParams::DEFAULT_TOTP, seed, time).unwrap();
            code.code.as_str().to_owned()
        })
    }
}

#[test]
fn a_device_is_made_enabled_used_and_retired_by_the_aws_cli() {
    let Some(cli) = Cli::new() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seed");
    let whoami = cli.run(&["sts", "get-caller-identity", "--query", "Arn"]);
    assert_eq!(whoami.as_deref(), Ok("arn:aws:iam::123456789012:user/maya"));
    assert_eq!(cli.create("maya", "Base32StringSeed", &file), SERIAL);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.len(), 64, "the bare base32 text, without a newline");
    let seed = Seed::from_base32(&text).unwrap().seed;
    let [first, second] = cli.codes(&seed);
    let device = ["--user-name", "maya", "--serial-number", SERIAL];
    let pair = [
        "--authentication-code1",
        &first,
        "--authentication-code2",
        &second,
    ];
    let enable = [&["iam", "enable-mfa-device"], &device[..], &pair[..]].concat();
    assert_eq!(cli.run(&enable).as_deref(), Ok(""));
    let listed = cli.run(&["iam", "list-mfa-devices", "--query", "MFADevices[].SerialNumber"]);
    assert_eq!(listed.as_deref(), Ok(SERIAL));
    let [_, code] = cli.codes(&seed);
    let session = [
        "sts",
        "get-session-token",
        "--serial-number",
        SERIAL,
        "--token-code",
    ];
    let given = cli.run(&[&session[..], &[code.as_str()]].concat());
    assert!(
        given.as_deref().is_ok_and(|given| given.contains("ASIA")),
        "{given:?}"
    );
    let again = cli.run(&[&session[..], &[code.as_str()]].concat());
    assert!(again.is_err_and(|error| error.contains("invalid MFA one time pass code")));
    let retire = [&["iam", "deactivate-mfa-device"], &device[..]].concat();
    assert!(
        cli.run(&retire)
            .is_err_and(|error| error.contains("AccessDenied"))
    );
}

#[test]
fn the_picture_of_a_device_can_be_scanned_and_holds_its_seed() {
    let Some(cli) = Cli::new() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("qr.png");
    let serial = cli.create("maya@work,1", "QRCodePNG", &file);
    let picture = Picture::from_bytes(&std::fs::read(&file).unwrap()).unwrap();
    let texts = decode(picture, &DecodeLimits::default(), &Cancel::new()).unwrap();
    let [text] = &texts[..] else {
        panic!("one QR code and no more");
    };
    let start = "otpauth://totp/Amazon%20Web%20Services:maya@work%2C1@123456789012?secret=";
    assert!(text.starts_with(start) && text.ends_with("&issuer=Amazon%20Web%20Services"));
    let account = parse(text).unwrap().account;
    assert_eq!(account.label.issuer.as_deref(), Some("Amazon Web Services"));
    assert_eq!(account.params, OtpParams::DEFAULT_TOTP);
    let secret = account.seed.to_base32();
    assert!(
        cli.practice
            .with(|practice| practice.device(&serial).unwrap().has_seed(&secret))
    );
}
