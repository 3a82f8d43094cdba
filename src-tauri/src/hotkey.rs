//! A shortcut that works in every program, on X11. Its thread sleeps until the keys are pressed.

use std::sync::{Arc, Mutex};

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::cookie::VoidCookie;
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, GrabMode, Keycode, ModMask, Window,
    WindowClass,
};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::rust_connection::RustConnection;

use crate::shell::locked;
use crate::shortcut::{Key, Modifier, Shortcut};
use crate::surroundings::ShortcutLack;

/// The shortcut in force, if any.
#[derive(Default)]
pub(crate) struct Hotkey {
    grab: Mutex<Option<Grab>>,
    lack: Mutex<Option<ShortcutLack>>,
}

/// Keys that are taken until it is dropped.
struct Grab {
    shortcut: Shortcut,
    code: Keycode,
    link: Arc<Link>,
}

struct Link {
    connection: RustConnection,
    root: Window,
    /// A message to it ends the thread.
    window: Window,
}

impl Hotkey {
    /// Takes other keys, or none; `pressed` is called each time they are pressed.
    pub(crate) fn set(&self, shortcut: Option<Shortcut>, pressed: impl Fn() + Send + 'static) {
        let mut grab = locked(&self.grab);
        if grab.as_ref().map(|grab| &grab.shortcut) == shortcut.as_ref() {
            return;
        }
        // The old keys are free before others are taken: they may be the same in part.
        *grab = None;
        let taken = shortcut.map(|shortcut| take(shortcut, pressed));
        *locked(&self.lack) = taken.as_ref().and_then(|taken| taken.as_ref().err().copied());
        *grab = taken.and_then(Result::ok);
    }

    /// Why the shortcut does not work.
    pub(crate) fn lacks(&self) -> Option<ShortcutLack> {
        *locked(&self.lack)
    }
}

/// Whether this is a session in which no program may take keys from others.
pub(crate) fn is_wayland() -> bool {
    let says = |name: &str| std::env::var(name).unwrap_or_default();
    says("XDG_SESSION_TYPE") == "wayland" || !says("WAYLAND_DISPLAY").is_empty()
}

fn take(shortcut: Shortcut, pressed: impl Fn() + Send + 'static) -> Result<Grab, ShortcutLack> {
    if is_wayland() {
        return Err(ShortcutLack::Wayland);
    }
    let link = reach().map_err(|error| {
        tracing::info!(%error, "the shortcut finds no X11 display");
        ShortcutLack::Display
    })?;
    let code = key_code(&link.connection, symbol(shortcut.key()))
        .map_err(|error| {
            tracing::info!(%error, "the display does not say its keys");
            ShortcutLack::Display
        })?
        .ok_or(ShortcutLack::Absent)?;
    link.grab(code, mask(&shortcut))?;
    let link = Arc::new(link);
    let listening = Arc::clone(&link);
    std::thread::spawn(move || {
        if let Err(error) = listening.listen(pressed) {
            tracing::warn!(%error, "the shortcut does not work any more");
        }
    });
    Ok(Grab { shortcut, code, link })
}

fn reach() -> Result<Link, String> {
    let (connection, screen) = x11rb::connect(None).map_err(|error| error.to_string())?;
    let screen = connection.setup().roots.get(screen).ok_or("it has no screen")?;
    let root = screen.root;
    let window = silent_window(&connection, root).map_err(|error| error.to_string())?;
    Ok(Link {
        connection,
        root,
        window,
    })
}

/// A window that is never shown.
fn silent_window(connection: &RustConnection, root: Window) -> Result<Window, ReplyOrIdError> {
    let window = connection.generate_id()?;
    connection
        .create_window(
            0,
            window,
            root,
            0,
            0,
            1,
            1,
            0,
            WindowClass::INPUT_ONLY,
            x11rb::COPY_FROM_PARENT,
            &CreateWindowAux::new(),
        )?
        .check()?;
    Ok(window)
}

/// The key that gives this symbol in the layout of the keyboard.
fn key_code(connection: &RustConnection, symbol: u32) -> Result<Option<Keycode>, ReplyError> {
    let setup = connection.setup();
    let (first, last) = (setup.min_keycode, setup.max_keycode);
    let count = last.saturating_sub(first).saturating_add(1);
    let mapping = connection.get_keyboard_mapping(first, count)?.reply()?;
    let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
    let position = mapping
        .keysyms
        .chunks(per_key)
        .position(|symbols| symbols.contains(&symbol));
    Ok(position
        .and_then(|position| u8::try_from(position).ok())
        .map(|position| first.saturating_add(position)))
}

/// The number of the key's symbol (X11 protocol, appendix A).
fn symbol(key: Key) -> u32 {
    match key {
        Key::Sign(sign) => u32::from(sign.to_ascii_lowercase()),
        Key::Function(number) => F1.saturating_add(u32::from(number)).saturating_sub(1),
        Key::Space => u32::from(' '),
    }
}

fn mask(shortcut: &Shortcut) -> ModMask {
    shortcut
        .modifiers()
        .map(|modifier| match modifier {
            Modifier::Ctrl => ModMask::CONTROL,
            Modifier::Alt => ModMask::M1,
            Modifier::Shift => ModMask::SHIFT,
            Modifier::Super => ModMask::M4,
        })
        .fold(ModMask::default(), |all, one| all | one)
}

impl Link {
    /// With and without the keys that stay on.
    fn grab(&self, code: Keycode, modifiers: ModMask) -> Result<(), ShortcutLack> {
        for locks in [
            ModMask::default(),
            NUM_LOCK,
            ModMask::LOCK,
            NUM_LOCK | ModMask::LOCK,
        ] {
            let asked = self
                .connection
                .grab_key(
                    false,
                    self.root,
                    modifiers | locks,
                    code,
                    GrabMode::ASYNC,
                    GrabMode::ASYNC,
                )
                .map_err(ReplyError::from);
            match asked.and_then(VoidCookie::check) {
                Ok(()) => {}
                Err(ReplyError::X11Error(error)) if error.error_kind == ErrorKind::Access => {
                    return Err(ShortcutLack::Taken);
                }
                Err(error) => {
                    tracing::info!(%error, "the keys were not taken");
                    return Err(ShortcutLack::Display);
                }
            }
        }
        Ok(())
    }

    /// Until a message to the window comes.
    fn listen(&self, pressed: impl Fn()) -> Result<(), ConnectionError> {
        loop {
            match self.connection.wait_for_event()? {
                Event::KeyPress(_) => pressed(),
                Event::ClientMessage(message) if message.window == self.window => return Ok(()),
                _ => {}
            }
        }
    }

    /// Gives the keys back at once, and ends the thread.
    fn end(&self, code: Keycode) -> Result<(), ReplyError> {
        self.connection
            .ungrab_key(code, self.root, ModMask::ANY)?
            .check()?;
        let message = ClientMessageEvent::new(32, self.window, u32::from(ModMask::ANY), [CURRENT_TIME; 5]);
        // Without a mask it goes to whoever made the window.
        self.connection
            .send_event(false, self.window, EventMask::NO_EVENT, message)?
            .check()
    }
}

impl Drop for Grab {
    fn drop(&mut self) {
        if let Err(error) = self.link.end(self.code) {
            tracing::debug!(%error, "the display was gone before its shortcut");
        }
    }
}

const NUM_LOCK: ModMask = ModMask::M2;
const F1: u32 = 0xffbe;
