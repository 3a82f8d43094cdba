//! XML as others wrote it: elements and text in a row, nothing expanded, nothing nested without end.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::error::ReadError;
use crate::format::Format;
use crate::limits::MAX_ACCOUNTS;

/// Deeper than any app nests.
const MAX_DEPTH: usize = 128;

/// What comes next in a document. An element without content opens and closes.
pub(crate) enum Piece<'a> {
    Open(BytesStart<'a>),
    Text(String),
    Close,
}

/// A document that is read once, from its beginning to its end.
pub(crate) struct Document<'a> {
    format: Format,
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Document<'a> {
    /// The document that this text is.
    pub(crate) fn new(format: Format, text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self {
            format,
            reader,
            depth: 0,
        }
    }

    /// The next piece; nothing at the end. Comments and declarations are passed over; entities that a document declares
    /// itself are not known.
    pub(crate) fn next(&mut self) -> Result<Option<Piece<'a>>, ReadError> {
        loop {
            let event = self.reader.read_event().map_err(|_| self.damaged())?;
            return Ok(Some(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(self.damaged());
                    }
                    Piece::Open(start)
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Piece::Close
                }
                Event::Text(text) => Piece::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Piece::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => Piece::Text(self.resolved(&reference)?.into()),
                Event::Eof if self.depth > 0 => return Err(self.damaged()),
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }

    /// XML 1.0 §4.6: the entities that need no declaration, and characters by their number.
    fn resolved(&self, reference: &BytesRef<'_>) -> Result<char, ReadError> {
        let named = match &**reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        named.ok_or_else(|| self.damaged())
    }

    fn damaged(&self) -> ReadError {
        let place = self.reader.error_position().max(self.reader.buffer_position());
        ReadError::Damaged {
            format: self.format,
            reason: format!("it is not the XML that this app writes, near byte {place}"),
        }
    }
}

/// The texts of an Android app's shared preferences by name, in the order of the file: the `string` elements of a `map`.
pub(crate) fn preferences(format: Format, text: &str) -> Result<Vec<(String, String)>, ReadError> {
    let mut document = Document::new(format, text);
    let mut strings = Vec::new();
    let mut open: Option<(String, String)> = None;
    while let Some(piece) = document.next()? {
        match piece {
            Piece::Open(start) if start.name().as_ref() == "string" => {
                let name = attribute(&start, "name").ok_or_else(|| document.damaged())?;
                open = Some((name, String::new()));
            }
            Piece::Text(text) => {
                if let Some((_, value)) = &mut open {
                    value.push_str(&text);
                }
            }
            Piece::Close => {
                strings.extend(open.take());
                if strings.len() > MAX_ACCOUNTS {
                    return Err(document.damaged());
                }
            }
            Piece::Open(_) => {}
        }
    }
    Ok(strings)
}

/// An attribute's value; nothing when it is not there or not well formed.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.try_get_attribute(name).ok().flatten()?;
    let value = quick_xml::escape::unescape(&found.value).ok()?;
    Some(value.into_owned())
}
