//! Backups: age files whose plain text is JSON with a full `otpauth://` URI for each account (`docs/backup-format.md`).
//!
//! [`document`] is the plain text, [`lock`] and [`open`] are the age file around it, [`recovery`] the identity that
//! opens the automatic ones, [`kit`] the page it is printed on, [`generations`] which of them are kept where.

pub mod document;
pub mod error;
pub mod generations;
pub mod kit;
pub mod lock;
pub mod open;
pub mod recovery;
