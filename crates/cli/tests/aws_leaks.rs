//! Where the secrets of AWS must never be: standard output and error, the log at its most talkative, files, arguments. What
//! is asked for by name (`env`, `credential-process`, the environment of `exec`) is not among them.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::aws::{World, serials};

fn assert_clean(what: &str, bytes: &[u8], secrets: &[(String, String)]) {
    for (name, secret) in secrets {
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{what} holds {name}");
    }
}

#[test]
fn a_device_s_whole_life_at_the_most_talkative_log_level_shows_no_secret() {
    let world = World::new();
    let mut maya = world.person("maya");
    maya.set("LOCKSTEP_LOG", "trace");
    let mut said: Vec<(String, Vec<u8>)> = vec![];
    let mut secrets: Vec<(String, String)> = vec![];
    let keys = world.practice.with(|account| account.keys_of("maya"));
    secrets.push(("the secret access key".to_owned(), keys.secret_access_key.clone()));
    let file = maya.file(
        "keys",
        format!("{}\n{}\n", keys.access_key_id, keys.secret_access_key),
    );
    let mut run = |arguments: &[&str]| {
        let ran = maya.run(arguments);
        said.push((
            format!("stdout of {arguments:?}"),
            ran.stdout.clone().into_bytes(),
        ));
        said.push((
            format!("stderr of {arguments:?}"),
            ran.stderr.clone().into_bytes(),
        ));
        ran
    };
    run(&["aws", "keys", "add", "own", "--key-file", &file]).succeeds();
    run(&["--json", "aws", "enrol"]).succeeds();
    run(&["aws", "session"]).succeeds();
    run(&["aws", "devices"]).succeeds();
    run(&["aws", "whoami"]).succeeds();
    run(&["aws", "exec", "--", "true"]).succeeds();
    run(&["aws", "keys", "list"]).succeeds();
    let serial = serials(&maya)[0].clone();
    let collect = |secrets: &mut Vec<(String, String)>| {
        world.practice.with(|account| {
            for device in account.devices() {
                let seed = device.seed.as_ref().unwrap().to_base32().to_string();
                secrets.push((format!("the seed of {}", device.serial), seed));
            }
            for session in account.sessions.values() {
                secrets.push(("a session's secret key".to_owned(), session.secret.clone()));
                secrets.push(("a session's token".to_owned(), session.token.clone()));
            }
        });
    };
    collect(&mut secrets);
    let mut run = |arguments: &[&str]| {
        let ran = maya.run(arguments);
        said.push((
            format!("stdout of {arguments:?}"),
            ran.stdout.clone().into_bytes(),
        ));
        said.push((
            format!("stderr of {arguments:?}"),
            ran.stderr.clone().into_bytes(),
        ));
        ran
    };
    run(&["aws", "resync", &serial]).succeeds();
    run(&["aws", "rotate", "--yes", &serial]).succeeds();
    run(&["doctor", "--aws"]).succeeds();
    collect(&mut secrets);
    let serial = serials(&maya)[0].clone();
    let ran = maya.run(&["aws", "retire", "--yes", &serial]).succeeds();
    said.push((
        "retire".to_owned(),
        [ran.stdout, ran.stderr].concat().into_bytes(),
    ));

    assert!(secrets.len() >= 5, "{} secrets are known", secrets.len());
    assert!(
        said.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > 2000,
        "the log did say something"
    );
    for (what, bytes) in &said {
        assert_clean(what, bytes, &secrets);
    }
    for (path, bytes) in maya.contents() {
        assert_clean(&path.display().to_string(), &bytes, &secrets);
    }
}
