//! What every deed is handed, and what all of them do: wait, ask again, make codes for AWS's clock.

use std::time::Duration;

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::view::AccountView;
use lockstep_device::otp::params::Period;
use lockstep_device::otp::totp::step_at;
use lockstep_device::otp::{Code, TimeStep};
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::{Faults, PlannedFault};
use lockstep_device::time::UnixTime;
use serde::Serialize;

use crate::api::Api;
use crate::api::failure::Failure;
use crate::awaited::Awaited;
use crate::connection::Connection;
use crate::device::account_of;
use crate::error::Error;
use crate::name::UserName;
use crate::note::Note;

/// Whatever passes the time. A shell sleeps; a test turns its clock.
pub trait Pace: Send + Sync {
    /// Returns when so much time has passed.
    fn wait(&self, time: Duration);

    /// Whether nothing more is to be begun: somebody who watches a run stops it so.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// The thread sleeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sleep;

impl Pace for Sleep {
    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// What a deed is doing, for a person to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A step begins.
    Begins(Step),
    /// A step has ended.
    Ended(Step, StepOutcome),
    /// Nothing happens for so many seconds, and why.
    Waits {
        /// How long, in seconds.
        seconds: u64,
        /// What for.
        what_for: Awaited,
    },
    /// Something that a person should know, and that stops nothing.
    Note(Note),
}

/// The steps of the deeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The device is made in IAM.
    Create,
    /// Its seed is put into the store.
    Store,
    /// IAM takes two of its codes and assigns it to the user.
    Enable,
    /// Its tags are set.
    Tag,
    /// STS takes one of its codes.
    Verify,
    /// A session is made with a code.
    Session,
    /// IAM is told where the device's clock is.
    Resync,
    /// The device is taken from the user.
    Deactivate,
    /// The device is deleted.
    Delete,
    /// Its account goes to the trash.
    Discard,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// It is done.
    Done,
    /// It was done already.
    Already,
    /// It was left out.
    Skipped,
    /// It failed.
    Failed,
}

/// Everything a deed works with.
pub struct Work<'a> {
    /// The accounts and their seeds.
    pub authenticator: &'a Authenticator,
    /// AWS.
    pub connection: &'a Connection,
    /// What the credentials' source is called, such as `profile work`: sessions are kept under it.
    pub source: &'a str,
    /// What passes the time.
    pub pace: &'a dyn Pace,
    /// Where a test wants a deed to break off.
    pub faults: Faults,
    /// Who watches.
    pub watch: &'a dyn Fn(&Progress),
}

/// A device whose seed is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Its account.
    pub account: AccountId,
}

/// Two successive codes and the step of the second.
pub struct Pair {
    /// The earlier code.
    pub first: Code,
    /// The later code.
    pub second: Code,
    /// The step of the later one; nothing for codes that a person typed.
    pub step: Option<TimeStep>,
}

impl<'a> Work<'a> {
    /// The same with another connection.
    pub fn through<'b>(&'b self, connection: &'b Connection) -> Work<'b>
    where
        'a: 'b,
    {
        Work {
            authenticator: self.authenticator,
            connection,
            source: self.source,
            pace: self.pace,
            faults: self.faults.clone(),
            watch: self.watch,
        }
    }

    /// The operations.
    pub fn api(&self) -> &Api {
        self.connection.api()
    }

    /// Tells whoever watches.
    pub fn tell(&self, progress: &Progress) {
        (self.watch)(progress);
    }

    /// Does one step, telling when it begins and how it ends.
    pub fn step<T>(&self, step: Step, run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        self.tell(&Progress::Begins(step));
        let outcome = run();
        let ended = if outcome.is_ok() {
            StepOutcome::Done
        } else {
            StepOutcome::Failed
        };
        self.tell(&Progress::Ended(step, ended));
        outcome
    }

    /// Lets time pass, and says why.
    pub fn wait(&self, time: Duration, what_for: Awaited) {
        if time.is_zero() {
            return;
        }
        self.tell(&Progress::Waits {
            seconds: time.as_secs(),
            what_for,
        });
        self.pace.wait(time);
    }

    /// Waits until AWS's clock says `moment`.
    pub fn wait_until(&self, moment: UnixTime, what_for: Awaited) -> Result<(), Error> {
        let left = moment.seconds().saturating_sub(self.service_time()?.seconds());
        self.wait(Duration::from_secs(left), what_for);
        Ok(())
    }

    /// The present moment by AWS's clock.
    pub fn service_time(&self) -> Result<UnixTime, Error> {
        Ok(self.connection.service_time()?)
    }

    /// Asks again, a few times and later each time, while AWS says that nothing was done because it is busy.
    pub fn patiently<T>(&self, ask: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
        patiently(|time, what_for| self.wait(time, what_for), ask)
    }

    /// Stands before and after every call that changes something, so that tests can break off there.
    pub fn reach(&self, step: &'static str) -> Result<(), Error> {
        self.faults
            .reach(step)
            .map_err(|fault: PlannedFault| Error::PlannedFault(fault.to_string()))
    }

    /// The account here that is this device, in use or in the trash.
    pub fn account_of(&self, serial: &SerialNumber) -> Option<AccountView> {
        let is_it = |account: &AccountView| account.serial.as_deref() == Some(serial.as_str());
        let in_use = self.authenticator.accounts().accounts.into_iter();
        in_use.chain(self.authenticator.trash()).find(is_it)
    }

    /// The same as a device whose codes can be made, when it is in use.
    pub fn held(&self, serial: &SerialNumber) -> Option<Held> {
        let account = self.account_of(serial)?;
        account.trashed.is_none().then(|| Held {
            serial: serial.clone(),
            account: account.id,
        })
    }

    /// The code of `account` at one of AWS's steps.
    pub fn code_at_step(&self, account: &AccountId, step: TimeStep) -> Result<Code, Error> {
        let shown = self.authenticator.account(account)?;
        if shown.period == Some(Period::THIRTY.seconds()) && shown.digits == AWS_DIGITS {
            Ok(self.authenticator.code_of_step(account, step)?)
        } else {
            Err(Error::NotAwsCode(shown.name))
        }
    }

    /// The pair whose second code is the one of `step`.
    pub fn pair_ending(&self, account: &AccountId, step: TimeStep) -> Result<Pair, Error> {
        Ok(Pair {
            first: self.code_at_step(account, TimeStep(step.0.saturating_sub(1)))?,
            second: self.code_at_step(account, step)?,
            step: Some(step),
        })
    }

    /// The present step by AWS's clock.
    pub fn service_step(&self) -> Result<TimeStep, Error> {
        Ok(step_at(Period::THIRTY, self.service_time()?))
    }

    /// Fails with [`Error::OtherAccount`] for a device of another AWS account: what is not there would count as gone.
    pub fn require_account(&self, serial: &SerialNumber) -> Result<(), Error> {
        let account = &self.connection.caller().account;
        match account_of(serial) {
            Some(other) if other != account => Err(Error::OtherAccount {
                serial: serial.to_string(),
                account: account.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The user that is meant: the one that was named, else the caller.
    pub fn user(&self, named: Option<&UserName>) -> Result<UserName, Error> {
        match (named, self.connection.caller().user()) {
            (Some(user), _) | (None, Some(user)) => Ok(user.clone()),
            (None, None) => Err(Error::NotAUser(self.connection.caller().arn.clone())),
        }
    }

    /// Whether `user` is the caller.
    pub fn is_self(&self, user: &UserName) -> bool {
        self.connection.caller().user() == Some(user)
    }
}

/// The device that this account is; nothing when it is not bound to one.
pub fn held_of(account: &AccountView) -> Option<Held> {
    Some(Held {
        serial: SerialNumber::try_from(account.serial.clone()?).ok()?,
        account: account.id.clone(),
    })
}

/// Every account here that is a device in AWS.
pub fn bound(authenticator: &Authenticator) -> Vec<Held> {
    let accounts = authenticator.accounts().accounts;
    accounts.iter().filter_map(held_of).collect()
}

/// The account here that is the device of this serial number. IAM tells no two names apart by case.
pub fn held_of_serial(authenticator: &Authenticator, serial: &str) -> Option<Held> {
    bound(authenticator)
        .into_iter()
        .find(|held| held.serial.as_str().eq_ignore_ascii_case(serial))
}

/// Asks again, a few times and later each time, while AWS says that nothing was done because it is busy.
pub(crate) fn patiently<T>(
    wait: impl Fn(Duration, Awaited),
    ask: impl Fn() -> Result<T, Failure>,
) -> Result<T, Failure> {
    for pause in PAUSES {
        match ask() {
            Err(Failure::Busy { .. }) => wait(pause, Awaited::OtherChange),
            Err(Failure::Throttled { .. }) => wait(pause, Awaited::MoreRequests),
            outcome => return outcome,
        }
    }
    ask()
}

/// AWS's codes have six digits (IAM service model: `authenticationCodeType`).
const AWS_DIGITS: u8 = 6;

/// How long is waited before asking again while AWS is busy.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];
