//! Whole processes, timed in turns with a peer.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "each benchmark uses its part, and may fail loudly"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lockstep_testing::session::PrivateSession;

const RUNS: usize = 41;

pub(crate) fn lockstep(session: &PrivateSession, home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    session.on(&mut command);
    command.arg("--home").arg(home);
    command
}

pub(crate) fn feed(command: &mut Command, input: &str) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

pub(crate) fn run(command: &mut Command) -> Vec<u8> {
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// A, B, A, B, so that a machine that slows down slows both; the medians, and how they compare with the target.
pub(crate) fn report(
    name: &str,
    peer: &str,
    target: f64,
    ours: &dyn Fn() -> Vec<u8>,
    theirs: &dyn Fn() -> Vec<u8>,
) {
    let time = |work: &dyn Fn() -> Vec<u8>| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let (mut a, mut b): (Vec<Duration>, Vec<Duration>) =
        (0..RUNS).map(|_| (time(ours), time(theirs))).unzip();
    a.sort();
    b.sort();
    let (a, b) = (a[RUNS / 2].as_secs_f64() * 1e3, b[RUNS / 2].as_secs_f64() * 1e3);
    let mut line = String::new();
    write!(
        line,
        "{name}: {a:.1} ms, {peer}: {b:.1} ms (medians of {RUNS}), ratio {:.2}",
        a / b
    )
    .unwrap();
    println!("{line}, target at most {target}");
}
