//! What tests of several crates stand on. Linux only, as those tests are; nothing here is part of the product.

#![allow(
    clippy::missing_panics_doc,
    reason = "a test that cannot set its scene up panics, and says why"
)]

pub mod corpus;
#[cfg(target_os = "linux")]
pub mod display;
pub mod docs;
#[cfg(target_os = "linux")]
mod http;
pub mod likeness;
#[cfg(target_os = "linux")]
pub mod own_process;
#[cfg(target_os = "linux")]
pub mod peers;
#[cfg(target_os = "linux")]
pub mod portal;
pub mod process;
#[cfg(target_os = "linux")]
pub mod prompter;
#[cfg(target_os = "linux")]
pub mod server;
#[cfg(target_os = "linux")]
pub mod session;
