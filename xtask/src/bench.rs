//! `cargo xtask bench`: every figure that the README and the docs state, each as a ratio to a named peer in the same run.

use crate::command::{self, cargo, program, workspace_root};
use crate::error::Error;
use crate::peers;
use crate::setup;

pub(crate) fn bench() -> Result<(), Error> {
    setup::for_benches()?;
    for bench in BENCHES {
        command::run(cargo(&["bench", "--workspace", "--bench", bench]))?;
    }
    println!("and zxing-cpp on the same pictures:");
    let script = "crates/device/benches/qr_peer.py";
    command::run(program(
        &peers::python().to_string_lossy(),
        &[script],
        &workspace_root(),
    ))
}

/// All of them in the whole workspace, so that dependencies are built once: for one package alone they have other features.
/// The last one's peer is asked after it.
const BENCHES: [&str; 8] = [
    "process", "aws", "fleet", "search", "keyring", "backup", "window", "qr",
];
