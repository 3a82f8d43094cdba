//! A device of AWS's: enrolled, replaced and retired on the command line, it comes, changes and goes in the open window.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lockstep_practice::account::Call;
use lockstep_practice::announcement::ProfileFile;
use lockstep_practice::server::{Options, Practice};

use crate::browser::Window;
use crate::machine::{Machine, in_time};

/// A practice account, and the command line of somebody who has a profile for it.
pub(crate) struct Aws<'a> {
    pub(crate) practice: Practice,
    pub(crate) profiles: ProfileFile,
    machine: &'a Machine,
}

impl<'a> Aws<'a> {
    pub(crate) fn new(machine: &'a Machine, alias: &str) -> Self {
        let practice = Practice::start(Options {
            alias: Some(alias.to_owned()),
            ..Options::default()
        });
        let practice = practice.unwrap();
        // So that her devices are called by the account's alias.
        practice.with(|account| {
            account.set_policy("maya", POLICY).unwrap();
        });
        Self {
            profiles: ProfileFile::write(&practice).unwrap(),
            practice,
            machine,
        }
    }

    /// `lockstep` with these arguments, as the user `maya`.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.machine.command(program().to_str().unwrap());
        command
            .args(arguments)
            .env("AWS_CONFIG_FILE", self.profiles.path())
            .env("AWS_PROFILE", "practice")
            .stdin(Stdio::null());
        command
    }

    /// Runs it for somebody who watches: what it says is shown as it comes.
    pub(crate) fn show(&self, what: &str, arguments: &[&str]) {
        println!("{what}\n$ lockstep {}", arguments.join(" "));
        let status = self.command(arguments).status().unwrap();
        assert!(status.success(), "lockstep {arguments:?}");
    }

    /// What it prints; it has to succeed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "lockstep {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The serial numbers of the devices that are there.
    fn devices(&self) -> Vec<String> {
        self.practice
            .with(|account| account.devices().map(|device| device.serial.clone()).collect())
    }
}

/// The command line is built beside the app.
pub(crate) fn program() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_lockstep-desktop")).with_file_name("lockstep")
}

#[tokio::test]
async fn a_device_enrolled_on_the_command_line_gives_its_codes_in_the_open_window_until_it_is_retired() {
    in_time(a_device_s_life()).await;
}

async fn a_device_s_life() {
    let machine = Machine::with_keyring();
    let aws = Aws::new(&machine, "halden-prod");
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    aws.run(&["aws", "enrol", "--no-verify"]);
    window.find("[data-account-id]").await;
    window.says("halden-prod").await;
    let shown = window
        .until(
            "a code",
            "const code = document.querySelector(\"[data-account-id] [data-testid='code']\");
             return code?.textContent.replace(/\\D/g, '') || null",
        )
        .await;
    let code = shown.as_str().unwrap().to_owned();
    let serial = aws.devices().pop().unwrap();
    let taken = aws.practice.with(|account| account.emits(&serial, &code));
    assert!(taken, "AWS would take {code}, which the window shows");

    aws.run(&["aws", "retire", "--yes", &serial]);
    window.gone("[data-account-id]").await;
    assert_eq!(aws.devices(), Vec::<String>::new());
    let sessions = aws.practice.with(|account| {
        let made = |call: &&Call| call.operation == "GetSessionToken" && call.status == 200;
        account.calls().iter().filter(made).count()
    });
    assert_eq!(sessions, 1, "it was retired in a session made with its own code");
}

/// What `maya` may do: everything with her own devices once she has signed in with one, and see the account's alias.
const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["iam:*MFADevice*", "iam:GetUser"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["iam:ListAccountAliases"], "Resource": "*"},
    {"Effect": "Deny", "Action": ["iam:Deactivate*", "iam:Delete*"], "Resource": "*",
     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
]}"#;
