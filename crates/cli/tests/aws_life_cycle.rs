//! A device's life by the command line alone, on the practice account: for whoever may have one, and for an administrator.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::process::Command;

use lockstep_device::seed::Seed;
use serde_json::{Value, json};
use support::aws::{World, enrol, is_whole, serials};
use support::{Person, Ran};

fn json_of(person: &Person, arguments: &[&str]) -> Value {
    let arguments = [&["--json"], arguments].concat();
    person.run(&arguments).succeeds().json()
}

#[track_caller]
fn ends_with(ran: &Ran, exit: i32, code: &str) {
    assert_eq!(ran.code, Some(exit), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.json()["error"]["code"], code, "{}", ran.stdout);
    assert!(ran.stderr.contains("error: "), "{}", ran.stderr);
}

#[test]
fn somebody_is_told_who_they_are_and_what_time_aws_has() {
    let world = World::new();
    let maya = world.person("maya");
    let who = json_of(&maya, &["aws", "whoami"]);
    assert_eq!(who["arn"], "arn:aws:iam::123456789012:user/maya");
    assert_eq!(who["account"], "123456789012");
    assert_eq!(who["partition"], "aws");
    world.practice.with(|account| account.set_clock_offset(7200));
    let clock = json_of(&maya, &["aws", "clock"]);
    let drift = clock["drift"].as_i64().unwrap();
    assert!((7190..=7210).contains(&drift), "{clock}");
    assert_eq!(clock["far"], true);
}

#[test]
fn a_user_enrols_uses_resyncs_replaces_and_retires_a_device() {
    let world = World::new();
    let maya = world.person("maya");
    let enrolled = json_of(&maya, &["aws", "enrol"]);
    let serial = enrolled["serial"].as_str().unwrap().to_owned();
    assert_eq!(enrolled["user"], "maya");
    assert_eq!(enrolled["account"], "123456789012");
    assert_eq!(enrolled["verified"], true);
    assert_eq!(enrolled["verification"], "by-code");
    let steps: Vec<&str> = enrolled["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["create", "store", "enable", "session", "verify"]);
    assert!(enrolled["round_trips"].as_u64().unwrap() <= 6, "{enrolled}");
    is_whole(&world, &maya, "maya", 1, "enrolled");

    let devices = json_of(&maya, &["aws", "devices"]);
    let device = &devices["devices"][0];
    assert_eq!(
        (
            &device["serial"],
            &device["kind"],
            &device["user"],
            &device["here"]
        ),
        (&json!(serial), &json!("virtual"), &json!("maya"), &json!(true))
    );

    world.forget_calls();
    for _ in 0..3 {
        let session = maya.run(&["aws", "session", &serial]).succeeds();
        assert!(!session.stdout.contains("SECRET"), "{}", session.stdout);
    }
    assert_eq!(
        world.calls("GetSessionToken"),
        0,
        "the session of verifying is used"
    );

    maya.run(&["aws", "resync", &serial]).succeeds();
    maya.run(&["aws", "tag", &serial, "team=payments", "owner=maya"])
        .succeeds();
    maya.run(&["aws", "untag", &serial, "owner"]).succeeds();
    let tags = json_of(&maya, &["aws", "device-tags", &serial]);
    assert!(
        tags.to_string().contains("payments") && !tags.to_string().contains("owner"),
        "{tags}"
    );

    let refused = maya.run(&["--json", "aws", "rotate", &serial]);
    ends_with(&refused, 2, "usage");
    let rotated = json_of(&maya, &["aws", "rotate", &serial, "--yes"]);
    assert_ne!(rotated["serial"], json!(serial), "{rotated}");
    is_whole(&world, &maya, "maya", 1, "rotated");

    let serial = serials(&maya)[0].clone();
    let tags = json_of(&maya, &["aws", "device-tags", &serial]);
    assert!(tags.to_string().contains("payments"), "tags go over: {tags}");
    maya.run(&["aws", "retire", &serial, "--yes"]).succeeds();
    is_whole(&world, &maya, "maya", 0, "retired");
    maya.run(&["aws", "retire", &serial, "--yes"]).succeeds();
}

#[test]
fn everybody_gets_as_far_as_their_policy_allows() {
    for (user, exit) in [("noor", 0), ("omar", 0), ("pia", 5)] {
        let world = World::new();
        let person = world.person(user);
        let ran = person.run(&["--json", "aws", "enrol", "--tag", "team=x"]);
        assert_eq!(ran.code, Some(exit), "{user}: {}{}", ran.stdout, ran.stderr);
        if exit == 0 {
            is_whole(&world, &person, user, 1, user);
        } else {
            ends_with(&ran, 5, "aws-access-denied");
            assert!(
                ran.stderr.contains("iam:CreateVirtualMFADevice"),
                "{}",
                ran.stderr
            );
            is_whole(&world, &person, user, 0, user);
        }
    }
}

#[test]
fn an_administrator_does_all_of_it_for_somebody_else() {
    let world = World::new();
    let admin = world.person("admin");
    let enrolled = json_of(
        &admin,
        &["aws", "enrol", "--user", "maya", "--device-name", "laptop"],
    );
    assert_eq!(enrolled["verification"], "by-listing");
    let serial = "arn:aws:iam::123456789012:mfa/laptop";
    assert_eq!(enrolled["serial"], serial);
    let taken = admin.run(&[
        "--json",
        "aws",
        "enrol",
        "--user",
        "noor",
        "--device-name",
        "laptop",
    ]);
    ends_with(&taken, 5, "aws-device-exists");
    let in_use = admin.run(&["--json", "aws", "delete", serial, "--yes"]);
    ends_with(&in_use, 5, "aws-device-in-use");
    admin
        .run(&["aws", "deactivate", serial, "--user", "maya", "--yes"])
        .succeeds();
    let all = json_of(&admin, &["aws", "devices", "--all"]);
    assert_eq!(all["devices"][0]["user"], Value::Null, "{all}");
    // It is given to somebody again, by the account here that makes its codes.
    admin
        .run(&["aws", "enable", "--serial", serial, "--user", "noor", serial])
        .succeeds();
    assert_eq!(world.devices(), [(serial.to_owned(), Some("noor".to_owned()))]);
    admin
        .run(&["aws", "retire", serial, "--user", "noor", "--yes"])
        .succeeds();
    assert_eq!(world.devices(), []);
}

#[test]
fn a_token_is_given_to_somebody_with_two_codes_that_were_read_off_it() {
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let world = World::new();
    let admin = world.person("admin");
    let now = world.practice.with(|account| {
        account.put_hardware_token("GAHT12345678", Seed::from_base32(SECRET).unwrap().seed);
        account.now().seconds()
    });
    let oathtool = Command::new("oathtool")
        .args([
            "--totp",
            "--base32",
            "--window=1",
            "--now",
            &format!("@{now}"),
            SECRET,
        ])
        .output()
        .unwrap();
    let codes = admin.file("codes", oathtool.stdout);
    let enable = ["aws", "enable", "--serial", "GAHT12345678", "--user", "maya"];
    admin
        .run(&[&enable[..], &["--codes-file", &codes]].concat())
        .succeeds();
    let devices = json_of(&admin, &["aws", "devices", "--user", "maya"]);
    assert_eq!(devices["devices"][0]["kind"], "hardware", "{devices}");
    let replayed = [
        "--json",
        "aws",
        "resync",
        "GAHT12345678",
        "--user",
        "maya",
        "--codes-file",
        &codes,
    ];
    ends_with(&admin.run(&replayed), 5, "aws-code-rejected");
    let one = admin.file("one", "123456\n");
    let arguments = [
        "--json",
        "aws",
        "resync",
        "GAHT12345678",
        "--user",
        "maya",
        "--codes-file",
        &one,
    ];
    ends_with(&admin.run(&arguments), 2, "aws-codes-invalid");
}

#[test]
fn a_name_that_is_nothing_here_is_not_taken_for_a_token_s_serial_number() {
    let world = World::new();
    let maya = world.person("maya");
    enrol(&maya);
    let refused = maya.run(&["--json", "aws", "retire", "halden-production", "--yes"]);
    ends_with(&refused, 3, "aws-device-unknown");
}

#[test]
fn nothing_is_sent_in_the_clear_and_an_endpoint_that_is_not_there_is_said() {
    let world = World::new();
    let maya = world.person("maya");
    let open = maya.run(&["--json", "--endpoint-url", "http://10.0.0.1", "aws", "enrol"]);
    ends_with(&open, 1, "aws-plain-http");
    let nobody = maya.run(&["--json", "--endpoint-url", "http://127.0.0.1:1", "aws", "enrol"]);
    ends_with(&nobody, 1, "aws-unreachable");
    is_whole(&world, &maya, "maya", 0, "nothing was made");
}

#[test]
fn an_answer_that_stays_out_ends_with_six_and_doctor_finishes_it() {
    use lockstep_practice::faults::{Fault, FaultKind};

    let world = World::new();
    let maya = world.person("maya");
    world.practice.with(|account| {
        account.plan_fault(Fault::on("EnableMFADevice", FaultKind::LostAnswer).times(1));
        account.plan_fault(Fault::any(FaultKind::Reset).skip(5).times(60));
    });
    let ran = maya.run(&["--json", "aws", "enrol"]);
    ends_with(&ran, 6, "aws-outcome-unknown");
    let unsettled = maya.run(&["doctor"]);
    assert_ne!(unsettled.code, Some(0), "{}", unsettled.stdout);
    world
        .practice
        .with(lockstep_practice::account::Account::clear_faults);
    world.turn(60);
    maya.run(&["doctor"]).succeeds();
    is_whole(&world, &maya, "maya", 1, "settled");
}

#[test]
fn credentials_that_are_over_are_told_apart_from_those_that_are_wrong() {
    let world = World::new();
    let maya = world.person("maya");
    enrol(&maya);
    let session = maya.run(&["aws", "credential-process"]).succeeds().json();
    let environment = |person: &mut Person| {
        person.unset("AWS_CONFIG_FILE");
        person.set("AWS_ENDPOINT_URL", &world.practice.endpoint());
        person.set("AWS_REGION", "us-east-1");
        for (name, field) in [
            ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
            ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
            ("AWS_SESSION_TOKEN", "SessionToken"),
        ] {
            person.set(name, session[field].as_str().unwrap());
        }
    };
    let mut other = world.person("maya");
    environment(&mut other);
    let who = json_of(&other, &["aws", "whoami"]);
    assert_eq!(who["credentials"], "session", "{who}");
    world.turn(13 * 3600);
    ends_with(
        &other.run(&["--json", "aws", "devices"]),
        5,
        "aws-expired-credentials",
    );
    let keys = world.practice.with(|account| account.keys_of("maya"));
    other.unset("AWS_SESSION_TOKEN");
    other.set("AWS_ACCESS_KEY_ID", &keys.access_key_id);
    other.set("AWS_SECRET_ACCESS_KEY", "not-this-one");
    ends_with(
        &other.run(&["--json", "aws", "devices"]),
        5,
        "aws-credentials-refused",
    );
}

#[test]
fn a_profile_may_get_its_keys_from_a_program_or_from_the_credentials_file() {
    let world = World::new();
    let keys = world.practice.with(|account| account.keys_of("maya"));
    let endpoint = world.practice.endpoint();
    let mut maya = world.person("maya");
    let answer = json!({
        "Version": 1,
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key,
    });
    let answer = maya.file("answer.json", answer.to_string());
    let config = format!(
        "[profile program]\nregion = eu-west-1\nendpoint_url = {endpoint}\ncredential_process = cat {answer}\n\n\
         [profile file]\nregion = us-east-1\nendpoint_url = {endpoint}\n"
    );
    let config = maya.file("config", config);
    let credentials = format!(
        "[file]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        keys.access_key_id, keys.secret_access_key
    );
    let credentials = maya.file("credentials", credentials);
    maya.set("AWS_CONFIG_FILE", &config);
    maya.set("AWS_SHARED_CREDENTIALS_FILE", &credentials);
    for profile in ["program", "file"] {
        let who = json_of(&maya, &["--aws-profile", profile, "aws", "whoami"]);
        assert_eq!(who["arn"], "arn:aws:iam::123456789012:user/maya", "{profile}");
    }
    let enrolled = json_of(&maya, &["--aws-profile", "program", "aws", "enrol"]);
    assert_eq!(enrolled["verification"], "by-code");
}

#[test]
fn a_profile_whose_sign_in_is_missing_or_whose_program_fails_is_said_to_be_so() {
    let world = World::new();
    let mut maya = world.person("maya");
    let config = "[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n\
        region = us-east-1\n\n[sso-session corp]\nsso_region = us-east-1\n\
        sso_start_url = https://corp.awsapps.com/start\n\n\
        [profile broken]\nregion = us-east-1\ncredential_process = false\n\n[profile empty]\nregion = us-east-1\n";
    let config = maya.file("config", config);
    maya.set("AWS_CONFIG_FILE", &config);
    for (profile, code) in [
        ("sso", "aws-credentials-broken"),
        ("broken", "aws-credentials-broken"),
        ("empty", "aws-no-credentials"),
        ("not-there", "aws-no-credentials"),
    ] {
        let ran = maya.run(&["--json", "--aws-profile", profile, "aws", "whoami"]);
        assert_eq!(
            (ran.code, ran.json()["error"]["code"].as_str()),
            (Some(1), Some(code)),
            "{profile}: {}",
            ran.stderr
        );
    }
}
