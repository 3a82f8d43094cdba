//! Lockstep's window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use lockstep_desktop::arguments;
#[cfg(target_os = "linux")]
use lockstep_desktop::web_engine;
use lockstep_device::hygiene;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // Before anything else: no other thread may run yet.
    #[cfg(target_os = "linux")]
    let prepared = web_engine::prepare();
    let filter = EnvFilter::try_from_env("LOCKSTEP_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    #[cfg(target_os = "linux")]
    if let Err(error) = prepared {
        tracing::warn!(%error, "the web view runs as WebKit has it by default");
    }
    if let Err(error) = hygiene::harden_process() {
        tracing::warn!(%error, "memory may be written to disk after a crash");
    }
    if let Err(error) = arguments::leave_process_list() {
        tracing::warn!(%error, "the link that the app was started with stays in the process list");
    }
    match lockstep_desktop::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}
