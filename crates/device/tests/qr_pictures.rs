//! What is promised of pictures, of whatever kind and however broken.

#![allow(clippy::unwrap_used, reason = "a test may end where a promise does")]

use std::io::Cursor;
use std::time::{Duration, Instant};

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageFormat, Luma, Rgba, RgbaImage, imageops};
use lockstep_device::qr::decode::{Cancel, DecodeError, DecodeLimits, decode};
use lockstep_device::qr::encode::modules;
use lockstep_device::qr::pixels::{Picture, PictureError};
use proptest::prelude::*;

const URI: &str = "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example";

fn code(text: &str, scale: u32) -> GrayImage {
    let png = modules(text).unwrap().to_png(scale).unwrap();
    image::load_from_memory(&png).unwrap().into_luma8()
}

fn bytes_of(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn within(budget: Duration) -> DecodeLimits {
    DecodeLimits {
        budget,
        ..DecodeLimits::default()
    }
}

fn texts_within(bytes: &[u8], budget: Duration) -> Result<Vec<String>, DecodeError> {
    let picture = Picture::from_bytes(bytes).unwrap();
    let texts = decode(picture, &within(budget), &Cancel::new())?;
    Ok(texts.iter().map(|text| text.to_string()).collect())
}

fn texts_of(bytes: &[u8]) -> Vec<String> {
    texts_within(bytes, Duration::from_secs(20)).unwrap()
}

fn noise(width: u32, height: u32, mut seed: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([(seed >> 24) as u8])
    })
}

#[test]
fn every_promised_format_is_read_whatever_the_file_is_called() {
    let image = DynamicImage::ImageLuma8(code(URI, 4)).into_rgb8().into();
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
    ] {
        assert_eq!(texts_of(&bytes_of(&image, format)), [URI], "{format:?}");
    }
}

#[test]
fn dark_modules_on_transparent_ground_are_read() {
    let image = code(URI, 4);
    let image = RgbaImage::from_fn(image.width(), image.height(), |x, y| {
        // Transparent pixels are black below their transparency, as many programs write them.
        if image.get_pixel(x, y).0[0] == 0 {
            Rgba([0, 0, 0, 255])
        } else {
            Rgba([0, 0, 0, 0])
        }
    });
    let (width, height) = image.dimensions();
    let from_rgba = Picture::from_rgba(width, height, image.as_raw()).unwrap();
    let texts = decode(from_rgba, &DecodeLimits::default(), &Cancel::new()).unwrap();
    assert_eq!(texts[0].as_str(), URI);
    assert_eq!(texts_of(&bytes_of(&image.into(), ImageFormat::Png)), [URI]);
}

#[test]
fn light_modules_on_dark_ground_are_read() {
    let mut image = code(URI, 3);
    imageops::invert(&mut image);
    assert_eq!(texts_of(&bytes_of(&image.into(), ImageFormat::Png)), [URI]);
}

/// A JPEG with an EXIF segment that says no more than how to turn it (EXIF 2.3 §4.6.4, tag 0x0112).
fn jpeg_with_orientation(image: &GrayImage, orientation: u8) -> Vec<u8> {
    let jpeg = bytes_of(&image.clone().into(), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let mut turned = jpeg[..2].to_vec();
    turned.extend([0xff, 0xe1]);
    turned.extend(length);
    turned.extend(exif);
    turned.extend(&jpeg[2..]);
    turned
}

#[test]
fn a_photo_is_turned_as_its_camera_says_before_codes_are_told_in_reading_order() {
    let (one, two) = (code("one", 5), code("two", 5));
    let mut row = GrayImage::from_pixel(one.width() * 2, one.height(), Luma([255]));
    imageops::replace(&mut row, &one, 0, 0);
    imageops::replace(&mut row, &two, i64::from(one.width()), 0);
    let (wide, high) = (row.width() as usize, row.height() as usize);
    for (orientation, size, texts) in [
        (1, (wide, high), ["one", "two"]),
        (3, (wide, high), ["two", "one"]),
        (6, (high, wide), ["one", "two"]),
        (8, (high, wide), ["two", "one"]),
    ] {
        let jpeg = jpeg_with_orientation(&row, orientation);
        let picture = Picture::from_bytes(&jpeg).unwrap();
        assert_eq!((picture.width(), picture.height()), size, "{orientation}");
        assert_eq!(texts_of(&jpeg), texts, "{orientation}");
    }
}

#[test]
fn several_codes_are_all_found_though_they_differ_in_size_and_polarity() {
    let mut image = GrayImage::from_pixel(900, 700, Luma([255]));
    let mut inverted = code("inverted", 4);
    imageops::invert(&mut inverted);
    for (text, scale, x, y) in [("large", 9, 20, 20), ("small", 2, 500, 40), ("low", 5, 60, 420)] {
        imageops::replace(&mut image, &code(text, scale), x, y);
    }
    imageops::replace(&mut image, &inverted, 500, 450);
    let texts = texts_of(&bytes_of(&image.into(), ImageFormat::Png));
    assert_eq!(texts, ["large", "small", "low", "inverted"]);
}

#[test]
fn a_code_shown_twice_is_told_once() {
    let twin = code(URI, 3);
    let mut image = GrayImage::from_pixel(twin.width() * 2, twin.height(), Luma([255]));
    imageops::replace(&mut image, &twin, 0, 0);
    imageops::replace(&mut image, &twin, i64::from(twin.width()), 0);
    assert_eq!(texts_of(&bytes_of(&image.into(), ImageFormat::Png)), [URI]);
}

#[test]
fn of_an_animation_the_first_frame_is_read() {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for text in ["first", "other"] {
        let frame = DynamicImage::ImageLuma8(code(text, 4)).into_rgba8();
        encoder.encode_frame(Frame::new(frame)).unwrap();
    }
    drop(encoder);
    assert_eq!(texts_of(&gif), ["first"]);
}

fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(data) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(data);
    chunk.extend((!crc).to_be_bytes());
    chunk
}

#[test]
fn a_picture_that_unpacks_to_gigabytes_is_refused_by_its_header() {
    let mut bomb = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = 20_000u32.to_be_bytes();
    bomb.extend(png_chunk(
        *b"IHDR",
        &[&side[..], &side, &[8, 6, 0, 0, 0]].concat(),
    ));
    bomb.extend(png_chunk(*b"IDAT", b"\x78\x9c\x63\x00\x00\x00\x01\x00\x01"));
    bomb.extend(png_chunk(*b"IEND", b""));
    let error = Picture::from_bytes(&bomb).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the picture is 20000×20000 pixels; at most 100 megapixels are read"
    );
}

#[test]
fn what_is_no_picture_is_called_that() {
    for bytes in [
        &b"just text, though called code.png"[..],
        b"",
        b"%PDF-1.7",
        b"\x89PN",
    ] {
        let error = Picture::from_bytes(bytes).err().unwrap();
        assert!(matches!(error, PictureError::NotAPicture));
    }
    let png = bytes_of(&code(URI, 2).into(), ImageFormat::Png);
    let error = Picture::from_bytes(&png[..png.len() / 2]).err().unwrap();
    assert!(matches!(error, PictureError::Damaged(_)));
}

#[test]
fn raw_pixels_must_have_the_length_of_their_width_and_height() {
    assert!(Picture::from_rgba(2, 3, &[0; 24]).is_ok());
    for (width, height, length) in [(2, 3, 23), (2, 3, 25), (0, 3, 0), (u32::MAX, u32::MAX, 4)] {
        assert!(Picture::from_rgba(width, height, &vec![0; length]).is_err());
    }
}

#[test]
fn noise_and_blankness_hold_no_code() {
    let blank = GrayImage::from_pixel(300, 200, Luma([255]));
    let dot = GrayImage::from_pixel(1, 1, Luma([0]));
    let line = GrayImage::from_pixel(1, 5000, Luma([0]));
    for image in [
        blank,
        dot,
        line,
        noise(260, 200, 1),
        noise(200, 260, 2),
        noise(41, 41, 3),
    ] {
        let bytes = bytes_of(&image.into(), ImageFormat::Png);
        let error = texts_within(&bytes, Duration::from_secs(50)).unwrap_err();
        assert!(matches!(
            error,
            DecodeError::NotFound {
                passes_finished: true
            }
        ));
    }
}

#[test]
fn the_answer_comes_when_the_budget_ends() {
    let bytes = bytes_of(&noise(1600, 1600, 4).into(), ImageFormat::Png);
    let picture = Picture::from_bytes(&bytes).unwrap();
    let limits = within(Duration::from_millis(50));
    let begun = Instant::now();
    let error = decode(picture, &limits, &Cancel::new()).unwrap_err();
    assert!(matches!(
        error,
        DecodeError::NotFound {
            passes_finished: false
        }
    ));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_cancelled_decoding_says_so() {
    let cancel = Cancel::new();
    cancel.clone().cancel();
    let picture = Picture::from_rgba(1, 1, &[0; 4]).unwrap();
    let error = decode(picture, &DecodeLimits::default(), &cancel).unwrap_err();
    assert!(matches!(error, DecodeError::Cancelled));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(
        start in prop::sample::select(vec![
            &b""[..], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"RIFF\x20\0\0\0WEBPVP8L",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [start, &rest].concat();
        if let Ok(picture) = Picture::from_bytes(&bytes) {
            let limits = within(Duration::from_millis(50));
            let _ = decode(picture, &limits, &Cancel::new());
        }
    }

    #[test]
    fn a_damaged_picture_gives_its_text_or_none(
        format in prop::sample::select(vec![
            ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif,
        ]),
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let image = DynamicImage::ImageLuma8(code(URI, 2)).into_rgb8().into();
        let mut bytes = bytes_of(&image, format);
        for (place, byte) in damages {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(picture) = Picture::from_bytes(&bytes) {
            let limits = within(Duration::from_millis(150));
            for text in decode(picture, &limits, &Cancel::new()).unwrap_or_default() {
                prop_assert_eq!(text.as_str(), URI);
            }
        }
    }
}
