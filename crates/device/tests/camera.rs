//! Looking through a camera, whose frames the test feeds.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use image::{GrayImage, Luma};
use lockstep_device::camera::glimpse::{Glimpse, MAX_SIDE};
use lockstep_device::camera::look::look;
use lockstep_device::camera::{CameraError, Frames};
use lockstep_device::qr::decode::{Cancel, DecodeError, DecodeLimits, decode};
use lockstep_device::qr::encode::modules;
use lockstep_device::qr::pixels::Picture;

const ONE: &str = "otpauth://totp/Halden:maya?secret=JBSWY3DPEHPK3PXP";
const TWO: &str = "otpauth://totp/GitHub:maya?secret=KRUGKIDROVUWG2ZA";

/// What a camera does next.
enum Next {
    Shows(GrayImage),
    /// The same from then on: a machine that is busy may want to look more than once.
    Keeps(GrayImage),
    Nothing,
    Fails(CameraError),
}

/// A camera that shows what it was fed, and nothing afterwards. Its light is on until it is dropped.
struct Fed {
    name: String,
    frames: VecDeque<Next>,
    light: Arc<AtomicBool>,
}

impl Frames for Fed {
    fn name(&self) -> &str {
        &self.name
    }

    fn next(&mut self, _wait: Duration) -> Result<Option<Picture>, CameraError> {
        match self.frames.pop_front() {
            Some(Next::Shows(image)) => Ok(Some(picture(&image))),
            Some(Next::Keeps(image)) => {
                let picture = picture(&image);
                self.frames.push_front(Next::Keeps(image));
                Ok(Some(picture))
            }
            Some(Next::Fails(error)) => Err(error),
            Some(Next::Nothing) | None => Ok(None),
        }
    }
}

impl Drop for Fed {
    fn drop(&mut self) {
        self.light.store(false, Ordering::SeqCst);
    }
}

#[test]
fn every_code_of_a_frame_is_given_and_the_frame_is_not_shown() {
    let both = desk(&[(ONE, (60, 80)), (TWO, (360, 80))]);
    let (found, shown) = looked([Next::Shows(empty()), Next::Keeps(both)]);
    let mut found = found.unwrap().unwrap();
    found.sort();
    assert_eq!(found, [TWO, ONE]);
    assert!(shown.len() <= 1, "a frame with codes was shown");
}

#[test]
fn blurred_frames_are_shown_until_a_sharp_one_comes() {
    let sharp = desk(&[(ONE, (60, 80))]);
    let blurred = image::imageops::blur(&sharp, 9.0);
    let frames = [
        Next::Shows(blurred.clone()),
        Next::Nothing,
        Next::Shows(blurred),
        Next::Keeps(sharp),
    ];
    let (found, shown) = looked(frames);
    assert_eq!(found.unwrap().unwrap(), [ONE]);
    assert!((1..=2).contains(&shown.len()), "{}", shown.len());
}

#[test]
fn what_is_shown_is_small_and_grey_and_no_code_can_be_read_in_it() {
    let sharp = desk(&[(ONE, (60, 80))]);
    let blurred = (0..8_u8).map(|step| {
        let sigma = 9.0 - f32::from(step);
        Next::Shows(image::imageops::blur(&sharp, sigma))
    });
    let frames: Vec<_> = blurred.chain([Next::Keeps(sharp.clone())]).collect();
    let (found, shown) = looked(frames);
    assert_eq!(found.unwrap().unwrap(), [ONE]);
    assert!(!shown.is_empty());
    for glimpse in &shown {
        let image = image::load_from_memory(glimpse.jpeg()).unwrap();
        assert!(image.width().max(image.height()) as usize <= MAX_SIDE);
        assert!(!image.color().has_color());
        let picture = Picture::from_bytes(glimpse.jpeg()).unwrap();
        let read = decode(picture, &DecodeLimits::default(), &Cancel::new());
        assert!(matches!(read, Err(DecodeError::NotFound { .. })));
    }
}

#[test]
fn a_camera_that_is_unplugged_says_so_and_one_that_shows_nothing_as_well() {
    let gone = CameraError::Unplugged("Fed".to_owned());
    let (failed, _) = looked([Next::Shows(empty()), Next::Fails(gone.clone())]);
    assert_eq!(failed, Err(gone));
    let (failed, _) = looked([]);
    assert_eq!(failed, Err(CameraError::Silent("Fed".to_owned())));
}

#[test]
fn a_cancelled_look_ends_without_a_further_frame() {
    let cancel = Cancel::new();
    let mut camera = fed((0..9).map(|_| Next::Shows(empty())));
    let mut shown = 0;
    let mut show = |_: Option<Glimpse>| {
        shown += 1;
        cancel.cancel();
    };
    let found = look(&mut camera, &cancel, &mut show).unwrap();
    assert!(found.is_none());
    assert_eq!(shown, 1);
    assert!(!camera.frames.is_empty());
}

fn looked(
    frames: impl IntoIterator<Item = Next>,
) -> (Result<Option<Vec<String>>, CameraError>, Vec<Glimpse>) {
    let mut shown = vec![];
    let mut camera = fed(frames);
    let outcome = look(&mut camera, &Cancel::new(), &mut |glimpse| shown.extend(glimpse));
    let light = Arc::clone(&camera.light);
    drop(camera);
    assert!(!light.load(Ordering::SeqCst));
    let texts = outcome.map(|found| found.map(|texts| texts.iter().map(|text| text.to_string()).collect()));
    (texts, shown)
}

fn fed(frames: impl IntoIterator<Item = Next>) -> Fed {
    Fed {
        name: "Fed".to_owned(),
        frames: frames.into_iter().collect(),
        light: Arc::new(AtomicBool::new(true)),
    }
}

/// What a camera sees where nobody holds a code.
fn empty() -> GrayImage {
    GrayImage::from_fn(640, 480, |x, y| {
        Luma([u8::try_from((x / 5 + y / 4) % 256).unwrap()])
    })
}

/// The same with codes at these places.
fn desk(codes: &[(&str, (i64, i64))]) -> GrayImage {
    let mut image = empty();
    for (text, (x, y)) in codes {
        let png = modules(text).unwrap().to_png(6).unwrap();
        let code = image::load_from_memory(&png).unwrap().to_luma8();
        image::imageops::overlay(&mut image, &code, *x, *y);
    }
    image
}

fn picture(image: &GrayImage) -> Picture {
    let rgba: Vec<u8> = image
        .pixels()
        .flat_map(|Luma([grey])| [*grey, *grey, *grey, 255])
        .collect();
    Picture::from_rgba(image.width(), image.height(), &rgba).unwrap()
}
