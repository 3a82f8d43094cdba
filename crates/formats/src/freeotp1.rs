//! `FreeOTP` 1: its preferences (`tokens.xml`) from a rooted phone or an ADB backup.

use std::collections::BTreeMap;

use lockstep_device::account::Label;
use lockstep_device::otpauth::{OtpauthError, Skipped};

use crate::detect::Look;
use crate::encoded::utf8;
use crate::error::ReadError;
use crate::format::Format;
use crate::freeotp_token::{Counter, Token};
use crate::json::{self, List, Text};
use crate::row::Rows;
use crate::xml::preferences;

const FORMAT: Format = Format::FreeOtp1;

/// The one preference that is no token: their names in the order of the app.
const ORDER: &str = "tokenOrder";

/// Whether it is a preference file with this app's list in it.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_xml_with("name=\"tokenOrder\"")
}

/// The tokens in the order of the app.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let mut strings = preferences(FORMAT, utf8(FORMAT, bytes)?)?;
    let order: List<Text> = match strings.iter().find(|(name, _)| name == ORDER) {
        Some((_, order)) => json::parse(FORMAT, order.as_bytes())?,
        None => List::default(),
    };
    let ids = order.0.iter().map(Text::as_str);
    let places: BTreeMap<&str, usize> = ids.enumerate().map(|(place, id)| (id, place)).collect();
    strings.retain(|(name, _)| name != ORDER);
    strings.sort_by_cached_key(|(name, _)| places.get(name.as_str()).copied().unwrap_or(usize::MAX));
    let row = |(name, token): (String, String)| match json::parse::<Token>(FORMAT, token.as_bytes()) {
        Ok(token) => token.row(Counter::Last, ""),
        Err(_) => Err(Skipped {
            label: Label { issuer: None, name },
            error: OtpauthError::MissingSecret,
        }),
    };
    Ok(strings.into_iter().map(row).collect())
}
