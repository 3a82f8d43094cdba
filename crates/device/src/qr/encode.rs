//! A text becomes a QR code: its modules, a PNG, an SVG.

use std::fmt::Write as _;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageError};
use rxing::EncodeHints;
use rxing::qrcode::common::ErrorCorrectionLevel;
use rxing::qrcode::encoder::qrcode_encoder::encode_with_hints;
use thiserror::Error;
use zeroize::Zeroizing;

/// The light border that ISO/IEC 18004 §9.1 asks for, in modules on each side.
pub const QUIET_ZONE: usize = 4;
/// The most pixels a module may be wide in a PNG.
pub const MAX_SCALE: u32 = 64;

/// Why there is no QR code.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// There is nothing to encode.
    #[error("an empty text makes no QR code")]
    Empty,
    /// No version of QR code holds the text even at error correction L.
    #[error("the text is {bytes} bytes long; a QR code holds at most 2953")]
    TooLong {
        /// Length of the text in UTF-8.
        bytes: usize,
    },
    /// The scale of a PNG is out of its bounds.
    #[error("the scale is {scale} pixels a module; it must be 1 to {MAX_SCALE}")]
    Scale {
        /// Pixels a module.
        scale: u32,
    },
    /// The PNG could not be written.
    #[error("the PNG could not be written")]
    Png(#[source] ImageError),
}

/// The modules of a QR code, without quiet zone. They are the text: no `Debug`, overwritten when dropped.
pub struct Modules {
    size: usize,
    dark: Zeroizing<Vec<bool>>,
}

/// The modules that say `text`, at error correction M, or at L where only that holds it.
pub fn modules(text: &str) -> Result<Modules, EncodeError> {
    if text.is_empty() {
        return Err(EncodeError::Empty);
    }
    let hints = EncodeHints {
        // Bytes beyond ASCII are announced as UTF-8; without, a reader has to guess.
        CharacterSet: (!text.is_ascii()).then(|| "UTF-8".to_owned()),
        ..EncodeHints::default()
    };
    // Any text can be encoded but one that is too long.
    let code = encode_with_hints(text, ErrorCorrectionLevel::M, &hints)
        .or_else(|_| encode_with_hints(text, ErrorCorrectionLevel::L, &hints))
        .ok();
    let matrix = code.as_ref().and_then(|code| code.getMatrix().as_ref());
    let rows = matrix.ok_or(EncodeError::TooLong { bytes: text.len() })?;
    let rows = rows.getArray();
    let mut dark = Vec::with_capacity(rows.len() * rows.len());
    for row in rows {
        dark.extend(row.iter().map(|module| *module == 1));
    }
    Ok(Modules {
        size: rows.len(),
        dark: Zeroizing::new(dark),
    })
}

impl Modules {
    /// Modules in a row and in a column: 21 to 177.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the module in column `x` of row `y` is dark; outside, in the quiet zone, all are light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && self.dark.get(y * self.size + x).copied().unwrap_or(false)
    }

    /// A grey PNG with a quiet zone and `scale` pixels a module.
    pub fn to_png(&self, scale: u32) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
        if !(1..=MAX_SCALE).contains(&scale) {
            return Err(EncodeError::Scale { scale });
        }
        let scale = scale as usize;
        // At most (177 + 8) × 64 pixels a side.
        let side = (self.size + 2 * QUIET_ZONE) * scale;
        let dark_at = |x: usize, y: usize| {
            let module = |pixel: usize| (pixel / scale).checked_sub(QUIET_ZONE);
            matches!((module(x), module(y)), (Some(x), Some(y)) if self.is_dark(x, y))
        };
        let mut pixels = Zeroizing::new(Vec::with_capacity(side * side));
        for y in 0..side {
            pixels.extend((0..side).map(|x| if dark_at(x, y) { 0 } else { u8::MAX }));
        }
        let mut png = Zeroizing::new(Vec::new());
        let side = u32::try_from(side).unwrap_or(u32::MAX);
        PngEncoder::new(&mut *png)
            .write_image(&pixels, side, side, ExtendedColorType::L8)
            .map_err(EncodeError::Png)?;
        Ok(png)
    }

    /// An SVG with a quiet zone, one user unit a module, that scales to its place.
    pub fn to_svg(&self) -> Zeroizing<String> {
        let side = self.size + 2 * QUIET_ZONE;
        // Room for every module, so that growing leaves no copies behind.
        let mut svg = Zeroizing::new(String::with_capacity(self.dark.len() * 16 + 300));
        svg.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" ");
        // Writing into a string cannot fail.
        let _ = write!(
            svg,
            "viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">"
        );
        let _ = write!(svg, "<path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>");
        svg.push_str("<path fill=\"#000\" d=\"");
        for y in 0..self.size {
            let mut x = 0;
            while x < self.size {
                let run = (x..self.size).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    let (left, top) = (x + QUIET_ZONE, y + QUIET_ZONE);
                    let _ = write!(svg, "M{left} {top}h{run}v1H{left}z");
                }
                x += run + 1;
            }
        }
        svg.push_str("\"/></svg>");
        svg
    }
}
