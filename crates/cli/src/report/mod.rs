//! Results in words and as JSON. Wording only: nothing here does anything.

pub(crate) mod account;
pub(crate) mod add;
pub(crate) mod aws;
pub(crate) mod backup;
pub(crate) mod code;
pub(crate) mod export;
pub(crate) mod fleet;
pub(crate) mod fleet_many;
pub(crate) mod fleet_users;
pub(crate) mod hand_off;
pub(crate) mod qr;
pub(crate) mod restore;
pub(crate) mod store;

use lockstep_device::authenticator::view::NoticeView;
use lockstep_device::time::UnixTime;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// What the process ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NotFound = 3,
    /// Locked, denied or wrong passphrase.
    Locked = 4,
    /// AWS refused.
    Refused = 5,
    /// Whether it was done is not known.
    Unknown = 6,
    Interrupted = 130,
}

/// How standard output looks to the person in front of it.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// Whether there is a person in front of it.
    pub(crate) terminal: bool,
    /// Whether colours are wanted.
    pub(crate) color: bool,
}

/// A command's result.
pub(crate) trait Report {
    /// As one JSON value.
    fn json(&self) -> serde_json::Value;
    /// In words, with the last line's end; may be empty.
    fn text(&self, look: Look) -> String;
    /// What the process ends with.
    fn exit(&self) -> Exit {
        Exit::Done
    }
}

/// The result of a command that did what was asked and has nothing to show but that.
#[derive(Serialize)]
pub(crate) struct Done {
    /// What was done, a word scripts can rely on.
    pub(crate) outcome: &'static str,
    #[serde(skip)]
    pub(crate) sentence: String,
}

impl Report for Done {
    fn json(&self) -> serde_json::Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        format!("{}\n", visible(&self.sentence))
    }
}

/// What was repaired or noticed.
#[derive(Serialize)]
pub(crate) struct Notices {
    pub(crate) notices: Vec<NoticeView>,
}

impl Report for Notices {
    fn json(&self) -> serde_json::Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        if self.notices.is_empty() {
            return "Every secret has its row in the list and every row its secret; nothing was changed.\n"
                .to_owned();
        }
        let line = |notice: &NoticeView| format!("{}\n", visible(&notice.message));
        self.notices.iter().map(line).collect()
    }
}

/// A report's fields as a JSON value. Reports hold strings, numbers and lists only, which always have one.
pub(crate) fn value(report: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(report).expect("reports have only string keys")
}

/// `text` without what could steer a terminal or turn the direction of writing: labels come from other people's QR
/// codes. Line ends stay.
pub(crate) fn visible(text: &str) -> String {
    let steers = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|character| if steers(character) { '\u{fffd}' } else { character })
        .collect()
}

/// The same for one cell of a line: line ends go, too.
pub(crate) fn visible_cell(text: &str) -> String {
    visible(text).replace('\n', "\u{fffd}")
}

/// Seconds since the Unix epoch as RFC 3339 in UTC; nothing beyond the year 9999, which has no such form.
pub(crate) fn rfc3339(seconds: u64) -> Option<String> {
    UnixTime::from_seconds(seconds).rfc3339()
}

/// Puts words behind `text`.
pub(crate) fn push(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = std::fmt::Write::write_fmt(text, words);
}

/// Issuer and name as one label.
pub(crate) fn label(issuer: Option<&str>, name: &str) -> String {
    visible_cell(&match issuer {
        Some(issuer) if name.is_empty() => issuer.to_owned(),
        Some(issuer) => format!("{issuer}:{name}"),
        None => name.to_owned(),
    })
}

/// The first eight digits of an id, enough to name an account by.
pub(crate) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// Rows under a head, each column as wide as its widest cell. A column whose cells are all empty is left out.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(column, title)| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width());
            match cells.max().unwrap_or(0) {
                0 => 0,
                widest => widest.max(title.width()),
            }
        })
        .collect();
    let mut text = String::new();
    let head: Vec<String> = head.iter().map(|title| (*title).to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths).filter(|(_, width)| **width > 0) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(
                ' ',
                width.saturating_sub(cell.width()).saturating_add(2),
            ));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_steer_the_terminal() {
        assert_eq!(
            visible_cell("a\u{1b}[2Jb\n\u{202e}c"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c"
        );
    }

    #[test]
    fn moments_are_rfc_3339_in_utc_and_one_too_far_is_nothing() {
        assert_eq!(rfc3339(1_111_111_109).as_deref(), Some("2005-03-18T01:58:29Z"));
        assert_eq!(rfc3339(u64::MAX), None);
    }

    #[test]
    fn columns_are_as_wide_as_what_is_seen() {
        let rows = vec![vec!["東京".to_owned(), String::new(), "x".to_owned()]];
        assert_eq!(table(&["A", "B", "C"], &rows), "A     C\n東京  x\n");
    }
}
