//! What the shell under the window keeps to when several things happen at once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod activity;
mod adding;
mod arguments;
mod aws;
mod aws_deeds;
mod backups;
mod camera;
mod desk;
mod first_look;
mod fleet;
mod fleet_runs;
mod fleet_several;
mod hand_offs;
mod locking;
#[cfg(target_os = "linux")]
mod presence;
mod screen;
mod settings;
#[path = "../support/mod.rs"]
mod support;
