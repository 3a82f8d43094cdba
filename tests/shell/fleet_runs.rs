//! Runs over many users in the window: told about, stopped, locked away in the middle, gone on with.

use std::fs;
use std::path::Path;
use std::process::Command;

use lockstep_desktop::fleet::run_view::FleetTally;
use lockstep_desktop::fleet::running::FleetNews;
use lockstep_desktop::fleet::seals::{HandOffWay, SealWay};
use lockstep_desktop::fleet::seen::FleetRequest;
use lockstep_device::backup::open::Keys;
use lockstep_device::hand_off::HandOff;
use lockstep_device::otp::params::OtpParams;
use lockstep_device::otp::{TimeStep, code_at_step};
use lockstep_iam::fleet::standing::UserOutcome;
use lockstep_practice::device::{emits, step_at};
use lockstep_practice::faults::{Fault, FaultKind};
use lockstep_practice::refusal::Refusal;

use crate::desk::{PATIENCE, passphrase};
use crate::fleet::{Admin, chosen, code};

/// More than have a turn at once.
const USERS: usize = 24;

/// The plain users of the practice account.
fn users() -> Vec<String> {
    (1..=USERS).map(|number| format!("user-{number:04}")).collect()
}

impl Admin {
    /// Begins a run over all plain users.
    fn begin(&self) -> String {
        let users = users();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let way = self.way(self.list(&users));
        self.begin_with(&way)
    }

    fn begin_with(&self, way: &HandOffWay) -> String {
        let shell = &self.desk.shell;
        shell.read_fleet(FleetRequest::default()).unwrap();
        let users = users();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        shell.plan_enrolling(&chosen(&users), way).unwrap();
        shell.begin_enrolling().unwrap().run
    }

    /// Waits for the end of the run; the code of what stopped it.
    pub(crate) fn ends(&self) -> Option<String> {
        let FleetNews::Ended {
            problem, accounts, ..
        } = self.ended()
        else {
            return None;
        };
        let problems = accounts.into_iter().map(|account| account.problem);
        problem
            .into_iter()
            .chain(problems)
            .next()
            .map(|problem| problem.code)
    }

    /// Waits for the end of the run.
    pub(crate) fn ended(&self) -> FleetNews {
        loop {
            let news = self.hears();
            if matches!(news, FleetNews::Ended { .. }) {
                return news;
            }
        }
    }

    /// What is heard of the run next.
    fn hears(&self) -> FleetNews {
        loop {
            match self.desk.runs.recv_timeout(PATIENCE).unwrap() {
                FleetNews::Reading { .. } => {}
                news => return news,
            }
        }
    }

    /// What the identity opens in this folder: users and devices, each of which takes the code of its hand-off.
    pub(crate) fn handed_over(&self, folder: &Path) -> Vec<(String, String)> {
        self.handed_over_to(folder, || Keys::none().with_recovery(&self.identity))
    }

    fn handed_over_to(&self, folder: &Path, keys: impl Fn() -> Keys) -> Vec<(String, String)> {
        let practice = self.desk.shell.practice().unwrap();
        let files = fs::read_dir(self.desk.folder.path().join(folder)).unwrap();
        let mut found: Vec<(String, String)> = files
            .map(|file| {
                let file = fs::read(file.unwrap().path()).unwrap();
                let open = HandOff::open("hand-off", &file, &keys()).unwrap();
                let emits = practice.with(|account| {
                    let step = step_at(account.now());
                    let code = code_at_step(&OtpParams::DEFAULT_TOTP, &open.account.seed, TimeStep(step));
                    let of = open.serial.virtual_device().unwrap().account.to_owned();
                    let devices = &account.directory(&of).devices;
                    let device = devices.get(open.serial.as_str());
                    let seed = device.and_then(|device| device.seed.as_ref());
                    seed.is_some_and(|seed| emits(seed, step, code.as_str()))
                });
                assert!(
                    emits,
                    "the hand-off of {} gives another code than its device",
                    open.user
                );
                (open.user, open.serial.to_string())
            })
            .collect();
        found.sort();
        found
    }

    /// The devices that are assigned to them.
    fn assigned(&self) -> Vec<(String, String)> {
        self.desk.shell.practice().unwrap().with(|account| {
            let devices = account.devices().filter(|device| device.user().is_some());
            let mut assigned: Vec<(String, String)> = devices
                .map(|device| {
                    (
                        device.user().unwrap_or_default().to_owned(),
                        device.serial.clone(),
                    )
                })
                .collect();
            assigned.sort();
            assigned
        })
    }

    /// What the `age` command opens with the identity.
    pub(crate) fn with_age(&self, file: &Path) -> String {
        let identity = self.path("identity.txt");
        fs::write(&identity, self.identity.to_text().as_bytes()).unwrap();
        let mut age = Command::new("age");
        age.args(["--decrypt", "--identity"]).arg(identity).arg(file);
        let output = age.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn plan_fault(&self, fault: Fault) {
        let practice = self.desk.shell.practice().unwrap();
        practice.with(|account| account.plan_fault(fault));
    }

    /// Makes each new device take so long that there is a middle of the run.
    fn slow(&self) {
        let slow = FaultKind::Slow { milliseconds: 400 };
        self.plan_fault(Fault::on("CreateVirtualMFADevice", slow).times(100));
    }

    fn tally(&self, run: &str) -> FleetTally {
        self.desk.shell.fleet_run(run).unwrap().tally
    }
}

#[test]
fn each_chosen_user_gets_a_device_and_a_hand_off_and_each_turn_is_told() {
    let admin = Admin::new();
    let run = admin.begin();
    let mut turns = vec![];
    let problem = loop {
        match admin.hears() {
            FleetNews::Turn {
                user, outcome, total, ..
            } => {
                assert_eq!((outcome, total), (UserOutcome::Enrolled, 24));
                turns.push(user);
            }
            FleetNews::Ended { problem, .. } => break problem,
            FleetNews::Reading { .. } => {}
        }
    };
    turns.sort();
    assert_eq!((turns, problem), (users(), None));
    let report = admin.desk.shell.fleet_run(&run).unwrap();
    let table = admin.path("run.csv");
    admin.desk.shell.save_run_report(&run, &table).unwrap();
    assert_eq!(fs::read_to_string(table).unwrap().lines().count(), 1 + USERS);
    assert!(report.is_finished && !report.is_running);
    assert_eq!(report.tally.enrolled, 24);
    assert_eq!(
        report.users[0].hand_off.as_deref(),
        Some("user-0001@111122223333.lockstep")
    );
    assert_eq!(admin.handed_over(Path::new("out")), admin.assigned());
    assert_eq!(
        admin.desk.shell.authenticator().unwrap().accounts().accounts,
        vec![]
    );
}

#[test]
fn a_run_that_is_stopped_finishes_who_has_a_turn_and_is_gone_on_with() {
    let admin = Admin::new();
    admin.slow();
    let run = admin.begin();
    assert_eq!(code(admin.desk.shell.resume_fleet_run(&run)), "fleet-busy");
    admin.hears();
    admin.desk.shell.stop_fleet_run();
    assert_eq!(admin.ends().as_deref(), Some("aws-run-stopped"));
    let tally = admin.tally(&run);
    assert!(
        tally.enrolled >= 1 && tally.open >= 1 && tally.failed == 0,
        "{tally:?}"
    );
    assert_eq!(admin.handed_over(Path::new("out")), admin.assigned());

    admin.desk.shell.resume_fleet_run(&run).unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!(admin.tally(&run).enrolled, 24);
    assert_eq!(admin.handed_over(Path::new("out")), admin.assigned());
}

#[test]
fn locking_in_the_middle_loses_nothing_and_the_run_is_gone_on_with() {
    let admin = Admin::new();
    admin.slow();
    let run = admin.begin();
    admin.hears();
    admin.desk.shell.lock();
    assert_eq!(admin.ends().as_deref(), Some("aws-run-stopped"));
    admin.desk.unlock();
    assert!(!admin.desk.shell.fleet_runs().unwrap()[0].is_finished);
    assert_eq!(code(admin.desk.shell.resume_fleet_run(&run)), "aws-not-connected");
    admin.desk.connect("admin");
    admin.desk.shell.resume_fleet_run(&run).unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!(admin.tally(&run).enrolled, 24);
    assert_eq!(admin.handed_over(Path::new("out")), admin.assigned());
}

#[test]
fn who_fails_is_said_with_the_reason_and_gets_another_turn() {
    let admin = Admin::new();
    let limit = Refusal::quota("MFADevicesPerUser", 8);
    admin.plan_fault(Fault::on("EnableMFADevice", FaultKind::Refused(limit)));
    admin.plan_fault(Fault::on("CreateVirtualMFADevice", FaultKind::LostAnswer).skip(3));
    let run = admin.begin();
    assert_eq!(admin.ends(), None);
    let report = admin.desk.shell.fleet_run(&run).unwrap();
    assert_eq!((report.tally.failed, report.tally.enrolled), (1, 23));
    assert!(!report.is_finished);
    let failed = report
        .users
        .iter()
        .find(|user| user.outcome == UserOutcome::Failed);
    let problem = failed.unwrap().problem.clone().unwrap();
    assert_eq!(problem.code, "aws-device-limit");
    assert!(
        !problem.message.is_empty() && !problem.remedy.is_empty(),
        "{problem:?}"
    );
    admin.desk.shell.resume_fleet_run(&run).unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!(admin.handed_over(Path::new("out")), admin.assigned());
    assert!(
        admin.desk.shell.plan_sweep().unwrap().orphans.is_empty(),
        "no device is left behind"
    );
}

#[test]
fn a_permission_that_is_missing_stops_the_run_and_says_so() {
    let admin = Admin::new();
    let denied = Refusal::access_denied("not authorized to perform: iam:EnableMFADevice");
    admin.plan_fault(Fault::on("EnableMFADevice", FaultKind::Refused(denied)).times(100));
    let run = admin.begin();
    assert_eq!(admin.ends().as_deref(), Some("aws-access-denied"));
    let practice = admin.desk.shell.practice().unwrap();
    practice.with(lockstep_practice::account::Account::clear_faults);
    admin.desk.shell.resume_fleet_run(&run).unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!(admin.handed_over(Path::new("out")), admin.assigned());
}

#[test]
fn passphrases_that_are_made_are_on_the_sheet_and_nowhere_else() {
    let admin = Admin::new();
    let sheet = admin.path("sheet.age");
    let way = HandOffWay {
        seal: SealWay::Generated {
            sheet: sheet.clone(),
            recipients: admin.identity.recipient(),
        },
        folder: admin.path("out"),
        keep_copies: true,
        device_path: Some("/fleet/".to_owned()),
        tags: vec!["team=ops".to_owned()],
    };
    let run = admin.begin_with(&way);
    assert_eq!(admin.ends(), None);
    let practice = admin.desk.shell.practice().unwrap();
    practice.with(|account| {
        for device in account.devices() {
            assert!(device.serial.contains(":mfa/fleet/"), "{}", device.serial);
            assert_eq!(device.tags.get("team").map(String::as_str), Some("ops"));
        }
    });
    let text = admin.with_age(&sheet);
    let first = text
        .lines()
        .find_map(|line| line.strip_prefix("user-0001,"))
        .unwrap();
    let told = serde_json::to_string(&admin.desk.shell.fleet_run(&run).unwrap()).unwrap();
    assert!(!told.contains(first));
    let file = fs::read(admin.path("out/user-0001@111122223333.lockstep")).unwrap();
    let opened = HandOff::open("x", &file, &Keys::none().with_passphrase(passphrase(first)));
    assert_eq!(opened.unwrap().user, "user-0001");
    let kept = admin
        .desk
        .shell
        .authenticator()
        .unwrap()
        .accounts()
        .accounts
        .len();
    assert_eq!(kept, 24, "copies were wanted");
    admin.desk.shell.read_fleet(FleetRequest::default()).unwrap();
    admin.desk.shell.plan_enrolling(&chosen(&["maya"]), &way).unwrap();
    assert_eq!(
        code(admin.desk.shell.begin_enrolling()),
        "file-failed",
        "the sheet is not written over"
    );
}
