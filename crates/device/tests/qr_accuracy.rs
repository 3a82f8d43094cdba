//! What is promised of reading pictures, on the shared set of them: how many, never a wrong text, never too late.

#![allow(clippy::unwrap_used, reason = "a test may end where a promise does")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lockstep_device::qr::decode::{Cancel, DecodeLimits, decode};
use lockstep_device::qr::pixels::Picture;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    path: String,
    corpus: String,
    expect: Vec<String>,
}

/// The least number of texts to be found of each part of the set.
const FLOORS: &[(&str, usize)] = &[
    ("boof/decoding", 26),
    ("syn/4k", 5),
    ("syn/alpha", 6),
    ("syn/blur", 8),
    ("syn/colour", 19),
    ("syn/hidpi", 10),
    ("syn/inverted", 20),
    ("syn/jpeg", 20),
    ("syn/migration", 24),
    ("syn/migration-photo", 5),
    ("syn/multi", 56),
    ("syn/negative", 0),
    ("syn/noquiet-logo", 16),
    ("syn/photo", 14),
    ("syn/rotated", 20),
    ("syn/small", 24),
    ("syn/styled", 16),
    ("syn/tiny", 15),
    ("zxing-cpp/qrcode-1", 8),
    ("zxing-cpp/qrcode-2", 54),
    ("zxing-cpp/qrcode-3", 18),
    ("zxing-cpp/qrcode-4", 16),
    ("zxing-cpp/qrcode-5", 16),
    ("zxing-cpp/qrcode-6", 15),
];

/// A code around a code: the list names the inner one only, and both are in the picture.
const ALSO_SHOWN: (&str, &str) = ("zxing-cpp/qrcode-2/16.webp", "[外側QRコード]");

/// The answer comes when the budget ends; the rest is the system's, on a busy machine.
const LATENESS: Duration = Duration::from_millis(700);

#[derive(Default)]
struct Outcome {
    found: BTreeMap<String, usize>,
    wrong: Vec<String>,
    late: Vec<String>,
}

#[test]
fn the_shared_pictures_are_read_as_well_as_promised_and_never_wrongly_or_too_late() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/qr"));
    let Ok(manifest) = fs::read_to_string(folder.join("manifest.jsonl")) else {
        println!("skipped: the shared pictures are not beside this checkout");
        return;
    };
    let rows: Vec<Row> = manifest
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let outcome = Mutex::new(Outcome::default());
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let bytes = fs::read(folder.join(&row.path)).unwrap();
                    look_at(row, &bytes, &outcome);
                }
            });
        }
    });
    let outcome = outcome.into_inner().unwrap();
    assert_eq!(outcome.wrong, [""; 0], "texts that are not in the picture");
    assert_eq!(outcome.late, [""; 0], "answers after the budget");
    let below: Vec<_> = FLOORS
        .iter()
        .filter(|(corpus, floor)| outcome.found.get(*corpus).copied().unwrap_or(0) < *floor)
        .map(|(corpus, floor)| (corpus, floor, outcome.found.get(*corpus)))
        .collect();
    assert!(below.is_empty(), "part, floor, found: {below:?}");
    assert_eq!(
        outcome.found.keys().map(String::as_str).collect::<Vec<_>>(),
        FLOORS.iter().map(|(corpus, _)| *corpus).collect::<Vec<_>>(),
        "every part of the set has its floor"
    );
}

fn look_at(row: &Row, bytes: &[u8], outcome: &Mutex<Outcome>) {
    let picture = Picture::from_bytes(bytes).unwrap();
    let limits = DecodeLimits::default();
    let begun = Instant::now();
    let texts = decode(picture, &limits, &Cancel::new()).unwrap_or_default();
    let taken = begun.elapsed();
    // The list has its line ends as LF and no white space at the end.
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    let read: Vec<String> = texts.iter().map(|text| plain(text)).collect();
    let expected: Vec<String> = row.expect.iter().map(|text| plain(text)).collect();
    let found = expected.iter().filter(|text| read.contains(text)).count();
    let mut outcome = outcome.lock().unwrap();
    *outcome.found.entry(row.corpus.clone()).or_default() += found;
    for text in read {
        let also_shown = row.path == ALSO_SHOWN.0 && text.starts_with(ALSO_SHOWN.1);
        if !expected.contains(&text) && !also_shown {
            outcome.wrong.push(format!("{}: {text}", row.path));
        }
    }
    if taken > limits.budget + LATENESS {
        outcome.late.push(format!("{}: {taken:?}", row.path));
    }
}
