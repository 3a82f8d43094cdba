//! Looking: lists, searches and codes.

use std::collections::HashSet;

use crate::account::{Account, AccountId};
use crate::activity::Deed;
use crate::authenticator::notice::ROW_DAMAGED;
use crate::authenticator::query::{Words, find_one};
use crate::authenticator::view::{
    AccountView, AccountsView, CauseView, CodePairView, CodeView, OtpKind, QuarantinedView,
};
use crate::authenticator::{Authenticator, State, place};
use crate::error::Error;
use crate::otp::params::{OtpParams, Period};
use crate::otp::{Code, TimeStep, code_at_step, totp};
use crate::qr::encode::{Modules, modules};
use crate::seed::Seed;
use crate::store::item::Item;
use crate::store::seeds::{ItemKey, StoreError};
use crate::time::UnixTime;

/// Which accounts a query looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Those in use.
    Live,
    /// Those in the trash.
    Trash,
}

/// An account and its code, or why there is none.
pub type CodeOf = (AccountId, Result<CodeView, Error>);

/// Which code of an account is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, specta::Type)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// The one that holds now.
    Current,
    /// The one after it.
    Next,
}

impl Authenticator {
    /// All accounts in use, pinned ones first and otherwise in the person's own order, and those set aside.
    pub fn accounts(&self) -> AccountsView {
        let state = self.state();
        let usable =
            |account: &&Account| account.trashed.is_none() && !state.unreadable.contains_key(&account.id);
        let mut accounts: Vec<&Account> = state.index.accounts.iter().filter(usable).collect();
        accounts.sort_by_key(|account| !account.pinned);
        AccountsView {
            accounts: accounts.into_iter().map(view).collect(),
            quarantined: quarantined(&state),
        }
    }

    /// The accounts in the trash, the one removed last first.
    pub fn trash(&self) -> Vec<AccountView> {
        let state = self.state();
        let mut accounts: Vec<&Account> = state
            .index
            .accounts
            .iter()
            .filter(|account| account.trashed.is_some())
            .collect();
        accounts.sort_by_key(|account| std::cmp::Reverse(account.trashed));
        accounts.into_iter().map(view).collect()
    }

    /// The accounts in use in which every word of `query` occurs, pinned ones first.
    pub fn search(&self, query: &str) -> Vec<AccountView> {
        let words = Words::new(query);
        let state = self.state();
        let matches = |account: &&Account| account.trashed.is_none() && words.match_account(account);
        let mut accounts: Vec<&Account> = state.index.accounts.iter().filter(matches).collect();
        accounts.sort_by_key(|account| !account.pinned);
        accounts.into_iter().map(view).collect()
    }

    /// The one account that `query` names: by id prefix, issuer, name, `issuer:name`, tag (`#prod`) or serial number.
    pub fn find(&self, query: &str, place: Place) -> Result<AccountView, Error> {
        let state = self.state();
        let wanted = |account: &&Account| account.trashed.is_some() == (place == Place::Trash);
        Ok(find_one(query, state.index.accounts.iter().filter(wanted)).map(view)?)
    }

    /// The account with this id, wherever it is.
    pub fn account(&self, id: &AccountId) -> Result<AccountView, Error> {
        self.state().account(id).map(view)
    }

    /// The code that holds now. For HOTP the one with the counter as it stands, which does not move it.
    pub fn code(&self, id: &AccountId) -> Result<CodeView, Error> {
        self.code_at(id, self.now()?)
    }

    /// The code that holds at `time`.
    pub fn code_at(&self, id: &AccountId, time: UnixTime) -> Result<CodeView, Error> {
        let mut state = self.state();
        self.load_seeds(&mut state, std::slice::from_ref(id))?;
        state.code_at(id, time)
    }

    /// The codes of many accounts that hold now; their seeds are read in one batch.
    pub fn codes(&self, ids: &[AccountId]) -> Result<Vec<CodeOf>, Error> {
        let time = self.now()?;
        let mut state = self.state();
        self.load_seeds(&mut state, ids)?;
        Ok(ids
            .iter()
            .map(|id| (id.clone(), state.code_at(id, time)))
            .collect())
    }

    /// The code that holds at `time` and the one after it.
    pub fn pair_at(&self, id: &AccountId, time: UnixTime) -> Result<CodePairView, Error> {
        let mut state = self.state();
        self.load_seeds(&mut state, std::slice::from_ref(id))?;
        let account = state.account(id)?;
        let pair = totp::pair_at(&account.params, state.seed(id)?, time)
            .ok_or_else(|| Error::NotTimeBased(account.label.to_string()))?;
        Ok(CodePairView {
            id: id.clone(),
            first: text(&pair.first),
            second: text(&pair.second),
            submit_before: pair.submit_before.seconds(),
        })
    }

    /// The code of one time step, to be given to the service whose clock the step is of. Nothing is marked as used.
    pub fn code_of_step(&self, id: &AccountId, step: TimeStep) -> Result<Code, Error> {
        let mut state = self.state();
        self.load_seeds(&mut state, std::slice::from_ref(id))?;
        let account = state.account(id)?;
        period_of(account)?;
        Ok(code_at_step(&account.params, state.seed(id)?, step))
    }

    /// The account as a QR code for another device. The picture holds the seed.
    pub fn reveal_qr(&self, id: &AccountId) -> Result<Modules, Error> {
        let key = ItemKey::Account(id.clone());
        let item = Item::from_text(&self.store.read(&key)?)?;
        let picture = modules(&crate::otpauth::write::to_uri(&item.account))?;
        self.note(Deed::QrShown, Some(id));
        Ok(picture)
    }

    /// Counts the writes of the account list, by whichever process, as far as they are known here: as long as it stays, so
    /// does every list that is shown.
    pub fn generation(&self) -> u64 {
        self.state().index.generation
    }

    /// Takes over what another process wrote. Returns whether anything changed.
    pub fn refresh(&self) -> Result<bool, Error> {
        let mut state = self.state();
        let before = state.index.generation;
        self.reload(&mut state)?;
        Ok(state.index.generation != before)
    }

    /// Reads the seeds of `ids` that are not in memory yet, in one batch. An account whose item cannot be read is noted as
    /// set aside and does not stop the others; a store that cannot be read as a whole does.
    pub(super) fn load_seeds(&self, state: &mut State, ids: &[AccountId]) -> Result<(), Error> {
        let missing: Vec<AccountId> = ids
            .iter()
            .filter(|id| !state.seeds.contains_key(*id))
            .cloned()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let keys: Vec<ItemKey> = missing.iter().cloned().map(ItemKey::Account).collect();
        for (id, read) in missing.into_iter().zip(self.store.read_many(&keys)?) {
            match read.and_then(|text| Item::from_text(&text).map_err(StoreError::from)) {
                Ok(item) => {
                    state.unreadable.remove(&id);
                    state.seeds.insert(id, item.account.seed);
                }
                Err(error) => {
                    state.unreadable.insert(id, CauseView::from(&Error::from(error)));
                }
            }
        }
        Ok(())
    }

    /// Reads the seeds of every account in the index that are not in memory yet.
    pub(super) fn load_all_seeds(&self, state: &mut State) -> Result<(), Error> {
        let ids: Vec<AccountId> = state
            .index
            .accounts
            .iter()
            .map(|account| account.id.clone())
            .collect();
        self.load_seeds(state, &ids)
    }
}

impl State {
    pub(super) fn account(&self, id: &AccountId) -> Result<&Account, Error> {
        self.index
            .accounts
            .iter()
            .find(|account| account.id == *id)
            .ok_or_else(|| Error::UnknownAccount(id.clone()))
    }

    pub(super) fn seed(&self, id: &AccountId) -> Result<&Seed, Error> {
        self.seeds.get(id).ok_or_else(|| Error::SeedUnreadable {
            id: id.clone(),
            reason: self
                .unreadable
                .get(id)
                .map(|cause| cause.message.clone())
                .unwrap_or_default(),
        })
    }

    fn code_at(&self, id: &AccountId, time: UnixTime) -> Result<CodeView, Error> {
        let account = self.account(id)?;
        Ok(code_view(account, self.seed(id)?, time))
    }
}

/// The code of `account` at `time`, with what a person needs to judge it.
pub(super) fn code_view(account: &Account, seed: &Seed, time: UnixTime) -> CodeView {
    let id = account.id.clone();
    if let Some(timed) = totp::code_at(&account.params, seed, time) {
        return CodeView {
            id,
            code: text(&timed.code),
            next: Some(text(&timed.next)),
            remaining: Some(timed.remaining),
            time_step: timed.step.0,
            valid_until: Some(timed.valid_until.seconds()),
            used: account.used_step.is_some_and(|used| used >= timed.step.0),
        };
    }
    let step = counter_step(&account.params);
    CodeView {
        id,
        code: text(&code_at_step(&account.params, seed, step)),
        next: None,
        remaining: None,
        time_step: step.0,
        valid_until: None,
        used: false,
    }
}

/// The moving factor of a counter-based account as a step; zero for the others.
pub(super) fn counter_step(params: &OtpParams) -> TimeStep {
    match params {
        OtpParams::Hotp { counter, .. } => TimeStep(*counter),
        OtpParams::Totp { .. } | OtpParams::Steam => TimeStep(0),
    }
}

pub(super) fn period_of(account: &Account) -> Result<Period, Error> {
    account
        .params
        .period()
        .ok_or_else(|| Error::NotTimeBased(account.label.to_string()))
}

fn text(code: &Code) -> String {
    code.as_str().to_owned()
}

/// What a person sees of `account`.
pub(super) fn view(account: &Account) -> AccountView {
    AccountView {
        id: account.id.clone(),
        issuer: account.label.issuer.clone(),
        name: account.label.name.clone(),
        kind: kind_of(&account.params),
        algorithm: account.params.algorithm(),
        digits: account.params.digits(),
        period: account.params.period().map(Period::seconds),
        counter: match account.params {
            OtpParams::Hotp { counter, .. } => Some(counter),
            OtpParams::Totp { .. } | OtpParams::Steam => None,
        },
        tags: account.tags.clone(),
        note: account.note.clone(),
        pinned: account.pinned,
        serial: account.aws.as_ref().map(|aws| aws.serial.to_string()),
        aws: place::of_account(account),
        unchecked_since: account
            .aws
            .as_ref()
            .and_then(|aws| aws.unchecked_since)
            .map(UnixTime::seconds),
        practice: account.aws.as_ref().is_some_and(|aws| aws.practice),
        added: account.added.seconds(),
        last_used: account.last_used.map(UnixTime::seconds),
        trashed: account.trashed.map(UnixTime::seconds),
    }
}

/// The kind of one-time password these parameters are for.
pub(super) fn kind_of(params: &OtpParams) -> OtpKind {
    match params {
        OtpParams::Totp { .. } => OtpKind::Totp,
        OtpParams::Hotp { .. } => OtpKind::Hotp,
        OtpParams::Steam => OtpKind::Steam,
    }
}

fn quarantined(state: &State) -> Vec<QuarantinedView> {
    let damaged = state.index.damaged.iter().map(|row| QuarantinedView {
        id: row.id.clone(),
        label: String::new(),
        code: ROW_DAMAGED.to_owned(),
        reason: row.reason.clone(),
    });
    let in_use: HashSet<&AccountId> = state
        .index
        .accounts
        .iter()
        .filter(|account| account.trashed.is_none())
        .map(|account| &account.id)
        .collect();
    let unreadable = state
        .unreadable
        .iter()
        .filter(|(id, _)| in_use.contains(id) || state.account(id).is_err());
    let unreadable = unreadable.map(|(id, cause)| QuarantinedView {
        id: Some(id.clone()),
        label: state
            .account(id)
            .map(|account| account.label.to_string())
            .unwrap_or_default(),
        code: cause.code.clone(),
        reason: cause.message.clone(),
    });
    damaged.chain(unreadable).collect()
}
