//! `cargo xtask setup`, and the same as the first step of the other tasks.

use crate::error::Error;
use crate::interface;
use crate::packages::{self, Purpose};
use crate::peers;

/// Everything that building the app needs.
pub(crate) fn for_building() -> Result<(), Error> {
    packages::ensure(Purpose::Build)?;
    interface::ensure_built()
}

/// Everything that the tour needs: what the tests do, without the servers that no window talks to.
pub(crate) fn for_tour() -> Result<(), Error> {
    packages::ensure(Purpose::Tour)?;
    interface::ensure_built()
}

/// Everything that building and testing the app need.
pub(crate) fn for_tests() -> Result<(), Error> {
    packages::ensure(Purpose::Test)?;
    peers::ensure(peers::Purpose::Test)?;
    interface::ensure_built()
}

/// Everything that the benchmarks and their peers need.
pub(crate) fn for_benches() -> Result<(), Error> {
    packages::ensure(Purpose::Test)?;
    peers::ensure(peers::Purpose::Bench)
}
