//! Starting other programs, always from a known folder and with a known environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::Error;

/// The top folder of the workspace.
pub(crate) fn workspace_root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// A program with its arguments, to be started in `folder`.
///
/// `cargo run` describes xtask to xtask in `CARGO_PKG_*` and `CARGO_MANIFEST_*`. Build scripts watch those
/// (ring's does), so handing them on would compile such crates anew each time.
pub(crate) fn program(name: &str, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(folder);
    for variable in inherited_from_cargo_run(std::env::vars_os().map(|(name, _)| name)) {
        command.env_remove(variable);
    }
    command
}

/// Cargo itself, in the top folder.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    program("cargo", arguments, &workspace_root())
}

/// Prints the command, runs it with this terminal, and fails when it does.
pub(crate) fn run(mut command: Command) -> Result<(), Error> {
    let shown = spelled(&command);
    println!("$ {shown}");
    let status = command.status().map_err(|cause| Error::NotStarted {
        command: shown.clone(),
        cause,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed {
            command: shown,
            status,
        })
    }
}

/// Runs the command silently and hands back what it printed, whether it succeeded or not.
pub(crate) fn capture(mut command: Command) -> Result<Output, Error> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| Error::NotStarted {
            command: spelled(&command),
            cause,
        })
}

/// Whether the command exists and succeeds.
pub(crate) fn succeeds(command: Command) -> bool {
    capture(command).is_ok_and(|output| output.status.success())
}

/// A command as it would be typed.
pub(crate) fn spelled(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    words.join(" ")
}

fn inherited_from_cargo_run(names: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    names.filter(|name| {
        name.to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn what_cargo_says_about_xtask_is_not_handed_on_and_the_rest_is() {
        let names = [
            "CARGO_PKG_NAME",
            "CARGO_MANIFEST_DIR",
            "CARGO_TARGET_DIR",
            "CARGO_HOME",
            "PATH",
        ];
        let removed: Vec<_> = inherited_from_cargo_run(names.into_iter().map(OsString::from)).collect();
        assert_eq!(removed, ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"]);
    }

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        assert_eq!(spelled(&cargo(&["fmt", "--check"])), "cargo fmt --check");
    }

    #[test]
    fn a_program_that_says_no_is_an_error_that_names_it() {
        let error = run(program("false", &["at", "once"], Path::new("/"))).unwrap_err();
        assert!(error.to_string().starts_with("`false at once` failed"), "{error}");
    }

    #[test]
    fn a_program_that_does_not_exist_is_an_error_that_names_it() {
        let missing = program("lockstep-no-such-program", &[], Path::new("/"));
        let error = run(missing).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`lockstep-no-such-program` did not start"),
            "{error}"
        );
    }

    #[test]
    fn the_workspace_root_is_where_the_tauri_configuration_is() {
        assert!(workspace_root().join("tauri.conf.json").is_file());
    }
}
