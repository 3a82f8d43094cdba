//! Where seeds and the account index are kept.
//!
//! Seeds are items in the operating system's keyring ([`keyring`]) or in a file sealed with a passphrase ([`vault`]),
//! both behind [`seeds::SeedStore`]; each item describes itself ([`item`]). Order, tags and last use are in the sealed
//! [`index`], what is under way in sealed [`record`]s. Losing the index loses no account: after any crash the items are the truth.

pub mod choice;
pub mod fault;
pub mod file;
pub mod index;
pub mod item;
pub mod keyring;
pub mod lock;
pub mod log_file;
pub mod record;
pub(crate) mod sealed;
pub mod sealed_folder;
pub mod seeds;
pub(crate) mod staged;
pub mod vault;
