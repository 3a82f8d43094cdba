//! What a run promises: whatever breaks it off, going on with it ends with one device for each user, whose seed is in that
//! user's hand-off and nowhere else, and with nothing left behind.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lockstep_device::backup::open::Keys;
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::hand_off::HandOff;
use lockstep_device::otp::code_at_step;
use lockstep_device::otp::params::{OtpParams, Period};
use lockstep_device::otp::totp::step_at;
use lockstep_device::store::fault::Faults;
use lockstep_iam::error::Error;
use lockstep_iam::fleet::recipients::{UserKey, UserKeys};
use lockstep_iam::fleet::run::{RunRequest, begin, carry_on};
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::running::Fleet;
use lockstep_iam::fleet::standing::{RunReport, UserOutcome, look, needed_devices, runs};
use lockstep_iam::name::{DevicePath, UserName};
use lockstep_practice::account::Account;
use lockstep_practice::faults::{Fault, FaultKind, Rate};
use lockstep_practice::refusal::Refusal;
use support::{Person, World};
use tempfile::TempDir;

fn name(number: usize) -> String {
    format!("user-{number:04}")
}

fn user(name: &str) -> UserName {
    UserName::try_from(name.to_owned()).unwrap()
}

/// An administrator with a run to do, and the key that opens all of its hand-offs.
struct Desk<'a> {
    person: Person<'a>,
    folder: TempDir,
    key: RecoveryIdentity,
}

impl<'a> Desk<'a> {
    fn new(world: &'a World) -> Self {
        Self::of(world, "admin")
    }

    fn of(world: &'a World, admin: &'static str) -> Self {
        Self {
            person: Person::new(world, admin),
            folder: TempDir::new().unwrap(),
            key: RecoveryIdentity::generate(),
        }
    }

    fn hand_offs(&self) -> PathBuf {
        self.folder.path().join("hand-offs")
    }

    fn request(&self, users: impl Iterator<Item = String>) -> RunRequest {
        let key = UserKey::Recipients(vec![self.key.recipient()]);
        RunRequest {
            users: users.map(|name| (user(&name), key.clone())).collect::<UserKeys>(),
            hand_off: self.hand_offs(),
            path: DevicePath::default(),
            tags: vec![],
            keep_copies: false,
            together: None,
        }
    }

    fn with<T>(&self, run: impl FnOnce(&Fleet<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let connection = self.person.connect()?;
        self.person.look(|authenticator| {
            run(&Fleet {
                authenticator,
                connection: &connection,
                source: "test",
                pace: &self.person.hands,
                faults: self.person.faults.clone(),
            })
        })
    }

    fn begin(&self, users: usize) -> RunId {
        self.with(|fleet| begin(fleet, self.request((1..=users).map(name))))
            .unwrap()
    }

    fn carry_on(&self, id: &RunId) -> Result<RunReport, Error> {
        self.with(|fleet| carry_on(fleet, id, 4, &|_| ()))
    }

    /// Opens every hand-off: whose it is, and its serial number, having looked that its code is the one of that device.
    fn opened(&self) -> BTreeMap<String, String> {
        opened(&self.hand_offs(), &self.key, self.person.world)
    }

    /// What has to hold when a run is done: each user has the one device of the hand-off, and no device is nobody's.
    #[track_caller]
    fn is_whole(&self, users: usize, context: &str) {
        let opened = self.opened();
        assert_eq!(opened.len(), users, "{context}: hand-offs");
        let there = self.person.world.devices();
        let orphans: Vec<_> = there.iter().filter(|(_, owner)| owner.is_none()).collect();
        assert!(orphans.is_empty(), "{context}: left behind: {orphans:?}");
        let assigned: BTreeMap<String, String> = there
            .iter()
            .filter_map(|(serial, owner)| Some((owner.clone()?, serial.clone())))
            .collect();
        assert_eq!(assigned.len(), there.len(), "{context}: one device for each");
        assert_eq!(opened, assigned, "{context}");
    }
}

fn opened(folder: &Path, key: &RecoveryIdentity, world: &World) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "lockstep"))
        .map(|path| {
            let file = std::fs::read(&path).unwrap();
            let open = HandOff::open("hand-off", &file, &Keys::none().with_recovery(key)).unwrap();
            let emits = world.practice.with(|account| {
                let step = step_at(Period::THIRTY, account.now());
                let code = code_at_step(&OtpParams::DEFAULT_TOTP, &open.account.seed, step);
                account.emits(open.serial.as_str(), code.as_str())
            });
            assert!(emits, "{} gives another code than its device", path.display());
            (open.user, open.serial.to_string())
        })
        .collect()
}

fn counted(report: &RunReport, outcome: UserOutcome) -> usize {
    report.users.iter().filter(|user| user.outcome == outcome).count()
}

#[test]
fn each_user_gets_a_device_and_a_hand_off_with_two_calls() {
    let world = World::with(|options| options.users = 30);
    let desk = Desk::new(&world);
    let id = desk.begin(30);
    assert_eq!(
        world.devices(),
        [],
        "nothing is asked before the run is carried out"
    );
    world.practice.with(Account::reset_calls);
    let report = desk.carry_on(&id).unwrap();
    assert!(
        report.is_finished && report.stopped.is_none(),
        "{:?}",
        report.stopped
    );
    assert_eq!(counted(&report, UserOutcome::Enrolled), 30, "{:?}", report.users);
    desk.is_whole(30, "a plain run");
    let calls = world.practice.with(|account| account.calls().len());
    assert!(calls <= 2 * 30 + 6, "{calls} calls");
    assert!(
        desk.person.serials().is_empty(),
        "no copy stays with the administrator"
    );
    // Done is done: again, nothing is asked for but who is asking.
    world.practice.with(Account::reset_calls);
    assert!(desk.carry_on(&id).unwrap().is_finished);
    let changes = world.practice.with(|account| account.calls().len());
    assert!(changes <= 1, "{changes}");
    assert_eq!(desk.person.look(|here| runs(here).unwrap().len()), 1);
}

#[test]
fn copies_stay_when_they_are_asked_for() {
    let world = World::with(|options| options.users = 3);
    let desk = Desk::new(&world);
    let request = RunRequest {
        keep_copies: true,
        ..desk.request((1..=3).map(name))
    };
    let id = desk.with(|fleet| begin(fleet, request)).unwrap();
    desk.carry_on(&id).unwrap();
    let here: BTreeSet<String> = desk.person.serials().into_iter().collect();
    assert_eq!(here, desk.opened().into_values().collect());
}

#[test]
fn tags_that_could_not_be_set_are_a_warning_and_are_tried_again_while_the_run_is_open() {
    let world = World::with(|options| options.users = 2);
    let desk = Desk::new(&world);
    let tagged = |world: &World| {
        world.practice.with(|account| {
            let serials: Vec<String> = account.devices().map(|device| device.serial.clone()).collect();
            let has_tags =
                |serial: &&String| account.home.tags_of(serial).is_some_and(|tags| !tags.is_empty());
            serials.iter().filter(has_tags).count()
        })
    };
    let refused = FaultKind::Refused(Refusal::new("AccessDenied", 403, "no tags today"));
    world.practice.with(|account| {
        account.plan_fault(Fault::on("TagMFADevice", refused).times(2));
        account.plan_fault(Fault::on("EnableMFADevice", FaultKind::Reset).skip(1).times(100));
    });
    let mut request = desk.request((1..=2).map(name));
    request.tags = vec!["by=lockstep".parse().unwrap()];
    let id = desk.with(|fleet| begin(fleet, request)).unwrap();
    let report = desk.with(|fleet| carry_on(fleet, &id, 1, &|_| ())).unwrap();
    let warned = |report: &RunReport| -> Vec<String> {
        report
            .users
            .iter()
            .flat_map(|user| user.warnings.clone())
            .collect()
    };
    assert_eq!(counted(&report, UserOutcome::Enrolled), 1, "{report:?}");
    assert!(warned(&report)[0].contains("no tags today"), "{report:?}");
    world.practice.with(Account::clear_faults);
    let report = desk.carry_on(&id).unwrap();
    assert!(report.is_finished && warned(&report).is_empty(), "{report:?}");
    assert_eq!(tagged(&world), 2);
    desk.is_whole(2, "with tags");
}

#[test]
fn a_device_that_aws_lists_late_is_named_and_goes_when_the_run_is_looked_at_again() {
    let world = World::with(|options| options.users = 1);
    let desk = Desk::new(&world);
    // Made without an answer, and not known to AWS when it is asked to delete it.
    let unknown = || FaultKind::Refused(Refusal::new("NoSuchEntity", 404, "not known yet"));
    world.practice.with(|account| {
        account.plan_fault(Fault::on("CreateVirtualMFADevice", FaultKind::LostAnswer));
        account.plan_fault(Fault::on("DeleteVirtualMFADevice", unknown()).times(2));
    });
    let id = desk.begin(1);
    let report = desk.carry_on(&id).unwrap();
    assert!(report.is_finished, "{report:?}");
    assert_eq!(world.devices().len(), 2, "one is left behind");
    let left = world
        .devices()
        .into_iter()
        .find(|(_, owner)| owner.is_none())
        .unwrap()
        .0;
    assert!(report.users[0].warnings[0].contains(&left), "{report:?}");
    let report = desk.carry_on(&id).unwrap();
    assert!(report.users[0].warnings.is_empty(), "{report:?}");
    desk.is_whole(1, "looked at again");
}

#[test]
fn who_has_a_device_is_left_alone() {
    let world = World::with(|options| options.users = 3);
    let desk = Desk::new(&world);
    let first = desk.begin(1);
    desk.carry_on(&first).unwrap();
    let second = desk.begin(3);
    let report = desk.carry_on(&second).unwrap();
    assert_eq!(counted(&report, UserOutcome::AlreadyHad), 1);
    assert_eq!(counted(&report, UserOutcome::Enrolled), 2);
    desk.is_whole(3, "two runs");
}

#[test]
fn whatever_fails_once_or_for_good_the_next_run_ends_whole() {
    let steps = {
        let world = World::with(|options| options.users = 3);
        let mut desk = Desk::new(&world);
        let id = desk.begin(3);
        let counting = Faults::counting();
        desk.person.plan(counting.clone());
        desk.with(|fleet| carry_on(fleet, &id, 1, &|_| ())).unwrap();
        counting.steps()
    };
    assert!(steps > 60, "{steps}");
    let mut broken = 0;
    for step in 1..=steps + 8 {
        for faults in [
            Faults::fail_at(step, ErrorKind::StorageFull),
            Faults::fail_from(step, ErrorKind::StorageFull),
        ] {
            let world = World::with(|options| options.users = 3);
            let mut desk = Desk::new(&world);
            let id = desk.begin(3);
            desk.person.plan(faults);
            let outcome = desk.carry_on(&id);
            broken += u32::from(!outcome.is_ok_and(|report| report.is_finished));
            desk.person.plan(Faults::none());
            let report = desk.carry_on(&id).unwrap();
            assert!(report.is_finished, "step {step}: {report:?}");
            desk.is_whole(3, &format!("step {step}"));
            assert_eq!(desk.person.look(|here| needed_devices(here).unwrap()), []);
        }
    }
    assert!(broken > 60, "{broken}");
}

#[test]
fn answers_that_are_lost_or_refused_at_any_call_leave_no_orphan_and_lose_no_seed() {
    let kinds = [
        FaultKind::LostAnswer,
        FaultKind::Reset,
        FaultKind::Throttling,
        FaultKind::ServiceFailure,
        FaultKind::ConcurrentModification,
        FaultKind::EntityTemporarilyUnmodifiable,
    ];
    for kind in kinds {
        for operation in [
            "CreateVirtualMFADevice",
            "EnableMFADevice",
            "DeleteVirtualMFADevice",
        ] {
            for times in [1, 3, 9] {
                let context = format!("{kind:?} of {operation} ×{times}");
                let world = World::with(|options| options.users = 4);
                let desk = Desk::new(&world);
                let id = desk.begin(4);
                world.practice.with(|account| {
                    account.plan_fault(Fault::on(operation, kind.clone()).skip(1).times(times));
                });
                let first = desk.carry_on(&id);
                world.practice.with(Account::clear_faults);
                let report = desk.carry_on(&id).unwrap();
                assert!(report.is_finished, "{context}: {first:?} then {report:?}");
                desk.is_whole(4, &context);
            }
        }
    }
}

#[test]
fn credentials_that_expire_stop_the_run_and_new_ones_go_on_with_it() {
    let world = World::with(|options| options.users = 40);
    let desk = Desk::new(&world);
    let id = desk.begin(40);
    let expired = Refusal::new(
        "ExpiredToken",
        403,
        "The security token included in the request is expired",
    );
    world.practice.with(|account| {
        account.plan_fault(Fault::any(FaultKind::Refused(expired)).skip(40).times(100_000));
    });
    let report = desk.carry_on(&id).unwrap();
    assert_eq!(
        report.stopped.as_ref().map(Error::code),
        Some("aws-expired-credentials")
    );
    assert!(!report.is_finished);
    let open = counted(&report, UserOutcome::Open);
    assert!((15..40).contains(&open), "{open} of 40 are left");
    // A sweep must not take what is under way.
    let needed = desk.person.look(|here| needed_devices(here).unwrap());
    let unassigned: Vec<String> = world
        .devices()
        .into_iter()
        .filter(|(_, owner)| owner.is_none())
        .map(|(serial, _)| serial)
        .collect();
    for serial in unassigned {
        assert!(needed.iter().any(|needed| needed.as_str() == serial), "{serial}");
    }
    world.practice.with(Account::clear_faults);
    assert!(desk.carry_on(&id).unwrap().is_finished);
    desk.is_whole(40, "after new credentials");
}

#[test]
fn without_the_permission_it_stops_before_anything_is_made() {
    let world = World::with(|options| options.users = 8);
    let desk = Desk::of(&world, "pia");
    let id = desk.begin(8);
    let report = desk.carry_on(&id).unwrap();
    assert_eq!(
        report.stopped.as_ref().map(Error::code),
        Some("aws-access-denied")
    );
    assert_eq!(counted(&report, UserOutcome::Open), 8);
    assert_eq!(world.devices(), []);
}

#[test]
fn who_may_make_devices_and_not_enable_them_stops_after_a_few_and_leaves_nothing_behind() {
    let world = World::with(|options| options.users = 20);
    // She may make any device, and enable her own alone.
    let desk = Desk::of(&world, "maya");
    let id = desk.begin(20);
    let report = desk.carry_on(&id).unwrap();
    assert_eq!(
        report.stopped.as_ref().map(Error::code),
        Some("aws-access-denied")
    );
    assert_eq!(counted(&report, UserOutcome::Failed), 3);
    assert_eq!(counted(&report, UserOutcome::Open), 17);
    // What is there is nobody's, and its seed is here for whoever goes on.
    let needed = desk.person.look(|here| needed_devices(here).unwrap());
    assert!(
        world.devices().iter().all(|(serial, owner)| {
            owner.is_none() && needed.iter().any(|needed| needed.as_str() == serial)
        })
    );
    let other = desk
        .person
        .connect_to(&world.practice.endpoint(), world.keys("admin"))
        .unwrap();
    let report = desk.person.look(|authenticator| {
        let fleet = Fleet {
            authenticator,
            connection: &other,
            source: "test",
            pace: &desk.person.hands,
            faults: Faults::none(),
        };
        carry_on(&fleet, &id, 4, &|_| ())
    });
    assert!(report.unwrap().is_finished);
    desk.is_whole(20, "with the permission");
}

/// Everything with a code; without one `plain` alone.
fn with_mfa_or(plain: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Action": "*", "Resource": "*",
              "Condition": {{"Bool": {{"aws:MultiFactorAuthPresent": "true"}}}}}},
            {{"Effect": "Allow", "Action": [{plain}], "Resource": "*"}}
        ]}}"#
    )
}

#[test]
fn where_aws_wants_a_code_a_run_goes_on_in_a_session_with_one() {
    // Nothing but finding one's own device; looking and making, but not giving to anybody.
    for plain in [
        r#""iam:ListMFADevices""#,
        r#""iam:List*", "iam:CreateVirtualMFADevice""#,
    ] {
        let world = World::with(|options| options.users = 3);
        let desk = Desk::of(&world, "maya");
        let own = desk.person.enrol().unwrap();
        world
            .practice
            .with(|account| account.set_policy("maya", &with_mfa_or(plain)).unwrap());
        let id = desk.begin(3);
        let report = desk.carry_on(&id).unwrap();
        assert!(report.is_finished, "{plain}: {report:?}");
        assert_eq!(counted(&report, UserOutcome::Enrolled), 3, "{plain}");
        let others: BTreeMap<String, String> = world
            .devices()
            .into_iter()
            .filter(|(serial, _)| serial != own.serial.as_str())
            .map(|(serial, owner)| (owner.expect("nothing is left behind"), serial))
            .collect();
        assert_eq!(desk.opened(), others, "{plain}");
    }
}

#[test]
fn a_user_who_is_gone_and_one_who_takes_no_more_devices_fail_alone() {
    let world = World::with(|options| options.users = 3);
    world.practice.with(|account| {
        for number in 0..8 {
            account.put_fido_key(&name(2), &format!("key-{number}"));
        }
    });
    let desk = Desk::new(&world);
    let users = [name(1), name(2), name(3), "left-last-week".to_owned()];
    let id = desk
        .with(|fleet| begin(fleet, desk.request(users.into_iter())))
        .unwrap();
    let report = desk.carry_on(&id).unwrap();
    assert!(report.stopped.is_none() && !report.is_finished, "{report:?}");
    let codes: BTreeMap<&str, &str> = report
        .users
        .iter()
        .map(|user| (user.user.as_str(), user.code.as_str()))
        .collect();
    assert_eq!(codes["left-last-week"], "aws-device-missing");
    assert_eq!(codes["user-0002"], "aws-device-limit");
    assert_eq!(counted(&report, UserOutcome::Enrolled), 2);
    let virtual_devices = world.devices();
    assert_eq!(
        virtual_devices.len(),
        2,
        "what was made for the others is taken back: {virtual_devices:?}"
    );
    assert!(virtual_devices.iter().all(|(_, owner)| owner.is_some()));
}

#[test]
fn two_administrators_at_once_leave_each_user_with_one_device_that_somebody_handed_over() {
    let world = World::with(|options| options.users = 40);
    let folders: Vec<TempDir> = (0..2).map(|_| TempDir::new().unwrap()).collect();
    let key = RecoveryIdentity::generate();
    std::thread::scope(|scope| {
        let runs: Vec<_> = folders
            .iter()
            .map(|folder| {
                let (world, recipient) = (&world, key.recipient());
                scope.spawn(move || {
                    let mut desk = Desk::new(world);
                    desk.folder = TempDir::new_in(folder.path()).unwrap();
                    let mut request = desk.request((1..=40).map(name));
                    for key in request.users.values_mut() {
                        *key = UserKey::Recipients(vec![recipient.clone()]);
                    }
                    request.hand_off = folder.path().join("out");
                    let id = desk.with(|fleet| begin(fleet, request)).unwrap();
                    // Each user takes a second.
                    let hands = &desk.person.hands;
                    let report = desk.with(|fleet| carry_on(fleet, &id, 4, &|_| hands.turn(1)));
                    let report = report.unwrap();
                    assert!(report.is_finished, "{:?}", report.stopped);
                })
            })
            .collect();
        for run in runs {
            run.join().unwrap();
        }
    });
    let mut handed: BTreeMap<String, String> = BTreeMap::new();
    for folder in &folders {
        for (user, serial) in opened(&folder.path().join("out"), &key, &world) {
            assert_eq!(
                handed.insert(user.clone(), serial),
                None,
                "{user} has two hand-offs"
            );
        }
    }
    let there: BTreeMap<String, String> = world
        .devices()
        .into_iter()
        .map(|(serial, owner)| (owner.unwrap(), serial))
        .collect();
    assert_eq!(world.devices().len(), 40, "one device for each user");
    assert_eq!(handed, there);
}

#[test]
fn a_run_is_refused_while_another_process_carries_it_out_and_in_another_account() {
    let world = World::with(|options| options.users = 1);
    let desk = Desk::new(&world);
    let id = desk.begin(1);
    let elsewhere = World::with(|options| options.account = "111122223333".to_owned());
    let connection = Person::new(&elsewhere, "admin").connect().unwrap();
    let refused = desk.person.look(|authenticator| {
        carry_on(
            &Fleet {
                authenticator,
                connection: &connection,
                source: "test",
                pace: &desk.person.hands,
                faults: Faults::none(),
            },
            &id,
            1,
            &|_| (),
        )
    });
    assert_eq!(refused.err().unwrap().code(), "aws-run-elsewhere");
    let turn = desk.person.look(|here| {
        here.take_turn(&format!("fleet-{id}.lock"), std::time::Duration::ZERO)
            .unwrap()
    });
    assert_eq!(desk.carry_on(&id).err().unwrap().code(), "folder-busy");
    drop(turn);
    assert!(
        desk.person
            .look(|here| look(here, &RunId::try_from("0123456789".to_owned()).unwrap()))
            .is_err()
    );
    assert!(desk.carry_on(&id).unwrap().is_finished);
}

#[test]
fn throttled_at_any_rate_it_goes_on_until_everybody_is_done() {
    // 60 users take 120 calls; each operation has a bucket of its own.
    let world = World::with(|options| options.users = 60);
    for per_second in [20.0, 50.0] {
        let desk = Desk::new(&world);
        world.practice.with(|account| {
            account.limit_rate(
                None,
                Some(Rate {
                    per_second,
                    burst: 5.0,
                }),
            );
            let serials: Vec<String> = account.devices().map(|device| device.serial.clone()).collect();
            for serial in serials {
                account.home.devices.remove(&serial);
            }
        });
        let id = desk.begin(60);
        let connection = desk.person.connect().unwrap();
        let report = desk.person.look(|authenticator| {
            carry_on(
                &Fleet {
                    authenticator,
                    connection: &connection,
                    source: "test",
                    pace: &lockstep_iam::work::Sleep,
                    faults: Faults::none(),
                },
                &id,
                4,
                &|_| (),
            )
        });
        assert!(report.unwrap().is_finished);
        desk.is_whole(60, "throttled");
        world.practice.with(Account::clear_faults);
    }
}
