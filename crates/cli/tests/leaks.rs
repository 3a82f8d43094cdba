//! Where a seed must never be: standard output, standard error, the log at its most talkative, any file in the data
//! folder, and the memory as others can see it.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

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
        SECRET_KEY.as_bytes().to_vec(),
    ]
    .into()
}

/// The secret of an access key.
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

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
    let keys = person.file("keys", format!("AKIAEXAMPLEEXAMPLE\n{SECRET_KEY}\n"));
    let session: [&[&str]; 24] = [
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
        &["aws", "pair", "maya"],
        &["aws", "keys", "add", "work", "--key-file", &keys],
        &[
            "--aws-keys",
            "work",
            "--endpoint-url",
            "http://127.0.0.1:1",
            "aws",
            "whoami",
        ],
        &[
            "--aws-keys",
            "work",
            "--endpoint-url",
            "http://127.0.0.1:1",
            "aws",
            "enrol",
        ],
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

/// The user `nobody`, whom the tests play when they run as root: root could look into any process.
const NOBODY: u32 = 65534;

/// A process that has read a seed and waits for the rest of it, run by somebody who is not root.
struct Waiting {
    child: Child,
    user: u32,
    _folder: tempfile::TempDir,
}

impl Waiting {
    fn new(person: &Person) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let binary = folder.path().join("lockstep");
        std::fs::copy(env!("CARGO_BIN_EXE_lockstep"), &binary).unwrap();
        let user = match std::fs::metadata(folder.path()).unwrap().uid() {
            0 => NOBODY,
            user => user,
        };
        let template = person.command(&["add", "--yes", "--secret-file", "-", "--issuer", "A"]);
        let mut command = Command::new(&binary);
        command
            .args(template.get_args())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if user == NOBODY {
            command.uid(user).gid(user);
        }
        let mut child = command
            .env("LOCKSTEP_HOME", "/nowhere")
            .current_dir("/")
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(SEED.as_bytes()).unwrap();
        let waiting = Self {
            child,
            user,
            _folder: folder,
        };
        // Asleep in a read of the pipe, so the seed is out of it. A kernel that hides the place shows the sleep alone.
        let asleep = || {
            waiting
                .proc("wchan")
                .is_ok_and(|place| place.contains("pipe_read"))
        };
        let sleeps = || waiting.proc("stat").is_ok_and(|stat| stat.contains(") S "));
        let mut waited = 0;
        while !(asleep() || (sleeps() && waited > 100)) {
            waited += 1;
            assert!(waited < 1000, "the process never came to read its input");
            std::thread::sleep(Duration::from_millis(10));
        }
        waiting
    }

    fn proc(&self, file: &str) -> std::io::Result<String> {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id()))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // It may have been ended by the test already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_process_with_a_seed_in_memory_is_closed_to_the_user_s_other_programs() {
    let waiting = Waiting::new(&Person::new());
    let memory = format!("/proc/{}/mem", waiting.child.id());
    assert_ne!(
        std::fs::metadata(&memory).unwrap().uid(),
        waiting.user,
        "PR_SET_DUMPABLE is 0"
    );
    let mut reader = Command::new("head");
    reader
        .args(["-c", "1", &memory])
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if waiting.user == NOBODY {
        reader.uid(waiting.user).gid(waiting.user);
    }
    let refused = reader.output().unwrap();
    assert!(!refused.status.success());
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("Permission denied")
    );
}

#[test]
fn a_process_with_a_seed_in_memory_that_crashes_leaves_no_core_dump() {
    let mut waiting = Waiting::new(&Person::new());
    let limits = waiting.proc("limits").unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"],
        "{core}"
    );
    let killed = Command::new("kill")
        .args(["-ABRT", &waiting.child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let status = waiting.child.wait().unwrap();
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
}
