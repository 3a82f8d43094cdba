//! `lockstep aws`, as far as no service is needed: what is refused before anything is asked, policies, keys and pairs.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::{Person, SEED};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ID: &str = "AKIAIOSFODNN7EXAMPLE";

#[test]
fn without_credentials_it_says_where_they_come_from() {
    let person = Person::with_vault();
    let ran = person.run(&["--json", "aws", "whoami"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.shown(&person));
    let named = person.run(&["--aws-profile", "nobody", "aws", "clock"]);
    assert!(
        named.stderr.contains("the profile \"nobody\" has none"),
        "{}",
        named.stderr
    );
    let stored = person.run(&["--json", "--aws-keys", "nothing", "aws", "clock"]);
    assert_eq!(stored.code, Some(3));
    assert_eq!(stored.json()["error"]["code"], "aws-key-unknown");
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    let mut person = Person::with_vault();
    person.set("AWS_ACCESS_KEY_ID", ID);
    person.set("AWS_SECRET_ACCESS_KEY", SECRET);
    let ran = person.run(&["--json", "--endpoint-url", "http://192.0.2.1", "aws", "enrol"]);
    assert_eq!(
        (ran.code, &ran.json()["error"]["code"]),
        (Some(1), &"aws-plain-http".into())
    );
    assert!(person.names().is_empty());
}

#[test]
fn a_service_that_is_not_there_is_no_riddle() {
    let mut person = Person::with_vault();
    person.set("AWS_ACCESS_KEY_ID", ID);
    person.set("AWS_SECRET_ACCESS_KEY", SECRET);
    person.set("LOCKSTEP_TEST_CLOCK", &person.file("clock", "0"));
    let ran = person.run(&["--json", "--endpoint-url", "http://127.0.0.1:1", "aws", "devices"]);
    assert_eq!(
        (ran.code, &ran.json()["error"]["code"]),
        (Some(1), &"aws-unreachable".into())
    );
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_opened() {
    let person = Person::new();
    let wrong: [&[&str]; 16] = [
        &["aws"],
        &["aws", "enrol", "--user", "maya lind"],
        &["aws", "enrol", "--device-name", ""],
        &["aws", "enrol", "--path", "staff"],
        &["aws", "enrol", "--tag", "owner"],
        &["aws", "enable", "--serial", "short"],
        &["aws", "enable", "--serial", "GAHT12345678"],
        &["aws", "deactivate", "maya"],
        &["aws", "retire", "maya"],
        &["aws", "delete", "maya"],
        &["aws", "rotate", "maya"],
        &["aws", "session", "--duration", "5m"],
        &["aws", "exec"],
        &["aws", "policy", "everything"],
        &["aws", "keys", "add", "work"],
        &["--aws-profile", "a", "aws", "whoami", "--aws-keys", "b"],
    ];
    for arguments in wrong {
        let ran = person.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
    }
    assert!(person.contents().is_empty());
}

#[test]
fn a_policy_is_printed_for_every_job_and_partition() {
    let person = Person::new();
    let shown = ["enrol-self", "manage-self", "admin", "fleet", "session"].map(|job| {
        let ran = person
            .run(&["aws", "policy", job, "--partition", "aws-cn"])
            .succeeds();
        let json = person.run(&["--json", "aws", "policy", job, "--partition", "aws-cn"]);
        assert_eq!(json.json(), ran.json());
        format!("$ lockstep aws policy {job} --partition aws-cn\n{}", ran.stdout)
    });
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(
        person
            .run(&["aws", "policy", "admin", "--partition", "azure"])
            .code,
        Some(2)
    );
}

#[test]
fn an_access_key_is_kept_in_the_store_and_never_shown() {
    let person = Person::with_vault();
    let keys = format!("{ID}\n{SECRET}\n");
    let added = person
        .run_with(&["aws", "keys", "add", "work", "--key-file", "-"], &keys)
        .succeeds();
    let file = person.file("keys", &keys);
    let from_file = person
        .run(&["aws", "keys", "add", "home", "--key-file", &file])
        .succeeds();
    assert!(
        from_file.stderr.contains("still holds the secret"),
        "{}",
        from_file.stderr
    );
    let listed = person.run(&["--json", "aws", "keys", "list"]).succeeds();
    insta::assert_snapshot!(listed.stdout, @r#"{"keys":[{"access_key_id":"AKIAIOSFODNN7EXAMPLE","name":"home"},{"access_key_id":"AKIAIOSFODNN7EXAMPLE","name":"work"}]}"#);
    person.run(&["aws", "keys", "remove", "work"]).succeeds();
    assert_eq!(person.run(&["aws", "keys", "remove", "work"]).code, Some(3));
    for text in [added.stdout, added.stderr, listed.stdout, from_file.stderr] {
        assert!(!text.contains(SECRET), "{text}");
    }
    for (path, bytes) in person.contents() {
        let found = bytes
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes());
        assert!(!found, "{}", path.display());
    }
}

#[test]
fn what_is_no_access_key_is_not_kept() {
    let person = Person::with_vault();
    for wrong in [
        "",
        ID,
        &format!("{SECRET}\n{ID}\n"),
        &format!("{ID}\na b\n"),
        &format!("{ID}\na\nb\n"),
    ] {
        let ran = person.run_with(&["aws", "keys", "add", "work", "--key-file", "-"], wrong);
        assert_eq!(ran.code, Some(2), "{wrong:?}: {}", ran.stderr);
    }
    let listed = person.run(&["--json", "aws", "keys", "list"]).succeeds();
    assert_eq!(listed.stdout, "{\"keys\":[]}\n");
}

#[test]
fn a_pair_for_the_console_is_printed_like_that_of_code() {
    let person = Person::with_accounts(&[("AWS:maya@123456789012", SEED)]);
    // Between two calls the time step may change, once.
    let agree = (0..2).any(|_| {
        let pair = person.run(&["aws", "pair", "maya"]).succeeds().stdout;
        pair == person.run(&["code", "maya", "--pair"]).succeeds().stdout
    });
    assert!(agree);
    let pair = person.run(&["--json", "aws", "pair", "maya"]).succeeds().json();
    assert!(pair["submit_before"].is_string(), "{pair}");
}
