//! How runs stand, from what is on the disk. Nothing here asks AWS.

use std::path::{Path, PathBuf};

use lockstep_device::authenticator::Authenticator;
use lockstep_device::serial::SerialNumber;
use lockstep_device::time::UnixTime;

use crate::error::Error;
use crate::fleet::report::HandOver;
use crate::fleet::run_store::{Member, Plan, RunId, RunStore, Stage, Together, ids};
use crate::name::UserName;

/// How a run stands.
#[derive(Debug)]
pub struct RunReport {
    /// Which run.
    pub id: RunId,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// When it was begun, by AWS's clock.
    pub begun: UnixTime,
    /// Where the hand-offs are.
    pub hand_off: PathBuf,
    /// Each user, in the order of their names.
    pub users: Vec<UserReport>,
    /// Whether nothing is left to do.
    pub is_finished: bool,
    /// Why it stopped before everybody had a turn; nothing when everybody had, and for a run that is only looked at.
    pub stopped: Option<Error>,
    /// With which others it was begun in other accounts, if it was.
    pub together: Option<Together>,
}

/// How one user of a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserReport {
    /// Whom it is about.
    pub user: UserName,
    /// What became of it.
    pub outcome: UserOutcome,
    /// The device: this run's, the one that was there before, or one that could not be taken back.
    pub serial: Option<SerialNumber>,
    /// The hand-off.
    pub hand_off: Option<PathBuf>,
    /// When it was made, by AWS's clock.
    pub handed_over: Option<UnixTime>,
    /// A stable code for why not.
    pub code: String,
    /// Why not, in a sentence; may be empty.
    pub reason: String,
    /// What to do; may be empty.
    pub remedy: String,
    /// What is not as it was asked for, and fails nobody.
    pub warnings: Vec<String>,
}

/// See [`UserReport`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum UserOutcome {
    /// The device is the user's, and the hand-off is there.
    Enrolled,
    /// The user had a device already, or has one from somebody else's run.
    AlreadyHad,
    /// It was taken back, and nothing is left of it but what the reason says.
    Failed,
    /// It is not finished: the run has to be gone on with.
    Open,
}

impl UserOutcome {
    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::AlreadyHad => "already-had",
            Self::Failed => "failed",
            Self::Open => "open",
        }
    }
}

/// How a run stands.
pub fn look(authenticator: &Authenticator, id: &RunId) -> Result<RunReport, Error> {
    let store = RunStore::of(authenticator, id)?;
    let plan = store.plan(id)?;
    let members = store.members(&plan)?;
    Ok(report_of(id, plan, &members))
}

/// How a run stands with these members, in the order of the plan.
pub(super) fn report_of(id: &RunId, plan: Plan, members: &[Member]) -> RunReport {
    let users = plan.users.iter().zip(members);
    RunReport {
        id: id.clone(),
        users: users
            .map(|(user, member)| user_report(&user.name, &plan.hand_off, member, id))
            .collect(),
        account: plan.account,
        begun: plan.begun,
        hand_off: plan.hand_off,
        is_finished: plan.finished.is_some(),
        stopped: None,
        together: plan.together,
    }
}

/// All runs there are, the latest first.
pub fn runs(authenticator: &Authenticator) -> Result<Vec<RunReport>, Error> {
    let ids = ids(authenticator)?;
    let mut runs: Vec<RunReport> = ids
        .iter()
        .map(|id| look(authenticator, id))
        .collect::<Result<_, _>>()?;
    runs.sort_by_key(|run| std::cmp::Reverse(run.begun));
    Ok(runs)
}

/// The run that is called so, or all that were begun together under this name, in the order of their accounts.
pub fn called(authenticator: &Authenticator, id: &RunId) -> Result<Vec<RunReport>, Error> {
    let unknown = match look(authenticator, id) {
        Ok(run) => return Ok(vec![run]),
        Err(unknown @ Error::RunUnknown(_)) => unknown,
        Err(error) => return Err(error),
    };
    let mut runs = runs(authenticator)?;
    runs.retain(|run| run.together.as_ref().is_some_and(|together| together.id == *id));
    runs.sort_by(|one, other| one.account.cmp(&other.account));
    if runs.is_empty() { Err(unknown) } else { Ok(runs) }
}

/// Devices that a run which is not finished made or may have made: nobody else may delete them.
pub fn needed_devices(authenticator: &Authenticator) -> Result<Vec<SerialNumber>, Error> {
    let mut needed = vec![];
    for id in ids(authenticator)? {
        let store = RunStore::of(authenticator, &id)?;
        let plan = store.plan(&id)?;
        if plan.finished.is_some() {
            continue;
        }
        for number in 0..plan.users.len() {
            needed.extend(store.member(number)?.stage.serial().cloned());
        }
    }
    Ok(needed)
}

/// Every device that was handed over from this machine.
pub fn hand_overs(authenticator: &Authenticator) -> Result<Vec<HandOver>, Error> {
    let mut found = vec![];
    for run in runs(authenticator)? {
        for user in run.users {
            if let (Some(serial), Some(at)) = (user.serial, user.handed_over) {
                found.push(HandOver {
                    account: run.account.clone(),
                    user: user.user,
                    serial,
                    at,
                });
            }
        }
    }
    Ok(found)
}

pub(super) fn outcome_of(stage: &Stage) -> UserOutcome {
    match stage {
        Stage::HandedOver { .. } => UserOutcome::Enrolled,
        Stage::Had { .. } => UserOutcome::AlreadyHad,
        Stage::Failed { .. } => UserOutcome::Failed,
        Stage::Waiting | Stage::Creating { .. } | Stage::Seeded { .. } | Stage::Enabled { .. } => {
            UserOutcome::Open
        }
    }
}

fn user_report(user: &UserName, folder: &Path, member: &Member, run: &RunId) -> UserReport {
    let stage = &member.stage;
    let (code, reason, remedy) = match stage {
        Stage::Failed {
            code,
            message,
            remedy,
            ..
        } => (code.clone(), message.clone(), remedy.clone()),
        _ => Default::default(),
    };
    let (hand_off, handed_over) = match stage {
        Stage::HandedOver { file, made, .. } => (Some(folder.join(file)), Some(*made)),
        _ => (None, None),
    };
    UserReport {
        user: user.clone(),
        outcome: outcome_of(stage),
        serial: stage.serial().cloned(),
        hand_off,
        handed_over,
        code,
        reason,
        remedy,
        warnings: warnings(member, run),
    }
}

/// What is not as it was asked for, and fails nobody.
fn warnings(member: &Member, run: &RunId) -> Vec<String> {
    let tags = member.tags_missing.iter();
    let tags = tags.map(|why| format!("the device does not have the run's tags: {why}"));
    let lost = member.lost.iter().map(|serial| {
        format!(
            "AWS gave no answer when it was asked for the device {serial}, and does not list it; should it do so later, \
             `lockstep fleet enrol --resume {run}` deletes it"
        )
    });
    tags.chain(lost).collect()
}
