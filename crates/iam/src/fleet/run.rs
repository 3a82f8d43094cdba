//! Enrolling many users as one run: planned, written down, carried out by several threads, and gone on with after whatever
//! breaks it off. Each user ends with a device whose seed is in a hand-off for them, or with none of this run's.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lockstep_device::serial::SerialNumber;
use lockstep_device::store::file::create_private_folder;

use crate::api::failure::Failure;
use crate::api::iam::Assignment;
use crate::error::Error;
use crate::fleet::bounded::each;
use crate::fleet::duplicates::yield_to_earlier;
use crate::fleet::gate::Gate;
use crate::fleet::member::enrol_member;
use crate::fleet::recipients::UserKeys;
use crate::fleet::run_store::{Member, Plan, PlannedUser, RunId, RunStore, Stage};
use crate::fleet::running::{Fleet, Running, devices};
use crate::fleet::standing::{RunReport, UserOutcome, look, outcome_of};
use crate::name::{DevicePath, Tag, UserName};

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

/// Gives everybody a turn who is not done. Why it stopped, when it did.
fn everybody(
    running: &Running<'_>,
    in_flight: usize,
    watch: &(dyn Fn(&RunProgress) + Sync),
    enrolled: &Mutex<Vec<usize>>,
) -> Option<Error> {
    let total = running.plan.users.len();
    let done = AtomicUsize::new(0);
    let stopping = AtomicBool::new(false);
    let stopped: Mutex<Option<Error>> = Mutex::default();
    // More threads than calls: while one writes to the disk, another's call is in flight.
    let threads = in_flight.max(1).saturating_mul(2).min(MOST_THREADS);
    let numbered: Vec<(usize, &PlannedUser)> = running.plan.users.iter().enumerate().collect();
    each(&numbered, threads, |(number, user)| {
        if stopping.load(Ordering::SeqCst) {
            return;
        }
        match one(running, *number, user, enrolled) {
            Ok(outcome) => watch(&RunProgress {
                user: user.name.clone(),
                outcome,
                done: done.fetch_add(1, Ordering::SeqCst) + 1,
                total,
            }),
            Err(error) => {
                stopping.store(true, Ordering::SeqCst);
                stopped
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get_or_insert(error);
            }
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
    if running.fleet.pace.is_stopped() {
        return Err(Error::RunStopped);
    }
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
    let members: Vec<Member> = (0..plan.users.len())
        .map(|number| store.member(number))
        .collect::<Result<_, _>>()?;
    let lost: Vec<&SerialNumber> = members.iter().flat_map(|member| &member.lost).collect();
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
    // Who yields is done all the same.
    yield_to_earlier(running, enrolled)?;
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

const MOST_THREADS: usize = 32;
