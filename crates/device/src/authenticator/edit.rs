//! Changing: labels, tags, pins, order, use, the trash and the counter.

use crate::account::{Account, AccountId, AwsBinding};
use crate::activity::{Deed, Via};
use crate::authenticator::Authenticator;
use crate::authenticator::rules::{EditError, apply};
use crate::authenticator::show::{Which, code_view, counter_step, period_of, view};
use crate::authenticator::view::{AccountEdit, AccountView, CodeView};
use crate::error::Error;
use crate::otp::params::OtpParams;
use crate::otp::{Code, TimeStep, code_at_step, totp};
use crate::serial::SerialNumber;
use crate::store::item::{Item, ItemText};
use crate::store::lock::PendingOperation;
use crate::store::seeds::ItemKey;

impl Authenticator {
    /// Applies `edit`. Issuer, name, tags and note are also written into the account's item, first.
    pub fn edit(&self, id: &AccountId, edit: AccountEdit) -> Result<AccountView, Error> {
        let (shown, is_described) = self.change(|change| {
            let mut account = change.account(id)?.clone();
            let before = account.clone();
            apply(&mut account, edit)?;
            let described_by_item =
                |account: &Account| (account.label.clone(), account.tags.clone(), account.note.clone());
            let is_described = described_by_item(&account) != described_by_item(&before);
            if is_described {
                change.begin(&PendingOperation::Edit(id.clone()))?;
                let before = change.read_item(id)?;
                let mut item = before.clone();
                item.account.label.clone_from(&account.label);
                item.account.tags.clone_from(&account.tags);
                item.account.note.clone_from(&account.note);
                change.write_item(id, &item, Some(&before))?;
            }
            let shown = view(&account);
            *change.account(id)? = account;
            Ok((shown, is_described))
        })?;
        if is_described {
            self.note(Deed::Edited, Some(id));
        }
        Ok(shown)
    }

    /// Says which AWS device the account is. Written into the account's item first.
    pub fn bind(&self, id: &AccountId, serial: SerialNumber) -> Result<AccountView, Error> {
        self.change(|change| {
            let before = change.account(id)?.aws.as_ref();
            let practice = before.is_some_and(|before| before.practice && before.serial == serial);
            let binding = Some(AwsBinding {
                practice,
                ..AwsBinding::new(serial)
            });
            if change.account(id)?.aws != binding {
                change.begin(&PendingOperation::Edit(id.clone()))?;
                let before = change.read_item(id)?;
                let mut item = before.clone();
                item.account.aws.clone_from(&binding);
                change.write_item(id, &item, Some(&before))?;
                change.account(id)?.aws = binding;
            }
            Ok(view(change.account(id)?))
        })
    }

    /// Marks the code of `step`, and those before it, as used.
    pub fn mark_used(&self, id: &AccountId, step: TimeStep) -> Result<(), Error> {
        let now = self.now()?;
        self.change(|change| {
            let account = change.account(id)?;
            account.used_step = account.used_step.max(Some(step.0));
            account.last_used = Some(now);
            Ok(())
        })
    }

    /// Moves an account to the trash. Its seed stays in the store until [`Authenticator::purge`].
    pub fn remove(&self, id: &AccountId) -> Result<(), Error> {
        let now = self.now()?;
        self.change(|change| {
            let account = change.account(id)?;
            account.trashed.get_or_insert(now);
            Ok(())
        })?;
        self.note(Deed::Removed, Some(id));
        Ok(())
    }

    /// Takes an account out of the trash.
    pub fn restore(&self, id: &AccountId) -> Result<AccountView, Error> {
        self.change(|change| {
            let account = change.account(id)?;
            account.trashed = None;
            Ok(view(account))
        })
        .inspect(|_| self.note(Deed::Restored, Some(id)))
    }

    /// Deletes an account that is in the trash for good, with its seed.
    pub fn purge(&self, id: &AccountId) -> Result<(), Error> {
        self.change(|change| {
            let account = change.account(id)?;
            if account.trashed.is_none() {
                return Err(Error::NotInTrash(account.label.to_string()));
            }
            change.purge(id)
        })?;
        self.forget_purged(id);
        Ok(())
    }

    /// Deletes the devices of the practice account for good, in use or in the trash, once that account has ended. An account
    /// goes only where both the list and its item say that it was made there; one whose item cannot be read keeps no other
    /// from going. How many went.
    pub fn purge_practice(&self) -> Result<usize, Error> {
        let is_marked = |aws: Option<&AwsBinding>| aws.is_some_and(|aws| aws.practice);
        let marked: Vec<AccountId> = {
            let state = self.state();
            let accounts = state.index.accounts.iter();
            let accounts = accounts.filter(|account| is_marked(account.aws.as_ref()));
            accounts.map(|account| account.id.clone()).collect()
        };
        if marked.is_empty() {
            return Ok(0);
        }
        let keys: Vec<ItemKey> = marked.iter().cloned().map(ItemKey::Account).collect();
        let items = self.store.read_many(&keys)?;
        let says_so =
            |text: &ItemText| Item::from_text(text).is_ok_and(|item| is_marked(item.account.aws.as_ref()));
        let marked = marked
            .into_iter()
            .zip(items)
            .filter_map(|(id, item)| item.is_ok_and(|text| says_so(&text)).then_some(id));
        let mut gone = 0;
        for id in marked {
            let is_gone = self.change(|change| {
                let item = change.read_item(&id)?;
                let is_one =
                    is_marked(change.account(&id)?.aws.as_ref()) && is_marked(item.account.aws.as_ref());
                if is_one {
                    change.purge(&id)?;
                }
                Ok(is_one)
            })?;
            if is_gone {
                self.forget_purged(&id);
                gone += 1;
            }
        }
        Ok(gone)
    }

    fn forget_purged(&self, id: &AccountId) {
        self.state().seeds.remove(id);
        self.note(Deed::Purged, Some(id));
    }

    /// Puts an account before another one in the person's own order, or at the end.
    pub fn move_before(&self, id: &AccountId, before: Option<&AccountId>) -> Result<(), Error> {
        if before == Some(id) {
            return Ok(());
        }
        self.change(|change| {
            let accounts = &mut change.index.accounts;
            let place = |wanted: &AccountId, accounts: &[Account]| {
                let place = accounts.iter().position(|account| account.id == *wanted);
                place.ok_or_else(|| Error::UnknownAccount(wanted.clone()))
            };
            let account = accounts.remove(place(id, accounts)?);
            let target = match before {
                Some(before) => place(before, accounts)?,
                None => accounts.len(),
            };
            accounts.insert(target, account);
            Ok(())
        })
    }

    /// The code to be copied or handed on, marked as used before it is given out (RFC 6238 §5.2: a verifier takes each
    /// code once). For HOTP the counter moves first and [`Which`] makes no difference.
    pub fn use_code(&self, id: &AccountId, which: Which) -> Result<Code, Error> {
        self.code_to_use(None, id, which)
    }

    /// The same through something else than this shell's window.
    pub fn use_code_through(&self, via: Via, id: &AccountId, which: Which) -> Result<Code, Error> {
        self.code_to_use(Some(via), id, which)
    }

    fn code_to_use(&self, via: Option<Via>, id: &AccountId, which: Which) -> Result<Code, Error> {
        if self.account(id)?.period.is_none() {
            return self.advance_counter(via, id).map(|(_, code)| code);
        }
        let time = self.now()?;
        {
            let mut state = self.state();
            self.load_seeds(&mut state, std::slice::from_ref(id))?;
            state.seed(id)?;
        }
        let (params, step) = self.change(|change| {
            let account = change.account(id)?;
            let current = totp::step_at(period_of(account)?, time);
            let step = if which == Which::Next {
                TimeStep(current.0.saturating_add(1))
            } else {
                current
            };
            account.used_step = account.used_step.max(Some(step.0));
            account.last_used = Some(time);
            Ok((account.params, step))
        })?;
        self.note_through(via, Deed::CodeTaken, id);
        let state = self.state();
        Ok(code_at_step(&params, state.seed(id)?, step))
    }

    /// The next code of a counter-based account. The counter has moved durably before the code is given out, so that
    /// it can never be given twice.
    pub fn next_hotp_code(&self, id: &AccountId) -> Result<CodeView, Error> {
        self.advance_counter(None, id).map(|(shown, _)| shown)
    }

    fn advance_counter(&self, via: Option<Via>, id: &AccountId) -> Result<(CodeView, Code), Error> {
        let now = self.now()?;
        self.change(|change| {
            let mut account = change.account(id)?.clone();
            let before = change.read_item(id)?;
            let mut item = before.clone();
            let counter = latest_counter(&account, &item)?;
            let next = counter
                .checked_add(1)
                .ok_or_else(|| EditError::CounterSpent(account.label.to_string()))?;
            set_counter(&mut account.params, counter);
            let code = code_at_step(&account.params, &item.account.seed, counter_step(&account.params));
            let shown = code_view(&account, &item.account.seed, now);
            change.begin(&PendingOperation::Edit(id.clone()))?;
            set_counter(&mut item.account.params, next);
            change.write_item(id, &item, Some(&before))?;
            set_counter(&mut account.params, next);
            account.last_used = Some(now);
            *change.account(id)? = account;
            Ok((shown, code))
        })
        .inspect(|_| self.note_through(via, Deed::CounterMoved, id))
    }
}

/// The higher of the two counters: whichever write of the last code got further.
fn latest_counter(account: &Account, item: &Item) -> Result<u64, Error> {
    match (account.params, item.account.params) {
        (OtpParams::Hotp { counter: listed, .. }, OtpParams::Hotp { counter: stored, .. }) => {
            Ok(listed.max(stored))
        }
        _ => Err(Error::NotCounterBased(account.label.to_string())),
    }
}

fn set_counter(params: &mut OtpParams, value: u64) {
    if let OtpParams::Hotp { counter, .. } = params {
        *counter = value;
    }
}
