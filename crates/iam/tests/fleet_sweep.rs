//! Sweeping deletes what is nobody's and nothing else.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_iam::fleet::sweep::{Kept, Orphan, SweepOutcome, Swept, apply, plan};
use lockstep_iam::journal::Deed;
use lockstep_practice::account::Account;
use lockstep_practice::faults::{Fault, FaultKind};
use lockstep_practice::refusal::Refusal;
use serde_json::json;
use support::fleet::{give_device, leave_device};
use support::{Person, World};

fn planned(person: &Person<'_>) -> Vec<Orphan> {
    person.work(|work| plan(work, &[])).unwrap()
}

fn swept(person: &Person<'_>, orphans: &[Orphan]) -> Vec<Swept> {
    person.work(|work| apply(work, orphans, &[])).unwrap()
}

fn outcomes(swept: &[Swept]) -> Vec<SweepOutcome> {
    swept
        .iter()
        .map(|swept| *swept.outcome.as_ref().unwrap())
        .collect()
}

#[test]
fn orphans_are_shown_first_and_deleted_when_that_is_wanted_and_nothing_else_is() {
    let world = World::new();
    world.practice.with(|account| {
        leave_device(account, "left-1");
        leave_device(account, "left-2");
        give_device(account, "maya");
        account.put_root_device();
    });
    let admin = Person::new(&world, "admin");
    let orphans = planned(&admin);
    assert_eq!(orphans.len(), 2);
    assert_eq!(world.devices().len(), 4, "showing changes nothing");
    assert_eq!(outcomes(&swept(&admin, &orphans)), [SweepOutcome::Deleted; 2]);
    assert_eq!(world.devices().len(), 2);
    assert_eq!(outcomes(&swept(&admin, &orphans)), [SweepOutcome::Gone; 2]);
}

#[test]
fn a_device_that_became_somebody_s_since_the_plan_stays() {
    let world = World::new();
    let [left, later] = world
        .practice
        .with(|account| ["left", "later"].map(|name| leave_device(account, name)));
    let admin = Person::new(&world, "admin");
    let orphans = planned(&admin);
    world.practice.with(|account| {
        let since = account.now();
        account.home.devices.get_mut(later.as_str()).unwrap().assigned =
            Some(lockstep_practice::device::Assignment {
                user: "maya".to_owned(),
                since,
                skew: 0,
            });
    });
    let swept = swept(&admin, &orphans);
    let outcome = |serial: &SerialNumber| {
        let found = swept.iter().find(|swept| swept.serial == *serial).unwrap();
        *found.outcome.as_ref().unwrap()
    };
    assert_eq!(outcome(&left), SweepOutcome::Deleted);
    assert_eq!(outcome(&later), SweepOutcome::Assigned);
    assert_eq!(world.devices().len(), 1);
    // What AWS itself refuses at the last moment is the same.
    let last = world.practice.with(|account| {
        account.plan_fault(Fault {
            operation: Some("DeleteVirtualMFADevice".to_owned()),
            kind: FaultKind::Refused(Refusal::delete_conflict(
                "MFA VirtualDevice in use. Must deactivate first.",
            )),
            skip: 0,
            times: 1,
        });
        leave_device(account, "last")
    });
    let orphans = planned(&admin);
    assert_eq!(orphans[0].serial, last);
    assert_eq!(outcomes(&self::swept(&admin, &orphans)), [SweepOutcome::Assigned]);
}

#[test]
fn what_was_begun_here_or_by_a_run_is_kept() {
    let world = World::new();
    let mut admin = Person::new(&world, "admin");
    // Enrolling breaks off between Create and Enable.
    let created = (1..40).find(|step| {
        world.practice.with(|account| account.home.devices.clear());
        let mut person = Person::new(&world, "admin");
        person.plan(Faults::fail_at(*step, std::io::ErrorKind::Other));
        let broke_off = person.enrol().is_err();
        let is_open = person
            .journal()
            .iter()
            .any(lockstep_iam::journal::Entry::is_enrolment);
        let is_made = !world.devices().is_empty();
        if broke_off && is_open && is_made {
            person.plan(Faults::none());
            admin = person;
            return true;
        }
        false
    });
    assert!(created.is_some(), "some step is between Create and Enable");
    let of_a_run = world.practice.with(|account| leave_device(account, "of-a-run"));
    let needed = [of_a_run.clone()];
    let orphans = admin.work(|work| plan(work, &needed)).unwrap();
    assert_eq!(orphans.len(), 2);
    assert!(orphans.iter().all(|orphan| orphan.kept == Some(Kept::UnderWay)));
    let kept = admin.work(|work| apply(work, &orphans, &needed)).unwrap();
    assert_eq!(outcomes(&kept), [SweepOutcome::Kept(Kept::UnderWay); 2]);
    // A run that ended needs it no more; one that began since the plan was shown does.
    let orphans = admin.work(|work| plan(work, &[])).unwrap();
    let swept = admin.work(|work| apply(work, &orphans, &needed)).unwrap();
    assert_eq!(outcomes(&swept), [SweepOutcome::Kept(Kept::UnderWay); 2]);
    assert_eq!(world.devices().len(), 2);
}

#[test]
fn a_device_whose_seed_is_here_is_kept() {
    let world = World::new();
    let admin = Person::new(&world, "admin");
    let serial = admin.enrol().unwrap().serial;
    world.practice.with(|account| {
        account.home.devices.get_mut(serial.as_str()).unwrap().assigned = None;
    });
    let orphans = planned(&admin);
    assert_eq!(orphans[0].kept, Some(Kept::SeedHere));
    assert_eq!(
        outcomes(&swept(&admin, &orphans)),
        [SweepOutcome::Kept(Kept::SeedHere)]
    );
    assert_eq!(world.devices().len(), 1);
}

#[test]
fn an_orphan_that_the_journal_remembers_is_deleted_and_forgotten() {
    let world = World::new();
    let person = Person::new(&world, "noor");
    let serial = person.enrol().unwrap().serial;
    world.hands.turn(60);
    let user = person.user_name();
    // Noor may not delete, so that what she retired is left behind.
    person
        .work(|work| lockstep_iam::retire::retire(work, &serial, &user))
        .unwrap();
    assert_eq!(person.journal()[0].deed, Deed::Orphan);
    person.look(|authenticator| {
        for account in authenticator.trash() {
            authenticator.purge(&account.id).unwrap();
        }
    });
    world.practice.with(|account| {
        let all = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        ]});
        account.set_policy("noor", &all.to_string()).unwrap();
    });
    assert_eq!(
        outcomes(&swept(&person, &planned(&person))),
        [SweepOutcome::Deleted]
    );
    assert!(person.journal().is_empty());
}

#[test]
fn one_that_may_not_be_deleted_hides_none_of_the_others_and_a_lost_answer_is_looked_after() {
    let world = World::new();
    world.practice.with(|account| {
        leave_device(account, "keep-this");
        leave_device(account, "left");
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "iam:DeleteVirtualMFADevice", "Resource": "arn:aws:iam::*:mfa/keep-*"},
        ]});
        account.set_policy("pia", &policy.to_string()).unwrap();
    });
    let pia = Person::new(&world, "pia");
    let orphans = planned(&pia);
    world.practice.with(|account| {
        account.plan_fault(Fault {
            operation: Some("DeleteVirtualMFADevice".to_owned()),
            kind: FaultKind::LostAnswer,
            skip: 1,
            times: 1,
        });
        Account::reset_calls(account);
    });
    let swept = swept(&pia, &orphans);
    assert_eq!(swept[0].outcome.as_ref().unwrap_err().code(), "aws-access-denied");
    assert!(matches!(
        swept[1].outcome,
        Ok(SweepOutcome::Deleted | SweepOutcome::Gone)
    ));
    assert_eq!(world.devices().len(), 1);
}
