//! Where a seed must never be: standard output, standard error, the log at its most talkative, any file in the data
//! folder, and the memory as others can see it.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::Write;
use std::process::Stdio;

use support::{AWS_SEED, PASSPHRASE, Person, SEED};

/// Every form in which RFC 6238's seed could show: base32 in both cases, raw, hexadecimal and base64.
fn forms() -> Vec<Vec<u8>> {
    [
        SEED.as_bytes().to_vec(),
        SEED.to_lowercase().into_bytes(),
        b"12345678901234567890".to_vec(),
        b"3132333435363738393031323334353637383930".to_vec(),
        b"MTIzNDU2Nzg5MDEyMzQ1Njc4OTA".to_vec(),
        format!("{:?}", b"12345678901234567890")
            .trim_matches(['[', ']'])
            .to_owned()
            .into_bytes(),
        PASSPHRASE.as_bytes().to_vec(),
        b"AGE-SECRET-KEY".to_vec(),
    ]
    .into()
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for form in forms() {
        let found = bytes.windows(form.len()).any(|window| window == form);
        assert!(!found, "{what} holds {}", String::from_utf8_lossy(&form));
    }
}

#[test]
fn a_whole_session_at_the_most_talkative_log_level_shows_no_seed() {
    let mut person = Person::new();
    person.set("LOCKSTEP_LOG", "trace");
    let uris = person.file("uris", format!("otpauth://totp/A:maya?secret={SEED}&issuer=A"));
    let wrong = person.file(
        "wrong",
        "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ1&digits=12",
    );
    let image = person.picture("image.png", &format!("otpauth://totp/A:pic?secret={AWS_SEED}"));
    let new = person.file("new", "a new one");
    let session: [&[&str]; 20] = [
        &["store", "use", "vault"],
        &["add", "--yes", "--uri-file", &uris],
        &["add", "--yes", "--uri-file", &uris],
        &["--json", "add", "--yes", "--uri-file", &wrong],
        &["add", "--yes", "--image", &image, "--image", &wrong],
        &["list"],
        &["--json", "list"],
        &["code", "maya"],
        &["--json", "code", "maya"],
        &["code", "maya", "--pair"],
        &["code", "maya", "--copy"],
        &["edit", "maya", "--note", "n", "--tag", "t"],
        &["remove", "maya", "--yes"],
        &["list", "--trash"],
        &["trash", "restore", "maya"],
        &["store", "status"],
        &["store", "repair"],
        &["doctor"],
        &["--passphrase-file", &new, "list"],
        &["store", "change-passphrase", "--new-passphrase-file", &new],
    ];
    let mut logged = 0;
    for arguments in session {
        let ran = person.run(arguments);
        assert_clean(&format!("stdout of {arguments:?}"), ran.stdout.as_bytes());
        assert_clean(&format!("stderr of {arguments:?}"), ran.stderr.as_bytes());
        logged += ran.stderr.len();
    }
    assert!(logged > 0, "the log did say something");
    let contents = person.contents();
    assert!(contents.len() >= 3, "{contents:?}");
    for (path, bytes) in contents {
        assert_clean(&path.display().to_string(), &bytes);
    }
}

#[test]
fn a_crash_at_any_step_leaves_no_seed_in_a_file() {
    for step in 1..60 {
        let person = Person::with_vault();
        let secret = person.file("secret", SEED);
        let arguments = ["add", "--yes", "--secret-file", &secret, "--issuer", "A"];
        let ran = person.run_in(&arguments, "LOCKSTEP_FAULT", &format!("kill:{step}"));
        for (path, bytes) in person.contents() {
            assert_clean(&format!("{} after step {step}", path.display()), &bytes);
        }
        if ran.signal.is_none() {
            return;
        }
    }
    panic!("it never came to its end");
}

/// A process that waits for the passphrase, already hardened.
struct Waiting(std::process::Child);

impl Waiting {
    fn new(person: &Person) -> Self {
        let arguments = ["--passphrase-file", "-", "code", "maya"];
        let mut child = person.command(&arguments).stdin(Stdio::piped()).spawn().unwrap();
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(PASSPHRASE.as_bytes())
            .unwrap();
        let limits = format!("/proc/{}/limits", child.id());
        let hardened = || {
            let limits = std::fs::read_to_string(&limits).unwrap_or_default();
            limits.lines().any(|line| {
                line.starts_with("Max core file size") && line.split_whitespace().nth(4) == Some("0")
            })
        };
        assert!(
            (0..500).any(|_| {
                std::thread::sleep(std::time::Duration::from_millis(10));
                hardened()
            }),
            "the process does not forbid core dumps"
        );
        Self(child)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_running_process_can_neither_dump_core_nor_be_read_by_its_own_user() {
    let person = Person::with_accounts(&[("A:maya", SEED)]);
    let waiting = Waiting::new(&person);
    let id = waiting.0.id();
    // PR_SET_DUMPABLE 0 hands the files under /proc/PID to root, so that the user's other programs cannot open them.
    // Root itself, whom nothing stops, has no business in this test: the owner of the files is what is looked at.
    let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(format!("/proc/{id}/mem")).unwrap());
    assert_eq!(owner, 0);
    let killed = std::process::Command::new("kill")
        .args(["-ABRT", &id.to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let mut waiting = waiting;
    let status = waiting.0.wait().unwrap();
    assert!(!std::os::unix::process::ExitStatusExt::core_dumped(&status));
}
