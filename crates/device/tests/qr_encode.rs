//! What is promised of writing QR codes.

#![allow(clippy::unwrap_used, reason = "a test may end where a promise does")]

use lockstep_device::qr::decode::{Cancel, DecodeLimits, decode};
use lockstep_device::qr::encode::{EncodeError, MAX_SCALE, modules};
use lockstep_device::qr::pixels::Picture;
use proptest::prelude::*;

fn read_back(png: &[u8]) -> Vec<String> {
    let picture = Picture::from_bytes(png).unwrap();
    decode(picture, &DecodeLimits::default(), &Cancel::new())
        .unwrap()
        .iter()
        .map(|text| text.to_string())
        .collect()
}

#[test]
fn what_is_written_is_read_back_whatever_its_language() {
    for text in [
        "otpauth://totp/Amazon%20Web%20Services:root@example?secret=JBSWY3DPEHPK3PXP&issuer=Amazon%20Web%20Services",
        "0123456789",
        "UPPER CASE 17",
        "Zürich, façade, ¿qué?",
        "日本語の文字",
        "🔐 and text",
    ] {
        let png = modules(text).unwrap().to_png(4).unwrap();
        assert_eq!(read_back(&png), [text]);
    }
}

#[test]
fn one_pixel_a_module_is_enough_on_a_clean_picture() {
    let png = modules("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP")
        .unwrap()
        .to_png(1)
        .unwrap();
    assert_eq!(read_back(&png), ["otpauth://totp/a?secret=JBSWY3DPEHPK3PXP"]);
}

#[test]
fn a_text_too_long_for_any_code_is_refused_with_its_length() {
    let longest_at_m = "a".repeat(2331);
    let longest_at_l = "a".repeat(2953);
    assert_eq!(modules(&longest_at_m).unwrap().size(), 177);
    assert_eq!(modules(&longest_at_l).unwrap().size(), 177);
    let too_long = modules(&"a".repeat(2954)).err().unwrap();
    assert!(matches!(too_long, EncodeError::TooLong { bytes: 2954 }));
    assert!(matches!(modules("").err().unwrap(), EncodeError::Empty));
}

#[test]
fn a_png_has_a_quiet_zone_of_four_modules_at_a_whole_scale() {
    let modules = modules("A").unwrap();
    assert_eq!(modules.size(), 21);
    let picture = Picture::from_bytes(&modules.to_png(3).unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (87, 87));
    for scale in [0, MAX_SCALE + 1] {
        assert!(matches!(
            modules.to_png(scale).err().unwrap(),
            EncodeError::Scale { .. }
        ));
    }
}

#[test]
fn outside_the_code_every_module_is_light() {
    let modules = modules("A").unwrap();
    assert!(modules.is_dark(0, 0) && modules.is_dark(20, 0));
    for (x, y) in [(21, 0), (0, 21), (usize::MAX, 0), (0, 1_000_000)] {
        assert!(!modules.is_dark(x, y));
    }
}

#[test]
fn an_svg_draws_exactly_the_dark_modules() {
    let modules = modules("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP").unwrap();
    let svg = modules.to_svg();
    let side = modules.size() + 8;
    assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")));
    let path = svg.split("<path fill=\"#000\" d=\"").nth(1).unwrap();
    let path = path.split('"').next().unwrap();
    let mut drawn = vec![vec![false; modules.size()]; modules.size()];
    for run in path.split('M').skip(1) {
        let (left, rest) = run.split_once(' ').unwrap();
        let (top, rest) = rest.split_once('h').unwrap();
        let (length, _) = rest.split_once('v').unwrap();
        let [left, top, length] = [left, top, length].map(|n| n.parse::<usize>().unwrap());
        drawn[top - 4][left - 4..left - 4 + length].fill(true);
    }
    for (y, row) in drawn.iter().enumerate() {
        for (x, dark) in row.iter().enumerate() {
            assert_eq!(*dark, modules.is_dark(x, y), "{x}, {y}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_that_is_written_is_read_back_or_refused(text in "[ -~]{1,200}", scale in 2u32..6) {
        let png = modules(&text).unwrap().to_png(scale).unwrap();
        prop_assert_eq!(read_back(&png), [text]);
    }
}
