//! All users of one AWS account, or of many.

mod duplicates;
pub mod gate;
mod member;
pub mod recipients;
pub mod run;
pub mod run_store;
