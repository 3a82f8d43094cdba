//! Which account has a seed: found by a digest, so that thousands are compared with thousands at no cost.

use std::collections::{HashMap, HashSet};

use ring::hmac;
use ring::rand::SystemRandom;

use crate::account::{AccountId, NoRandomness};
use crate::authenticator::State;
use crate::seed::Seed;

/// Seeds by their digest under a key that only lives as long as this does.
pub(super) struct KnownSeeds {
    key: hmac::Key,
    ids: HashMap<[u8; 32], AccountId>,
}

impl KnownSeeds {
    /// The seeds of the accounts in the list, as far as they can be read.
    pub(super) fn of(state: &State) -> Result<Self, NoRandomness> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).map_err(|_| NoRandomness)?;
        let mut known = Self {
            key,
            ids: HashMap::new(),
        };
        for account in &state.index.accounts {
            if let Some(seed) = state.seeds.get(&account.id) {
                known.learn(account.id.clone(), seed);
            }
        }
        Ok(known)
    }

    /// To tell the seeds of a file that come up again.
    pub(super) fn repeats(&self) -> Repeats {
        Repeats {
            key: self.key.clone(),
            seen: HashSet::new(),
        }
    }

    /// Which account has this seed.
    pub(super) fn find(&self, seed: &Seed) -> Option<&AccountId> {
        self.ids.get(&seed.fingerprint(&self.key))
    }

    /// From now on `id` has this seed, unless another account has it already.
    pub(super) fn learn(&mut self, id: AccountId, seed: &Seed) {
        self.ids.entry(seed.fingerprint(&self.key)).or_insert(id);
    }
}

/// Seeds that came up so far, whosever they are.
pub(super) struct Repeats {
    key: hmac::Key,
    seen: HashSet<[u8; 32]>,
}

impl Repeats {
    /// Whether this seed came up before; from now on it did.
    pub(super) fn is_repeated(&mut self, seed: &Seed) -> bool {
        !self.seen.insert(seed.fingerprint(&self.key))
    }
}
