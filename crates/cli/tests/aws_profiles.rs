//! `aws configure`: the AWS configuration file, changed as little as it has to be.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::{AWS_SEED, Person, Ran, SEED};

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/maya";

fn person(config: &str) -> Person {
    let person = Person::with_accounts(&[("AWS:maya@123456789012", SEED)]);
    person.bind("maya", SERIAL);
    person.aws_config(config);
    person
}

fn config_of(person: &Person) -> String {
    std::fs::read_to_string(person.folder().join(".aws/config")).unwrap()
}

/// What was printed or written, without what differs from machine to machine.
fn plain(person: &Person, text: &str) -> String {
    text.replace(env!("CARGO_BIN_EXE_lockstep"), "[lockstep]")
        .replace(person.folder().to_str().unwrap(), "[folder]")
}

#[test]
fn a_profile_asks_lockstep_and_saying_it_again_changes_nothing() {
    let before = "# mine\n[default]\nregion = eu-central-1\n";
    let person = person(before);
    let arguments = ["--json", "--region", "eu-north-1", "aws", "configure", "mfa"];
    let first = person.run(&arguments).succeeds();
    assert_eq!(first.json()["changed"], true);
    let written = config_of(&person);
    insta::assert_snapshot!(plain(&person, &written));
    let backup = first.json()["backup"].as_str().unwrap().to_owned();
    assert_eq!(std::fs::read_to_string(backup).unwrap(), before);
    let second = person.run(&arguments).succeeds();
    assert_eq!(
        (&second.json()["changed"], &second.json()["backup"]),
        (&false.into(), &().into())
    );
    assert_eq!(config_of(&person), written);
    let said = person.run(&[
        "aws",
        "configure",
        "mfa",
        "--role-arn",
        "arn:aws:iam::123456789012:role/ops",
    ]);
    insta::assert_snapshot!(plain(&person, &said.succeeds().stdout));
    assert!(config_of(&person).contains("--role-arn arn:aws:iam::123456789012:role/ops"));
}

#[test]
fn the_configuration_file_may_be_elsewhere_and_need_not_be_there() {
    let mut person = person("");
    let elsewhere = person.folder().join("deep/er/config");
    person.set("AWS_CONFIG_FILE", elsewhere.to_str().unwrap());
    person
        .run(&["--aws-profile", "base", "aws", "configure", "mfa", "maya"])
        .succeeds();
    let written = std::fs::read_to_string(elsewhere).unwrap();
    assert!(
        written.starts_with("[profile mfa]\ncredential_process = "),
        "{written}"
    );
    assert!(written.contains("--aws-profile base"), "{written}");
}

#[test]
fn a_profile_that_would_ask_itself_for_ever_is_refused() {
    let person = person(
        "[profile base]\nregion = eu-west-1\n[profile mfa]\ncredential_process = \"/x/lockstep\" aws credential-process S --aws-profile base\n\
         [profile role]\nrole_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = new\n",
    );
    let before = config_of(&person);
    let refused = |ran: Ran| {
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains("for ever"), "{}", ran.stderr);
    };
    refused(person.run(&["--aws-profile", "base", "aws", "configure", "base"]));
    refused(person.run(&["aws", "configure", "default"]));
    refused(person.run(&["--aws-profile", "mfa", "aws", "configure", "new"]));
    refused(person.run(&["--aws-profile", "role", "aws", "configure", "new"]));
    assert_eq!(config_of(&person), before);
}

#[test]
fn a_profile_that_would_never_come_to_ask_is_refused() {
    let person =
        person("[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = base\n");
    let ran = person.run(&["--aws-profile", "base", "aws", "configure", "prod"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("role_arn"), "{}", ran.stderr);
}

#[test]
fn keys_of_the_environment_are_no_profile_s() {
    let mut person = person("");
    person.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    person.set("AWS_SECRET_ACCESS_KEY", "x");
    assert_eq!(person.run(&["aws", "configure", "mfa"]).code, Some(2));
    person
        .run(&["--aws-keys", "work", "aws", "configure", "mfa"])
        .succeeds();
    assert!(config_of(&person).contains("--aws-keys work"));
}

#[test]
fn the_device_is_the_profile_s_or_the_only_one_or_has_to_be_named() {
    let person = person("[profile base]\nmfa_serial = arn:aws:iam::123456789012:mfa/noor\n");
    person.add("AWS:noor@123456789012", AWS_SEED);
    person.bind("noor", "arn:aws:iam::123456789012:mfa/noor");
    let ran = person.run(&["--json", "aws", "configure", "mfa"]);
    assert_eq!(
        (ran.code, &ran.json()["error"]["code"]),
        (Some(3), &"aws-device-ambiguous".into())
    );
    person
        .run(&["--aws-profile", "base", "aws", "configure", "mfa"])
        .succeeds();
    assert!(config_of(&person).contains("credential-process arn:aws:iam::123456789012:mfa/noor"));
    person
        .run(&["--aws-profile", "base", "aws", "configure", "mfa", "maya"])
        .succeeds();
    assert!(config_of(&person).contains("credential-process arn:aws:iam::123456789012:mfa/maya"));
}

#[test]
fn a_name_that_programs_read_differently_is_not_written() {
    let person = person("");
    let ran = person.run(&["--aws-profile", "a$(id)", "aws", "configure", "mfa"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert_eq!(config_of(&person), "");
}
