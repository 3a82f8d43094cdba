//! What is said of the rows of a backup.

use crate::account::Account;
use crate::authenticator::backup_view::{RestoreFinding, RestoreRow};
use crate::authenticator::place;
use crate::authenticator::show::{counter_step, kind_of};
use crate::backup::document::{Document, Entry};
use crate::otp::params::OtpParams;
use crate::otp::{code_at_step, totp};
use crate::time::UnixTime;

/// What differs between the account here and the one in the backup, in words.
pub(super) fn differences(account: &Account, entry: &Entry) -> Vec<String> {
    let there = &entry.parsed.account;
    let standing = &entry.parsed.standing;
    let mut found = vec![];
    if account.label != there.label {
        found.push(format!("the name is {} in the backup", there.label));
    }
    match (account.params, there.params) {
        (OtpParams::Hotp { counter: here, .. }, OtpParams::Hotp { counter, .. }) if counter > here => {
            found.push(format!("the counter is {counter} in the backup and {here} here"));
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
        (here, backup) if here != backup => found.push("its codes are made differently".to_owned()),
        _ => {}
    }
    if account.tags != there.tags {
        found.push("other tags".to_owned());
    }
    if account.note != there.note {
        found.push("another note".to_owned());
    }
    if account.pinned != standing.pinned {
        found.push(
            if standing.pinned {
                "pinned in the backup"
            } else {
                "not pinned in the backup"
            }
            .to_owned(),
        );
    }
    if account.aws.as_ref().map(|aws| &aws.serial) != there.aws.as_ref().map(|aws| &aws.serial) {
        found.push("another serial number in AWS".to_owned());
    }
    match (account.trashed, standing.trashed) {
        (Some(_), None) => found.push("in the trash here".to_owned()),
        (None, Some(_)) => found.push("in the trash in the backup".to_owned()),
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
pub(super) fn damaged(document: &Document) -> Vec<String> {
    let rows = document.damaged.iter();
    rows.map(|row| format!("account {}: {}", row.place, row.reason))
        .collect()
}
