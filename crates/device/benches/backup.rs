//! Backing up and restoring 10,000 accounts, and the age file around them against the `age` command on the same bytes.
//!
//! `cargo bench --workspace --bench backup`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail loudly"
)]

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::Instant;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::backup_view::RestoreMode;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::backup::lock::{Lock, Recipient, seal};
use lockstep_device::backup::open::{Keys, open};
use lockstep_device::backup::recovery::RecoveryIdentity;

mod support;

use support::{median, vault};

const ACCOUNTS: u32 = 10_000;
const RUNS: usize = 21;

fn main() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let authenticator = vault(&folder.path().join("lockstep"));
    once("import into a vault", || fill(&authenticator));
    let identity = RecoveryIdentity::generate();
    let recipients = [Recipient::parse(&identity.recipient()).unwrap()];
    let lock = Lock::Keys(&recipients);
    let path = folder.path().join("ours.age");
    once("backup to a file, read back", || {
        assert_eq!(
            authenticator
                .write_backup(&path, &lock, false, false)
                .unwrap()
                .accounts,
            ACCOUNTS
        );
    });
    once("automatic backup, verified", || {
        authenticator.back_up_if_due().unwrap().unwrap();
    });
    let other = vault(&elsewhere.path().join("lockstep"));
    let file = fs::read(&path).unwrap();
    let keys = || Keys::none().with_recovery(&identity);
    once("open, preview and restore into a new vault", || {
        let document = other.open_backup("ours.age", &file, keys()).unwrap();
        assert_eq!(
            other.compare_backup(&document).unwrap().rows.len(),
            ACCOUNTS as usize
        );
        other.restore_backup(&document, RestoreMode::Merge, None).unwrap();
    });
    assert_eq!(other.accounts(), authenticator.accounts());
    println!("peak memory of all this: {} MiB", peak_memory());

    let document = open("ours.age", &file, &keys()).unwrap();
    let text = document.to_json();
    fs::write(folder.path().join("plain.json"), &*text).unwrap();
    fs::write(folder.path().join("key.txt"), identity.to_text().as_bytes()).unwrap();
    let age = |arguments: &[&str]| {
        let status = Command::new("age")
            .args(arguments)
            .current_dir(folder.path())
            .status()
            .unwrap();
        assert!(status.success());
    };
    let recipient = identity.recipient();
    let ours = median(RUNS, || {
        fs::write(
            folder.path().join("o.age"),
            seal(&document, &lock, false).unwrap(),
        )
        .unwrap();
    });
    let theirs = median(RUNS, || age(&["-r", &recipient, "-o", "t.age", "plain.json"]));
    told("JSON, seal and write", ours, theirs);
    let ours = median(RUNS, || {
        let file = fs::read(folder.path().join("o.age")).unwrap();
        assert_eq!(
            open("o.age", &file, &keys()).unwrap().entries.len(),
            ACCOUNTS as usize
        );
    });
    let theirs = median(RUNS, || age(&["-d", "-i", "key.txt", "-o", "p.json", "t.age"]));
    told("read, open and parse every account", ours, theirs);
}

fn told(what: &str, ours: f64, theirs: f64) {
    println!(
        "{what}: {ours:.1} ms, the age command {theirs:.1} ms: {:.2}",
        ours / theirs
    );
}

fn fill(authenticator: &Authenticator) {
    let mut uris = String::new();
    for number in 0..ACCOUNTS {
        let seed = data_encoding::BASE32_NOPAD.encode(&u128::from(number).to_be_bytes());
        let label = format!("Issuer%20{number}:maya{number}@halden.example");
        writeln!(
            uris,
            "otpauth://totp/{label}?secret={seed}&issuer=Issuer%20{number}"
        )
        .unwrap();
    }
    let mut preview = Preview::default();
    preview.read_texts("bench", &uris);
    let rows: Vec<u32> = (0..ACCOUNTS).collect();
    assert_eq!(
        authenticator.keep(&preview, &rows, &[]).unwrap().len(),
        ACCOUNTS as usize
    );
}

fn once(what: &str, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    println!(
        "{ACCOUNTS} accounts, {what}: {:.2} s",
        start.elapsed().as_secs_f64()
    );
}

/// The most memory that this process has held, in MiB, as Linux counts it.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: Option<u64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.unwrap_or_default() / 1024
}
