//! Reading the rosters of several accounts, side by side.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::connection::Connection;
use crate::elevation::session_of_caller;
use crate::error::Error;
use crate::fleet::accounts::{AccountRole, InAccount, in_each};
use crate::fleet::read::read;
use crate::fleet::roster::{ReadProgress, Reader, Roster, RosterRequest};
use crate::work::{Pace, Work};

/// How far reading several accounts has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountsProgress {
    /// Accounts that were read, or could not be.
    pub done: usize,
    /// How many accounts there are.
    pub of: usize,
    /// Users who are listed in all of them.
    pub listed: usize,
}

/// Reads each account of a list; what is denied once more in a session with MFA, which roles may want to be taken on. What
/// follows is to be done in the same one.
pub fn read_each(
    work: &Work<'_>,
    roles: &[AccountRole],
    request: &RosterRequest,
    watch: &(dyn Fn(AccountsProgress) + Sync),
) -> Result<(Vec<InAccount<Roster>>, Option<Connection>), Error> {
    let look = Look {
        pace: work.pace,
        request,
        far: Mutex::default(),
        of: roles.len(),
        watch,
    };
    let mut accounts = look.through(work.connection, roles);
    let is_denied = |account: &&mut InAccount<Roster>| account.outcome.as_ref().is_err_and(Error::is_denial);
    let mut denied: Vec<&mut InAccount<Roster>> = accounts.iter_mut().filter(is_denied).collect();
    if denied.is_empty() {
        return Ok((accounts, None));
    }
    let Some(session) = session_of_caller(work)? else {
        return Ok((accounts, None));
    };
    let roles: Vec<AccountRole> = denied.iter().map(|account| account.role.clone()).collect();
    for (account, again) in denied.iter_mut().zip(look.through(&session, &roles)) {
        **account = again;
    }
    Ok((accounts, Some(session)))
}

/// A look into each account, and how far it has come.
struct Look<'a> {
    pace: &'a dyn Pace,
    request: &'a RosterRequest,
    far: Mutex<HashMap<String, Far>>,
    of: usize,
    watch: &'a (dyn Fn(AccountsProgress) + Sync),
}

/// How far one account is.
#[derive(Default)]
struct Far {
    listed: usize,
    is_done: bool,
}

impl Look<'_> {
    fn through(&self, connection: &Connection, roles: &[AccountRole]) -> Vec<InAccount<Roster>> {
        in_each(connection, self.pace, roles, |role, connection| {
            let outcome = connection.and_then(|connection| self.read(role, &connection));
            self.tell(role, |far| far.is_done = true);
            outcome
        })
    }

    fn read(&self, role: &AccountRole, connection: &Connection) -> Result<Roster, Error> {
        let watch = |progress| {
            if let ReadProgress::Listed(count) = progress {
                self.tell(role, |far| far.listed = count);
            }
        };
        let reader = Reader {
            connection,
            pace: self.pace,
            watch: &watch,
        };
        read(&reader, self.request)
    }

    fn tell(&self, role: &AccountRole, come: impl FnOnce(&mut Far)) {
        let mut far = self.far.lock().unwrap_or_else(PoisonError::into_inner);
        come(far.entry(role.account.clone()).or_default());
        let progress = AccountsProgress {
            done: far.values().filter(|far| far.is_done).count(),
            of: self.of,
            listed: far.values().map(|far| far.listed).sum(),
        };
        drop(far);
        (self.watch)(progress);
    }
}
