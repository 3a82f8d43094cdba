//! `cargo xtask bundle`: both programs as a Debian package, made with Debian's own tools.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command;
use crate::error::Error;
use crate::package::{self, Effort};
use crate::setup;

/// Builds what is shipped, and packs it.
pub(crate) fn bundle() -> Result<(), Error> {
    setup::for_building()?;
    command::run(command::cargo(BUILD))?;
    let target = target_folder()?;
    pack(&target.join("release"), &target.join("bundle"), Effort::Small)
}

/// Packs the programs in one folder, and leaves the package in another.
pub(crate) fn bundle_programs(programs: &str, out: &str) -> Result<(), Error> {
    let absolute = |path: &str| {
        std::path::absolute(path).map_err(|cause| Error::Unreadable {
            path: PathBuf::from(path),
            cause,
        })
    };
    pack(&absolute(programs)?, &absolute(out)?, Effort::Quick)
}

fn pack(programs: &Path, out: &Path, effort: Effort) -> Result<(), Error> {
    fs::create_dir_all(out).map_err(|cause| Error::Unwritable {
        path: out.to_path_buf(),
        cause,
    })?;
    let file = package::make(programs, out, effort)?;
    println!("The package: {}", file.display());
    println!("  sudo apt-get install {}", file.display());
    Ok(())
}

/// The folder that cargo puts everything into: this program lies in one of its profiles' folders.
fn target_folder() -> Result<PathBuf, Error> {
    let own = std::env::current_exe().map_err(|cause| Error::Unreadable {
        path: PathBuf::from("xtask"),
        cause,
    })?;
    Ok(own
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("target"))
        .to_path_buf())
}

/// The whole workspace, so that dependencies have the features that they are tested with.
const BUILD: &[&str] = &[
    "build",
    "--release",
    "--workspace",
    "--bin",
    "lockstep-desktop",
    "--bin",
    "lockstep",
];
