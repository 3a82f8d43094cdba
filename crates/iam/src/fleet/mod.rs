//! All users of one AWS account, or of many.

pub mod bounded;
pub mod credential_report;
mod duplicates;
pub mod gate;
mod member;
pub mod protection;
pub mod read;
pub mod recipients;
pub mod roster;
pub mod run;
pub mod run_store;
