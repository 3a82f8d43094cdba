//! Asking for more: what takes a session with MFA is asked in one, made with a device of the caller's own that is here.

use std::cell::RefCell;
use std::rc::Rc;

use lockstep_device::serial::SerialNumber;

use crate::api::Api;
use crate::api::failure::Failure;
use crate::connection::Connection;
use crate::error::Error;
use crate::name::UserName;
use crate::note::{Note, cause};
use crate::session::{SessionDuration, Wanted, obtain};
use crate::work::{Held, Progress, Work};

/// A user who has a device may change his devices in a session with MFA only, and many policies allow nothing else without
/// one either. This asks with the credentials at hand and, where AWS wants more, once more in a session.
pub struct Elevation<'a> {
    work: &'a Work<'a>,
    device: Option<Held>,
    session: RefCell<Option<Rc<Connection>>>,
}

impl<'a> Elevation<'a> {
    /// For what is done to devices of `user`, or of nobody, with the code of `device` if it has to be.
    pub fn new(work: &'a Work<'a>, user: Option<&UserName>, device: Option<Held>) -> Self {
        let is_self = user.is_some_and(|user| work.is_self(user));
        let may = is_self && work.connection.caller().has_own_keys();
        Self {
            work,
            device: device.filter(|_| may),
            session: RefCell::default(),
        }
    }

    /// Asks; a session is made when AWS wants one, and kept for the next question.
    pub fn ask<T>(&self, question: impl Fn(&Api) -> Result<T, Failure>) -> Result<T, Error> {
        if self.session.borrow().is_none() {
            let outcome = self.work.patiently(|| question(self.work.api()));
            match (outcome, &self.device) {
                (Err(failure), Some(_)) if failure.is_denial() => {}
                (outcome, _) => return Ok(outcome?),
            }
        }
        self.ask_in_session(question)
    }

    fn ask_in_session<T>(&self, question: impl Fn(&Api) -> Result<T, Failure>) -> Result<T, Error> {
        let session = self.session()?;
        match self.work.patiently(|| question(session.api())) {
            // One that was kept may have ended with the key it was made from.
            Err(Failure::CredentialsRefused { .. } | Failure::Expired { .. }) => {
                let session = self.make(Wanted::New)?;
                Ok(self.work.patiently(|| question(session.api()))?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// The connection with MFA. Fails with [`Failure::MfaRequired`] where there is no device to make a code with.
    pub fn session(&self) -> Result<Rc<Connection>, Error> {
        let made = self.session.borrow().clone();
        match made {
            Some(session) => Ok(session),
            None => self.make(Wanted::KeptOrNew),
        }
    }

    fn make(&self, wanted: Wanted) -> Result<Rc<Connection>, Error> {
        let device = self.device.as_ref().ok_or_else(|| Failure::MfaRequired {
            message: "no account here is a device of this user".to_owned(),
        })?;
        let credentials = obtain(self.work, device, SessionDuration::DEFAULT, wanted)?;
        let session = Rc::new(self.work.connection.with_session(&credentials));
        self.session.replace(Some(session.clone()));
        Ok(session)
    }
}

/// Those of the user's devices whose seeds are here.
pub fn held_devices(work: &Work<'_>, user: &UserName) -> Result<Vec<Held>, Failure> {
    let listed = work.api().list_mfa_devices(user)?;
    Ok(listed
        .iter()
        .filter_map(|device| work.held(&device.serial))
        .collect())
}

/// The caller's own device to make a session with: the one in question when it is here, else any other of the user's that
/// is. Nothing when it takes none: for somebody else's devices, and with other credentials than the user's own keys.
pub fn own_device(work: &Work<'_>, user: &UserName, wanted: Option<&SerialNumber>) -> Option<Held> {
    if !work.is_self(user) || !work.connection.caller().has_own_keys() {
        return None;
    }
    let mut devices = match held_devices(work, user) {
        Ok(devices) => devices,
        Err(failure) => {
            work.tell(&Progress::Note(Note::DevicesUnknown(cause(failure))));
            only_one_here(work)
        }
    };
    let place = devices.iter().position(|device| Some(&device.serial) == wanted);
    if devices.is_empty() {
        // One that is no longer assigned may have a session that still lasts.
        return wanted.and_then(|serial| work.held(serial));
    }
    Some(devices.swap_remove(place.unwrap_or(0)))
}

/// The device here in the caller's AWS account, when there is just one.
fn only_one_here(work: &Work<'_>) -> Vec<Held> {
    let account = &work.connection.caller().account;
    let accounts = work.authenticator.accounts().accounts.into_iter();
    let mut there: Vec<Held> = accounts
        .filter_map(|here| {
            let serial = SerialNumber::try_from(here.serial?).ok()?;
            let is_there = serial.virtual_device()?.account == *account;
            is_there.then_some(Held {
                serial,
                account: here.id,
            })
        })
        .collect();
    if there.len() > 1 {
        there.clear();
    }
    there
}

/// Asks with the credentials as they are and, where AWS wants a code, in a session of the caller's: one that was made with
/// the device `wanted` where that is the caller's own, else with any other.
pub fn ask<T>(
    work: &Work<'_>,
    wanted: Option<&SerialNumber>,
    question: impl Fn(&Api) -> Result<T, Failure>,
) -> Result<T, Error> {
    let failure = match work.patiently(|| question(work.api())) {
        Err(failure) if failure.is_denial() => failure,
        outcome => return Ok(outcome?),
    };
    let user = work.connection.caller().user();
    match user.and_then(|user| own_device(work, user, wanted)) {
        Some(device) => Elevation::new(work, user, Some(device)).ask_in_session(question),
        None => Err(failure.into()),
    }
}

/// A connection in a session with MFA, made with a device of the caller's own; nothing where the caller has none here.
pub fn session_of_caller(work: &Work<'_>) -> Result<Option<Connection>, Error> {
    let Some(user) = work.connection.caller().user() else {
        return Ok(None);
    };
    let Some(device) = own_device(work, user, None) else {
        return Ok(None);
    };
    let credentials = obtain(work, &device, SessionDuration::DEFAULT, Wanted::KeptOrNew)?;
    Ok(Some(work.connection.with_session(&credentials)))
}

/// The device that is meant when none is named: the only one here of that user in that AWS account.
pub fn only_device(work: &Work<'_>, user: &UserName) -> Result<Held, Error> {
    let mut devices = held_devices(work, user)?;
    match devices.len() {
        0 => Err(Error::NoDevice(user.to_string())),
        1 => Ok(devices.remove(0)),
        count => Err(Error::SeveralDevices {
            user: user.to_string(),
            count,
        }),
    }
}
