//! Pages of the docs that a test writes: the table of a crate's errors.

use std::fmt::Write as _;
use std::path::Path;

/// One row of the table: code, a message for example, remedy.
pub type Row<'a> = (&'a str, String, &'a str);

/// Compares the page `docs/NAME` with `head` and the table of these rows; with `UPDATE_DOCS` set, writes it.
pub fn assert_error_page(name: &str, head: &str, rows: &[Row<'_>]) {
    let mut page = head.to_owned();
    for (code, message, remedy) in rows {
        let (message, remedy) = (message.replace('|', "\\|"), remedy.replace('|', "\\|"));
        writeln!(page, "| `{code}` | {message} | {remedy} |").expect("a string takes every line");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        page,
        "docs/{name} is out of date"
    );
}
