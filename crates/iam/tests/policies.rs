//! Each job does all of its work with exactly its policy, and fails somewhere without any one of its actions.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_iam::adopt::Codes;
use lockstep_iam::api::sts::Role;
use lockstep_iam::enrol::EnrolRequest;
use lockstep_iam::error::Error;
use lockstep_iam::fleet::read::read;
use lockstep_iam::fleet::recipients::UserKey;
use lockstep_iam::fleet::roster::{Filter, Reader, RosterRequest};
use lockstep_iam::fleet::run::{RunRequest, begin, carry_on};
use lockstep_iam::fleet::running::Fleet;
use lockstep_iam::fleet::sweep::{apply, plan};
use lockstep_iam::name::{DeviceName, DevicePath, UserName};
use lockstep_iam::policy::{Job, policy};
use lockstep_iam::resync::resync;
use lockstep_iam::retire::retire;
use lockstep_iam::rotate::rotate;
use lockstep_iam::session::{SessionDuration, Wanted, assume};
use lockstep_practice::faults::{Fault, FaultKind};
use serde_json::{Value, json};
use support::{Person, World};

/// The policy, or the policy without one of its actions.
fn without(job: Job, action: Option<&str>) -> String {
    let mut policy = policy(job, "aws");
    for statement in policy["Statement"].as_array_mut().unwrap() {
        let actions = statement["Action"].as_array_mut().unwrap();
        actions.retain(|listed| listed.as_str() != action);
        if actions.is_empty() {
            actions.push(json!("iam:NothingAtAll"));
        }
    }
    policy.to_string()
}

fn actions(job: Job) -> Vec<String> {
    let policy = policy(job, "aws");
    let statements = policy["Statement"].as_array().unwrap();
    let lists = statements.iter().map(|statement| &statement["Action"]);
    let all = lists.flat_map(|list| list.as_array().unwrap());
    all.map(|action: &Value| action.as_str().unwrap().to_owned())
        .collect()
}

/// All of a job's work; nothing when all of it ended as it should.
fn work_of(job: Job, policy: &str) -> Result<(), String> {
    let world = World::new();
    let user = if matches!(job, Job::Admin | Job::Fleet) {
        "pia"
    } else {
        "maya"
    };
    world
        .practice
        .with(|account| account.set_policy(user, policy).unwrap());
    let person = Person::new(&world, user);
    match job {
        Job::EnrolSelf => {
            enrol_with_a_lost_answer(&world, &person, None)?;
            // The second one needs to see the first.
            said(person.enrol())?;
            ends_with(&world, 2)
        }
        Job::ManageSelf => everything(&world, &person, None),
        Job::Admin => everything(&world, &person, Some("maya")),
        Job::Fleet => everybody(&world, &person),
        Job::Session => {
            let admin_made = Person::new(&world, "maya");
            world.practice.with(|account| {
                account
                    .set_policy("maya", &without(Job::EnrolSelf, None))
                    .unwrap();
            });
            let device = admin_made.enrol_with(&EnrolRequest::default()).unwrap().serial;
            world
                .practice
                .with(|account| account.set_policy("maya", policy).unwrap());
            world.hands.turn(60);
            let device = admin_made.held(device.as_str());
            // In another account, where the role's own word is not enough.
            let trust = json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:user/maya"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            }]});
            world.practice.with(|account| {
                account
                    .put_role("210987654321", "Auditor", &trust.to_string(), None)
                    .unwrap();
            });
            let role = Role {
                arn: "arn:aws:iam::210987654321:role/Auditor".to_owned(),
                session_name: "lockstep".to_owned(),
                external_id: None,
            };
            said(admin_made.work(|work| {
                assume(
                    work,
                    &role,
                    Some(&device),
                    SessionDuration::HOUR,
                    Wanted::KeptOrNew,
                )
            }))?;
            Ok(())
        }
    }
}

/// See who has what, enrol two of them with a lost answer, take one's device away, sweep what somebody else left behind.
fn everybody(world: &World, person: &Person<'_>) -> Result<(), String> {
    let team = [("team".to_owned(), "yard".to_owned())];
    world.practice.with(|account| {
        for name in ["ada", "ben"] {
            account.put_user(name, "/yard/", team.clone().into());
        }
        account.plan_fault(Fault::on("CreateVirtualMFADevice", FaultKind::LostAnswer));
    });
    let connection = person.connect().map_err(|error| error.to_string())?;
    let reader = Reader {
        connection: &connection,
        pace: &person.hands,
        watch: &|_| {},
    };
    let filter = Filter {
        without_mfa: true,
        tags: vec!["team=yard".parse().unwrap()],
        ..Filter::default()
    };
    let request = RosterRequest {
        filter,
        ..RosterRequest::default()
    };
    let roster = said(read(&reader, &request))?;
    if !roster.remarks.is_empty() {
        return Err(format!("{:?}", roster.remarks));
    }
    assert_eq!(roster.users.len(), 2);
    let key = UserKey::Recipients(vec![RecoveryIdentity::generate().recipient()]);
    let folder = tempfile::tempdir().unwrap();
    let run = RunRequest {
        users: roster
            .users
            .iter()
            .map(|user| (user.name.clone(), key.clone()))
            .collect(),
        hand_off: folder.path().to_owned(),
        path: DevicePath::default(),
        tags: vec!["by=lockstep".parse().unwrap()],
        keep_copies: false,
        together: None,
    };
    let report = person.look(|authenticator| {
        let fleet = Fleet {
            authenticator,
            connection: &connection,
            source: "test",
            pace: &person.hands,
            faults: Faults::none(),
        };
        let id = said(begin(&fleet, run))?;
        said(carry_on(&fleet, &id, 2, &|_| ()))
    })?;
    if let Some(error) = report.stopped {
        return Err(error.to_string());
    }
    ends_with(world, 2)?;
    let serial = report.users[0].serial.clone().unwrap();
    let has_tags = world.practice.with(|account| {
        account
            .home
            .tags_of(serial.as_str())
            .is_some_and(|tags| !tags.is_empty())
    });
    if !has_tags {
        return Err("the device has no tags".to_owned());
    }
    let user = UserName::try_from("ada".to_owned()).unwrap();
    let listed = connection
        .api()
        .list_mfa_devices(&user)
        .map_err(|failure| failure.to_string())?;
    said(person.work(|work| retire(work, &listed[0].serial, &user)))?;
    ends_with(world, 1)?;
    // Somebody else's enrolment that broke off.
    let name = DeviceName::try_from("left-behind".to_owned()).unwrap();
    let admin = Person::new(world, "admin").connect().unwrap();
    admin
        .api()
        .create_virtual_mfa_device(&name, &DevicePath::default())
        .map(drop)
        .unwrap();
    let swept = said(person.work(|work| {
        let orphans = plan(work, &[])?;
        assert_eq!(orphans.len(), 1);
        apply(work, &orphans, &[])
    }))?;
    for swept in swept {
        said(swept.outcome)?;
    }
    ends_with(world, 1)
}

fn enrol_with_a_lost_answer(
    world: &World,
    person: &Person<'_>,
    user: Option<&str>,
) -> Result<SerialNumber, String> {
    world.practice.with(|account| {
        account.plan_fault(Fault {
            operation: Some("CreateVirtualMFADevice".to_owned()),
            kind: FaultKind::LostAnswer,
            skip: 0,
            times: 1,
        });
    });
    let enrolled = person.enrol_with(&EnrolRequest {
        user: user.map(|user| UserName::try_from(user.to_owned()).unwrap()),
        tags: vec![],
        ..EnrolRequest::default()
    });
    Ok(said(enrolled)?.serial)
}

/// Enrol, tag, look at tags, untag, resync, rotate, retire.
fn everything(world: &World, person: &Person<'_>, other: Option<&str>) -> Result<(), String> {
    let user = UserName::try_from(other.unwrap_or(person.user).to_owned()).unwrap();
    let serial = enrol_with_a_lost_answer(world, person, other)?;
    ends_with(world, 1)?;
    world.hands.turn(60);
    let held = person.held(serial.as_str());
    let connection = person.connect().map_err(|error| error.to_string())?;
    let api = connection.api();
    api.tag_mfa_device(&serial, &["team=x".parse().unwrap()])
        .map_err(|failure| failure.to_string())?;
    api.untag_mfa_device(&serial, &["team".to_owned()])
        .map_err(|failure| failure.to_string())?;
    api.list_mfa_device_tags(&serial)
        .map_err(|failure| failure.to_string())?;
    said(person.work(|work| resync(work, &serial, &user, &Codes::Account(held.clone()))))?;
    if other.is_none() {
        // A second one, which needs to see the first.
        let second = said(person.enrol())?.serial;
        said(person.work(|work| retire(work, &second, &user)))?;
    } else {
        let listed = api
            .list_mfa_devices(&user)
            .map_err(|failure| failure.to_string())?;
        assert_eq!(listed.len(), 1);
    }
    world.hands.turn(60);
    let rotated = said(person.work(|work| rotate(work, &held, &user, false)))?;
    said(person.work(|work| retire(work, &rotated.enrolled.serial, &user)))?;
    ends_with(world, 0)
}

fn ends_with(world: &World, devices: usize) -> Result<(), String> {
    let there = world.devices();
    if there.len() == devices {
        Ok(())
    } else {
        Err(format!("{there:?}"))
    }
}

fn said<T>(outcome: Result<T, Error>) -> Result<T, String> {
    outcome.map_err(|error| error.to_string())
}

#[test]
fn each_job_is_done_with_exactly_its_policy() {
    for job in Job::ALL {
        assert_eq!(work_of(job, &without(job, None)), Ok(()), "{job:?}");
    }
}

#[test]
fn no_job_is_done_without_any_one_of_its_actions() {
    for job in Job::ALL {
        for action in actions(job) {
            let outcome = work_of(job, &without(job, Some(&action)));
            assert!(outcome.is_err(), "{job:?} is done without {action}");
        }
    }
}
