//! A region is drawn on a screen that nobody sees, with the pointer and the keys of XTEST.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use image::imageops::{FilterType, overlay, resize};
use image::{GrayImage, Luma};
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::qr::decode::{Cancel, DecodeError, DecodeLimits, decode};
use lockstep_device::qr::encode::modules;
use lockstep_device::qr::pixels::Picture;
use lockstep_device::screen::{ScreenError, Screens, Shot, Way};
use lockstep_testing::display::Display;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn only_what_was_drawn_around_is_taken() {
    let display = Display::start();
    show(&display, &crowd());
    let size = chosen(&display, (100, 200), (340, 380)).unwrap();
    let Shot::Pixels { size, .. } = size else {
        panic!("an X server gives pixels")
    };
    assert_eq!(size, (240, 180));
    // From the other corner, with the pointer and the keyboard free again.
    let shot = chosen(&display, (340, 380), (100, 200)).unwrap();
    assert!(matches!(shot, Shot::Pixels { size: (240, 180), .. }));
}

#[test]
fn escape_another_button_and_cancelling_choose_nothing_and_a_click_goes_on() {
    let display = Display::start();
    for keys in [["key", "Escape"], ["click", "3"]] {
        let (choice, _) = choosing(&display);
        let outcome = driven(&choice, || {
            xdotool(&display, &["mousemove", "50", "50", "click", "1"]);
            xdotool(&display, &keys);
        });
        assert_eq!(outcome.err(), Some(ScreenError::NotChosen), "{keys:?}");
    }
    let (choice, cancel) = choosing(&display);
    cancel.cancel();
    let outcome = choice.recv_timeout(PATIENCE).unwrap();
    assert_eq!(outcome.err(), Some(ScreenError::NotChosen));
}

#[test]
fn a_code_too_small_among_others_is_found_in_the_region_around_it() {
    let display = Display::start();
    show(&display, &crowd());
    let way = Way::X11(display.name().to_owned());
    let whole = texts(way.take().unwrap().remove(0));
    assert_eq!(whole.len(), 4, "{whole:?}");
    assert!(!whole.iter().any(|text| text == SMALL));

    let (left, top) = SMALL_AT;
    let drawn = || chosen(&display, (left - 12, top - 12), (left + 72, top + 72)).unwrap();
    assert_eq!(texts(drawn()), Vec::<String>::new(), "no enlarging is needed");
    let mut preview = Preview::default();
    // It fails where there is none.
    preview
        .read_region("screen", vec![drawn()], &DecodeLimits::default(), &Cancel::new())
        .unwrap();
}

/// Chooses what lies between two corners.
fn chosen(display: &Display, from: (i64, i64), to: (i64, i64)) -> Result<Shot, ScreenError> {
    let (choice, _) = choosing(display);
    let [left, top, right, bottom] = [from.0, from.1, to.0, to.1].map(|place| place.to_string());
    let mut shots = driven(&choice, || {
        xdotool(display, &["mousemove", &left, &top, "mousedown", "1"]);
        xdotool(display, &["mousemove", "600", "600"]);
        xdotool(display, &["mousemove", &right, &bottom, "mouseup", "1"]);
    })?;
    Ok(shots.remove(0))
}

type Choice = Receiver<Result<Vec<Shot>, ScreenError>>;

/// Begins to let a region be chosen.
fn choosing(display: &Display) -> (Choice, Cancel) {
    let way = Way::X11(display.name().to_owned());
    let cancel = Cancel::new();
    let token = cancel.clone();
    let (sender, choice) = channel();
    thread::spawn(move || sender.send(way.take_region(&token)));
    (choice, cancel)
}

/// Does it again and again until it has an effect: nobody hears when the pointer begins to be listened to.
fn driven(choice: &Choice, deed: impl Fn()) -> Result<Vec<Shot>, ScreenError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        deed();
        match choice.recv_timeout(Duration::from_millis(400)) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) => assert!(Instant::now() < deadline, "nothing is chosen"),
            Err(RecvTimeoutError::Disconnected) => panic!("choosing broke off"),
        }
    }
}

fn xdotool(display: &Display, arguments: &[&str]) {
    let status = Command::new("xdotool")
        .env("DISPLAY", display.name())
        .args(arguments)
        .status()
        .unwrap();
    assert!(status.success());
}

const SMALL: &str = "otpauth://totp/Small:maya?secret=JBSWY3DPEHPK3PXP";
const SMALL_AT: (i64, i64) = (900, 620);

/// Large codes, and one whose modules are little more than a pixel wide.
fn crowd() -> GrayImage {
    let mut screen = GrayImage::from_pixel(1280, 900, Luma([236]));
    for (number, at) in [(40, 40), (460, 40), (40, 460), (460, 460)]
        .into_iter()
        .enumerate()
    {
        let text = format!("otpauth://totp/Large{number}:maya?secret=KRUGKIDROVUWG2ZA");
        overlay(&mut screen, &code(&text, 7), at.0, at.1);
    }
    // As a page shows it that is zoomed out.
    let small = resize(&code(SMALL, 4), 45, 45, FilterType::CatmullRom);
    overlay(&mut screen, &small, SMALL_AT.0, SMALL_AT.1);
    screen
}

fn code(text: &str, scale: u32) -> GrayImage {
    let png = modules(text).unwrap().to_png(scale).unwrap();
    image::load_from_memory(&png).unwrap().to_luma8()
}

fn show(display: &Display, picture: &GrayImage) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("screen.png");
    picture.save(&file).unwrap();
    on_root(display, &file);
}

fn on_root(display: &Display, file: &Path) {
    // It says no although it has done it.
    Command::new("/usr/bin/display")
        .env("DISPLAY", display.name())
        .args(["-window", "root"])
        .arg(file)
        .output()
        .unwrap();
}

fn texts(shot: Shot) -> Vec<String> {
    let picture = Picture::try_from(shot).unwrap();
    match decode(picture, &DecodeLimits::default(), &Cancel::new()) {
        Ok(texts) => texts.iter().map(|text| text.to_string()).collect(),
        Err(DecodeError::NotFound { .. }) => vec![],
        Err(error) => panic!("{error}"),
    }
}
