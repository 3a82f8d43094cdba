//! The fuzz targets' own functions over the committed corpus, so that they keep compiling and what was found stays fixed.

use std::fs;
use std::path::Path;

/// Runs a target over each file of its corpus. The last file that is printed is the one that failed.
#[allow(clippy::print_stdout, reason = "the last file named is the one that failed")]
pub fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let entries = fs::read_dir(&folder).expect("the target has a corpus");
    let files: Vec<_> = entries
        .map(|entry| entry.expect("a file of the corpus").path())
        .collect();
    assert!(!files.is_empty(), "no corpus in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        run(&fs::read(file).expect("a file of the corpus"));
    }
}
