//! Whatever goes wrong once, at whichever call: doing the same again, or settling, ends with one working device whose seed
//! is here, or with none and nothing left behind. The tables say what came of each.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::time::Duration;

use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_iam::connection::ANSWER_TIMEOUT;
use lockstep_iam::error::Error;
use lockstep_iam::retire::retire;
use lockstep_iam::rotate::rotate;
use lockstep_iam::settle::settle;
use lockstep_practice::faults::{Fault, FaultKind};
use support::{Person, World};

/// Each fault once, which the SDK mostly makes up for by itself, and three times, which it cannot.
fn faults() -> Vec<(String, FaultKind, u32)> {
    let kinds = [
        ("throttled", FaultKind::Throttling),
        ("service failure", FaultKind::ServiceFailure),
        ("concurrent change", FaultKind::ConcurrentModification),
        ("unmodifiable", FaultKind::EntityTemporarilyUnmodifiable),
        ("answer lost", FaultKind::LostAnswer),
        ("connection reset", FaultKind::Reset),
    ];
    let mut faults = vec![];
    for times in [1, 3, 9] {
        for (name, kind) in &kinds {
            faults.push((format!("{name} ×{times}"), kind.clone(), times));
        }
    }
    faults
}

/// A deed, how many devices there are before it, and how many when it is done.
struct Deed {
    name: &'static str,
    user: &'static str,
    before: usize,
    after: usize,
    run: fn(&Person<'_>) -> Result<(), Error>,
}

const ENROL: Deed = Deed {
    name: "enrol",
    user: "maya",
    before: 0,
    after: 1,
    run: |person| person.enrol().map(|_| ()),
};

const ENROL_A_SECOND: Deed = Deed {
    name: "enrol a second one",
    user: "maya",
    before: 1,
    after: 2,
    run: |person| person.enrol().map(|_| ()),
};

const ROTATE: Deed = Deed {
    name: "rotate",
    user: "maya",
    before: 1,
    after: 1,
    run: |person| {
        let old = person.held(&person.serials()[0]);
        person
            .work(|work| rotate(work, &old, &person.user_name(), true))
            .map(|_| ())
    },
};

const RETIRE: Deed = Deed {
    name: "retire",
    user: "maya",
    before: 1,
    after: 0,
    run: |person| {
        // By its serial number, which a person still has when the account is in the trash already.
        let device = person.look(|authenticator| {
            let accounts = authenticator.accounts().accounts.into_iter();
            let account = accounts.chain(authenticator.trash()).next().unwrap();
            SerialNumber::try_from(account.serial.unwrap()).unwrap()
        });
        person
            .work(|work| retire(work, &device, &person.user_name()))
            .map(|_| ())
    },
};

impl Deed {
    fn prepare<'a>(&self, world: &'a World) -> Person<'a> {
        let person = Person::new(world, self.user);
        for _ in 0..self.before {
            person.enrol().unwrap();
        }
        world.hands.turn(600);
        world
            .practice
            .with(lockstep_practice::account::Account::reset_calls);
        person
    }

    /// The operations it calls when nothing goes wrong.
    fn calls(&self) -> Vec<String> {
        let world = World::new();
        let person = self.prepare(&world);
        (self.run)(&person).unwrap();
        person.is_whole(self.after, self.name);
        world.practice.with(|account| {
            let calls = account.calls();
            calls.into_iter().map(|call| call.operation).collect()
        })
    }

    /// After a first run that failed: the same again, or settling, leaves everything whole.
    #[track_caller]
    fn mend(&self, person: &Person<'_>, first: &Result<(), Error>, by_settling: bool, context: &str) {
        person.world.hands.turn(600);
        if self.before > 0 && self.after > 0 {
            let works = |serial: &String| person.emits(serial);
            assert!(
                person.serials().iter().any(works),
                "{context}: never without a device that works"
            );
        }
        if first.is_ok() {
            // Done, though perhaps still on the list of what is under way.
            person.work(settle).unwrap();
            person.is_whole(self.after, context);
            return;
        }
        if by_settling {
            let settled = person.work(settle).unwrap();
            for one in settled {
                assert!(one.outcome.is_ok(), "{context}: settling: {:?}", one.outcome);
            }
            let there = person.serials().len();
            assert!(
                there == self.before || there == self.after,
                "{context}: {there} devices"
            );
            person.is_whole(there, context);
            return;
        }
        // A rotation or a retirement that got so far that only the old device's end was missing is settled first.
        let again = (self.run)(person);
        if self.name == "rotate" && again.is_ok() {
            person.is_whole(1, context);
            return;
        }
        assert!(again.is_ok(), "{context}: again: {again:?}");
        person.is_whole(self.after, context);
    }
}

fn table_of(deed: &Deed) -> String {
    let calls = deed.calls();
    let faults = faults();
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (place, operation) in calls.iter().enumerate() {
        for (name, kind, times) in &faults {
            for by_settling in [false, true] {
                let context = format!("{}: {name} at call {place} ({operation})", deed.name);
                let world = World::new();
                let person = deed.prepare(&world);
                world.practice.with(|account| {
                    account.plan_fault(Fault {
                        operation: None,
                        kind: kind.clone(),
                        skip: u32::try_from(place).unwrap(),
                        times: *times,
                    });
                });
                let first = (deed.run)(&person);
                world
                    .practice
                    .with(lockstep_practice::account::Account::clear_faults);
                let outcome = match &first {
                    Ok(()) => "done".to_owned(),
                    Err(error) => error.code().to_owned(),
                };
                deed.mend(&person, &first, by_settling, &context);
                if !by_settling {
                    rows.entry(place).or_default().push(outcome);
                }
            }
        }
    }
    let mut table = format!("# {}\n\n| call |", deed.name);
    for (name, _, _) in &faults {
        write!(table, " {name} |").unwrap();
    }
    writeln!(table, "\n| --- |{}", " --- |".repeat(faults.len())).unwrap();
    for (place, outcomes) in rows {
        writeln!(
            table,
            "| {} {} | {} |",
            place + 1,
            calls[place],
            outcomes.join(" | ")
        )
        .unwrap();
    }
    table
}

#[test]
fn an_enrolment_with_any_fault_at_any_call_ends_whole() {
    insta::assert_snapshot!("enrol", table_of(&ENROL));
}

#[test]
fn a_second_enrolment_with_any_fault_at_any_call_ends_whole() {
    insta::assert_snapshot!("enrol-second", table_of(&ENROL_A_SECOND));
}

#[test]
fn a_rotation_with_any_fault_at_any_call_ends_whole() {
    insta::assert_snapshot!("rotate", table_of(&ROTATE));
}

#[test]
fn a_retirement_with_any_fault_at_any_call_ends_whole() {
    insta::assert_snapshot!("retire", table_of(&RETIRE));
}

/// The deed breaks off at every step between two calls and two writes, as when the disk is full at that moment.
fn broken_off(deed: &Deed) {
    for step in 1..400 {
        let mut failed = false;
        for by_settling in [false, true] {
            let context = format!("{}: broken off at step {step}", deed.name);
            let world = World::new();
            let mut person = deed.prepare(&world);
            person.plan(Faults::fail_at(step, ErrorKind::StorageFull));
            let first = (deed.run)(&person);
            failed |= first.is_err();
            person.plan(Faults::none());
            deed.mend(&person, &first, by_settling, &context);
        }
        if !failed {
            let world = World::new();
            let mut person = deed.prepare(&world);
            let faults = Faults::counting();
            person.plan(faults.clone());
            (deed.run)(&person).unwrap();
            if step > faults.steps() {
                return;
            }
        }
    }
    panic!("{} never came to its end", deed.name);
}

#[test]
fn an_enrolment_broken_off_at_any_step_ends_whole() {
    broken_off(&ENROL);
}

#[test]
fn a_rotation_broken_off_at_any_step_ends_whole() {
    broken_off(&ROTATE);
}

#[test]
fn a_retirement_broken_off_at_any_step_ends_whole() {
    broken_off(&RETIRE);
}

#[test]
fn a_lost_answer_that_leaves_an_orphan_is_said_and_remembered_until_somebody_deletes_it() {
    let world = World::new();
    let noor = Person::new(&world, "noor");
    world.practice.with(|account| {
        account.plan_fault(Fault {
            operation: Some("CreateVirtualMFADevice".to_owned()),
            kind: FaultKind::LostAnswer,
            skip: 0,
            times: 1,
        });
    });
    noor.enrol().unwrap();
    let orphans = noor.journal();
    assert_eq!(orphans.len(), 1, "the orphan is remembered");
    let serial = orphans[0].serial.clone();
    assert!(world.devices().contains(&(serial.to_string(), None)));
    let said = format!("{:?}", noor.said.borrow());
    assert!(said.contains(serial.as_str()), "and was said: {said}");
    let admin = Person::new(&world, "admin");
    admin
        .work(|work| lockstep_iam::retire::delete(work, &serial))
        .unwrap();
    noor.work(settle).unwrap();
    noor.is_whole(1, "the orphan is gone");
}

#[test]
fn a_lost_answer_to_enable_is_found_out_and_the_seed_is_kept() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    world.practice.with(|account| {
        account.plan_fault(Fault::on("EnableMFADevice", FaultKind::LostAnswer));
    });
    let enrolled = maya.enrol().unwrap();
    assert!(!enrolled.resumed);
    maya.is_whole(1, "enrolled");
}

/// An answer that comes after nobody waits for it any more is lost, although the connection lasts.
#[test]
fn an_answer_that_comes_too_late_at_any_call_is_a_lost_one_and_ends_whole() {
    for deed in [&ENROL, &ROTATE, &RETIRE] {
        let calls = deed.calls();
        for (place, operation) in calls.iter().enumerate() {
            for times in [1, 3] {
                let context = format!("{}: late ×{times} at call {place} ({operation})", deed.name);
                let world = World::new();
                let mut person = deed.prepare(&world);
                person.answer_timeout = Duration::from_millis(150);
                let late = FaultKind::Slow { milliseconds: 400 };
                let skip = u32::try_from(place).unwrap();
                world
                    .practice
                    .with(|account| account.plan_fault(Fault::any(late).skip(skip).times(times)));
                let first = (deed.run)(&person);
                world
                    .practice
                    .with(lockstep_practice::account::Account::clear_faults);
                person.answer_timeout = ANSWER_TIMEOUT;
                deed.mend(&person, &first, times == 3, &context);
            }
        }
    }
}
