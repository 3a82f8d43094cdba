//! Where the tests find other people's clients.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A program of `target/peers`, which `cargo xtask` fills; without it the test says that it was skipped.
pub(crate) fn peer(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = root.join("target/peers/bin").join(name);
    if program.exists() {
        return Some(program);
    }
    let _ = writeln!(io::stderr(), "skipped: {} is not there", program.display());
    None
}
