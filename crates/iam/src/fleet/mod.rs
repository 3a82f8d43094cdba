//! All users of one AWS account, or of many.

pub mod accounts;
pub mod bounded;
pub mod choice;
pub mod credential_report;
mod csv_line;
mod duplicates;
pub mod gate;
mod hand_over;
pub mod line;
pub mod many;
mod member;
pub mod page;
pub mod protection;
pub mod read;
pub mod read_many;
pub mod recipients;
pub mod recover;
pub mod report;
pub mod roster;
pub mod run;
pub mod run_store;
pub mod run_table;
pub mod running;
pub mod seals;
pub mod standing;
pub mod sweep;
pub mod table;
