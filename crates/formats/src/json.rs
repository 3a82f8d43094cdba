//! JSON that others wrote: what is odd about one value is left for the row to say, and no list grows without end.

use std::fmt;
use std::marker::PhantomData;

use lockstep_device::seed::MAX_SEED_BYTES;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::encoded::without_mark;
use crate::error::ReadError;
use crate::format::Format;
use crate::limits::MAX_ACCOUNTS;

/// The whole file, with or without a byte order mark. An error says where, and never what stands there.
pub(crate) fn parse<'a, T: Deserialize<'a>>(format: Format, bytes: &'a [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(without_mark(bytes)).map_err(|error| ReadError::Damaged {
        format,
        reason: format!(
            "it is not the JSON that this app writes, from line {} column {} on",
            error.line(),
            error.column()
        ),
    })
}

/// Any single value as text: a number as its digits, `null` as nothing. A list or an object stands for itself as `[…]`
/// or `{…}`, which no secret and no number is, so that the row that has it is refused and the others are not.
#[derive(Clone, Default)]
pub(crate) struct Text(Zeroizing<String>);

impl Text {
    /// The text itself.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as something secret.
    pub(crate) fn into_secret(self) -> Zeroizing<String> {
        self.0
    }

    /// The text when there is any, else `default`.
    pub(crate) fn or(&self, default: &str) -> String {
        let text = if self.is_blank() { default } else { self.as_str() };
        text.to_owned()
    }

    /// Whether there is nothing but blanks.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Whether it is JSON's `true`, or a number that is not zero.
    pub(crate) fn is_true(&self) -> bool {
        !matches!(self.as_str(), "" | "false" | "0")
    }

    /// The number that it says, if it is one.
    pub(crate) fn number(&self) -> Option<u64> {
        self.0.trim().parse().ok()
    }
}

impl From<Text> for String {
    fn from(mut text: Text) -> Self {
        std::mem::take(&mut *text.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl TextVisitor {
    // Every visit may fail in the trait's eyes.
    #[allow(clippy::unnecessary_wraps, reason = "the trait asks for a result")]
    fn text<E>(text: &impl ToString) -> Result<Text, E> {
        Ok(Text(Zeroizing::new(text.to_string())))
    }
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Self::text(&text)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Text, E> {
        Self::text(&flag)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
        Self::text(&number)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
        Self::text(&number)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Text, E> {
        // A whole number is one however it is written; a large one must not become hundreds of digits.
        if number.fract() == 0.0 && number.abs() < 1e15 {
            Self::text(&number)
        } else {
            Self::text(&format!("{number:e}"))
        }
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Self::text(&"[…]")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Text, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Self::text(&"{…}")
    }
}

/// An object, or `null` for one without anything.
pub(crate) fn or_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A list, or `null` for none. It keeps one more than [`MAX_ACCOUNTS`] at the most, so that who counts sees that there
/// are too many.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let mut kept = Vec::new();
        while kept.len() <= MAX_ACCOUNTS {
            match list.next_element()? {
                Some(element) => kept.push(element),
                None => return Ok(List(kept)),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(List(kept))
    }
}

/// A list of texts inside an account, such as its tags, in one piece: a list of empty ones must not grow in memory.
#[derive(Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// The texts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LinesVisitor)
    }
}

struct LinesVisitor;

impl<'de> Visitor<'de> for LinesVisitor {
    type Value = Lines;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of texts")
    }

    fn visit_unit<E>(self) -> Result<Lines, E> {
        Ok(Lines::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Lines, A::Error> {
        let mut lines = Lines::default();
        while let Some(text) = list.next_element::<Text>()? {
            lines.0.extend(
                text.as_str()
                    .chars()
                    .map(|c| if c.is_control() { ' ' } else { c }),
            );
            lines.0.push('\n');
        }
        Ok(lines)
    }
}

/// A secret as a list of Java's bytes, -128 to 127; nothing when one of them is none.
#[derive(Default)]
pub(crate) struct SignedBytes(pub(crate) Option<Zeroizing<Vec<u8>>>);

impl<'de> Deserialize<'de> for SignedBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SignedBytesVisitor)
    }
}

struct SignedBytesVisitor;

impl<'de> Visitor<'de> for SignedBytesVisitor {
    type Value = SignedBytes;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of bytes")
    }

    fn visit_unit<E>(self) -> Result<SignedBytes, E> {
        Ok(SignedBytes::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<SignedBytes, A::Error> {
        // Longer than any secret that is taken, so that it never grows and leaves no copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SEED_BYTES + 1));
        let mut are_bytes = true;
        while let Some(text) = list.next_element::<Text>()? {
            match text.as_str().parse::<i8>() {
                Ok(byte) if bytes.len() <= MAX_SEED_BYTES => bytes.push(byte.cast_unsigned()),
                Ok(_) => {}
                Err(_) => are_bytes = false,
            }
        }
        Ok(SignedBytes(are_bytes.then(|| Zeroizing::new(bytes.to_vec()))))
    }
}

/// The values of an object, whatever they are called. It keeps one more than [`MAX_ACCOUNTS`] at the most.
pub(crate) struct Entries<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Entries<T>, A::Error> {
        let mut kept = Vec::new();
        while kept.len() <= MAX_ACCOUNTS {
            match object.next_entry::<IgnoredAny, T>()? {
                Some((_, value)) => kept.push(value),
                None => return Ok(Entries(kept)),
            }
        }
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Entries(kept))
    }
}
