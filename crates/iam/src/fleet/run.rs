//! Enrolling many users as one run: planned, written down, carried out by several threads, and gone on with after whatever
//! breaks it off. Each user ends with a device whose seed is in a hand-off for them, or with none of this run's.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lockstep_device::store::file::create_private_folder;
use lockstep_device::time::UnixTime;

use crate::api::failure::Failure;
use crate::connection::Connection;
use crate::elevation::session_of_caller;
use crate::error::Error;
use crate::fleet::bounded::each;
use crate::fleet::duplicates::yield_to_earlier;
use crate::fleet::gate::Gate;
use crate::fleet::member::enrol_member;
use crate::fleet::recipients::UserKeys;
use crate::fleet::run_store::{Member, Plan, PlannedUser, RunId, RunStore, Together};
use crate::fleet::running::{DeviceOf, Fleet, Running, devices, devices_if_told};
use crate::fleet::standing::{RunReport, UserOutcome, look, outcome_of, report_of};
use crate::name::{DevicePath, Tag, UserName};

/// What a run shall do.
#[derive(Clone)]
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
    /// With which others it is begun in other accounts, if it is.
    pub together: Option<Together>,
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
        together: request.together,
    })?;
    Ok(id)
}

/// Carries a run out as far as it goes, from wherever it stands. Users that failed get another turn. Where something is denied,
/// it goes on in a session with MFA of the caller's, which many policies ask for.
pub fn carry_on(
    fleet: &Fleet<'_>,
    id: &RunId,
    in_flight: usize,
    watch: &(dyn Fn(&RunProgress) + Sync),
) -> Result<RunReport, Error> {
    let _turn = fleet
        .authenticator
        .take_turn(&format!("fleet-{id}.lock"), Duration::ZERO)?;
    let plan = RunStore::of(fleet.authenticator, id)?.plan(id)?;
    let caller = fleet.connection.caller();
    if plan.account != caller.account {
        return Err(Error::RunElsewhere {
            run: id.to_string(),
            account: plan.account,
            caller: caller.account.clone(),
        });
    }
    if let Some(finished) = plan.finished {
        return look_again(fleet, id, plan, finished);
    }
    create_private_folder(&plan.hand_off).map_err(|error| Error::Device(error.into()))?;
    let attempt = Attempt {
        id,
        plan: &plan,
        in_flight,
        watch,
    };
    let report = match devices(&Gate::new(in_flight, fleet.pace), fleet) {
        Ok(had) => attempt.through(fleet, had)?,
        Err(error) if error.is_denial() => {
            return match session_of_caller(&fleet.work())? {
                Some(session) => attempt.in_session(fleet, &session),
                None => attempt.through(fleet, vec![]),
            };
        }
        Err(error) => return Err(error),
    };
    if !is_denied(&report) {
        return Ok(report);
    }
    match session_of_caller(&fleet.work()) {
        Ok(Some(session)) => attempt.in_session(fleet, &session),
        Ok(None) => Ok(report),
        Err(error) => Ok(RunReport {
            stopped: Some(error),
            ..report
        }),
    }
}

/// What is carried out, whoever it is asked of.
struct Attempt<'a> {
    id: &'a RunId,
    plan: &'a Plan,
    in_flight: usize,
    watch: &'a (dyn Fn(&RunProgress) + Sync),
}

impl Attempt<'_> {
    fn in_session(&self, fleet: &Fleet<'_>, session: &Connection) -> Result<RunReport, Error> {
        let fleet = fleet.through(session);
        let had = devices_if_told(&Gate::new(self.in_flight, fleet.pace), &fleet)?;
        self.through(&fleet, had)
    }

    /// Gives everybody a turn through this connection. Where it may not be listed who has a device, nobody is known to.
    fn through(&self, fleet: &Fleet<'_>, had: Vec<DeviceOf>) -> Result<RunReport, Error> {
        let running = Running {
            fleet,
            gate: Gate::new(self.in_flight, fleet.pace),
            store: RunStore::of(fleet.authenticator, self.id)?,
            plan: self.plan.clone(),
            had,
            sealing: Mutex::default(),
            denied: AtomicUsize::new(0),
        };
        let trail = fleet.connection.trail();
        trail.syncs_later(true);
        let done = everybody(&running, self.in_flight, self.watch)
            .and_then(|members| tidy_up(&running, self.id, members));
        trail.syncs_later(false);
        trail.sync();
        match done {
            Ok(report) => Ok(report),
            Err(error) => Ok(RunReport {
                stopped: Some(error),
                ..look(fleet.authenticator, self.id)?
            }),
        }
    }
}

/// Whether a permission was missing that a session with MFA may bring.
fn is_denied(report: &RunReport) -> bool {
    let is_one = |code: &str| DENIALS.contains(&code);
    let stopped = report.stopped.as_ref();
    stopped.is_some_and(|error| is_one(error.code())) || report.users.iter().any(|user| is_one(&user.code))
}

/// Gives everybody a turn who is not done: how each of them stands, or why it stopped.
fn everybody(
    running: &Running<'_>,
    in_flight: usize,
    watch: &(dyn Fn(&RunProgress) + Sync),
) -> Result<Vec<Member>, Error> {
    let total = running.plan.users.len();
    let done = AtomicUsize::new(0);
    let stopping = AtomicBool::new(false);
    let stopped: Mutex<Option<Error>> = Mutex::default();
    // More threads than calls: while some write to a disk, which may be as slow as AWS, the calls of others are in flight.
    let threads = in_flight
        .max(1)
        .saturating_mul(THREADS_PER_CALL)
        .min(MOST_THREADS);
    let numbered: Vec<(usize, &PlannedUser)> = running.plan.users.iter().enumerate().collect();
    let members = each(&numbered, threads, |(number, user)| {
        if stopping.load(Ordering::SeqCst) {
            return None;
        }
        match one(running, *number, user) {
            Ok(member) => {
                watch(&RunProgress {
                    user: user.name.clone(),
                    outcome: outcome_of(&member.stage),
                    done: done.fetch_add(1, Ordering::SeqCst) + 1,
                    total,
                });
                Some(member)
            }
            Err(error) => {
                stopping.store(true, Ordering::SeqCst);
                stopped
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get_or_insert(error);
                None
            }
        }
    });
    match stopped.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(members.into_iter().flatten().collect()),
    }
}

fn one(running: &Running<'_>, number: usize, user: &PlannedUser) -> Result<Member, Error> {
    if running.fleet.pace.is_stopped() {
        return Err(Error::RunStopped);
    }
    let mut member = running.store.member(number)?;
    if !member.stage.is_final() || member.tags_missing.is_some() {
        enrol_member(running, number, user, &mut member)?;
    }
    Ok(member)
}

/// What is looked at once everybody had a turn: devices whose answer was lost, users whom somebody else enrolled at the same
/// moment. Then the run is finished, unless some failed.
fn tidy_up(running: &Running<'_>, id: &RunId, mut members: Vec<Member>) -> Result<RunReport, Error> {
    let Running {
        fleet, gate, store, ..
    } = running;
    delete_lost(gate, fleet, store, &mut members)?;
    // Who yields is done all the same.
    yield_to_earlier(running, &mut members)?;
    let mut plan = running.plan.clone();
    if members.iter().all(|member| member.stage.is_final()) {
        for user in &mut plan.users {
            user.key = None;
        }
        plan.finished = Some(fleet.connection.service_time()?);
        store.keep_plan(&plan)?;
    }
    Ok(report_of(id, plan, &members))
}

/// What is left to do for a run that is finished: AWS may know by now of a device whose answer was lost. What it does not know
/// after a while was never made.
fn look_again(fleet: &Fleet<'_>, id: &RunId, plan: Plan, finished: UnixTime) -> Result<RunReport, Error> {
    let store = RunStore::of(fleet.authenticator, id)?;
    let mut members = store.members(&plan)?;
    delete_lost(&Gate::new(1, fleet.pace), fleet, &store, &mut members)?;
    let waited = fleet
        .connection
        .service_time()?
        .seconds()
        .saturating_sub(finished.seconds());
    if waited >= KNOWN_EVERYWHERE {
        for (number, member) in members.iter_mut().enumerate() {
            if !std::mem::take(&mut member.lost).is_empty() {
                store.keep(number, member)?;
            }
        }
    }
    Ok(report_of(id, plan, &members))
}

/// Deletes each device whose answer was lost. One that AWS does not know, or does not let go, stays in the list.
fn delete_lost(
    gate: &Gate<'_>,
    fleet: &Fleet<'_>,
    store: &RunStore,
    members: &mut [Member],
) -> Result<(), Error> {
    for (number, member) in members.iter_mut().enumerate() {
        for serial in member.lost.clone() {
            match gate.ask(|| fleet.connection.api().delete_virtual_mfa_device(&serial)) {
                Ok(()) => {
                    member.lost.retain(|lost| *lost != serial);
                    store.keep(number, member)?;
                }
                Err(Failure::Absent { .. } | Failure::Denied { .. } | Failure::InUse { .. }) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
    }
    Ok(())
}

/// What a denied call and one without MFA are called, and a device that could not be taken back for want of either.
const DENIALS: [&str; 3] = ["aws-access-denied", "aws-mfa-required", "aws-orphan-left"];

/// Seconds after which AWS knows everywhere what it has made.
const KNOWN_EVERYWHERE: u64 = 300;

const THREADS_PER_CALL: usize = 4;
const MOST_THREADS: usize = 128;
