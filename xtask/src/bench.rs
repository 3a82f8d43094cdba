//! `cargo xtask bench`: every figure that the README and the docs state, each as a ratio to a named peer in the same run.

use std::path::{Path, PathBuf};

use crate::command::{self, cargo, program, workspace_root};
use crate::error::Error;
use crate::setup;

/// The peer for reading QR codes, and what its script needs besides.
const PEERS: &[&str] = &["zxing-cpp==3.1.1", "pillow", "numpy"];

pub(crate) fn bench() -> Result<(), Error> {
    setup::for_benches()?;
    command::run(cargo(&[
        "bench",
        "--package",
        "lockstep-cli",
        "--bench",
        "process",
    ]))?;
    command::run(cargo(&[
        "bench",
        "--package",
        "lockstep-device",
        "--bench",
        "search",
    ]))?;
    command::run(cargo(&[
        "bench",
        "--package",
        "lockstep-device",
        "--bench",
        "keyring",
    ]))?;
    command::run(cargo(&["bench", "--package", "lockstep-device", "--bench", "qr"]))?;
    println!("and zxing-cpp on the same pictures:");
    let python = python_with_peers()?;
    let script = "crates/device/benches/qr_peer.py";
    command::run(program(&python.to_string_lossy(), &[script], &workspace_root()))
}

/// A Python of our own in `target/peers`, with the peers in it.
fn python_with_peers() -> Result<PathBuf, Error> {
    let folder = workspace_root().join("target/peers");
    let python = folder.join("bin/python");
    let run =
        |arguments: &[&str]| command::run(program(&python.to_string_lossy(), arguments, Path::new("/")));
    if !python.exists() {
        command::run(program(
            "python3",
            &["-m", "venv", &folder.to_string_lossy()],
            Path::new("/"),
        ))?;
    }
    run(&[
        &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
        PEERS,
    ]
    .concat())?;
    Ok(python)
}
