//! How an item of ours is filed with a Secret Service: its attributes, the label that people see, and the last line
//! of its text, which repeats its key.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::SERVICE;
use crate::store::item::ItemText;
use crate::store::seeds::{ItemKey, StoreError};

/// `service` and `username`, as every keyring library files its items.
pub(super) fn attributes(key: Option<&ItemKey>) -> HashMap<&str, &str> {
    let mut attributes = HashMap::from([("service", SERVICE)]);
    if let Some(key) = key {
        attributes.insert("username", key.as_str());
    }
    attributes
}

/// What keyring managers show: the account's label, out of the URI's path, which never holds the seed.
pub(super) fn label(key: &ItemKey, text: &ItemText) -> String {
    let path = text.as_str().lines().next().and_then(|uri| uri.split('?').next());
    let label = path
        .and_then(|path| path.strip_prefix("otpauth://"))
        .and_then(|path| path.split_once('/'));
    match label {
        Some((_, label)) => format!("Lockstep: {}", percent_decode_str(label).decode_utf8_lossy()),
        None => format!("Lockstep: {key}"),
    }
}

pub(super) fn with_key_line(key: &ItemKey, text: &ItemText) -> Zeroizing<String> {
    let (text, key) = (text.as_str(), key.as_str());
    let mut whole = Zeroizing::new(String::with_capacity(text.len() + KEY_LINE.len() + key.len()));
    for part in [text, KEY_LINE, key] {
        whole.push_str(part);
    }
    whole
}

pub(super) fn without_key_line(bytes: Zeroizing<Vec<u8>>) -> Result<(ItemText, Option<ItemKey>), StoreError> {
    let whole = ItemText::from_bytes(bytes)?;
    let split = whole.as_str().rsplit_once(KEY_LINE);
    match split.and_then(|(text, key)| Some((text, ItemKey::try_from(key).ok()?))) {
        Some((text, key)) => Ok((ItemText::new(Zeroizing::new(text.to_owned())), Some(key))),
        None => Ok((whole, None)),
    }
}

const KEY_LINE: &str = "\nlockstep-item: ";
