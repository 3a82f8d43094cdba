//! Adding: what was previewed is compared with what is here, then stored.

use crate::account::{Account, AccountId, NewAccount, Standing};
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
use crate::store::item::Item;
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
        let found = preview
            .rows
            .iter()
            .zip(0u32..)
            .enumerate()
            .map(|(place, (row, number))| match &row.read {
                Ok(parsed) => {
                    let finding = judge(&state, &preview.rows[..place], &parsed.account.seed);
                    found_view(row, number, finding, parsed, now)
                }
                Err(unreadable) => unreadable_view(row, number, unreadable),
            });
        Ok(PreviewView {
            found: found.collect(),
            warnings: warning_views(&preview.warnings()),
        })
    }

    /// Stores the chosen rows of a preview: for each its item, then the list once. A row whose seed is here already
    /// changes nothing. When writing the list fails, the items that were written are taken back.
    pub fn keep(&self, preview: &Preview, rows: &[u32], tags: &[String]) -> Result<Vec<AddedView>, Error> {
        let now = self.now()?;
        let tags = clean_tags(tags)?;
        self.change(|change| {
            self.load_all_seeds(change.state)?;
            let mut outcomes = Vec::with_capacity(preview.rows.len());
            for (row, number) in preview.rows.iter().zip(0u32..) {
                outcomes.push(match &row.read {
                    Ok(parsed) if rows.contains(&number) => change.keep_one(parsed, &tags, now)?,
                    Ok(parsed) => added_view(parsed, None, AddOutcome::Skipped, "not chosen".to_owned()),
                    Err(unreadable) => skipped_view(unreadable),
                });
            }
            Ok(outcomes)
        })
    }
}

impl Authenticator {
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
            change.keep_one(&parsed, &[], now)
        })
    }
}

impl Change<'_> {
    fn keep_one(&mut self, parsed: &Parsed, tags: &[String], now: UnixTime) -> Result<AddedView, Error> {
        if let Some(account) = same_seed(&self.index, self.state, &parsed.account.seed) {
            let place = if account.trashed.is_some() {
                "in the trash"
            } else {
                "here"
            };
            let reason = format!("already {place} with the same secret, as {}", account.label);
            return Ok(added_view(
                parsed,
                Some(account.id.clone()),
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
        if self.pending.is_none() {
            self.begin(&PendingOperation::Add)?;
        }
        let Standing {
            added,
            pinned,
            last_used,
            used_step,
            trashed,
        } = parsed.standing;
        let item = Item {
            account,
            added: added.unwrap_or(now),
        };
        self.write_item(&id, &item, None)?;
        self.index.accounts.push(Account {
            pinned,
            last_used,
            used_step,
            trashed,
            ..row(id.clone(), &item)
        });
        self.state.seeds.insert(id.clone(), item.account.seed);
        Ok(added_view(parsed, Some(id), AddOutcome::Added, String::new()))
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

fn same_seed<'a>(index: &'a Index, state: &State, seed: &Seed) -> Option<&'a Account> {
    index.accounts.iter().find(|account| {
        state
            .seeds
            .get(&account.id)
            .is_some_and(|known| known.is_same(seed))
    })
}

fn judge(state: &State, earlier: &[Row], seed: &Seed) -> Finding {
    if let Some(account) = same_seed(&state.index, state, seed) {
        return Finding::AlreadyHere {
            id: account.id.clone(),
            label: account.label.to_string(),
        };
    }
    let repeated = earlier
        .iter()
        .filter_map(|row| row.read.as_ref().ok())
        .any(|parsed| parsed.account.seed.is_same(seed));
    if repeated {
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
