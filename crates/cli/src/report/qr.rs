//! QR codes in a terminal, and what pictures say.

use serde::Serialize;
use serde_json::Value;

use crate::report::{Look, Report, value};

/// What `qr read` shows.
#[derive(Serialize)]
pub(crate) struct TextsReport {
    pub(crate) texts: Vec<String>,
}

impl Report for TextsReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        let line = |text: &String| {
            // A pipe gets exactly what the code says; a terminal is not steered by it.
            if look.terminal {
                format!("{}\n", super::visible(text))
            } else {
                format!("{text}\n")
            }
        };
        self.texts.iter().map(line).collect()
    }
}

/// A QR code as half blocks, two rows of modules in a line, with the light border that readers want
/// (ISO/IEC 18004 §9.1: four modules). Dark modules are drawn dark whatever colours the terminal has.
pub(crate) fn blocks(width: usize, dark: impl Fn(usize, usize) -> bool) -> String {
    const BORDER: usize = 4;
    const COLORS: &str = "\u{1b}[30;107m";
    const PLAIN: &str = "\u{1b}[0m";
    let side = width.saturating_add(2 * BORDER);
    let is_dark = |column: usize, row: usize| {
        let place = column.checked_sub(BORDER).zip(row.checked_sub(BORDER));
        place.is_some_and(|(column, row)| column < width && row < width && dark(column, row))
    };
    let mut text = String::new();
    for row in (0..side).step_by(2) {
        text.push_str(COLORS);
        for column in 0..side {
            text.push(
                match (is_dark(column, row), is_dark(column, row.saturating_add(1))) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                },
            );
        }
        text.push_str(PLAIN);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rows_of_modules_make_one_line_inside_a_border() {
        let drawn = blocks(2, |column, row| column == row);
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[2], "\u{1b}[30;107m    ▀▄    \u{1b}[0m");
    }
}
