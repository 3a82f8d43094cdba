//! A map of texts as Java writes it: the Java Object Serialization Specification, version 6.0, chapter 6, and of it only
//! what a `java.util.HashMap` of strings needs.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::encoded::split;
use crate::error::ReadError;
use crate::format::Format;
use crate::limits::at_most;

/// §6.4.2: `STREAM_MAGIC`, `STREAM_VERSION`.
pub(crate) const MAGIC: &[u8] = &[0xac, 0xed, 0x00, 0x05];

// §6.4.2: what comes next.
const TC_NULL: u8 = 0x70;
const TC_REFERENCE: u8 = 0x71;
const TC_CLASSDESC: u8 = 0x72;
const TC_OBJECT: u8 = 0x73;
const TC_STRING: u8 = 0x74;
const TC_BLOCKDATA: u8 = 0x77;
const TC_ENDBLOCKDATA: u8 = 0x78;

/// §6.4.2 `baseWireHandle`: the number of the first thing that can be referred to.
const BASE_HANDLE: u32 = 0x007e_0000;

/// `HashMap`'s own: `SC_WRITE_METHOD | SC_SERIALIZABLE`.
const FLAGS: u8 = 0x03;

/// More than a list of accounts has, with two for each.
const MAX_PAIRS: u64 = 200_000;

struct Stream<'a> {
    format: Format,
    rest: &'a [u8],
    /// What can be referred to; things that are no strings are nothing.
    handles: Vec<Option<Rc<str>>>,
}

/// The map that this stream is. Pairs with `null` are left out.
pub(crate) fn read_map(format: Format, bytes: &[u8]) -> Result<BTreeMap<Rc<str>, Rc<str>>, ReadError> {
    let mut stream = Stream {
        format,
        rest: bytes,
        handles: Vec::new(),
    };
    let magic: &[u8; 4] = stream.take()?;
    if magic != MAGIC {
        return Err(stream.damaged());
    }
    let pairs = stream.hash_map()?;
    if u64::from(pairs) > MAX_PAIRS {
        at_most(format, "texts", pairs.into(), MAX_PAIRS)?;
    }
    let mut map = BTreeMap::new();
    for _ in 0..pairs {
        if let (Some(key), Some(value)) = (stream.string()?, stream.string()?) {
            map.insert(key, value);
        }
    }
    stream.expect(TC_ENDBLOCKDATA)?;
    Ok(map)
}

impl<'a> Stream<'a> {
    /// §6.4.1 `newObject` up to the first pair, and how many pairs there are.
    fn hash_map(&mut self) -> Result<u32, ReadError> {
        self.expect(TC_OBJECT)?;
        self.expect(TC_CLASSDESC)?;
        if self.utf()?.as_ref() != "java.util.HashMap" {
            return Err(self.damaged());
        }
        let _serial_version: &[u8; 8] = self.take()?;
        self.handles.push(None);
        self.expect(FLAGS)?;
        // `loadFactor` and `threshold`, in the order in which their values follow.
        let fields = u16::from_be_bytes(*self.take()?);
        for _ in 0..fields {
            let [kind] = *self.take()?;
            // Of the types, those that take four bytes: §6.4.1 `prim_typecode`.
            if !matches!(kind, b'F' | b'I') {
                return Err(self.damaged());
            }
            self.utf()?;
        }
        self.expect(TC_ENDBLOCKDATA)?;
        self.expect(TC_NULL)?;
        self.handles.push(None);
        for _ in 0..fields {
            let _value: &[u8; 4] = self.take()?;
        }
        // What `HashMap.writeObject` writes: the number of buckets, then that of pairs.
        self.expect(TC_BLOCKDATA)?;
        self.expect(8)?;
        let _buckets: &[u8; 4] = self.take()?;
        Ok(u32::from_be_bytes(*self.take()?))
    }

    /// §6.4.1 `newString`, `prevObject` or `nullReference`.
    fn string(&mut self) -> Result<Option<Rc<str>>, ReadError> {
        let [code] = *self.take()?;
        match code {
            TC_STRING => {
                let text = self.utf()?;
                self.handles.push(Some(text.clone()));
                Ok(Some(text))
            }
            TC_REFERENCE => {
                let handle = u32::from_be_bytes(*self.take()?);
                let index = handle
                    .checked_sub(BASE_HANDLE)
                    .and_then(|index| usize::try_from(index).ok());
                let text = index.and_then(|index| self.handles.get(index)).cloned().flatten();
                text.map(Some).ok_or_else(|| self.damaged())
            }
            TC_NULL => Ok(None),
            _ => Err(self.damaged()),
        }
    }

    /// §6.2 `utf`: two bytes of length, then "modified UTF-8", which is UTF-8 but for U+0000 and what is beyond U+FFFF.
    fn utf(&mut self) -> Result<Rc<str>, ReadError> {
        let length = usize::from(u16::from_be_bytes(*self.take()?));
        let (text, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.damaged())?;
        self.rest = rest;
        modified_utf8(text).ok_or_else(|| self.damaged())
    }

    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], ReadError> {
        let (taken, rest) = split(self.format, self.rest)?;
        self.rest = rest;
        Ok(taken)
    }

    fn expect(&mut self, expected: u8) -> Result<(), ReadError> {
        let [found] = *self.take()?;
        if found == expected {
            Ok(())
        } else {
            Err(self.damaged())
        }
    }

    fn damaged(&self) -> ReadError {
        ReadError::Damaged {
            format: self.format,
            reason: "it is not the map of texts that this app writes".to_owned(),
        }
    }
}

/// The text, with surrogates put together.
fn modified_utf8(bytes: &[u8]) -> Option<Rc<str>> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Rc::from(text));
    }
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let continued = |byte: u8| (byte & 0xc0 == 0x80).then_some(u16::from(byte & 0x3f));
    while let Some((&first, after)) = rest.split_first() {
        let (unit, after) = match (first, after) {
            (0x01..=0x7f, after) => (u16::from(first), after),
            (0xc0..=0xdf, [second, after @ ..]) => {
                ((u16::from(first & 0x1f) << 6) | continued(*second)?, after)
            }
            (0xe0..=0xef, [second, third, after @ ..]) => {
                let high = (u16::from(first & 0x0f) << 12) | (continued(*second)? << 6);
                (high | continued(*third)?, after)
            }
            _ => return None,
        };
        units.push(unit);
        rest = after;
    }
    String::from_utf16(&units).ok().map(Rc::from)
}
