//! A run over a thousand users that is killed again and again: gone on with each time, it ends with one device and one hand-off
//! for each user, and nothing left behind.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use lockstep_device::backup::open::Keys;
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::hand_off::HandOff;
use lockstep_device::otp::code_at_step;
use lockstep_device::otp::params::{OtpParams, Period};
use lockstep_device::otp::totp::step_at;
use support::Person;
use support::aws::World;

const USERS: usize = 1000;
const KILLS: usize = 200;

/// Runs the command for that long and kills it; whether it had ended before.
fn is_done_before(admin: &Person, arguments: &[&str], moment: Duration) -> bool {
    let mut command = admin.command(arguments);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while started.elapsed() < moment {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

/// Whose each hand-off is and which device, having looked that its code is the one of that device.
fn opened(folder: &Path, key: &RecoveryIdentity, world: &World) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| {
            let file = fs::read(path).unwrap();
            let open = HandOff::open("hand-off", &file, &Keys::none().with_recovery(key)).unwrap();
            let emits = world.practice.with(|account| {
                let step = step_at(Period::THIRTY, account.now());
                let code = code_at_step(&OtpParams::DEFAULT_TOTP, &open.account.seed, step);
                account.emits(open.serial.as_str(), code.as_str())
            });
            assert!(
                emits,
                "the hand-off of {} gives another code than its device",
                open.user
            );
            (open.user, open.serial.to_string())
        })
        .collect()
}

#[test]
fn a_thousand_users_and_two_hundred_kills_end_with_a_thousand_devices_and_hand_offs() {
    let world = World::new();
    let admin = world.person("admin");
    let key = RecoveryIdentity::generate();
    let mut lines = String::new();
    for number in 1..=USERS {
        let name = format!("user-{number:04}");
        writeln!(lines, "{name},{}", key.recipient()).unwrap();
        world
            .practice
            .with(|account| account.put_user(&name, "/staff/", BTreeMap::new()));
    }
    let list = admin.file("keys.csv", lines);
    let out = admin.folder().join("out");
    let folder = out.to_str().unwrap();
    let begin = [
        "fleet",
        "enrol",
        "--hand-off",
        folder,
        "--recipients",
        &list,
        "--max-in-flight",
        "8",
        "--yes",
    ];
    let breath = Duration::from_millis(1500);
    assert!(!is_done_before(&admin, &begin, breath));
    let looking = Instant::now();
    let runs = admin.run(&["--json", "fleet", "runs"]).succeeds().json();
    let look = looking.elapsed();
    let run = runs["runs"][0]["run"].as_str().unwrap();
    // So long that this machine, at the pace of the first breath, gets through most of the users in all these runs.
    let enrolled = u32::try_from(runs["runs"][0]["enrolled"].as_u64().unwrap()).unwrap();
    let whole = breath * u32::try_from(USERS).unwrap() / enrolled.max(1);
    let mut longest = 2 * (look + whole / u32::try_from(KILLS).unwrap() * 6 / 10);
    let resume = [
        "--json",
        "fleet",
        "enrol",
        "--resume",
        run,
        "--max-in-flight",
        "8",
    ];
    // The same parts of it whenever the test is run (Knuth's MMIX generator).
    let mut random = 7_u64;
    for kill in 1..KILLS {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let part = u32::try_from((random >> 33) % 1000).unwrap();
        let moment = longest * part / 1000;
        assert!(
            !is_done_before(&admin, &resume, moment),
            "it was done after {kill} kills"
        );
        // A first breath that was slower than the rest must not end it before the last kill.
        if world.devices().len() > USERS / 2 + USERS * 4 / 10 * kill / KILLS {
            longest /= 2;
        }
    }
    let done = admin.run(&resume).succeeds().json();
    assert_eq!(done["finished"], true);
    // Until STS knows the last of them.
    world.turn(10);
    let opened = opened(&out, &key, &world);
    assert_eq!(opened.len(), USERS);
    let there = world.devices();
    assert_eq!(there.len(), USERS, "no orphan and no second device");
    let assigned: BTreeSet<(String, String)> = there
        .into_iter()
        .map(|(serial, owner)| (owner.unwrap(), serial))
        .collect();
    assert_eq!(assigned, opened.into_iter().collect());
}
