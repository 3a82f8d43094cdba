//! What the shell under the window keeps to when several things happen at once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod adding;
mod aws;
mod aws_deeds;
mod backups;
mod desk;
mod hand_offs;
#[path = "../support/mod.rs"]
mod support;
