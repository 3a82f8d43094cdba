//! The bytes of a frame, as cameras send them, to a picture.

use zeroize::Zeroizing;

use crate::qr::pixels::{MAX_PIXELS, Picture, brightness};

/// How pixels stand in the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// A JPEG picture, perhaps without its Huffman tables.
    Jpeg,
    /// A byte of brightness for each pixel, so many bytes apart, the first of them after so many.
    Luma { first: usize, step: usize },
    /// Red, green and blue at these places of each pixel, which takes so many bytes.
    Colour { places: [usize; 3], step: usize },
}

impl Encoding {
    /// What a V4L2 format is read as; nothing where it is not read. Planes of colour that follow the brightness are passed
    /// over.
    pub(super) fn of(fourcc: [u8; 4]) -> Option<Self> {
        Some(match &fourcc {
            b"MJPG" | b"JPEG" => Self::Jpeg,
            b"GREY" | b"NV12" | b"NV21" | b"NV16" | b"NV61" | b"YU12" | b"YV12" | b"422P" => {
                Self::Luma { first: 0, step: 1 }
            }
            b"YUYV" | b"YVYU" => Self::Luma { first: 0, step: 2 },
            b"UYVY" | b"VYUY" => Self::Luma { first: 1, step: 2 },
            b"RGB3" => Self::Colour {
                places: [0, 1, 2],
                step: 3,
            },
            b"BGR3" => Self::Colour {
                places: [2, 1, 0],
                step: 3,
            },
            b"XR24" | b"AR24" | b"BGR4" => Self::Colour {
                places: [2, 1, 0],
                step: 4,
            },
            _ => return None,
        })
    }

    /// The smaller, the sooner it is asked for: a JPEG brings a large picture through a narrow cable.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Jpeg => 0,
            Self::Luma { .. } => 1,
            Self::Colour { .. } => 2,
        }
    }
}

/// What a camera said about its frames.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) encoding: Encoding,
    /// Pixels in a row, and rows.
    pub(super) size: (u32, u32),
    /// Bytes in a row, padding and all; nothing where the camera does not say.
    pub(super) row_bytes: u32,
}

impl Layout {
    /// The picture; nothing where the bytes are not what was said.
    pub(super) fn picture(&self, bytes: &[u8]) -> Option<Picture> {
        match self.encoding {
            Encoding::Jpeg => Picture::from_bytes(&with_usual_tables(bytes)?).ok(),
            Encoding::Luma { first, step } => self.read(bytes, step, |pixel| pixel.get(first).copied()),
            Encoding::Colour { places, step } => self.read(bytes, step, |pixel| {
                let [red, green, blue] = places.map(|place| pixel.get(place).copied());
                Some(brightness(red?, green?, blue?))
            }),
        }
    }

    fn read(&self, bytes: &[u8], step: usize, luma_of: impl Fn(&[u8]) -> Option<u8>) -> Option<Picture> {
        let (width, height) = self.size;
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 || pixels > MAX_PIXELS {
            return None;
        }
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        let used = width.checked_mul(step)?;
        let row_bytes = usize::try_from(self.row_bytes).ok()?.max(used);
        let mut luma = Zeroizing::new(Vec::with_capacity(width * height));
        for row in bytes.chunks(row_bytes).take(height) {
            // The last row may come without its padding.
            for pixel in row.get(..used)?.chunks_exact(step) {
                luma.push(luma_of(pixel)?);
            }
        }
        (luma.len() == width * height).then(|| Picture::from_luma(width, height, luma))
    }
}

/// The same JPEG with the mark of AVI1, by which a decoder knows that tables which are missing are the usual ones
/// (`OpenDML` AVI). Tables that are there stay in force.
fn with_usual_tables(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let rest = bytes.strip_prefix(&START_OF_IMAGE)?;
    let mut marked = Zeroizing::new(Vec::with_capacity(bytes.len() + AVI1.len()));
    marked.extend_from_slice(&START_OF_IMAGE);
    marked.extend_from_slice(&AVI1);
    marked.extend_from_slice(rest);
    Some(marked)
}

const START_OF_IMAGE: [u8; 2] = [0xff, 0xd8];
const AVI1: [u8; 10] = [0xff, 0xe0, 0, 8, b'A', b'V', b'I', b'1', 0, 0];

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageEncoder};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn read(fourcc: [u8; 4], row_bytes: u32, bytes: &[u8]) -> Option<Vec<u8>> {
        let layout = Layout {
            encoding: Encoding::of(fourcc)?,
            size: (2, 2),
            row_bytes,
        };
        layout.picture(bytes).map(|picture| picture.luma().to_vec())
    }

    #[test]
    fn brightness_is_taken_from_wherever_the_format_has_it() {
        let expected = Some(vec![10, 20, 30, 40]);
        assert_eq!(read(*b"GREY", 2, &[10, 20, 30, 40]), expected);
        assert_eq!(read(*b"YUYV", 4, &[10, 1, 20, 2, 30, 3, 40, 4]), expected);
        assert_eq!(read(*b"UYVY", 4, &[1, 10, 2, 20, 3, 30, 4, 40]), expected);
        assert_eq!(read(*b"NV12", 2, &[10, 20, 30, 40, 128, 128]), expected);
        let grey = [10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40];
        assert_eq!(read(*b"RGB3", 6, &grey), expected);
        assert_eq!(read(*b"H264", 2, &[0; 4]), None);
    }

    #[test]
    fn red_green_and_blue_are_not_mistaken_for_each_other() {
        let blue_first = [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0];
        let read = read(*b"BGR3", 6, &blue_first).unwrap();
        assert_eq!(
            read[..3],
            [
                brightness(0, 0, 255),
                brightness(0, 255, 0),
                brightness(255, 0, 0)
            ]
        );
    }

    #[test]
    fn padding_is_passed_over_and_may_lack_after_the_last_row() {
        let padded = [10, 20, 9, 9, 30, 40];
        assert_eq!(read(*b"GREY", 4, &padded), Some(vec![10, 20, 30, 40]));
        assert_eq!(read(*b"GREY", 0, &[10, 20, 30, 40]), Some(vec![10, 20, 30, 40]));
    }

    #[test]
    fn a_frame_that_broke_off_or_is_no_picture_is_none() {
        assert_eq!(read(*b"GREY", 2, &[10, 20, 30]), None);
        assert_eq!(read(*b"YUYV", 4, &[]), None);
        assert_eq!(read(*b"MJPG", 0, b"\xff\xd8 no"), None);
        let nothing = Layout {
            encoding: Encoding::Luma { first: 0, step: 1 },
            size: (0, u32::MAX),
            row_bytes: 0,
        };
        assert!(nothing.picture(&[]).is_none());
        let endless = Layout {
            size: (u32::MAX, u32::MAX),
            ..nothing
        };
        assert!(endless.picture(&[0; 64]).is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_and_no_layout_make_it_panic(
            bytes in vec(any::<u8>(), 0..4096),
            size in (0..80_u32, 0..80_u32),
            row_bytes in 0..400_u32,
            format in 0..FORMATS.len(),
        ) {
            let encoding = Encoding::of(*FORMATS[format]).unwrap();
            let picture = Layout { encoding, size, row_bytes }.picture(&bytes);
            prop_assert!(picture.is_none_or(|picture| picture.luma().len() == picture.width() * picture.height()));
        }
    }

    const FORMATS: [&[u8; 4]; 7] = [b"MJPG", b"GREY", b"YUYV", b"UYVY", b"RGB3", b"BGR3", b"XR24"];

    #[test]
    fn a_motion_jpeg_frame_is_read_with_its_huffman_tables_and_without() {
        let mut whole = vec![];
        JpegEncoder::new_with_quality(&mut whole, 95)
            .write_image(&[200; 64], 8, 8, ExtendedColorType::L8)
            .unwrap();
        let layout = Layout {
            encoding: Encoding::Jpeg,
            size: (8, 8),
            row_bytes: 0,
        };
        for frame in [whole.clone(), without_tables(&whole)] {
            let picture = layout.picture(&frame).unwrap();
            let luma = picture.luma();
            assert!(luma.iter().all(|byte| byte.abs_diff(200) < 4), "{luma:?}");
        }
    }

    /// The same without the segments of Huffman tables, as webcams send it.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let mut kept = jpeg[..2].to_vec();
        let mut rest = &jpeg[2..];
        while rest[..2] != [0xff, 0xda] {
            let length = 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
            if rest[1] != 0xc4 {
                kept.extend_from_slice(&rest[..length]);
            }
            rest = &rest[length..];
        }
        kept.extend_from_slice(rest);
        assert!(kept.len() + 100 < jpeg.len());
        kept
    }
}
