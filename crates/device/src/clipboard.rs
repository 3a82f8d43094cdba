//! The system's clipboard: codes out, kept out of clipboard histories and taken back after a while; pictures and text in.

#[cfg(target_os = "macos")]
use arboard::SetExtApple;
#[cfg(all(unix, not(target_os = "macos")))]
use arboard::SetExtLinux;
#[cfg(windows)]
use arboard::SetExtWindows;
use zeroize::Zeroizing;

/// Why the clipboard could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// There is no display server, or it has no clipboard.
    #[error("there is no clipboard here: no display server answers")]
    Missing,
    /// It holds nothing of the kind that was asked for.
    #[error("the clipboard holds {0}")]
    Other(Held),
    /// Another program keeps it open at the moment.
    #[error("another program keeps the clipboard open at the moment")]
    Busy,
    /// The system refused without a reason that can be told apart.
    #[error("the system refused to read or write the clipboard")]
    Refused,
}

/// What the clipboard holds instead of what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing, or nothing that is a text.
    NoText,
    /// Nothing, or nothing that is a picture.
    NoPicture,
    /// A text or a picture that cannot be read as one.
    Damaged,
}

impl std::fmt::Display for Held {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NoText => "no text",
            Self::NoPicture => "no picture",
            Self::Damaged => "something that can be read neither as text nor as a picture",
        })
    }
}

/// A picture from the clipboard: eight bits each of red, green, blue and alpha, row by row from the top left.
pub struct ClipboardPicture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height * 4` bytes.
    pub rgba: Zeroizing<Vec<u8>>,
}

/// The system's clipboard. On X11 and Wayland what was put there is served by this process, for as long as this value
/// lives.
pub struct Clipboard(arboard::Clipboard);

impl Clipboard {
    /// The clipboard of the desktop session; fails with [`ClipboardError::Missing`] where there is none.
    pub fn open() -> Result<Self, ClipboardError> {
        arboard::Clipboard::new().map(Self).map_err(|error| match error {
            arboard::Error::ClipboardOccupied => ClipboardError::Busy,
            _ => ClipboardError::Missing,
        })
    }

    /// Puts a code on the clipboard, marked so that clipboard histories leave it out (KDE's
    /// `x-kde-passwordManagerHint`, macOS's concealed type, Windows' history and cloud exclusions).
    pub fn put_secret(&mut self, text: &str) -> Result<(), ClipboardError> {
        excluded(self.0.set()).text(text).map_err(writing)
    }

    /// Puts a text on the clipboard that is no secret.
    pub fn put_text(&mut self, text: &str) -> Result<(), ClipboardError> {
        self.0.set_text(text).map_err(writing)
    }

    /// Empties the clipboard if it still holds exactly this text. Says whether it did.
    pub fn clear_if_holds(&mut self, text: &str) -> Result<bool, ClipboardError> {
        match self.read_text() {
            Ok(held) if held.as_str() == text => {
                self.0.clear().map_err(writing)?;
                Ok(true)
            }
            Ok(_) | Err(ClipboardError::Other(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The text on the clipboard.
    pub fn read_text(&mut self) -> Result<Zeroizing<String>, ClipboardError> {
        let text = self.0.get_text().map(Zeroizing::new);
        match text {
            Ok(text) if text.is_empty() => Err(ClipboardError::Other(Held::NoText)),
            Ok(text) => Ok(text),
            Err(error) => Err(reading(&error, Held::NoText)),
        }
    }

    /// The picture on the clipboard.
    pub fn read_image(&mut self) -> Result<ClipboardPicture, ClipboardError> {
        let image = self
            .0
            .get_image()
            .map_err(|error| reading(&error, Held::NoPicture))?;
        Ok(ClipboardPicture {
            width: image.width,
            height: image.height,
            rgba: Zeroizing::new(image.bytes.into_owned()),
        })
    }
}

#[cfg(unix)]
fn excluded(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set.exclude_from_history()
}

#[cfg(windows)]
fn excluded(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set.exclude_from_history()
        .exclude_from_cloud()
        .exclude_from_monitoring()
}

// By value, so that it can be handed to `map_err`.
#[expect(clippy::needless_pass_by_value, reason = "the signature of `map_err`")]
fn writing(error: arboard::Error) -> ClipboardError {
    match error {
        arboard::Error::ClipboardNotSupported => ClipboardError::Missing,
        arboard::Error::ClipboardOccupied => ClipboardError::Busy,
        _ => ClipboardError::Refused,
    }
}

fn reading(error: &arboard::Error, missing: Held) -> ClipboardError {
    match error {
        arboard::Error::ContentNotAvailable => ClipboardError::Other(missing),
        arboard::Error::ClipboardNotSupported => ClipboardError::Missing,
        arboard::Error::ClipboardOccupied => ClipboardError::Busy,
        // Some programs answer with a text whatever they are asked for; arboard has no name for that.
        _ => ClipboardError::Other(Held::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_apart_from_what_is_damaged() {
        let nothing = arboard::Error::ContentNotAvailable;
        assert_eq!(
            reading(&nothing, Held::NoPicture).to_string(),
            "the clipboard holds no picture"
        );
        assert_eq!(
            reading(&arboard::Error::ConversionFailure, Held::NoText),
            ClipboardError::Other(Held::Damaged)
        );
        assert_eq!(
            reading(&arboard::Error::ClipboardOccupied, Held::NoText),
            ClipboardError::Busy
        );
    }
}
