//! Pictures of the screens, to look for QR codes in. They are erased when dropped.

#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
mod region;
#[cfg(target_os = "linux")]
mod x11;

use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
use self::portal::Asks;
use crate::qr::decode::Cancel;
use crate::qr::pixels::{Picture, PictureError};

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    /// There is no way to the screen from here.
    #[error("the screen cannot be seen from here: {0}")]
    Missing(&'static str),
    /// The desktop asked the person, who said no; or the desktop did by itself.
    #[error("the desktop did not allow a picture of the screen")]
    Refused,
    /// A part of the screen was to be chosen, and none was.
    #[error("no part of the screen was chosen")]
    NotChosen,
    /// It began and did not end well.
    #[error("the picture of the screen cannot be taken: {0}")]
    Failed(String),
}

/// What one screen shows, or all of them in one picture.
pub enum Shot {
    /// Eight bits each of red, green, blue and alpha, row by row from the top left.
    Pixels {
        /// Pixels in a row, and rows.
        size: (u32, u32),
        /// Four bytes for each of them.
        rgba: Zeroizing<Vec<u8>>,
    },
    /// The content of a picture file.
    File(Zeroizing<Vec<u8>>),
}

impl TryFrom<Shot> for Picture {
    type Error = PictureError;

    fn try_from(shot: Shot) -> Result<Self, PictureError> {
        match shot {
            Shot::Pixels {
                size: (width, height),
                rgba,
            } => Self::from_rgba(width, height, &rgba),
            Shot::File(bytes) => Self::from_bytes(&bytes),
        }
    }
}

/// Whatever knows what the screens show.
pub trait Screens: Send + Sync {
    /// A picture of each screen as it is now. May wait for a person who is asked to allow it.
    fn take(&self) -> Result<Vec<Shot>, ScreenError>;

    /// A picture of the part that a person chooses now. Waits for it, until cancelled.
    fn take_region(&self, cancel: &Cancel) -> Result<Vec<Shot>, ScreenError>;
}

/// How this session's screens are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The X server of this name, such as `:0`.
    X11(String),
    /// The desktop portal on the session bus of this address, or on the session's own: under Wayland only the desktop sees the screen.
    Portal(Option<String>),
    /// None.
    Nowhere,
}

impl Way {
    /// The way in a session with these environment variables. With both, the X server knows nothing of the windows that are
    /// not its own.
    pub fn of_session(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        if set("WAYLAND_DISPLAY").is_some() {
            return Self::Portal(None);
        }
        set("DISPLAY").map_or(Self::Nowhere, Self::X11)
    }
}

#[cfg(target_os = "linux")]
impl Screens for Way {
    fn take(&self) -> Result<Vec<Shot>, ScreenError> {
        match self {
            Self::X11(display) => x11::take(display),
            Self::Portal(bus) => portal::take(bus.as_deref(), Asks::Nothing),
            Self::Nowhere => Err(NOWHERE),
        }
    }

    fn take_region(&self, cancel: &Cancel) -> Result<Vec<Shot>, ScreenError> {
        match self {
            Self::X11(display) => region::take(display, cancel),
            // Its question cannot be taken back; what comes of it then is not looked at.
            Self::Portal(bus) => portal::take(bus.as_deref(), Asks::WhichPart),
            Self::Nowhere => Err(NOWHERE),
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Screens for Way {
    fn take(&self) -> Result<Vec<Shot>, ScreenError> {
        Err(NOT_LINUX)
    }

    fn take_region(&self, _cancel: &Cancel) -> Result<Vec<Shot>, ScreenError> {
        Err(NOT_LINUX)
    }
}

#[cfg(target_os = "linux")]
const NOWHERE: ScreenError = ScreenError::Missing("there is no display");
#[cfg(not(target_os = "linux"))]
const NOT_LINUX: ScreenError = ScreenError::Missing("this system is not Linux");

#[cfg(test)]
mod tests {
    use super::*;

    fn way(wayland: Option<&str>, x11: Option<&str>) -> Way {
        Way::of_session(|name| {
            let value = match name {
                "WAYLAND_DISPLAY" => wayland,
                "DISPLAY" => x11,
                _ => None,
            };
            value.map(str::to_owned)
        })
    }

    #[test]
    fn under_wayland_the_desktop_is_asked_and_not_the_x_server_beside_it() {
        assert_eq!(way(Some("wayland-0"), Some(":0")), Way::Portal(None));
        assert_eq!(way(None, Some(":0")), Way::X11(":0".to_owned()));
        assert_eq!(way(Some(""), Some(":0")), Way::X11(":0".to_owned()));
    }

    #[test]
    fn without_a_display_there_is_nothing_to_see() {
        for way in [way(None, None), way(None, Some(""))] {
            assert!(matches!(way.take(), Err(ScreenError::Missing(_))));
        }
    }
}
