//! Session credentials: one that is kept is found without asking anybody, so that it takes no longer than a code does.

use std::rc::Rc;

use lockstep_device::authenticator::Authenticator;
use lockstep_iam::api::TemporaryCredentials;
use lockstep_iam::session::{SessionDuration, SessionKey, Wanted, kept};
use lockstep_iam::session_plan::{Asked, SessionPlan, WhichDevice, plan};
use lockstep_iam::sign_in::Credentials;
use lockstep_iam::work::Held;

use crate::args::aws::SessionArgs;
use crate::command::aws::connect::Aws;
use crate::command::aws::named::{held, only_bound};
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
    let asked = Asked {
        device: named,
        role_arn: args.role_arn.clone(),
        duration,
        wanted: if args.renew {
            Wanted::New
        } else {
            Wanted::KeptOrNew
        },
    };
    let plan = plan(&session.aws.credentials, asked, &authenticator)?;
    let device = match &plan.session.device {
        WhichDevice::This(device) => Some(device),
        WhichDevice::None => None,
        WhichDevice::Only => return make(plan, authenticator, session),
    };
    let role = plan.session.role.as_ref().map(|role| role.arn.as_str());
    if plan.session.wanted == Wanted::KeptOrNew
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

fn make(plan: SessionPlan, authenticator: Rc<Authenticator>, session: &Session) -> Result<Given, CliError> {
    let aws = Aws::connect_as(&plan.source, authenticator, session)?;
    let role = plan.session.role.as_ref().map(|role| role.arn.clone());
    let (credentials, device) = aws.work(|work| plan.session.obtain(work))?;
    Ok(Given {
        credentials,
        serial: device.map(|device| device.serial.to_string()),
        role,
        reused: aws.steps().is_empty(),
    })
}
