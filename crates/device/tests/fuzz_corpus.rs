//! The fuzz targets' own functions over the committed corpus: they keep compiling, and what was found stays fixed.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]
#![allow(clippy::print_stdout, reason = "the last file named is the one that failed")]

use std::fs;
use std::path::Path;

#[allow(unreachable_pub, reason = "it is the library of the fuzz crate")]
#[path = "../../../fuzz/src/lib.rs"]
mod targets;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(!files.is_empty(), "no corpus in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        run(&fs::read(file).unwrap());
    }
}

#[test]
fn links_of_the_corpus_hold() {
    replay("otpauth", targets::otpauth);
}

#[test]
fn exports_of_the_corpus_hold() {
    replay("migration", targets::migration);
}

#[test]
fn secrets_of_the_corpus_hold() {
    replay("base32", targets::base32);
}

#[test]
fn pictures_of_the_corpus_hold() {
    replay("picture", targets::picture);
}

#[test]
fn backups_of_the_corpus_hold() {
    replay("backup", targets::backup);
}
