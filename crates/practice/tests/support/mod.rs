//! What the tests share: other people's clients, and a small one of their own.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a test may fail loudly, and no test uses everything"
)]

use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(crate) mod client;

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
