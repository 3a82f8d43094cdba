//! What an X server shows, monitor by monitor.

use x11rb::connection::Connection;
use x11rb::cookie::Cookie;
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, GetImageReply, ImageFormat, ImageOrder, Screen, Setup};
use x11rb::rust_connection::RustConnection;
use zeroize::Zeroizing;

use super::{ScreenError, Shot};

/// A picture of each monitor of the display.
pub(super) fn take(display: &str) -> Result<Vec<Shot>, ScreenError> {
    let server = Server::of(display)?;
    let screen = server.screen()?;
    monitors(&server.connection, screen)
        .into_iter()
        .map(|area| server.shot(screen, area))
        .collect()
}

/// An X server, and the screen of it that is meant.
pub(super) struct Server {
    pub(super) connection: RustConnection,
    number: usize,
}

impl Server {
    pub(super) fn of(display: &str) -> Result<Self, ScreenError> {
        let missing = ScreenError::Missing("no X server answers under the name in DISPLAY");
        if !has_port(display) {
            return Err(missing);
        }
        let (connection, number) = RustConnection::connect(Some(display)).map_err(|_| missing)?;
        Ok(Self { connection, number })
    }

    pub(super) fn screen(&self) -> Result<&Screen, ScreenError> {
        let screens = &self.connection.setup().roots;
        let missing = ScreenError::Missing("the X server has no such screen");
        screens.get(self.number).ok_or(missing)
    }

    /// What an area shows.
    pub(super) fn shot(&self, screen: &Screen, area: Area) -> Result<Shot, ScreenError> {
        let Area { x, y, width, height } = area;
        let cookie = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, screen.root, x, y, width, height, u32::MAX)
            .map_err(failed)?;
        let reply = unparsed(cookie)?;
        let layout = Layout::of(&reply, self.connection.setup(), screen, width).ok_or_else(unknown)?;
        let size = (u32::from(width), u32::from(height));
        let pixels = reply.get(HEADER..).ok_or_else(unknown)?;
        let rgba = layout.rgba(pixels, size).ok_or_else(unknown)?;
        Ok(Shot::Pixels { size, rgba })
    }
}

/// Whether there is a port for the number of the display: x11rb adds it to 6000 without a look.
fn has_port(display: &str) -> bool {
    let number = display
        .rsplit_once(':')
        .and_then(|(_, rest)| rest.split('.').next()?.parse::<u16>().ok());
    number.is_some_and(|number| number.checked_add(6000).is_some())
}

/// A part of the screen, all of it within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: i16,
    pub(super) y: i16,
    pub(super) width: u16,
    pub(super) height: u16,
}

/// Where the monitors are, each once; the whole screen where the server does not know.
fn monitors(connection: &RustConnection, screen: &Screen) -> Vec<Area> {
    let told = connection
        .randr_get_monitors(screen.root, true)
        .ok()
        .and_then(|cookie| cookie.reply().ok());
    let areas = told.iter().flat_map(|reply| &reply.monitors).map(|monitor| Area {
        x: monitor.x,
        y: monitor.y,
        width: monitor.width,
        height: monitor.height,
    });
    seen(areas, screen.width_in_pixels, screen.height_in_pixels)
}

/// What of the areas lies on a screen of this size.
fn seen(areas: impl Iterator<Item = Area>, width: u16, height: u16) -> Vec<Area> {
    let mut seen = vec![];
    for area in areas {
        let part = clipped(area.x, area.width, width).zip(clipped(area.y, area.height, height));
        let Some(((x, width), (y, height))) = part else {
            continue;
        };
        let area = Area { x, y, width, height };
        // Mirrored monitors show the same.
        if !seen.contains(&area) {
            seen.push(area);
        }
    }
    if seen.is_empty() {
        seen.push(Area {
            x: 0,
            y: 0,
            width,
            height,
        });
    }
    seen
}

/// Start and length of what lies between 0 and `end`; nothing where nothing does.
fn clipped(start: i16, length: u16, end: u16) -> Option<(i16, u16)> {
    let from = i32::from(start).max(0);
    let to = (i32::from(start) + i32::from(length)).min(i32::from(end));
    let length = u16::try_from(to.checked_sub(from)?).ok()?;
    (length > 0).then_some((i16::try_from(from).ok()?, length))
}

/// The answer as it came: parsing would make a copy that nobody erases.
fn unparsed(cookie: Cookie<'_, RustConnection, GetImageReply>) -> Result<Zeroizing<Vec<u8>>, ScreenError> {
    cookie.raw_reply().map(Zeroizing::new).map_err(failed)
}

pub(super) fn failed(error: impl std::fmt::Display) -> ScreenError {
    ScreenError::Failed(error.to_string())
}

fn unknown() -> ScreenError {
    ScreenError::Failed("the X server answers in a format that is not known".to_owned())
}

/// How pixels stand in the server's answer.
#[derive(Clone, Copy)]
struct Layout {
    pixel_bytes: usize,
    row_bytes: usize,
    most_significant_first: bool,
    /// Which bits are red, green and blue.
    masks: [u32; 3],
}

impl Layout {
    fn of(reply: &[u8], setup: &Setup, screen: &Screen, width: u16) -> Option<Self> {
        let depth = *reply.get(1)?;
        let visual = u32::from_ne_bytes(reply.get(8..12)?.try_into().ok()?);
        let visual = screen
            .allowed_depths
            .iter()
            .flat_map(|depth| &depth.visuals)
            .find(|known| known.visual_id == visual)?;
        let format = setup.pixmap_formats.iter().find(|format| format.depth == depth)?;
        let pad = usize::from(format.scanline_pad);
        let row_bits = usize::from(format.bits_per_pixel) * usize::from(width);
        Some(Self {
            pixel_bytes: usize::from(format.bits_per_pixel) / 8,
            row_bytes: row_bits.checked_next_multiple_of(pad)? / 8,
            most_significant_first: setup.image_byte_order == ImageOrder::MSB_FIRST,
            masks: [visual.red_mask, visual.green_mask, visual.blue_mask],
        })
    }

    /// Nothing where the bytes are not what the layout says.
    fn rgba(&self, bytes: &[u8], (width, height): (u32, u32)) -> Option<Zeroizing<Vec<u8>>> {
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        // Palettes have no masks.
        let is_known = (1..=4).contains(&self.pixel_bytes) && self.masks.iter().all(|mask| *mask != 0);
        let length = self.row_bytes.checked_mul(height)?;
        if !is_known || self.row_bytes < self.pixel_bytes.checked_mul(width)? {
            return None;
        }
        let mut rgba = Zeroizing::new(Vec::with_capacity(width.checked_mul(height)?.checked_mul(4)?));
        for row in bytes.get(..length)?.chunks_exact(self.row_bytes) {
            for pixel in row.chunks_exact(self.pixel_bytes).take(width) {
                let value = self.value(pixel);
                rgba.extend(self.masks.map(|mask| channel(value, mask)));
                rgba.push(u8::MAX);
            }
        }
        Some(rgba)
    }

    fn value(&self, pixel: &[u8]) -> u32 {
        let put = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        if self.most_significant_first {
            pixel.iter().fold(0, put)
        } else {
            pixel.iter().rev().fold(0, put)
        }
    }
}

/// The bits under a mask, brought to eight.
fn channel(value: u32, mask: u32) -> u8 {
    let shift = mask.trailing_zeros();
    let most = u64::from(mask >> shift);
    let scaled = u64::from((value & mask) >> shift) * u64::from(u8::MAX) / most;
    u8::try_from(scaled).unwrap_or(u8::MAX)
}

/// What stands before the pixels (X11 protocol, `GetImage`).
const HEADER: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    const RGB888: [u32; 3] = [0x00ff_0000, 0x0000_ff00, 0x0000_00ff];

    fn layout(pixel_bytes: usize, row_bytes: usize, masks: [u32; 3]) -> Layout {
        Layout {
            pixel_bytes,
            row_bytes,
            most_significant_first: false,
            masks,
        }
    }

    fn read(layout: Layout, bytes: &[u8], size: (u32, u32)) -> Option<Vec<u8>> {
        layout.rgba(bytes, size).map(|rgba| rgba.to_vec())
    }

    #[test]
    fn colours_come_out_in_either_order_of_bytes() {
        let mut layout = layout(4, 4, RGB888);
        assert_eq!(
            read(layout, &[3, 2, 1, 0], (1, 1)).as_deref(),
            Some([1, 2, 3, 255].as_slice())
        );
        layout.most_significant_first = true;
        assert_eq!(
            read(layout, &[0, 1, 2, 3], (1, 1)).as_deref(),
            Some([1, 2, 3, 255].as_slice())
        );
    }

    #[test]
    fn fewer_and_more_bits_than_eight_are_scaled_and_padding_is_passed_over() {
        let rgb565 = layout(2, 4, [0xf800, 0x07e0, 0x001f]);
        let white_and_red = [0xff, 0xff, 9, 9, 0x00, 0xf8, 9, 9];
        let expected = [255, 255, 255, 255, 255, 0, 0, 255];
        assert_eq!(
            read(rgb565, &white_and_red, (1, 2)).as_deref(),
            Some(expected.as_slice())
        );
        assert_eq!(channel(0x3ff << 20, 0x3ff << 20), 255);
        assert_eq!(channel(0x200 << 20, 0x3ff << 20), 127);
        assert_eq!(channel(u32::MAX, u32::MAX), 255);
    }

    #[test]
    fn an_answer_that_is_too_short_or_has_a_palette_is_refused() {
        assert_eq!(read(layout(4, 4, RGB888), &[0; 7], (1, 2)), None);
        assert_eq!(read(layout(4, 4, RGB888), &[0; 8], (2, 1)), None);
        assert_eq!(read(layout(1, 4, [0; 3]), &[0; 4], (1, 1)), None);
        assert_eq!(read(layout(0, 0, RGB888), &[], (1, 1)), None);
    }

    #[test]
    fn monitors_are_cut_to_the_screen_and_mirrored_ones_are_seen_once() {
        let area = |x, y, width, height| Area { x, y, width, height };
        let told = [
            area(0, 0, 1920, 1080),
            area(0, 0, 1920, 1080),
            area(1900, -10, 100, 100),
            area(5000, 0, 100, 100),
            area(0, 0, 0, 0),
        ];
        assert_eq!(
            seen(told.into_iter(), 1920, 1080),
            [area(0, 0, 1920, 1080), area(1900, 0, 20, 90)]
        );
        assert_eq!(seen(std::iter::empty(), 1920, 1080), [area(0, 0, 1920, 1080)]);
    }
}
