//! What `cargo xtask` does: the only place that knows apt, npm and which cargo commands make a whole.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]
#![allow(clippy::print_stderr, reason = "its output is its purpose")]

mod bench;
mod bundle;
mod changelog;
mod command;
mod error;
mod interface;
mod notices;
mod package;
mod packages;
mod peers;
mod report;
mod run;
mod screenshots;
mod setup;
mod stage;
mod test;

use std::process::ExitCode;

use error::Error;

const HELP: &str = "\
Usage: cargo xtask <TASK>

Tasks:
  setup   install the system, npm and Python packages that are missing, and build the user interface
  run     set up, build, and open the app; where there is no display, play the tour in a virtual one
  test    set up, then every check there is: formatting, lints, the user interface's tests, the workspace's tests
  screenshots
          take the pictures of the documentation anew, in a virtual display
  bench   set up for testing, then measure: each figure against a named peer in the same run
  bundle  set up, build what is shipped, and pack both programs as a Debian package in target/bundle
          (bundle --programs FOLDER --out FOLDER packs programs as they are)
  help    print this
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn dispatch(words: &[&str]) -> Result<(), Error> {
    match words {
        ["setup"] => setup::for_tests(),
        ["run"] => run::run(),
        ["test"] => test::test(),
        ["screenshots"] => screenshots::screenshots(),
        ["bench"] => bench::bench(),
        ["bundle"] => bundle::bundle(),
        ["bundle", "--programs", programs, "--out", out] => bundle::bundle_programs(programs, out),
        [] | ["help" | "-h" | "--help"] => {
            print!("{HELP}");
            Ok(())
        }
        unknown => Err(Error::Usage {
            given: unknown.join(" "),
        }),
    }
}
