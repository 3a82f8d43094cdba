//! Scanning the screen on X11: what other programs show is added.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fs;
use std::process::Command;

use lockstep_testing::display::Display;
use support::{Person, png, uri};

#[test]
fn a_code_on_the_screen_is_added_and_a_screen_without_one_says_so() {
    let display = Display::start();
    let mut person = Person::with_vault();
    let ran = person.run(&["--json", "add", "--yes", "--screen"]);
    assert_eq!(ran.json()["error"]["code"], "screen-missing");

    person.set("DISPLAY", display.name());
    let ran = person.run(&["--json", "add", "--yes", "--screen"]);
    assert_eq!(ran.json()["error"]["code"], "screen-without-code");

    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("code.png");
    fs::write(&picture, png(&uri("AWS:maya", "&issuer=AWS"))).unwrap();
    // It says no although it has done it.
    Command::new("/usr/bin/display")
        .env("DISPLAY", display.name())
        .args(["-window", "root"])
        .arg(&picture)
        .output()
        .unwrap();
    person.run(&["add", "--yes", "--screen"]).succeeds();
    assert_eq!(person.names(), ["maya"]);
}
