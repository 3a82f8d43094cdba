//! A practice account in the test's own process, and somebody with a vault who has a profile for it. Both go by one clock,
//! which waiting turns.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use lockstep_device::time::{Clock, SystemClock, TimeError, UnixTime};
use lockstep_practice::account::Account;
use lockstep_practice::server::{Options, Practice};

use super::{Person, Ran};

/// The system's clock, ahead by as many seconds as a file says.
#[derive(Clone)]
struct TestClock(PathBuf);

impl TestClock {
    fn ahead(&self) -> i64 {
        std::fs::read_to_string(&self.0).unwrap().trim().parse().unwrap()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Result<UnixTime, TimeError> {
        let seconds = SystemClock.now()?.seconds();
        Ok(UnixTime::from_seconds(
            seconds.saturating_add_signed(self.ahead()),
        ))
    }
}

/// A practice account and its clock.
pub(crate) struct World {
    pub(crate) practice: Practice,
    clock: TestClock,
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock(folder.path().join("clock"));
        std::fs::write(&clock.0, "0").unwrap();
        let practice = Practice::start(Options {
            clock: Arc::new(clock.clone()),
            alias: Some("halden-prod".to_owned()),
            propagation: Duration::from_secs(6),
            ..Options::default()
        });
        Self {
            practice: practice.unwrap(),
            clock,
            folder,
        }
    }

    /// Somebody with an empty vault and a profile of this user's, which is the default one.
    pub(crate) fn person(&self, user: &str) -> Person {
        let mut person = Person::with_vault();
        person.set("LOCKSTEP_TEST_CLOCK", self.clock.0.to_str().unwrap());
        person.set("AWS_CONFIG_FILE", self.profile(user).to_str().unwrap());
        person
    }

    /// A configuration file whose default profile has this user's keys.
    pub(crate) fn profile(&self, user: &str) -> PathBuf {
        let keys = self.practice.with(|account| account.keys_of(user));
        let path = self.folder.path().join(format!("config-{user}"));
        let text = format!(
            "[default]\nregion = us-east-1\nendpoint_url = {}\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            self.practice.endpoint(),
            keys.access_key_id,
            keys.secret_access_key
        );
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Lets so many seconds pass.
    pub(crate) fn turn(&self, seconds: i64) {
        let beside = self.folder.path().join("clock.new");
        std::fs::write(&beside, (self.clock.ahead() + seconds).to_string()).unwrap();
        std::fs::rename(&beside, &self.clock.0).unwrap();
    }

    /// The virtual devices that are there, with whose they are.
    pub(crate) fn devices(&self) -> Vec<(String, Option<String>)> {
        self.practice.with(|account| {
            let devices = account.devices().filter(|device| device.serial.contains(":mfa/"));
            devices
                .map(|device| {
                    let owner = device.assigned.as_ref();
                    (
                        device.serial.clone(),
                        owner.map(|assignment| assignment.user.clone()),
                    )
                })
                .collect()
        })
    }

    /// How often an operation was called since the last reset, answered well or not.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.practice.with(|account| {
            let calls = account.calls();
            calls.iter().filter(|call| call.operation == operation).count()
        })
    }

    pub(crate) fn forget_calls(&self) {
        self.practice.with(Account::reset_calls);
    }

    /// Whether STS would take the code that `person` shows for this device.
    pub(crate) fn takes_code(&self, person: &Person, serial: &str) -> bool {
        let code = person.run(&["code", serial]).succeeds().stdout;
        self.practice.with(|account| account.emits(serial, code.trim()))
    }
}

/// The serial numbers of a person's accounts in use.
pub(crate) fn serials(person: &Person) -> Vec<String> {
    let listed = person.run(&["--json", "list"]).succeeds().json();
    let accounts = listed["accounts"].as_array().unwrap().iter();
    accounts
        .filter_map(|account| account["serial"].as_str().map(str::to_owned))
        .collect()
}

/// Enrols and gives the serial number.
pub(crate) fn enrol(person: &Person) -> String {
    let ran: Ran = person.run(&["--json", "aws", "enrol"]).succeeds();
    ran.json()["serial"].as_str().unwrap().to_owned()
}

/// What has to hold when nothing is under way: what is here is what is there, all of it works, and nothing is left behind.
#[track_caller]
pub(crate) fn is_whole(world: &World, person: &Person, user: &str, devices: usize, context: &str) {
    let there = world.devices();
    let mut mine: Vec<String> = there
        .iter()
        .filter(|(_, owner)| owner.as_deref() == Some(user))
        .map(|(serial, _)| serial.clone())
        .collect();
    assert!(
        there.iter().all(|(_, owner)| owner.is_some()),
        "{context}: left behind: {there:?}"
    );
    let mut here = serials(person);
    mine.sort();
    here.sort();
    assert_eq!(here, mine, "{context}: what is here is what is there");
    assert_eq!(here.len(), devices, "{context}");
    for serial in &here {
        assert!(
            world.takes_code(person, serial),
            "{context}: AWS takes the code of {serial}"
        );
    }
}

/// A file of the tests beside the sources.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A program in this person's environment, with this person's AWS configuration.
pub(crate) fn in_place_of(person: &Person, mut program: Command) -> Command {
    let template = person.command(&[]);
    for (name, value) in template.get_envs() {
        if let Some(value) = value {
            program.env(name, value);
        }
    }
    program
}

/// What a program printed; it has to have succeeded.
#[track_caller]
pub(crate) fn stdout(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}
