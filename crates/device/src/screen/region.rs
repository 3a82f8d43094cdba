//! A person draws a rectangle over what an X server shows; only what is in it is taken. Nothing of the screen is shown anew
//! for it, so that no other program gets a picture to choose in.

use std::io;
use std::thread::sleep;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, Cursor, EventMask, GrabMode, GrabStatus, Screen,
    Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT, CURRENT_TIME, NONE};

use super::x11::{Area, Server, failed};
use super::{ScreenError, Shot};
use crate::qr::decode::Cancel;

/// A picture of the rectangle that is drawn.
pub(super) fn take(display: &str, cancel: &Cancel) -> Result<Vec<Shot>, ScreenError> {
    let server = Server::of(display)?;
    let screen = server.screen()?;
    let area = drawn(&server.connection, screen, cancel)?;
    // Programs paint what the outline has lain over.
    sleep(REPAINT);
    Ok(vec![server.shot(screen, area)?])
}

/// Waits until a rectangle is drawn with the first button. Escape and any other button give it up, as does a minute in which
/// nothing happens: meanwhile no other program gets a key or a click.
fn drawn(connection: &RustConnection, screen: &Screen, cancel: &Cancel) -> Result<Area, ScreenError> {
    let _grab = Grab::take(connection, screen, cancel)?;
    let outline = Outline::new(connection, screen)?;
    let escape = escape_keys(connection)?;
    let mut start = None;
    let mut silences = 0;
    while !cancel.is_cancelled() && silences < MOST_SILENCES {
        let Some(event) = next_event(connection)? else {
            silences += 1;
            continue;
        };
        silences = 0;
        match event {
            Event::ButtonPress(press) if press.detail == FIRST_BUTTON => {
                start = Some((press.root_x, press.root_y));
            }
            // Those beyond are the wheel's.
            Event::ButtonPress(press) if press.detail <= 3 => break,
            Event::KeyPress(press) if escape.contains(&press.detail) => break,
            Event::MotionNotify(motion) => {
                if let Some(start) = start {
                    outline.show(between(start, (motion.root_x, motion.root_y)))?;
                }
            }
            Event::ButtonRelease(release) if release.detail == FIRST_BUTTON => {
                let area = start
                    .take()
                    .map(|start| between(start, (release.root_x, release.root_y)));
                if let Some(area) = area.filter(|area| area.width.min(area.height) >= LEAST_SIDE) {
                    return Ok(area);
                }
                // A click is no rectangle.
                outline.hide()?;
            }
            _ => {}
        }
    }
    Err(ScreenError::NotChosen)
}

/// The rectangle between two corners.
fn between(one: (i16, i16), other: (i16, i16)) -> Area {
    Area {
        x: one.0.min(other.0),
        y: one.1.min(other.1),
        width: one.0.abs_diff(other.0),
        height: one.1.abs_diff(other.1),
    }
}

/// The next event; nothing where none came within a moment.
fn next_event(connection: &RustConnection) -> Result<Option<Event>, ScreenError> {
    connection.flush().map_err(failed)?;
    if let Some(event) = connection.poll_for_event().map_err(failed)? {
        return Ok(Some(event));
    }
    let wait = Timespec::try_from(MOMENT).map_err(failed)?;
    let mut files = [PollFd::new(connection.stream(), PollFlags::IN)];
    match poll(&mut files, Some(&wait)) {
        Ok(_) | Err(Errno::INTR) => connection.poll_for_event().map_err(failed),
        Err(error) => Err(failed(io::Error::from(error))),
    }
}

/// The keys that say Escape.
fn escape_keys(connection: &RustConnection) -> Result<Vec<u8>, ScreenError> {
    let (least, most) = (connection.setup().min_keycode, connection.setup().max_keycode);
    let count = most.saturating_sub(least).saturating_add(1);
    let cookie = connection.get_keyboard_mapping(least, count).map_err(failed)?;
    let mapping = cookie.reply().map_err(failed)?;
    let each = usize::from(mapping.keysyms_per_keycode).max(1);
    let keys = (least..=most).zip(mapping.keysyms.chunks(each));
    Ok(keys
        .filter(|(_, meanings)| meanings.contains(&ESCAPE))
        .map(|(key, _)| key)
        .collect())
}

/// Pointer and keyboard, for as long as the rectangle is drawn.
struct Grab<'a> {
    connection: &'a RustConnection,
    cursor: Cursor,
}

impl<'a> Grab<'a> {
    /// Waits a little for other programs that have them: the menu that was clicked may just be closing.
    fn take(connection: &'a RustConnection, screen: &Screen, cancel: &Cancel) -> Result<Self, ScreenError> {
        let grab = Self {
            connection,
            cursor: crosshair(connection)?,
        };
        for _ in 0..GRAB_TRIES {
            if cancel.is_cancelled() {
                return Err(ScreenError::NotChosen);
            }
            if grab.pointer(screen)? == GrabStatus::SUCCESS && grab.keyboard(screen)? == GrabStatus::SUCCESS {
                return Ok(grab);
            }
            sleep(MOMENT);
        }
        Err(ScreenError::Failed(
            "another program keeps the pointer or the keyboard to itself".to_owned(),
        ))
    }

    fn pointer(&self, screen: &Screen) -> Result<GrabStatus, ScreenError> {
        let events = EventMask::BUTTON_PRESS | EventMask::BUTTON_RELEASE | EventMask::POINTER_MOTION;
        let cookie = self.connection.grab_pointer(
            false,
            screen.root,
            events,
            GrabMode::ASYNC,
            GrabMode::ASYNC,
            NONE,
            self.cursor,
            CURRENT_TIME,
        );
        Ok(cookie.map_err(failed)?.reply().map_err(failed)?.status)
    }

    fn keyboard(&self, screen: &Screen) -> Result<GrabStatus, ScreenError> {
        let cookie =
            self.connection
                .grab_keyboard(false, screen.root, CURRENT_TIME, GrabMode::ASYNC, GrabMode::ASYNC);
        Ok(cookie.map_err(failed)?.reply().map_err(failed)?.status)
    }
}

impl Drop for Grab<'_> {
    fn drop(&mut self) {
        // Where the server does not hear it any more, it has let go by itself.
        let _ = self.connection.ungrab_keyboard(CURRENT_TIME);
        let _ = self.connection.ungrab_pointer(CURRENT_TIME);
        let _ = self.connection.flush();
    }
}

/// The cross of X's own font of cursors; the usual pointer where a server has no such font.
fn crosshair(connection: &RustConnection) -> Result<Cursor, ScreenError> {
    let font = connection.generate_id().map_err(failed)?;
    let opened = connection.open_font(font, b"cursor").map_err(failed)?;
    if opened.check().is_err() {
        return Ok(NONE);
    }
    let cursor = connection.generate_id().map_err(failed)?;
    let (black, white) = (0, u16::MAX);
    connection
        .create_glyph_cursor(
            cursor,
            font,
            font,
            CROSSHAIR,
            CROSSHAIR + 1,
            black,
            black,
            black,
            white,
            white,
            white,
        )
        .map_err(failed)?;
    connection.close_font(font).map_err(failed)?;
    Ok(cursor)
}

/// Four narrow windows around the rectangle: unlike what is drawn on the root window, they are seen under a compositor, and
/// cover nothing of what is inside.
struct Outline<'a> {
    connection: &'a RustConnection,
    edges: [Window; 4],
}

impl<'a> Outline<'a> {
    fn new(connection: &'a RustConnection, screen: &Screen) -> Result<Self, ScreenError> {
        let mut edges = [NONE; 4];
        for edge in &mut edges {
            *edge = connection.generate_id().map_err(failed)?;
            let look = CreateWindowAux::new()
                .override_redirect(1)
                .background_pixel(screen.white_pixel)
                .border_pixel(screen.black_pixel);
            connection
                .create_window(
                    COPY_DEPTH_FROM_PARENT,
                    *edge,
                    screen.root,
                    0,
                    0,
                    1,
                    1,
                    BORDER,
                    WindowClass::INPUT_OUTPUT,
                    COPY_FROM_PARENT,
                    &look,
                )
                .map_err(failed)?;
        }
        Ok(Self { connection, edges })
    }

    fn show(&self, area: Area) -> Result<(), ScreenError> {
        for (edge, (x, y, width, height)) in self.edges.iter().zip(places(area)) {
            let place = ConfigureWindowAux::new().x(x).y(y).width(width).height(height);
            self.connection.configure_window(*edge, &place).map_err(failed)?;
            self.connection.map_window(*edge).map_err(failed)?;
        }
        Ok(())
    }

    fn hide(&self) -> Result<(), ScreenError> {
        for edge in self.edges {
            self.connection.unmap_window(edge).map_err(failed)?;
        }
        Ok(())
    }
}

impl Drop for Outline<'_> {
    fn drop(&mut self) {
        for edge in self.edges {
            // They go with the connection as well.
            let _ = self.connection.destroy_window(edge);
        }
        let _ = self.connection.flush();
    }
}

/// Where the edges stand, as x, y, width and height without their borders: all of it outside of the area.
fn places(area: Area) -> [(i32, i32, u32, u32); 4] {
    let (x, y) = (i32::from(area.x), i32::from(area.y));
    let (width, height) = (u32::from(area.width), u32::from(area.height));
    let (right, bottom) = (x + i32::from(area.width), y + i32::from(area.height));
    let all = THICKNESS + 2 * u32::from(BORDER);
    let out = i32::try_from(all).unwrap_or_default();
    let across = width + all + THICKNESS;
    [
        (x - out, y - out, across, THICKNESS),
        (x - out, bottom, across, THICKNESS),
        (x - out, y, THICKNESS, height.max(1)),
        (right, y, THICKNESS, height.max(1)),
    ]
}

const FIRST_BUTTON: u8 = 1;
const ESCAPE: u32 = 0xff1b;
/// `XC_crosshair`; its mask follows it.
const CROSSHAIR: u16 = 34;
const BORDER: u16 = 1;
const THICKNESS: u32 = 2;
/// The smallest code has 21 modules.
const LEAST_SIDE: u16 = 21;
/// How long a cancelled token may go unnoticed.
const MOMENT: Duration = Duration::from_millis(50);
const MOST_SILENCES: u32 = 1200;
const GRAB_TRIES: u32 = 40;
const REPAINT: Duration = Duration::from_millis(150);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_may_be_drawn_from_any_of_its_corners() {
        let expected = Area {
            x: 10,
            y: 20,
            width: 30,
            height: 40,
        };
        for (one, other) in [
            ((10, 20), (40, 60)),
            ((40, 60), (10, 20)),
            ((40, 20), (10, 60)),
            ((10, 60), (40, 20)),
        ] {
            assert_eq!(between(one, other), expected);
        }
        assert_eq!(between((i16::MIN, 0), (i16::MAX, 0)).width, u16::MAX);
    }

    #[test]
    fn the_outline_covers_nothing_of_what_is_inside() {
        let area = Area {
            x: 100,
            y: 200,
            width: 30,
            height: 40,
        };
        let border = i32::from(BORDER);
        for (x, y, width, height) in places(area) {
            let right = x + i32::try_from(width).unwrap() + 2 * border;
            let bottom = y + i32::try_from(height).unwrap() + 2 * border;
            let is_outside = right <= 100 || x >= 130 || bottom <= 200 || y >= 240;
            assert!(is_outside, "{x} {y} {width} {height}");
        }
    }
}
