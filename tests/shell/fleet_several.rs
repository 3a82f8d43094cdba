//! Several accounts in the window: named first, read together, enrolled side by side, swept and reported on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lockstep_desktop::error::CommandError;
use lockstep_desktop::fleet::accounts::{AccountsWay, ReadAccounts};
use lockstep_desktop::fleet::enrolling::{ChosenUser, LeftOutReason};
use lockstep_desktop::fleet::report::FleetFormat;
use lockstep_desktop::fleet::running::FleetNews;
use lockstep_desktop::fleet::seals::{HandOffWay, SealWay};
use lockstep_desktop::fleet::seen::FleetRequest;
use lockstep_desktop::fleet::view::FleetView;
use lockstep_practice::device::{Device, Kind, new_seed};
use lockstep_practice::faults::{Fault, FaultKind};

use crate::fleet::{Admin, code, home};

const STAGING: &str = "210987654321";
const LAB: &str = "444455556666";
const NOBODY: &str = "333333333333";

fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/LockstepAdmin,yard {account}\n")
}

fn of(account: &str, user: &str) -> ChosenUser {
    ChosenUser {
        account: account.to_owned(),
        user: user.to_owned(),
    }
}

fn asked(accounts: ReadAccounts) -> FleetRequest {
    FleetRequest {
        accounts,
        ..FleetRequest::default()
    }
}

/// Whom to enrol: one who is in both accounts, and another one.
fn plans() -> Vec<ChosenUser> {
    vec![
        of(STAGING, "user-0001"),
        of(STAGING, "noor"),
        of(LAB, "user-0001"),
    ]
}

impl Admin {
    fn names(&self, accounts: &[&str]) -> AccountsWay {
        let lines: String = accounts.iter().map(|account| role(account)).collect();
        let path = self.path("roles.csv");
        fs::write(&path, lines).unwrap();
        AccountsWay::File { path }
    }

    /// Names these accounts, and reads them.
    fn reads(&self, accounts: &[&str]) -> FleetView {
        let shell = &self.desk.shell;
        shell.name_accounts(&self.names(accounts)).unwrap();
        shell.read_fleet(asked(ReadAccounts::Named)).unwrap()
    }

    /// How many devices are somebody's in an account.
    fn assigned_in(&self, account: &str) -> usize {
        self.desk.shell.practice().unwrap().with(|practice| {
            let devices = practice.directory(account).devices.values();
            devices.filter(|device| device.assigned.is_some()).count()
        })
    }

    fn way_to_all(&self) -> HandOffWay {
        self.way(self.list(&["user-0001", "noor", "ada"]))
    }
}

#[test]
fn a_list_is_looked_at_before_anything_is_read_and_a_bad_line_is_named() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    assert_eq!(
        code(shell.read_fleet(asked(ReadAccounts::Named))),
        "accounts-not-named"
    );
    let calls = || shell.practice().unwrap().with(|practice| practice.calls().len());
    let before = calls();
    let named = shell.name_accounts(&admin.names(&[STAGING, LAB])).unwrap();
    let listed: Vec<_> = named
        .iter()
        .map(|one| (&*one.account, one.name.as_deref()))
        .collect();
    assert_eq!(
        listed,
        [
            (STAGING, Some("yard 210987654321")),
            (LAB, Some("yard 444455556666"))
        ]
    );
    assert_eq!(calls(), before);
    let bad = admin.path("bad.csv");
    fs::write(&bad, format!("{}hello\n", role(LAB))).unwrap();
    let refused = shell.name_accounts(&AccountsWay::File { path: bad }).unwrap_err();
    let refused = CommandError::from(refused);
    assert_eq!(refused.code, "aws-account-list-invalid");
    assert!(
        refused.message.contains("line 2") && refused.message.contains("hello"),
        "{refused:?}"
    );
    for (path, expected) in [
        (admin.path("absent.csv"), "account-list-unreadable"),
        ("roles.csv".into(), "path-relative"),
    ] {
        assert_eq!(code(shell.name_accounts(&AccountsWay::File { path })), expected);
    }
}

#[test]
fn the_users_of_all_accounts_are_shown_and_one_that_cannot_be_read_hides_no_other() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let view = admin.reads(&[STAGING, NOBODY, LAB]);
    assert!(view.several);
    let read: Vec<&str> = view.accounts.iter().map(|one| &*one.account).collect();
    assert_eq!(read, [STAGING, LAB]);
    assert_eq!(view.accounts[0].name.as_deref(), Some("yard 210987654321"));
    assert_eq!(
        (&*view.unread[0].account, &*view.unread[0].problem.code),
        (NOBODY, "aws-access-denied")
    );
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for member in &view.users {
        users.entry(&member.account).or_default().push(&member.user);
    }
    assert_eq!(
        users[STAGING],
        ["maya", "noor", "user-0001", "user-0002", "user-0003"]
    );
    assert_eq!(users[LAB], ["ada", "omar", "user-0001"]);
    let last = admin.desk.runs.try_iter().last().unwrap();
    assert!(
        matches!(
            last,
            FleetNews::Reading {
                accounts: 3,
                accounts_done: 3,
                listed: 8,
                ..
            }
        ),
        "{last:?}"
    );

    let report = |format| {
        let path = admin.path(&shell.fleet_report_name(format).unwrap());
        shell.save_fleet_report(format, &path).unwrap();
        fs::read_to_string(path).unwrap()
    };
    assert_eq!(
        shell.fleet_report_name(FleetFormat::Csv).unwrap(),
        "mfa-report-3-accounts.csv"
    );
    let json: serde_json::Value = serde_json::from_str(&report(FleetFormat::Json)).unwrap();
    assert_eq!(
        (&json["total"]["users"], &json["total"]["unread_accounts"]),
        (&8.into(), &1.into())
    );
    assert!(report(FleetFormat::Csv).contains("not-read"));
    assert!(report(FleetFormat::Html).contains("yard 444455556666"));

    let again = shell.read_fleet(asked(ReadAccounts::Again)).unwrap();
    assert_eq!(again.users.len(), 8);
    let own = shell.read_fleet(asked(ReadAccounts::Own)).unwrap();
    assert!(!own.several && own.accounts[0].account == "111122223333");
    assert_eq!(
        code(shell.read_fleet(asked(ReadAccounts::Again))),
        "accounts-not-named"
    );
}

#[test]
fn each_account_has_its_plan_and_its_run_and_all_have_one_name() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    admin.reads(&[STAGING, LAB]);
    let mut users = plans();
    users.push(of(LAB, "omar"));
    users.push(home("user-0002"));
    let plan = shell.plan_enrolling(&users, &admin.way_to_all()).unwrap();
    let planned: Vec<(&str, Vec<&str>)> = plan
        .accounts
        .iter()
        .map(|one| (&*one.account, one.enrol.iter().map(|user| &*user.user).collect()))
        .collect();
    assert_eq!(
        planned,
        [(STAGING, vec!["noor", "user-0001"]), (LAB, vec!["user-0001"])]
    );
    let left = &plan.accounts[1].left_out[0];
    assert_eq!((&*left.user, left.reason), ("omar", LeftOutReason::NoKey));
    assert_eq!(plan.spare_lines, 1, "ada was not chosen");
    assert!(!admin.path("out").exists());

    let begun = shell.begin_enrolling().unwrap();
    assert_eq!(begun.failed, vec![]);
    assert_eq!(admin.ends(), None);
    let run = shell.fleet_run(&begun.run).unwrap();
    assert_eq!(
        (run.tally.enrolled, run.is_finished, run.is_running),
        (3, true, false)
    );
    let accounts: Vec<_> = run
        .accounts
        .iter()
        .map(|one| (&*one.account, one.tally.enrolled, one.is_finished))
        .collect();
    assert_eq!(accounts, [(STAGING, 2, true), (LAB, 1, true)]);
    assert_eq!((admin.assigned_in(STAGING), admin.assigned_in(LAB)), (2, 1));
    for file in [format!("user-0001@{STAGING}"), format!("user-0001@{LAB}")] {
        assert!(admin.path("out").join(format!("{file}.lockstep")).is_file());
    }
    let one = shell.fleet_run(&run.accounts[1].run).unwrap();
    assert_eq!((one.together.as_deref(), one.users.len()), (Some(&*begun.run), 1));
    let listed = shell.fleet_runs().unwrap();
    assert_eq!(
        (listed.len(), &listed[0].id, listed[0].accounts.len()),
        (1, &begun.run, 2)
    );
    let table = admin.path("run.csv");
    shell.save_run_report(&begun.run, &table).unwrap();
    assert_eq!(fs::read_to_string(table).unwrap().lines().count(), 1 + 3);
}

#[test]
fn one_that_fails_stops_no_other_and_runs_are_gone_on_with_one_by_one_or_together() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    admin.reads(&[STAGING, LAB]);
    shell.plan_enrolling(&plans(), &admin.way_to_all()).unwrap();
    let practice = shell.practice().unwrap();
    practice.with(|practice| {
        practice.plan_fault(Fault::on("EnableMFADevice", FaultKind::Reset).times(1000));
    });
    let begun = shell.begin_enrolling().unwrap();
    admin.ended();
    practice.with(lockstep_practice::account::Account::clear_faults);
    let run = shell.fleet_run(&begun.run).unwrap();
    assert!(!run.is_finished && run.tally.open == 3, "{run:?}");
    shell.resume_fleet_run(&run.accounts[1].run).unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!((admin.assigned_in(STAGING), admin.assigned_in(LAB)), (0, 1));
    // By another connection, and while the role in one account may not be taken on.
    admin.desk.connect("admin");
    let roles = practice.with(|practice| std::mem::take(&mut practice.directory_mut(STAGING).roles));
    shell.resume_fleet_run(&begun.run).unwrap();
    let FleetNews::Ended {
        accounts, problem, ..
    } = admin.ended()
    else {
        panic!("it ends")
    };
    let stopped: Vec<_> = accounts
        .iter()
        .map(|one| (&*one.account, &*one.problem.code))
        .collect();
    assert_eq!((problem, stopped), (None, vec![(STAGING, "aws-access-denied")]));
    practice.with(|practice| practice.directory_mut(STAGING).roles = roles);
    shell.resume_fleet_run(&begun.run).unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!((admin.assigned_in(STAGING), admin.assigned_in(LAB)), (2, 1));
    assert!(shell.fleet_run(&begun.run).unwrap().is_finished);
}

#[test]
fn an_account_in_which_no_run_can_be_begun_is_named_and_the_others_are_enrolled() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    admin.reads(&[STAGING, LAB]);
    shell.plan_enrolling(&plans(), &admin.way_to_all()).unwrap();
    let practice = shell.practice().unwrap();
    practice.with(|practice| practice.directory_mut(LAB).roles.clear());
    let begun = shell.begin_enrolling().unwrap();
    let failed: Vec<_> = begun
        .failed
        .iter()
        .map(|one| (&*one.account, &*one.problem.code))
        .collect();
    assert_eq!(failed, [(LAB, "aws-access-denied")]);
    assert_eq!(admin.ends(), None);
    assert_eq!((admin.assigned_in(STAGING), admin.assigned_in(LAB)), (2, 0));
    practice.with(|practice| practice.directory_mut(STAGING).roles.clear());
    shell.plan_enrolling(&plans(), &admin.way_to_all()).unwrap();
    assert_eq!(
        code(shell.begin_enrolling()),
        "aws-access-denied",
        "none could be begun"
    );
}

#[test]
fn a_list_a_reading_and_a_plan_over_several_accounts_are_forgotten_with_the_lock() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    admin.reads(&[STAGING, LAB]);
    shell.plan_enrolling(&plans(), &admin.way_to_all()).unwrap();
    shell.lock();
    admin.desk.unlock();
    admin.desk.connect("admin");
    assert_eq!(code(shell.begin_enrolling()), "nothing-planned");
    for which in [ReadAccounts::Named, ReadAccounts::Again] {
        assert_eq!(code(shell.read_fleet(asked(which))), "accounts-not-named");
    }
    assert_eq!(
        code(shell.plan_enrolling(&[], &admin.way_to_all())),
        "fleet-not-read"
    );
}

#[test]
fn locking_in_the_middle_of_runs_in_several_accounts_loses_nothing() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    admin.reads(&[STAGING, LAB]);
    shell.plan_enrolling(&plans(), &admin.way_to_all()).unwrap();
    shell.practice().unwrap().with(|practice| {
        let slow = FaultKind::Slow { milliseconds: 400 };
        practice.plan_fault(Fault::on("CreateVirtualMFADevice", slow).times(100));
    });
    let begun = shell.begin_enrolling().unwrap();
    assert_eq!(code(shell.resume_fleet_run(&begun.run)), "fleet-busy");
    assert!(shell.fleet_run(&begun.run).unwrap().is_running);
    shell.lock();
    admin.ended();
    admin.desk.unlock();
    admin.desk.connect("admin");
    shell.resume_fleet_run(&begun.run).unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!((admin.assigned_in(STAGING), admin.assigned_in(LAB)), (2, 1));
    assert_eq!(fs::read_dir(admin.path("out")).unwrap().count(), 3);
}

#[test]
fn the_sheet_of_passphrases_has_the_account_before_the_user() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    admin.reads(&[STAGING, LAB]);
    let sheet = admin.path("sheet.age");
    let way = HandOffWay {
        seal: SealWay::Generated {
            sheet: sheet.clone(),
            recipients: admin.identity.recipient(),
        },
        ..admin.way_to_all()
    };
    shell.plan_enrolling(&plans(), &way).unwrap();
    shell.begin_enrolling().unwrap();
    assert_eq!(admin.ends(), None);
    let text = admin.with_age(&sheet);
    let told: Vec<&str> = text
        .trim()
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0)
        .collect();
    let expected = [
        "account,user".to_owned(),
        format!("{STAGING},noor"),
        format!("{STAGING},user-0001"),
        format!("{LAB},user-0001"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn devices_of_nobody_are_looked_for_in_all_accounts_and_one_that_fails_keeps_no_other() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let practice = shell.practice().unwrap();
    let serials = practice.with(|practice| {
        [STAGING, LAB].map(|account| {
            let directory = practice.directory_mut(account);
            let serial = directory.arn("mfa/left-behind");
            let kind = Kind::Virtual {
                path: "/".to_owned(),
                name: "left-behind".to_owned(),
            };
            let device = Device::new(serial.clone(), kind, Some(new_seed()));
            directory.devices.insert(serial.clone(), device);
            serial
        })
    });
    admin.reads(&[STAGING, LAB]);
    let shown = shell.plan_sweep().unwrap();
    let found: Vec<_> = shown
        .orphans
        .iter()
        .map(|one| (&*one.account, &*one.serial))
        .collect();
    assert_eq!(found, [(STAGING, &*serials[0]), (LAB, &*serials[1])]);
    let roles = practice.with(|practice| std::mem::take(&mut practice.directory_mut(LAB).roles));
    let swept = shell.sweep_fleet().unwrap();
    assert_eq!((swept.orphans.len(), &*swept.failed[0].account), (1, LAB));
    practice.with(|practice| practice.directory_mut(LAB).roles = roles);
    let left = shell.plan_sweep().unwrap();
    assert_eq!((left.orphans.len(), left.failed), (1, vec![]));
    // What was shown of several accounts is not swept after another reading.
    shell.read_fleet(asked(ReadAccounts::Own)).unwrap();
    assert_eq!(code(shell.sweep_fleet()), "nothing-planned");
}

#[test]
fn who_lost_the_phone_is_helped_in_the_own_account_of_that_user_and_nobody_helps_himself() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let view = admin.reads(&["111122223333", STAGING]);
    let me = view.users.iter().find(|user| user.is_caller).unwrap();
    assert_eq!((&*me.user, &*me.account), ("admin", "111122223333"));
    assert_eq!(code(shell.fleet_devices(&home("admin"))), "aws-own-devices");
    let whose = of(STAGING, "user-0001");
    let way = admin.way_to_all();
    let run = shell.recover_user(&whose, Some(&way)).unwrap().run.unwrap();
    assert_eq!(admin.ends(), None);
    assert_eq!(shell.fleet_run(&run).unwrap().tally.enrolled, 1);
    assert_eq!(shell.fleet_devices(&whose).unwrap().len(), 1);
    assert_eq!(shell.fleet_devices(&home("user-0001")).unwrap().len(), 0);
    assert_eq!(admin.handed_over(Path::new("out")).len(), 1);
    let taken = shell.recover_user(&whose, None).unwrap().taken;
    assert_eq!((taken.len(), admin.assigned_in(STAGING)), (1, 0));
}

#[test]
fn the_practice_account_has_others_beside_it_to_try_it_on() {
    let admin = Admin::new();
    let shell = &admin.desk.shell;
    let named = shell.name_accounts(&AccountsWay::Practice).unwrap();
    let view = shell.read_fleet(asked(ReadAccounts::Named)).unwrap();
    assert_eq!((view.accounts.len(), &view.unread), (named.len(), &vec![]));
    let again = FleetRequest {
        path: Some("/staff/".to_owned()),
        ..asked(ReadAccounts::Again)
    };
    let some = shell.read_fleet(again).unwrap();
    assert!(some.users.iter().all(|user| user.path == "/staff/") && some.users.len() < view.users.len());
}
