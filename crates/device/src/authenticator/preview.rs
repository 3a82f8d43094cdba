//! What was handed over, read but not stored: a person sees it before anything is kept.

use crate::account::Label;
use crate::error::Error;
use crate::otpauth::migration::{Batch, incomplete};
use crate::otpauth::read::{Reading, read};
use crate::otpauth::typed::{TypedAccount, read_typed};
use crate::otpauth::{OtpauthError, Parsed, Skipped, Warning};
use crate::qr::decode::{Cancel, DecodeLimits, decode};
use crate::qr::kind_of;
use crate::qr::pixels::{Picture, PictureError};
use crate::qr::planes::{THREE_TIMES, TWICE, Weights, enlarged};
use crate::screen::Shot;

use zeroize::Zeroizing;

/// Everything handed over in one round of adding. It holds seeds until it is dropped.
#[derive(Default)]
pub struct Preview {
    pub(super) rows: Vec<Row>,
    batches: Vec<Batch>,
}

/// One thing that was found.
pub(super) struct Row {
    pub(super) source: String,
    pub(super) read: Result<Parsed, Unreadable>,
}

/// Something that was found and cannot be kept.
pub(super) struct Unreadable {
    pub(super) label: Label,
    pub(super) error: Error,
}

impl Preview {
    /// Reads a picture file and every QR code in it. What cannot be read becomes a row that says why.
    pub fn read_picture(&mut self, source: &str, bytes: &[u8], limits: &DecodeLimits, cancel: &Cancel) {
        match Picture::from_bytes(bytes) {
            Ok(picture) => self.scan(source, picture, limits, cancel),
            Err(error) => self.push_error(source, error.into()),
        }
    }

    /// Reads every QR code in pixels: eight bits each of red, green, blue and alpha, row by row.
    pub fn read_rgba(
        &mut self,
        source: &str,
        (width, height): (u32, u32),
        rgba: &[u8],
        limits: &DecodeLimits,
        cancel: &Cancel,
    ) {
        match Picture::from_rgba(width, height, rgba) {
            Ok(picture) => self.scan(source, picture, limits, cancel),
            Err(error) => self.push_error(source, error.into()),
        }
    }

    /// Reads every QR code in pictures that were taken together, as of several screens: one without a code says nothing as
    /// long as another has one, and what two of them show is read once. Fails when none has a code.
    pub fn read_shots(
        &mut self,
        source: &str,
        shots: Vec<Shot>,
        limits: &DecodeLimits,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        let pictures = shots.into_iter().map(Picture::try_from);
        self.read_together(source, pictures, limits, cancel)
    }

    /// The same where a person chose what is in them: each is looked at enlarged, too, for codes that are small or stand
    /// close to others.
    pub fn read_region(
        &mut self,
        source: &str,
        shots: Vec<Shot>,
        limits: &DecodeLimits,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        let pictures = shots.into_iter().flat_map(|shot| match Picture::try_from(shot) {
            Ok(picture) => closely(picture).into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        });
        self.read_together(source, pictures, limits, cancel)
    }

    fn read_together(
        &mut self,
        source: &str,
        pictures: impl Iterator<Item = Result<Picture, PictureError>>,
        limits: &DecodeLimits,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        let mut seen: Vec<Zeroizing<String>> = vec![];
        let mut failure = None;
        for picture in pictures {
            let texts = picture
                .map_err(Error::from)
                .and_then(|picture| Ok(decode(picture, limits, cancel)?));
            match texts {
                Ok(texts) => {
                    for text in texts {
                        if !seen.contains(&text) {
                            self.read_text(source, &text);
                            seen.push(text);
                        }
                    }
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            Some(error) if seen.is_empty() => Err(error),
            _ => Ok(()),
        }
    }

    /// Reads the texts of QR codes that were found already, as by a camera.
    pub fn read_codes(&mut self, source: &str, texts: &[Zeroizing<String>]) {
        for text in texts {
            self.read_text(source, text);
        }
    }

    /// Reads links, one on each line; blank lines are passed over.
    pub fn read_texts(&mut self, source: &str, text: &str) {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        if lines.is_empty() {
            self.push_error(source, Error::NothingToRead(source.to_owned()));
        }
        for line in lines {
            self.read_text(source, line);
        }
    }

    /// Reads what a person typed in.
    pub fn read_typed(&mut self, source: &str, typed: &TypedAccount) {
        match read_typed(typed) {
            Ok(parsed) => self.rows.push(Row {
                source: source.to_owned(),
                read: Ok(parsed),
            }),
            Err(error) => {
                let issuer = Some(typed.issuer.clone()).filter(|issuer| !issuer.is_empty());
                let label = Label {
                    issuer,
                    name: typed.name.clone(),
                };
                self.push_unreadable(source, label, error.into());
            }
        }
    }

    /// Takes rows over that were read elsewhere, such as those of another app's file.
    pub fn push_rows(&mut self, source: &str, rows: Vec<Result<Parsed, Skipped>>) {
        for row in rows {
            match row {
                Ok(parsed) => self.rows.push(Row {
                    source: source.to_owned(),
                    read: Ok(parsed),
                }),
                Err(Skipped { label, error }) => self.push_unreadable(source, label, error.into()),
            }
        }
    }

    /// What is odd about the whole: QR codes of an export that have not been handed over.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        incomplete(&self.batches)
    }

    fn scan(&mut self, source: &str, picture: Picture, limits: &DecodeLimits, cancel: &Cancel) {
        match decode(picture, limits, cancel) {
            Ok(texts) => self.read_codes(source, &texts),
            Err(error) => self.push_error(source, error.into()),
        }
    }

    fn read_text(&mut self, source: &str, text: &str) {
        match read(text) {
            Ok(Reading { rows, batch }) => {
                self.batches.extend(batch);
                self.push_rows(source, rows);
            }
            Err(OtpauthError::UnsupportedScheme(_)) => {
                self.push_error(source, Error::NotOtpauth(kind_of(text)));
            }
            Err(error) => self.push_error(source, error.into()),
        }
    }

    fn push_error(&mut self, source: &str, error: Error) {
        self.push_unreadable(source, Label::default(), error);
    }

    fn push_unreadable(&mut self, source: &str, label: Label, error: Error) {
        self.rows.push(Row {
            source: source.to_owned(),
            read: Err(Unreadable { label, error }),
        });
    }
}

/// The picture, and where it is small the same enlarged.
fn closely(picture: Picture) -> Vec<Picture> {
    let is_small = picture.width().saturating_mul(picture.height()) <= MAX_ENLARGED;
    let ways: &[&Weights] = if is_small { &[TWICE, THREE_TIMES] } else { &[] };
    let larger: Vec<_> = ways.iter().map(|weights| enlarged(&picture, weights)).collect();
    std::iter::once(picture).chain(larger).collect()
}

/// Pixels of a part of the screen that is enlarged; more of it is no small part.
const MAX_ENLARGED: usize = 600_000;
