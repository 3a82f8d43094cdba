//! The entries in a `KeePass` database's XML: <https://keepass.info/help/download/KDBX_XML.xsd>.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use quick_xml::events::BytesStart;
use zeroize::Zeroizing;

use crate::encoded::utf8;
use crate::error::ReadError;
use crate::format::Format;
use crate::kdbx::Opened;
use crate::kdbx_header::damaged;
use crate::limits::MAX_ACCOUNTS;
use crate::xml::{Document, Piece, attribute};

const FORMAT: Format = Format::KeePass;

/// An entry's texts by name.
#[derive(Default)]
pub(crate) struct Entry {
    strings: BTreeMap<String, Zeroizing<String>>,
    /// As the person typed them, separated by `;` or `,`.
    pub(crate) tags: String,
}

impl Entry {
    /// The text of this name; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.strings.get(name).map_or("", |text| text)
    }
}

/// Hands each entry that is wanted to `take` with the groups around it, in the order of the database: neither what an entry
/// was before, nor what is in the recycle bin. Ends when there are more accounts than are taken; `take` says how many there are.
/// Of an entry's texts, those of `names` are kept.
pub(crate) fn entries(
    opened: &mut Opened,
    names: &'static [&'static str],
    mut take: impl FnMut(&Entry, &[Group]) -> Result<usize, ReadError>,
) -> Result<(), ReadError> {
    let mut document = Document::new(FORMAT, utf8(FORMAT, &opened.xml)?);
    let mut walk = Walk {
        names,
        ..Walk::default()
    };
    while let Some(piece) = document.next()? {
        match piece {
            Piece::Open(start) => walk.open(&start),
            Piece::Text(text) => walk.text.push_str(&text),
            Piece::Close => {
                let mut text = std::mem::take(&mut walk.text);
                if std::mem::take(&mut walk.is_protected) {
                    let mut value = BASE64
                        .decode(text.trim().as_bytes())
                        .map_err(|_| damaged("a protected value is not base64"))?;
                    opened.protected.apply(&mut value);
                    // A file that is protected, too, is no text; it only moves the cipher on.
                    text = Zeroizing::new(String::from_utf8(value).unwrap_or_default());
                }
                if let Some(entry) = walk.close(text)
                    && take(&entry, &walk.groups)? > MAX_ACCOUNTS
                {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

#[derive(Default)]
pub(crate) struct Group {
    id: String,
    name: String,
}

/// The names of groups inside each other, without the outermost, which is the database: `Work/AWS`.
pub(crate) fn path(groups: &[Group]) -> String {
    let inner = groups.iter().skip(1).map(|group| group.name.as_str());
    inner.collect::<Vec<_>>().join("/")
}

/// Where in the document one is.
#[derive(Default)]
struct Walk {
    path: Vec<String>,
    /// Of the element that opened last.
    text: Zeroizing<String>,
    is_protected: bool,
    recycle_bin: String,
    groups: Vec<Group>,
    entry: Option<Entry>,
    key: String,
    /// Of the texts that are kept.
    names: &'static [&'static str],
}

impl Walk {
    fn open(&mut self, start: &BytesStart<'_>) {
        let name = start.name().as_ref().to_owned();
        match name.as_str() {
            "Group" => self.groups.push(Group::default()),
            "Entry" if !self.is_past() => self.entry = Some(Entry::default()),
            _ => {}
        }
        self.text.clear();
        let is_protected = attribute(start, "Protected");
        self.is_protected = is_protected.is_some_and(|is| is.eq_ignore_ascii_case("true"));
        self.path.push(name);
    }

    /// Whether it is among what an entry was before.
    fn is_past(&self) -> bool {
        self.path.iter().any(|name| name == "History")
    }

    /// An entry that is complete and wanted.
    fn close(&mut self, text: Zeroizing<String>) -> Option<Entry> {
        let name = self.path.pop()?;
        let parent = self.path.last().map(String::as_str).unwrap_or_default();
        match (parent, name.as_str()) {
            ("Meta", "RecycleBinUUID") => text.trim().clone_into(&mut self.recycle_bin),
            ("Group", "UUID") => text.trim().clone_into(&mut self.groups.last_mut()?.id),
            ("Group", "Name") => text.trim().clone_into(&mut self.groups.last_mut()?.name),
            ("String", "Key") => text.as_str().clone_into(&mut self.key),
            ("String", "Value") if !self.is_past() => {
                let key = std::mem::take(&mut self.key);
                // Only what is asked for: an entry may have any number of texts.
                if self.names.contains(&key.as_str()) {
                    self.entry.as_mut()?.strings.insert(key, text);
                }
            }
            ("Entry", "Tags") if !self.is_past() => text.as_str().clone_into(&mut self.entry.as_mut()?.tags),
            (_, "Entry") if !self.is_past() => return self.finished(),
            (_, "Group") => {
                self.groups.pop();
            }
            _ => {}
        }
        None
    }

    fn finished(&mut self) -> Option<Entry> {
        let entry = self.entry.take()?;
        let is_binned = |group: &Group| !group.id.is_empty() && group.id == self.recycle_bin;
        (!self.groups.iter().any(is_binned)).then_some(entry)
    }
}
