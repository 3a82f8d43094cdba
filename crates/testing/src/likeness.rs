//! Whether two pictures show the same, as somebody sees it who looks from afar: in cells of some pixels, so that a letter may be
//! smoothed in another way and a row may not be missing, moved or of another colour.

use image::RgbaImage;

/// The width and height of a cell in pixels.
const CELL: usize = 10;

/// How far the mean of a colour may be from the other one's, of 255. A line of pixels more or less is 10 at most in grey text;
/// text that is gone is 30 and more.
const NEAR: usize = 16;

/// How many cells may differ, where a line lies on their edge. An icon lies in four and more.
const FEW: usize = 2;

/// Where they differ, as the corners of cells; nothing where they show the same.
pub fn differences(one: &RgbaImage, other: &RgbaImage) -> Vec<(usize, usize)> {
    let (one, other) = (Cells::of(one), Cells::of(other));
    if one.across != other.across || one.means.len() != other.means.len() {
        return vec![(0, 0)];
    }
    let apart = one.means.iter().zip(&other.means).enumerate();
    let apart: Vec<_> = apart
        .filter(|(_, (one, other))| !are_near(**one, **other))
        .map(|(place, _)| (place % one.across * CELL, place / one.across * CELL))
        .collect();
    if apart.len() > FEW { apart } else { vec![] }
}

/// The mean colours of a picture's cells, row by row.
struct Cells {
    across: usize,
    means: Vec<[usize; 3]>,
}

impl Cells {
    fn of(picture: &RgbaImage) -> Self {
        let line = picture.width() as usize * 4;
        let across = (picture.width() as usize).div_ceil(CELL);
        let mut means = vec![];
        for rows in picture.as_raw().chunks(line.max(1) * CELL) {
            let mut sums = vec![[0_usize; 4]; across];
            for row in rows.chunks(line) {
                for (cell, sum) in row.chunks(CELL * 4).zip(&mut sums) {
                    for pixel in cell.chunks_exact(4) {
                        for (sum, channel) in sum.iter_mut().zip(pixel) {
                            *sum += usize::from(*channel);
                        }
                    }
                }
            }
            let pixels = rows.len() / line * CELL;
            means.extend(
                sums.iter()
                    .map(|[red, green, blue, _]| [red / pixels, green / pixels, blue / pixels]),
            );
        }
        Self { across, means }
    }
}

fn are_near(one: [usize; 3], other: [usize; 3]) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.abs_diff(other) <= NEAR)
}

#[cfg(test)]
mod tests {
    use image::imageops::{blur, crop_imm, overlay};
    use image::{Rgba, RgbaImage};

    use super::*;

    const CARD: [u32; 4] = [20, 20, 120, 60];
    const GROUND: Rgba<u8> = Rgba([247, 249, 249, 255]);
    const INK: Rgba<u8> = Rgba([14, 32, 35, 255]);

    /// A page with a card on it, in which there are lines of what could be letters.
    fn page([x, y, width, height]: [u32; 4], ink: Rgba<u8>) -> RgbaImage {
        let mut page = RgbaImage::from_pixel(380, 480, GROUND);
        for row in y..y + height {
            for column in x..x + width {
                let is_ink = row % 16 < 10 && column % 7 < 2;
                page.put_pixel(column, row, if is_ink { ink } else { Rgba([255; 4]) });
            }
        }
        page
    }

    /// The usual page with a button on it.
    fn with_button(colour: [u8; 4]) -> RgbaImage {
        let mut page = page(CARD, INK);
        overlay(&mut page, &RgbaImage::from_pixel(80, 36, Rgba(colour)), 200, 300);
        page
    }

    fn differ(one: &RgbaImage, other: &RgbaImage) -> bool {
        !differences(one, other).is_empty()
    }

    #[test]
    fn a_picture_is_like_itself_and_like_one_whose_letters_are_smoothed_in_another_way() {
        let usual = page(CARD, INK);
        assert!(!differ(&usual, &usual));
        assert!(!differ(&usual, &blur(&usual, 0.8)));
    }

    #[test]
    fn a_component_that_moved_by_a_step_of_the_grid_is_seen() {
        let [x, y, width, height] = CARD;
        let usual = page(CARD, INK);
        assert!(differ(&usual, &page([x, y + 8, width, height], INK)));
        assert!(differ(&usual, &page([x + 8, y, width, height], INK)));
    }

    #[test]
    fn a_component_that_is_gone_is_seen() {
        assert!(differ(&page(CARD, INK), &RgbaImage::from_pixel(380, 480, GROUND)));
    }

    #[test]
    fn an_icon_that_is_gone_is_seen_wherever_it_lay() {
        let empty = RgbaImage::from_pixel(960, 680, GROUND);
        let grey = Rgba([90, 107, 110, 255]);
        for place in 0..10 {
            let mut page = empty.clone();
            for (side, colour) in [(16, grey), (12, GROUND)] {
                let inset = 300 + place + (16 - side) / 2;
                let square = RgbaImage::from_pixel(side, side, colour);
                overlay(&mut page, &square, i64::from(inset), i64::from(inset) - 100);
            }
            assert!(differ(&page, &empty), "{place}");
        }
    }

    #[test]
    fn a_component_of_another_colour_is_seen() {
        assert!(differ(&page(CARD, INK), &page(CARD, Rgba([173, 35, 24, 255]))));
        assert!(differ(
            &with_button([10, 103, 103, 255]),
            &with_button([39, 81, 140, 255])
        ));
    }

    #[test]
    fn a_picture_of_another_size_is_another_picture() {
        let usual = page(CARD, INK);
        assert!(differ(&usual, &crop_imm(&usual, 0, 0, 380, 460).to_image()));
        assert!(differ(&usual, &crop_imm(&usual, 0, 0, 360, 480).to_image()));
    }
}
