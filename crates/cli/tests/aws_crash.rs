//! The process is killed at every step of what it does in AWS, as in a power cut. The same command again, or `doctor`, ends
//! with one working device whose seed is here, or with none and nothing left behind.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::aws::{World, enrol, is_whole, serials};
use support::{Person, Ran};

const KILLED: Option<i32> = Some(9);

/// Who mends what the kill left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mending {
    Again,
    Doctor,
}

/// Runs a command killed at step 1, 2, 3, … each on a fresh account, and has each aftermath mended; every second step by
/// `doctor`, the others by the same command, or the other way round.
fn at_every_step(
    before: usize,
    after: usize,
    first_by_doctor: bool,
    arguments: &dyn Fn(&Person) -> Vec<String>,
) {
    for step in 1..400 {
        let world = World::new();
        let person = world.person("maya");
        for _ in 0..before {
            enrol(&person);
        }
        world.turn(600);
        let command = arguments(&person);
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let ran = person.run_in(&command, "LOCKSTEP_FAULT", &format!("kill:{step}"));
        let context = format!("{command:?} killed at step {step}");
        world.turn(600);
        if before > 0 && after > 0 {
            let works = |serial: &String| world.takes_code(&person, serial);
            assert!(
                serials(&person).iter().any(works),
                "{context}: never without a device that works"
            );
        }
        if ran.signal != KILLED {
            ran.succeeds();
            is_whole(&world, &person, "maya", after, &context);
            assert!(step > 20, "only {step} steps");
            return;
        }
        // Told that it is done, nobody asks again: that would be for a further device.
        let told = ran.stdout.contains("arn:aws");
        let mending = if told || (step % 2 == 0) == first_by_doctor {
            Mending::Doctor
        } else {
            Mending::Again
        };
        mend(&world, &person, &command, (before, after), mending, &context);
    }
    panic!("it never came to its end");
}

#[track_caller]
fn mend(
    world: &World,
    person: &Person,
    command: &[&str],
    (before, after): (usize, usize),
    mending: Mending,
    context: &str,
) {
    if mending == Mending::Again {
        let again: Ran = person.run(command);
        // The account that was named is gone when all but the last line of the books was done.
        let done = again.code == Some(0) || (again.code == Some(3) && serials(person).len() == after);
        assert!(done, "{context}, again: {} {}", again.stdout, again.stderr);
        world.turn(600);
    }
    let doctor = person.run(&["doctor", "--aws"]);
    assert_eq!(
        doctor.code,
        Some(0),
        "{context}, doctor: {}{}",
        doctor.stdout,
        doctor.stderr
    );
    world.turn(600);
    let there = serials(person).len();
    let expected = if mending == Mending::Again {
        [after, after]
    } else {
        [before, after]
    };
    assert!(expected.contains(&there), "{context}: {there} devices");
    is_whole(world, person, "maya", there, context);
    let quiet = person.run(&["doctor"]).succeeds();
    assert!(
        !quiet.stdout.contains("arn:aws"),
        "{context}: nothing is under way: {}",
        quiet.stdout
    );
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn first_id(person: &Person) -> String {
    let listed = person.run(&["--json", "list"]).succeeds().json();
    listed["accounts"][0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_enrolment_killed_at_any_step_is_finished_or_taken_back() {
    at_every_step(0, 1, false, &|_| words(&["aws", "enrol"]));
}

#[test]
fn an_enrolment_killed_at_any_step_is_finished_or_taken_back_by_the_other_way() {
    at_every_step(0, 1, true, &|_| words(&["aws", "enrol"]));
}

#[test]
fn a_rotation_killed_at_any_step_never_leaves_anybody_without_a_device_that_works() {
    at_every_step(1, 1, false, &|person| {
        words(&["aws", "rotate", "--yes", &first_id(person)])
    });
}

#[test]
fn a_retirement_killed_at_any_step_is_finished() {
    at_every_step(1, 0, false, &|person| {
        words(&["aws", "retire", "--yes", &serials(person)[0]])
    });
}
