//! AWS IAM and STS, as a virtual MFA device meets them.
//!
//! The floors, from the ground up; a module imports only from floors below its own:
//!
//! 1. [`name`], [`device`], [`caller`]: what IAM calls users, devices and whoever asks.
//! 2. [`api`]: the operations that are used, one call each, over the AWS SDK.
//! 3. [`connection`]: credentials, region and endpoint to an [`api::Api`]; [`profile`] and [`keys`] are where they come from,
//!    and [`stored_keys`] where those are kept.
//! 4. [`journal`] and [`ledger`]: what is under way, and which codes were spent.
//! 5. [`work`]: what every deed is handed; [`awaited`] is what one lets time pass for.
//! 6. The deeds: [`session`] and [`elevation`], [`enrol`], [`adopt`], [`resync`], [`retire`], [`rotate`], and [`settle`] for what broke off,
//!    [`restored`] for what came back from a backup.
//! 7. [`sign_in`]: whose credentials a shell works with, to a connection, a role's with a code among them.
//! 8. [`session_plan`] and [`credential_process`]: from what a person said to a session, and to a line with which AWS's tools
//!    ask for one.
//! 9. [`fleet`]: all users of one AWS account or of many.
//!
//! [`policy`], [`variables`] and [`csv_table`] stand beside them; [`error`] gathers every error and stands below the deeds alone.
//!
//! Everything here blocks: a deed is a few calls one after the other, and a shell runs it on a thread of its own.

pub mod adopt;
pub mod api;
pub mod awaited;
pub mod caller;
pub mod connection;
pub mod credential_process;
pub mod csv_table;
pub mod device;
pub mod elevation;
pub mod enrol;
pub mod error;
pub mod fleet;
pub mod journal;
pub mod keys;
pub mod ledger;
pub mod name;
pub mod note;
pub mod policy;
pub mod profile;
pub mod restored;
pub mod resync;
pub mod retire;
pub mod rotate;
pub mod session;
pub mod session_plan;
pub mod settle;
pub mod sign_in;
pub mod stored_keys;
pub mod trail;
pub mod variables;
pub mod work;
