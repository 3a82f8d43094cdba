//! Virtual devices that are nobody's: shown, then deleted.

use std::sync::Arc;

use lockstep_iam::error::Error;
use lockstep_iam::fleet::standing::needed_devices;
use lockstep_iam::fleet::sweep::{Kept, Orphan, SweepOutcome, Swept, apply, plan};
use lockstep_iam::work::Work;
use serde::Serialize;

use crate::error::{CommandError, ShellError};
use crate::fleet::accounts::AccountProblem;
use crate::fleet::seen::Seen;
use crate::shell::{Shell, locked};

/// What a person was shown, in the account of the connection or in those of a list.
pub(crate) struct Orphans {
    seen: Option<Arc<Seen>>,
    accounts: Vec<(String, Vec<Orphan>)>,
}

/// Devices that are nobody's, and where they could not be looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct SweepView {
    /// The devices, account by account.
    pub orphans: Vec<OrphanView>,
    /// The accounts in which that failed, and why.
    pub failed: Vec<AccountProblem>,
}

/// A device that is nobody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct OrphanView {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// Its serial number.
    pub serial: String,
    /// What becomes of it, or what became of it.
    pub fate: OrphanFate,
    /// Why it could not be deleted.
    pub problem: Option<CommandError>,
}

/// What becomes of a device that is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum OrphanFate {
    /// It may go.
    Goes,
    /// Something that was begun on this machine needs it.
    UnderWay,
    /// Its seed is here.
    SeedHere,
    /// It is deleted.
    Deleted,
    /// It was deleted already.
    Gone,
    /// It is somebody's now.
    Assigned,
    /// It could not be deleted.
    Failed,
}

impl Shell {
    /// The virtual devices that are nobody's. Nothing is deleted before [`Shell::sweep_fleet`].
    pub fn plan_sweep(&self) -> Result<SweepView, ShellError> {
        let needed = needed_devices(&*self.authenticator()?)?;
        let seen = self.seen().ok().filter(|seen| seen.is_several);
        let mut view = SweepView::default();
        let mut accounts = vec![];
        for account in self.swept_accounts(seen.as_deref())? {
            let planned = self.sweep_work(seen.as_deref(), &account, |work| plan(work, &needed));
            if let Some(orphans) = view.of(seen.as_deref(), &account, planned)? {
                let shown = orphans.iter().map(|orphan| OrphanView::new(&account, orphan));
                view.orphans.extend(shown);
                accounts.push((account, orphans));
            }
        }
        *locked(&self.fleet.orphans) = Some(Orphans { seen, accounts });
        Ok(view)
    }

    /// Deletes those that were shown and may go.
    pub fn sweep_fleet(&self) -> Result<SweepView, ShellError> {
        let Orphans { seen, accounts } = locked(&self.fleet.orphans)
            .take()
            .ok_or(ShellError::NothingPlanned)?;
        let is_same = match &seen {
            Some(seen) => self.seen().is_ok_and(|now| Arc::ptr_eq(seen, &now)),
            None => {
                self.swept_accounts(None)?
                    == accounts
                        .iter()
                        .map(|(account, _)| account.clone())
                        .collect::<Vec<_>>()
            }
        };
        if !is_same {
            return Err(ShellError::NothingPlanned);
        }
        let needed = needed_devices(&*self.authenticator()?)?;
        let mut view = SweepView::default();
        for (account, orphans) in accounts {
            let swept = self.sweep_work(seen.as_deref(), &account, |work| apply(work, &orphans, &needed));
            if let Some(swept) = view.of(seen.as_deref(), &account, swept)? {
                view.orphans
                    .extend(swept.into_iter().map(|swept| OrphanView::swept(&account, swept)));
            }
        }
        Ok(view)
    }

    /// The accounts that were read by a list, or the one of the connection.
    fn swept_accounts(&self, seen: Option<&Seen>) -> Result<Vec<String>, ShellError> {
        let Some(seen) = seen else {
            return Ok(vec![self.connected()?.connection.caller().account.clone()]);
        };
        let read = seen.accounts.iter().filter(|read| read.outcome.is_ok());
        Ok(read.map(|read| read.role.account.clone()).collect())
    }

    fn sweep_work<T>(
        &self,
        seen: Option<&Seen>,
        account: &str,
        deed: impl FnOnce(&Work<'_>) -> Result<T, Error>,
    ) -> Result<T, ShellError> {
        match seen {
            Some(seen) => self.work_in(seen, account, deed),
            None => self.aws_work(&|_| {}, deed),
        }
    }
}

impl SweepView {
    /// What was found in an account; one of a list that fails keeps no other from being swept.
    fn of<T>(
        &mut self,
        seen: Option<&Seen>,
        account: &str,
        outcome: Result<T, ShellError>,
    ) -> Result<Option<T>, ShellError> {
        match (outcome, seen) {
            (Ok(found), _) => Ok(Some(found)),
            (Err(error), None) => Err(error),
            (Err(error), Some(seen)) => {
                self.failed.push(AccountProblem::new(seen.role(account)?, error));
                Ok(None)
            }
        }
    }
}

impl From<Kept> for OrphanFate {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::UnderWay => Self::UnderWay,
            Kept::SeedHere => Self::SeedHere,
        }
    }
}

impl OrphanView {
    fn new(account: &str, orphan: &Orphan) -> Self {
        Self {
            account: account.to_owned(),
            serial: orphan.serial.to_string(),
            fate: orphan.kept.map_or(OrphanFate::Goes, OrphanFate::from),
            problem: None,
        }
    }

    fn swept(account: &str, swept: Swept) -> Self {
        let (fate, problem) = match swept.outcome {
            Ok(SweepOutcome::Deleted) => (OrphanFate::Deleted, None),
            Ok(SweepOutcome::Gone) => (OrphanFate::Gone, None),
            Ok(SweepOutcome::Assigned) => (OrphanFate::Assigned, None),
            Ok(SweepOutcome::Kept(kept)) => (kept.into(), None),
            Err(error) => (OrphanFate::Failed, Some(ShellError::from(error).into())),
        };
        Self {
            account: account.to_owned(),
            serial: swept.serial.to_string(),
            fate,
            problem,
        }
    }
}
