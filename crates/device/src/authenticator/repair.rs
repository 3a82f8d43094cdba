//! Mending: the items are the truth, the list follows them. And looking whether anything needs mending.

use std::collections::HashSet;

use crate::account::{Account, AccountId, NewAccount};
use crate::authenticator::add::row;
use crate::authenticator::notice::Notice;
use crate::authenticator::open::{Access, open_store};
use crate::authenticator::view::{CauseView, CheckView};
use crate::authenticator::{Authenticator, LOCK_PATIENCE, State};
use crate::error::Error;
use crate::otp::params::OtpParams;
use crate::store::choice::choose_store;
use crate::store::file;
use crate::store::index::Index;
use crate::store::item::Item;
use crate::store::lock::{FolderLock, Pending, PendingOperation};
use crate::store::seeds::{ItemKey, StoreError};
use crate::store::staged::Staged;

impl Authenticator {
    /// Compares every item with the list and mends the list. Says what it did in [`Authenticator::notices`].
    pub fn repair(&self) -> Result<(), Error> {
        let _turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        let mut state = self.state();
        self.reload(&mut state)?;
        self.reconcile(&mut state)
    }

    /// Makes the list agree with the items; only called while the folder's lock is held. Items without a row get one,
    /// rows follow what their item says, a purge that was under way is finished. Rows without an item are set aside.
    pub(super) fn reconcile(&self, state: &mut State) -> Result<(), Error> {
        let pending = Pending::read(&self.home.folder)?;
        if pending == Some(PendingOperation::Restore) {
            self.finish_restore(state)?;
        }
        let ids: Vec<AccountId> = self.account_ids()?;
        let keys: Vec<ItemKey> = ids.iter().cloned().map(ItemKey::Account).collect();
        let mut index = state.index.clone();
        let mut found: Vec<String> = vec![];
        state.unreadable.clear();
        for (id, read) in ids.iter().zip(self.store.read_many(&keys)?) {
            match read.and_then(|text| Item::from_text(&text).map_err(StoreError::from)) {
                Ok(item) => {
                    found.extend(follow_item(&mut index, id, &item));
                    state.seeds.insert(id.clone(), item.account.seed);
                }
                Err(error) => {
                    state
                        .unreadable
                        .insert(id.clone(), CauseView::from(&Error::from(error)));
                }
            }
        }
        let stored: HashSet<&AccountId> = ids.iter().collect();
        if let Some(PendingOperation::Purge(purged)) = &pending {
            index
                .accounts
                .retain(|account| account.id != *purged || stored.contains(purged));
        }
        for account in index
            .accounts
            .iter()
            .filter(|account| !stored.contains(&account.id))
        {
            let missing = Error::from(StoreError::Missing(ItemKey::Account(account.id.clone())));
            state
                .unreadable
                .insert(account.id.clone(), CauseView::from(&missing));
        }
        index
            .damaged
            .retain(|damaged| damaged.id.as_ref().is_none_or(|id| !stored.contains(id)));
        if index != state.index || !self.file.exists()? {
            self.write_index(state, index)?;
        }
        Pending::clear(&self.home.folder, &self.home.faults)?;
        Staged::clear(&self.home.folder, &self.home.faults)?;
        self.set_records_aside(state)?;
        if !found.is_empty() {
            state.notices.push(Notice::Listed(found));
        }
        Ok(())
    }

    /// The accounts in the store, listed or not.
    pub(super) fn account_ids(&self) -> Result<Vec<AccountId>, Error> {
        let keys = self.store.keys()?.into_iter();
        Ok(keys
            .filter_map(|key| match key {
                ItemKey::Account(id) => Some(id),
                ItemKey::IndexIdentity | ItemKey::Credentials(_) => None,
            })
            .collect())
    }

    /// What `doctor` looks at in the device itself. Changes nothing.
    pub fn check(&self) -> Vec<CheckView> {
        vec![self.check_clock(), self.check_items(), self.check_folder()]
    }

    fn check_clock(&self) -> CheckView {
        match self.home.clock.now() {
            Ok(now) => CheckView::good("clock", format!("{} seconds since 1970-01-01", now.seconds())),
            Err(error) => {
                let error = Error::from(error);
                CheckView::bad("clock", error.to_string(), error.remedy())
            }
        }
    }

    fn check_items(&self) -> CheckView {
        const REMEDY: &str = "Run `lockstep store repair`.";
        let state = self.state();
        let stored: HashSet<AccountId> = match self.account_ids() {
            Ok(ids) => ids.into_iter().collect(),
            Err(error) => return CheckView::bad("accounts", error.to_string(), error.remedy()),
        };
        let listed: HashSet<AccountId> = state
            .index
            .accounts
            .iter()
            .map(|account| account.id.clone())
            .collect();
        let unlisted = stored.difference(&listed).count();
        let seedless = listed.difference(&stored).count();
        let damaged = state.index.damaged.len();
        if unlisted + seedless + damaged == 0 {
            return CheckView::good(
                "accounts",
                format!("{} in the list, each with its seed", listed.len()),
            );
        }
        let detail = format!(
            "{} in the list; {unlisted} stored but not listed, {seedless} listed without a seed, {damaged} damaged",
            listed.len()
        );
        CheckView::bad("accounts", detail, REMEDY)
    }

    fn check_folder(&self) -> CheckView {
        match file::exposed_to_others(&self.home.folder) {
            Ok(exposed) if exposed.is_empty() => {
                CheckView::good("data folder", "only its owner can read it".to_owned())
            }
            Ok(exposed) => CheckView::bad(
                "data folder",
                format!("others can read {}", exposed.join(", ")),
                "Run `chmod -R go= ` on the data folder.",
            ),
            Err(error) => CheckView::bad("data folder", error.to_string(), ""),
        }
    }

    /// Moves every item to another store: copies, reads back and compares, switches, then deletes from the old one.
    /// A crash before the switch leaves the old store in use and whole; one after it leaves copies in the old store,
    /// which the next switch overwrites.
    pub fn switch_store(self, access: Access<'_>) -> Result<Self, Error> {
        let turn = FolderLock::acquire(&self.home.folder, LOCK_PATIENCE)?;
        let target = open_store(&self.home, access)?;
        if target.kind() == self.store.kind() {
            return Err(Error::SameStore(target.kind()));
        }
        let keys = self.store.keys()?;
        for (key, text) in keys.iter().zip(self.store.read_many(&keys)?) {
            let text = text?;
            self.reach("item about to be copied")?;
            target.write(key, &text)?;
            if !target.read(key)?.is_same(&text) {
                return Err(Error::CopyDiffers);
            }
        }
        choose_store(&self.home.folder, target.kind(), &self.home.faults)?;
        for key in &keys {
            self.store.delete(key)?;
        }
        drop(turn);
        let switched = Self {
            trail: self.trail,
            home: self.home,
            store: target,
            file: self.file,
            state: self.state,
            changed: self.changed,
        };
        switched.refresh()?;
        Ok(switched)
    }
}

/// Makes the row of `id` say what its item says. Returns the label when there was no row.
fn follow_item(index: &mut Index, id: &AccountId, item: &Item) -> Option<String> {
    let Some(account) = index.accounts.iter_mut().find(|account| account.id == *id) else {
        let account = row(id.clone(), item);
        let label = account.label.to_string();
        index.accounts.push(account);
        return Some(label);
    };
    let NewAccount {
        label,
        params,
        tags,
        note,
        aws,
        ..
    } = &item.account;
    let params = latest_params(account, *params);
    *account = Account {
        label: label.clone(),
        params,
        tags: tags.clone(),
        note: note.clone(),
        aws: aws.clone(),
        ..account.clone()
    };
    None
}

/// The item's parameters, with the higher of the two counters for HOTP (RFC 4226 §7.2: the counter only moves forward).
fn latest_params(account: &Account, stored: OtpParams) -> OtpParams {
    match (account.params, stored) {
        (
            OtpParams::Hotp { counter: listed, .. },
            OtpParams::Hotp {
                algorithm,
                digits,
                counter,
            },
        ) => OtpParams::Hotp {
            algorithm,
            digits,
            counter: counter.max(listed),
        },
        _ => stored,
    }
}
