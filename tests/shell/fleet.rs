//! All users of an account in the window: seen, planned for, helped, swept after and reported on.

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_desktop::aws::choice::AwsChoice;
use lockstep_desktop::error::{CommandError, ShellError};
use lockstep_desktop::fleet::enrolling::{ChosenUser, LeftOutReason};
use lockstep_desktop::fleet::report::FleetFormat;
use lockstep_desktop::fleet::running::FleetNews;
use lockstep_desktop::fleet::seals::{HandOffWay, SealWay, SealedTo};
use lockstep_desktop::fleet::seen::FleetRequest;
use lockstep_desktop::fleet::sweeping::OrphanFate;
use lockstep_desktop::fleet::view::{FleetMember, FleetMfa, FleetView};
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_iam::fleet::line::FleetFinding;
use lockstep_practice::device::{Assignment, Device, Kind, new_seed};

use crate::desk::Desk;

/// An administrator of the practice account, with a key that opens what is sealed to it.
pub(crate) struct Admin {
    pub(crate) desk: Desk,
    pub(crate) identity: RecoveryIdentity,
}

impl Admin {
    pub(crate) fn new() -> Self {
        let desk = Desk::new();
        desk.connect("admin");
        Self {
            desk,
            identity: RecoveryIdentity::generate(),
        }
    }

    /// A list with this key for each of these users.
    pub(crate) fn list(&self, users: &[&str]) -> PathBuf {
        let recipient = self.identity.recipient();
        let lines = users.iter().map(|user| format!("{user},{recipient}\n"));
        let path = self.path("keys.csv");
        fs::write(&path, lines.collect::<String>()).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.desk.folder.path().join(name)
    }

    /// Sealed to the keys of this list.
    pub(crate) fn way(&self, list: PathBuf) -> HandOffWay {
        HandOffWay {
            seal: SealWay::Recipients { path: list },
            folder: self.path("out"),
            keep_copies: false,
            device_path: None,
            tags: vec![],
        }
    }

    /// Gives the user a virtual device that is not made here.
    pub(crate) fn give_device(&self, user: &str) -> String {
        let serial = self.leave_device(&format!("{user}-old"));
        self.desk.shell.practice().unwrap().with(|account| {
            let since = account.now();
            account.home.devices.get_mut(&serial).unwrap().assigned = Some(Assignment {
                user: user.to_owned(),
                since,
                skew: 0,
            });
        });
        serial
    }

    /// A virtual device that is nobody's.
    fn leave_device(&self, name: &str) -> String {
        self.desk.shell.practice().unwrap().with(|account| {
            let serial = account.home.arn(&format!("mfa/{name}"));
            let kind = Kind::Virtual {
                path: "/".to_owned(),
                name: name.to_owned(),
            };
            let device = Device::new(serial.clone(), kind, Some(new_seed()));
            account.home.devices.insert(serial.clone(), device);
            serial
        })
    }
}

impl Desk {
    /// Connects to the practice account as this user.
    pub(crate) fn connect(&self, user: &str) {
        let choice = AwsChoice::Practice(user.to_owned());
        self.shell.connect_aws(choice).unwrap();
    }
}

/// A user of the practice account.
pub(crate) fn home(user: &str) -> ChosenUser {
    ChosenUser {
        account: "111122223333".to_owned(),
        user: user.to_owned(),
    }
}

pub(crate) fn chosen(users: &[&str]) -> Vec<ChosenUser> {
    users.iter().map(|user| home(user)).collect()
}

pub(crate) fn code<T>(answer: Result<T, ShellError>) -> String {
    CommandError::from(answer.err().unwrap()).code
}

fn member<'v>(view: &'v FleetView, user: &str) -> &'v FleetMember {
    view.users.iter().find(|member| member.user == user).unwrap()
}

#[test]
fn everybody_is_shown_with_devices_and_what_is_to_be_said_about_them() {
    let admin = Admin::new();
    let serial = admin.give_device("user-0003");
    let view = admin.desk.shell.read_fleet(FleetRequest::default()).unwrap();
    assert!(view.users.len() >= 26, "{}", view.users.len());
    assert_eq!(view.accounts[0].root.mfa, Some(false));
    assert_eq!(view.accounts[0].remarks, vec![]);
    let bare = member(&view, "user-0001");
    assert_eq!(bare.mfa, FleetMfa::Missing);
    assert_eq!(bare.findings, vec![FleetFinding::NoMfa]);
    let one = member(&view, "user-0003");
    assert_eq!((one.mfa, &one.devices[0].serial), (FleetMfa::There, &serial));
    assert_eq!(one.findings, vec![FleetFinding::OneDevice]);
    assert!(member(&view, "admin").is_caller && !bare.is_caller);
}

#[test]
fn what_may_not_be_seen_is_unknown_and_never_nothing() {
    let admin = Admin::new();
    let practice = admin.desk.shell.practice().unwrap();
    practice
        .with(|account| account.set_policy("maya", LIST_USERS))
        .unwrap();
    admin.desk.connect("maya");
    let view = admin.desk.shell.read_fleet(FleetRequest::default()).unwrap();
    assert_eq!(member(&view, "user-0001").mfa, FleetMfa::Unknown);
    assert_eq!(member(&view, "user-0001").active_access, None);
    assert_eq!(
        (view.accounts[0].root.mfa, view.accounts[0].unassigned),
        (None, None)
    );
    assert!(
        view.accounts[0].remarks.iter().all(|remark| remark.denied) && view.accounts[0].remarks.len() >= 3
    );

    let all = chosen(&["user-0001"]);
    let way = admin.way(admin.list(&["user-0001"]));
    let plan = admin.desk.shell.plan_enrolling(&all, &way).unwrap();
    assert_eq!(plan.accounts[0].enrol, vec![]);
    assert_eq!(plan.accounts[0].left_out[0].reason, LeftOutReason::Unknown);
}

#[test]
fn a_plan_says_what_becomes_of_each_chosen_user_and_does_nothing() {
    let admin = Admin::new();
    admin.give_device("user-0003");
    admin.desk.shell.read_fleet(FleetRequest::default()).unwrap();
    let way = admin.way(admin.list(&["USER-0001", "user-0003", "admin", "user-0009"]));
    let four = chosen(&["user-0001", "user-0002", "user-0003", "admin"]);
    let plan = admin.desk.shell.plan_enrolling(&four, &way).unwrap();
    let enrolled: Vec<_> = plan.accounts[0]
        .enrol
        .iter()
        .map(|row| (&*row.user, row.sealed_to))
        .collect();
    assert_eq!(enrolled, [("user-0001", SealedTo::Age { recipients: 1 })]);
    let left: Vec<_> = plan.accounts[0]
        .left_out
        .iter()
        .map(|row| (&*row.user, row.reason))
        .collect();
    let expected = [
        ("admin", LeftOutReason::Caller),
        ("user-0002", LeftOutReason::NoKey),
        ("user-0003", LeftOutReason::HasDevice),
    ];
    assert_eq!(left, expected);
    assert_eq!(plan.spare_lines, 3);
    assert!(!admin.path("out").exists());
}

#[test]
fn what_cannot_be_planned_is_refused_with_its_reason() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let way = admin.way(admin.list(&["user-0001"]));
    assert_eq!(code(shell.plan_enrolling(&[], &way)), "fleet-not-read");
    shell.read_fleet(FleetRequest::default()).unwrap();
    let elsewhere = HandOffWay {
        folder: PathBuf::from("out"),
        ..way.clone()
    };
    assert_eq!(code(shell.plan_enrolling(&[], &elsewhere)), "path-relative");
    let nowhere = HandOffWay {
        folder: PathBuf::new(),
        ..way.clone()
    };
    assert_eq!(code(shell.plan_enrolling(&[], &nowhere)), "path-missing");
    for (device_path, tags) in [
        (Some("fleet".to_owned()), vec![]),
        (None, vec!["team".to_owned()]),
    ] {
        let wrong = HandOffWay {
            device_path,
            tags,
            ..way.clone()
        };
        let users = chosen(&["user-0001"]);
        assert_eq!(code(shell.plan_enrolling(&users, &wrong)), "aws-name-invalid");
    }
    let absent = admin.way(admin.path("absent.csv"));
    assert_eq!(code(shell.plan_enrolling(&[], &absent)), "list-unreadable");
    fs::write(admin.path("bad.csv"), "user-0001,hello\n").unwrap();
    let bad = admin.way(admin.path("bad.csv"));
    assert_eq!(code(shell.plan_enrolling(&[], &bad)), "aws-key-list-invalid");
    assert_eq!(code(shell.begin_enrolling()), "nothing-planned");
}

#[test]
fn a_plan_and_a_reading_are_forgotten_with_the_lock_and_with_another_connection() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let way = admin.way(admin.list(&["user-0001"]));
    shell.read_fleet(FleetRequest::default()).unwrap();
    shell.plan_enrolling(&chosen(&["user-0001"]), &way).unwrap();
    shell.lock();
    admin.desk.unlock();
    admin.desk.connect("admin");
    assert_eq!(code(shell.begin_enrolling()), "nothing-planned");
    assert_eq!(code(shell.fleet_report_name(FleetFormat::Csv)), "fleet-not-read");
    shell.read_fleet(FleetRequest::default()).unwrap();
    admin.desk.connect("maya");
    assert_eq!(code(shell.plan_enrolling(&[], &way)), "fleet-not-read");
}

#[test]
fn the_report_is_written_as_a_table_as_json_and_as_a_page() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    shell.read_fleet(FleetRequest::default()).unwrap();
    let written = |format| {
        let path = admin.path(&shell.fleet_report_name(format).unwrap());
        shell.save_fleet_report(format, &path).unwrap();
        fs::read_to_string(path).unwrap()
    };
    assert!(written(FleetFormat::Csv).starts_with("record,account,"));
    let json: serde_json::Value = serde_json::from_str(&written(FleetFormat::Json)).unwrap();
    assert_eq!(json["accounts"][0]["account"], "111122223333");
    let page = written(FleetFormat::Html);
    assert!(page.contains("user-0024") && !page.contains("<script"));
}

#[test]
fn devices_that_are_nobody_s_are_shown_first_and_deleted_then() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let serial = admin.leave_device("left-behind");
    assert_eq!(code(shell.sweep_fleet()), "nothing-planned");
    let shown = shell.plan_sweep().unwrap();
    assert_eq!(
        (&shown.orphans[0].serial, shown.orphans[0].fate),
        (&serial, OrphanFate::Goes)
    );
    let device = |account: &mut lockstep_practice::account::Account| account.device(&serial).is_some();
    assert!(shell.practice().unwrap().with(device));
    assert_eq!(shell.sweep_fleet().unwrap().orphans[0].fate, OrphanFate::Deleted);
    assert!(!shell.practice().unwrap().with(device));
}

#[test]
fn who_lost_the_phone_loses_the_old_device_and_is_left_without_or_gets_a_new_one() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let old = admin.give_device("user-0003");
    shell.read_fleet(FleetRequest::default()).unwrap();
    assert_eq!(shell.fleet_devices(&home("user-0003")).unwrap()[0].serial, old);
    let unlisted = admin.way(admin.list(&["user-0001"]));
    let refused = shell.recover_user(&home("user-0003"), Some(&unlisted));
    assert_eq!(code(refused), "key-missing");
    assert_eq!(
        shell.fleet_devices(&home("user-0003")).unwrap().len(),
        1,
        "nothing is taken"
    );

    let done = shell.recover_user(&home("user-0003"), None).unwrap();
    assert_eq!((done.taken, done.run), (vec![old], None));
    assert_eq!(shell.fleet_devices(&home("user-0003")).unwrap(), vec![]);

    let way = admin.way(admin.list(&["user-0003"]));
    let run = shell
        .recover_user(&home("user-0003"), Some(&way))
        .unwrap()
        .run
        .unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!(shell.fleet_run(&run).unwrap().tally.enrolled, 1);
    let now = shell.fleet_devices(&home("user-0003")).unwrap();
    assert_eq!(
        admin.handed_over(Path::new("out")),
        [("user-0003".to_owned(), now[0].serial.clone())]
    );
    assert_eq!(code(shell.recover_user(&home("admin"), None)), "aws-own-devices");
}

/// May see who there is, and nothing else.
const LIST_USERS: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["iam:ListUsers"], "Resource": "*"}
]}"#;

#[test]
fn only_the_users_are_read_who_meet_every_condition_and_it_is_told_how_far_reading_has_come() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let all = shell.read_fleet(FleetRequest::default()).unwrap().users;
    let listed = admin.desk.runs.try_iter().last().unwrap();
    let count = u32::try_from(all.len()).unwrap();
    assert_eq!(
        listed,
        FleetNews::Reading {
            listed: count,
            asked: 0,
            of: 0,
            accounts: 0,
            accounts_done: 0
        }
    );
    let exactly = FleetRequest {
        exact: true,
        ..FleetRequest::default()
    };
    shell.read_fleet(exactly).unwrap();
    let told: Vec<FleetNews> = admin.desk.runs.try_iter().collect();
    assert!(
        told.contains(&FleetNews::Reading {
            listed: count,
            asked: count,
            of: count,
            accounts: 0,
            accounts_done: 0
        }),
        "{told:?}"
    );
    assert!(told.len() < all.len(), "not every user is a word to the window");
    let path = all[0].path.clone();
    let under = FleetRequest {
        path: Some(path.clone()),
        ..FleetRequest::default()
    };
    let there = shell.read_fleet(under).unwrap().users;
    assert!(there.iter().all(|user| user.path.starts_with(&path)));
    let tagged = FleetRequest {
        tags: vec!["team=nobody".to_owned()],
        ..FleetRequest::default()
    };
    assert_eq!(shell.read_fleet(tagged).unwrap().users, vec![]);
    for (path, tags) in [
        (Some("staff".to_owned()), vec![]),
        (None, vec!["team".to_owned()]),
    ] {
        let wrong = FleetRequest {
            path,
            tags,
            ..FleetRequest::default()
        };
        assert_eq!(code(shell.read_fleet(wrong)), "aws-name-invalid");
    }
}
