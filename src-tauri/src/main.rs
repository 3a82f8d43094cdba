//! Lockstep's window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use lockstep_desktop::{arguments, graphics};
use lockstep_device::hygiene;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("LOCKSTEP_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    if let Err(error) = hygiene::harden_process() {
        tracing::warn!(%error, "memory may be written to disk after a crash");
    }
    if let Err(error) = arguments::leave_process_list() {
        tracing::warn!(%error, "the link that the app was started with stays in the process list");
    }
    if let Err(error) = graphics::restart_without_dmabuf() {
        tracing::warn!(%error, "starting without WebKit's DMABUF renderer failed; starting with it");
    }
    match lockstep_desktop::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}
