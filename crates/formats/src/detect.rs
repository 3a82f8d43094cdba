//! Whose file it is, by its content and never by its name.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::encoded::without_mark;

/// What is seen of a file at a glance. Each format says by it whether the file is its own.
pub(crate) struct Look<'a> {
    bytes: &'a [u8],
    shape: Shape,
    keys: BTreeSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Not JSON.
    Other,
    Object,
    Array,
}

/// More keys than any app writes.
const MAX_KEYS: usize = 64;

/// As far as links are looked for.
const MAX_LINES: usize = 1000;

impl<'a> Look<'a> {
    /// Looks at a file. A file that is cut off is still recognised.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let bytes = without_mark(bytes);
        let shape = match bytes.trim_ascii_start().first() {
            Some(b'{') => Shape::Object,
            Some(b'[') => Shape::Array,
            _ => Shape::Other,
        };
        let mut keys = BTreeSet::new();
        if shape != Shape::Other {
            let mut json = serde_json::Deserializer::from_slice(bytes);
            // Whatever is wrong with it is for the format's reader to say.
            let _ = Keys(&mut keys).deserialize(&mut json);
        }
        Self { bytes, shape, keys }
    }

    /// All of it, without a byte order mark.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether it begins with these bytes.
    pub(crate) fn begins(&self, with: &[u8]) -> bool {
        self.bytes.starts_with(with)
    }

    /// Whether it is XML in which this stands.
    pub(crate) fn is_xml_with(&self, text: &str) -> bool {
        let is_xml = self.bytes.trim_ascii_start().first() == Some(&b'<');
        is_xml && std::str::from_utf8(self.bytes).is_ok_and(|whole| whole.contains(text))
    }

    /// Whether it is a JSON object with all of these keys.
    pub(crate) fn is_object_with(&self, keys: &[&str]) -> bool {
        self.shape == Shape::Object && self.has(keys)
    }

    /// Whether it is a JSON object with this key and no other.
    pub(crate) fn is_object_of(&self, key: &str) -> bool {
        self.is_object_with(&[key]) && self.keys.len() == 1
    }

    /// Whether it is a JSON array of objects, the first of which has all of these keys.
    pub(crate) fn is_array_with(&self, keys: &[&str]) -> bool {
        self.shape == Shape::Array && self.has(keys)
    }

    fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.keys.contains(*key))
    }

    /// Its first lines without blanks around them; none of JSON.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a [u8]> {
        let text = if self.shape == Shape::Other {
            self.bytes
        } else {
            &[]
        };
        text.split(|byte| *byte == b'\n')
            .take(MAX_LINES)
            .map(<[u8]>::trim_ascii)
    }
}

/// Collects the keys of an object, or of the first object in an array.
struct Keys<'a>(&'a mut BTreeSet<String>);

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            if self.0.len() == MAX_KEYS {
                return Err(A::Error::custom("more keys than any app writes"));
            }
            self.0.insert(key);
            object.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        list.next_element_seed(self)?;
        // The others are of the same kind.
        Err(A::Error::custom("seen enough"))
    }
}
