//! The JSON of `FreeOTP+`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::freeotp_token::{Counter, Token};
use crate::json::{self, List, Text};
use crate::row::Rows;

const FORMAT: Format = Format::FreeOtpPlus;

/// Whether it is an export.
pub(crate) fn is(look: &Look<'_>) -> bool {
    look.is_object_with(&["tokens", "tokenOrder"])
}

/// The tokens of an export, in the order of the app.
pub(crate) fn read(bytes: &[u8]) -> Result<Rows, ReadError> {
    let file: File = json::parse(FORMAT, bytes)?;
    let ids = file.token_order.0.iter().map(Text::as_str);
    let places: BTreeMap<&str, usize> = ids.enumerate().map(|(place, id)| (id, place)).collect();
    let mut tokens = file.tokens.0;
    tokens.sort_by_cached_key(|token| places.get(token.id().as_str()).copied().unwrap_or(usize::MAX));
    Ok(tokens
        .into_iter()
        .map(|token| token.row(Counter::Last, ""))
        .collect())
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct File {
    token_order: List<Text>,
    tokens: List<Token>,
}
