//! Codes: what is printed where, and that they are the right ones.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::process::Command;

use support::{AWS_SEED, Person, SEED};

#[test]
fn a_pipe_gets_bare_digits() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let ran = person.run(&["code", "maya", "--at", "59"]).succeeds();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("287082\n", ""));
    let ran = person.run(&["code", "maya", "--at", "59", "--next"]).succeeds();
    assert_eq!(ran.stdout, "359152\n");
    let ran = person.run(&["code", "maya", "--at", "59", "--pair"]).succeeds();
    assert_eq!(ran.stdout, "287082 359152\n");
}

#[test]
fn codes_as_json_say_until_when_they_hold() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let mut code = person
        .run(&["--json", "code", "maya", "--at", "59"])
        .succeeds()
        .json();
    assert_eq!(code["id"].take().as_str().unwrap().len(), 32);
    insta::assert_snapshot!(code, @r#"{"code":"287082","id":null,"next":"359152","remaining":1,"time_step":1,"used":false,"valid_until":"1970-01-01T00:01:00Z"}"#);
    let mut pair = person
        .run(&["--json", "code", "maya", "--at", "1111111109", "--pair"])
        .succeeds()
        .json();
    assert_eq!(pair["id"].take().as_str().unwrap().len(), 32);
    assert_eq!(pair["first"], "081804");
    assert_eq!(pair["second"], "050471");
    assert!(
        pair["submit_before"]
            .as_str()
            .unwrap()
            .starts_with("2005-03-18T0")
    );
}

#[test]
fn codes_are_those_of_oathtool() {
    let person = Person::with_vault();
    let add = |name: &str, more: &[&str], secret: &str| {
        let arguments = [
            &[
                "add",
                "--yes",
                "--secret-file",
                "-",
                "--issuer",
                "O",
                "--name",
                name,
            ],
            more,
        ]
        .concat();
        person.run_with(&arguments, secret).succeeds();
    };
    add("six", &[], AWS_SEED);
    add(
        "eight",
        &["--digits", "8", "--algorithm", "sha256", "--period", "60"],
        SEED,
    );
    add(
        "seven",
        &["--digits", "7", "--algorithm", "SHA512"],
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    );
    for at in [0_u64, 1, 29, 30, 59, 1_111_111_109, 2_000_000_000, 20_000_000_000] {
        let now = format!("@{at}");
        let expected = [
            ("six", oathtool(&["--totp", "-b", AWS_SEED, "-N", &now])),
            (
                "eight",
                oathtool(&["--totp=sha256", "-d", "8", "-s", "60", "-b", SEED, "-N", &now]),
            ),
            (
                "seven",
                oathtool(&[
                    "--totp=sha512",
                    "-d",
                    "7",
                    "-b",
                    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                    "-N",
                    &now,
                ]),
            ),
        ];
        for (name, expected) in expected {
            assert_eq!(person.code_at(name, at), expected, "{name} at {at}");
        }
    }
}

#[test]
fn the_code_of_this_moment_is_that_of_oathtool() {
    let person = Person::with_accounts(&[("AWS:maya", AWS_SEED)]);
    // Between the two calls the time step may change, once.
    let agree = (0..2).any(|_| {
        let ours = person.run(&["code", "maya"]).succeeds().stdout;
        ours.trim() == oathtool(&["--totp", "-b", AWS_SEED])
    });
    assert!(agree);
}

fn oathtool(arguments: &[&str]) -> String {
    let output = Command::new("oathtool")
        .args(arguments)
        .output()
        .expect("oathtool is installed by xtask setup");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_counter_only_moves_forward_and_each_code_comes_once() {
    let person = Person::with_vault();
    let arguments = [
        "add",
        "--yes",
        "--secret-file",
        "-",
        "--issuer",
        "H",
        "--name",
        "token",
        "--type",
        "hotp",
        "--counter",
        "0",
    ];
    person.run_with(&arguments, SEED).succeeds();
    // RFC 4226 appendix D.
    for expected in ["755224", "287082", "359152"] {
        assert_eq!(person.run(&["code", "token"]).succeeds().stdout.trim(), expected);
    }
    let ran = person.run(&["code", "token", "--pair"]);
    insta::assert_snapshot!(ran.shown(&person));
    let ran = person.run(&["code", "token", "--at", "59"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(person.run(&["code", "token"]).succeeds().stdout.trim(), "969429");
}

#[test]
fn an_account_that_is_not_there_and_one_that_is_there_twice_end_with_three() {
    let person = Person::with_accounts(&[("AWS:maya", SEED), ("AWS:noor", AWS_SEED)]);
    let ran = person.run(&["--json", "code", "zebra"]);
    assert_eq!(ran.code, Some(3));
    insta::assert_snapshot!(ran.shown(&person));
    let ran = person.run(&["code", "aws"]);
    assert_eq!(ran.code, Some(3));
    let listed = person.run(&["--json", "list"]).json();
    for account in listed["accounts"].as_array().unwrap() {
        let id = account["id"].as_str().unwrap();
        assert!(ran.stderr.contains(&id[..8]), "{}", ran.stderr);
        assert!(person.run(&["code", &id[..8]]).succeeds().stdout.trim().len() == 6);
    }
}

#[test]
fn a_moment_before_1970_is_a_usage_error() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    assert_eq!(person.run(&["code", "maya", "--at", "-1"]).code, Some(2));
    assert_eq!(person.run(&["code", "maya", "--at=-1"]).code, Some(2));
}

#[test]
fn the_last_second_there_is_has_a_code() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let code = person.run(&["--json", "code", "maya", "--at", &u64::MAX.to_string()]);
    assert_eq!(code.code, Some(0), "{}", code.stderr);
}
