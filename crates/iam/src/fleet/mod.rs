//! All users of one AWS account, or of many.

pub mod bounded;
pub mod credential_report;
pub mod protection;
pub mod read;
pub mod roster;
