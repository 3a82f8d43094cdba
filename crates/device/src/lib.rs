//! The virtual MFA device: one-time passwords, QR codes, seeds and where they are kept.
//!
//! The floors, from the ground up; a module imports only from floors below its own:
//!
//! 1. [`time`], [`seed`], [`serial`], [`passphrase`]: the words everything else is said in.
//! 2. [`otp`]: codes from a seed, parameters and a moment.
//! 3. [`account`]: one row of the authenticator, and a new one with its seed.
//! 4. [`otpauth`]: links and exports to accounts, and accounts to links.
//! 5. [`store`]: where seeds and the account index are kept.
//! 6. [`backup`]: the age files that everything can be restored from; [`hand_off`]: those that carry one device, and [`hand_off_page`] the same on paper;
//!    [`activity`]: what was done, and when.
//!
//! 7. [`authenticator`]: the one door; what a shell does, it does through it.
//!
//! [`camera`], [`clipboard`], [`hygiene`] and [`qr`] stand beside them and know none of them; [`error`] stands above all.

pub mod account;
pub mod activity;
pub mod authenticator;
pub mod backup;
pub mod camera;
pub mod clipboard;
pub mod error;
pub mod hand_off;
pub mod hand_off_page;
pub mod hygiene;
pub mod otp;
pub mod otpauth;
mod page;
pub mod passphrase;
pub mod passphrase_words;
pub mod qr;
pub mod screen;
pub mod seed;
pub mod serial;
pub mod store;
pub mod time;
