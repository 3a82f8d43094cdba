//! Enrolling many users, in one account or in several: planned and looked at first, then begun.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use lockstep_device::error::Error;
use lockstep_device::store::file::write_new;
use lockstep_iam::fleet::accounts::AccountRole;
use lockstep_iam::fleet::choice::{Choice, LeftOut};
use lockstep_iam::fleet::many::{begin_each, choose_each};
use lockstep_iam::fleet::recipients::UserKeys;
use lockstep_iam::fleet::roster::Roster;
use lockstep_iam::fleet::run::{self, RunRequest};
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::running::Fleet;
use lockstep_iam::fleet::seals::Seals;
use lockstep_iam::name::{DevicePath, UserName};
use serde::{Deserialize, Serialize};

use crate::error::ShellError;
use crate::fleet::accounts::AccountProblem;
use crate::fleet::seals::{HandOffWay, SealedTo, Sheet, named};
use crate::fleet::seen::{Seen, parsed_tags};
use crate::fleet::view::count;
use crate::shell::{Shell, locked};

/// What was planned: everything that it takes but a word.
pub(crate) struct Planned {
    seen: Arc<Seen>,
    requests: Vec<(AccountRole, RunRequest)>,
    sheet: Option<Sheet>,
}

/// A user who was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, specta::Type)]
pub struct ChosenUser {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// The name.
    pub user: String,
}

/// What will happen to each chosen user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct EnrolPlan {
    /// The accounts in which somebody was chosen.
    pub accounts: Vec<AccountPlan>,
    /// The folder that the hand-offs go to.
    pub folder: String,
    /// The sheet with the passphrases that are made.
    pub sheet: Option<String>,
    /// How many keys of the list belong to nobody who was chosen.
    pub spare_lines: u32,
}

/// What will happen in one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AccountPlan {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// What it is called: its name in the list, else its alias.
    pub name: Option<String>,
    /// Who is enrolled, and what opens the hand-off.
    pub enrol: Vec<EnrolUser>,
    /// Who is left as they are, and why.
    pub left_out: Vec<LeftOutUser>,
}

/// What was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct Begun {
    /// What the run is called, or what runs in several accounts are called together.
    pub run: String,
    /// The accounts in which none could be begun, and why.
    pub failed: Vec<AccountProblem>,
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
    pub fn plan_enrolling(&self, users: &[ChosenUser], way: &HandOffWay) -> Result<EnrolPlan, ShellError> {
        let seen = self.seen()?;
        let folder = named(&way.folder, "the folder for the hand-offs")?;
        let (seals, sheet) = way.seal.read()?;
        let choices = choose_each(seen.caller(), chosen_of(&seen, users), &seals)?.accounts;
        let plan = EnrolPlan {
            accounts: choices
                .iter()
                .map(|(role, choice)| AccountPlan::new(&seen, role, choice))
                .collect(),
            folder: folder.display().to_string(),
            sheet: sheet.as_ref().map(|sheet| sheet.path.display().to_string()),
            spare_lines: spare_lines(&seals, &choices),
        };
        let begun = choices.into_iter().filter(|(_, choice)| !choice.users.is_empty());
        let requests = begun.map(|(role, choice)| Ok((role, request(choice.users, folder.clone(), way)?)));
        *locked(&self.fleet.planned) = Some(Planned {
            requests: requests.collect::<Result<_, ShellError>>()?,
            seen,
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
    pub fn begin_enrolling(self: &Arc<Self>) -> Result<Begun, ShellError> {
        self.require_no_run()?;
        let planned = locked(&self.fleet.planned)
            .take()
            .ok_or(ShellError::NothingPlanned)?;
        self.begin(planned.seen, &planned.requests, planned.sheet.as_ref())
    }

    /// Forgets the plan, and the keys in it.
    pub fn discard_plan(&self) {
        *locked(&self.fleet.planned) = None;
    }

    /// Writes the sheet, then a run for each account, and carries them out on a thread of its own.
    pub(crate) fn begin(
        self: &Arc<Self>,
        seen: Arc<Seen>,
        requests: &[(AccountRole, RunRequest)],
        sheet: Option<&Sheet>,
    ) -> Result<Begun, ShellError> {
        if let Some(sheet) = sheet {
            let sealed = sheet.sealed(requests, seen.is_several)?;
            write_new(&sheet.path, &sealed, &self.home.faults).map_err(Error::from)?;
        }
        let (id, failed) = self.aws_work(&|_| {}, |work| {
            let fleet = self.fleet_of(work, Some(&seen), &*self.aws.pace);
            written_down(&fleet, requests, seen.is_several)
        })?;
        self.carry_on(&id, Some(seen))?;
        let run = id.to_string();
        Ok(Begun { run, failed })
    }
}

/// Writes the runs down; what they are called, and the accounts in which that failed.
fn written_down(
    fleet: &Fleet<'_>,
    requests: &[(AccountRole, RunRequest)],
    is_several: bool,
) -> Result<(RunId, Vec<AccountProblem>), lockstep_iam::error::Error> {
    if let ([(_, request)], false) = (requests, is_several) {
        return Ok((run::begin(fleet, request.clone())?, vec![]));
    }
    let (id, runs) = begin_each(fleet, requests)?;
    let (mut failed, mut is_begun) = (vec![], false);
    for account in runs {
        match account.outcome {
            Ok(_) => is_begun = true,
            Err(error) => failed.push((account.role, error)),
        }
    }
    if !is_begun && !failed.is_empty() {
        return Err(failed.swap_remove(0).1);
    }
    let failed = failed.into_iter();
    Ok((
        id,
        failed
            .map(|(role, error)| AccountProblem::new(&role, error))
            .collect(),
    ))
}

impl AccountPlan {
    fn new(seen: &Seen, role: &AccountRole, choice: &Choice) -> Self {
        let reports = seen.report.accounts.iter();
        let mut named = reports.filter(|report| report.account == role.account);
        let left_out = choice.left_out.iter().cloned();
        Self {
            account: role.account.clone(),
            name: named.next().and_then(|report| report.name.clone()),
            enrol: enrolled(&choice.users),
            left_out: left_out.map(LeftOutUser::from).collect(),
        }
    }
}

/// How many keys of a list are taken by nobody. IAM tells no two names apart by case.
fn spare_lines(seals: &Seals, choices: &[(AccountRole, Choice)]) -> u32 {
    let Seals::Known(keys) = seals else {
        return 0;
    };
    let taken = choices.iter().flat_map(|(_, choice)| choice.users.keys());
    let taken: HashSet<String> = taken.map(|user| user.as_str().to_ascii_lowercase()).collect();
    let is_spare = |user: &&UserName| !taken.contains(&user.as_str().to_ascii_lowercase());
    count(keys.keys().filter(is_spare).count())
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

/// The accounts in which somebody was chosen, with the chosen users alone.
fn chosen_of(seen: &Seen, users: &[ChosenUser]) -> Vec<(AccountRole, Roster)> {
    let mut chosen: HashMap<&str, HashSet<&str>> = HashMap::new();
    for ChosenUser { account, user } in users {
        chosen.entry(account).or_default().insert(user);
    }
    let accounts = seen.accounts.iter();
    accounts
        .filter_map(|read| {
            let chosen = chosen.get(&*read.role.account)?;
            let mut roster = read.outcome.as_ref().ok()?.clone();
            roster.users.retain(|user| chosen.contains(user.name.as_str()));
            Some((read.role.clone(), roster))
        })
        .collect()
}
