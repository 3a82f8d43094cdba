//! The pictures of the documentation, and whether the window still looks as they do.

use std::path::{Path, PathBuf};
use std::process::Command;

use lockstep_testing::likeness::differences;

use crate::album::Album;
use crate::machine::{Machine, PATIENCE, in_time};
use crate::scenes::{play, play_aws, play_contrast, play_gates};

#[tokio::test]
async fn accounts_and_backups_look_as_the_pictures_of_the_documentation() {
    in_time(async {
        let album = Album::in_folder(&seen());
        play(&Machine::with_keyring(), &album).await;
        compare(&album);
    })
    .await;
}

#[tokio::test]
async fn aws_and_the_fleet_look_as_the_pictures_of_the_documentation() {
    in_time(async {
        let album = Album::in_folder(&seen());
        play_aws(&Machine::with_keyring(), &album).await;
        compare(&album);
    })
    .await;
}

#[tokio::test]
async fn the_gates_and_more_contrast_look_as_the_pictures_of_the_documentation() {
    in_time(async {
        let album = Album::in_folder(&seen());
        play_gates(&album).await;
        play_contrast(&Machine::with_keyring(), &album).await;
        compare(&album);
    })
    .await;
}

#[tokio::test]
#[ignore = "it takes the pictures of the documentation anew: `cargo xtask screenshots`"]
async fn screenshots() {
    // Four plays, one after the other.
    let taken = tokio::time::timeout(8 * PATIENCE, async {
        let album = Album::in_folder(&pictures());
        play_gates(&album).await;
        play(&Machine::with_keyring(), &album).await;
        play_aws(&Machine::with_keyring(), &album).await;
        play_contrast(&Machine::with_keyring(), &album).await;
        for name in album.names() {
            shrink(&pictures().join(name));
        }
    })
    .await;
    assert!(taken.is_ok(), "the plays hang");
}

/// Fails with the names of the pictures that differ, and where.
fn compare(album: &Album) {
    let read = |path: &Path| {
        image::open(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .into_rgba8()
    };
    let others: Vec<String> = album
        .names()
        .iter()
        .filter_map(|name| {
            let apart = differences(&read(&seen().join(name)), &read(&pictures().join(name)));
            let first = apart.first()?;
            Some(format!("{name} in {} cells, first at {first:?}", apart.len()))
        })
        .collect();
    assert_eq!(
        others,
        Vec::<String>::new(),
        "differ from docs/images; look at target/screenshots, then take them with `cargo xtask screenshots`"
    );
}

/// Fewer colours: a third of the size, and nobody sees it.
fn shrink(path: &Path) {
    let mut command = Command::new("/usr/bin/convert");
    command.arg(path).args([
        "+dither",
        "-colors",
        "64",
        "-strip",
        "-define",
        "png:compression-level=9",
        "-define",
        "png:exclude-chunk=all",
    ]);
    command.arg(format!("png8:{}", path.display()));
    assert!(command.status().unwrap().success());
}

/// Where what was seen instead is left.
fn seen() -> PathBuf {
    root().join("target/screenshots")
}

fn pictures() -> PathBuf {
    root().join("docs/images")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
