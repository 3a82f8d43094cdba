//! Sessions that are there already are given out without asking AWS: no service runs here. And what `doctor` says of
//! deeds that it cannot finish.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::process::Command;

use lockstep_device::serial::SerialNumber;
use lockstep_device::store::seeds::CredentialsName;
use lockstep_device::time::{Clock, SystemClock, UnixTime};
use lockstep_iam::journal::{Deed, Entry, write};
use lockstep_iam::name::UserName;
use lockstep_iam::session::SessionKey;
use support::{AWS_SEED, PASSPHRASE, Person, SEED};

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/maya";
const ROLE: &str = "arn:aws:iam::210987654321:role/ops";
const SECRET: &str = "a'b\\\\$(id)";

/// Somebody with one device, and an endpoint at which nobody answers.
fn person() -> Person {
    let mut person = Person::with_accounts(&[("AWS:maya@123456789012", SEED)]);
    person.bind("maya", SERIAL);
    person.set("LOCKSTEP_TEST_CLOCK", &person.file("clock", "0"));
    person.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    person
}

/// Keeps a session as a run before would have: for an hour.
fn keep(person: &Person, source: &str, role: Option<&str>) {
    let key = SessionKey::new(&format!("{source} at http://127.0.0.1:1"), SERIAL, role);
    // The name itself is nobody's business but the library's.
    let shown = format!("{key:?}");
    let name = shown.split('"').nth(1).unwrap();
    let expiration = SystemClock.now().unwrap().seconds() + 3600;
    let kept = serde_json::json!({
        "access_key_id": role.map_or("ASIAOWN", |_| "ASIAROLE"),
        "secret_access_key": SECRET,
        "session_token": "token",
        "expiration": expiration,
        "drift": 0,
    });
    person
        .authenticator()
        .keep_credentials(&CredentialsName::try_from(name).unwrap(), kept.to_string().into())
        .unwrap();
}

#[test]
fn an_mfa_process_gets_bare_digits_by_the_serial_number() {
    let person = person();
    let ran = person.run(&["code", SERIAL, "--at", "59"]).succeeds();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("287082\n", ""));
}

#[test]
fn a_credential_process_is_answered_from_what_is_kept() {
    let person = person();
    keep(&person, "profile base", None);
    for more in [&[][..], &["maya"], &[SERIAL], &["--duration", "1h"]] {
        let arguments = [&["--aws-profile", "base", "aws", "credential-process"], more].concat();
        let ran = person.run(&arguments).succeeds();
        let mut json = ran.json();
        assert!(json["Expiration"].take().as_str().unwrap().ends_with('Z'));
        insta::allow_duplicates! {
            insta::assert_snapshot!(json, @r#"{"AccessKeyId":"ASIAOWN","Expiration":null,"SecretAccessKey":"a'b\\\\$(id)","SessionToken":"token","Version":1}"#);
        }
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn a_session_is_given_to_those_credentials_alone_that_made_it() {
    let person = person();
    keep(&person, "profile base", None);
    let other = person.run(&["--aws-profile", "other", "aws", "credential-process"]);
    assert_eq!((other.code, other.stdout.as_str()), (Some(1), ""));
    let elsewhere = [
        "--aws-profile",
        "base",
        "--endpoint-url",
        "http://127.0.0.1:2",
        "aws",
        "credential-process",
    ];
    assert_eq!(person.run(&elsewhere).code, Some(1));
    let role = [
        "--aws-profile",
        "base",
        "aws",
        "credential-process",
        "--role-arn",
        ROLE,
    ];
    assert_eq!(person.run(&role).code, Some(1));
}

#[test]
fn a_session_that_is_about_to_end_is_not_given_out() {
    let person = person();
    keep(&person, "profile base", None);
    let arguments = ["--aws-profile", "base", "aws", "credential-process"];
    person.run(&arguments).succeeds();
    person.file("clock", "3400");
    assert_eq!(person.run(&arguments).code, Some(1));
}

#[test]
fn the_role_of_a_profile_is_kept_under_the_profile_with_the_keys() {
    let person = person();
    person.aws_config(&format!(
        "[profile prod]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {SERIAL}\n"
    ));
    keep(&person, "profile base", None);
    keep(&person, "profile base", Some(ROLE));
    let of_profile = person
        .run(&["--aws-profile", "prod", "aws", "credential-process"])
        .succeeds();
    assert_eq!(of_profile.json()["AccessKeyId"], "ASIAROLE");
    let named = [
        "--aws-profile",
        "base",
        "aws",
        "credential-process",
        "--role-arn",
        ROLE,
    ];
    assert_eq!(person.run(&named).succeeds().json()["AccessKeyId"], "ASIAROLE");
    let own = ["--aws-profile", "base", "aws", "credential-process"];
    assert_eq!(person.run(&own).succeeds().json()["AccessKeyId"], "ASIAOWN");
}

#[test]
fn a_role_whose_device_is_not_here_says_which_one_it_wants() {
    let person = person();
    let wanted = "arn:aws:iam::123456789012:mfa/may";
    person.aws_config(&format!(
        "[profile prod]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {wanted}\n"
    ));
    for command in ["session", "whoami"] {
        let ran = person.run(&["--json", "--aws-profile", "prod", "aws", command]);
        assert_eq!(
            (ran.code, &ran.json()["error"]["code"]),
            (Some(3), &"aws-device-not-here".into())
        );
        assert!(ran.stderr.contains(wanted), "{}", ran.stderr);
    }
}

#[test]
fn a_part_of_a_serial_number_is_no_device() {
    let person = person();
    keep(&person, "profile base", None);
    let part = [
        "--json",
        "--aws-profile",
        "base",
        "aws",
        "session",
        "arn:aws:iam::123456789012:mfa/m",
    ];
    let ran = person.run(&part);
    assert_eq!(
        (ran.code, &ran.json()["error"]["code"]),
        (Some(3), &"aws-device-not-here".into())
    );
}

#[test]
fn a_session_is_shown_without_its_secrets() {
    let person = person();
    keep(&person, "profile default", None);
    let words = person.run(&["aws", "session"]).succeeds();
    assert!(
        words.stdout.starts_with("The session ASIAOWN was kept"),
        "{}",
        words.stdout
    );
    let json = person.run(&["--json", "aws", "session"]).succeeds();
    assert_eq!(json.json()["reused"], true);
    assert_eq!(json.json()["serial"], SERIAL);
    for text in [words.stdout, json.stdout] {
        assert!(!text.contains("$(id)") && !text.contains("token"), "{text}");
    }
}

#[test]
fn a_program_runs_with_the_session_and_ends_as_it_ends() {
    let person = person();
    keep(&person, "profile base", None);
    let run = |more: &[&str]| {
        let arguments = [
            &["--aws-profile", "base", "--region", "eu-north-1", "aws", "exec"],
            more,
        ]
        .concat();
        let mut command = person.command(&arguments);
        command.env("AWS_PROFILE", "base").output().unwrap()
    };
    let shown = run(&["--", "env"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    for line in [
        "AWS_ACCESS_KEY_ID=ASIAOWN",
        &format!("AWS_SECRET_ACCESS_KEY={SECRET}"),
        "AWS_SESSION_TOKEN=token",
        "AWS_REGION=eu-north-1",
        "AWS_ENDPOINT_URL=http://127.0.0.1:1",
    ] {
        assert!(text.lines().any(|said| said == line), "{line}: {text}");
    }
    assert!(!text.contains("AWS_PROFILE"), "{text}");
    assert_eq!(run(&["maya", "--", "sh", "-c", "exit 7"]).status.code(), Some(7));
    let missing = run(&["--", "/no/such/program"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        String::from_utf8(missing.stderr)
            .unwrap()
            .starts_with("error: /no/such/program cannot be run")
    );
}

#[test]
fn a_shell_takes_the_session_as_it_is() {
    let person = person();
    keep(&person, "profile default", None);
    let commands = person.run(&["aws", "env"]).succeeds().stdout;
    let script = format!("{commands}printf %s \"$AWS_SECRET_ACCESS_KEY\"");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), SECRET);
    let json = person.run(&["--json", "aws", "env"]).succeeds().json();
    assert_eq!(json["AWS_SECRET_ACCESS_KEY"], SECRET);
    assert!(
        person
            .run(&["aws", "env", "--shell", "fish"])
            .succeeds()
            .stdout
            .starts_with("set -gx ")
    );
    assert!(
        person
            .run(&["aws", "env", "--shell", "powershell"])
            .succeeds()
            .stdout
            .starts_with("$Env:")
    );
}

#[test]
fn the_line_that_configure_writes_is_one_that_a_shell_runs() {
    let person = person();
    keep(&person, "profile base", None);
    let written = person
        .run(&["--json", "--aws-profile", "base", "aws", "configure", "mfa"])
        .succeeds()
        .json();
    let line = written["credential_process"].as_str().unwrap();
    let mut shell = Command::new("sh");
    // Nothing but what the AWS tools would hand on, and the test's own clock and endpoint.
    shell
        .args(["-c", line])
        .env_clear()
        .env("HOME", person.folder())
        .env("LOCKSTEP_TEST_CLOCK", person.folder().join("clock"))
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let output = shell.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("\"AccessKeyId\":\"ASIAOWN\""),
        "{text} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!line.contains(PASSPHRASE));
}

#[test]
fn which_of_two_devices_is_meant_has_to_be_said_where_nobody_can_be_asked() {
    let person = person();
    person.add("AWS:noor@123456789012", AWS_SEED);
    person.bind("noor", "arn:aws:iam::123456789012:mfa/noor");
    keep(&person, "profile base", None);
    assert_eq!(
        person.run(&["--aws-profile", "base", "aws", "session"]).code,
        Some(1)
    );
    person
        .run(&["--aws-profile", "base", "aws", "session", "maya"])
        .succeeds();
    person.aws_config(&format!("[profile base]\nmfa_serial = {SERIAL}\n"));
    person
        .run(&["--aws-profile", "base", "aws", "session"])
        .succeeds();
}

#[test]
fn what_broke_off_is_named_when_there_is_no_connection() {
    let person = person();
    let checks = |arguments: &[&str]| person.run(arguments).json()["checks"].to_string();
    assert!(
        !checks(&["--json", "doctor"]).contains(r#""name":"aws""#),
        "nothing broke off, and nobody asked"
    );
    assert!(checks(&["--json", "doctor", "--aws"]).contains("there are no AWS credentials"));
    let entry = Entry {
        serial: SerialNumber::try_from("arn:aws:iam::123456789012:mfa/noor-1".to_owned()).unwrap(),
        user: UserName::try_from("noor".to_owned()).unwrap(),
        account: "123456789012".to_owned(),
        begun: UnixTime::from_seconds(0),
        deed: Deed::Enrol {
            tags: vec![],
            replaces: None,
            enabled: false,
        },
    };
    write(&person.authenticator(), entry).unwrap();
    let ran = person.run(&["doctor"]);
    assert_eq!(ran.code, Some(1));
    let line = ran.stdout.lines().find(|line| line.contains("aws:")).unwrap();
    insta::assert_snapshot!(line, @"bad   aws: enrolling arn:aws:iam::123456789012:mfa/noor-1 for noor broke off; there is no connection to finish it: there are no AWS credentials: there are none in the environment and none in the default profile");
}
