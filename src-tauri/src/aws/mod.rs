//! AWS as the window has it: one connection that the person chose, and deeds done through it.

pub mod choice;
pub mod configure;
pub mod connection;
pub mod deed;
pub mod devices;
mod last;
pub mod page;
pub mod pair;
pub(crate) mod practice;
pub mod protect;
pub mod sessions;
