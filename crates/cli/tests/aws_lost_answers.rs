//! The connection goes at any request, for a moment or for good. The exit code says which of the two it was: a command that
//! ends with 0 is done, one that ends with another is finished or taken back by the same command or by `doctor`.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use lockstep_practice::account::Account;
use lockstep_practice::faults::{Fault, FaultKind};
use support::Person;
use support::aws::{World, enrol, is_whole, serials};

/// What is done, from and to how many devices.
#[derive(Clone, Copy)]
struct Deed {
    name: &'static str,
    before: usize,
    after: usize,
}

const ENROL: Deed = Deed {
    name: "enrol",
    before: 0,
    after: 1,
};
const ROTATE: Deed = Deed {
    name: "rotate",
    before: 1,
    after: 1,
};
const RETIRE: Deed = Deed {
    name: "retire",
    before: 1,
    after: 0,
};

impl Deed {
    fn prepare(self) -> (World, Person, Vec<String>) {
        let world = World::new();
        let maya = world.person("maya");
        for _ in 0..self.before {
            enrol(&maya);
        }
        world.turn(600);
        world.forget_calls();
        let mut arguments = vec!["--json".to_owned(), "aws".to_owned(), self.name.to_owned()];
        if self.before > 0 {
            arguments.extend([serials(&maya)[0].clone(), "--yes".to_owned()]);
        }
        (world, maya, arguments)
    }

    /// How many requests it takes when nothing goes wrong.
    fn requests(self) -> u32 {
        let (world, maya, arguments) = self.prepare();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        maya.run(&arguments).succeeds();
        let requests = world.practice.with(|account| account.calls().len());
        u32::try_from(requests).unwrap()
    }
}

/// Whoever asked was told that the device is there.
fn told(stdout: &str) -> bool {
    let answer: serde_json::Value = serde_json::from_str(stdout).unwrap();
    answer["serial"].is_string()
}

/// From some request on nothing comes back any more, whether it was done (`LostAnswer`) or not (`Reset`).
fn gone_from_any_request(deed: Deed, kind: &FaultKind, first_by_doctor: bool) {
    let requests = deed.requests();
    assert!(requests >= 3, "{requests} requests");
    let mut unknown = 0;
    for skipped in 0..requests {
        let (world, maya, arguments) = deed.prepare();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        world.practice.with(|account| {
            account.plan_fault(Fault::any(kind.clone()).skip(skipped).times(100_000));
        });
        let ran = maya.run(&arguments);
        let context = format!("{} with {kind:?} from request {skipped} on", deed.name);
        let said = format!("{context}: {:?} {} {}", ran.code, ran.stdout, ran.stderr);
        assert!(ran.signal.is_none(), "{said}");
        let lost = world
            .practice
            .with(|account| account.calls()[skipped as usize].operation.clone());
        let changes = ["Create", "Enable", "Deactivate", "Delete"]
            .iter()
            .any(|verb| lost.starts_with(verb));
        if changes {
            assert_eq!(ran.code, Some(6), "nobody knows what became of {lost}: {said}");
        }
        match ran.code {
            Some(0) => {
                assert!(told(&ran.stdout), "{said}");
            }
            // It was made, and AWS did not answer when it was to take a code.
            Some(5) if told(&ran.stdout) => {}
            Some(code @ (1 | 5 | 6)) => {
                let error = &ran.json()["error"];
                assert!(!error["remedy"].as_str().unwrap().is_empty(), "{said}");
                if error["code"] == "aws-outcome-unknown" {
                    assert_eq!(code, 6, "{said}");
                    unknown += 1;
                } else {
                    assert_ne!(code, 6, "{said}");
                }
            }
            _ => panic!("{said}"),
        }
        world.practice.with(Account::clear_faults);
        world.turn(600);
        let is_works = deed.before == 0 || deed.after == 0 || {
            let held = serials(&maya);
            held.iter().any(|serial| world.takes_code(&maya, serial))
        };
        assert!(is_works, "{said}: never without a device that works");
        let by_doctor = told(&ran.stdout) || (skipped % 2 == 0) == first_by_doctor;
        let expected = if by_doctor {
            [deed.before, deed.after]
        } else {
            let again = maya.run(&arguments);
            // Of a rotation of which only the books were left, the account that was named is gone.
            let done = again.code == Some(0) || again.code == Some(3) && serials(&maya).len() == deed.after;
            assert!(done, "{said}, again: {} {}", again.stdout, again.stderr);
            world.turn(600);
            [deed.after, deed.after]
        };
        let doctor = maya.run(&["doctor", "--aws"]);
        assert_eq!(doctor.code, Some(0), "{said}, doctor: {}", doctor.stdout);
        world.turn(600);
        let there = serials(&maya).len();
        assert!(expected.contains(&there), "{said}: {there} devices");
        is_whole(&world, &maya, "maya", there, &said);
        let quiet = maya.run(&["doctor"]).succeeds();
        assert!(!quiet.stdout.contains("arn:aws"), "{said}: {}", quiet.stdout);
    }
    assert!(unknown > 0, "{}: it never ended with 6", deed.name);
}

/// One answer is lost, or one request is refused for the moment: nobody notices.
fn lost_once_at_any_request(deed: Deed, kind: &FaultKind) {
    for skipped in 0..deed.requests() {
        let (world, maya, arguments) = deed.prepare();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        world
            .practice
            .with(|account| account.plan_fault(Fault::any(kind.clone()).skip(skipped)));
        let context = format!("{} with {kind:?} at request {skipped}", deed.name);
        let ran = maya.run(&arguments);
        assert_eq!(ran.code, Some(0), "{context}: {}{}", ran.stdout, ran.stderr);
        assert!(told(&ran.stdout), "{context}: {}", ran.stdout);
        world.turn(60);
        is_whole(&world, &maya, "maya", deed.after, &context);
        let quiet = maya.run(&["doctor"]).succeeds();
        assert!(!quiet.stdout.contains("arn:aws"), "{context}: {}", quiet.stdout);
    }
}

#[test]
fn an_enrolment_whose_answers_stay_out_from_any_request_on_ends_whole() {
    gone_from_any_request(ENROL, &FaultKind::LostAnswer, false);
}

#[test]
fn an_enrolment_whose_connection_breaks_at_any_request_ends_whole() {
    gone_from_any_request(ENROL, &FaultKind::Reset, true);
}

#[test]
fn a_rotation_whose_answers_stay_out_from_any_request_on_ends_whole() {
    gone_from_any_request(ROTATE, &FaultKind::LostAnswer, false);
}

#[test]
fn a_rotation_whose_connection_breaks_at_any_request_ends_whole() {
    gone_from_any_request(ROTATE, &FaultKind::Reset, true);
}

#[test]
fn a_retirement_whose_answers_stay_out_or_whose_connection_breaks_ends_whole() {
    gone_from_any_request(RETIRE, &FaultKind::LostAnswer, false);
    gone_from_any_request(RETIRE, &FaultKind::Reset, true);
}

#[test]
fn one_lost_answer_at_any_request_of_any_deed_is_made_up_for() {
    for deed in [ENROL, ROTATE, RETIRE] {
        lost_once_at_any_request(deed, &FaultKind::LostAnswer);
    }
}

#[test]
fn killed_at_any_step_of_making_up_for_lost_answers_an_enrolment_ends_whole() {
    let mut after_the_fault = 0;
    for step in 1..400 {
        let (world, maya, arguments) = ENROL.prepare();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        world.practice.with(|account| {
            account.plan_fault(Fault::on("CreateVirtualMFADevice", FaultKind::LostAnswer));
            account.plan_fault(Fault::on("EnableMFADevice", FaultKind::LostAnswer));
        });
        let ran = maya.run_in(&arguments, "LOCKSTEP_FAULT", &format!("kill:{step}"));
        let context = format!("killed at step {step}: {}{}", ran.stdout, ran.stderr);
        let met = world.practice.with(|account| {
            let met = account.faults.planned().len() < 2;
            account.clear_faults();
            met
        });
        world.turn(600);
        if ran.signal.is_none() {
            ran.succeeds();
            is_whole(&world, &maya, "maya", 1, &context);
            assert!(
                after_the_fault > 10,
                "{after_the_fault} steps after a lost answer"
            );
            return;
        }
        after_the_fault += usize::from(met);
        // Before anything was lost it is as in `aws_crash`.
        if !met {
            continue;
        }
        if !ran.stdout.contains("\"serial\"") && step % 2 == 0 {
            maya.run(&arguments).succeeds();
            world.turn(600);
        }
        maya.run(&["doctor", "--aws"]).succeeds();
        world.turn(600);
        let there = serials(&maya).len();
        assert!(there <= 1, "{context}");
        is_whole(&world, &maya, "maya", there, &context);
    }
    panic!("it never came to its end");
}
