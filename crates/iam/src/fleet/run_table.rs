//! What became of the users of runs as CSV, for spreadsheets: a row for each user.

use lockstep_device::time::UnixTime;

use crate::csv_table::Table;
use crate::fleet::standing::{RunReport, UserReport};

/// The columns, in order.
const COLUMNS: [&str; 11] = [
    "run",
    "account",
    "user",
    "outcome",
    "serial",
    "hand_off",
    "handed_over",
    "code",
    "reason",
    "remedy",
    "warnings",
];

/// The users of these runs as CSV.
pub fn csv(runs: &[RunReport]) -> Vec<u8> {
    let mut table = Table::plain();
    table.row(&COLUMNS.map(str::to_owned));
    for run in runs {
        for user in &run.users {
            table.row(&row(run, user));
        }
    }
    table.finish()
}

fn row(run: &RunReport, user: &UserReport) -> [String; COLUMNS.len()] {
    let hand_off = user.hand_off.as_ref().map(|path| path.display().to_string());
    [
        run.id.to_string(),
        run.account.clone(),
        user.user.to_string(),
        user.outcome.word().to_owned(),
        user.serial.as_ref().map(ToString::to_string).unwrap_or_default(),
        hand_off.unwrap_or_default(),
        user.handed_over.and_then(UnixTime::rfc3339).unwrap_or_default(),
        user.code.clone(),
        user.reason.clone(),
        user.remedy.clone(),
        user.warnings.join("; "),
    ]
}
