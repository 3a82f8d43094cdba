//! What is said of the rows of a backup.

use crate::account::Account;
use crate::authenticator::backup_view::{RestoreFinding, RestoreRow};
use crate::authenticator::backup_words::{DamagedEntryView, RestoreDifference};
use crate::authenticator::place;
use crate::authenticator::show::{counter_step, kind_of};
use crate::backup::document::{Document, Entry};
use crate::otp::params::OtpParams;
use crate::otp::{code_at_step, totp};
use crate::time::UnixTime;

/// What differs between the account here and the one in the backup.
pub(super) fn differences(account: &Account, entry: &Entry) -> Vec<RestoreDifference> {
    let there = &entry.parsed.account;
    let standing = &entry.parsed.standing;
    let mut found = vec![];
    if account.label != there.label {
        found.push(RestoreDifference::Name {
            there: there.label.to_string(),
        });
    }
    match (account.params, there.params) {
        (OtpParams::Hotp { counter: here, .. }, OtpParams::Hotp { counter, .. }) if counter > here => {
            found.push(RestoreDifference::Counter { there: counter, here });
        }
        (
            OtpParams::Hotp {
                algorithm, digits, ..
            },
            OtpParams::Hotp {
                algorithm: a,
                digits: d,
                ..
            },
        ) if (algorithm, digits) == (a, d) => {}
        (here, backup) if here != backup => found.push(RestoreDifference::Codes),
        _ => {}
    }
    if account.tags != there.tags {
        found.push(RestoreDifference::Tags);
    }
    if account.note != there.note {
        found.push(RestoreDifference::Note);
    }
    if account.pinned != standing.pinned {
        found.push(if standing.pinned {
            RestoreDifference::PinnedThere
        } else {
            RestoreDifference::PinnedHere
        });
    }
    if account.aws.as_ref().map(|aws| &aws.serial) != there.aws.as_ref().map(|aws| &aws.serial) {
        found.push(RestoreDifference::Serial);
    }
    match (account.trashed, standing.trashed) {
        (Some(_), None) => found.push(RestoreDifference::TrashedHere),
        (None, Some(_)) => found.push(RestoreDifference::TrashedThere),
        _ => {}
    }
    found
}

/// A row as it is shown, with the code that its secret gives.
pub(super) fn row_view(
    entry: &Entry,
    number: u32,
    chosen: bool,
    finding: RestoreFinding,
    now: UnixTime,
) -> RestoreRow {
    let account = &entry.parsed.account;
    let code = match totp::code_at(&account.params, &account.seed, now) {
        Some(timed) => timed.code,
        None => code_at_step(&account.params, &account.seed, counter_step(&account.params)),
    };
    RestoreRow {
        row: number,
        issuer: account.label.issuer.clone(),
        name: account.label.name.clone(),
        kind: kind_of(&account.params),
        aws: place::of(&account.label, account.aws.as_ref()),
        code: code.as_str().to_owned(),
        finding,
        chosen,
    }
}

/// The rows that cannot be read, each with its reason.
pub(super) fn damaged(document: &Document) -> Vec<DamagedEntryView> {
    let rows = document.damaged.iter();
    rows.map(|row| DamagedEntryView {
        place: u32::try_from(row.place).unwrap_or(u32::MAX),
        reason: row.reason.clone(),
    })
    .collect()
}
