//! Key URIs (`otpauth://`) to accounts and back.

pub mod write;
