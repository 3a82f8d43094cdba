//! `cargo xtask run`: the app on this display with a practice AWS account beside it, or the tour in a virtual one.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

use crate::command;
use crate::error::Error;
use crate::setup;

pub(crate) fn run() -> Result<(), Error> {
    if has_display(|variable| std::env::var_os(variable)) {
        open()
    } else {
        tour()
    }
}

/// Opens the app with the data of the person who started it, and serves a practice AWS account beside it until it ends.
fn open() -> Result<(), Error> {
    setup::for_building()?;
    command::run(command::cargo(BUILD))?;
    let root = command::workspace_root();
    let practice = beside_this_program("lockstep-practice")?;
    let _practice = Beside::start(command::program(&practice, &["--users", "12"], &root))?;
    let app = beside_this_program("lockstep-desktop")?;
    command::run(command::program(&app, &[], &root))
}

/// A program that runs until this is dropped.
struct Beside(Child);

impl Beside {
    fn start(mut command: Command) -> Result<Self, Error> {
        let started = command.stdin(Stdio::null()).spawn();
        started.map(Self).map_err(|cause| Error::NotStarted {
            command: command.get_program().to_string_lossy().into_owned(),
            cause,
        })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Asked to end, it takes its files with it. It may have ended by itself.
        let process = self.0.id().to_string();
        if !command::succeeds(command::program("kill", &[&process], Path::new("/"))) {
            self.0.kill().ok();
        }
        self.0.wait().ok();
    }
}

/// Plays the tour, a test that starts its own display, bus and keyring and says what it does.
fn tour() -> Result<(), Error> {
    println!("There is no display here, so the app is shown in a virtual one, with a keyring of its own.");
    setup::for_tour()?;
    command::run(command::cargo(BUILD))?;
    let started = SystemTime::now();
    command::run(command::cargo(TOUR))?;
    let folder = command::workspace_root().join("target/tour");
    let pictures = pictures_since(started, &folder)?;
    // A test that is not found passes, so the exit status alone proves nothing.
    if pictures.is_empty() {
        return Err(Error::NoPictures { folder });
    }
    println!("The window, as it was:");
    for picture in pictures {
        println!("  {}", picture.display());
    }
    Ok(())
}

/// The pictures in a folder that were written at `started` or later, by name. No folder has none.
pub(crate) fn pictures_since(started: SystemTime, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |cause| Error::Unreadable {
        path: folder.to_path_buf(),
        cause,
    };
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut pictures = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let written = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .map_err(unreadable)?;
        let path = entry.path();
        if written >= started && path.extension().is_some_and(|extension| extension == "png") {
            pictures.push(path);
        }
    }
    pictures.sort();
    Ok(pictures)
}

/// Both programs and the tour. Asking for the whole workspace and for a test gives every dependency the features
/// that `cargo xtask test` gives it; a plain `cargo build` would compile a good part of them twice.
pub(crate) const BUILD: &[&str] = &["build", "--workspace", "--bins", "--test", "desktop"];

const TOUR: &[&str] = &[
    "test",
    "--workspace",
    "--test",
    "desktop",
    "--",
    "tour",
    "--ignored",
    "--exact",
    "--nocapture",
];

fn has_display(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

/// The path of a program that cargo puts where it put xtask.
fn beside_this_program(name: &str) -> Result<String, Error> {
    let own = std::env::current_exe().map_err(|cause| Error::Unreadable {
        path: Path::new("xtask").to_path_buf(),
        cause,
    })?;
    Ok(own.with_file_name(name).display().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::time::Duration;

    use super::*;

    #[test]
    fn only_pictures_of_this_tour_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        let at = |second: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + second);
        for (name, second) in [
            ("before.png", 0),
            ("at-once.png", 1),
            ("later.png", 9),
            ("later.txt", 9),
        ] {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            file.set_modified(at(second)).unwrap();
        }
        let shown = pictures_since(at(1), folder.path()).unwrap();
        assert_eq!(
            shown,
            [folder.path().join("at-once.png"), folder.path().join("later.png")]
        );
    }

    #[test]
    fn a_program_beside_the_app_ends_with_it() {
        let beside = Beside::start(command::program("sleep", &["600"], Path::new("/"))).unwrap();
        let process = beside.0.id().to_string();
        let lives = || command::succeeds(command::program("kill", &["-0", &process], Path::new("/")));
        assert!(lives());
        drop(beside);
        assert!(!lives());
    }

    #[test]
    fn a_tour_that_left_no_folder_has_no_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("tour");
        assert!(
            pictures_since(SystemTime::UNIX_EPOCH, &absent)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn an_empty_variable_is_no_display() {
        assert!(!has_display(|_| Some(OsString::new())));
        assert!(!has_display(|_| None));
    }

    #[test]
    fn either_kind_of_display_will_do() {
        for kind in ["DISPLAY", "WAYLAND_DISPLAY"] {
            assert!(
                has_display(|name| (name == kind).then(|| OsString::from(":0"))),
                "{kind}"
            );
        }
    }
}
