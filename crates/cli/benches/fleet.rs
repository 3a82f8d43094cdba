//! Many users enrolled on a practice account whose answers take 50 ms, by `lockstep fleet enrol` and by a script that makes
//! the same two calls for each and keeps nothing. Whole processes, in the same run.
//!
//! `cargo bench --workspace --bench fleet`; it takes about three minutes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail loudly"
)]

mod support;

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_practice::faults::{Fault, FaultKind};
use lockstep_practice::server::{Options, Practice};
use lockstep_testing::peers::Peers;
use lockstep_testing::session::PrivateSession;
use support::{lockstep, run};

/// How many users each of the two enrols for each number of calls in flight.
const USERS: usize = 400;
const LATENCY: u64 = 50;

fn main() {
    let Some(peers) = Peers::find() else { return };
    let practice = Practice::start(Options {
        users: 4 * USERS,
        ..Options::default()
    })
    .unwrap();
    practice.with(|account| {
        let slow = FaultKind::Slow {
            milliseconds: LATENCY,
        };
        account.plan_fault(Fault::any(slow).times(u32::MAX));
    });
    let session = PrivateSession::with_keyring();
    let home = tempfile::tempdir().unwrap();
    let key = RecoveryIdentity::generate().recipient();
    let mut first = 1;
    for in_flight in [1, 8] {
        let mut names = || {
            let names: Vec<String> = (first..first + USERS)
                .map(|number| format!("user-{number:04}"))
                .collect();
            first += USERS;
            names
        };
        let mut list = String::new();
        for name in names() {
            writeln!(list, "{name},{key}").unwrap();
        }
        let file = home.path().join(format!("keys-{in_flight}.csv"));
        std::fs::write(&file, list).unwrap();
        let mut ours = lockstep(&session, home.path());
        ours.args([
            "--quiet",
            "fleet",
            "enrol",
            "--yes",
            "--max-in-flight",
            &in_flight.to_string(),
        ])
        .arg("--recipients")
        .arg(&file)
        .arg("--hand-off")
        .arg(home.path().join("out"));
        let mut script = peers.python();
        script
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/fleet_script.py"))
            .arg(in_flight.to_string())
            .args(names());
        let [ours, script] = [ours, script].map(|command| rate(command, &practice));
        println!(
            "{in_flight} in flight, {LATENCY} ms a request: lockstep fleet enrol {ours:.1} users a second, boto3 {script:.1}, \
             time ratio {:.2}",
            script / ours
        );
    }
    let there = practice.with(|account| account.devices().count());
    assert_eq!(there, 4 * USERS);
}

/// Users a second.
#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn rate(mut command: Command, practice: &Practice) -> f64 {
    let keys = practice.with(|account| account.keys_of("admin"));
    command
        .env("AWS_ENDPOINT_URL", practice.endpoint())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", keys.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", keys.secret_access_key);
    let begun = Instant::now();
    run(&mut command);
    USERS as f64 / begun.elapsed().as_secs_f64()
}
