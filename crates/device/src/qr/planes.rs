//! Other views of a picture: smaller, larger, sharper; and the ways to tell its dark pixels from its light ones.

use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Luma};
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

/// So many times the width and height, smoothly: a screen that shows a code with little more than a pixel to a module has
/// modules lie across pixels, and where their edges were is still to be seen in the shades. Nothing where it is too large.
pub(crate) fn enlarged(picture: &Picture, times: u32) -> Option<Picture> {
    let (width, height) = (
        u32::try_from(picture.width()).ok()?,
        u32::try_from(picture.height()).ok()?,
    );
    let image = ImageBuffer::<Luma<u8>, &[u8]>::from_raw(width, height, picture.luma())?;
    let (wider, higher) = (width.checked_mul(times)?, height.checked_mul(times)?);
    let luma = resize(&image, wider, higher, FilterType::Lanczos3).into_raw();
    let sides = (usize::try_from(wider).ok()?, usize::try_from(higher).ok()?);
    Some(Picture::from_luma(sides.0, sides.1, Zeroizing::new(luma)))
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
