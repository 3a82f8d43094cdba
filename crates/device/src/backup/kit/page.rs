//! Where everything stands on the page: A4 in points, from the upper left corner. What is drawn fits a Letter page too.

use zeroize::Zeroizing;

use super::{LEAD, RecoveryKit, WITH, WITHOUT, date};
use crate::backup::recovery::lines;
use crate::qr::encode::EncodeError;

/// Width and height of the page.
pub(super) const WIDTH: f32 = 595.0;
/// See [`WIDTH`].
pub(super) const HEIGHT: f32 = 842.0;

/// One thing that is drawn.
pub(super) enum Mark {
    /// Text in one line; `y` is its base line.
    Text {
        x: f32,
        y: f32,
        size: f32,
        face: Face,
        colour: Colour,
        text: Zeroizing<String>,
    },
    /// A filled rectangle.
    Filled(Area, Colour),
    /// The outline of a rectangle, 1.5 points wide.
    Outline(Area),
}

/// A rectangle.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// Fonts that every viewer has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
    Code,
}

/// Red, green and blue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

const BLACK: Colour = Colour(0, 0, 0);
const GREY: Colour = Colour(0x44, 0x44, 0x44);
const RULE: Colour = Colour(0x88, 0x88, 0x88);
const LEFT: f32 = 51.0;
const RIGHT: f32 = WIDTH - LEFT;
const MIDDLE: f32 = 311.0;
const QR_SIDE: f32 = 130.0;

/// A page that is being filled.
struct Page(Vec<Mark>);

pub(super) fn lay_out(kit: &RecoveryKit) -> Result<Vec<Mark>, EncodeError> {
    let mut page = Page(Vec::with_capacity(512));
    page.head(kit);
    page.key(kit)?;
    page.words(kit);
    page.steps(kit);
    Ok(page.0)
}

impl Page {
    fn text(&mut self, (x, y): (f32, f32), size: f32, face: Face, text: &str) {
        self.coloured((x, y), size, face, BLACK, text);
    }

    fn coloured(&mut self, (x, y): (f32, f32), size: f32, face: Face, colour: Colour, text: &str) {
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

    fn rule(&mut self, (x, y): (f32, f32), width: f32, height: f32, colour: Colour) {
        self.0.push(Mark::Filled(Area { x, y, width, height }, colour));
    }

    fn head(&mut self, kit: &RecoveryKit) {
        self.icon();
        self.text((103.0, 66.0), 10.5, Face::Bold, "Lockstep");
        self.text((103.0, 89.0), 22.0, Face::Bold, "Recovery kit");
        self.coloured((380.0, 74.0), 9.0, Face::Regular, GREY, "Made");
        self.text((408.0, 74.0), 9.0, Face::Regular, &date(kit.made));
        if !kit.made_for.is_empty() {
            self.coloured((380.0, 88.0), 9.0, Face::Regular, GREY, "For");
            self.text((408.0, 88.0), 9.0, Face::Regular, &kit.made_for);
        }
        self.rule((LEFT, 103.0), RIGHT - LEFT, 1.5, BLACK);
        for (line, y) in LEAD.lines().zip([128.0, 145.0]) {
            self.text((LEFT, y), 12.0, Face::Regular, line);
        }
    }

    /// Two stairs in step, as on the application's icon (`icons/`), in a square of 40 points.
    fn icon(&mut self) {
        const SCALE: f32 = 40.0 / 512.0;
        let mut part = |x: f32, y: f32, width: f32, height: f32, colour| {
            let at = |value: f32| 51.0 + value * SCALE;
            self.rule((at(x), at(y)), width * SCALE, height * SCALE, colour);
        };
        part(16.0, 16.0, 480.0, 480.0, Colour(0x10, 0x38, 0x3c));
        for (x, y, colour) in [
            (92.0, 136.0, Colour(0xf4, 0xf9, 0xf8)),
            (176.0, 216.0, Colour(0x45, 0xbc, 0xae)),
        ] {
            part(x, y + 136.0, 108.0, 48.0, colour);
            part(x + 60.0, y + 56.0, 48.0, 128.0, colour);
            part(x + 60.0, y + 56.0, 128.0, 48.0, colour);
            part(x + 140.0, y - 24.0, 48.0, 128.0, colour);
            part(x + 140.0, y - 24.0, 104.0, 48.0, colour);
        }
        part(374.0, 114.0, 44.0, 44.0, Colour(0xff, 0x8f, 0x47));
    }

    fn key(&mut self, kit: &RecoveryKit) -> Result<(), EncodeError> {
        self.0.push(Mark::Outline(Area {
            x: LEFT,
            y: 164.0,
            width: RIGHT - LEFT,
            height: 170.0,
        }));
        let modules = kit.qr()?;
        // A QR code has at most 177 modules a side.
        let count = f32::from(u16::try_from(modules.size()).unwrap_or(u16::MAX));
        let module = QR_SIDE / count;
        for (y, row) in (0..modules.size()).zip(0_u16..) {
            for (x, column) in (0..modules.size()).zip(0_u16..) {
                if modules.is_dark(x, y) {
                    let at = (72.0 + f32::from(column) * module, 184.0 + f32::from(row) * module);
                    // A little wider than a module, so that no viewer shows hairlines between them.
                    self.rule(at, module + 0.05, module + 0.05, BLACK);
                }
            }
        }
        self.text((231.0, 198.0), 10.5, Face::Bold, "Recovery identity");
        for ((line, y), number) in lines(&kit.identity.to_text())
            .iter()
            .zip([226.0, 253.0, 280.0, 307.0])
            .zip(1..)
        {
            self.coloured((231.0, y), 9.0, Face::Regular, GREY, &number.to_string());
            self.text((246.0, y), 16.0, Face::Code, line);
        }
        Ok(())
    }

    fn words(&mut self, kit: &RecoveryKit) {
        self.text(
            (LEFT, 362.0),
            10.5,
            Face::Bold,
            "The same as words, to be typed in this order",
        );
        for (row, words) in (0_u8..).zip(kit.identity.to_words().chunks(4)) {
            let y = 382.0 + f32::from(row) * 17.0;
            for (column, word) in (0_u8..).zip(words) {
                let x = LEFT + f32::from(column) * 123.0;
                self.coloured(
                    (x, y),
                    9.0,
                    Face::Regular,
                    GREY,
                    &(row * 4 + column + 1).to_string(),
                );
                self.text((x + 16.0, y), 11.0, Face::Code, word);
            }
        }
    }

    fn steps(&mut self, kit: &RecoveryKit) {
        for (x, title, steps) in [
            (LEFT, "With Lockstep", WITH),
            (MIDDLE, "Without Lockstep", WITHOUT),
        ] {
            self.text((x, 510.0), 10.5, Face::Bold, title);
            let mut y = 528.0;
            for (number, step) in (1..).zip(steps) {
                self.text((x, y), 10.5, Face::Regular, &format!("{number}."));
                for line in step {
                    self.text((x + 14.0, y), 10.5, Face::Regular, line);
                    y += 14.0;
                }
                y += 3.0;
            }
        }
        for (x, title) in [
            (LEFT, "Where the backup files are"),
            (MIDDLE, "Who may use this page"),
        ] {
            self.coloured((x, 636.0), 9.0, Face::Regular, GREY, title);
            self.rule((x, 664.0), RIGHT - MIDDLE, 0.75, RULE);
        }
        self.rule((LEFT, 688.0), RIGHT - LEFT, 0.75, BLACK);
        self.text((LEFT, 706.0), 9.0, Face::Regular, &kit.where_they_lie());
        self.text((LEFT, 720.0), 9.0, Face::Regular, &kit.which_kit());
    }
}
