//! boto3 works against the practice account unchanged, and is refused as by AWS. Each script drives one topic; every
//! answer is held against the service models that boto3 brings.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;
use std::process::Command;

use lockstep_practice::partition::Partition;
use lockstep_practice::server::{Options, Practice};

mod support;

fn script(name: &str, options: Options) {
    let Some(python) = support::peer("python") else {
        return;
    };
    let region = options.partition.iam_region();
    let partition = options.partition.name();
    let practice = Practice::start(options).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/boto3")
        .join(name);
    let output = Command::new(python)
        .arg(path)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("PRACTICE_ENDPOINT", practice.endpoint())
        .env("PRACTICE_CONTROL", practice.control())
        .env("PRACTICE_REGION", region)
        .env("PRACTICE_PARTITION", partition)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {complaint}");
}

#[test]
fn virtual_devices_are_made_listed_tagged_and_deleted_as_in_aws() {
    script("devices.py", Options::default());
}

#[test]
fn pairs_of_codes_are_judged_as_in_aws() {
    script("pairs.py", Options::default());
}

#[test]
fn codes_and_sessions_are_judged_as_in_aws() {
    script("sessions.py", Options::default());
}

#[test]
fn what_the_service_model_forbids_is_refused_in_the_words_of_aws() {
    script("validation.py", Options::default());
}

#[test]
fn users_keys_policies_and_reports_are_kept_as_in_aws() {
    let options = Options {
        users: 5,
        alias: Some("practice-makes".to_owned()),
        ..Options::default()
    };
    script("people.py", options);
}

#[test]
fn permissions_are_judged_as_in_aws() {
    script("permissions.py", Options::default());
}

#[test]
fn faults_meet_the_calls_they_were_planned_for() {
    script("faults.py", Options::default());
}

#[test]
fn pairs_of_codes_are_judged_in_every_partition() {
    for partition in [Partition::China, Partition::GovCloud] {
        let options = Options {
            partition,
            ..Options::default()
        };
        script("pairs.py", options);
    }
}
