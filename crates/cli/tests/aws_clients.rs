//! Amazon's own clients, where no session is kept yet: the first request makes one, all others use it.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use lockstep_testing::peers::Peers;
use serde_json::Value;
use support::Person;
use support::aws::{World, in_place_of, script, serials, stdout};

/// Somebody with a device and without a session, and its serial number. Their region is in their profile.
fn without_a_session(world: &World) -> (Person, String) {
    let maya = world.person("maya");
    maya.run(&["aws", "enrol", "--no-verify"]).succeeds();
    world.turn(60);
    world.forget_calls();
    let serial = serials(&maya)[0].clone();
    (maya, serial)
}

#[test]
fn two_runs_of_the_aws_cli_cause_one_session() {
    let Some(peers) = Peers::find() else { return };
    let world = World::new();
    let (maya, serial) = without_a_session(&world);
    maya.run(&["aws", "configure", "work-mfa", "--region", "us-east-1"])
        .succeeds();
    for _ in 0..2 {
        let mut aws = in_place_of(&maya, peers.aws());
        aws.args(["--profile", "work-mfa", "--output", "json"])
            .args(["--endpoint-url", &world.practice.endpoint()])
            .args(["iam", "list-mfa-devices"]);
        let listed: Value = serde_json::from_str(&stdout(&aws.output().unwrap())).unwrap();
        assert_eq!(listed["MFADevices"][0]["SerialNumber"], serial, "{listed}");
    }
    assert_eq!(world.calls("GetSessionToken"), 1);
    let refused = world.practice.with(|account| {
        let calls = account.calls().into_iter();
        calls.filter(|call| call.error_code.is_some()).collect::<Vec<_>>()
    });
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn boto3_takes_the_environment_that_is_handed_over_as_json() {
    let Some(peers) = Peers::find() else { return };
    let world = World::new();
    let (maya, _) = without_a_session(&world);
    let said = maya.run(&["--json", "aws", "env"]).succeeds().json();
    // Nothing but what was said: no profile, no configuration file.
    let mut python = peers.python();
    python.arg(script("boto3_whoami.py"));
    for (name, value) in said.as_object().unwrap() {
        python.env(name, value.as_str().unwrap());
    }
    assert_eq!(
        stdout(&python.output().unwrap()),
        "arn:aws:iam::123456789012:user/maya ASIA tags: 0\n"
    );
    assert_eq!(world.calls("GetSessionToken"), 1);
    maya.run(&["aws", "exec", "--", "true"]).succeeds();
    assert_eq!(world.calls("GetSessionToken"), 1, "it is the same session");
}

#[test]
fn many_programs_at_once_that_want_a_role_cause_one_session_of_it() {
    let world = World::new();
    let (maya, serial) = without_a_session(&world);
    world.practice.with(|account| {
        let policy =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        account.set_policy("maya", policy).unwrap();
    });
    let role = "arn:aws:iam::123456789012:role/Production";
    let arguments = ["aws", "credential-process", &serial, "--role-arn", role];
    let asking: Vec<_> = (0..6)
        .map(|_| maya.command(&arguments).spawn().unwrap())
        .collect();
    let given: Vec<Value> = asking
        .into_iter()
        .map(|child| serde_json::from_str(&stdout(&child.wait_with_output().unwrap())).unwrap())
        .collect();
    assert!(given.iter().all(|answer| *answer == given[0]), "{given:?}");
    assert_eq!(world.calls("AssumeRole"), 1);
    assert!(world.calls("GetSessionToken") <= 1);
}

#[test]
fn a_profile_that_people_have_with_role_and_device_in_it_is_taken_as_it_is() {
    let world = World::new();
    let (mut maya, serial) = without_a_session(&world);
    world.practice.with(|account| {
        let policy =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        account.set_policy("maya", policy).unwrap();
    });
    let own = std::fs::read_to_string(world.profile("maya")).unwrap();
    let role = format!(
        "{own}\n[profile prod]\nregion = us-east-1\nendpoint_url = {}\nrole_arn = \
         arn:aws:iam::123456789012:role/Production\nsource_profile = default\nmfa_serial = {serial}\n",
        world.practice.endpoint()
    );
    let file = maya.file("config", role);
    maya.set("AWS_CONFIG_FILE", &file);
    let who = maya
        .run(&["--json", "--aws-profile", "prod", "aws", "whoami"])
        .succeeds()
        .json();
    let arn = who["arn"].as_str().unwrap();
    assert!(
        arn.starts_with("arn:aws:sts::123456789012:assumed-role/Production/"),
        "{arn}"
    );
    let assumed = world.calls("AssumeRole");
    assert_eq!(assumed, 1);
    let given = maya
        .run(&["--aws-profile", "prod", "aws", "credential-process"])
        .succeeds()
        .json();
    assert!(given["AccessKeyId"].as_str().unwrap().starts_with("ASIA"));
    assert_eq!(world.calls("AssumeRole"), 1, "the role's session is kept");
}
