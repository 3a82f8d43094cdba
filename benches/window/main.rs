//! The window against an empty Tauri app of the same build and in the same run: how soon it shows codes, how much memory
//! and how much of a processor it takes, and how evenly ten thousand accounts scroll. Both are whole process trees, on an
//! X display without a screen and a GNOME Keyring of their own, started in turns. The peer is the app as Tauri makes it;
//! beside it stands one whose web engine is set up as Lockstep's.
//!
//! No other window of `WebKit` may be open meanwhile: shared memory (PSS) counts for each of those who share it in part.
//!
//! `cargo bench --workspace --bench window`, or a part of it: `-- start`, `-- rest`, `-- scroll`

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    reason = "a benchmark may fail loudly"
)]

mod app;
#[path = "../../tests/desktop/browser.rs"]
#[allow(dead_code, reason = "the benchmark uses its part")]
mod browser;
mod empty;
#[path = "../../tests/desktop/machine.rs"]
#[allow(dead_code, reason = "the benchmark uses its part")]
mod machine;
mod paint;
mod scroll;
mod seeding;
#[path = "../../tests/desktop/tree.rs"]
#[allow(dead_code, reason = "the benchmark uses its part")]
mod tree;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::app::{App, Start};
use crate::machine::Machine;
use crate::paint::Screen;

/// Starts of each app; the medians count.
const STARTS: usize = 11;

/// How long a processor is watched for: its clock has ticks of 10 ms, and 0.5 % of 20 s are ten of them.
const WATCHED: Duration = Duration::from_secs(20);

/// What the window needs to come to rest after a start: a minute without anybody, and some seconds.
const SETTLING: Duration = Duration::from_secs(75);

/// What it needs until only its countdowns move.
const STARTING: Duration = Duration::from_secs(15);

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("empty") => return empty::run(),
        Some("empty-alike") => return empty::run_alike(),
        Some("seed") => return seeding::run(),
        _ => {}
    }
    let (is_starting, is_resting) = (is_wanted("start"), is_wanted("rest"));
    if is_starting || is_resting {
        let hundred = machine_with(100);
        println!("Lockstep with 100 accounts in a keyring, against an empty Tauri app:");
        if is_starting {
            starting(&hundred);
        }
        if is_resting {
            resting(&hundred);
        }
    }
    if is_wanted("scroll") {
        println!("Lockstep with 10,000 accounts in a vault:");
        scroll::report();
    }
}

/// Whether this part is named, or none is. Cargo adds an option of its own.
fn is_wanted(part: &str) -> bool {
    let mut parts = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .peekable();
    parts.peek().is_none() || parts.any(|word| word == part)
}

/// A machine whose keyring has so many accounts.
fn machine_with(accounts: u32) -> Machine {
    let machine = Machine::with_keyring();
    seeding::store_accounts(&machine, accounts, "keyring");
    machine
}

fn starting(machine: &Machine) {
    let screen = Screen::of(machine);
    let time = |start: Start| {
        wait_for_early_step();
        let app = App::start(machine, start);
        let painted = app.time_to_paint(&screen);
        drop(app);
        painted.as_secs_f64() * 1e3
    };
    let round = || [Start::Window, Start::Empty, Start::EmptyAlike].map(time);
    // The first of each loads the libraries from the disk.
    let rounds: Vec<[f64; 3]> = (0..=STARTS).map(|_| round()).skip(1).collect();
    let [ours, theirs, alike] = [0, 1, 2].map(|at| median(rounds.iter().map(|round| round[at])));
    println!(
        "  first codes painted after {ours:.0} ms, the empty app's page after {theirs:.0} ms (medians of {STARTS}), \
         ratio {:.2}, target at most 1.2; with a web engine set up as Lockstep's after {alike:.0} ms, ratio {:.2}",
        ours / theirs,
        ours / alike
    );
}

/// Codes that change while the window comes to rest would look as if it had not.
fn wait_for_early_step() {
    const PERIOD_S: u64 = 30;
    let into_step = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % PERIOD_S;
    if into_step > PERIOD_S / 2 {
        std::thread::sleep(Duration::from_secs(PERIOD_S - into_step));
    }
}

fn resting(machine: &Machine) {
    let theirs = watched(machine, Start::Empty, STARTING);
    let alike = watched(machine, Start::EmptyAlike, STARTING);
    let counting = watched(machine, Start::Window, STARTING);
    let ours = watched(machine, Start::Window, SETTLING);
    let hidden = watched(machine, Start::Hidden, SETTLING);
    println!(
        "  memory (PSS): {:.0} MiB, the empty app {:.0} MiB, ratio {:.2}, target at most 1.2; with a web engine set up as \
         Lockstep's {:.0} MiB, ratio {:.2}",
        ours.pss,
        theirs.pss,
        ours.pss / theirs.pss,
        alike.pss,
        ours.pss / alike.pss
    );
    println!(
        "  processor at rest: {:.2} % of a core, target at most 0.5; {:.2} % in the first minute, while the countdown moves \
         each second; hidden {:.2} %, target 0; the empty app {:.2} %",
        ours.busy, counting.busy, hidden.busy, theirs.busy
    );
}

struct AtRest {
    /// Mebibytes.
    pss: f64,
    /// Per cent of one core.
    busy: f64,
}

fn watched(machine: &Machine, start: Start, settling: Duration) -> AtRest {
    let app = App::start(machine, start);
    std::thread::sleep(settling);
    let before = app.processor_time();
    std::thread::sleep(WATCHED);
    let busy = app.processor_time().saturating_sub(before);
    let pss = app.pss();
    drop(app);
    AtRest {
        pss,
        busy: 100.0 * busy.as_secs_f64() / WATCHED.as_secs_f64(),
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
