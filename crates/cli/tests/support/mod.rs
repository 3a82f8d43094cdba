//! A data folder of its own and the built binary, with an environment in which nothing else of this machine is seen.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its part, and a test may fail loudly"
)]

pub(crate) mod aws;

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::show::Place;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::passphrase::Passphrase;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::SystemClock;
use serde_json::Value;
use tempfile::TempDir;

/// The seed of RFC 6238's appendix B, in base32.
pub(crate) const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Another one, of the length AWS gives.
pub(crate) const AWS_SEED: &str = "K5QXEYLUMFZGKZDPNZUXG2DFMFZGC3TEONUGC3DMNFZGK3TFMVSG6ZDFMVRWKZDFMVRWKZDF";

pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

/// One person's data folder, and the files they hand over.
pub(crate) struct Person {
    folder: TempDir,
    environment: Vec<(String, Option<String>)>,
}

/// What a run of the binary left.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Person {
    /// Somebody without a keyring and without anything stored.
    pub(crate) fn new() -> Self {
        // In memory where there is such a place: thousands of writes that are each synced to a disk take minutes.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let folder = folder.unwrap();
        std::fs::write(folder.path().join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
        Self {
            folder,
            environment: vec![],
        }
    }

    /// Somebody with an empty vault.
    pub(crate) fn with_vault() -> Self {
        let person = Self::new();
        person.run(&["store", "use", "vault"]).succeeds();
        person
    }

    /// Somebody with a vault and these accounts in it: `issuer:name` and a secret.
    pub(crate) fn with_accounts(accounts: &[(&str, &str)]) -> Self {
        let person = Self::with_vault();
        for (label, secret) in accounts {
            person.add(label, secret);
        }
        person
    }

    /// Every command from now on sees this variable.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), Some(value.to_owned())));
    }

    /// No command from now on sees this variable.
    pub(crate) fn unset(&mut self, name: &str) {
        self.environment.push((name.to_owned(), None));
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A file this person has, with these bytes in it.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A picture of the QR code of `text`.
    pub(crate) fn picture(&self, name: &str, text: &str) -> String {
        self.file(name, png(text))
    }

    /// Adds an account by its secret and gives its id.
    pub(crate) fn add(&self, label: &str, secret: &str) -> String {
        let (issuer, name) = label.split_once(':').unwrap();
        let arguments = [
            "--json",
            "add",
            "--yes",
            "--secret-file",
            "-",
            "--issuer",
            issuer,
            "--name",
            name,
        ];
        let ran = self.run_with(&arguments, secret);
        ran.succeeds().json()["accounts"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The binary with these arguments, in this person's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("LOCKSTEP_HOME", self.home())
            .env("LOCKSTEP_PASSPHRASE_FILE", self.folder.path().join("passphrase"))
            .env("LOCKSTEP_TEST_WORK_FACTOR", "1")
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// The same with something on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // A command that fails before it reads leaves a broken pipe.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// The same with one more variable in the environment.
    pub(crate) fn run_in(&self, arguments: &[&str], name: &str, value: &str) -> Ran {
        self.command(arguments).env(name, value).output().unwrap().into()
    }

    /// The names of the accounts, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let listed = self.run(&["--json", "list"]).succeeds().json();
        let accounts = listed["accounts"].as_array().unwrap();
        accounts
            .iter()
            .map(|account| account["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The code of an account at a moment.
    pub(crate) fn code_at(&self, query: &str, seconds: u64) -> String {
        self.run(&["code", query, "--at", &seconds.to_string()])
            .succeeds()
            .stdout
            .trim()
            .to_owned()
    }

    /// The accounts of the vault, opened here instead of in the binary.
    pub(crate) fn authenticator(&self) -> Authenticator {
        let home = Home {
            folder: self.home(),
            clock: Arc::new(SystemClock),
            faults: Faults::none(),
        };
        let passphrase = Passphrase::new(PASSPHRASE.to_owned().into()).unwrap();
        Authenticator::open(home, Access::Vault(&passphrase)).unwrap()
    }

    /// Says that the account `query` is this device in AWS.
    pub(crate) fn bind(&self, query: &str, serial: &str) {
        let authenticator = self.authenticator();
        let account = authenticator.find(query, Place::Live).unwrap();
        let serial = SerialNumber::try_from(serial.to_owned()).unwrap();
        authenticator.bind(&account.id, serial).unwrap();
    }

    /// Writes the AWS configuration file where the AWS tools look for it.
    pub(crate) fn aws_config(&self, text: &str) -> PathBuf {
        let folder = self.folder.path().join(".aws");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("config");
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Every file under the data folder with its bytes, to see that nothing changed.
    pub(crate) fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = vec![];
        walk(&self.home(), &mut found);
        found.sort();
        found
    }
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(
            self.code,
            Some(0),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {:?}", self.stdout))
    }

    /// Exit code, stdout and stderr in one text for a snapshot, with this person's folder taken out.
    pub(crate) fn shown(&self, person: &Person) -> String {
        let text = format!(
            "exit {:?}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.stdout, self.stderr
        );
        text.replace(person.folder().to_str().unwrap(), "[folder]")
    }
}

/// A PNG of the QR code of `text`.
pub(crate) fn png(text: &str) -> Vec<u8> {
    lockstep_device::qr::encode::modules(text)
        .unwrap()
        .to_png(8)
        .unwrap()
        .to_vec()
}

/// A Key URI with RFC 6238's seed.
pub(crate) fn uri(label: &str, more: &str) -> String {
    format!("otpauth://totp/{label}?secret={SEED}{more}")
}
