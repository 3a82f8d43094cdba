//! The fuzz targets' own functions over the committed corpus: they keep compiling, and what was found stays fixed.

use lockstep_testing::corpus::replay;

#[allow(unreachable_pub, reason = "it is the library of the fuzz crate")]
#[path = "../../../fuzz/src/lib.rs"]
mod targets;

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
