//! A page to print, A4 in points from the upper left corner: what is drawn on it, and as what it is written.

pub(crate) mod pdf;
pub(crate) mod svg;

use zeroize::Zeroizing;

use crate::qr::encode::Modules;

/// Width and height of the page.
pub(crate) const WIDTH: f32 = 595.0;
/// See [`WIDTH`].
pub(crate) const HEIGHT: f32 = 842.0;

/// One thing that is drawn.
pub(crate) enum Mark {
    /// Text in one line; `y` is its base line.
    Text {
        x: f32,
        y: f32,
        size: f32,
        face: Face,
        colour: Colour,
        text: Zeroizing<String>,
    },
    /// A filled rectangle, whose corners have this radius.
    Filled(Area, f32, Colour),
    /// The outline of one, 1.5 points wide.
    Outline(Area, f32),
}

/// A rectangle.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// Fonts that every viewer has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Regular,
    Bold,
    Code,
}

/// Red, green and blue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

pub(crate) const BLACK: Colour = Colour(0, 0, 0);
pub(crate) const GREY: Colour = Colour(0x44, 0x44, 0x44);
pub(crate) const RULE: Colour = Colour(0x88, 0x88, 0x88);
/// Where text begins.
pub(crate) const LEFT: f32 = 51.0;
/// Where it ends.
pub(crate) const RIGHT: f32 = WIDTH - LEFT;

/// A page that is being filled.
pub(crate) struct Page(Vec<Mark>);

impl Page {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(512))
    }

    pub(crate) fn marks(self) -> Vec<Mark> {
        self.0
    }

    pub(crate) fn text(&mut self, (x, y): (f32, f32), size: f32, face: Face, text: &str) {
        self.coloured((x, y), size, face, BLACK, text);
    }

    pub(crate) fn coloured(&mut self, (x, y): (f32, f32), size: f32, face: Face, colour: Colour, text: &str) {
        let text = Zeroizing::new(text.to_owned());
        self.0.push(Mark::Text {
            x,
            y,
            size,
            face,
            colour,
            text,
        });
    }

    pub(crate) fn rule(&mut self, (x, y): (f32, f32), width: f32, height: f32, colour: Colour) {
        self.filled(Area { x, y, width, height }, 0.0, colour);
    }

    pub(crate) fn outline(&mut self, area: Area) {
        self.0.push(Mark::Outline(area, 8.0));
    }

    fn filled(&mut self, area: Area, radius: f32, colour: Colour) {
        self.0.push(Mark::Filled(area, radius, colour));
    }

    /// Two stairs in step, as on the application's icon (`icons/`), in a square of 40 points.
    pub(crate) fn icon(&mut self) {
        const SCALE: f32 = 40.0 / 512.0;
        let mut part = |(x, y): (f32, f32), width: f32, height: f32, radius: f32, colour| {
            let at = |value: f32| 51.0 + value * SCALE;
            let area = Area {
                x: at(x),
                y: at(y),
                width: width * SCALE,
                height: height * SCALE,
            };
            self.filled(area, radius * SCALE, colour);
        };
        part((16.0, 16.0), 480.0, 480.0, 108.0, Colour(0x10, 0x38, 0x3c));
        for (x, y, colour) in [
            (92.0, 136.0, Colour(0xf4, 0xf9, 0xf8)),
            (176.0, 216.0, Colour(0x45, 0xbc, 0xae)),
        ] {
            part((x, y + 136.0), 108.0, 48.0, 0.0, colour);
            part((x + 60.0, y + 56.0), 48.0, 128.0, 0.0, colour);
            part((x + 60.0, y + 56.0), 128.0, 48.0, 0.0, colour);
            part((x + 140.0, y - 24.0), 48.0, 128.0, 0.0, colour);
            part((x + 140.0, y - 24.0), 104.0, 48.0, 0.0, colour);
        }
        part((374.0, 114.0), 44.0, 44.0, 12.0, Colour(0xff, 0x8f, 0x47));
    }

    /// A QR code whose upper left corner is at `x` and `y`, without its quiet zone.
    pub(crate) fn qr(&mut self, modules: &Modules, (x, y): (f32, f32), side: f32) {
        // A QR code has at most 177 modules a side.
        let count = f32::from(u16::try_from(modules.size()).unwrap_or(u16::MAX));
        let module = side / count;
        for (row, down) in (0..modules.size()).zip(0_u16..) {
            for (column, across) in (0..modules.size()).zip(0_u16..) {
                if modules.is_dark(column, row) {
                    let at = (x + f32::from(across) * module, y + f32::from(down) * module);
                    // A little wider than a module, so that no viewer shows hairlines between them.
                    self.rule(at, module + 0.05, module + 0.05, BLACK);
                }
            }
        }
    }
}
