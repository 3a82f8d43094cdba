//! What the benchmarks of stores share: a vault, and a median.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::fault::Faults;
use lockstep_device::time::SystemClock;
use zeroize::Zeroizing;

/// The passphrase of every vault here.
pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new("bench".to_owned())).unwrap()
}

/// A new vault whose data folder this is.
pub(crate) fn vault(folder: &Path) -> Authenticator {
    let home = Home {
        folder: folder.to_owned(),
        clock: Arc::new(SystemClock),
        faults: Faults::none(),
    };
    let access = Access::NewVault(&passphrase(), WorkFactor::try_from(1).unwrap());
    Authenticator::open(home, access).unwrap()
}

/// Milliseconds of the run in the middle of so many.
pub(crate) fn median<T>(runs: usize, work: impl Fn() -> T) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}
