//! Adding: what was previewed is compared with what is here, then stored.

use std::collections::HashSet;

use crate::account::{Account, AccountId, NewAccount, Standing};
use crate::authenticator::known::{KnownSeeds, Repeats};
use crate::authenticator::preview::{Preview, Row, Unreadable};
use crate::authenticator::rules::clean_tags;
use crate::authenticator::show::{counter_step, kind_of};
use crate::authenticator::view::{AddOutcome, AddedView, Finding, FoundView, PreviewView, WarningView};
use crate::authenticator::{Authenticator, Change, State, place};
use crate::error::Error;
use crate::otp::params::Period;
use crate::otp::{code_at_step, totp};
use crate::otpauth::{Parsed, Warning};
use crate::seed::Seed;
use crate::store::index::Index;
use crate::store::item::{Item, ItemText};
use crate::store::lock::PendingOperation;
use crate::time::UnixTime;

impl Authenticator {
    /// What was handed over, compared with the accounts that are here, with the codes of this moment.
    pub fn view(&self, preview: &Preview) -> Result<PreviewView, Error> {
        let now = self.now()?;
        let mut state = self.state();
        if preview.rows.iter().any(|row| row.read.is_ok()) {
            self.load_all_seeds(&mut state)?;
        }
        let known = KnownSeeds::of(&state)?;
        let mut repeats = known.repeats();
        let found = preview
            .rows
            .iter()
            .zip(0u32..)
            .map(|(row, number)| match &row.read {
                Ok(parsed) => {
                    let finding = judge(&state, &known, &mut repeats, &parsed.account.seed);
                    found_view(row, number, finding, parsed, now)
                }
                Err(unreadable) => unreadable_view(row, number, unreadable),
            });
        Ok(PreviewView {
            found: found.collect(),
            warnings: warning_views(&preview.warnings()),
        })
    }

    /// Stores the chosen rows of a preview: their items, then the list once. A row whose seed is here already changes
    /// nothing. When anything cannot be written, nothing is.
    pub fn keep(&self, preview: &Preview, rows: &[u32], tags: &[String]) -> Result<Vec<AddedView>, Error> {
        let now = self.now()?;
        let tags = clean_tags(tags)?;
        let chosen: HashSet<u32> = rows.iter().copied().collect();
        self.change(|change| {
            self.load_all_seeds(change.state)?;
            let mut adding = Adding::new(change.state, now)?;
            let mut outcomes = Vec::with_capacity(preview.rows.len());
            for (row, number) in preview.rows.iter().zip(0u32..) {
                outcomes.push(match &row.read {
                    Ok(parsed) if chosen.contains(&number) => adding.take(&change.index, parsed, &tags)?,
                    Ok(parsed) => added_view(parsed, None, AddOutcome::Skipped, "not chosen".to_owned()),
                    Err(unreadable) => skipped_view(unreadable),
                });
            }
            change.write_added(adding)?;
            Ok(outcomes)
        })
        .inspect(|outcomes| self.note_added(outcomes))
    }

    /// Stores one account: its item, then the list. One with the same seed that is here already changes nothing.
    pub fn add(&self, account: NewAccount) -> Result<AddedView, Error> {
        let now = self.now()?;
        let parsed = Parsed {
            account,
            standing: Standing::default(),
            warnings: vec![],
        };
        self.change(|change| {
            self.load_all_seeds(change.state)?;
            let mut adding = Adding::new(change.state, now)?;
            let outcome = adding.take(&change.index, &parsed, &[])?;
            change.write_added(adding)?;
            Ok(outcome)
        })
        .inspect(|outcome| self.note_added(std::slice::from_ref(outcome)))
    }
}

/// Accounts that are about to be stored, in one go.
struct Adding {
    known: KnownSeeds,
    now: UnixTime,
    items: Vec<(AccountId, Item, Option<ItemText>)>,
    rows: Vec<Account>,
}

impl Adding {
    fn new(state: &State, now: UnixTime) -> Result<Self, Error> {
        Ok(Self {
            known: KnownSeeds::of(state)?,
            now,
            items: vec![],
            rows: vec![],
        })
    }

    /// Takes one account, unless its seed is here or was taken before.
    fn take(&mut self, index: &Index, parsed: &Parsed, tags: &[String]) -> Result<AddedView, Error> {
        let seed = &parsed.account.seed;
        if let Some(id) = self.known.find(seed) {
            let accounts = index.accounts.iter().chain(&self.rows);
            let account = accounts.into_iter().find(|account| account.id == *id);
            let place = match account {
                Some(account) if account.trashed.is_some() => "in the trash",
                _ => "here",
            };
            let label = account
                .map(|account| account.label.to_string())
                .unwrap_or_default();
            let reason = format!("already {place} with the same secret, as {label}");
            return Ok(added_view(
                parsed,
                Some(id.clone()),
                AddOutcome::Duplicate,
                reason,
            ));
        }
        let id = AccountId::random()?;
        let mut account = parsed.account.clone();
        for tag in tags {
            if !account.tags.contains(tag) {
                account.tags.push(tag.clone());
            }
        }
        self.known.learn(id.clone(), seed);
        let item = Item {
            account,
            added: parsed.standing.added.unwrap_or(self.now),
        };
        self.rows.push(row_standing(id.clone(), &item, &parsed.standing));
        self.items.push((id.clone(), item, None));
        Ok(added_view(parsed, Some(id), AddOutcome::Added, String::new()))
    }
}

impl Change<'_> {
    fn write_added(&mut self, adding: Adding) -> Result<(), Error> {
        if adding.items.is_empty() {
            return Ok(());
        }
        self.begin(&PendingOperation::Add)?;
        self.write_items(&adding.items)?;
        self.index.accounts.extend(adding.rows);
        for (id, item, _) in adding.items {
            self.state.seeds.insert(id, item.account.seed);
        }
        Ok(())
    }
}

/// The index row of an item, and how it stood where it comes from.
pub(super) fn row_standing(id: AccountId, item: &Item, standing: &Standing) -> Account {
    Account {
        pinned: standing.pinned,
        last_used: standing.last_used,
        used_step: standing.used_step,
        trashed: standing.trashed,
        ..row(id, item)
    }
}

/// The index row of an item.
pub(super) fn row(id: AccountId, item: &Item) -> Account {
    let NewAccount {
        label,
        params,
        tags,
        note,
        aws,
        ..
    } = item.account.clone();
    Account {
        id,
        label,
        params,
        tags,
        note,
        aws,
        added: item.added,
        pinned: false,
        last_used: None,
        used_step: None,
        trashed: None,
    }
}

fn judge(state: &State, known: &KnownSeeds, repeats: &mut Repeats, seed: &Seed) -> Finding {
    if let Some(id) = known.find(seed) {
        let label = state.account(id).map(|account| account.label.to_string());
        return Finding::AlreadyHere {
            id: id.clone(),
            label: label.unwrap_or_default(),
        };
    }
    if repeats.is_repeated(seed) {
        Finding::Repeated
    } else {
        Finding::Keepable
    }
}

fn found_view(row: &Row, number: u32, finding: Finding, parsed: &Parsed, now: UnixTime) -> FoundView {
    let NewAccount {
        label,
        params,
        seed,
        aws,
        ..
    } = &parsed.account;
    let timed = totp::code_at(params, seed, now);
    let code = match &timed {
        Some(timed) => timed.code.as_str().to_owned(),
        None => code_at_step(params, seed, counter_step(params))
            .as_str()
            .to_owned(),
    };
    FoundView {
        row: number,
        source: row.source.clone(),
        issuer: label.issuer.clone(),
        name: label.name.clone(),
        kind: Some(kind_of(params)),
        algorithm: Some(params.algorithm()),
        digits: Some(params.digits()),
        period: params.period().map(Period::seconds),
        aws: place::of(label, aws.as_ref()),
        code: Some(code),
        valid_until: timed.map(|timed| timed.valid_until.seconds()),
        warnings: warning_views(&parsed.warnings),
        finding,
    }
}

fn unreadable_view(row: &Row, number: u32, unreadable: &Unreadable) -> FoundView {
    FoundView {
        row: number,
        source: row.source.clone(),
        issuer: unreadable.label.issuer.clone(),
        name: unreadable.label.name.clone(),
        kind: None,
        algorithm: None,
        digits: None,
        period: None,
        aws: None,
        code: None,
        valid_until: None,
        warnings: vec![],
        finding: Finding::Unreadable {
            code: unreadable.error.code().as_str().to_owned(),
            message: unreadable.error.to_string(),
            remedy: unreadable.error.remedy().to_owned(),
        },
    }
}

fn added_view(parsed: &Parsed, id: Option<AccountId>, outcome: AddOutcome, reason: String) -> AddedView {
    AddedView {
        id,
        issuer: parsed.account.label.issuer.clone(),
        name: parsed.account.label.name.clone(),
        outcome,
        reason,
        warnings: warning_views(&parsed.warnings),
    }
}

fn skipped_view(unreadable: &Unreadable) -> AddedView {
    AddedView {
        id: None,
        issuer: unreadable.label.issuer.clone(),
        name: unreadable.label.name.clone(),
        outcome: AddOutcome::Skipped,
        reason: unreadable.error.to_string(),
        warnings: vec![],
    }
}

fn warning_views(warnings: &[Warning]) -> Vec<WarningView> {
    warnings
        .iter()
        .map(|warning| WarningView {
            name: warning.name().to_owned(),
            message: warning.message(),
        })
        .collect()
}
