//! From dark pixels to the texts of the codes among them. Every text, whichever library found its grid, is decoded and
//! error-corrected by the same decoder.

#![allow(
    clippy::cast_precision_loss,
    reason = "places in a picture are far below 2^23 and need no exact pixel"
)]

use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    DetectPureQR, FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};
use rxing::qrcode::detector::QRCodeDetectorResult;
use zeroize::Zeroizing;

use super::panics::quietly;
use super::pixels::Picture;

/// A code that was read, and its four corners in the pixels of the picture it was read in.
#[derive(Clone)]
pub(super) struct Sighting {
    pub(super) text: Zeroizing<String>,
    pub(super) corners: [(f32, f32); 4],
}

impl Sighting {
    pub(super) fn scaled(mut self, factor: f32) -> Self {
        for corner in &mut self.corners {
            corner.0 *= factor;
            corner.1 *= factor;
        }
        self
    }

    pub(super) fn left(&self) -> f32 {
        self.corners
            .iter()
            .fold(f32::MAX, |least, corner| least.min(corner.0))
    }

    pub(super) fn top(&self) -> f32 {
        self.corners
            .iter()
            .fold(f32::MAX, |least, corner| least.min(corner.1))
    }

    fn bottom(&self) -> f32 {
        self.corners
            .iter()
            .fold(f32::MIN, |most, corner| most.max(corner.1))
    }

    /// Whether the two share rows for at least half the height of the lower one.
    pub(super) fn stands_beside(&self, other: &Self) -> bool {
        let shared = self.bottom().min(other.bottom()) - self.top().max(other.top());
        let height = (self.bottom() - self.top()).min(other.bottom() - other.top());
        shared >= height / 2.0
    }

    /// Whether a point is inside the four corners, in whichever direction they go round.
    fn covers(&self, x: f32, y: f32) -> bool {
        let [first, second, third, fourth] = self.corners;
        let edges = [(first, second), (second, third), (third, fourth), (fourth, first)];
        let sides =
            edges.map(|(from, to)| (to.0 - from.0) * (y - from.1) - (to.1 - from.1) * (x - from.0) > 0.0);
        sides == [true; 4] || sides == [false; 4]
    }
}

/// What a reader found, and whether anything like a code was left unread.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) sightings: Vec<Sighting>,
    pub(super) unread: bool,
}

/// Modules along a side of the largest code, version 40 (ISO/IEC 18004 §6.3.1).
const MAX_SIDE: u32 = 177;

/// More places than this have never held a code: the rest are chance patterns in noise.
const MAX_PLACES: usize = 600;

/// Finder patterns by rxing; three of them that may belong together make a place to read. Places inside the `known`
/// codes are passed over. `stop` is asked before each place.
pub(super) fn finder_patterns(matrix: &BitMatrix, known: &[Sighting], stop: &dyn Fn() -> bool) -> Reading {
    let mut reading = Reading::default();
    let places = quietly(|| {
        let mut patterns = FindFinderPatterns(matrix, true, 0);
        patterns.retain(|pattern| !known.iter().any(|code| code.covers(pattern.p.x, pattern.p.y)));
        GenerateFinderPatternSets(&mut patterns)
    })
    .unwrap_or_default();
    let mut used = Vec::new();
    let mut failed = Vec::new();
    for place in places.into_iter().take(MAX_PLACES) {
        if stop() {
            break;
        }
        let corners = [place.bl, place.tl, place.tr];
        if corners.iter().any(|pattern| used.contains(pattern)) {
            continue;
        }
        match quietly(|| read_place(matrix, &place)).flatten() {
            Some(sighting) => {
                used.extend(corners);
                reading.sightings.push(sighting);
            }
            None => failed.push(corners),
        }
    }
    // Three patterns of different codes make a place too; it fails, and nothing is amiss once those codes were read.
    reading.unread = failed
        .iter()
        .any(|corners| !corners.iter().any(|pattern| used.contains(pattern)));
    reading
}

fn read_place(matrix: &BitMatrix, place: &FinderPatternSet) -> Option<Sighting> {
    sighting(&SampleQR(matrix, place).ok()?)
}

/// The code that a picture of nothing else shows upright; its modules may be as small as one pixel.
pub(super) fn nothing_else(matrix: &BitMatrix) -> Reading {
    let sighting = quietly(|| sighting(&DetectPureQR(matrix).ok()?)).flatten();
    Reading {
        sightings: sighting.into_iter().collect(),
        unread: false,
    }
}

fn sighting(sample: &QRCodeDetectorResult) -> Option<Sighting> {
    let text = text_of(sample.getBits())?;
    let &[a, b, c, d] = sample.getPoints() else {
        return None;
    };
    let corners = [(a.x, a.y), (b.x, b.y), (c.x, c.y), (d.x, d.y)];
    Some(Sighting { text, corners })
}

/// The text of a grid of modules, if its error correction says that it is whole.
fn text_of(grid: &BitMatrix) -> Option<Zeroizing<String>> {
    let decoded = Decode(grid).ok()?;
    let text = Zeroizing::new(decoded.text());
    (decoded.isValid() && !text.is_empty()).then_some(text)
}

/// A square that may be a code: its four corners, and its modules where it has a size that a code can have.
type Square = ([(f32, f32); 4], Option<BitMatrix>);

/// The squares that quirc's way of looking (flood fill instead of scan lines) finds.
pub(super) fn flood_fill(picture: &Picture, stop: &dyn Fn() -> bool) -> Reading {
    read_squares(stop, || {
        let mut quirc = quircs::Quirc::new();
        let grids = quirc.identify(picture.width(), picture.height(), picture.luma());
        let square = |grid: quircs::Code| {
            let corners = grid.corners.map(|p| (p.x as f32, p.y as f32));
            (corners, modules_of(grid.size, &grid.cell_bitmap))
        };
        grids.flatten().map(square).collect()
    })
}

/// The squares that rqrr finds: flood fill too, after a threshold that adapts along each row.
pub(super) fn adaptive_rows(picture: &Picture, stop: &dyn Fn() -> bool) -> Reading {
    read_squares(stop, || {
        let (width, luma) = (picture.width(), picture.luma());
        let mut prepared =
            rqrr::PreparedImage::prepare_from_greyscale(width, picture.height(), |x, y| luma[y * width + x]);
        let square = |grid: rqrr::Grid<_>| {
            let corners = grid.bounds.map(|p| (p.x as f32, p.y as f32));
            (corners, modules_of_grid(&grid.grid))
        };
        prepared.detect_grids().into_iter().map(square).collect()
    })
}

fn read_squares(stop: &dyn Fn() -> bool, look: impl FnOnce() -> Vec<Square>) -> Reading {
    let mut reading = Reading::default();
    for (corners, modules) in quietly(look).unwrap_or_default() {
        if stop() {
            break;
        }
        match quietly(|| text_of(&modules?)).flatten() {
            Some(text) => reading.sightings.push(Sighting { text, corners }),
            None => reading.unread = true,
        }
    }
    reading
}

fn modules_of_grid(grid: &impl rqrr::BitGrid) -> Option<BitMatrix> {
    let side = u32::try_from(grid.size()).ok().filter(|side| *side <= MAX_SIDE)?;
    let mut modules = BitMatrix::new(side, side).ok()?;
    for at in 0..side * side {
        if grid.bit((at / side) as usize, (at % side) as usize) {
            modules.set(at % side, at / side);
        }
    }
    Some(modules)
}

/// `cells` holds one bit a module, row by row without gaps, the least significant bit of a byte first.
fn modules_of(side: i32, cells: &[u8]) -> Option<BitMatrix> {
    let side = u32::try_from(side).ok().filter(|side| *side <= MAX_SIDE)?;
    let mut modules = BitMatrix::new(side, side).ok()?;
    for at in 0..side * side {
        let byte = cells.get(at as usize / 8)?;
        if byte & (1 << (at % 8)) != 0 {
            modules.set(at % side, at / side);
        }
    }
    Some(modules)
}
