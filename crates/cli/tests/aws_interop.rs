//! Amazon's own clients on the other end: they ask Lockstep for credentials, take its environment, and make devices that
//! Lockstep adopts.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::process::Command;

use lockstep_testing::peers::Peers;
use serde_json::Value;
use support::Person;
use support::aws::{World, enrol, in_place_of, script, stdout};

/// Somebody with a device, and the file with their profile.
fn enrolled(world: &World) -> (Person, String) {
    let maya = world.person("maya");
    enrol(&maya);
    world.turn(60);
    world.forget_calls();
    let configuration = world.profile("maya").to_str().unwrap().to_owned();
    (maya, configuration)
}

#[test]
fn the_aws_cli_asks_for_a_session_with_mfa_and_gets_the_one_that_is_kept() {
    let Some(peers) = Peers::find() else { return };
    let world = World::new();
    let (maya, configuration) = enrolled(&world);
    maya.run(&["aws", "configure", "work-mfa", "--region", "us-east-1"])
        .succeeds();
    let endpoint = world.practice.endpoint();
    for _ in 0..2 {
        let mut aws = in_place_of(&maya, peers.aws());
        aws.args([
            "--profile",
            "work-mfa",
            "--endpoint-url",
            &endpoint,
            "--output",
            "json",
        ]);
        // Maya's policy denies this without MFA.
        aws.args(["iam", "list-mfa-device-tags", "--serial-number"]);
        let serial = world.devices()[0].0.clone();
        let listed: Value = serde_json::from_str(&stdout(&aws.arg(serial).output().unwrap())).unwrap();
        assert_eq!(listed["Tags"], serde_json::json!([]));
    }
    assert_eq!(
        world.calls("GetSessionToken"),
        0,
        "the session of verifying was used"
    );
    let before = std::fs::read_to_string(&configuration).unwrap();
    maya.run(&["aws", "configure", "work-mfa", "--region", "us-east-1"])
        .succeeds();
    assert_eq!(std::fs::read_to_string(&configuration).unwrap(), before);
}

#[test]
fn boto3_takes_the_profile_and_the_environment() {
    let Some(peers) = Peers::find() else { return };
    let world = World::new();
    let (maya, _) = enrolled(&world);
    maya.run(&["aws", "configure", "work-mfa"]).succeeds();
    let endpoint = world.practice.endpoint();
    let program = script("boto3_whoami.py");
    let mut by_profile = in_place_of(&maya, peers.python());
    by_profile
        .arg(&program)
        .env("AWS_PROFILE", "work-mfa")
        .env("AWS_ENDPOINT_URL", &endpoint);
    let said = stdout(&by_profile.output().unwrap());
    assert_eq!(said, "arn:aws:iam::123456789012:user/maya ASIA tags: 0\n");

    let python = peers.python().get_program().to_str().unwrap().to_owned();
    let arguments = ["aws", "exec", "--", &python, program.to_str().unwrap()];
    let said = maya.run(&arguments).succeeds().stdout;
    assert_eq!(said, "arn:aws:iam::123456789012:user/maya ASIA tags: 0\n");

    let exported = maya.run(&["aws", "env", "--shell", "bash"]).succeeds().stdout;
    let mut shell = Command::new("sh");
    let line = format!("{exported}\nexec {python} {}", program.display());
    shell.env_clear().env("PATH", "/usr/bin:/bin").args(["-c", &line]);
    assert_eq!(
        stdout(&shell.output().unwrap()),
        "arn:aws:iam::123456789012:user/maya ASIA tags: 0\n"
    );
}

#[test]
fn a_role_that_wants_a_code_is_taken_on_for_the_aws_cli() {
    let Some(peers) = Peers::find() else { return };
    let world = World::new();
    let (maya, _) = enrolled(&world);
    // Her policy has to allow it, too: she needs MFA for everything but enrolling.
    world.practice.with(|account| {
        let policy =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        account.set_policy("maya", policy).unwrap();
    });
    let role = "arn:aws:iam::123456789012:role/Production";
    maya.run(&["aws", "configure", "prod", "--role-arn", role])
        .succeeds();
    let mut aws = in_place_of(&maya, peers.aws());
    aws.args(["--profile", "prod", "--endpoint-url", &world.practice.endpoint()])
        .args(["--region", "us-east-1", "--output", "text"])
        .args(["sts", "get-caller-identity", "--query", "Arn"]);
    let arn = stdout(&aws.output().unwrap());
    assert!(
        arn.starts_with("arn:aws:sts::123456789012:assumed-role/Production/"),
        "{arn}"
    );
}

#[test]
fn many_programs_at_once_cause_one_session() {
    let world = World::new();
    let (maya, _) = enrolled(&world);
    // The one of verifying has ended.
    world.turn(13 * 3600);
    let asking: Vec<_> = (0..6)
        .map(|_| maya.command(&["aws", "credential-process"]).spawn().unwrap())
        .collect();
    let given: Vec<String> = asking
        .into_iter()
        .map(|child| {
            let answer: Value = serde_json::from_str(&stdout(&child.wait_with_output().unwrap())).unwrap();
            answer["AccessKeyId"].as_str().unwrap().to_owned()
        })
        .collect();
    assert!(given.iter().all(|id| *id == given[0]), "{given:?}");
    assert_eq!(world.calls("GetSessionToken"), 1);
}

#[test]
fn a_device_that_the_aws_cli_made_is_added_from_its_file_and_adopted() {
    let Some(peers) = Peers::find() else { return };
    for (method, option) in [("Base32StringSeed", "--secret-file"), ("QRCodePNG", "--image")] {
        let world = World::new();
        let admin = world.person("admin");
        let file = admin.folder().join("bootstrap");
        let file = file.to_str().unwrap();
        let mut aws = in_place_of(&admin, peers.aws());
        aws.args([
            "--endpoint-url",
            &world.practice.endpoint(),
            "--output",
            "json",
            "iam",
        ])
        .args(["create-virtual-mfa-device", "--virtual-mfa-device-name", "laptop"])
        .args(["--bootstrap-method", method, "--outfile", file]);
        let made: Value = serde_json::from_str(&stdout(&aws.output().unwrap())).unwrap();
        let serial = made["VirtualMFADevice"]["SerialNumber"].as_str().unwrap();
        let add = ["--json", "add", "--yes", "--keep-file", option, file];
        let typed = ["--issuer", "AWS", "--name", "laptop"];
        let add = if option == "--image" {
            add.to_vec()
        } else {
            [&add[..], &typed].concat()
        };
        let added = admin.run(&add).succeeds().json();
        let id = added["accounts"][0]["id"].as_str().unwrap();
        admin
            .run(&["aws", "enable", "--serial", serial, "--user", "maya", id])
            .succeeds();
        world.turn(60);
        assert!(world.takes_code(&admin, serial), "{method}");
        assert_eq!(world.devices(), [(serial.to_owned(), Some("maya".to_owned()))]);
    }
}
