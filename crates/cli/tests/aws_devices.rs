//! Which devices a user has, and of which the seed is here: a further one, one from elsewhere, one that is taken away in
//! two steps, and one under a name that was taken.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::process::Command;

use lockstep_testing::peers::skipped;
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
}

/// The device's seed, as only the practice account would tell it.
fn seed(world: &World, serial: &str) -> String {
    world.practice.with(|account| {
        let seed = account.device(serial).unwrap().seed.as_ref().unwrap();
        seed.to_base32().to_string()
    })
}

/// The outcome of each step, in order.
fn steps(report: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let steps = report["steps"].as_array().unwrap().iter();
    steps
        .map(|step| (word(&step["step"]), word(&step["outcome"])))
        .collect()
}

#[test]
fn a_further_device_is_enrolled_with_a_code_of_the_first_and_both_work() {
    let world = World::new();
    let maya = world.person("maya");
    let first = enrol(&maya);
    world.turn(600);
    let second = enrol(&maya);
    assert_ne!(first, second, "whoever was told asks for a further one");
    world.turn(60);
    is_whole(&world, &maya, "maya", 2, "both");
    let listed = json_of(&maya, &["aws", "devices"]);
    assert_eq!(listed["devices"].as_array().unwrap().len(), 2, "{listed}");
    // With two, the one that goes has to be named; the other one stays.
    maya.run(&["aws", "retire", &first, "--yes"]).succeeds();
    world.turn(60);
    assert_eq!(serials(&maya), [second]);
    is_whole(&world, &maya, "maya", 1, "the other one");
}

#[test]
fn a_device_whose_seed_is_elsewhere_is_listed_as_such_and_asked_for() {
    let world = World::new();
    let laptop = world.person("maya");
    let serial = enrol(&laptop);
    world.turn(600);
    let phone = world.person("maya");
    let key = world
        .practice
        .with(|account| account.put_fido_key("maya", "yubi"));
    let listed = json_of(&phone, &["aws", "devices"]);
    let row = |serial: &str| {
        let devices = listed["devices"].as_array().unwrap().iter();
        let row = devices.clone().find(|device| device["serial"] == serial);
        let row = row.unwrap_or_else(|| panic!("{serial} in {listed}"));
        (row["kind"].clone(), row["here"].clone(), row["id"].clone())
    };
    assert_eq!(row(&serial), (json!("virtual"), json!(false), Value::Null));
    assert_eq!(row(&key), (json!("fido"), json!(false), Value::Null));
    let refused = phone.run(&["--json", "aws", "enrol"]);
    ends_with(&refused, 5, "aws-mfa-required");
    assert_eq!(world.devices().len(), 1, "nothing was left behind");
    assert!(serials(&phone).is_empty());
    // What is named by its serial number and is not here has no code here.
    ends_with(
        &phone.run(&["--json", "aws", "session", &serial]),
        3,
        "aws-device-not-here",
    );
}

#[test]
fn an_administrator_takes_a_device_away_in_two_steps_and_each_once() {
    let world = World::new();
    let admin = world.person("admin");
    let enrolled = json_of(&admin, &["aws", "enrol", "--user", "maya"]);
    let serial = enrolled["serial"].as_str().unwrap();
    let outcome = |arguments: &[&str]| json_of(&admin, arguments)["outcome"].clone();
    let deactivate = ["aws", "deactivate", serial, "--user", "maya", "--yes"];
    assert_eq!(outcome(&deactivate), "deactivated");
    assert_eq!(world.devices(), [(serial.to_owned(), None)]);
    assert_eq!(serials(&admin), [serial], "its seed is still here");
    assert_eq!(outcome(&deactivate), "already");
    let delete = ["aws", "delete", serial, "--yes"];
    assert_eq!(outcome(&delete), "deleted");
    assert_eq!(world.devices(), []);
    assert!(serials(&admin).is_empty(), "its account is in the trash");
    assert_eq!(outcome(&delete), "already");
    let trash = json_of(&admin, &["list", "--trash"]);
    assert_eq!(trash["accounts"][0]["serial"], serial, "{trash}");
}

#[test]
fn a_name_that_is_taken_is_taken_over_only_when_that_is_said_and_never_from_somebody_else() {
    let world = World::new();
    let admin = world.person("admin");
    let named = ["aws", "enrol", "--device-name", "laptop", "--path", "/staff/"];
    let with = |more: &[&'static str]| [&["--json"], &named[..], more].concat();
    let first = admin.run(&with(&["--user", "maya"])).succeeds().json();
    assert_eq!(first["serial"], "arn:aws:iam::123456789012:mfa/staff/laptop");
    let serial = first["serial"].as_str().unwrap();
    let before = seed(&world, serial);
    ends_with(&admin.run(&with(&["--user", "maya"])), 5, "aws-device-exists");
    ends_with(
        &admin.run(&with(&["--user", "noor", "--replace"])),
        5,
        "aws-device-assigned",
    );
    assert_eq!(seed(&world, serial), before, "it is as it was");
    let again = admin.run(&with(&["--user", "maya", "--replace"])).succeeds();
    assert_eq!(again.json()["serial"], serial);
    assert_ne!(seed(&world, serial), before);
    world.turn(60);
    is_whole(&world, &admin, "maya", 1, "replaced");
}

#[test]
fn an_enrolment_that_shall_not_be_verified_asks_sts_for_nothing() {
    let world = World::new();
    let maya = world.person("maya");
    let enrolled = json_of(&maya, &["aws", "enrol", "--no-verify"]);
    assert_eq!(
        (&enrolled["verified"], &enrolled["verification"]),
        (&json!(false), &json!("not-asked"))
    );
    assert_eq!(world.calls("GetSessionToken"), 0);
    let steps = steps(&enrolled);
    let last = steps
        .last()
        .map(|(step, outcome)| (step.as_str(), outcome.as_str()));
    assert_eq!(last, Some(("verify", "skipped")), "{steps:?}");
    world.turn(60);
    is_whole(&world, &maya, "maya", 1, "unverified, and works");
}

#[test]
fn a_ninth_device_is_refused_before_anything_is_made() {
    let world = World::new();
    let maya = world.person("maya");
    enrol(&maya);
    world.practice.with(|account| {
        for number in 1..8 {
            account.put_fido_key("maya", &format!("key-{number}"));
        }
    });
    world.turn(600);
    world.forget_calls();
    ends_with(&maya.run(&["--json", "aws", "enrol"]), 5, "aws-device-limit");
    assert_eq!(world.calls("CreateVirtualMFADevice"), 0);
    assert_eq!(serials(&maya).len(), 1);
}

#[test]
fn oathtool_agrees_with_every_code_of_an_enrolled_and_of_a_rotated_device() {
    let world = World::new();
    let maya = world.person("maya");
    enrol(&maya);
    for moment in ["enrolled", "rotated"] {
        let serial = serials(&maya)[0].clone();
        let seed = seed(&world, &serial);
        for seconds in [59, 1_111_111_109, 2_000_000_000, 20_000_000_000_u64] {
            let now = format!("@{seconds}");
            let arguments = ["--totp", "--base32", "--now", &now, &seed];
            let Ok(other) = Command::new("oathtool").args(arguments).output() else {
                skipped("oathtool is not installed");
                return;
            };
            let other = String::from_utf8(other.stdout).unwrap();
            assert_eq!(
                maya.code_at(&serial, seconds),
                other.trim(),
                "{moment}, at {seconds}"
            );
        }
        if moment == "enrolled" {
            world.turn(600);
            maya.run(&["aws", "rotate", &serial, "--yes"]).succeeds();
        }
    }
}

#[test]
fn tags_and_the_place_of_an_account_go_over_to_the_device_that_replaces_it() {
    let world = World::new();
    let maya = world.person("maya");
    let serial = enrol(&maya);
    maya.run(&[
        "edit",
        &serial,
        "--tag",
        "prod",
        "--note",
        "on the key ring",
        "--pin",
    ])
    .succeeds();
    world.turn(600);
    let rotated = json_of(&maya, &["aws", "rotate", &serial, "--yes"]);
    let new = rotated["serial"].as_str().unwrap();
    assert_eq!(rotated["old"]["serial"], json!(serial));
    let listed = json_of(&maya, &["list"]);
    let account = &listed["accounts"][0];
    assert_eq!(
        (&account["serial"], &account["tags"], &account["pinned"]),
        (&json!(new), &json!(["prod"]), &json!(true)),
        "{listed}"
    );
    let trash = json_of(&maya, &["list", "--trash"]);
    assert_eq!(trash["accounts"][0]["serial"], json!(serial), "{trash}");
}
