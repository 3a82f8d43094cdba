//! Clocks that are wrong: codes are made for AWS's time, and no device is left that a right clock cannot use.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use lockstep_iam::enrol::Verified;
use support::{Person, World};

const HOUR: i64 = 3600;

#[test]
fn a_clock_that_is_hours_wrong_enrols_a_device_that_a_right_clock_can_use() {
    for ahead in [
        -10 * HOUR,
        -8 * HOUR,
        -HOUR,
        -301,
        -91,
        -29,
        -1,
        1,
        31,
        89,
        299,
        HOUR,
        8 * HOUR,
        10 * HOUR,
    ] {
        let world = World::new();
        let maya = Person::ahead(&world, "maya", ahead);
        let enrolled = maya.enrol().unwrap();
        assert_eq!(enrolled.verified, Verified::ByCode, "{ahead} s ahead");
        let skew = world.practice.with(|account| {
            let device = account.device(enrolled.serial.as_str()).unwrap();
            device.assigned.as_ref().unwrap().skew
        });
        assert_eq!(skew, 0, "{ahead} s ahead: AWS stored no error of the device");
        maya.is_whole(1, &format!("{ahead} s ahead"));
        let measured = maya.connect().unwrap().drift().seconds();
        assert_eq!(measured, -ahead);
    }
}

#[test]
fn any_second_of_a_step_will_do() {
    for second in 0..30 {
        let world = World::new();
        world.hands.turn(second);
        let maya = Person::new(&world, "maya");
        maya.enrol().unwrap();
        maya.is_whole(1, &format!("second {second}"));
    }
}
