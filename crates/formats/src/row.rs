//! One account of a file, under the same rules as one that is typed in or scanned.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_device::account::{Label, Standing};
use lockstep_device::otpauth::parse::{label, parse};
use lockstep_device::otpauth::typed::{TypedAccount, read_typed};
use lockstep_device::otpauth::{OtpauthError, Parsed, Skipped, Warning};
use lockstep_device::time::UnixTime;

use crate::error::ReadError;
use crate::format::Format;
use crate::limits::{MAX_FILE_BYTES, at_most};

/// The accounts of a file in order; those that cannot be taken with their reason.
pub(crate) type Rows = Vec<Result<Parsed, Skipped>>;

/// What an account has besides label, parameters and secret.
#[derive(Default)]
pub(crate) struct Extras {
    pub(crate) tags: Vec<String>,
    pub(crate) note: String,
    pub(crate) standing: Standing,
}

/// An account that a file gives field by field. A field that the file does not have takes the Key URI format's default;
/// where the app has another one, the format's reader puts it in.
pub(crate) fn read_fields(fields: &TypedAccount, extras: Extras) -> Result<Parsed, Skipped> {
    let parsed = read_typed(fields).map_err(|error| Skipped {
        label: fields.label(),
        error,
    })?;
    Ok(with(parsed, extras))
}

/// An account that a file gives as a link. What the link leaves out of the label comes from `fallback`.
pub(crate) fn read_link(link: &str, fallback: Label, extras: Extras) -> Result<Parsed, Skipped> {
    let fallback = Label {
        issuer: fallback.issuer.map(|issuer| line(&issuer)),
        name: line(&fallback.name),
    };
    match parse(link) {
        Ok(mut parsed) => {
            fill(&mut parsed.account.label, fallback);
            if parsed.account.label != Label::default() {
                parsed.warnings.retain(|warning| *warning != Warning::NoName);
            }
            Ok(with(parsed, extras))
        }
        Err(error) => {
            let mut label = label(link);
            fill(&mut label, fallback);
            Err(Skipped { label, error })
        }
    }
}

fn fill(label: &mut Label, fallback: Label) {
    if label.issuer.is_none() {
        label.issuer = fallback.issuer.filter(|issuer| !issuer.is_empty());
    }
    if label.name.is_empty() {
        label.name = fallback.name;
    }
}

fn with(mut parsed: Parsed, extras: Extras) -> Parsed {
    let Extras { tags, note, standing } = extras;
    for tag in tags {
        let tag = tag_of(&tag);
        if !tag.is_empty() {
            parsed.account.tags.push(tag);
        }
    }
    parsed.account.note = paragraph(&note);
    parsed.standing = standing;
    parsed
}

/// The name alone where the app has written the issuer before it once more.
pub(crate) fn without_issuer<'a>(issuer: &str, name: &'a str) -> &'a str {
    let rest = name.strip_prefix(issuer).filter(|_| !issuer.is_empty());
    rest.and_then(|rest| rest.strip_prefix(':'))
        .map_or(name, str::trim_start)
}

/// A moment from milliseconds since the Unix epoch; apps write 0 for never.
pub(crate) fn moment(milliseconds: Option<u64>) -> Option<UnixTime> {
    let milliseconds = milliseconds.filter(|milliseconds| *milliseconds > 0)?;
    Some(UnixTime::from_seconds(milliseconds / 1000))
}

/// Why an account that is not a link has no secret, for what [`read_fields`] cannot say.
pub(crate) fn without_secret(fields: &TypedAccount) -> Skipped {
    Skipped {
        label: fields.label(),
        error: OtpauthError::MissingSecret,
    }
}

/// The groups of a file: folders, categories, whatever the app calls them. An account's become its tags.
pub(crate) struct Groups {
    format: Format,
    names: BTreeMap<String, String>,
    /// Bytes: a file of a few megabytes could otherwise repeat its tags until memory ends.
    spent: u64,
}

/// What a tag takes in memory besides its characters, in bytes.
const TAG_BYTES: usize = 48;

impl Groups {
    /// From pairs of identity and name.
    pub(crate) fn new(format: Format, groups: impl IntoIterator<Item = (String, String)>) -> Self {
        let named = |(id, name): (String, String)| (id, tag_of(&name));
        Self {
            format,
            names: groups.into_iter().map(named).collect(),
            spent: 0,
        }
    }

    /// For a file without groups, of which each account says its tags itself.
    pub(crate) fn none(format: Format) -> Self {
        Self::new(format, [])
    }

    /// The names of these groups, each once. Unknown identities are passed over.
    pub(crate) fn tags<'a>(
        &mut self,
        ids: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<String>, ReadError> {
        let mut tags = Tags::default();
        for id in ids {
            let name = self.names.get(id).cloned().unwrap_or_default();
            self.spend(&name)?;
            tags.push(name);
        }
        Ok(tags.in_order)
    }

    /// These tags, each once.
    pub(crate) fn own<'a>(
        &mut self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<String>, ReadError> {
        let mut tags = Tags::default();
        for name in names {
            self.spend(name)?;
            tags.push(tag_of(name));
        }
        Ok(tags.in_order)
    }

    /// Even a tag that comes to nothing takes time.
    fn spend(&mut self, tag: &str) -> Result<(), ReadError> {
        let size = if tag.is_empty() { 1 } else { TAG_BYTES + tag.len() };
        self.spent = self.spent.saturating_add(u64::try_from(size).unwrap_or(u64::MAX));
        at_most(self.format, "bytes of tags", self.spent, MAX_FILE_BYTES)?;
        Ok(())
    }
}

/// Tags, each once.
#[derive(Default)]
struct Tags {
    in_order: Vec<String>,
    seen: BTreeSet<String>,
}

impl Tags {
    fn push(&mut self, tag: String) {
        if !tag.is_empty() && self.seen.insert(tag.clone()) {
            self.in_order.push(tag);
        }
    }
}

/// A tag the way a person would type it: without `#` before it.
fn tag_of(text: &str) -> String {
    line(text).trim_start_matches('#').trim().to_owned()
}

/// Without control characters, which could steer a terminal.
fn line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    plain.trim().to_owned()
}

/// The same with its line breaks.
fn paragraph(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
        .collect();
    plain.trim().to_owned()
}
