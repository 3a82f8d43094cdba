//! Session credentials: one that is kept is found without asking anybody, so that it takes no longer than a code does.

use std::rc::Rc;

use lockstep_device::authenticator::Authenticator;
use lockstep_iam::api::TemporaryCredentials;
use lockstep_iam::api::sts::Role;
use lockstep_iam::elevation::only_device;
use lockstep_iam::error::Error;
use lockstep_iam::session::{SessionDuration, SessionKey, Wanted, assume, kept, obtain};
use lockstep_iam::sign_in::{Credentials, ROLE_SESSION, role_of};
use lockstep_iam::work::{Held, bound};

use crate::args::aws::SessionArgs;
use crate::command::aws::connect::Aws;
use crate::command::aws::named::{held, held_of_serial, only_bound};
use crate::error::CliError;
use crate::session::Session;

/// A session, and where it comes from.
pub(super) struct Given {
    pub(super) credentials: TemporaryCredentials,
    /// The device whose code it was made with; nothing where the role wants none.
    pub(super) serial: Option<String>,
    pub(super) role: Option<String>,
    /// Whether it was there already.
    pub(super) reused: bool,
}

/// What a session is made from.
struct Plan {
    source: Credentials,
    role: Option<Role>,
    device: WhichDevice,
    duration: SessionDuration,
    wanted: Wanted,
}

/// The device whose code a session is made with.
enum WhichDevice {
    This(Held),
    /// The role wants no code.
    None,
    /// The user's only one; which that is, AWS knows. Where it is for a role, there may be none.
    Only,
}

/// The session of these arguments: one that is kept, else a new one.
pub(super) fn credentials(args: &SessionArgs, session: &Session) -> Result<Given, CliError> {
    let duration = args.duration.map(SessionDuration::try_from).transpose()?;
    let authenticator = session.open()?;
    let named = args
        .query
        .as_deref()
        .map(|query| held(&authenticator, query))
        .transpose()?;
    // As it was said, without so much as a look at the profile.
    let likely = named.clone().or_else(|| only_bound(&authenticator).ok());
    if !args.renew
        && let Some(device) = likely
        && let Some(given) = find(
            &session.aws.credentials,
            args.role_arn.as_deref(),
            Some(&device),
            &authenticator,
            session,
        )?
    {
        return Ok(given);
    }
    let plan = plan(args, named, duration, &authenticator, session)?;
    let device = match &plan.device {
        WhichDevice::This(device) => Some(device),
        WhichDevice::None => None,
        WhichDevice::Only => return make(plan, authenticator, session),
    };
    let role = plan.role.as_ref().map(|role| role.arn.as_str());
    if plan.wanted == Wanted::KeptOrNew
        && let Some(given) = find(&plan.source, role, device, &authenticator, session)?
    {
        return Ok(given);
    }
    make(plan, authenticator, session)
}

/// The session that is kept.
fn find(
    source: &Credentials,
    role: Option<&str>,
    device: Option<&Held>,
    authenticator: &Authenticator,
    session: &Session,
) -> Result<Option<Given>, CliError> {
    let serial = device.map(|device| device.serial.to_string());
    let key = SessionKey::new(
        &session.aws.source_name(source),
        serial.as_deref().unwrap_or_default(),
        role,
    );
    Ok(kept(authenticator, &key)?.map(|credentials| Given {
        credentials,
        serial,
        role: role.map(str::to_owned),
        reused: true,
    }))
}

/// What arguments and profile say.
fn plan(
    args: &SessionArgs,
    named: Option<Held>,
    duration: Option<SessionDuration>,
    authenticator: &Authenticator,
    session: &Session,
) -> Result<Plan, CliError> {
    let own = &session.aws.credentials;
    let settings = own.settings().map_err(Error::from)?;
    let role = role_of(&settings, args.role_arn.as_deref())?;
    let mfa_serial = settings.mfa_serial.as_deref();
    let wanted = if args.renew {
        Wanted::New
    } else {
        Wanted::KeptOrNew
    };
    let device = match (named, mfa_serial) {
        (Some(device), _) => WhichDevice::This(device),
        (None, Some(serial)) if role.is_some() => WhichDevice::This(held_of_serial(authenticator, serial)?),
        (None, Some(serial)) => bound(authenticator)
            .into_iter()
            .find(|held| held.serial.as_str() == serial)
            .map_or(WhichDevice::Only, WhichDevice::This),
        (None, None) if role.is_some() && args.role_arn.is_none() => WhichDevice::None,
        (None, None) => WhichDevice::Only,
    };
    Ok(match (role, &args.role_arn) {
        (Some(role), _) => Plan {
            source: role.source,
            role: Some(role.role),
            device,
            duration: duration.unwrap_or(role.duration),
            wanted,
        },
        (None, Some(arn)) => Plan {
            source: own.clone(),
            role: Some(Role {
                arn: arn.clone(),
                session_name: ROLE_SESSION.to_owned(),
                external_id: None,
            }),
            device,
            duration: duration.unwrap_or(SessionDuration::HOUR),
            wanted,
        },
        (None, None) => Plan {
            source: own.clone(),
            role: None,
            device,
            duration: duration.unwrap_or(SessionDuration::DEFAULT),
            wanted,
        },
    })
}

fn make(plan: Plan, authenticator: Rc<Authenticator>, session: &Session) -> Result<Given, CliError> {
    let aws = Aws::connect_as(&plan.source, authenticator, session)?;
    let (credentials, device) = aws.work(|work| {
        let user = work.connection.caller().user();
        let device = match (plan.device, user) {
            (WhichDevice::This(device), _) => Some(device),
            (WhichDevice::None, _) => None,
            (WhichDevice::Only, Some(user)) => match only_device(work, user) {
                Err(Error::NoDevice(_)) if plan.role.is_some() => None,
                outcome => Some(outcome?),
            },
            // Not a user's own keys: `obtain` says so, and a role is taken on without a code.
            (WhichDevice::Only, None) if plan.role.is_some() => None,
            (WhichDevice::Only, None) => {
                return Err(Error::NotOwnKeys(work.connection.caller().arn.clone()));
            }
        };
        let credentials = match (&plan.role, &device) {
            (Some(role), device) => assume(work, role, device.as_ref(), plan.duration, plan.wanted)?,
            (None, Some(device)) => obtain(work, device, plan.duration, plan.wanted)?,
            (None, None) => return Err(Error::NotOwnKeys(work.connection.caller().arn.clone())),
        };
        Ok((credentials, device))
    })?;
    Ok(Given {
        credentials,
        serial: device.map(|device| device.serial.to_string()),
        role: plan.role.map(|role| role.arn),
        reused: aws.steps().is_empty(),
    })
}
