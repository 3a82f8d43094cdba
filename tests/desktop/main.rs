//! The window itself, on a machine of its own: what a person sees and does, from the first picture to the next start.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on should say where, and the tour says what it shows"
)]

mod accessibility;
mod activity;
mod album;
mod arguments;
mod aws;
mod aws_view;
mod backups;
mod browser;
mod camera;
mod desk;
mod fleet;
mod hand_offs;
mod journey;
mod keyboard;
mod keyring;
mod languages;
mod locking;
mod long_list;
mod machine;
mod pictures;
mod scenes;
mod screen;
mod settings;
mod sheets;
#[path = "../support/mod.rs"]
mod support;
mod tour;
#[allow(dead_code, reason = "the benchmark uses the rest of it")]
mod tree;
mod vault;
mod views;
mod web_engine;

#[tokio::test]
#[ignore = "it is for looking at: `cargo xtask run` plays it where there is no display"]
async fn tour() {
    // AWS's pauses are kept, and every picture is waited for.
    let played = tokio::time::timeout(8 * machine::PATIENCE, tour::stations()).await;
    assert!(played.is_ok(), "the tour hangs");
}
