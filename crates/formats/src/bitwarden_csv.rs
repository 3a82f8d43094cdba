//! Bitwarden's CSV, a person's or an organisation's.

use csv::StringRecord;
use lockstep_device::account::Standing;

use crate::detect::Look;
use crate::encoded::utf8;
use crate::error::ReadError;
use crate::format::Format;
use crate::limits::MAX_ACCOUNTS;
use crate::login::login_row;
use crate::row::{Extras, Rows};

const FORMAT: Format = Format::BitwardenCsv;

/// Whether its first line names the column of the TOTP.
pub(crate) fn is(look: &Look<'_>) -> bool {
    let mut lines = look.lines();
    let first = lines.next().unwrap_or_default();
    first
        .split(|byte| *byte == b',')
        .any(|column| column == TOTP.as_bytes())
}

/// The logins that have a TOTP.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let text = utf8(FORMAT, bytes)?;
    let mut table = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = table.headers().map_err(|error| damaged(&error))?.clone();
    let mut rows = Rows::new();
    for record in table.records() {
        let record = record.map_err(|error| damaged(&error))?;
        let login = Login {
            columns: &columns,
            record: &record,
        };
        let totp = login.value(TOTP);
        if totp.trim().is_empty() {
            continue;
        }
        let extras = Extras {
            tags: vec![
                login.value("folder").to_owned(),
                login.value("collections").to_owned(),
            ],
            note: login.value("notes").to_owned(),
            standing: Standing {
                pinned: login.value("favorite") == "1",
                ..Standing::default()
            },
        };
        rows.push(login_row(
            login.value("name"),
            login.value("login_username"),
            totp,
            extras,
        ));
        if rows.len() > MAX_ACCOUNTS {
            break;
        }
    }
    Ok(rows)
}

struct Login<'a> {
    columns: &'a StringRecord,
    record: &'a StringRecord,
}

impl Login<'_> {
    /// What stands in a column; nothing when there is none.
    fn value(&self, name: &str) -> &str {
        let place = self.columns.iter().position(|column| column == name);
        place.and_then(|place| self.record.get(place)).unwrap_or_default()
    }
}

fn damaged(error: &csv::Error) -> ReadError {
    let line = error.position().map_or(1, csv::Position::line);
    ReadError::Damaged {
        format: FORMAT,
        reason: format!("it is not the table that this app writes, from line {line} on"),
    }
}

const TOTP: &str = "login_totp";
