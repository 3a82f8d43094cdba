//! Sessions with MFA: STS gives them for a code of the user's own device (STS API: `GetSessionToken`, `AssumeRole`). They are
//! kept in the store until shortly before they end, and made by one process at a time.

use std::time::Duration;

use data_encoding::HEXLOWER;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::error::Error as DeviceError;
use lockstep_device::otp::{Code, TimeStep};
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::seeds::CredentialsName;
use lockstep_device::time::{Drift, UnixTime};
use ring::digest;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::api::TemporaryCredentials;
use crate::api::failure::Failure;
use crate::api::sts::{DeviceCode, Role};
use crate::awaited::Awaited;
use crate::error::Error;
use crate::ledger::{self, ATTEMPTS_PER_BUCKET, BUCKET_SECONDS, Turn};
use crate::work::{Held, Step, Work};

/// How long a session lasts, in seconds: 900 to 129 600 (STS API: `DurationSeconds`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionDuration(u32);

impl SessionDuration {
    /// Twelve hours, STS's own default.
    pub const DEFAULT: Self = Self(43_200);

    /// One hour, what a role gives without being told otherwise.
    pub const HOUR: Self = Self(3600);

    /// The number of seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u64> for SessionDuration {
    type Error = Error;

    fn try_from(seconds: u64) -> Result<Self, Error> {
        match u32::try_from(seconds) {
            Ok(fits) if (900..=129_600).contains(&fits) => Ok(Self(fits)),
            _ => Err(Error::DurationInvalid(seconds)),
        }
    }
}

/// Whether a session that is kept will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One that is kept, else a new one.
    KeptOrNew,
    /// A new one, in place of one that is kept.
    New,
}

/// What a session is for; the name it is kept under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKey(String);

impl SessionKey {
    /// The session with this device from the credentials called `source`, perhaps in a role.
    pub fn new(source: &str, serial: &str, role: Option<&str>) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [source, serial, role.unwrap_or_default()] {
            context.update(&part.len().to_be_bytes());
            context.update(part.as_bytes());
        }
        let hash = context.finish();
        let mut name = PREFIX.to_owned();
        HEXLOWER.encode_append(&hash.as_ref()[..16], &mut name);
        Self(name)
    }

    /// Whether something is kept under it, among these names.
    pub fn is_among(&self, names: &[CredentialsName]) -> bool {
        names.iter().any(|name| name.as_str() == self.0)
    }

    fn name(&self) -> Result<CredentialsName, Error> {
        Ok(CredentialsName::try_from(self.0.as_str()).map_err(DeviceError::from)?)
    }
}

/// A session as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Zeroizing<String>,
    expiration: UnixTime,
    drift: Drift,
}

/// A session that is there already and lasts for five minutes more; nothing otherwise. No request is made. Where the clock
/// was off when it was made, only who asks AWS for the time may know that it still lasts.
pub fn kept(authenticator: &Authenticator, key: &SessionKey) -> Result<Option<TemporaryCredentials>, Error> {
    let ours = authenticator.now()?;
    // A clock that was fast then and has been mended since would make an ended session look young.
    find(authenticator, key, |kept| kept.drift.service_time(ours).max(ours))
}

fn find(
    authenticator: &Authenticator,
    key: &SessionKey,
    now: impl FnOnce(&Kept) -> UnixTime,
) -> Result<Option<TemporaryCredentials>, Error> {
    let Some(text) = authenticator.credentials(&key.name()?)? else {
        return Ok(None);
    };
    // What an older or newer version wrote there is made again.
    let Ok(kept) = serde_json::from_str::<Kept>(&text) else {
        return Ok(None);
    };
    if now(&kept).saturating_add(SPARE) >= kept.expiration {
        return Ok(None);
    }
    Ok(Some(TemporaryCredentials {
        access_key_id: kept.access_key_id,
        secret_access_key: kept.secret_access_key,
        session_token: kept.session_token,
        expiration: kept.expiration,
    }))
}

/// A session with MFA for the caller, made with a code of this device or kept from before.
pub fn obtain(
    work: &Work<'_>,
    device: &Held,
    duration: SessionDuration,
    wanted: Wanted,
) -> Result<TemporaryCredentials, Error> {
    if !work.connection.caller().has_own_keys() {
        return Err(Error::NotOwnKeys(work.connection.caller().arn.clone()));
    }
    let key = SessionKey::new(work.source, device.serial.as_str(), None);
    refresh(work, &key, wanted, || {
        work.step(Step::Session, || {
            with_code(work, device, |code| {
                work.api().session_token(code, duration.seconds())
            })
        })
    })
}

/// A session in a role, with a code of this device where the role wants one, or kept from before.
pub fn assume(
    work: &Work<'_>,
    role: &Role,
    device: Option<&Held>,
    duration: SessionDuration,
    wanted: Wanted,
) -> Result<TemporaryCredentials, Error> {
    let serial = device.map_or("", |device| device.serial.as_str());
    let key = SessionKey::new(work.source, serial, Some(&role.arn));
    refresh(work, &key, wanted, || {
        work.step(Step::Session, || match device {
            Some(device) => with_code(work, device, |code| {
                work.api().assume_role(role, Some(code), duration.seconds())
            }),
            None => Ok(work.api().assume_role(role, None, duration.seconds())?),
        })
    })
}

/// A session for the caller, made with a code that a person read off a device that is not here. It is kept nowhere.
pub fn with_typed_code(
    work: &Work<'_>,
    serial: &SerialNumber,
    code: &Code,
) -> Result<TemporaryCredentials, Error> {
    if !work.connection.caller().has_own_keys() {
        return Err(Error::NotOwnKeys(work.connection.caller().arn.clone()));
    }
    work.step(Step::Session, || {
        // Each code counts once: a refused one is said, and the next is for the person to type.
        Ok(work
            .api()
            .session_token((serial, code), SessionDuration::HOUR.seconds())?)
    })
}

/// Forgets the session with this device: it is refused, or no longer wanted.
pub fn forget(authenticator: &Authenticator, key: &SessionKey) -> Result<(), Error> {
    Ok(authenticator.forget_credentials(&key.name()?)?)
}

/// The session that is kept, or a new one, which is kept then. One process at a time makes one; the others find it.
fn refresh(
    work: &Work<'_>,
    key: &SessionKey,
    wanted: Wanted,
    make: impl FnOnce() -> Result<TemporaryCredentials, Error>,
) -> Result<TemporaryCredentials, Error> {
    let _turn = work.authenticator.take_turn(TURN, PATIENCE)?;
    let now = work.service_time()?;
    if wanted == Wanted::KeptOrNew
        && let Some(session) = find(work.authenticator, key, |_| now)?
    {
        return Ok(session);
    }
    let session = make()?;
    let kept = Kept {
        access_key_id: session.access_key_id.clone(),
        secret_access_key: session.secret_access_key.clone(),
        session_token: session.session_token.clone(),
        expiration: session.expiration,
        drift: work.connection.drift(),
    };
    // Room for all of it at once: growing would leave copies of the secrets behind.
    let length = kept.secret_access_key.len() + kept.session_token.len();
    let mut text = Zeroizing::new(Vec::with_capacity(2 * length + 1024));
    serde_json::to_writer(&mut *text, &kept).expect("strings and numbers are always JSON");
    let text = String::from_utf8(std::mem::take(&mut *text)).expect("JSON is UTF-8");
    work.authenticator
        .keep_credentials(&key.name()?, Zeroizing::new(text))?;
    Ok(session)
}

/// Calls STS with codes of this device that it has not seen, until it takes one: each step once, no more than it looks at,
/// and no more often than makes sense.
pub fn with_code<T>(
    work: &Work<'_>,
    device: &Held,
    call: impl Fn(DeviceCode<'_>) -> Result<T, Failure>,
) -> Result<T, Error> {
    let mut refused = 0;
    let mut tried = 0;
    loop {
        let (code, step) = next_code(work, device)?;
        let failure = match call((&device.serial, &code)) {
            Ok(answer) => {
                if let Err(error) = work.authenticator.mark_used(&device.account, step) {
                    // The ledger knows; the window only shows a spent code as fresh.
                    tracing::warn!(%error, "a code that was given to STS is not marked");
                }
                return Ok(answer);
            }
            Err(failure) => failure,
        };
        tried += 1;
        match failure {
            Failure::CodeInvalid { .. } => refused += 1,
            Failure::CodeUnchecked { .. } => why_unchecked(work, device, tried)?,
            // The code may have been looked at; the next one is asked for.
            failure @ (Failure::Unknown { .. } | Failure::Throttled { .. } | Failure::Busy { .. }) => {
                if tried >= TRIES {
                    return Err(failure.into());
                }
            }
            other => return Err(other.into()),
        }
        if refused >= REFUSALS || tried >= TRIES {
            return Err(Error::CodeRejected {
                serial: device.serial.to_string(),
                attempts: tried,
                known: known_clock(work),
            });
        }
    }
}

/// What can be said about the clocks when codes are refused.
pub fn known_clock(work: &Work<'_>) -> String {
    match work.connection.drift().seconds() {
        0 => "both clocks agree, so that the seed may be another device's, or somebody else used the codes"
            .to_owned(),
        drift => format!(
            "AWS's clock is {} seconds {} ours, which the codes were made for; the seed may be another device's, or \
             somebody else used the codes",
            drift.unsigned_abs(),
            if drift > 0 { "ahead of" } else { "behind" }
        ),
    }
}

/// The next code that STS has not seen. It is written down as spent before it is given out.
fn next_code(work: &Work<'_>, device: &Held) -> Result<(Code, TimeStep), Error> {
    loop {
        let now = work.service_time()?;
        let turn = ledger::change(work.authenticator, &device.serial, |page| {
            let turn = page.turn(now);
            if let Turn::Now(step) = turn {
                page.spend(step, now);
            }
            turn
        })?;
        match turn {
            Turn::Now(step) => {
                work.reach("code about to be given to STS")?;
                return Ok((work.code_at_step(&device.account, step)?, step));
            }
            Turn::NextStep(moment) => work.wait_until(moment, Awaited::UnusedCode)?,
            Turn::NextBucket(until) => {
                return Err(Error::AttemptsSpent {
                    serial: device.serial.to_string(),
                    until,
                });
            }
        }
    }
}

/// STS did not look at the code. Nothing when trying again makes sense; the cause otherwise.
fn why_unchecked(work: &Work<'_>, device: &Held, tried: u32) -> Result<(), Error> {
    let now = work.service_time()?;
    let page = ledger::page(work.authenticator, &device.serial)?;
    let bucket = now.seconds() / BUCKET_SECONDS;
    if page.bucket == bucket && page.attempts >= ATTEMPTS_PER_BUCKET {
        return Err(Error::AttemptsSpent {
            serial: device.serial.to_string(),
            until: UnixTime::from_seconds((bucket + 1).saturating_mul(BUCKET_SECONDS)),
        });
    }
    let is_new = page
        .enabled
        .is_some_and(|enabled| now.seconds().saturating_sub(enabled.seconds()) < NEW_SECONDS);
    if is_new {
        return Ok(());
    }
    let Some(user) = work.connection.caller().user() else {
        return Ok(());
    };
    match work.api().list_mfa_devices(user) {
        Ok(devices) if devices.iter().any(|listed| listed.serial == device.serial) => Ok(()),
        Ok(_) => Err(Error::CodeRejected {
            serial: device.serial.to_string(),
            attempts: tried,
            known: format!("AWS does not list it among the devices of {user}"),
        }),
        Err(Failure::Denied { .. }) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

/// The serial number of an account's device.
pub fn serial_of(serial: Option<&str>, label: &str) -> Result<SerialNumber, Error> {
    let serial = serial.ok_or_else(|| Error::NotBound(label.to_owned()))?;
    Ok(SerialNumber::try_from(serial.to_owned())?)
}

const PREFIX: &str = "session-";
const TURN: &str = "aws-session.lock";

/// Making a session may wait for the next code twice.
const PATIENCE: Duration = Duration::from_mins(4);

/// A session that ends within so long is made anew.
const SPARE: Duration = Duration::from_mins(5);

/// How often STS may refuse a code as wrong.
const REFUSALS: u32 = 2;

/// How often STS is given a code at all.
const TRIES: u32 = 4;

/// For so long after Enable, a device may not be known to STS everywhere; it took 4 to 9 seconds in September 2026.
const NEW_SECONDS: u64 = 60;
