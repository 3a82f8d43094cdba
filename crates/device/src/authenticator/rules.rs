//! The rules of what a person may call an account and hang on it.

use crate::account::{Account, Label};
use crate::authenticator::view::AccountEdit;

/// The longest issuer, name or tag that is taken, in characters.
const LONGEST_LABEL: usize = 256;

/// The longest note that is taken, in characters.
const LONGEST_NOTE: usize = 4096;

/// Why an edit was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A text is longer than it may be.
    #[error("the {field} has {length} characters; at most {longest} are taken")]
    TooLong {
        /// Which text.
        field: &'static str,
        /// How long it is, in characters.
        length: usize,
        /// How long it may be, in characters.
        longest: usize,
    },
    /// Neither issuer nor name would be left.
    #[error("an account needs an issuer or a name, and both would be empty")]
    Nameless,
    /// A counter at its end (RFC 4226 §5.1: the counter has 8 bytes).
    #[error("the counter of {0:?} has reached its end; the issuer must set the account up anew")]
    CounterSpent(String),
}

/// Changes the account as asked, or says which rule that would break.
pub(super) fn apply(account: &mut Account, edit: AccountEdit) -> Result<(), EditError> {
    let AccountEdit {
        issuer,
        name,
        tags,
        note,
        pinned,
    } = edit;
    if let Some(issuer) = issuer {
        let issuer = bounded("issuer", issuer.trim(), LONGEST_LABEL)?;
        account.label.issuer = (!issuer.is_empty()).then_some(issuer);
    }
    if let Some(name) = name {
        account.label.name = bounded("name", name.trim(), LONGEST_LABEL)?;
    }
    if account.label == Label::default() {
        return Err(EditError::Nameless);
    }
    if let Some(tags) = tags {
        account.tags = clean_tags(&tags)?;
    }
    if let Some(note) = note {
        account.note = bounded("note", &note, LONGEST_NOTE)?;
    }
    if let Some(pinned) = pinned {
        account.pinned = pinned;
    }
    Ok(())
}

/// Tags without `#`, without blanks around them, each once, in the order they were given.
pub(super) fn clean_tags(tags: &[String]) -> Result<Vec<String>, EditError> {
    let mut clean: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = bounded("tag", tag.trim().trim_start_matches('#').trim(), LONGEST_LABEL)?;
        if !tag.is_empty() && !clean.contains(&tag) {
            clean.push(tag);
        }
    }
    Ok(clean)
}

fn bounded(field: &'static str, text: &str, longest: usize) -> Result<String, EditError> {
    let length = text.chars().count();
    if length > longest {
        return Err(EditError::TooLong {
            field,
            length,
            longest,
        });
    }
    Ok(text.to_owned())
}
