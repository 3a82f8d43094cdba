//! Lists in pages, with markers that mean nothing to whoever holds them.

use crate::constraints::{Input, MARKER};
use crate::refusal::Refusal;
use crate::xml::Xml;

/// Items on a page when none are asked for (IAM API: `MaxItems`).
const DEFAULT_MAX_ITEMS: u32 = 100;

/// What page of a list is asked for.
pub struct Page {
    max_items: usize,
    marker: Option<String>,
}

/// The items of one page, and the marker of the next.
pub struct Slice<T> {
    /// The items of this page.
    pub items: Vec<T>,
    next: Option<String>,
}

impl Page {
    /// Reads `Marker` and `MaxItems`.
    pub fn read(input: &mut Input<'_>) -> Self {
        Self {
            max_items: input.integer("MaxItems", 1, 1000).unwrap_or(DEFAULT_MAX_ITEMS) as usize,
            marker: input.optional("Marker", &MARKER).map(str::to_owned),
        }
    }

    /// The page of `items`, which are in the order of their keys. A page may hold fewer than were asked for: `most`
    /// is what the service gives at once. A marker of another list is 400 `ValidationError`.
    pub fn of<T>(
        &self,
        list: &str,
        most: Option<usize>,
        items: impl Iterator<Item = T>,
        key: impl Fn(&T) -> &str,
    ) -> Result<Slice<T>, Refusal> {
        let after = self
            .marker
            .as_deref()
            .map(|marker| key_of(list, marker))
            .transpose()?;
        let limit = self.max_items.min(most.unwrap_or(usize::MAX)).max(1);
        let is_later = |item: &T| after.as_deref().is_none_or(|after| key(item) > after);
        let mut rest = items.filter(is_later).peekable();
        let page: Vec<T> = rest.by_ref().take(limit).collect();
        let end = page.last().filter(|_| rest.peek().is_some());
        let next = end.map(|item| turned(&format!("{list} {}", key(item))));
        Ok(Slice { items: page, next })
    }
}

impl<T> Slice<T> {
    /// Writes `IsTruncated` and `Marker`.
    pub fn write_end(xml: &mut Xml, next: Option<&str>) {
        xml.text("IsTruncated", if next.is_some() { "true" } else { "false" });
        if let Some(next) = next {
            xml.text("Marker", next);
        }
    }

    /// The items, and the marker of the next page when there is one.
    pub fn into_parts(self) -> (Vec<T>, Option<String>) {
        (self.items, self.next)
    }
}

fn key_of(list: &str, marker: &str) -> Result<String, Refusal> {
    let text = turned(marker);
    match text.split_once(' ') {
        Some((of, key)) if of == list => Ok(key.to_owned()),
        _ => Err(Refusal::validation("Invalid Marker.")),
    }
}

/// ROT47, there and back: opaque enough that nobody builds a marker, and no longer than the key, because a marker has
/// 320 characters at the most and a serial number may have 256.
fn turned(text: &str) -> String {
    let turn = |character: char| match character {
        '!'..='~' => char::from((character as u8 - b'!' + 47) % 94 + b'!'),
        other => other,
    };
    text.chars().map(turn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(max_items: usize, marker: Option<String>) -> Page {
        Page { max_items, marker }
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let names = ["a", "b", "c"];
        let first = page(2, None).of("x", None, names.iter(), |name| name).unwrap();
        let (items, next) = first.into_parts();
        assert_eq!(items, [&"a", &"b"]);
        let second = page(2, next.clone())
            .of("x", None, names.iter(), |name| name)
            .unwrap();
        let (items, end) = second.into_parts();
        assert_eq!((items, end), (vec![&"c"], None));
        assert!(page(2, next).of("y", None, names.iter(), |name| name).is_err());
    }

    #[test]
    fn a_page_may_be_shorter_than_was_asked_for() {
        let slice = page(100, None)
            .of("x", Some(1), ["a", "b"].iter(), |name| name)
            .unwrap();
        let (items, next) = slice.into_parts();
        assert_eq!(items, [&"a"]);
        assert!(next.is_some());
    }
}
