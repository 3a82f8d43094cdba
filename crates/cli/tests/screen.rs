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

#[test]
fn a_code_held_in_front_of_the_camera_is_added_and_the_camera_is_off_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let camera = folder.path().join("Integrated Camera");
    fs::create_dir(&camera).unwrap();
    let mut person = Person::with_vault();
    person.set("LOCKSTEP_TEST_CAMERAS", folder.path().to_str().unwrap());
    fs::write(camera.join("1.png"), png(&uri("AWS:maya", "&issuer=AWS"))).unwrap();
    let ran = person.run(&["add", "--yes", "--camera"]).succeeds();
    assert!(
        ran.stderr.contains("in front of the camera Integrated Camera"),
        "{}",
        ran.stderr
    );
    assert_eq!(person.names(), ["maya"]);
    assert!(!folder.path().join("Integrated Camera.on").exists());
}

#[test]
fn a_camera_that_is_not_there_or_is_in_use_is_an_error_with_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let mut person = Person::with_vault();
    person.set("LOCKSTEP_TEST_CAMERAS", folder.path().to_str().unwrap());
    let ran = person.run(&["--json", "add", "--yes", "--camera"]);
    assert_eq!(ran.json()["error"]["code"], "camera-missing");
    fs::create_dir(folder.path().join("Cam")).unwrap();
    fs::write(folder.path().join("Cam.on"), "").unwrap();
    let ran = person.run(&["--json", "add", "--yes", "--camera", "Cam"]);
    assert_eq!(ran.json()["error"]["code"], "camera-busy");
    let ran = person.run(&["--json", "add", "--yes", "--camera", "Other"]);
    assert_eq!(ran.json()["error"]["code"], "camera-unplugged");
}

#[test]
fn a_region_cannot_be_drawn_where_there_is_no_screen() {
    let person = Person::with_vault();
    let ran = person.run(&["--json", "add", "--yes", "--screen-region"]);
    assert_eq!(ran.json()["error"]["code"], "screen-missing");
}
