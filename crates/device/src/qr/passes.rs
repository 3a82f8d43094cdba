//! The order in which a picture is looked at, from what finds most at the least cost to what is slow and seldom helps.

#![allow(clippy::cast_precision_loss, reason = "a picture is halved a few times only")]

use rxing::common::BitMatrix;

use super::pixels::Picture;
use super::planes::{Threshold, dark_pixels, doubled, halved, sharpened};
use super::readers::{Reading, Sighting, adaptive_rows, finder_patterns, flood_fill, nothing_else};

/// Larger views are looked at only after all smaller ones.
const COMFORTABLE_PIXELS: usize = 16_000_000;
/// Views are doubled up to this size (of the doubled view).
const MAX_DOUBLED_PIXELS: usize = 12_000_000;
/// Flood filling, whose cost is hard to foresee, is tried up to this size.
const MAX_FLOOD_PIXELS: usize = 4_000_000;
/// The slow passes are tried up to this size.
const MAX_SLOW_PIXELS: usize = 4_000_000;

/// One way to look.
#[derive(Clone, Copy)]
enum Pass {
    /// Finder patterns among the dark pixels, then among the light ones, of the picture halved this many times.
    Patterns(usize, Threshold),
    /// The same on the doubled picture.
    Doubled(Threshold),
    /// The same on the sharpened picture.
    Sharpened(Threshold),
    /// The same on the doubled picture, sharpened.
    DoubledSharpened(Threshold),
    /// The picture as nothing but one upright code.
    NothingElse,
    /// Flood filling on the picture halved this many times.
    Flood(usize),
    /// The picture by rqrr's adaptive rows. Last of all: it may take a minute, and then nothing after it is reached.
    AdaptiveRows,
}

/// What is still looked at once something was found: several codes in one picture seldom differ by more.
const PASSES_AFTER_A_FIND: usize = 3;
/// And what more, when something that looks like a code was left unread.
const PASSES_AFTER_A_PARTIAL_FIND: usize = 7;

const PASSES: &[Pass] = &[
    Pass::Patterns(0, Threshold::Hybrid),
    Pass::Patterns(1, Threshold::Hybrid),
    Pass::Patterns(2, Threshold::Hybrid),
    Pass::Patterns(3, Threshold::Hybrid),
    Pass::NothingElse,
    Pass::Doubled(Threshold::Hybrid),
    Pass::Patterns(0, Threshold::Histogram),
    Pass::Patterns(0, Threshold::LocalMean(16)),
    Pass::Flood(0),
    Pass::Flood(1),
    Pass::Patterns(0, Threshold::Fixed(12)),
    Pass::Patterns(0, Threshold::Fixed(24)),
    Pass::Patterns(0, Threshold::Fixed(48)),
    Pass::Patterns(0, Threshold::Fixed(80)),
    Pass::Patterns(0, Threshold::Fixed(112)),
    Pass::Patterns(0, Threshold::Fixed(144)),
    Pass::Patterns(0, Threshold::Fixed(176)),
    Pass::Patterns(0, Threshold::Fixed(208)),
    Pass::Patterns(0, Threshold::LocalMean(40)),
    Pass::Sharpened(Threshold::Hybrid),
    Pass::Doubled(Threshold::LocalMean(16)),
    Pass::DoubledSharpened(Threshold::Hybrid),
    Pass::Patterns(1, Threshold::LocalMean(16)),
    Pass::Sharpened(Threshold::LocalMean(16)),
    Pass::Patterns(1, Threshold::Histogram),
    Pass::AdaptiveRows,
];

/// When to end before everything was tried.
pub(super) trait Limits {
    /// Cancelled, or out of time.
    fn stop(&self) -> bool;
    /// What may be spent on further codes once one was found is used up.
    fn enough(&self) -> bool;
    /// Nothing may be begun whose cost cannot be foreseen.
    fn steady(&self) -> bool;
}

impl Pass {
    fn is_steady(self) -> bool {
        !matches!(self, Self::Flood(_) | Self::AdaptiveRows)
    }
}

/// Looks at `picture` pass by pass and gives each code to `found` once, with corners in the picture's own pixels.
/// True if no pass was left out for lack of time.
pub(super) fn run(picture: Picture, limits: &dyn Limits, found: &mut dyn FnMut(Sighting)) -> bool {
    let mut search = Search {
        views: vec![picture],
        doubled: None,
        known: Vec::new(),
        unread: false,
        limits,
        found,
    };
    let mut postponed = Vec::new();
    let passes = PASSES.iter().enumerate();
    for (at, pass) in passes.filter(|(_, pass)| pass.is_steady() || !limits.steady()) {
        if limits.stop() {
            return false;
        }
        if search.is_done_before(at) {
            return true;
        }
        match pass {
            Pass::Patterns(halvings, _) if search.pixels(*halvings) > COMFORTABLE_PIXELS => {
                postponed.push(pass);
            }
            _ => search.look(pass),
        }
    }
    for pass in postponed {
        if limits.stop() {
            return false;
        }
        if search.known.is_empty() {
            search.look(pass);
        }
    }
    !limits.stop()
}

struct Search<'a> {
    /// The picture halved 0, 1, … times, as far as it was needed.
    views: Vec<Picture>,
    doubled: Option<Picture>,
    known: Vec<Sighting>,
    /// The last look left something unread that resembles a code.
    unread: bool,
    limits: &'a dyn Limits,
    found: &'a mut dyn FnMut(Sighting),
}

impl Search<'_> {
    fn is_done_before(&self, pass: usize) -> bool {
        if self.known.is_empty() {
            return false;
        }
        let last = if self.unread {
            PASSES_AFTER_A_PARTIAL_FIND
        } else {
            PASSES_AFTER_A_FIND
        };
        pass >= last || self.limits.enough()
    }

    /// Pixels of the picture halved this many times; 0 where halving leaves none.
    fn pixels(&self, halvings: usize) -> usize {
        let picture = &self.views[0];
        (picture.width() >> halvings) * (picture.height() >> halvings)
    }

    fn ensure_view(&mut self, halvings: usize) -> bool {
        while self.views.len() <= halvings {
            match self.views.last().and_then(halved) {
                Some(view) => self.views.push(view),
                None => return false,
            }
        }
        true
    }

    fn ensure_doubled(&mut self) -> bool {
        if self.doubled.is_none() && self.pixels(0) * 4 <= MAX_DOUBLED_PIXELS {
            self.doubled = Some(doubled(&self.views[0]));
        }
        self.doubled.is_some()
    }

    fn look(&mut self, pass: &Pass) {
        match *pass {
            Pass::Patterns(halvings, threshold) => {
                if self.ensure_view(halvings) {
                    let matrix = dark_pixels(&self.views[halvings], threshold);
                    self.both_ways(matrix, (1usize << halvings) as f32);
                }
            }
            Pass::Doubled(threshold) => {
                if self.ensure_doubled() {
                    let matrix = self.doubled.as_ref().and_then(|p| dark_pixels(p, threshold));
                    self.both_ways(matrix, 0.5);
                }
            }
            Pass::Sharpened(threshold) => {
                if self.pixels(0) <= MAX_SLOW_PIXELS {
                    let matrix = dark_pixels(&sharpened(&self.views[0]), threshold);
                    self.both_ways(matrix, 1.0);
                }
            }
            Pass::DoubledSharpened(threshold) => {
                if self.pixels(0) <= MAX_SLOW_PIXELS && self.ensure_doubled() {
                    let matrix = self
                        .doubled
                        .as_ref()
                        .and_then(|p| dark_pixels(&sharpened(p), threshold));
                    self.both_ways(matrix, 0.5);
                }
            }
            Pass::NothingElse => {
                let matrix = dark_pixels(&self.views[0], Threshold::Histogram);
                if let Some(reading) = matrix.as_ref().map(nothing_else) {
                    self.keep(reading, 1.0);
                }
            }
            Pass::Flood(halvings) => {
                if self.pixels(halvings) <= MAX_FLOOD_PIXELS && self.ensure_view(halvings) {
                    let stop = || self.limits.stop();
                    let reading = flood_fill(&self.views[halvings], &stop);
                    self.keep(reading, (1usize << halvings) as f32);
                }
            }
            Pass::AdaptiveRows => {
                if self.pixels(0) <= MAX_FLOOD_PIXELS {
                    let stop = || self.limits.stop();
                    let reading = adaptive_rows(&self.views[0], &stop);
                    self.keep(reading, 1.0);
                }
            }
        }
    }

    /// Dark modules on light ground, then light ones on dark.
    fn both_ways(&mut self, matrix: Option<BitMatrix>, factor: f32) {
        let Some(mut matrix) = matrix else { return };
        let mut unread = false;
        for _ in 0..2 {
            if self.limits.stop() {
                return;
            }
            let known: Vec<_> = self
                .known
                .iter()
                .map(|code| code.clone().scaled(1.0 / factor))
                .collect();
            let reading = finder_patterns(&matrix, &known, &|| self.limits.stop());
            self.keep(reading, factor);
            unread |= self.unread;
            matrix.flip_self();
        }
        self.unread = unread;
    }

    fn keep(&mut self, reading: Reading, factor: f32) {
        self.unread = reading.unread;
        for sighting in reading.sightings {
            let sighting = sighting.scaled(factor);
            if self.known.iter().all(|code| code.text != sighting.text) {
                (self.found)(sighting.clone());
            }
            self.known.push(sighting);
        }
    }
}
