//! What a person is shown of a frame, to see where to hold the code: small, grey, and of no frame in which one was found.

use data_encoding::BASE64;
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use zeroize::Zeroizing;

use crate::qr::pixels::{Picture, byte};

/// A small grey JPEG.
pub struct Glimpse(Vec<u8>);

impl Glimpse {
    /// Only of what [`shrunk`] gave, and only where nothing was found in it.
    pub(super) fn of(small: &Picture) -> Option<Self> {
        let (width, height) = (
            u32::try_from(small.width()).ok()?,
            u32::try_from(small.height()).ok()?,
        );
        let mut jpeg = vec![];
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
            .encode(small.luma(), width, height, ExtendedColorType::L8)
            .ok()?;
        Some(Self(jpeg))
    }

    /// The bytes of the JPEG.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }

    /// As the source of an image in a page.
    pub fn to_data_uri(&self) -> String {
        format!("data:image/jpeg;base64,{}", BASE64.encode(&self.0))
    }
}

/// The picture with at most [`MAX_SIDE`] pixels in a row and in a column, each the mean of those it stands for.
pub(super) fn shrunk(picture: &Picture) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let factor = width.max(height).div_ceil(MAX_SIDE).max(1);
    let (columns, rows) = ((width / factor).max(1), (height / factor).max(1));
    let mut luma = Zeroizing::new(Vec::with_capacity(columns * rows));
    for row in 0..rows {
        for column in 0..columns {
            luma.push(mean(picture, (column * factor, row * factor), factor));
        }
    }
    Picture::from_luma(columns, rows, luma)
}

/// The mean of the square of this side, as far as it lies in the picture.
fn mean(picture: &Picture, (left, top): (usize, usize), side: usize) -> u8 {
    let (mut sum, mut count) = (0_u64, 0_u64);
    for row in picture.luma().chunks_exact(picture.width()).skip(top).take(side) {
        for pixel in row.iter().skip(left).take(side) {
            sum += u64::from(*pixel);
            count += 1;
        }
    }
    byte(u32::try_from(sum / count.max(1)).unwrap_or(u32::MAX))
}

/// The most pixels on a side.
pub const MAX_SIDE: usize = 320;
const QUALITY: u8 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: usize, height: usize) -> Picture {
        Picture::from_luma(width, height, Zeroizing::new(vec![90; width * height]))
    }

    #[test]
    fn what_is_shown_is_never_larger_than_the_bound_and_keeps_its_shape() {
        for (given, expected) in [
            ((1280, 720), (320, 180)),
            ((640, 480), (320, 240)),
            ((720, 1280), (180, 320)),
            ((200, 100), (200, 100)),
            ((321, 1), (160, 1)),
        ] {
            let small = shrunk(&plain(given.0, given.1));
            assert_eq!((small.width(), small.height()), expected, "{given:?}");
            assert!(small.luma().iter().all(|byte| *byte == 90));
        }
    }

    #[test]
    fn a_glimpse_is_a_grey_jpeg() {
        let glimpse = Glimpse::of(&plain(320, 240)).unwrap();
        let image = image::load_from_memory(glimpse.jpeg()).unwrap();
        assert_eq!((image.width(), image.height()), (320, 240));
        assert!(!image.color().has_color());
        assert!(glimpse.to_data_uri().starts_with("data:image/jpeg;base64,/9j/"));
    }
}
