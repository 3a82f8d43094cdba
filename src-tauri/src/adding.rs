//! One round of adding: what is handed over is read into the one preview, until it is kept or discarded.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::view::{AddedView, PreviewView};
use lockstep_device::backup::open::is_age;
use lockstep_device::clipboard::{Clipboard, ClipboardError, ClipboardPicture, Held};
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::qr::decode::{Cancel, DecodeLimits};
use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use lockstep_formats::read::read as read_export;
use zeroize::Zeroizing;

use crate::error::ShellError;
use crate::shell::{Shell, locked};

/// The preview, and the way to end a search that takes too long.
#[derive(Default)]
pub struct Adding {
    preview: Mutex<Preview>,
    /// Protected files, until their passwords are typed.
    closed: Mutex<Vec<(String, Zeroizing<Vec<u8>>)>>,
    search: Mutex<Cancel>,
}

impl Adding {
    /// Ends a search that is going on, waits for its end, and forgets everything.
    fn discard(&self) {
        std::mem::take(&mut *locked(&self.search)).cancel();
        *locked(&self.preview) = Preview::default();
        locked(&self.closed).clear();
    }

    fn search(&self) -> Cancel {
        locked(&self.search).clone()
    }
}

/// What was found on the clipboard.
enum Pasted {
    Text(Zeroizing<String>),
    Picture {
        size: (u32, u32),
        rgba: Zeroizing<Vec<u8>>,
    },
}

impl Shell {
    /// What was handed over so far, with the codes of this moment.
    pub fn preview(&self) -> Result<PreviewView, ShellError> {
        let authenticator = self.authenticator()?;
        Ok(authenticator.view(&locked(&self.adding.preview))?)
    }

    /// Reads files: pictures of QR codes, texts with one link a line, or what other authenticators export. One that cannot
    /// be opened is told as a notice when others can; it is an error when it is the only one. A protected one is held until
    /// its password comes, a backup of ours until it is restored.
    pub fn add_paths(&self, paths: &[PathBuf]) -> Result<PreviewView, ShellError> {
        let authenticator = self.authenticator()?;
        let search = self.adding.search();
        // Held throughout, so that a round that is discarded meanwhile stays empty.
        let mut preview = locked(&self.adding.preview);
        for path in paths {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            match read(path) {
                Ok(bytes) if is_age(&bytes) => {
                    self.backing.hold(name.into_owned(), bytes);
                    return Err(ShellError::IsBackup);
                }
                Ok(bytes) => match add_bytes(&mut preview, &name, &bytes, &search) {
                    Err(ReadError::PasswordNeeded(_)) => {
                        locked(&self.adding.closed).push((name.into_owned(), bytes));
                    }
                    Err(error) if paths.len() == 1 => return Err(foreign(&name, error)),
                    Err(error) => self.note(foreign(&name, error).to_string()),
                    Ok(()) => {}
                },
                Err(reason) => {
                    let error = ShellError::File {
                        name: name.into_owned(),
                        reason,
                    };
                    if paths.len() == 1 {
                        return Err(error);
                    }
                    self.note(error.to_string());
                }
            }
        }
        self.asks_for_password()?;
        Ok(authenticator.view(&preview)?)
    }

    /// Fails with the first protected file whose password was not typed yet.
    fn asks_for_password(&self) -> Result<(), ShellError> {
        let closed = locked(&self.adding.closed);
        let Some((name, bytes)) = closed.first() else {
            return Ok(());
        };
        match read_export(bytes, None, None) {
            Err(error) => Err(foreign(name, error)),
            Ok(_) => Ok(()),
        }
    }

    /// Reads the first of the protected files that were handed over.
    pub fn add_password(&self, password: &Passphrase) -> Result<PreviewView, ShellError> {
        self.authenticator()?;
        {
            let mut closed = locked(&self.adding.closed);
            let (name, bytes) = closed.first().ok_or(ShellError::NothingHeld)?;
            let contents = read_export(bytes, None, Some(password)).map_err(|error| foreign(name, error))?;
            locked(&self.adding.preview).push_rows(name, contents.rows);
            closed.remove(0);
        }
        self.asks_for_password()?;
        self.preview()
    }

    /// Reads the picture on the clipboard, or else its text.
    pub fn add_clipboard(&self) -> Result<PreviewView, ShellError> {
        self.authenticator()?;
        let search = self.adding.search();
        let pasted = self.clipboard.with(paste)?;
        let mut preview = locked(&self.adding.preview);
        match pasted {
            Pasted::Text(text) => preview.read_texts(CLIPBOARD, &text),
            Pasted::Picture { size, rgba } => {
                preview.read_rgba(CLIPBOARD, size, &rgba, &DecodeLimits::default(), &search);
            }
        }
        drop(preview);
        self.preview()
    }

    /// Reads links, one a line.
    pub fn add_text(&self, text: &str) -> Result<PreviewView, ShellError> {
        self.authenticator()?;
        locked(&self.adding.preview).read_texts("pasted text", text);
        self.preview()
    }

    /// Reads what a person typed in.
    pub fn add_typed(&self, typed: &TypedAccount) -> Result<PreviewView, ShellError> {
        self.authenticator()?;
        locked(&self.adding.preview).read_typed("typed in", typed);
        self.preview()
    }

    /// Forgets what was handed over, and ends a search that is going on.
    pub fn discard_preview(&self) {
        self.adding.discard();
    }

    /// Stores the chosen rows, and ends the round.
    pub fn keep(&self, rows: &[u32]) -> Result<Vec<AddedView>, ShellError> {
        let outcome = self.change(|accounts| accounts.keep(&locked(&self.adding.preview), rows, &[]))?;
        self.discard_preview();
        Ok(outcome)
    }
}

/// What another app exported, else links, else a picture. What is neither text nor a picture is said to be no file of any
/// app.
fn add_bytes(preview: &mut Preview, name: &str, bytes: &[u8], search: &Cancel) -> Result<(), ReadError> {
    match read_export(bytes, None, None) {
        Ok(contents) if contents.format != Format::Links => preview.push_rows(name, contents.rows),
        Ok(_) | Err(ReadError::Unrecognised) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.is_empty() => preview.read_texts(name, text),
            _ => preview.read_picture(name, bytes, &DecodeLimits::default(), search),
        },
        Err(error) => return Err(error),
    }
    Ok(())
}

fn foreign(name: &str, error: ReadError) -> ShellError {
    ShellError::Foreign {
        name: name.to_owned(),
        error,
    }
}

fn paste(clipboard: &mut Clipboard) -> Result<Pasted, ClipboardError> {
    let ClipboardPicture { width, height, rgba } = match clipboard.read_image() {
        // Some programs answer with their text when they are asked for a picture.
        Err(ClipboardError::Other(_) | ClipboardError::Refused) => {
            return clipboard.read_text().map(Pasted::Text);
        }
        picture => picture?,
    };
    match (u32::try_from(width), u32::try_from(height)) {
        (Ok(width), Ok(height)) => Ok(Pasted::Picture {
            size: (width, height),
            rgba,
        }),
        _ => Err(ClipboardError::Other(Held::Damaged)),
    }
}

/// The bytes of an ordinary file, at most [`MAX_BYTES`]: what is dropped may be a pipe, a device or a film.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let reason = |error: io::Error| error.to_string();
    let kind = std::fs::metadata(path).map_err(reason)?;
    if !kind.is_file() {
        return Err("it is not a file".to_owned());
    }
    if kind.len() > MAX_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_BYTES >> 20));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        usize::try_from(kind.len()).unwrap_or_default(),
    ));
    File::open(path)
        .map_err(reason)?
        .take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(reason)?;
    Ok(bytes)
}

const CLIPBOARD: &str = "clipboard";
const MAX_BYTES: u64 = 64 << 20;
