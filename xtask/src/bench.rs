//! `cargo xtask bench`: every figure that the README and the docs state, each as a ratio to a named peer in the same run.

use crate::command::{self, cargo, program, workspace_root};
use crate::error::Error;
use crate::peers;
use crate::setup;

pub(crate) fn bench() -> Result<(), Error> {
    setup::for_benches()?;
    command::run(cargo(&[
        "bench",
        "--package",
        "lockstep-cli",
        "--bench",
        "process",
    ]))?;
    command::run(cargo(&["bench", "--package", "lockstep-cli", "--bench", "aws"]))?;
    command::run(cargo(&["bench", "--package", "lockstep-cli", "--bench", "fleet"]))?;
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
    command::run(cargo(&[
        "bench",
        "--package",
        "lockstep-device",
        "--bench",
        "backup",
    ]))?;
    command::run(cargo(&["bench", "--package", "lockstep-device", "--bench", "qr"]))?;
    command::run(cargo(&["bench", "--workspace", "--bench", "window"]))?;
    println!("and zxing-cpp on the same pictures:");
    let script = "crates/device/benches/qr_peer.py";
    command::run(program(
        &peers::python().to_string_lossy(),
        &[script],
        &workspace_root(),
    ))
}
