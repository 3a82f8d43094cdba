//! AWS on a practice account: one user enrolled, against the usual script; and the credentials of a kept session, against a
//! code. Everything as whole processes, in the same run.
//!
//! `cargo bench --workspace --bench aws`; it takes about four minutes, most of them the script's waiting.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail loudly"
)]

mod support;

use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lockstep_practice::account::Account;
use lockstep_practice::server::{Options, Practice};
use lockstep_testing::peers::Peers;
use lockstep_testing::session::PrivateSession;
use support::{lockstep, report, run};

/// How many users each of the two enrols.
const USERS: u64 = 5;

fn main() {
    let practice = Practice::start(Options {
        users: 2 * usize::try_from(USERS).unwrap(),
        ..Options::default()
    })
    .unwrap();
    let session = PrivateSession::with_keyring();
    let home = tempfile::tempdir().unwrap();
    let ours = |user: &str, arguments: &[&str]| {
        let mut command = lockstep(&session, home.path());
        command.args(["--quiet"]).args(arguments);
        as_user(&mut command, &practice, user);
        command
    };
    enrolment(&practice, &|user| {
        ours("admin", &["aws", "enrol", "--user", user])
    });

    let (time, calls) = timed(&practice, &mut ours("maya", &["aws", "enrol"]));
    println!(
        "lockstep aws enrol, until STS took a code: {:.1} s, {calls} requests, of which 10 s are left to AWS to spread the \
         news",
        time.as_secs_f64()
    );
    let credentials = || run(&mut ours("maya", &["aws", "credential-process", "maya"]));
    let code = || run(lockstep(&session, home.path()).args(["code", "maya"]));
    practice.with(Account::reset_calls);
    report(
        "lockstep aws credential-process",
        "lockstep code",
        3.0,
        &credentials,
        &code,
    );
    let asked = practice.with(|account| account.calls().len());
    assert_eq!(asked, 0, "a session that is kept asks nobody");
}

/// Each user is enrolled by the script or by us, in turns.
fn enrolment(practice: &Practice, ours: &dyn Fn(&str) -> Command) {
    let Some(peers) = Peers::find() else { return };
    let script = |user: &str| {
        let mut command = peers.python();
        command.args([
            concat!(env!("CARGO_MANIFEST_DIR"), "/benches/usual_script.py"),
            user,
        ]);
        as_user(&mut command, practice, "admin");
        command
    };
    let (mut a, mut b) = (vec![], vec![]);
    for number in 0_u64..USERS {
        let name = |place: u64| format!("user-{:04}", 2 * number + place);
        a.push(timed(practice, &mut ours(&name(1))));
        // The script waits for a step to end. It begins at five places spread over one, so that none is favoured.
        until_second(3 + 6 * number);
        b.push(timed(practice, &mut script(&name(2))));
    }
    a.sort();
    b.sort();
    let ((a, our_calls), (b, script_calls)) = (a[a.len() / 2], b[b.len() / 2]);
    println!(
        "lockstep aws enrol --user: {:.3} s, {our_calls} requests; script with a pause for the second code: {:.3} s, \
         {script_calls} requests (medians of {USERS}), ratio {:.4}",
        a.as_secs_f64(),
        b.as_secs_f64(),
        a.as_secs_f64() / b.as_secs_f64()
    );
}

/// Waits until so many seconds of a step have passed.
fn until_second(second: u64) {
    const STEP: u64 = 30_000;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let into = u64::try_from(now % u128::from(STEP)).unwrap();
    std::thread::sleep(Duration::from_millis((second * 1000 + STEP - into) % STEP));
}

/// How long it takes, and how many requests it makes.
fn timed(practice: &Practice, command: &mut Command) -> (Duration, usize) {
    practice.with(Account::reset_calls);
    let begun = Instant::now();
    run(command);
    let time = begun.elapsed();
    (time, practice.with(|account| account.calls().len()))
}

fn as_user(command: &mut Command, practice: &Practice, user: &str) {
    let keys = practice.with(|account| account.keys_of(user));
    command
        .env("AWS_ENDPOINT_URL", practice.endpoint())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", keys.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", keys.secret_access_key);
}
