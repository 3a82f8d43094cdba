//! The only types a shell may show. None of them can hold a seed.

use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::otp::params::Algorithm;

/// The kind of one-time password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum OtpKind {
    /// RFC 6238.
    Totp,
    /// RFC 4226.
    Hotp,
    /// Steam Guard.
    Steam,
}

/// Where in AWS a code is for, as far as the label or the serial number says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AwsPlace {
    /// The account's alias, or its twelve-digit id.
    pub account: String,
    /// The IAM user; nothing for root.
    pub user: Option<String>,
    /// Whether this is the account's root user.
    pub root: bool,
}

/// One account as a person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, specta::Type)]
pub struct AccountView {
    /// Its identity.
    pub id: AccountId,
    /// Who asks for the code.
    pub issuer: Option<String>,
    /// Whom the code is for; may be empty.
    pub name: String,
    /// Kind of one-time password.
    #[serde(rename = "type")]
    pub kind: OtpKind,
    /// The hash under HMAC.
    pub algorithm: Algorithm,
    /// How many characters a code has.
    pub digits: u8,
    /// Seconds between codes; nothing for HOTP.
    pub period: Option<u32>,
    /// The next counter; only for HOTP.
    pub counter: Option<u64>,
    /// Tags, without `#`.
    pub tags: Vec<String>,
    /// What the person noted.
    pub note: String,
    /// Pinned accounts stand first.
    pub pinned: bool,
    /// The serial number of the AWS device this is, when known.
    pub serial: Option<String>,
    /// Where in AWS it belongs, when it belongs there.
    pub aws: Option<AwsPlace>,
    /// The moment of the backup it was restored from, until AWS has been asked whether its device is still the one it was
    /// then; in seconds since the Unix epoch.
    pub unchecked_since: Option<u64>,
    /// Whether it is a device of the practice account, with which it ends.
    pub practice: bool,
    /// When it was added, in seconds since the Unix epoch.
    pub added: u64,
    /// When a code was last copied or used, in seconds since the Unix epoch.
    pub last_used: Option<u64>,
    /// When it was moved to the trash, in seconds since the Unix epoch.
    pub trashed: Option<u64>,
}

/// An account that is set aside because it cannot be read at the moment. Nothing was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct QuarantinedView {
    /// Its identity, when that much could be read.
    pub id: Option<AccountId>,
    /// What it is called, when that much could be read; else empty.
    pub label: String,
    /// Why it is set aside: a stable code in kebab-case.
    pub code: String,
    /// The same in words.
    pub reason: String,
}

/// All accounts of a store, in the person's own order, pinned ones first.
#[derive(Clone, Debug, PartialEq, Serialize, specta::Type)]
pub struct AccountsView {
    /// The accounts that can be used.
    pub accounts: Vec<AccountView>,
    /// The accounts that are set aside.
    pub quarantined: Vec<QuarantinedView>,
}

/// The code of one account at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CodeView {
    /// Whose code this is.
    pub id: AccountId,
    /// The code, as characters.
    pub code: String,
    /// The code after it; nothing for HOTP.
    pub next: Option<String>,
    /// Seconds left; nothing for HOTP.
    pub remaining: Option<u32>,
    /// The time step, or the counter.
    pub time_step: u64,
    /// The first second in which the code no longer holds, since the Unix epoch; nothing for HOTP.
    pub valid_until: Option<u64>,
    /// Whether this code was already copied or used, so that the next one is the one to take.
    pub used: bool,
}

/// Two successive codes, for Enable and Resync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CodePairView {
    /// Whose codes these are.
    pub id: AccountId,
    /// The code of the present time step.
    pub first: String,
    /// The code after it.
    pub second: String,
    /// The moment until which the pair should be submitted, in seconds since the Unix epoch.
    pub submit_before: u64,
}

/// Why a code that was found can or cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Finding {
    /// It can be kept.
    Keepable,
    /// An account with the same seed is already here.
    AlreadyHere {
        /// That account.
        id: AccountId,
        /// What it is called.
        label: String,
    },
    /// The same seed stands further up in this preview.
    Repeated,
    /// It cannot be kept.
    Unreadable {
        /// Stable, kebab-case.
        code: String,
        /// What is so.
        message: String,
        /// What to do next; may be empty.
        remedy: String,
    },
}

/// One thing that was found in what a person handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FoundView {
    /// Its number in this preview.
    pub row: u32,
    /// Where it was found, such as `payroll.png`.
    pub source: String,
    /// Who asks for the code.
    pub issuer: Option<String>,
    /// Whom the code is for; may be empty.
    pub name: String,
    /// Kind of one-time password; nothing when unreadable.
    #[serde(rename = "type")]
    pub kind: Option<OtpKind>,
    /// The hash under HMAC; nothing when unreadable.
    pub algorithm: Option<Algorithm>,
    /// How many characters a code has; nothing when unreadable.
    pub digits: Option<u8>,
    /// Seconds between codes, when it has a period.
    pub period: Option<u32>,
    /// Where in AWS it belongs, when it belongs there.
    pub aws: Option<AwsPlace>,
    /// The code at the moment of asking; nothing when unreadable.
    pub code: Option<String>,
    /// The first second in which the code no longer holds; nothing for HOTP or when unreadable.
    pub valid_until: Option<u64>,
    /// What a person should know before keeping it.
    pub warnings: Vec<WarningView>,
    /// Whether it can be kept.
    pub finding: Finding,
}

/// A warning with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct WarningView {
    /// Which one.
    pub name: String,
    /// Its words.
    pub message: String,
}

/// Everything found so far in one round of adding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct PreviewView {
    /// What was found, in the order in which it was handed over.
    pub found: Vec<FoundView>,
    /// What is odd about the whole, such as a QR code of an export that is still missing.
    pub warnings: Vec<WarningView>,
}

/// What became of one row that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum AddOutcome {
    /// It is stored.
    Added,
    /// An account with the same seed was here already; nothing changed.
    Duplicate,
    /// It was not chosen, or could not be read.
    Skipped,
}

/// One row after adding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AddedView {
    /// The new account, or the one that was here already.
    pub id: Option<AccountId>,
    /// Who asks for the code.
    pub issuer: Option<String>,
    /// Whom the code is for.
    pub name: String,
    /// What became of it.
    pub outcome: AddOutcome,
    /// Why it was skipped or failed; empty otherwise.
    pub reason: String,
    /// What a person should know about it.
    pub warnings: Vec<WarningView>,
}

/// Something the authenticator did or noticed by itself and says once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct NoticeView {
    /// Stable, kebab-case.
    pub code: String,
    /// What is so, and what was not lost: English, and whole.
    pub message: String,
    /// The names in it, for words in another language.
    pub values: Vec<String>,
    /// What it comes from, when it comes from an error.
    pub cause: Option<CauseView>,
}

/// An error behind something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CauseView {
    /// Stable, kebab-case; empty for one without a code, such as the system's.
    pub code: String,
    /// What is so.
    pub message: String,
}

/// What a person changes on an account; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct AccountEdit {
    /// The new issuer; empty for none.
    pub issuer: Option<String>,
    /// The new name.
    pub name: Option<String>,
    /// The new tags, all of them.
    pub tags: Option<Vec<String>>,
    /// The new note.
    pub note: Option<String>,
    /// Whether it is pinned.
    pub pinned: Option<bool>,
}

/// One thing that `doctor` looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CheckView {
    /// What was looked at.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What is so.
    pub detail: String,
    /// What to do about it; may be empty.
    pub remedy: String,
}

impl CheckView {
    /// Something that is as it should be.
    pub fn good(name: &str, detail: String) -> Self {
        Self {
            name: name.to_owned(),
            ok: true,
            detail,
            remedy: String::new(),
        }
    }

    /// Something that is not, and what to do about it.
    pub fn bad(name: &str, detail: String, remedy: &str) -> Self {
        Self {
            name: name.to_owned(),
            ok: false,
            detail,
            remedy: remedy.to_owned(),
        }
    }
}
