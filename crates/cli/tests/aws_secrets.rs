//! In no form whatever may a secret of AWS be where it does not belong: in what is printed and logged, in any file after any
//! command or crash, in the arguments of any program.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fmt::Write;
use std::process::Command;

use lockstep_testing::peers::skipped;
use support::aws::{World, serials};
use support::{PASSPHRASE, Person, Ran};

/// Everything that must not show, and what each is.
#[derive(Default)]
struct Secrets(Vec<(String, Vec<u8>)>);

impl Secrets {
    /// All that the practice account knows now, on top of what it knew before.
    fn learn(&mut self, world: &World) {
        let mut texts = vec![("the passphrase".to_owned(), PASSPHRASE.to_owned())];
        let mut seeds = vec![];
        world.practice.with(|account| {
            for device in account.devices() {
                if let Some(seed) = &device.seed {
                    seeds.push((device.serial.clone(), seed.bytes().to_vec()));
                    texts.push((
                        format!("the seed of {}", device.serial),
                        seed.to_base32().to_string(),
                    ));
                }
            }
            for session in account.sessions.values() {
                texts.push(("a session's secret key".to_owned(), session.secret.clone()));
                texts.push(("a session's token".to_owned(), session.token.clone()));
            }
            let keys = account.keys_of("maya");
            texts.push(("the secret access key".to_owned(), keys.secret_access_key));
        });
        for (name, text) in texts {
            self.know(&name, text.to_lowercase().as_bytes());
            self.know(&name, percent_encoded(&text).as_bytes());
            self.know_bytes(&name, text.as_bytes());
        }
        for (serial, bytes) in seeds {
            self.know_bytes(&format!("the seed of {serial}"), &bytes);
        }
        self.0.sort();
        self.0.dedup();
    }

    /// The bytes, and how they look in hexadecimal, in base64 and as `Debug` shows them.
    fn know_bytes(&mut self, name: &str, bytes: &[u8]) {
        self.know(name, bytes);
        let hexadecimal = bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        self.know(name, hexadecimal.as_bytes());
        self.know(name, hexadecimal.to_uppercase().as_bytes());
        self.know(name, base64(bytes).as_bytes());
        let shown = format!("{bytes:?}");
        self.know(name, shown.trim_matches(['[', ']']).as_bytes());
    }

    fn know(&mut self, name: &str, form: &[u8]) {
        self.0.push((name.to_owned(), form.to_vec()));
    }

    /// What is found in there of all that must not show.
    fn found_in(&self, bytes: &[u8]) -> Vec<&str> {
        let holds = |form: &[u8]| bytes.windows(form.len()).any(|window| window == form);
        let found = self.0.iter().filter(|(_, form)| holds(form));
        found.map(|(name, _)| name.as_str()).collect()
    }

    #[track_caller]
    fn are_not_in(&self, what: &str, bytes: &[u8]) {
        let found = self.found_in(bytes);
        assert!(found.is_empty(), "{what} holds {found:?}");
    }

    #[track_caller]
    fn are_not_in_files_of(&self, person: &Person, context: &str) {
        let contents = person.contents();
        assert!(!contents.is_empty(), "{context}");
        for (path, bytes) in contents {
            self.are_not_in(&format!("{} after {context}", path.display()), &bytes);
        }
    }
}

/// As in a form or a header: everything but letters, digits and four marks.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// RFC 4648 §4, of the whole groups of three bytes: what follows them is not needed to find it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = bytes.chunks_exact(3).flat_map(|group| {
        let bits = group
            .iter()
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[bits >> shift & 63]))
    });
    letters.collect()
}

/// Maya, at the most talkative log level.
fn talkative(world: &World) -> Person {
    let mut maya = world.person("maya");
    maya.set("LOCKSTEP_LOG", "trace");
    maya
}

/// A file with Maya's access key.
fn key_file(world: &World, maya: &Person) -> String {
    let keys = world.practice.with(|account| account.keys_of("maya"));
    maya.file(
        "keys",
        format!("{}\n{}\n", keys.access_key_id, keys.secret_access_key),
    )
}

#[test]
fn the_forms_that_are_looked_for_are_those_that_others_write() {
    assert_eq!(base64(b"12345678901234567890"), "MTIzNDU2Nzg5MDEyMzQ1Njc4");
    assert_eq!(percent_encoded("a/b+c="), "a%2Fb%2Bc%3D");
    let mut secrets = Secrets::default();
    secrets.know_bytes("it", b"\x01\xffk");
    let forms: Vec<_> = secrets
        .0
        .iter()
        .map(|(_, form)| String::from_utf8_lossy(form).into_owned())
        .collect();
    assert_eq!(forms[1..], ["01ff6b", "01FF6B", "Af9r", "1, 255, 107"]);
}

#[test]
fn no_form_of_a_secret_is_printed_logged_or_left_in_a_file_by_any_command() {
    let world = World::new();
    let maya = talkative(&world);
    let configuration = world.profile("maya");
    let file = key_file(&world, &maya);
    let mut secrets = Secrets::default();
    let mut said: Vec<(String, Ran)> = vec![];
    let mut run = |arguments: &[&str], exit: i32| {
        let ran = maya.run(arguments);
        let context = format!("{arguments:?}");
        assert_eq!(ran.code, Some(exit), "{context}: {}{}", ran.stdout, ran.stderr);
        secrets.learn(&world);
        secrets.are_not_in_files_of(&maya, &context);
        said.push((context, ran));
    };
    let endpoint = world.practice.endpoint();
    let by_key = ["--aws-keys", "own", "--endpoint-url", &endpoint];
    let with_key = |command: &[&'static str]| [&by_key[..], command].concat();
    run(&["aws", "keys", "add", "own", "--key-file", &file], 0);
    run(&with_key(&["--json", "aws", "enrol", "--tag", "team=x"]), 0);
    let serial = serials(&maya)[0].clone();
    run(&with_key(&["aws", "session"]), 0);
    world.turn(600);
    run(&["--json", "aws", "session", "--duration", "1h"], 0);
    run(&["aws", "exec", "--", "true"], 0);
    run(&["aws", "configure", "work"], 0);
    run(&["aws", "whoami"], 0);
    run(&["aws", "device-tags", &serial], 0);
    let role = "arn:aws:iam::123456789012:role/Production";
    run(&["aws", "session", "--role-arn", role], 0);
    world.turn(600);
    run(&["aws", "resync", &serial], 0);
    world.turn(600);
    run(&["aws", "rotate", "--yes", &serial], 0);
    run(&["doctor", "--aws"], 0);
    run(&["list", "--trash"], 0);
    world.turn(600);
    let serial = serials(&maya)[0].clone();
    run(&["aws", "retire", "--yes", &serial], 0);
    // Refused, with all there is to say about it.
    run(&["--json", "aws", "session", &serial], 3);
    run(&["aws", "keys", "remove", "own"], 0);

    let logged: usize = said.iter().map(|(_, ran)| ran.stderr.len()).sum();
    assert!(logged > 2000, "the log did say something");
    assert!(secrets.0.len() > 40, "{} forms are known", secrets.0.len());
    for (context, ran) in &said {
        secrets.are_not_in(&format!("stdout of {context}"), ran.stdout.as_bytes());
        secrets.are_not_in(&format!("stderr of {context}"), ran.stderr.as_bytes());
    }
    // The file with the profile holds the access key, as a person wrote it there; nothing of a session came to it.
    let written = std::fs::read_to_string(configuration).unwrap();
    assert!(written.contains("credential_process"), "{written}");
    let sessions = world.practice.with(|account| account.sessions.clone());
    assert!(!sessions.is_empty());
    for session in sessions.values() {
        assert!(!written.contains(&session.secret) && !written.contains(&session.token));
    }
}

#[test]
fn what_is_asked_for_by_name_is_printed_and_not_logged() {
    let asked: [&[&str]; 5] = [
        &["aws", "credential-process"],
        &["aws", "env"],
        &["--json", "aws", "env"],
        &["aws", "env", "--shell", "powershell"],
        &["aws", "exec", "--", "env"],
    ];
    for arguments in asked {
        let world = World::new();
        let maya = talkative(&world);
        maya.run(&["aws", "enrol", "--no-verify"]).succeeds();
        world.turn(60);
        // The first makes the session, the second one finds it.
        for time in ["first", "second"] {
            let ran = maya.run(arguments).succeeds();
            let mut secrets = Secrets::default();
            secrets.learn(&world);
            let found = secrets.found_in(ran.stdout.as_bytes());
            assert!(
                found.contains(&"a session's token") && found.contains(&"a session's secret key"),
                "what is there is found: {found:?}"
            );
            let context = format!("{arguments:?}, the {time} time");
            secrets.are_not_in(&format!("stderr of {context}"), ran.stderr.as_bytes());
            secrets.are_not_in_files_of(&maya, &context);
        }
        assert_eq!(world.calls("GetSessionToken"), 1, "{arguments:?}");
    }
}

#[test]
fn an_enrolment_that_ends_at_any_step_leaves_no_form_of_a_secret_in_a_file() {
    for step in 1..400 {
        let world = World::new();
        let maya = talkative(&world);
        let ran = maya.run_in(&["aws", "enrol"], "LOCKSTEP_FAULT", &format!("kill:{step}"));
        let mut secrets = Secrets::default();
        secrets.learn(&world);
        let context = format!("a kill at step {step}");
        secrets.are_not_in_files_of(&maya, &context);
        secrets.are_not_in(&context, ran.stderr.as_bytes());
        if ran.signal.is_none() {
            assert!(step > 20, "only {step} steps");
            return;
        }
    }
    panic!("it never came to its end");
}

#[test]
fn no_program_gets_a_secret_as_an_argument() {
    if Command::new("strace").arg("-V").output().is_err() {
        skipped("strace is not installed");
        return;
    }
    let world = World::new();
    let maya = world.person("maya");
    let file = key_file(&world, &maya);
    let trace = maya.folder().join("trace");
    let run = |arguments: &[&str]| {
        let template = maya.command(arguments);
        let mut command = Command::new("strace");
        // Every program that is started by ours, with all of its arguments and nothing of its environment.
        command
            .args(["-f", "-qq", "-e", "trace=execve,execveat", "-s", "100000"])
            .arg("-A")
            .arg("-o")
            .args([trace.as_os_str(), template.get_program()])
            .args(template.get_args())
            .env_clear();
        for (name, value) in template.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    run(&["aws", "keys", "add", "own", "--key-file", &file]);
    run(&["aws", "enrol"]);
    let serial = serials(&maya)[0].clone();
    run(&["aws", "configure", "work"]);
    run(&["aws", "credential-process"]);
    run(&["aws", "exec", "--", "sh", "-c", "env; true"]);
    world.turn(600);
    run(&["aws", "rotate", "--yes", &serial]);
    let mut secrets = Secrets::default();
    secrets.learn(&world);
    let read = || std::fs::read_to_string(&trace).unwrap();
    let traced = read();
    // What our process hands on is closed to others, to a tracer as well unless root runs it.
    if !traced.contains(r#"["sh", "-c", "env; true"]"#) {
        skipped("strace may not see what arguments a program is started with");
        return;
    }
    let programs = traced.lines().filter(|line| line.contains("execve(")).count();
    assert!(programs >= 8, "six of ours, sh and env: {traced}");
    assert!(!traced.contains("\"..."), "arguments are written out: {traced}");
    secrets.are_not_in("the arguments of a program", traced.as_bytes());
    // Where a person hands one on as an argument, it is found.
    run(&[
        "aws",
        "exec",
        "--",
        "sh",
        "-c",
        "env printf %s \"$AWS_SESSION_TOKEN\"",
    ]);
    secrets.learn(&world);
    let found = secrets.found_in(read().as_bytes()).join(", ");
    assert!(found.contains("a session's token"), "{found}");
}
