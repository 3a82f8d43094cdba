//! `cargo xtask test`: every check there is, the quick ones first, ending at the first that fails.

use std::path::Path;

use crate::command::{self, cargo};
use crate::error::Error;
use crate::interface;
use crate::report::Report;
use crate::setup;

pub(crate) fn test() -> Result<(), Error> {
    let mut report = Report::default();
    let result = steps(&mut report);
    print!("{report}");
    result
}

fn steps(report: &mut Report) -> Result<(), Error> {
    report.step("setup", setup::for_tests)?;
    report.step("format", || command::run(cargo(&["fmt", "--all", "--check"])))?;
    report.step("interface: types", || interface::run_script("check"))?;
    report.step("interface: lints", || interface::run_script("lint"))?;
    report.step("interface: tests", || interface::run_script("test"))?;
    licences(report)?;
    report.step("lints", || {
        command::run(cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))
    })?;
    report.step("examples in the docs", || {
        command::run(cargo(&["test", "--workspace", "--doc"]))
    })?;
    if installed("nextest") {
        report.step("tests", || {
            command::run(cargo(&["nextest", "run", "--workspace"]))
        })
    } else {
        report.step("tests", || {
            command::run(cargo(&["test", "--workspace", "--lib", "--bins", "--tests"]))
        })
    }
}

/// Licences, banned crates and sources. Advisories are left to whoever is online: they are a download.
fn licences(report: &mut Report) -> Result<(), Error> {
    const STEP: &str = "dependencies";
    if installed("deny") {
        report.step(STEP, || {
            command::run(cargo(&["deny", "check", "licenses", "bans", "sources"]))
        })
    } else {
        report.skip(STEP, "cargo-deny is not installed");
        Ok(())
    }
}

fn installed(cargo_command: &str) -> bool {
    let program = format!("cargo-{cargo_command}");
    command::succeeds(command::program(
        &program,
        &[cargo_command, "--version"],
        Path::new("/"),
    ))
}
