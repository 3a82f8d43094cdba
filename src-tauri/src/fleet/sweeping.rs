//! Virtual devices that are nobody's: shown, then deleted.

use lockstep_iam::fleet::standing::needed_devices;
use lockstep_iam::fleet::sweep::{Kept, Orphan, SweepOutcome, Swept, apply, plan};
use serde::Serialize;

use crate::error::{CommandError, ShellError};
use crate::shell::{Shell, locked};

/// What a person was shown, and in which account.
pub(crate) struct Orphans {
    account: String,
    orphans: Vec<Orphan>,
}

/// A device that is nobody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct OrphanView {
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
    pub fn plan_sweep(&self) -> Result<Vec<OrphanView>, ShellError> {
        let needed = needed_devices(&*self.authenticator()?)?;
        let orphans = self.aws_work(&|_| {}, |work| plan(work, &needed))?;
        let view = orphans.iter().map(OrphanView::from).collect();
        let account = self.connected()?.connection.caller().account.clone();
        *locked(&self.fleet.orphans) = Some(Orphans { account, orphans });
        Ok(view)
    }

    /// Deletes those that were shown and may go.
    pub fn sweep_fleet(&self) -> Result<Vec<OrphanView>, ShellError> {
        let planned = locked(&self.fleet.orphans)
            .take()
            .ok_or(ShellError::NothingPlanned)?;
        if planned.account != self.connected()?.connection.caller().account {
            return Err(ShellError::NothingPlanned);
        }
        let needed = needed_devices(&*self.authenticator()?)?;
        let swept = self.aws_work(&|_| {}, |work| apply(work, &planned.orphans, &needed))?;
        Ok(swept.into_iter().map(OrphanView::from).collect())
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

impl From<&Orphan> for OrphanView {
    fn from(orphan: &Orphan) -> Self {
        Self {
            serial: orphan.serial.to_string(),
            fate: orphan.kept.map_or(OrphanFate::Goes, OrphanFate::from),
            problem: None,
        }
    }
}

impl From<Swept> for OrphanView {
    fn from(swept: Swept) -> Self {
        let (fate, problem) = match swept.outcome {
            Ok(SweepOutcome::Deleted) => (OrphanFate::Deleted, None),
            Ok(SweepOutcome::Gone) => (OrphanFate::Gone, None),
            Ok(SweepOutcome::Assigned) => (OrphanFate::Assigned, None),
            Ok(SweepOutcome::Kept(kept)) => (kept.into(), None),
            Err(error) => (OrphanFate::Failed, Some(ShellError::from(error).into())),
        };
        Self {
            serial: swept.serial.to_string(),
            fate,
            problem,
        }
    }
}
