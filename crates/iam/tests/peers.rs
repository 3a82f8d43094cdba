//! The same client against other people's servers, where they are right. What each gets wrong is said beside
//! `lockstep_testing::peers`; none of them looks at a code.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use std::process::Command;

use lockstep_device::serial::SerialNumber;
use lockstep_iam::api::iam::Assignment;
use lockstep_iam::connection::Connection;
use lockstep_iam::enrol::run::{acknowledge, enrol};
use lockstep_iam::enrol::{EnrolRequest, Enrolled, Verified};
use lockstep_iam::error::Error;
use lockstep_iam::keys::KeyPair;
use lockstep_iam::name::UserName;
use lockstep_iam::retire::{delete, retire};
use lockstep_iam::rotate::rotate;
use lockstep_testing::peers::{Keys, Microburst, Ministack, Moto, Peers, skipped};
use serde_json::Value;
use support::{Person, World};
use zeroize::Zeroizing;

fn maya() -> UserName {
    UserName::try_from("maya".to_owned()).unwrap()
}

fn for_maya() -> EnrolRequest {
    EnrolRequest {
        user: Some(maya()),
        verify: true,
        ..EnrolRequest::default()
    }
}

fn connect(person: &Person<'_>, endpoint: &str, keys: &Keys) -> Connection {
    let keys = KeyPair::new(
        &format!("{:_<16}", keys.access_key_id),
        &Zeroizing::new(keys.secret_access_key.clone()),
    )
    .unwrap();
    person.connect_to(endpoint, keys).unwrap()
}

fn enrol_maya(admin: &Person<'_>, connection: &Connection) -> Result<Enrolled, Error> {
    let enrolled = admin.work_through(connection, |work| enrol(work, &for_maya()))?;
    admin.look(|authenticator| acknowledge(authenticator, &enrolled))?;
    Ok(enrolled)
}

/// Amazon's own command line, on the same server.
struct Aws<'a> {
    peers: &'a Peers,
    endpoint: String,
    keys: Keys,
}

impl<'a> Aws<'a> {
    /// With a user `maya` in the account.
    fn with_maya(peers: &'a Peers, endpoint: String, keys: &Keys) -> Self {
        let aws = Self {
            peers,
            endpoint,
            keys: keys.clone(),
        };
        aws.run(&["create-user", "--user-name", "maya"]);
        aws
    }

    fn run(&self, arguments: &[&str]) -> Value {
        let mut command: Command = self.peers.aws();
        command
            .envs(self.keys.env(&self.endpoint))
            .args(["--output", "json", "iam"])
            .args(arguments);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "aws iam {arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    fn devices_of_maya(&self) -> Vec<String> {
        let listed = self.run(&["list-mfa-devices", "--user-name", "maya"]);
        let devices = listed["MFADevices"].as_array().unwrap();
        devices
            .iter()
            .map(|device| device["SerialNumber"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[test]
fn moto_with_signatures_verified_sees_a_device_come_be_replaced_and_go() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, true);
    let aws = Aws::with_maya(&peers, moto.endpoint(), moto.keys());
    let world = World::new();
    let admin = Person::new(&world, "admin");
    let connection = connect(&admin, &moto.endpoint(), moto.keys());
    assert_eq!(connection.caller().account, "123456789012");

    let enrolled = enrol_maya(&admin, &connection).unwrap();
    assert_eq!(enrolled.verified, Verified::ByListing);
    assert_eq!(aws.devices_of_maya(), [enrolled.serial.to_string()]);
    let old = admin.held(enrolled.serial.as_str());
    let rotated = admin
        .work_through(&connection, |work| rotate(work, &old, &maya(), true))
        .unwrap();
    assert_eq!(aws.devices_of_maya(), [rotated.enrolled.serial.to_string()]);
    admin
        .work_through(&connection, |work| {
            retire(work, &rotated.enrolled.serial, &maya())
        })
        .unwrap();
    assert_eq!(aws.devices_of_maya(), Vec::<String>::new());
    assert_eq!(admin.journal(), []);
    skipped("moto answers 500 to Resync and to tags, so these are not tried on it");
}

#[test]
fn moto_s_pages_are_read_to_the_end() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, true);
    let world = World::new();
    let admin = Person::new(&world, "admin");
    let connection = connect(&admin, &moto.endpoint(), moto.keys());
    for number in 0..12 {
        let name = format!("device-{number}");
        connection
            .api()
            .create_virtual_mfa_device(
                &lockstep_iam::name::DeviceName::try_from(name).unwrap(),
                &lockstep_iam::name::DevicePath::default(),
            )
            .unwrap();
    }
    let listed = connection
        .api()
        .list_virtual_mfa_devices(Assignment::Unassigned)
        .unwrap();
    assert_eq!(listed.len(), 12);
}

#[test]
fn a_seed_that_is_not_base32_is_said_and_nothing_is_left_behind() {
    let Some(peers) = Peers::find() else { return };
    let ministack = Ministack::start(&peers);
    let aws = Aws::with_maya(&peers, ministack.endpoint(), ministack.keys());
    let world = World::new();
    let admin = Person::new(&world, "admin");
    let connection = connect(&admin, &ministack.endpoint(), ministack.keys());
    // Its seeds are 32 hexadecimal digits, and one in 10 000 has none that base32 lacks.
    let refused = (0..3).find_map(|_| match enrol_maya(&admin, &connection) {
        Ok(enrolled) => {
            let retired = admin.work_through(&connection, |work| retire(work, &enrolled.serial, &maya()));
            retired.unwrap();
            None
        }
        Err(refused) => Some(refused),
    });
    let refused = refused.unwrap();
    assert_eq!(refused.code(), "aws-answer-unusable");
    assert!(
        refused.to_string().contains("its seed is not base32 text"),
        "{refused}"
    );
    assert_eq!(admin.journal(), []);
    assert_eq!(admin.serials(), Vec::<String>::new());
    let left = aws.run(&["list-virtual-mfa-devices", "--assignment-status", "Unassigned"]);
    assert_eq!(left["VirtualMFADevices"], serde_json::json!([]));
}

#[test]
fn ministack_s_conflicts_are_understood_and_retiring_gets_past_them() {
    let Some(peers) = Peers::find() else { return };
    let ministack = Ministack::start(&peers);
    let aws = Aws::with_maya(&peers, ministack.endpoint(), ministack.keys());
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed");
    let made = aws.run(&[
        "create-virtual-mfa-device",
        "--virtual-mfa-device-name",
        "laptop",
        "--bootstrap-method",
        "Base32StringSeed",
        "--outfile",
        seed.to_str().unwrap(),
    ]);
    let serial = made["VirtualMFADevice"]["SerialNumber"]
        .as_str()
        .unwrap()
        .to_owned();
    let codes = [
        "--authentication-code1",
        "123456",
        "--authentication-code2",
        "654321",
    ];
    let enable = [
        "enable-mfa-device",
        "--user-name",
        "maya",
        "--serial-number",
        &serial,
    ];
    aws.run(&[&enable[..], &codes[..]].concat());

    let world = World::new();
    let admin = Person::new(&world, "admin");
    let connection = connect(&admin, &ministack.endpoint(), ministack.keys());
    let serial = SerialNumber::try_from(serial).unwrap();
    let in_use = admin
        .work_through(&connection, |work| delete(work, &serial))
        .unwrap_err();
    assert_eq!(in_use.code(), "aws-device-in-use");
    admin
        .work_through(&connection, |work| retire(work, &serial, &maya()))
        .unwrap();
    assert_eq!(aws.devices_of_maya(), Vec::<String>::new());
}

#[test]
fn faults_in_front_of_moto_are_got_over() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, false);
    let burst = Microburst::start(&peers, &moto.endpoint());
    let aws = Aws::with_maya(&peers, moto.endpoint(), moto.keys());
    for (rules, what) in [
        (
            r#"[{"service": "iam", "operation": "CreateVirtualMFADevice", "error": {"code": "Throttling"}, "times": 2}]"#,
            "throttled twice",
        ),
        (
            r#"[{"service": "iam", "operation": "CreateVirtualMFADevice", "response": {"abort_bytes": 0}, "times": 1}]"#,
            "the seed's answer is lost",
        ),
        (
            r#"[{"service": "iam", "operation": "EnableMFADevice", "response": {"abort_bytes": 0}, "times": 1}]"#,
            "the answer to Enable is lost",
        ),
        (
            r#"[{"service": "iam", "operation": "EnableMFADevice", "reset": true, "times": 2}]"#,
            "Enable's connection is reset twice",
        ),
    ] {
        let world = World::new();
        let admin = Person::new(&world, "admin");
        let connection = connect(&admin, &burst.endpoint(), moto.keys());
        burst.set_rules(rules);
        let enrolled = enrol_maya(&admin, &connection).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_ne!(burst.fired(), "[]", "{what}");
        assert_eq!(aws.devices_of_maya(), [enrolled.serial.to_string()], "{what}");
        assert_eq!(admin.journal(), [], "{what}");
        let left = connection
            .api()
            .list_virtual_mfa_devices(Assignment::Unassigned)
            .unwrap();
        assert_eq!(left, [], "{what}");
        admin
            .work_through(&connection, |work| retire(work, &enrolled.serial, &maya()))
            .unwrap();
    }
    skipped(
        "microburst changes the Host header, which is signed, so the moto behind it verifies no signature",
    );
}
