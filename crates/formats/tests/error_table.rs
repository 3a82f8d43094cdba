//! Every error of other apps' files has a code, a message and a remedy, and the table of them is in
//! `docs/file-errors.md`.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

use lockstep_formats::error::{ErrorCode, ReadError};
use lockstep_formats::format::Format;
use lockstep_testing::docs::{Row, assert_error_page};

const HEAD: &str = "\
# Errors of other apps' files

As in [errors.md](errors.md): stable codes, messages with examples for names and numbers, and what to do. This page is made by a
test: `UPDATE_DOCS=1 cargo test -p lockstep-formats --test error_table` writes it anew.

| code | message, for example | what to do |
| --- | --- | --- |
";

fn examples() -> Vec<ReadError> {
    let format = Format::Aegis;
    vec![
        ReadError::Unrecognised,
        ReadError::TooLarge {
            found: 70_000_000,
            limit: 67_108_864,
        },
        ReadError::NotExportable("Authy"),
        ReadError::AccountRestricted,
        ReadError::PasswordNeeded(format),
        ReadError::PasswordWrong(format),
        ReadError::Damaged {
            format,
            reason: "its database was changed after it was sealed".to_owned(),
        },
        ReadError::Unsupported {
            format,
            what: "a vault that no password opens".to_owned(),
        },
        ReadError::TooCostly {
            format,
            what: "rounds of scrypt",
            found: 1 << 40,
            limit: 1 << 23,
        },
        "aegis2".parse::<Format>().unwrap_err().into(),
    ]
}

#[test]
fn every_code_has_an_example_and_the_table_is_in_the_docs() {
    let examples = examples();
    let covered: BTreeSet<&str> = examples.iter().map(|error| error.code().as_str()).collect();
    let all: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(covered, all);

    let rows: Vec<Row<'_>> = ErrorCode::ALL
        .iter()
        .map(|code| {
            let example = examples.iter().find(|error| error.code() == *code).unwrap();
            (code.as_str(), example.to_string(), code.remedy())
        })
        .collect();
    assert_error_page("file-errors.md", HEAD, &rows);
}

#[test]
fn codes_are_kebab_case_and_each_remedy_is_a_whole_sentence() {
    for code in ErrorCode::ALL {
        let kebab = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(code.as_str().bytes().all(kebab), "{code}");
        assert!(code.remedy().ends_with('.'), "{code}");
    }
}
