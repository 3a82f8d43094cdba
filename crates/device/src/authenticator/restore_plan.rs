//! How a backup compares with what is here, and what taking it over writes.

use std::collections::{HashMap, HashSet};

use crate::account::{Account, AccountId, AwsBinding};
use crate::authenticator::State;
use crate::authenticator::add::row_standing;
use crate::authenticator::backup::entry as entry_of;
use crate::authenticator::backup_view::{RestoreFinding, RestoreMode, RestoreOutcome, RestoredRow};
use crate::authenticator::backup_words::RestoreConflict;
use crate::authenticator::known::{KnownSeeds, Repeats};
use crate::authenticator::restore_rows::{damaged, differences};
use crate::backup::document::{Document, Entry};
use crate::error::Error;
use crate::otp::params::OtpParams;
use crate::store::item::{Item, ItemText};
use crate::time::UnixTime;

/// What is here, ready to be compared with.
pub(super) struct Here<'a> {
    state: &'a State,
    accounts: HashMap<&'a AccountId, &'a Account>,
    labels: HashMap<String, &'a Account>,
    known: KnownSeeds,
}

impl<'a> Here<'a> {
    pub(super) fn of(state: &'a State) -> Result<Self, Error> {
        let accounts = state.index.accounts.iter();
        let live = accounts.clone().filter(|account| account.trashed.is_none());
        Ok(Self {
            state,
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
        let label = entry.parsed.account.label.to_string();
        let by_id = entry.id.as_ref().and_then(|id| self.accounts.get(id)).copied();
        let by_label = self.labels.get(&label).copied().filter(|_| !label.is_empty());
        let reason = if by_id.is_some() {
            RestoreConflict::SetUpAnew
        } else {
            RestoreConflict::SameName
        };
        match by_id.or(by_label) {
            Some(account) if !self.state.seeds.contains_key(&account.id) => RestoreFinding::Lost {
                id: account.id.clone(),
            },
            Some(account) => RestoreFinding::Conflicting {
                id: account.id.clone(),
                reason,
            },
            None => RestoreFinding::New {
                trashed: entry.parsed.standing.trashed.is_some(),
            },
        }
    }

    /// What a merge takes by itself: what is not here, what has no secret here, and what is only in the trash here.
    pub(super) fn is_default(&self, entry: &Entry, finding: &RestoreFinding) -> bool {
        match finding {
            RestoreFinding::New { .. } | RestoreFinding::Lost { .. } => true,
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

/// What a person asked for.
pub(super) struct Wish<'a> {
    pub(super) document: &'a Document,
    pub(super) mode: RestoreMode,
    /// The rows chosen; nothing for those a merge takes by itself.
    pub(super) rows: Option<&'a [u32]>,
    pub(super) now: UnixTime,
}

/// `stored` are the ids of all items in the store, those included that the list does not know.
pub(super) fn plan(state: &State, stored: &[AccountId], wish: &Wish<'_>) -> Result<Plan, Error> {
    let here = Here::of(state)?;
    let chosen: Option<HashSet<u32>> = wish.rows.map(|rows| rows.iter().copied().collect());
    let mut planning = Planning {
        repeats: here.known.repeats(),
        stored: stored.iter().collect(),
        ids: here.accounts.keys().copied().chain(stored).cloned().collect(),
        here,
        wish,
        items: vec![],
    };
    let mut taken: Vec<Account> = vec![];
    let mut outcomes = vec![];
    for (entry, number) in wish.document.entries.iter().zip(0u32..) {
        let finding = planning.here.judge(entry);
        let wanted = match (wish.mode, &chosen) {
            (RestoreMode::Replace, _) => true,
            (RestoreMode::Merge, Some(chosen)) => chosen.contains(&number),
            (RestoreMode::Merge, None) => planning.here.is_default(entry, &finding),
        };
        let (outcome, account, reason) = planning.take(entry, finding, wanted)?;
        outcomes.push(RestoredRow {
            id: account.as_ref().map(|account| account.id.clone()),
            issuer: entry.parsed.account.label.issuer.clone(),
            name: entry.parsed.account.label.name.clone(),
            outcome,
            reason: reason.to_owned(),
        });
        taken.extend(account);
    }
    outcomes.extend(damaged(wish.document).into_iter().map(|row| RestoredRow {
        id: None,
        issuer: None,
        name: String::new(),
        outcome: RestoreOutcome::Damaged,
        reason: row.to_string(),
    }));
    let (accounts, trashed) = arrange(&state.index.accounts, taken, wish.mode, wish.now);
    Ok(Plan {
        items: planning.items,
        accounts,
        outcomes,
        trashed,
    })
}

/// A plan that is being made, row after row.
struct Planning<'a> {
    here: Here<'a>,
    wish: &'a Wish<'a>,
    repeats: Repeats,
    stored: HashSet<&'a AccountId>,
    /// Those that a new account must not have.
    ids: HashSet<AccountId>,
    items: Vec<(AccountId, Item, Option<ItemText>)>,
}

impl Planning<'_> {
    /// What becomes of one row, the account it is here afterwards, and why not when it is not taken.
    fn take(
        &mut self,
        entry: &Entry,
        finding: RestoreFinding,
        wanted: bool,
    ) -> Result<(RestoreOutcome, Option<Account>, &'static str), Error> {
        let is_same = matches!(finding, RestoreFinding::Same { .. });
        if !wanted && !is_same {
            return Ok((RestoreOutcome::Skipped, None, "not chosen"));
        }
        // Only what is taken stands in the way of the same secret further down.
        if self.repeats.is_repeated(&entry.parsed.account.seed) {
            let reason = "the same secret stands further up in the backup";
            return Ok((RestoreOutcome::Skipped, None, reason));
        }
        let state = self.here.state;
        let (outcome, row) = match finding {
            RestoreFinding::Same { id } => (RestoreOutcome::Same, state.account(&id)?.clone()),
            RestoreFinding::Changed { id, .. } => {
                let account = state.account(&id)?;
                let (item, row) = changed(account, entry, state, self.wish.document.created)?;
                let before = Item {
                    account: entry_of(state, account)?.parsed.account,
                    added: account.added,
                };
                self.items.push((id, item, Some(before.to_text())));
                (RestoreOutcome::Changed, row)
            }
            // An item that is there and cannot be read may be read one day: nothing is written over it.
            RestoreFinding::Lost { id } if entry.id.as_ref() == Some(&id) && !self.stored.contains(&id) => {
                let (item, row) = lost(state.account(&id)?, entry, self.wish);
                self.items.push((id, item, None));
                (RestoreOutcome::Changed, row)
            }
            RestoreFinding::New { .. } | RestoreFinding::Lost { .. } | RestoreFinding::Conflicting { .. } => {
                let id = match entry.id.clone().filter(|id| !self.ids.contains(id)) {
                    Some(id) => id,
                    None => AccountId::random()?,
                };
                self.ids.insert(id.clone());
                let (item, row) = new(id.clone(), entry, self.wish);
                self.items.push((id, item, None));
                (RestoreOutcome::Added, row)
            }
        };
        Ok((outcome, Some(row), ""))
    }
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

/// The account as it is in the backup, under the id it has here.
fn changed(
    account: &Account,
    entry: &Entry,
    state: &State,
    created: UnixTime,
) -> Result<(Item, Account), Error> {
    let mut item = Item {
        account: entry.parsed.account.clone(),
        added: account.added,
    };
    item.account.seed = state.seed(&account.id)?.clone();
    if let Some(there) = &mut item.account.aws {
        match &account.aws {
            // Nothing about its device comes from the backup.
            Some(here) if here.serial == there.serial && account.trashed.is_none() => {
                there.unchecked_since = here.unchecked_since;
                there.practice = here.practice;
            }
            _ => {
                there.unchecked_since.get_or_insert(created);
            }
        }
    }
    let row = keep_use(account, entry, &mut item);
    Ok((item, row))
}

/// An account that stands in the list here without its seed.
fn lost(account: &Account, entry: &Entry, wish: &Wish<'_>) -> (Item, Account) {
    let (mut item, _) = new(account.id.clone(), entry, wish);
    item.added = account.added;
    let row = keep_use(account, entry, &mut item);
    (item, row)
}

/// The row of an account that takes over what the backup says. A counter never goes back (RFC 4226 §7.2), and codes that
/// were used stay used.
fn keep_use(account: &Account, entry: &Entry, item: &mut Item) -> Account {
    if let (OtpParams::Hotp { counter, .. }, OtpParams::Hotp { counter: here, .. }) =
        (&mut item.account.params, account.params)
    {
        *counter = (*counter).max(here);
    }
    let mut row = row_standing(account.id.clone(), item, &entry.parsed.standing);
    row.last_used = row.last_used.max(account.last_used);
    row.used_step = row.used_step.max(account.used_step);
    row
}

/// An account that was not here. Whether AWS still knows its device as it was then is an open question.
fn new(id: AccountId, entry: &Entry, wish: &Wish<'_>) -> (Item, Account) {
    let mut account = entry.parsed.account.clone();
    if let Some(AwsBinding { unchecked_since, .. }) = &mut account.aws {
        unchecked_since.get_or_insert(wish.document.created);
    }
    let item = Item {
        account,
        added: entry.parsed.standing.added.unwrap_or(wish.now),
    };
    let row = row_standing(id, &item, &entry.parsed.standing);
    (item, row)
}
