//! A picture as people have it (PNG, JPEG, WebP, BMP, GIF, or raw RGBA) becomes one plane of brightness.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

/// The largest picture that is looked at, in pixels (width × height).
pub const MAX_PIXELS: u64 = 100_000_000;

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PictureError {
    /// The content is of no known picture format, whatever the file is called.
    #[error("this is not a picture: its content is none of PNG, JPEG, WebP, BMP or GIF")]
    NotAPicture,
    /// The header announces more pixels than are ever decoded; nothing was allocated for them.
    #[error("the picture is {width}×{height} pixels; at most 100 megapixels are read")]
    TooLarge {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The picture has no pixels.
    #[error("the picture is {width}×{height} pixels; it must have at least one")]
    Empty {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// Decoding would take more memory than a picture within the bound of pixels needs.
    #[error("decoding the picture would take more memory than is allowed for one")]
    TooMuchMemory,
    /// The content is that of a picture, but broken or in a variant that is not supported.
    #[error("the picture is damaged or of an unsupported variant: {0}")]
    Damaged(String),
    /// Raw pixels whose length does not belong to the width and height that came with them.
    #[error("{width}×{height} pixels of RGBA take {expected} bytes, but there are {actual}")]
    WrongLength {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that width × height × 4 asks for.
        expected: u64,
        /// Bytes handed in.
        actual: usize,
    },
}

/// One plane of brightness, row by row, 0 black to 255 white, upright, opaque. It may show a secret: no `Debug`, and the
/// pixels are overwritten when it is dropped.
pub struct Picture {
    width: usize,
    height: usize,
    luma: Zeroizing<Vec<u8>>,
}

impl Picture {
    /// Decodes a PNG, JPEG, WebP, BMP or GIF, told apart by content. EXIF orientation is applied, transparent pixels are
    /// laid on white, and of an animation the first frame is taken.
    ///
    /// Fails before allocating where the header announces more than [`MAX_PIXELS`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PictureError> {
        let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture)?;
        if !matches!(
            format,
            ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Bmp | ImageFormat::Gif
        ) {
            return Err(PictureError::NotAPicture);
        }
        let reader = || ImageReader::with_format(Cursor::new(bytes), format);
        let (width, height) = reader().into_dimensions().map_err(cause)?;
        check_size(width, height)?;
        let mut decoder = reader().into_decoder().map_err(cause)?;
        // Metadata that cannot be read says nothing about how to turn the picture.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut image = DynamicImage::from_decoder(decoder).map_err(cause)?;
        image.apply_orientation(orientation);
        Ok(Self::from_image(image))
    }

    /// Raw pixels as the clipboard and screen captures give them: rows from the top, four bytes each pixel (red, green,
    /// blue, straight alpha), no padding between rows.
    pub fn from_rgba(width: u32, height: u32, rgba: &[u8]) -> Result<Self, PictureError> {
        check_size(width, height)?;
        let expected = u64::from(width) * u64::from(height) * 4;
        if u64::try_from(rgba.len()) != Ok(expected) {
            return Err(PictureError::WrongLength {
                width,
                height,
                expected,
                actual: rgba.len(),
            });
        }
        Ok(Self {
            width: width as usize,
            height: height as usize,
            luma: Zeroizing::new(luma_of_rgba(rgba)),
        })
    }

    /// A plane of brightness of our own making; `luma` has `width` × `height` bytes.
    pub(crate) fn from_luma(width: usize, height: usize, luma: Zeroizing<Vec<u8>>) -> Self {
        debug_assert_eq!(luma.len(), width * height);
        Self { width, height, luma }
    }

    /// Pixels per row, at least one.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows, at least one.
    pub fn height(&self) -> usize {
        self.height
    }

    pub(crate) fn luma(&self) -> &[u8] {
        &self.luma
    }

    fn from_image(image: DynamicImage) -> Self {
        let (width, height) = (image.width() as usize, image.height() as usize);
        let luma = match image {
            DynamicImage::ImageLuma8(plane) => plane.into_raw(),
            DynamicImage::ImageRgb8(pixels) => {
                let mut pixels = pixels.into_raw();
                let luma = pixels
                    .chunks_exact(3)
                    .map(|p| brightness(p[0], p[1], p[2]))
                    .collect();
                pixels.zeroize();
                luma
            }
            other => {
                let mut pixels = other.into_rgba8().into_raw();
                let luma = luma_of_rgba(&pixels);
                pixels.zeroize();
                luma
            }
        };
        Self {
            width,
            height,
            luma: Zeroizing::new(luma),
        }
    }
}

fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        Err(PictureError::Empty { width, height })
    } else if pixels > MAX_PIXELS {
        Err(PictureError::TooLarge { width, height })
    } else {
        Ok(())
    }
}

fn cause(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooMuchMemory,
        // The decoders' texts name the part of the file that is wrong; no pixel of it.
        other => PictureError::Damaged(other.to_string()),
    }
}

fn luma_of_rgba(rgba: &[u8]) -> Vec<u8> {
    rgba.chunks_exact(4)
        .map(|p| match p[3] {
            255 => brightness(p[0], p[1], p[2]),
            alpha => brightness(
                on_white(p[0], alpha),
                on_white(p[1], alpha),
                on_white(p[2], alpha),
            ),
        })
        .collect()
}

fn on_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    byte((colour * alpha + 255 * (255 - alpha) + 127) / 255)
}

/// ITU-R BT.601 luma.
pub(crate) fn brightness(red: u8, green: u8, blue: u8) -> u8 {
    byte((306 * u32::from(red) + 601 * u32::from(green) + 117 * u32::from(blue) + 512) >> 10)
}

/// A mean of bytes is a byte.
pub(crate) fn byte(mean: u32) -> u8 {
    u8::try_from(mean).unwrap_or(u8::MAX)
}
