//! The life cycle on the real service, for somebody with an account to throw away: `LOCKSTEP_LIVE_AWS_PROFILE=NAME cargo test
//! -p lockstep-iam --test live -- --nocapture`. The profile may make users and give them policies and keys. Says where the
//! service differs from the practice account. Without the variable nothing is tried.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a test may fail loudly, and this one is for somebody who reads what it says"
)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::otp::TimeStep;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::fault::Faults;
use lockstep_device::time::SystemClock;
use lockstep_iam::adopt::Codes;
use lockstep_iam::connection::{ANSWER_TIMEOUT, Connection, ConnectionOptions, Source};
use lockstep_iam::enrol::run::enrol;
use lockstep_iam::enrol::{EnrolRequest, Verified};
use lockstep_iam::keys::KeyPair;
use lockstep_iam::name::UserName;
use lockstep_iam::policy::{Job, policy};
use lockstep_iam::resync::resync;
use lockstep_iam::retire::retire;
use lockstep_iam::rotate::rotate;
use lockstep_iam::work::{Held, Sleep, Work};
use zeroize::Zeroizing;

/// Amazon's own command line, with the profile.
fn aws(profile: &str, arguments: &[&str]) -> serde_json::Value {
    let venv = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/aws");
    let program = if venv.exists() { venv } else { PathBuf::from("aws") };
    let output = Command::new(program)
        .args(["--profile", profile, "--output", "json", "iam"])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "aws iam {arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// A user who may do everything with his own devices, and who is removed at the end, whatever comes.
struct Guest {
    profile: String,
    name: String,
    keys: KeyPair,
}

impl Guest {
    fn new(profile: &str) -> Self {
        let name = format!("lockstep-live-{}", std::process::id());
        aws(profile, &["create-user", "--user-name", &name]);
        let document = policy(Job::ManageSelf, "aws").to_string();
        let put = [
            "put-user-policy",
            "--user-name",
            &name,
            "--policy-name",
            "own-devices",
        ];
        aws(profile, &[&put[..], &["--policy-document", &document]].concat());
        let made = aws(profile, &["create-access-key", "--user-name", &name]);
        let key = &made["AccessKey"];
        let secret = Zeroizing::new(key["SecretAccessKey"].as_str().unwrap().to_owned());
        Self {
            profile: profile.to_owned(),
            keys: KeyPair::new(key["AccessKeyId"].as_str().unwrap(), &secret).unwrap(),
            name,
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let (profile, name) = (&self.profile, self.name.as_str());
        let devices = aws(profile, &["list-mfa-devices", "--user-name", name]);
        for device in devices["MFADevices"].as_array().into_iter().flatten() {
            let serial = device["SerialNumber"].as_str().unwrap_or_default();
            let deactivate = ["deactivate-mfa-device", "--user-name", name];
            aws(profile, &[&deactivate[..], &["--serial-number", serial]].concat());
            aws(profile, &["delete-virtual-mfa-device", "--serial-number", serial]);
        }
        let id = self.keys.access_key_id();
        aws(
            profile,
            &["delete-access-key", "--user-name", name, "--access-key-id", id],
        );
        let policy = [
            "delete-user-policy",
            "--user-name",
            name,
            "--policy-name",
            "own-devices",
        ];
        aws(profile, &policy);
        aws(profile, &["delete-user", "--user-name", name]);
    }
}

#[test]
fn a_device_lives_on_the_real_service_as_it_does_in_practice() {
    let Ok(profile) = std::env::var("LOCKSTEP_LIVE_AWS_PROFILE") else {
        println!("skipped: LOCKSTEP_LIVE_AWS_PROFILE names no profile of an account to throw away");
        return;
    };
    let guest = Guest::new(&profile);
    println!(
        "the user {} is made; waiting 15 s for the key to be known",
        guest.name
    );
    std::thread::sleep(Duration::from_secs(15));

    let folder = tempfile::tempdir().unwrap();
    let home = Home {
        folder: folder.path().join("lockstep"),
        clock: Arc::new(SystemClock),
        faults: Faults::none(),
    };
    let passphrase = Passphrase::new(Zeroizing::new("for a moment only".to_owned())).unwrap();
    let access = Access::NewVault(&passphrase, WorkFactor::try_from(1).unwrap());
    let authenticator = Authenticator::open(home, access).unwrap();
    let connection = Connection::open(&ConnectionOptions {
        source: Source::Keys(guest.keys.clone()),
        region: None,
        endpoint_url: None,
        clock: Arc::new(SystemClock),
        first_backoff: Duration::from_millis(500),
        answer_timeout: ANSWER_TIMEOUT,
    })
    .unwrap();
    let work = Work {
        authenticator: &authenticator,
        connection: &connection,
        source: "live",
        pace: &Sleep,
        faults: Faults::none(),
        watch: &|progress| println!("  {progress:?}"),
    };
    let user = UserName::try_from(guest.name.clone()).unwrap();

    let request = EnrolRequest {
        verify: true,
        ..EnrolRequest::default()
    };
    let enrolled = enrol(&work, &request).unwrap();
    println!("enrolled: {enrolled:?}");
    differs(
        "a new device is verified by a code",
        enrolled.verified == Verified::ByCode,
    );
    let held = Held {
        serial: enrolled.serial.clone(),
        account: enrolled.local.clone(),
    };
    let size = authenticator.reveal_qr(&enrolled.local).is_ok();
    differs("its seed is base32 that makes a QR code", size);

    let now = work.service_step().unwrap();
    let code = work.code_at_step(&held.account, TimeStep(now.0)).unwrap();
    let replayed = work.api().session_token((&held.serial, &code), 900);
    let again = work.api().session_token((&held.serial, &code), 900);
    println!(
        "a code twice: {:?}, then {:?}",
        replayed.err(),
        again.as_ref().err()
    );
    differs("a code is taken once", again.is_err());

    resync(&work, &held.serial, &user, &Codes::Account(held.clone())).unwrap();
    println!("resynced");
    let rotated = rotate(&work, &held, &user, true).unwrap();
    println!("rotated: {rotated:?}");
    differs(
        "the new device is verified before the old one goes",
        rotated.enrolled.verified == Verified::ByCode,
    );
    let retired = retire(&work, &rotated.enrolled.serial, &user).unwrap();
    println!("retired: {retired:?}");
    let left = work.api().list_mfa_devices(&user).unwrap();
    differs("nothing is left", left.is_empty());
}

fn differs(expectation: &str, held: bool) {
    if held {
        println!("as in practice: {expectation}");
    } else {
        println!("DIFFERS from the practice account: not so: {expectation}");
    }
}
