//! Other views of a picture: smaller, larger, sharper; and the ways to tell its dark pixels from its light ones.

use rxing::Luma8Source;
use rxing::common::{BitMatrix, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::{Binarizer, LuminanceSource};
use zeroize::Zeroizing;

use super::pixels::{Picture, byte};

/// How dark is told from light.
#[derive(Clone, Copy)]
pub(super) enum Threshold {
    /// By blocks of 8×8 pixels and their neighbours.
    Hybrid,
    /// One for the picture, at the valley between its two tallest peaks.
    Histogram,
    /// The mean of the square around each pixel, whose half side is this share (in 1/256) of the shorter side.
    LocalMean(usize),
    /// A fixed brightness.
    Fixed(u8),
}

/// The dark pixels of a picture; nothing where it has too little contrast to say.
pub(super) fn dark_pixels(picture: &Picture, threshold: Threshold) -> Option<BitMatrix> {
    match threshold {
        Threshold::Hybrid => matrix_of(&HybridBinarizer::new(source(picture)?)),
        Threshold::Histogram => matrix_of(&GlobalHistogramBinarizer::new(source(picture)?)),
        Threshold::LocalMean(share) => local_mean(picture, share),
        Threshold::Fixed(level) => fixed(picture, level),
    }
}

fn source(picture: &Picture) -> Option<Luma8Source<'_>> {
    let width = u32::try_from(picture.width()).ok()?;
    let height = u32::try_from(picture.height()).ok()?;
    Luma8Source::new_with_slice(picture.luma(), width, height).ok()
}

fn matrix_of<L: LuminanceSource, B: Binarizer<Source = L>>(binarizer: &B) -> Option<BitMatrix> {
    binarizer.get_black_matrix().ok().cloned()
}

fn empty_matrix(picture: &Picture) -> Option<BitMatrix> {
    let width = u32::try_from(picture.width()).ok()?;
    let height = u32::try_from(picture.height()).ok()?;
    BitMatrix::new(width, height).ok()
}

fn fixed(picture: &Picture, level: u8) -> Option<BitMatrix> {
    let mut matrix = empty_matrix(picture)?;
    for (y, row) in (0u32..).zip(picture.luma().chunks_exact(picture.width())) {
        for (x, &pixel) in (0u32..).zip(row) {
            if pixel < level {
                matrix.set(x, y);
            }
        }
    }
    Some(matrix)
}

/// Sums of the columns of a sliding band of rows make the mean of every square cost the same, however large it is.
fn local_mean(picture: &Picture, share: usize) -> Option<BitMatrix> {
    let (width, height) = (picture.width(), picture.height());
    let reach = (width.min(height) * share / 256).clamp(2, 255);
    let rows: Vec<&[u8]> = picture.luma().chunks_exact(width).collect();
    let mut matrix = empty_matrix(picture)?;
    // A column holds at most 511 rows of 255, a square at most 511 columns of that: within u32.
    let mut columns = vec![0u32; width];
    for row in rows.iter().take(reach) {
        add(&mut columns, row);
    }
    let mut sums = vec![0u32; width + 1];
    for (y, row) in rows.iter().enumerate() {
        if let Some(entering) = rows.get(y + reach) {
            add(&mut columns, entering);
        }
        if let Some(leaving) = (y > reach).then(|| rows.get(y - reach - 1)).flatten() {
            for (sum, &pixel) in columns.iter_mut().zip(*leaving) {
                *sum -= u32::from(pixel);
            }
        }
        let band = (y + reach).min(height - 1) - y.saturating_sub(reach) + 1;
        let mut total = 0u32;
        for (sum, column) in sums.iter_mut().skip(1).zip(&columns) {
            total = total.wrapping_add(*column);
            *sum = total;
        }
        for (x, &pixel) in row.iter().enumerate() {
            let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(width));
            let square = u64::from(sums[right].wrapping_sub(sums[left]));
            let pixels = ((right - left) * band) as u64;
            // A little under the mean, so that flat ground is light.
            if (u64::from(pixel) + 3) * pixels < square {
                matrix.set(u32::try_from(x).ok()?, u32::try_from(y).ok()?);
            }
        }
    }
    Some(matrix)
}

fn add(columns: &mut [u32], row: &[u8]) {
    for (sum, &pixel) in columns.iter_mut().zip(row) {
        *sum += u32::from(pixel);
    }
}

/// Half the width and height, each pixel the mean of four; nothing where that leaves none.
pub(super) fn halved(picture: &Picture) -> Option<Picture> {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    if width == 0 || height == 0 {
        return None;
    }
    let mut luma = Vec::with_capacity(width * height);
    for pair in picture.luma().chunks_exact(picture.width() * 2) {
        let (upper, lower) = pair.split_at(picture.width());
        luma.extend(upper.chunks_exact(2).zip(lower.chunks_exact(2)).map(|(a, b)| {
            let sum = [a[0], a[1], b[0], b[1]].map(u32::from).iter().sum::<u32>();
            byte((sum + 2) / 4)
        }));
    }
    Some(Picture::from_luma(width, height, Zeroizing::new(luma)))
}

/// Twice the width and height, with the values between two pixels interpolated.
pub(super) fn doubled(picture: &Picture) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let mut luma = Vec::with_capacity(width * height * 4);
    let rows: Vec<&[u8]> = picture.luma().chunks_exact(width).collect();
    for (y, near) in rows.iter().enumerate() {
        let above = rows[y.saturating_sub(1)];
        let below = rows[(y + 1).min(height - 1)];
        for far in [above, below] {
            for x in 0..width {
                for other in [x.saturating_sub(1), (x + 1).min(width - 1)] {
                    let sum = 9 * u32::from(near[x])
                        + 3 * u32::from(near[other])
                        + 3 * u32::from(far[x])
                        + u32::from(far[other]);
                    luma.push(byte((sum + 8) / 16));
                }
            }
        }
    }
    Picture::from_luma(width * 2, height * 2, Zeroizing::new(luma))
}

/// How a picture is enlarged: for each new pixel that lies in an old one, what the seven old ones around it weigh, of 16 384
/// (Lanczos, with three lobes).
pub(crate) type Weights = [[i64; 7]];

/// Twice the width and height.
pub(crate) const TWICE: &Weights = &[
    [121, -1114, 4440, 14628, -2184, 493, 0],
    [0, 493, -2184, 14628, 4440, -1114, 121],
];

/// Three times the width and height.
pub(crate) const THREE_TIMES: &Weights = &[
    [208, -1536, 6265, 13336, -2400, 511, 0],
    [0, 0, 0, 16_384, 0, 0, 0],
    [0, 511, -2400, 13336, 6265, -1536, 208],
];

/// Larger, smoothly: a screen that shows a code with little more than a pixel to a module has modules lie across pixels, and
/// where their edges were is still to be seen in the shades. Row by row, so that no other picture of a secret is made on the
/// way: `image` leaves one in memory.
pub(crate) fn enlarged(picture: &Picture, weights: &Weights) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let sides = (width * weights.len(), height * weights.len());
    let rows: Vec<&[u8]> = picture.luma().chunks_exact(width).collect();
    let mut luma = Zeroizing::new(Vec::with_capacity(sides.0 * sides.1));
    let mut between = Zeroizing::new(vec![0_i64; width]);
    for y in 0..height {
        for taps in weights {
            let near = around(y, height).map(|place| rows[place]);
            for (x, sum) in between.iter_mut().enumerate() {
                *sum = taps
                    .iter()
                    .zip(near)
                    .map(|(tap, row)| tap * i64::from(row[x]))
                    .sum();
            }
            for x in 0..width {
                let near = around(x, width);
                for taps in weights {
                    let sum: i64 = taps
                        .iter()
                        .zip(near)
                        .map(|(tap, place)| tap * between[place])
                        .sum();
                    luma.push(rounded(sum));
                }
            }
        }
    }
    Picture::from_luma(sides.0, sides.1, luma)
}

/// The places of the seven around `place`; those beyond the edge are as what lies at it.
fn around(place: usize, length: usize) -> [usize; 7] {
    std::array::from_fn(|tap| (place + tap).saturating_sub(3).min(length - 1))
}

/// A sum that was weighed twice, as brightness. Beside an edge it may be beyond black and white.
fn rounded(sum: i64) -> u8 {
    let brightness = (sum + (1 << 27)) >> 28;
    u8::try_from(brightness.max(0)).unwrap_or(u8::MAX)
}

/// Unsharp mask: each pixel is moved away from the mean of the square of nine by twice their difference.
pub(super) fn sharpened(picture: &Picture) -> Picture {
    let (width, height) = (picture.width(), picture.height());
    let rows: Vec<&[u8]> = picture.luma().chunks_exact(width).collect();
    let mut luma = Vec::with_capacity(width * height);
    for (y, row) in rows.iter().enumerate() {
        let near = [rows[y.saturating_sub(1)], row, rows[(y + 1).min(height - 1)]];
        for x in 0..width {
            let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
            let sum: u32 = near
                .iter()
                .map(|r| u32::from(r[left]) + u32::from(r[x]) + u32::from(r[right]))
                .sum();
            luma.push(byte((3 * u32::from(row[x])).saturating_sub(2 * sum / 9)));
        }
    }
    Picture::from_luma(width, height, Zeroizing::new(luma))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use image::imageops::{FilterType, resize};
    use image::{GrayImage, Luma};
    use zeroize::Zeroizing;

    use super::*;

    #[test]
    fn a_picture_is_enlarged_as_by_image_and_a_flat_one_stays_flat() {
        let drawn = GrayImage::from_fn(23, 17, |x, y| {
            Luma([if (x * 7 + y * 5) % 11 < 5 { 20 } else { 235 }])
        });
        let flat = GrayImage::from_pixel(5, 4, Luma([137]));
        for (weights, times) in [(TWICE, 2), (THREE_TIMES, 3)] {
            let larger = |image: &GrayImage| {
                let luma = Zeroizing::new(image.as_raw().clone());
                let (width, height) = (image.width() as usize, image.height() as usize);
                enlarged(&Picture::from_luma(width, height, luma), weights)
            };
            let (ours, theirs) = (
                larger(&drawn),
                resize(&drawn, 23 * times, 17 * times, FilterType::Lanczos3),
            );
            assert_eq!(
                (ours.width(), ours.height()),
                (theirs.width() as usize, theirs.height() as usize)
            );
            // What is beyond the edge is up to each.
            let edge = 3 * times;
            for (x, y, pixel) in theirs.enumerate_pixels() {
                if x < edge || y < edge || x >= 23 * times - edge || y >= 17 * times - edge {
                    continue;
                }
                let at = y as usize * ours.width() + x as usize;
                assert!(ours.luma()[at].abs_diff(pixel[0]) <= 1, "{times}: {x}, {y}");
            }
            assert!(larger(&flat).luma().iter().all(|&pixel| pixel == 137), "{times}");
        }
    }
}
