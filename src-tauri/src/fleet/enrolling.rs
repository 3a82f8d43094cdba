//! Enrolling many users: planned and looked at first, then begun.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use lockstep_device::error::Error;
use lockstep_device::store::file::write_new;
use lockstep_iam::fleet::choice::{LeftOut, choose};
use lockstep_iam::fleet::recipients::UserKeys;
use lockstep_iam::fleet::roster::Roster;
use lockstep_iam::fleet::run::{self, RunRequest};
use lockstep_iam::fleet::seals::Seals;
use lockstep_iam::name::{DevicePath, UserName};
use serde::Serialize;

use crate::error::ShellError;
use crate::fleet::seals::{HandOffWay, SealedTo, Sheet, named};
use crate::fleet::seen::{Seen, parsed_tags};
use crate::fleet::view::count;
use crate::shell::{Shell, locked};

/// What was planned: everything that it takes but a word.
pub(crate) struct Planned {
    seen: Arc<Seen>,
    request: RunRequest,
    sheet: Option<Sheet>,
}

/// What will happen to each chosen user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct EnrolPlan {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// Its alias, when it has one that may be seen.
    pub alias: Option<String>,
    /// The folder that the hand-offs go to.
    pub folder: String,
    /// The sheet with the passphrases that are made.
    pub sheet: Option<String>,
    /// Who is enrolled, and what opens the hand-off.
    pub enrol: Vec<EnrolUser>,
    /// Who is left as they are, and why.
    pub left_out: Vec<LeftOutUser>,
    /// How many keys of the list belong to nobody who was chosen.
    pub spare_lines: u32,
}

/// A user who is enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct EnrolUser {
    /// The name.
    pub user: String,
    /// What opens the hand-off.
    pub sealed_to: SealedTo,
}

/// A user who is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct LeftOutUser {
    /// The name.
    pub user: String,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why a user is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOutReason {
    /// The one whose credentials these are.
    Caller,
    /// There is a device already.
    HasDevice,
    /// Whether there is one could not be found out.
    Unknown,
    /// There is no key in the list.
    NoKey,
    /// There is no such user.
    NoUser,
}

impl Shell {
    /// Looks what enrolling these users would do. Nothing is done; the plan is kept for [`Shell::begin_enrolling`].
    pub fn plan_enrolling(&self, users: &[String], way: &HandOffWay) -> Result<EnrolPlan, ShellError> {
        let seen = self.seen()?;
        let folder = named(&way.folder, "the folder for the hand-offs")?;
        let (seals, sheet) = way.seal.read()?;
        let roster = chosen_of(&seen.roster, users);
        let choice = choose(seen.caller().user(), &roster, &seals)?;
        let lines = match &seals {
            Seals::Known(keys) => keys.len(),
            Seals::Generated => choice.users.len(),
        };
        let plan = EnrolPlan {
            account: roster.account,
            alias: roster.alias,
            folder: folder.display().to_string(),
            sheet: sheet.as_ref().map(|sheet| sheet.path.display().to_string()),
            enrol: enrolled(&choice.users),
            left_out: choice.left_out.into_iter().map(LeftOutUser::from).collect(),
            spare_lines: count(lines.saturating_sub(choice.users.len())),
        };
        *locked(&self.fleet.planned) = Some(Planned {
            seen,
            request: request(choice.users, folder, way)?,
            sheet,
        });
        // Locked meanwhile, nothing of it may stay.
        if let Err(error) = self.authenticator() {
            self.discard_plan();
            return Err(error);
        }
        Ok(plan)
    }

    /// Begins what was planned; what the run is called.
    pub fn begin_enrolling(self: &Arc<Self>) -> Result<String, ShellError> {
        self.require_no_run()?;
        let planned = locked(&self.fleet.planned)
            .take()
            .ok_or(ShellError::NothingPlanned)?;
        self.begin(planned.seen, planned.request, planned.sheet.as_ref())
    }

    /// Forgets the plan, and the keys in it.
    pub fn discard_plan(&self) {
        *locked(&self.fleet.planned) = None;
    }

    /// Writes the sheet, then the run, and carries it out on a thread of its own.
    pub(crate) fn begin(
        self: &Arc<Self>,
        seen: Arc<Seen>,
        request: RunRequest,
        sheet: Option<&Sheet>,
    ) -> Result<String, ShellError> {
        if let Some(sheet) = sheet {
            let sealed = sheet.sealed(&request.users)?;
            write_new(&sheet.path, &sealed, &self.home.faults).map_err(Error::from)?;
        }
        let id = self.aws_work(&|_| {}, |work| {
            run::begin(&self.fleet_of(work, Some(&seen), &*self.aws.pace), request)
        })?;
        self.carry_on(&id, Some(seen))?;
        Ok(id.to_string())
    }
}

impl From<(UserName, LeftOut)> for LeftOutUser {
    fn from((user, why): (UserName, LeftOut)) -> Self {
        Self {
            user: user.to_string(),
            reason: match why {
                LeftOut::Caller => LeftOutReason::Caller,
                LeftOut::HasDevice => LeftOutReason::HasDevice,
                LeftOut::Unknown => LeftOutReason::Unknown,
                LeftOut::NoKey => LeftOutReason::NoKey,
                LeftOut::NoUser => LeftOutReason::NoUser,
            },
        }
    }
}

/// What is asked of the library.
pub(crate) fn request(
    users: UserKeys,
    hand_off: PathBuf,
    way: &HandOffWay,
) -> Result<RunRequest, ShellError> {
    let path = way.device_path.clone().map(DevicePath::try_from).transpose();
    Ok(RunRequest {
        users,
        hand_off,
        path: path
            .map_err(lockstep_iam::error::Error::from)?
            .unwrap_or_default(),
        tags: parsed_tags(&way.tags)?,
        keep_copies: way.keep_copies,
        together: None,
    })
}

fn enrolled(users: &UserKeys) -> Vec<EnrolUser> {
    let row = |(user, key): (&UserName, _)| EnrolUser {
        user: user.to_string(),
        sealed_to: SealedTo::from(key),
    };
    users.iter().map(row).collect()
}

/// The same with the chosen users alone.
fn chosen_of(roster: &Roster, users: &[String]) -> Roster {
    let is_chosen: HashSet<&str> = users.iter().map(String::as_str).collect();
    let mut roster = roster.clone();
    roster.users.retain(|user| is_chosen.contains(user.name.as_str()));
    roster
}
