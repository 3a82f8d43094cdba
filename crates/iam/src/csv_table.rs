//! Tables for spreadsheets, which calculate what looks like a formula.

/// CSV that is being written (RFC 4180, lines end in CR LF), and that no spreadsheet takes for more than text.
pub struct Table(csv::Writer<Vec<u8>>);

impl Table {
    /// One that quotes what has to be.
    pub fn plain() -> Self {
        Self::quoting(csv::QuoteStyle::Necessary)
    }

    /// One that quotes every cell.
    pub fn quoted() -> Self {
        Self::quoting(csv::QuoteStyle::Always)
    }

    fn quoting(style: csv::QuoteStyle) -> Self {
        let mut options = csv::WriterBuilder::new();
        options.terminator(csv::Terminator::CRLF).quote_style(style);
        Self(options.from_writer(vec![]))
    }

    /// One more row.
    ///
    /// # Panics
    ///
    /// Where it is not as long as the first.
    pub fn row(&mut self, fields: &[String]) {
        self.0
            .write_record(fields.iter().map(|field| harmless(field)))
            .expect("every row has the same columns, and memory takes what is written");
    }

    /// The table as a file.
    ///
    /// # Panics
    ///
    /// Never: memory takes what is written.
    pub fn finish(self) -> Vec<u8> {
        self.0.into_inner().expect("memory takes what is written")
    }
}

/// What a spreadsheet does not take for a formula. User names may begin with `=`, `+`, `-` and `@`.
fn harmless(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{field}")
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_taken_for_a_formula() {
        for formula in ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        assert_eq!(harmless("maya=x"), "maya=x");
    }
}
