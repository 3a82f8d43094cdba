//! Sessions: each code once, each cause told apart, one made for many.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use lockstep_device::otp::TimeStep;
use lockstep_device::otp::params::Period;
use lockstep_device::otp::totp::step_at;
use lockstep_iam::api::sts::Role;
use lockstep_iam::enrol::{EnrolRequest, Verified};
use lockstep_iam::error::Error;
use lockstep_iam::profile::ProfileSettings;
use lockstep_iam::session::{self, SessionDuration, SessionKey, Wanted, assume, obtain};
use lockstep_iam::sign_in::{ProfileRole, role_of};
use lockstep_iam::work::{Held, Work};
use lockstep_practice::account::Account;
use support::{Person, World};

fn enrolled(person: &Person<'_>) -> Held {
    let serial = person.enrol_with(&EnrolRequest::default()).unwrap().serial;
    person.world.hands.turn(60);
    person.held(serial.as_str())
}

/// Lets the time go by until devices have no code in common for a while, nor one of them the same one twice: what is
/// counted here are attempts, and six random digits may be another step's as well.
fn until_codes_differ(person: &Person<'_>, devices: &[&Held]) {
    let is_code_repeated = || {
        let now = person.world.practice.with(|account| account.now());
        let TimeStep(now) = step_at(Period::THIRTY, now);
        let mut seen = BTreeSet::new();
        person.look(|authenticator| {
            devices.iter().any(|device| {
                (now - 4..now + 9).any(|step| {
                    let code = authenticator.code_of_step(&device.account, TimeStep(step));
                    !seen.insert(code.unwrap().as_str().to_owned())
                })
            })
        })
    };
    while is_code_repeated() {
        person.world.hands.turn(30);
    }
}

/// How many times STS was given a code.
fn attempts(world: &World) -> usize {
    world.practice.with(|account| {
        let calls = account.calls();
        calls
            .iter()
            .filter(|call| call.operation == "GetSessionToken" || call.operation == "AssumeRole")
            .count()
    })
}

#[test]
fn a_session_is_kept_until_five_minutes_before_it_ends() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    let hour = SessionDuration::HOUR;
    let first = maya
        .work(|work| obtain(work, &device, hour, Wanted::KeptOrNew))
        .unwrap();
    world.hands.turn(3600 - 301);
    let kept = maya
        .work(|work| obtain(work, &device, hour, Wanted::KeptOrNew))
        .unwrap();
    assert_eq!(kept.access_key_id, first.access_key_id);
    assert_eq!(attempts(&world), 1);
    world.hands.turn(2);
    let renewed = maya
        .work(|work| obtain(work, &device, hour, Wanted::KeptOrNew))
        .unwrap();
    assert_ne!(renewed.access_key_id, first.access_key_id);
    assert_eq!(attempts(&world), 2);
}

#[test]
fn a_kept_session_is_found_without_asking_anybody() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    let made = maya
        .work(|work| obtain(work, &device, SessionDuration::HOUR, Wanted::KeptOrNew))
        .unwrap();
    let key = SessionKey::new("maya", device.serial.as_str(), None);
    world.practice.with(Account::reset_calls);
    let kept = maya.look(|authenticator| session::kept(authenticator, &key).unwrap());
    assert_eq!(kept.unwrap().access_key_id, made.access_key_id);
    assert_eq!(world.practice.with(|account| account.calls().len()), 0);
}

#[test]
fn a_second_session_in_the_same_step_waits_for_the_next_code_instead_of_burning_one() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    until_codes_differ(&maya, &[&device]);
    for round in 0..5 {
        maya.look(|authenticator| {
            let key = SessionKey::new("maya", device.serial.as_str(), None);
            session::forget(authenticator, &key).unwrap();
        });
        maya.work(|work| obtain(work, &device, SessionDuration::HOUR, Wanted::KeptOrNew))
            .unwrap();
        assert_eq!(attempts(&world), round + 1, "every code was taken at once");
    }
}

#[test]
fn a_code_that_somebody_else_used_costs_one_attempt_and_the_next_one_is_taken() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    until_codes_differ(&maya, &[&device]);
    // A phone with the same seed has just signed in.
    let connection = maya.connect().unwrap();
    maya.work_through(&connection, |work| {
        let code = work.code_at_step(&device.account, work.service_step()?)?;
        Ok(work.api().session_token((&device.serial, &code), 900)?)
    })
    .unwrap();
    maya.work(|work| obtain(work, &device, SessionDuration::HOUR, Wanted::KeptOrNew))
        .unwrap();
    assert_eq!(attempts(&world), 3);
}

#[test]
fn a_spent_budget_is_known_before_aws_is_asked_once_more() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    maya.look(|authenticator| {
        let now = world.practice.with(|account| account.now());
        lockstep_iam::ledger::change(authenticator, &device.serial, |page| {
            for _ in 0..9 {
                page.spend(TimeStep(0), now);
            }
        })
        .unwrap();
    });
    let refused = maya
        .work(|work| obtain(work, &device, SessionDuration::HOUR, Wanted::KeptOrNew))
        .err()
        .unwrap();
    assert_eq!(refused.code(), "aws-attempts-spent", "{refused}");
    assert_eq!(attempts(&world), 0);
}

#[test]
fn a_device_that_is_not_yet_known_everywhere_is_waited_for() {
    let world = World::with(|options| options.propagation = Duration::from_secs(9));
    let maya = Person::new(&world, "maya");
    let enrolled = maya.enrol().unwrap();
    assert_eq!(enrolled.verified, Verified::ByCode);
    assert_eq!(attempts(&world), 1, "and no code was burnt meanwhile");
}

#[test]
fn a_device_that_takes_longer_costs_a_few_codes_and_is_verified_all_the_same() {
    let world = World::with(|options| options.propagation = Duration::from_secs(40));
    let maya = Person::new(&world, "maya");
    let enrolled = maya.enrol().unwrap();
    assert_eq!(enrolled.verified, Verified::ByCode);
    assert!(attempts(&world) <= 3);
}

#[test]
fn a_device_of_somebody_else_is_told_apart_from_a_wrong_code() {
    let world = World::new();
    let noor = Person::new(&world, "noor");
    let theirs = enrolled(&noor);
    let maya = Person::new(&world, "maya");
    let mine = enrolled(&maya);
    world.hands.turn(300);
    let wrong = Held {
        serial: theirs.serial,
        account: mine.account,
    };
    let refused = maya
        .work(|work| obtain(work, &wrong, SessionDuration::HOUR, Wanted::KeptOrNew))
        .err()
        .unwrap();
    assert!(
        matches!(&refused, Error::CodeRejected { known, .. } if known.contains("does not list it")),
        "{refused}"
    );
}

#[test]
fn a_wrong_seed_is_tried_twice_and_no_more() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let first = enrolled(&maya);
    let second = maya
        .enrol_with(&EnrolRequest::default())
        .map(|enrolled| maya.held(enrolled.serial.as_str()))
        .unwrap();
    world.hands.turn(300);
    until_codes_differ(&maya, &[&first, &second]);
    let before = attempts(&world);
    let mixed = Held {
        serial: first.serial,
        account: second.account,
    };
    maya.look(|authenticator| {
        let key = SessionKey::new("maya", mixed.serial.as_str(), None);
        session::forget(authenticator, &key).unwrap();
    });
    let refused = maya
        .work(|work| obtain(work, &mixed, SessionDuration::HOUR, Wanted::KeptOrNew))
        .err()
        .unwrap();
    assert_eq!(refused.code(), "aws-code-rejected", "{refused}");
    assert_eq!(attempts(&world) - before, 2);
}

#[test]
fn a_role_that_wants_a_code_is_taken_on_with_one() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    let role = Role {
        arn: "arn:aws:iam::123456789012:role/Production".to_owned(),
        session_name: "lockstep".to_owned(),
        external_id: None,
    };
    let denied = maya
        .work(|work| assume(work, &role, None, SessionDuration::HOUR, Wanted::KeptOrNew))
        .err()
        .unwrap();
    assert_eq!(denied.code(), "aws-access-denied", "{denied}");
    world.practice.with(|account| {
        let policy = lockstep_iam::policy::policy(lockstep_iam::policy::Job::Session, "aws").to_string();
        account.set_policy("maya", &policy).unwrap();
    });
    let session = maya
        .work(|work| {
            assume(
                work,
                &role,
                Some(&device),
                SessionDuration::HOUR,
                Wanted::KeptOrNew,
            )
        })
        .unwrap();
    let connection = maya.connect().unwrap().as_role(&session).unwrap();
    assert_eq!(
        connection.caller().arn,
        "arn:aws:sts::123456789012:assumed-role/Production/lockstep"
    );
}

#[test]
fn a_profile_s_role_takes_a_code_only_where_it_wants_one_and_no_session_in_it_is_kept() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    let policy = lockstep_iam::policy::policy(lockstep_iam::policy::Job::Session, "aws").to_string();
    world
        .practice
        .with(|account| account.set_policy("maya", &policy).unwrap());
    let wants = |mfa_serial: Option<&str>| {
        let settings = ProfileSettings {
            role_arn: Some("arn:aws:iam::123456789012:role/Production".to_owned()),
            source_profile: Some("work".to_owned()),
            mfa_serial: mfa_serial.map(str::to_owned),
            ..ProfileSettings::default()
        };
        role_of(&settings, None).unwrap().unwrap()
    };
    let role = wants(Some(device.serial.as_str()));
    let takes_a_code = |role: &ProfileRole, endpoint| {
        maya.work(|work| role.takes_a_code(work.authenticator, endpoint))
            .unwrap()
    };
    assert!(!takes_a_code(&wants(None), None));
    assert!(takes_a_code(&role, None));
    let before = attempts(&world);
    maya.work(|work| {
        let work = Work {
            source: "profile work",
            faults: work.faults.clone(),
            ..*work
        };
        let hour = SessionDuration::HOUR;
        assume(&work, &role.role, Some(&device), hour, Wanted::KeptOrNew)
    })
    .unwrap();
    assert_eq!(attempts(&world), before + 1);
    assert!(!takes_a_code(&role, None));
    assert!(takes_a_code(&role, Some("http://elsewhere.example")));
    world.hands.turn(3600);
    assert!(takes_a_code(&role, None), "the session has ended");
}

#[test]
fn one_session_is_made_for_everybody_who_wants_one_at_once() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    let (endpoint, keys) = (world.practice.endpoint(), world.keys("maya"));
    maya.look(|authenticator| {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let connection = lockstep_iam::connection::Connection::open(
                        &lockstep_iam::connection::ConnectionOptions {
                            source: lockstep_iam::connection::Source::Keys(keys.clone()),
                            region: Some("us-east-1".to_owned()),
                            endpoint_url: Some(endpoint.clone()),
                            clock: std::sync::Arc::new(world.hands.clone()),
                            first_backoff: Duration::from_millis(1),
                            answer_timeout: lockstep_iam::connection::ANSWER_TIMEOUT,
                        },
                    )
                    .unwrap();
                    let work = lockstep_iam::work::Work {
                        authenticator,
                        connection: &connection,
                        source: "maya",
                        pace: &world.hands,
                        faults: lockstep_device::store::fault::Faults::none(),
                        watch: &|_| {},
                    };
                    obtain(&work, &device, SessionDuration::HOUR, Wanted::KeptOrNew).unwrap();
                });
            }
        });
    });
    assert_eq!(attempts(&world), 1);
}

#[test]
fn a_kept_session_that_aws_no_longer_takes_is_made_anew() {
    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    maya.work(|work| obtain(work, &device, SessionDuration::HOUR, Wanted::KeptOrNew))
        .unwrap();
    world.practice.with(|account| account.sessions.clear());
    world.hands.turn(60);
    let user = maya.user_name();
    maya.work(|work| lockstep_iam::retire::retire(work, &device.serial, &user))
        .unwrap();
    maya.is_whole(0, "retired in a new session");
}

#[test]
fn a_session_that_ended_while_the_clock_was_mended_is_not_given_out() {
    let world = World::new();
    let fast = Person::ahead(&world, "maya", 6 * 3600);
    let device = enrolled(&fast);
    let hour = SessionDuration::HOUR;
    fast.work(|work| obtain(work, &device, hour, Wanted::KeptOrNew))
        .unwrap();
    let key = SessionKey::new("maya", device.serial.as_str(), None);
    // AWS's time is not known without asking, and the clock may have been mended: nothing is given out unasked.
    assert!(
        fast.look(|authenticator| session::kept(authenticator, &key).unwrap())
            .is_none()
    );
    fast.work(|work| obtain(work, &device, hour, Wanted::KeptOrNew))
        .unwrap();
    assert_eq!(
        attempts(&world),
        1,
        "who asks AWS for the time knows that it lasts"
    );
}

#[test]
fn lost_answers_of_sts_are_not_said_to_be_wrong_codes() {
    use lockstep_practice::faults::{Fault, FaultKind};

    let world = World::new();
    let maya = Person::new(&world, "maya");
    let device = enrolled(&maya);
    world
        .practice
        .with(|account| account.plan_fault(Fault::on("GetSessionToken", FaultKind::Reset).times(60)));
    let failed = maya
        .work(|work| obtain(work, &device, SessionDuration::HOUR, Wanted::KeptOrNew))
        .err()
        .unwrap();
    assert_eq!(failed.code(), "aws-outcome-unknown", "{failed}");
}
