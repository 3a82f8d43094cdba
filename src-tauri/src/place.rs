//! Where the window stood and how large it was: `window.json` in the data folder. What cannot be used is as good as none.

use std::path::Path;

use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::{FileError, read_bounded, write_atomically};
use serde::{Deserialize, Serialize};

/// Size and place of the window, in pixels of a display that is not scaled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// How far its left edge is from that of the screens; nothing where the desktop does not say.
    pub x: Option<f64>,
    /// How far its upper edge is from that of the screens.
    pub y: Option<f64>,
    /// Whether it fills the screen.
    pub maximised: bool,
}

/// A screen, in the same pixels.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Place {
    /// The place that was saved in `folder`; nothing when none was, or it makes no sense.
    pub fn read(folder: &Path) -> Option<Self> {
        let bytes = read_bounded(&folder.join(NAME), MAX_BYTES).ok()??;
        let place: Self = serde_json::from_slice(&bytes).ok()?;
        let fits = LEAST_WIDTH <= place.width
            && place.width <= MOST
            && LEAST_HEIGHT <= place.height
            && place.height <= MOST;
        fits.then_some(place)
    }

    /// Saves it in `folder`.
    pub fn save(&self, folder: &Path, faults: &Faults) -> Result<(), FileError> {
        let path = folder.join(NAME);
        let bytes = serde_json::to_vec(self).map_err(|error| FileError::at("write", &path)(error.into()))?;
        write_atomically(&path, &bytes, faults)
    }

    /// Its corner, where a person can reach its upper edge on one of the screens.
    pub fn corner_on(&self, screens: &[Screen]) -> Option<(f64, f64)> {
        let (x, y) = (self.x?, self.y?);
        let is_on = |screen: &Screen| {
            let visible = (x + self.width).min(screen.x + screen.width) - x.max(screen.x);
            visible >= REACH && screen.y <= y && y + REACH <= screen.y + screen.height
        };
        screens.iter().any(is_on).then_some((x, y))
    }
}

const NAME: &str = "window.json";
const MAX_BYTES: u64 = 4096;
const LEAST_WIDTH: f64 = 380.0;
const LEAST_HEIGHT: f64 = 480.0;
const MOST: f64 = 20_000.0;

/// So much of the upper edge has to be on a screen to be moved with the pointer.
const REACH: f64 = 48.0;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

    use super::*;

    const PLACE: Place = Place {
        width: 800.0,
        height: 600.0,
        x: Some(100.0),
        y: Some(50.0),
        maximised: false,
    };
    const SCREEN: Screen = Screen {
        x: 0.0,
        y: 0.0,
        width: 1280.0,
        height: 900.0,
    };

    #[test]
    fn what_was_saved_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Place::read(folder.path()), None);
        PLACE.save(folder.path(), &Faults::none()).unwrap();
        assert_eq!(Place::read(folder.path()), Some(PLACE));
    }

    #[test]
    fn what_makes_no_sense_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        for damaged in ["", "{}", "[1]"] {
            std::fs::write(folder.path().join(NAME), damaged).unwrap();
            assert_eq!(Place::read(folder.path()), None, "{damaged:?}");
        }
        let tiny = Place { width: 12.0, ..PLACE };
        tiny.save(folder.path(), &Faults::none()).unwrap();
        assert_eq!(Place::read(folder.path()), None);
    }

    #[test]
    fn a_screen_that_is_gone_leaves_the_place_to_the_desktop() {
        assert_eq!(PLACE.corner_on(&[SCREEN]), Some((100.0, 50.0)));
        assert_eq!(PLACE.corner_on(&[]), None);
        let beside = Place {
            x: Some(1270.0),
            ..PLACE
        };
        assert_eq!(beside.corner_on(&[SCREEN]), None);
        let above = Place {
            y: Some(-40.0),
            ..PLACE
        };
        assert_eq!(above.corner_on(&[SCREEN]), None);
    }
}
