//! The pictures of the documentation, taken anew in a virtual display.

use std::time::SystemTime;

use crate::command;
use crate::error::Error;
use crate::run::{BUILD, pictures_since};
use crate::setup;

/// Takes every view, light and dark, at the usual size and at the least, into `docs/images`.
pub(crate) fn screenshots() -> Result<(), Error> {
    setup::for_tour()?;
    command::run(command::cargo(BUILD))?;
    let started = SystemTime::now();
    command::run(command::cargo(TAKE))?;
    let folder = command::workspace_root().join("docs/images");
    let pictures = pictures_since(started, &folder)?;
    // A test that is not found passes, so the exit status alone proves nothing.
    if pictures.is_empty() {
        return Err(Error::NoPictures { folder });
    }
    println!("{} pictures are in {}.", pictures.len(), folder.display());
    Ok(())
}

const TAKE: &[&str] = &[
    "test",
    "--workspace",
    "--test",
    "desktop",
    "--",
    "pictures::screenshots",
    "--ignored",
    "--exact",
];
