//! How runs stand, as the window is shown them. Those that were begun together are one.

use std::path::Path;

use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::standing::{RunReport, UserOutcome, UserReport};
use serde::Serialize;

use crate::error::CommandError;

/// How a run stands, or several that were begun together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetRun {
    /// What it is called, or what they are called together.
    pub id: String,
    /// What this one and others in other accounts are called together; nothing for those all, and for one by itself.
    pub together: Option<String>,
    /// When it was begun, in seconds since the Unix epoch, by AWS's clock.
    pub begun: u64,
    /// Where the hand-offs are.
    pub folder: String,
    /// How many users have which outcome.
    pub tally: FleetTally,
    /// Whether nothing is left to do.
    pub is_finished: bool,
    /// Whether it is carried out at this moment.
    pub is_running: bool,
    /// The run of each account.
    pub accounts: Vec<FleetRunAccount>,
    /// Each user, account by account in the order of their names; nobody in a list of runs.
    pub users: Vec<FleetRunUser>,
}

/// The run of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetRunAccount {
    /// What this one is called.
    pub run: String,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// What the list called the account.
    pub name: Option<String>,
    /// How many of its users have which outcome.
    pub tally: FleetTally,
    /// Whether nothing is left to do in it.
    pub is_finished: bool,
}

/// How many users have which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetTally {
    /// The device is theirs, and the hand-off is there.
    pub enrolled: u32,
    /// They had a device.
    pub already_had: u32,
    /// It was taken back.
    pub failed: u32,
    /// Not finished.
    pub open: u32,
}

/// How one user of a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct FleetRunUser {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// The name.
    pub user: String,
    /// What became of it.
    pub outcome: UserOutcome,
    /// The device.
    pub serial: Option<String>,
    /// The hand-off's name in the folder.
    pub hand_off: Option<String>,
    /// Why not; nothing where there is nothing to say.
    pub problem: Option<CommandError>,
}

impl FleetRun {
    /// These runs under one name. `running` is what is carried out at this moment.
    pub(crate) fn new(id: &RunId, runs: &[RunReport], running: Option<&RunId>) -> Self {
        let names = |run: &RunReport| run.together.as_ref().map(|together| together.id.clone());
        let is_running =
            |run: &RunReport| running.is_some_and(|id| run.id == *id || names(run).as_ref() == Some(id));
        let first = runs.first();
        Self {
            id: id.to_string(),
            together: first
                .and_then(names)
                .filter(|name| name != id)
                .map(|name| name.to_string()),
            begun: runs
                .iter()
                .map(|run| run.begun.seconds())
                .min()
                .unwrap_or_default(),
            folder: first
                .map(|run| run.hand_off.display().to_string())
                .unwrap_or_default(),
            tally: FleetTally::of(runs.iter().flat_map(|run| &run.users)),
            is_finished: runs.iter().all(|run| run.is_finished),
            is_running: runs.iter().any(is_running),
            accounts: runs.iter().map(FleetRunAccount::from).collect(),
            users: runs
                .iter()
                .flat_map(|run| run.users.iter().map(|user| FleetRunUser::new(&run.account, user)))
                .collect(),
        }
    }
}

/// All runs, those together that were begun so, in the order of the first of each.
pub(crate) fn together(runs: Vec<RunReport>) -> Vec<(RunId, Vec<RunReport>)> {
    let mut found: Vec<(RunId, Vec<RunReport>)> = vec![];
    for run in runs {
        let id = run
            .together
            .as_ref()
            .map_or(&run.id, |together| &together.id)
            .clone();
        match found.iter_mut().find(|(known, _)| *known == id) {
            Some((_, group)) => group.push(run),
            None => found.push((id, vec![run])),
        }
    }
    for (_, group) in &mut found {
        group.sort_by(|one, other| one.account.cmp(&other.account));
    }
    found
}

impl FleetTally {
    fn of<'u>(users: impl Iterator<Item = &'u UserReport>) -> Self {
        let mut tally = Self::default();
        for user in users {
            let place = match user.outcome {
                UserOutcome::Enrolled => &mut tally.enrolled,
                UserOutcome::AlreadyHad => &mut tally.already_had,
                UserOutcome::Failed => &mut tally.failed,
                UserOutcome::Open => &mut tally.open,
            };
            *place = place.saturating_add(1);
        }
        tally
    }
}

impl From<&RunReport> for FleetRunAccount {
    fn from(run: &RunReport) -> Self {
        Self {
            run: run.id.to_string(),
            account: run.account.clone(),
            name: run
                .together
                .as_ref()
                .and_then(|together| together.role.name.clone()),
            tally: FleetTally::of(run.users.iter()),
            is_finished: run.is_finished,
        }
    }
}

impl FleetRunUser {
    fn new(account: &str, report: &UserReport) -> Self {
        let hand_off = report.hand_off.as_deref().and_then(Path::file_name);
        let problem = (!report.code.is_empty()).then(|| CommandError {
            code: report.code.clone(),
            message: report.reason.clone(),
            remedy: report.remedy.clone(),
        });
        Self {
            account: account.to_owned(),
            user: report.user.to_string(),
            outcome: report.outcome,
            serial: report.serial.as_ref().map(ToString::to_string),
            hand_off: hand_off.map(|name| name.to_string_lossy().into_owned()),
            problem,
        }
    }
}
