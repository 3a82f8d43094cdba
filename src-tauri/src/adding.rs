//! One round of adding: what is handed over is read into the one preview, until it is kept or discarded.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::view::{AddedView, PreviewView, WarningView};
use lockstep_device::backup::open::is_age;
use lockstep_device::clipboard::{Clipboard, ClipboardError, ClipboardPicture, Held};
use lockstep_device::error::Error;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::qr::decode::{Cancel, DecodeError, DecodeLimits};
use lockstep_device::screen::ScreenError;
use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use lockstep_formats::read::read as read_export;
use zeroize::Zeroizing;

use crate::error::ShellError;
use crate::handed_off::is_named_so;
use crate::shell::{Shell, locked};
use crate::source::Source;

/// What was handed over, and the way to end a search that takes too long.
#[derive(Default)]
pub struct Adding {
    round: Mutex<Round>,
    handed_over: Mutex<HandedOver>,
}

/// Which round it is, and the search that goes on in it.
#[derive(Clone, Default)]
pub(crate) struct Round {
    number: u64,
    search: Cancel,
}

/// What was handed over in one round.
#[derive(Default)]
pub(crate) struct HandedOver {
    round: u64,
    pub(crate) preview: Preview,
    /// Protected files, until their passwords are typed.
    closed: Vec<Closed>,
    /// What could not be taken over beside the rest, in words.
    remarks: Vec<ShellError>,
}

/// A file that wants a password.
#[derive(Clone)]
struct Closed {
    name: String,
    bytes: Arc<Zeroizing<Vec<u8>>>,
}

impl Adding {
    /// Ends the round with a search that is going on in it, waits for its end, and forgets everything.
    fn discard(&self) {
        let next = {
            let mut round = locked(&self.round);
            std::mem::take(&mut round.search).cancel();
            round.number = round.number.wrapping_add(1);
            round.number
        };
        let mut handed_over = locked(&self.handed_over);
        // Who began after this may have been faster.
        if handed_over.round != next {
            *handed_over = HandedOver::in_round(next);
        }
    }

    /// Fails when the round has ended.
    pub(crate) fn goes_on(&self, round: &Round) -> Result<(), ShellError> {
        if locked(&self.round).number == round.number {
            Ok(())
        } else {
            Err(ShellError::GivenUp)
        }
    }

    /// What was handed over in this round; fails when the round has ended.
    pub(crate) fn of(&self, round: &Round) -> Result<MutexGuard<'_, HandedOver>, ShellError> {
        let mut handed_over = locked(&self.handed_over);
        self.goes_on(round)?;
        if handed_over.round != round.number {
            *handed_over = HandedOver::in_round(round.number);
        }
        Ok(handed_over)
    }
}

impl HandedOver {
    fn in_round(round: u64) -> Self {
        Self {
            round,
            ..Self::default()
        }
    }

    pub(crate) fn view(&self, authenticator: &Authenticator) -> Result<PreviewView, ShellError> {
        let mut view = authenticator.view(&self.preview)?;
        view.warnings
            .extend(self.remarks.iter().map(|remark| WarningView {
                name: remark.code().to_owned(),
                message: remark.in_full(),
            }));
        Ok(view)
    }

    /// Fails with the first protected file whose password was not typed yet.
    fn asks_for_password(&self) -> Result<(), ShellError> {
        let Some(Closed { name, bytes }) = self.closed.first() else {
            return Ok(());
        };
        match read_export(bytes, None, None) {
            Err(error) => Err(foreign(name, error)),
            Ok(_) => Ok(()),
        }
    }

    /// Takes one file over; a protected one is held until its password comes.
    fn take(&mut self, name: &str, bytes: Zeroizing<Vec<u8>>, search: &Cancel) -> Result<(), ShellError> {
        match add_bytes(&mut self.preview, name, &bytes, search) {
            Err(ReadError::PasswordNeeded(_)) => self.closed.push(Closed {
                name: name.to_owned(),
                bytes: Arc::new(bytes),
            }),
            outcome => outcome.map_err(|error| foreign(name, error))?,
        }
        Ok(())
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
    /// The accounts, and the round of adding that goes on while they are open. The round is looked up first, so that what
    /// belongs to it is given up whenever the accounts are locked from here on.
    pub(crate) fn adds(&self) -> Result<(Arc<Authenticator>, Round), ShellError> {
        let round = locked(&self.adding.round).clone();
        Ok((self.authenticator()?, round))
    }

    /// What was handed over so far, with the codes of this moment.
    pub fn preview(&self) -> Result<PreviewView, ShellError> {
        let (authenticator, round) = self.adds()?;
        self.adding.of(&round)?.view(&authenticator)
    }

    /// Reads files: pictures of QR codes, texts with one link a line, or what other authenticators export. One that cannot
    /// be opened is told beside the others; it is an error when it is the only one. A protected one is held until its
    /// password comes. A backup of ours is held to be restored when nothing else was handed over, a hand-off to be added.
    pub fn add_paths(&self, paths: &[PathBuf]) -> Result<PreviewView, ShellError> {
        self.add_together(&[], paths)
    }

    /// The same beside links.
    pub(crate) fn add_together(
        &self,
        links: &[Zeroizing<String>],
        paths: &[PathBuf],
    ) -> Result<PreviewView, ShellError> {
        let is_alone = links.is_empty() && paths.len() == 1;
        let (authenticator, round) = self.adds()?;
        // Held throughout, so that a round that is discarded meanwhile ends empty.
        let mut handed_over = self.adding.of(&round)?;
        for link in links {
            handed_over.preview.read_texts(Source::Link.name(), link);
        }
        for path in paths {
            let name = file_name(path);
            let taken = match read(path) {
                Ok(bytes) if is_age(&bytes) && is_named_so(&name) => {
                    if is_alone {
                        self.handed_off.hold(name, bytes);
                        return Err(ShellError::IsHandOff);
                    }
                    Err(ShellError::HandOffAmongFiles(name))
                }
                Ok(bytes) if is_age(&bytes) && is_alone => {
                    self.backing.hold(name, bytes);
                    return Err(ShellError::IsBackup);
                }
                Ok(bytes) if is_age(&bytes) => Err(ShellError::BackupAmongFiles(name)),
                Ok(bytes) => handed_over.take(&name, bytes, &round.search),
                Err(reason) => Err(ShellError::File { name, reason }),
            };
            match taken {
                Err(error) if is_alone => return Err(error),
                Err(error) => handed_over.remarks.push(error),
                Ok(()) => {}
            }
        }
        handed_over.asks_for_password()?;
        handed_over.view(&authenticator)
    }

    /// Reads the first of the protected files that were handed over. Its key is derived while nothing is held, so that
    /// locking and giving up do not wait for it.
    pub fn add_password(&self, password: &Passphrase) -> Result<PreviewView, ShellError> {
        let (authenticator, round) = self.adds()?;
        let first = self.adding.of(&round)?.closed.first().cloned();
        let Closed { name, bytes } = first.ok_or(ShellError::NothingHeld)?;
        let contents = read_export(&bytes, None, Some(password)).map_err(|error| foreign(&name, error))?;
        let mut handed_over = self.adding.of(&round)?;
        let position = handed_over
            .closed
            .iter()
            .position(|closed| Arc::ptr_eq(&closed.bytes, &bytes));
        // Absent, it was opened by the same password a moment before.
        if let Some(position) = position {
            handed_over.closed.remove(position);
            handed_over.preview.push_rows(&name, contents.rows);
        }
        handed_over.asks_for_password()?;
        handed_over.view(&authenticator)
    }

    /// Reads the picture on the clipboard, or else its text.
    pub fn add_clipboard(&self) -> Result<PreviewView, ShellError> {
        let (authenticator, round) = self.adds()?;
        let pasted = self.clipboard.with(paste)?;
        let mut handed_over = self.adding.of(&round)?;
        let preview = &mut handed_over.preview;
        match pasted {
            Pasted::Text(text) => preview.read_texts(Source::Clipboard.name(), &text),
            Pasted::Picture { size, rgba } => {
                preview.read_rgba(
                    Source::Clipboard.name(),
                    size,
                    &rgba,
                    &DecodeLimits::default(),
                    &round.search,
                );
            }
        }
        handed_over.view(&authenticator)
    }

    /// Reads every QR code that the screens show. The picture is taken while nothing is held: a person may be asked first.
    pub fn add_screen(&self) -> Result<PreviewView, ShellError> {
        let (authenticator, round) = self.adds()?;
        let shots = self.screens.take()?;
        let mut handed_over = self.adding.of(&round)?;
        let limits = DecodeLimits::default();
        handed_over
            .preview
            .read_shots(Source::Screen.name(), shots, &limits, &round.search)
            .map_err(|error| or_nothing(error, ShellError::NothingOnScreen))?;
        handed_over.view(&authenticator)
    }

    /// The same for the part of the screens that the person chooses, and more closely. Nothing is added where none was
    /// chosen.
    pub fn add_region(&self) -> Result<PreviewView, ShellError> {
        let (authenticator, round) = self.adds()?;
        let shots = match self.screens.take_region(&round.search) {
            Err(ScreenError::NotChosen) => return self.adding.of(&round)?.view(&authenticator),
            shots => shots?,
        };
        let mut handed_over = self.adding.of(&round)?;
        let limits = DecodeLimits::default();
        handed_over
            .preview
            .read_region(Source::Screen.name(), shots, &limits, &round.search)
            .map_err(|error| or_nothing(error, ShellError::NothingInRegion))?;
        handed_over.view(&authenticator)
    }

    /// Reads links, one a line.
    pub fn add_text(&self, text: &str) -> Result<PreviewView, ShellError> {
        let (authenticator, round) = self.adds()?;
        let mut handed_over = self.adding.of(&round)?;
        handed_over.preview.read_texts(Source::Text.name(), text);
        handed_over.view(&authenticator)
    }

    /// Reads what a person typed in.
    pub fn add_typed(&self, typed: &TypedAccount) -> Result<PreviewView, ShellError> {
        let (authenticator, round) = self.adds()?;
        let mut handed_over = self.adding.of(&round)?;
        handed_over.preview.read_typed(Source::Form.name(), typed);
        handed_over.view(&authenticator)
    }

    /// Forgets what was handed over, and ends a search that is going on. The camera goes off first: the search may wait.
    pub fn discard_preview(&self) {
        self.close_camera();
        self.adding.discard();
        // One that woke up meanwhile.
        self.close_camera();
    }

    /// Stores the chosen rows, and ends the round.
    pub fn keep(&self, rows: &[u32]) -> Result<Vec<AddedView>, ShellError> {
        let (_, round) = self.adds()?;
        let outcome = self.change(|accounts| {
            let handed_over = self.adding.of(&round)?;
            Ok::<_, ShellError>(accounts.keep(&handed_over.preview, rows, &[])?)
        })?;
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

/// What to say where a picture of the screen has no code.
fn or_nothing(error: Error, nothing: ShellError) -> ShellError {
    match error {
        Error::Decode(DecodeError::NotFound { .. }) => nothing,
        error => error.into(),
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

/// The name of a file without its folder, for people.
pub(crate) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
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

const MAX_BYTES: u64 = 64 << 20;
