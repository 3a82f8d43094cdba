//! How many of the shared pictures' QR codes are read, how fast, and whether any text is wrong.
//!
//! `cargo bench --workspace --bench qr -- [--misses] [FOLDER]`; the folder holds `manifest.jsonl` (one object a line:
//! `path`, `corpus`, `expect`) and the pictures. `qr_peer.py` measures zxing-cpp in the same way and prints the same table.
//! A time is from the bytes of the file to the texts. Line ends (CRLF, LF) and white
//! space at the end are not told apart, since the manifest does not.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;
use std::{env, error, fs};

use lockstep_device::qr::decode::{Cancel, DecodeLimits, decode};
use lockstep_device::qr::pixels::Picture;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    path: String,
    corpus: String,
    expect: Vec<String>,
}

#[derive(Default)]
struct Tally {
    found: usize,
    total: usize,
    wrong: usize,
    milliseconds: Vec<f64>,
    misses: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.found += other.found;
        self.total += other.total;
        self.wrong += other.wrong;
        self.milliseconds.extend(&other.milliseconds);
    }

    fn line(&mut self, name: &str) -> String {
        self.milliseconds.sort_by(f64::total_cmp);
        let at = |share: usize| {
            let last = self.milliseconds.len().saturating_sub(1);
            self.milliseconds
                .get(last * share / 100)
                .copied()
                .unwrap_or_default()
        };
        format!(
            "{name:24} found {:4} of {:4}  wrong {:2}  median {:8.2} ms  longest {:8.2} ms",
            self.found,
            self.total,
            self.wrong,
            at(50),
            at(100)
        )
    }
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let show_misses = arguments.iter().any(|argument| argument == "--misses");
    let shared = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/qr"));
    let folder = arguments
        .iter()
        .find(|argument| !argument.starts_with("--"))
        .map_or(shared, PathBuf::from);
    let Ok(manifest) = fs::read_to_string(folder.join("manifest.jsonl")) else {
        println!("skipped: there is no manifest.jsonl in {}", folder.display());
        return Ok(());
    };
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for line in manifest.lines() {
        let row: Row = serde_json::from_str(line)?;
        let bytes = fs::read(folder.join(&row.path))?;
        let tally = tallies.entry(row.corpus.clone()).or_default();
        measure(&row, &bytes, tally);
    }
    let mut whole = Tally::default();
    for (name, tally) in &mut tallies {
        println!("{}", tally.line(name));
        if show_misses {
            for miss in &tally.misses {
                println!("    {miss}");
            }
        }
        whole.add(tally);
    }
    println!("{}", whole.line("all"));
    Ok(())
}

fn measure(row: &Row, bytes: &[u8], tally: &mut Tally) {
    let begun = Instant::now();
    let texts = Picture::from_bytes(bytes)
        .ok()
        .and_then(|picture| decode(picture, &DecodeLimits::default(), &Cancel::new()).ok())
        .unwrap_or_default();
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    tally.milliseconds.push(milliseconds);
    let same_line_ends = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    let read: Vec<String> = texts.iter().map(|text| same_line_ends(text)).collect();
    let expected: Vec<String> = row.expect.iter().map(|text| same_line_ends(text)).collect();
    let found = expected.iter().filter(|text| read.contains(text)).count();
    tally.total += expected.len();
    tally.found += found;
    tally.wrong += read.iter().filter(|text| !expected.contains(text)).count();
    if found < expected.len() || read.iter().any(|text| !expected.contains(text)) {
        let of = expected.len();
        tally
            .misses
            .push(format!("{} {found}/{of} {milliseconds:.0} ms", row.path));
    }
}
