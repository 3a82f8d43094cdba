//! Enrolling many users as one run: planned, written down, carried out by several threads, and gone on with after whatever
//! breaks it off. Each user ends with a device whose seed is in a hand-off for them, or with none of this run's.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::create_private_folder;
use lockstep_device::time::UnixTime;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::connection::Connection;
use crate::device::MfaDevice;
use crate::error::Error;
use crate::fleet::duplicates::{DeviceOf, yield_to_earlier};
use crate::fleet::gate::Gate;
use crate::fleet::member::enrol_member;
use crate::fleet::recipients::UserKeys;
use crate::fleet::report::HandOver;
use crate::fleet::run_store::{Member, Plan, PlannedUser, RunId, RunStore, Stage, ids};
use crate::name::{DevicePath, Tag, UserName};
use crate::work::{Pace, Work};

/// Everything a run works with. Shared by its threads.
pub struct Fleet<'a> {
    /// The data folder and the store's key; accounts, where copies are kept.
    pub authenticator: &'a Authenticator,
    /// AWS, with an administrator's credentials.
    pub connection: &'a Connection,
    /// What passes the time.
    pub pace: &'a (dyn Pace + Sync),
    /// Where a test wants a run to break off.
    pub faults: Faults,
}

/// What a run shall do.
pub struct RunRequest {
    /// Whom to enrol, and what each hand-off is sealed with.
    pub users: UserKeys,
    /// Where the hand-offs go; made when it is not there.
    pub hand_off: PathBuf,
    /// The devices' path.
    pub path: DevicePath,
    /// The devices' tags; not being allowed to set them stops nothing.
    pub tags: Vec<Tag>,
    /// Whether the accounts stay in this authenticator, too.
    pub keep_copies: bool,
}

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
}

/// See [`UserReport`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
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

/// How far a run has come, for a person to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunProgress {
    /// Who had a turn just now.
    pub user: UserName,
    /// What became of it.
    pub outcome: UserOutcome,
    /// How many had a turn.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// What is shared by the threads of a run.
pub(super) struct Running<'a> {
    pub(super) fleet: &'a Fleet<'a>,
    pub(super) gate: Gate<'a>,
    pub(super) store: RunStore,
    pub(super) plan: Plan,
    /// Who had a device when this began.
    pub(super) had: Vec<DeviceOf>,
    /// Passphrases take much memory to seal with: one at a time.
    pub(super) sealing: Mutex<()>,
    /// How many users in a row could not be enabled for want of a permission.
    pub(super) denied: AtomicUsize,
}

impl Fleet<'_> {
    /// For one thread.
    pub(super) fn work(&self) -> Work<'_> {
        Work {
            authenticator: self.authenticator,
            connection: self.connection,
            source: "fleet",
            pace: self.pace,
            faults: self.faults.clone(),
            watch: &|_| (),
        }
    }
}

/// Writes a run down. Nothing is asked of AWS before [`carry_on`].
pub fn begin(fleet: &Fleet<'_>, request: RunRequest) -> Result<RunId, Error> {
    create_private_folder(&request.hand_off).map_err(|error| Error::Device(error.into()))?;
    let caller = fleet.connection.caller();
    let id = RunId::random()?;
    let users = request
        .users
        .into_iter()
        .map(|(name, key)| PlannedUser { name, key: Some(key) });
    let hand_off = std::path::absolute(&request.hand_off).unwrap_or(request.hand_off);
    RunStore::of(fleet.authenticator, &id)?.keep_plan(&Plan {
        version: 1,
        account: caller.account.clone(),
        by: caller.arn.clone(),
        begun: fleet.connection.service_time()?,
        hand_off,
        keep_copies: request.keep_copies,
        path: request.path,
        tags: request.tags,
        users: users.collect(),
        finished: None,
    })?;
    Ok(id)
}

/// Carries a run out as far as it goes, from wherever it stands. Users that failed get another turn.
pub fn carry_on(
    fleet: &Fleet<'_>,
    id: &RunId,
    in_flight: usize,
    watch: &(dyn Fn(&RunProgress) + Sync),
) -> Result<RunReport, Error> {
    let _turn = fleet
        .authenticator
        .take_turn(&format!("fleet-{id}.lock"), Duration::ZERO)?;
    let store = RunStore::of(fleet.authenticator, id)?;
    let plan = store.plan(id)?;
    let caller = fleet.connection.caller();
    if plan.account != caller.account {
        return Err(Error::RunElsewhere {
            run: id.to_string(),
            account: plan.account,
            caller: caller.account.clone(),
        });
    }
    if plan.finished.is_some() {
        return look(fleet.authenticator, id);
    }
    create_private_folder(&plan.hand_off).map_err(|error| Error::Device(error.into()))?;
    let gate = Gate::new(in_flight, fleet.pace);
    let had = devices(&gate, fleet)?;
    let running = Running {
        fleet,
        gate,
        store,
        plan,
        had,
        sealing: Mutex::default(),
        denied: AtomicUsize::new(0),
    };
    let enrolled = Mutex::new(vec![]);
    let stopped = everybody(&running, in_flight, watch, &enrolled);
    let stopped = match stopped {
        None => tidy_up(
            &running,
            &enrolled.into_inner().unwrap_or_else(PoisonError::into_inner),
        )
        .err(),
        stopped => stopped,
    };
    Ok(RunReport {
        stopped,
        ..look(fleet.authenticator, id)?
    })
}

/// How a run stands. Asks nothing of AWS.
pub fn look(authenticator: &Authenticator, id: &RunId) -> Result<RunReport, Error> {
    let store = RunStore::of(authenticator, id)?;
    let plan = store.plan(id)?;
    let mut users = Vec::with_capacity(plan.users.len());
    for (number, user) in plan.users.iter().enumerate() {
        users.push(user_report(
            &user.name,
            &plan.hand_off,
            &store.member(number)?.stage,
        ));
    }
    Ok(RunReport {
        id: id.clone(),
        account: plan.account,
        begun: plan.begun,
        hand_off: plan.hand_off,
        users,
        is_finished: plan.finished.is_some(),
        stopped: None,
    })
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

/// Gives everybody a turn who is not done. Why it stopped, when it did.
fn everybody(
    running: &Running<'_>,
    in_flight: usize,
    watch: &(dyn Fn(&RunProgress) + Sync),
    enrolled: &Mutex<Vec<usize>>,
) -> Option<Error> {
    let total = running.plan.users.len();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let stopping = AtomicBool::new(false);
    let stopped: Mutex<Option<Error>> = Mutex::default();
    // More threads than calls: while one writes to the disk, another's call is in flight.
    let threads = in_flight.max(1).saturating_mul(2).min(MOST_THREADS);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !stopping.load(Ordering::SeqCst) {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some(user) = running.plan.users.get(number) else {
                        return;
                    };
                    let outcome = match one(running, number, user, enrolled) {
                        Ok(outcome) => outcome,
                        Err(error) => {
                            stopping.store(true, Ordering::SeqCst);
                            stopped
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .get_or_insert(error);
                            return;
                        }
                    };
                    watch(&RunProgress {
                        user: user.name.clone(),
                        outcome,
                        done: done.fetch_add(1, Ordering::SeqCst) + 1,
                        total,
                    });
                }
            });
        }
    });
    stopped.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn one(
    running: &Running<'_>,
    number: usize,
    user: &PlannedUser,
    enrolled: &Mutex<Vec<usize>>,
) -> Result<UserOutcome, Error> {
    let mut member = running.store.member(number)?;
    if !member.stage.is_final() {
        enrol_member(running, number, user, &mut member)?;
        if matches!(member.stage, Stage::HandedOver { .. }) {
            enrolled
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(number);
        }
    }
    Ok(outcome_of(&member.stage))
}

/// What is looked at once everybody had a turn: devices whose answer was lost, users whom somebody else enrolled at the same
/// moment. Then the run is finished, unless some failed.
fn tidy_up(running: &Running<'_>, enrolled: &[usize]) -> Result<(), Error> {
    let Running {
        fleet,
        gate,
        store,
        plan,
        ..
    } = running;
    let mut members: Vec<Member> = (0..plan.users.len())
        .map(|number| store.member(number))
        .collect::<Result<_, _>>()?;
    let lost: Vec<SerialNumber> = members
        .iter_mut()
        .flat_map(|member| member.lost.clone())
        .collect();
    if !lost.is_empty() {
        let unassigned = gate.ask(|| {
            fleet
                .connection
                .api()
                .list_virtual_mfa_devices(Assignment::Unassigned)
        })?;
        for serial in unassigned
            .iter()
            .map(|device| &device.serial)
            .filter(|serial| lost.contains(serial))
        {
            match gate.ask(|| fleet.connection.api().delete_virtual_mfa_device(serial)) {
                Ok(()) | Err(Failure::Absent { .. }) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
    }
    yield_to_earlier(running, enrolled)?;
    members = (0..plan.users.len())
        .map(|number| store.member(number))
        .collect::<Result<_, _>>()?;
    if members.iter().all(|member| member.stage.is_final()) {
        let users = plan.users.iter().map(|user| PlannedUser {
            name: user.name.clone(),
            key: None,
        });
        store.keep_plan(&Plan {
            users: users.collect(),
            finished: Some(fleet.connection.service_time()?),
            ..plan.clone()
        })?;
    }
    Ok(())
}

/// Who has which virtual device. Where that may not be listed, nobody is known to.
pub(super) fn devices(gate: &Gate<'_>, fleet: &Fleet<'_>) -> Result<Vec<DeviceOf>, Error> {
    let listed = gate.ask(|| {
        fleet
            .connection
            .api()
            .list_virtual_mfa_devices(Assignment::Assigned)
    });
    match listed {
        Ok(devices) => Ok(devices.into_iter().filter_map(device_of).collect()),
        Err(Failure::Denied { .. }) => Ok(vec![]),
        Err(failure) => Err(failure.into()),
    }
}

fn device_of(device: MfaDevice) -> Option<DeviceOf> {
    Some(DeviceOf {
        user: device.user?,
        serial: device.serial,
        enabled: device.enabled,
    })
}

fn outcome_of(stage: &Stage) -> UserOutcome {
    match stage {
        Stage::HandedOver { .. } => UserOutcome::Enrolled,
        Stage::Had { .. } => UserOutcome::AlreadyHad,
        Stage::Failed { .. } => UserOutcome::Failed,
        Stage::Waiting | Stage::Creating { .. } | Stage::Seeded { .. } | Stage::Enabled { .. } => {
            UserOutcome::Open
        }
    }
}

fn user_report(user: &UserName, folder: &Path, stage: &Stage) -> UserReport {
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
    }
}

const MOST_THREADS: usize = 32;
