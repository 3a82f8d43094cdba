//! How a backup compares with what is here, and what taking it over writes.

use std::collections::{HashMap, HashSet};

use crate::account::{Account, AccountId, AwsBinding};
use crate::authenticator::add::row_standing;
use crate::authenticator::backup::entry as entry_of;
use crate::authenticator::backup_view::{
    RestoreFinding, RestoreMode, RestoreOutcome, RestoreRow, RestoredRow,
};
use crate::authenticator::known::KnownSeeds;
use crate::authenticator::show::{counter_step, kind_of};
use crate::authenticator::{State, place};
use crate::backup::document::{Document, Entry};
use crate::error::Error;
use crate::otp::params::OtpParams;
use crate::otp::{code_at_step, totp};
use crate::store::item::{Item, ItemText};
use crate::time::UnixTime;

/// What is here, ready to be compared with.
pub(super) struct Here<'a> {
    accounts: HashMap<&'a AccountId, &'a Account>,
    labels: HashMap<String, &'a Account>,
    known: KnownSeeds,
}

impl<'a> Here<'a> {
    pub(super) fn of(state: &'a State) -> Result<Self, Error> {
        let accounts = state.index.accounts.iter();
        let live = accounts.clone().filter(|account| account.trashed.is_none());
        Ok(Self {
            accounts: accounts.map(|account| (&account.id, account)).collect(),
            labels: live.map(|account| (account.label.to_string(), account)).collect(),
            known: KnownSeeds::of(state)?,
        })
    }

    /// The account here that has the same secret.
    fn same_seed(&self, entry: &Entry) -> Option<&'a Account> {
        let id = self.known.find(&entry.parsed.account.seed)?;
        self.accounts.get(id).copied()
    }

    pub(super) fn judge(&self, entry: &Entry) -> RestoreFinding {
        if let Some(account) = self.same_seed(entry) {
            let differences = differences(account, entry);
            let id = account.id.clone();
            return if differences.is_empty() {
                RestoreFinding::Same { id }
            } else {
                RestoreFinding::Changed { id, differences }
            };
        }
        let label = &entry.parsed.account.label;
        let by_id = entry.id.as_ref().and_then(|id| self.accounts.get(id)).copied();
        if let Some(account) = by_id {
            return RestoreFinding::Conflicting {
                id: account.id.clone(),
                reason: "The backup holds another secret for it, from before it was set up anew.".to_owned(),
            };
        }
        match self.labels.get(&label.to_string()) {
            Some(account) if !label.to_string().is_empty() => RestoreFinding::Conflicting {
                id: account.id.clone(),
                reason: "An account of this name is here with another secret.".to_owned(),
            },
            _ => RestoreFinding::New {
                trashed: entry.parsed.standing.trashed.is_some(),
            },
        }
    }

    /// What a merge takes by itself: what is not here, and what is only in the trash here.
    pub(super) fn is_default(&self, entry: &Entry, finding: &RestoreFinding) -> bool {
        match finding {
            RestoreFinding::New { .. } => true,
            RestoreFinding::Changed { id, .. } => {
                let trashed_here = self
                    .accounts
                    .get(id)
                    .is_some_and(|account| account.trashed.is_some());
                trashed_here && entry.parsed.standing.trashed.is_none()
            }
            RestoreFinding::Same { .. } | RestoreFinding::Conflicting { .. } => false,
        }
    }
}

/// What is to be written, and what is said of it.
pub(super) struct Plan {
    pub(super) items: Vec<(AccountId, Item, Option<ItemText>)>,
    pub(super) accounts: Vec<Account>,
    pub(super) outcomes: Vec<RestoredRow>,
    pub(super) trashed: Vec<String>,
}

pub(super) fn plan(
    state: &State,
    document: &Document,
    mode: RestoreMode,
    rows: Option<&[u32]>,
    now: UnixTime,
) -> Result<Plan, Error> {
    let here = Here::of(state)?;
    let chosen: Option<HashSet<u32>> = rows.map(|rows| rows.iter().copied().collect());
    let mut repeats = here.known.repeats();
    let mut taken: Vec<Account> = vec![];
    let mut ids: HashSet<AccountId> = here.accounts.keys().map(|id| (*id).clone()).collect();
    let mut items = vec![];
    let mut outcomes = vec![];
    for (entry, number) in document.entries.iter().zip(0u32..) {
        let finding = here.judge(entry);
        let wanted = match (mode, &chosen) {
            (RestoreMode::Replace, _) => true,
            (RestoreMode::Merge, Some(chosen)) => chosen.contains(&number),
            (RestoreMode::Merge, None) => here.is_default(entry, &finding),
        };
        let repeated = repeats.is_repeated(&entry.parsed.account.seed);
        let (outcome, account, reason) = match finding {
            _ if repeated => (
                RestoreOutcome::Skipped,
                None,
                "the same secret stands further up in the backup",
            ),
            RestoreFinding::Same { id } => {
                (RestoreOutcome::Same, here.accounts.get(&id).copied().cloned(), "")
            }
            _ if !wanted => (RestoreOutcome::Skipped, None, "not chosen"),
            RestoreFinding::Changed { id, .. } => {
                let Some(account) = here.accounts.get(&id) else {
                    continue;
                };
                let (item, row) = changed(account, entry, state)?;
                let before = Item {
                    account: entry_of(state, account)?.parsed.account,
                    added: account.added,
                };
                items.push((id, item, Some(before.to_text())));
                (RestoreOutcome::Changed, Some(row), "")
            }
            RestoreFinding::New { .. } | RestoreFinding::Conflicting { .. } => {
                let id = match entry.id.clone().filter(|id| !ids.contains(id)) {
                    Some(id) => id,
                    None => AccountId::random()?,
                };
                ids.insert(id.clone());
                let (item, row) = new(id.clone(), entry, document.created, now);
                items.push((id, item, None));
                (RestoreOutcome::Added, Some(row), "")
            }
        };
        outcomes.push(RestoredRow {
            id: account.as_ref().map(|account| account.id.clone()),
            issuer: entry.parsed.account.label.issuer.clone(),
            name: entry.parsed.account.label.name.clone(),
            outcome,
            reason: reason.to_owned(),
        });
        taken.extend(account);
    }
    outcomes.extend(damaged(document).into_iter().map(|reason| RestoredRow {
        id: None,
        issuer: None,
        name: String::new(),
        outcome: RestoreOutcome::Damaged,
        reason,
    }));
    let (accounts, trashed) = arrange(&state.index.accounts, taken, mode, now);
    Ok(Plan {
        items,
        accounts,
        outcomes,
        trashed,
    })
}

/// The list afterwards. A merge keeps the order here and puts what is new behind it; a replacement takes the order of the
/// backup, and what only was here follows in the trash.
fn arrange(
    here: &[Account],
    taken: Vec<Account>,
    mode: RestoreMode,
    now: UnixTime,
) -> (Vec<Account>, Vec<String>) {
    let mut trashed = vec![];
    match mode {
        RestoreMode::Merge => {
            let mut accounts = here.to_vec();
            let mut places: HashMap<AccountId, usize> = accounts
                .iter()
                .enumerate()
                .map(|(place, account)| (account.id.clone(), place))
                .collect();
            for account in taken {
                if let Some(place) = places.get(&account.id) {
                    accounts[*place] = account;
                } else {
                    places.insert(account.id.clone(), accounts.len());
                    accounts.push(account);
                }
            }
            (accounts, trashed)
        }
        RestoreMode::Replace => {
            let ids: HashSet<AccountId> = taken.iter().map(|account| account.id.clone()).collect();
            let mut accounts = taken;
            for account in here.iter().filter(|account| !ids.contains(&account.id)) {
                let mut account = account.clone();
                if account.trashed.is_none() {
                    trashed.push(account.label.to_string());
                    account.trashed = Some(now);
                }
                accounts.push(account);
            }
            (accounts, trashed)
        }
    }
}

/// The account as it is in the backup, under the id it has here. A counter never goes back (RFC 4226 §7.2), and codes that
/// were used stay used.
fn changed(account: &Account, entry: &Entry, state: &State) -> Result<(Item, Account), Error> {
    let mut item = Item {
        account: entry.parsed.account.clone(),
        added: account.added,
    };
    item.account.seed = state.seed(&account.id)?.clone();
    if let (OtpParams::Hotp { counter, .. }, OtpParams::Hotp { counter: here, .. }) =
        (&mut item.account.params, account.params)
    {
        *counter = (*counter).max(here);
    }
    let mut row = row_standing(account.id.clone(), &item, &entry.parsed.standing);
    row.last_used = row.last_used.max(account.last_used);
    row.used_step = row.used_step.max(account.used_step);
    Ok((item, row))
}

/// An account that was not here. Whether AWS still knows its device as it was then is an open question.
fn new(id: AccountId, entry: &Entry, created: UnixTime, now: UnixTime) -> (Item, Account) {
    let mut account = entry.parsed.account.clone();
    if let Some(AwsBinding { unchecked_since, .. }) = &mut account.aws {
        unchecked_since.get_or_insert(created);
    }
    let item = Item {
        account,
        added: entry.parsed.standing.added.unwrap_or(now),
    };
    let row = row_standing(id, &item, &entry.parsed.standing);
    (item, row)
}

/// What differs between the account here and the one in the backup, in words.
fn differences(account: &Account, entry: &Entry) -> Vec<String> {
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

pub(super) fn damaged(document: &Document) -> Vec<String> {
    let rows = document.damaged.iter();
    rows.map(|row| format!("account {}: {}", row.place, row.reason))
        .collect()
}
