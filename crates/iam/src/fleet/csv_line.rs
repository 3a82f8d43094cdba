//! Which line of a list a record of CSV stands on.

use csv::StringRecord;

/// The line of the record's first field, counted from 1. The reader's own count is that of the blank lines and remarks before it.
pub(super) fn line_of(text: &[u8], record: &StringRecord) -> u64 {
    let begins = record.position().map_or(0, csv::Position::byte);
    let begins = usize::try_from(begins).unwrap_or(usize::MAX).min(text.len());
    let (before, rest) = text.split_at(begins);
    let passed_over = rest
        .split_inclusive(|byte| *byte == b'\n')
        .take_while(|line| line.trim_ascii().is_empty() || line.starts_with(b"#"))
        .count();
    // The last piece is the line itself, or as much of it as stands before.
    let begun = before.split(|byte| *byte == b'\n').count();
    u64::try_from(begun + passed_over).unwrap_or(u64::MAX)
}
