//! What changed, as Debian's tools read it (deb-changelog(5)), made of what people read.

use std::fmt::Write;

use crate::command::workspace_root;
use crate::error::Error;
use crate::package::printed;

/// `CHANGELOG.md` in Debian's form, with `version` for what has none yet. The same commit gives the same text.
pub(crate) fn text(version: &str, maintainer: &str) -> Result<String, Error> {
    let root = workspace_root();
    let changes = std::fs::read_to_string(root.join(FILE)).map_err(|cause| Error::Unreadable {
        path: root.join(FILE),
        cause,
    })?;
    // Dates are as deb-changelog(5) wants them, which is how git and date write those of RFC 2822.
    let date = |day: Option<&str>| match day {
        Some(day) => printed("date", &["--utc", "--rfc-email", "--date", day], &root),
        None => last_changed(),
    };
    let mut written = String::new();
    for entry in entries(&changes, version) {
        let date = date(entry.day)?;
        write_entry(&mut written, &entry, maintainer, date.trim());
    }
    Ok(written)
}

/// When the list of changes was changed last; where it is in no repository, the moment that was set for what is built.
fn last_changed() -> Result<String, Error> {
    let root = workspace_root();
    if let Ok(seconds) = std::env::var("SOURCE_DATE_EPOCH") {
        let moment = format!("@{seconds}");
        return printed("date", &["--utc", "--rfc-email", "--date", &moment], &root);
    }
    let date = printed("git", &["log", "-1", "--format=%cD", "--", FILE], &root)?;
    if date.trim().is_empty() {
        return Err(Error::NoDate { file: FILE });
    }
    Ok(date)
}

/// What changed with one version.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    version: &'a str,
    /// The day of its release.
    day: Option<&'a str>,
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    Heading(String),
    Change(String),
}

/// What is not released is of `version`, unless that is.
fn entries<'a>(changes: &'a str, version: &'a str) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'_>> = vec![];
    for line in changes.lines() {
        if let Some((name, rest)) = line.strip_prefix("## [").and_then(|rest| rest.split_once(']')) {
            let is_released = name != "Unreleased";
            entries.push(Entry {
                version: if is_released { name } else { version },
                day: is_released.then(|| rest.trim_start_matches(" - ").trim()),
                lines: vec![],
            });
        } else if let Some(entry) = entries.last_mut() {
            entry.take(line);
        }
    }
    let is_released = entries
        .iter()
        .any(|entry| entry.version == version && entry.day.is_some());
    entries.retain(|entry| entry.day.is_some() || !is_released);
    entries
}

impl Entry<'_> {
    fn take(&mut self, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        if let Some(heading) = text.strip_prefix("### ") {
            self.lines.push(Line::Heading(heading.to_owned()));
        } else if let Some(change) = line.strip_prefix("- ") {
            self.lines.push(Line::Change(change.to_owned()));
        } else {
            match self.lines.last_mut() {
                Some(Line::Change(change)) => {
                    change.push(' ');
                    change.push_str(text);
                }
                _ => self.lines.push(Line::Change(text.to_owned())),
            }
        }
    }
}

fn write_entry(written: &mut String, entry: &Entry<'_>, maintainer: &str, date: &str) {
    let state = if entry.day.is_some() {
        "unstable"
    } else {
        "UNRELEASED"
    };
    if !written.is_empty() {
        written.push('\n');
    }
    let mut line = |text: std::fmt::Arguments<'_>| writeln!(written, "{text}").expect("text has room");
    line(format_args!(
        "lockstep ({}) {state}; urgency=medium\n",
        entry.version
    ));
    for part in &entry.lines {
        match part {
            Line::Heading(text) => line(format_args!("  [ {text} ]")),
            Line::Change(text) => {
                for (number, row) in wrapped(text).iter().enumerate() {
                    line(format_args!("  {} {row}", if number == 0 { '*' } else { ' ' }));
                }
            }
        }
    }
    line(format_args!("\n -- {maintainer}  {date}"));
}

/// Rows that stand on a terminal of 80 columns behind their mark.
fn wrapped(text: &str) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in text.split_whitespace() {
        let row = rows
            .last_mut()
            .filter(|row| row.is_empty() || row.chars().count() + 1 + word.chars().count() <= COLUMNS);
        match row {
            Some(row) if row.is_empty() => row.push_str(word),
            Some(row) => {
                row.push(' ');
                row.push_str(word);
            }
            None => rows.push(word.to_owned()),
        }
    }
    rows
}

const FILE: &str = "CHANGELOG.md";
const COLUMNS: usize = 76;

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGES: &str = "\
# Changelog

What changes.

## [Unreleased]

### Added

- A window that says what it does, in more words than stand in one row of a terminal
  of 80 columns.
- A command line.

## [0.1.0] - 2026-03-04

The first one.
";

    fn written(version: &str) -> String {
        let mut written = String::new();
        for entry in entries(CHANGES, version) {
            let date = format!("({:?})", entry.day);
            write_entry(&mut written, &entry, "Maya <maya@example.com>", &date);
        }
        written
    }

    #[test]
    fn each_version_has_an_entry_and_what_is_not_released_is_of_the_version_that_is_packed() {
        assert_eq!(
            written("0.2.0"),
            "\
lockstep (0.2.0) UNRELEASED; urgency=medium

  [ Added ]
  * A window that says what it does, in more words than stand in one row of a
    terminal of 80 columns.
  * A command line.

 -- Maya <maya@example.com>  (None)

lockstep (0.1.0) unstable; urgency=medium

  * The first one.

 -- Maya <maya@example.com>  (Some(\"2026-03-04\"))
"
        );
    }

    #[test]
    fn a_version_that_was_released_has_nothing_in_it_that_was_not() {
        let text = written("0.1.0");
        assert!(text.starts_with("lockstep (0.1.0) unstable"), "{text}");
        assert!(!text.contains("command line"), "{text}");
    }
}
