//! AWS as the window has it: one connection that the person chose, and deeds done through it.

pub mod choice;
pub mod connection;
pub mod devices;
mod practice;
