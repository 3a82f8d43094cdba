//! What is on the screen, from one moment to the next.

use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};
use x11rb::rust_connection::RustConnection;

use crate::machine::{Machine, PATIENCE};

/// Pictures are compared by squares of so many pixels.
const SQUARE: usize = 32;

/// A window that has not changed but for its countdowns for so long is at rest.
const REST: Duration = Duration::from_secs(4);

/// Between two pictures. Each keeps a processor for some milliseconds, which the app lacks: more of them would slow down
/// what they are to show.
const PAUSE: Duration = Duration::from_millis(15);

/// The whole display. The X server starts anew when the last of its clients leaves: while this is connected, it does
/// not between two apps.
pub(crate) struct Screen {
    connection: RustConnection,
    root: u32,
    width: u16,
    height: u16,
}

/// What each square shows, as a number.
type Squares = Vec<u64>;

impl Screen {
    pub(crate) fn of(machine: &Machine) -> Self {
        let (connection, number) = x11rb::connect(Some(machine.display_name())).unwrap();
        let screen = &connection.setup().roots[number];
        let (root, width, height) = (screen.root, screen.width_in_pixels, screen.height_in_pixels);
        Self {
            connection,
            root,
            width,
            height,
        }
    }

    /// How long after `started` the screen first looked as it does at rest. What moves even then, a countdown and what
    /// touches it, is left out.
    pub(crate) fn first_like_rest(&self, started: Instant) -> Duration {
        let mut seen: Vec<(Duration, Squares)> = Vec::new();
        loop {
            let now = started.elapsed();
            assert!(now < PATIENCE, "the window never came to rest");
            let squares = self.squares();
            if seen.last().is_none_or(|(_, last)| *last != squares) {
                seen.push((now, squares));
            }
            if let Some(painted) = self.at_rest(&seen, now) {
                return painted;
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn at_rest(&self, seen: &[(Duration, Squares)], now: Duration) -> Option<Duration> {
        let resting = now.checked_sub(REST)?;
        let (_, last) = seen.last()?;
        let since = seen.iter().rposition(|(at, _)| *at <= resting)?;
        let moving = self.moving(&seen[since..]);
        let same = |squares: &Squares| (0..squares.len()).all(|at| moving[at] || squares[at] == last[at]);
        let (_, start) = seen.first()?;
        let few = moving.iter().filter(|moves| **moves).count() < moving.len() / 4;
        if !few || same(start) {
            return None;
        }
        let first = seen
            .iter()
            .rposition(|(_, squares)| !same(squares))
            .map_or(0, |at| at + 1);
        Some(seen[first].0)
    }

    /// The squares that change in these pictures, and those around them.
    fn moving(&self, seen: &[(Duration, Squares)]) -> Vec<bool> {
        let columns = usize::from(self.width).div_ceil(SQUARE);
        let rows = usize::from(self.height).div_ceil(SQUARE);
        let changes = |at: usize| seen.windows(2).any(|pair| pair[0].1[at] != pair[1].1[at]);
        let mut moving = vec![false; rows * columns];
        for at in (0..moving.len()).filter(|at| changes(*at)) {
            let (row, column) = (at / columns, at % columns);
            for row in row.saturating_sub(1)..(row + 2).min(rows) {
                for column in column.saturating_sub(1)..(column + 2).min(columns) {
                    moving[row * columns + column] = true;
                }
            }
        }
        moving
    }

    fn squares(&self) -> Squares {
        let (width, height) = (usize::from(self.width), usize::from(self.height));
        let image = self
            .connection
            .get_image(
                ImageFormat::Z_PIXMAP,
                self.root,
                0,
                0,
                self.width,
                self.height,
                u32::MAX,
            )
            .unwrap()
            .reply()
            .unwrap();
        let columns = width.div_ceil(SQUARE);
        let mut squares = vec![0xcbf2_9ce4_8422_2325_u64; columns * height.div_ceil(SQUARE)];
        // FNV-1a over the pixels of each square, four bytes at a time.
        for (at, pixel) in image.data.chunks_exact(4).enumerate() {
            let square = &mut squares[at / width / SQUARE * columns + at % width / SQUARE];
            let pixel = u32::from_ne_bytes([pixel[0], pixel[1], pixel[2], pixel[3]]);
            *square = (*square ^ u64::from(pixel)).wrapping_mul(0x0100_0000_01b3);
        }
        squares
    }
}
