//! The user interface in `ui/`: its npm packages, its build, its own checks.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::command;
use crate::error::Error;

/// Folders below `ui/` that hold nothing a person wrote for the build.
const NOT_SOURCES: &[&str] = &["node_modules", "dist", "paraglide", "tests"];

/// Installs the npm packages and builds `ui/dist`, each only when what it is made from is newer.
pub(crate) fn ensure_built() -> Result<(), Error> {
    let ui = folder();
    // npm writes this file last, so its age is the age of a whole installation.
    if is_stale(
        &ui.join("node_modules/.package-lock.json"),
        modified(&ui.join("package-lock.json"))?,
    )? {
        command::run(npm(&["ci", "--no-audit", "--no-fund"]))?;
    }
    if is_stale(&ui.join("dist/index.html"), newest_source(&ui)?)? {
        command::run(npm(&["run", "build"]))?;
    }
    Ok(())
}

/// Runs one of the scripts in `ui/package.json`, if it is there.
pub(crate) fn run_script(name: &str) -> Result<(), Error> {
    command::run(npm(&["run", "--if-present", name]))
}

fn folder() -> PathBuf {
    command::workspace_root().join("ui")
}

fn npm(arguments: &[&str]) -> Command {
    let mut command = command::program("npm", arguments, &folder());
    // Silences warnings about the settings of whoever runs this; errors still show.
    command.env("npm_config_loglevel", "error");
    command
}

/// Whether `made` is missing or older than what it is made from.
fn is_stale(made: &Path, source: Option<SystemTime>) -> Result<bool, Error> {
    let made = modified(made)?;
    Ok(made.is_none() || source > made)
}

/// When the path last changed; nothing if it does not exist.
fn modified(path: &Path) -> Result<Option<SystemTime>, Error> {
    match fs::metadata(path).and_then(|metadata| metadata.modified()) {
        Ok(time) => Ok(Some(time)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::Unreadable {
            path: path.to_path_buf(),
            cause,
        }),
    }
}

/// When a source below `folder` last changed. The age of a folder itself says nothing: generated ones come and go in it.
fn newest_source(folder: &Path) -> Result<Option<SystemTime>, Error> {
    let unreadable = |cause| Error::Unreadable {
        path: folder.to_path_buf(),
        cause,
    };
    let mut newest = None;
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let path = entry.path();
        let changed = if entry.file_type().map_err(unreadable)?.is_dir() {
            newest_source(&path)?
        } else {
            modified(&path)?
        };
        newest = newest.max(changed);
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs::File;
    use std::time::Duration;

    use super::*;

    fn file(folder: &Path, name: &str, age: u64) -> SystemTime {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 - age);
        File::create(&path).unwrap().set_modified(time).unwrap();
        time
    }

    #[test]
    fn what_was_never_made_is_stale() {
        let scratch = tempfile::tempdir().unwrap();
        assert!(is_stale(&scratch.path().join("index.html"), None).unwrap());
    }

    #[test]
    fn what_is_older_than_its_source_is_stale_and_what_is_newer_is_not() {
        let scratch = tempfile::tempdir().unwrap();
        let source = file(scratch.path(), "main.ts", 50);
        file(scratch.path(), "old.html", 100);
        file(scratch.path(), "new.html", 10);
        assert!(is_stale(&scratch.path().join("old.html"), Some(source)).unwrap());
        assert!(!is_stale(&scratch.path().join("new.html"), Some(source)).unwrap());
    }

    #[test]
    fn generated_and_installed_files_are_not_sources() {
        let scratch = tempfile::tempdir().unwrap();
        let source = file(scratch.path(), "package.json", 500);
        file(scratch.path(), "node_modules/left/index.js", 1);
        file(scratch.path(), "dist/index.html", 1);
        assert_eq!(newest_source(scratch.path()).unwrap(), Some(source));
    }

    #[test]
    fn generating_files_beside_a_source_does_not_make_it_newer() {
        let scratch = tempfile::tempdir().unwrap();
        let source = file(scratch.path(), "src/main.ts", 100);
        file(scratch.path(), "src/paraglide/messages.js", 1);
        assert_eq!(newest_source(scratch.path()).unwrap(), Some(source));
    }
}
