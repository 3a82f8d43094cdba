//! Looking through 10,000 accounts as a person types, and making the codes of one screen.
//!
//! `cargo bench -p lockstep-device --bench search`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail loudly"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::store::fault::Faults;
use lockstep_device::store::vault::{Passphrase, WorkFactor};
use lockstep_device::time::SystemClock;
use zeroize::Zeroizing;

const ACCOUNTS: u32 = 10_000;
const RUNS: usize = 101;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home {
        folder: folder.path().to_owned(),
        clock: Arc::new(SystemClock),
        faults: Faults::none(),
    };
    let passphrase = Passphrase::new(Zeroizing::new("bench".to_owned())).unwrap();
    let access = Access::NewVault(&passphrase, WorkFactor::try_from(1).unwrap());
    let authenticator = Authenticator::open(home, access).unwrap();
    let ids = fill(&authenticator);

    for query in ["m", "maya", "issuer 77 halden", "nothing has this"] {
        let hits = authenticator.search(query).len();
        let time = median(|| authenticator.search(query).len());
        println!("search {query:?} among {ACCOUNTS}: {hits} hits in {time:.2} ms, target at most 16");
    }
    let screen = &ids[..20];
    println!(
        "codes of 20 accounts: {:.2} ms",
        median(|| authenticator.codes(screen).unwrap().len())
    );
    println!(
        "codes of all {ACCOUNTS}: {:.1} ms",
        median(|| authenticator.codes(&ids).unwrap().len())
    );
}

fn fill(authenticator: &Authenticator) -> Vec<AccountId> {
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
    let added = authenticator.keep(&preview, &rows, &[]).unwrap();
    added.into_iter().filter_map(|added| added.id).collect()
}

/// Milliseconds.
fn median(work: impl Fn() -> usize) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}
