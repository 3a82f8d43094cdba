//! `cargo xtask setup`, and the same as the first step of the other tasks.

use crate::error::Error;
use crate::interface;
use crate::packages::{self, Purpose};

/// Everything that building the app needs.
pub(crate) fn for_building() -> Result<(), Error> {
    packages::ensure(Purpose::Build)?;
    interface::ensure_built()
}

/// Everything that building and testing the app need.
pub(crate) fn for_tests() -> Result<(), Error> {
    packages::ensure(Purpose::Test)?;
    interface::ensure_built()
}

/// Everything that the benchmarks and their peers need.
pub(crate) fn for_benches() -> Result<(), Error> {
    packages::ensure(Purpose::Bench)
}
