//! From what a person said and what a profile says to a session: whose keys, in which role, with which device, for how long.

use lockstep_device::authenticator::Authenticator;

use crate::api::TemporaryCredentials;
use crate::api::sts::Role;
use crate::elevation::only_device;
use crate::error::Error;
use crate::session::{SessionDuration, Wanted, assume, obtain};
use crate::sign_in::{Credentials, ROLE_SESSION, role_of};
use crate::work::{Held, Work, bound, held_of_serial};

/// What a person said; the profile says the rest.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The device whose code is used.
    pub device: Option<Held>,
    /// The role to take on.
    pub role_arn: Option<String>,
    /// How long a new session lasts.
    pub duration: Option<SessionDuration>,
    /// Whether one that is kept will do.
    pub wanted: Wanted,
}

/// A session, and whose keys it is made with.
#[derive(Clone, Debug)]
pub struct SessionPlan {
    /// The keys.
    pub source: Credentials,
    /// The session.
    pub session: PlannedSession,
}

/// What a session is made from, beside the keys.
#[derive(Clone, Debug)]
pub struct PlannedSession {
    /// The role that is taken on.
    pub role: Option<Role>,
    /// The device whose code it is made with.
    pub device: WhichDevice,
    /// How long a new one lasts.
    pub duration: SessionDuration,
    /// Whether one that is kept will do.
    pub wanted: Wanted,
}

/// The device whose code a session is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichDevice {
    /// This one.
    This(Held),
    /// The role wants no code.
    None,
    /// The user's only one; which that is, AWS knows. Where it is for a role, there may be none.
    Only,
}

/// What person and profile say.
pub fn plan(own: &Credentials, asked: Asked, authenticator: &Authenticator) -> Result<SessionPlan, Error> {
    let settings = own.settings()?;
    let role = role_of(&settings, asked.role_arn.as_deref())?;
    let device = match (asked.device, settings.mfa_serial.as_deref()) {
        (Some(device), _) => WhichDevice::This(device),
        (None, Some(serial)) if role.is_some() => WhichDevice::This(
            held_of_serial(authenticator, serial).ok_or_else(|| Error::DeviceNotHere(serial.to_owned()))?,
        ),
        (None, Some(serial)) => bound(authenticator)
            .into_iter()
            .find(|held| held.serial.as_str() == serial)
            .map_or(WhichDevice::Only, WhichDevice::This),
        (None, None) if role.is_some() && asked.role_arn.is_none() => WhichDevice::None,
        (None, None) => WhichDevice::Only,
    };
    let (source, role, usual) = match (role, asked.role_arn) {
        (Some(role), _) => (role.source, Some(role.role), role.duration),
        (None, Some(arn)) => {
            let role = Role {
                arn,
                session_name: ROLE_SESSION.to_owned(),
                external_id: None,
            };
            (own.clone(), Some(role), SessionDuration::HOUR)
        }
        (None, None) => (own.clone(), None, SessionDuration::DEFAULT),
    };
    Ok(SessionPlan {
        source,
        session: PlannedSession {
            role,
            device,
            duration: asked.duration.unwrap_or(usual),
            wanted: asked.wanted,
        },
    })
}

impl PlannedSession {
    /// The session, and the device whose code it was made with.
    pub fn obtain(self, work: &Work<'_>) -> Result<(TemporaryCredentials, Option<Held>), Error> {
        let not_own_keys = || Error::NotOwnKeys(work.connection.caller().arn.clone());
        let device = match (self.device, work.connection.caller().user()) {
            (WhichDevice::This(device), _) => Some(device),
            (WhichDevice::None, _) => None,
            (WhichDevice::Only, Some(user)) => match only_device(work, user) {
                Err(Error::NoDevice(_)) if self.role.is_some() => None,
                outcome => Some(outcome?),
            },
            // Not a user's own keys: a role is taken on without a code.
            (WhichDevice::Only, None) if self.role.is_some() => None,
            (WhichDevice::Only, None) => return Err(not_own_keys()),
        };
        let credentials = match (&self.role, &device) {
            (Some(role), device) => assume(work, role, device.as_ref(), self.duration, self.wanted)?,
            (None, Some(device)) => obtain(work, device, self.duration, self.wanted)?,
            (None, None) => return Err(not_own_keys()),
        };
        Ok((credentials, device))
    }
}
