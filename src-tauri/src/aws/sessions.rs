//! Sessions with MFA: which are kept, new ones, and one on the clipboard for a terminal.

use std::sync::Arc;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::store::seeds::CredentialsName;
use lockstep_iam::api::TemporaryCredentials;
use lockstep_iam::credential_process;
use lockstep_iam::elevation::own_device;
use lockstep_iam::error::Error;
use lockstep_iam::profile::{self, ProfileSettings};
use lockstep_iam::session::{SessionDuration, SessionKey, Wanted, kept};
use lockstep_iam::session_plan::{Asked, PlannedSession, SessionPlan, WhichDevice, plan};
use lockstep_iam::sign_in::{Credentials, SignedIn, role_of};
use lockstep_iam::stored_keys;
use lockstep_iam::variables::{ShellSyntax, Variables};
use lockstep_iam::work::{Work, bound, held_of_serial};
use serde::Serialize;

use crate::aws::choice::{AwsChoice, credentials, environment_key, variable};
use crate::aws::connection::kept_endpoint;
use crate::error::ShellError;
use crate::shell::Shell;

/// The session of some credentials: one that is kept, or none yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AwsSession {
    /// Whose credentials they are.
    pub choice: AwsChoice,
    /// The role that the profile says to take on.
    pub role_arn: Option<String>,
    /// The device whose code the kept one was made with.
    pub serial: Option<String>,
    /// When the kept one ends, by AWS's clock, in seconds since the Unix epoch; nothing when none is kept.
    pub expiration: Option<u64>,
    /// How long a new one lasts, in seconds.
    pub lasts: u32,
    /// The profiles that ask Lockstep for it.
    pub used_by: Vec<String>,
}

impl Shell {
    /// The sessions of everybody there is to choose from. Asks nobody but the files and the store.
    pub fn aws_sessions(&self) -> Result<Vec<AwsSession>, ShellError> {
        let authenticator = self.authenticator()?;
        let profiles = profile::all().map_err(Error::from)?;
        let asks = |(name, settings): &(String, ProfileSettings)| {
            let source = credential_process::source_of(settings.credential_process.as_deref()?)?;
            Some((name.clone(), source))
        };
        let here = Here {
            asking: profiles.iter().filter_map(asks).collect(),
            names: authenticator.credentials_names()?,
            serials: bound(&authenticator)
                .into_iter()
                .map(|held| held.serial.to_string())
                .collect(),
            authenticator: &authenticator,
        };
        let is_ours = |said: &ProfileSettings| {
            let process = said.credential_process.as_deref();
            process.is_some_and(credential_process::is_ours)
        };
        let mut choices: Vec<(AwsChoice, ProfileSettings)> = profiles
            .into_iter()
            .filter(|(_, said)| !is_ours(said))
            .map(|(name, said)| (AwsChoice::Profile(name), said))
            .collect();
        let practising = self.connected().ok().map(|connected| connected.choice.clone());
        let without_profile = stored_keys::names(&authenticator)?
            .into_iter()
            .map(AwsChoice::Keys)
            .chain(environment_key().map(|_| AwsChoice::Environment))
            .chain(practising.filter(|choice| matches!(choice, AwsChoice::Practice(_))));
        choices.extend(without_profile.map(|choice| (choice, ProfileSettings::default())));
        let one = |(choice, settings)| self.session_kept(&here, choice, &settings);
        choices.into_iter().map(one).collect()
    }

    /// A new session in place of one that is kept, made with the device of this serial number if one is named. Shows the
    /// steps to the window.
    pub fn renew_aws_session(
        &self,
        choice: &AwsChoice,
        serial: Option<&str>,
    ) -> Result<AwsSession, ShellError> {
        self.session_for(choice, serial, Wanted::New)?;
        let sessions = self.aws_sessions()?.into_iter();
        let mut of_choice = sessions.filter(|session| session.choice == *choice);
        of_choice.next().ok_or(ShellError::AwsNotConnected)
    }

    /// Copies the session as commands for a terminal: the one that is kept, else a new one. Answers in how many seconds it
    /// is taken off the clipboard.
    pub fn copy_aws_session(
        self: &Arc<Self>,
        choice: &AwsChoice,
        serial: Option<&str>,
        terminal: ShellSyntax,
    ) -> Result<u32, ShellError> {
        // No session is made for a clipboard that is not there.
        self.clipboard.with(|_| Ok(()))?;
        let (session, endpoint, region) = self.session_for(choice, serial, Wanted::KeptOrNew)?;
        let variables = Variables::new(&session, region.as_deref(), endpoint.as_deref());
        self.copy_secret(variables.for_shell(terminal))
    }

    /// The session, and the endpoint and the region that go with it.
    fn session_for(
        &self,
        choice: &AwsChoice,
        serial: Option<&str>,
        wanted: Wanted,
    ) -> Result<(TemporaryCredentials, Option<String>, Option<String>), ShellError> {
        let device = serial.and_then(|serial| held_of_serial(&*self.authenticator().ok()?, serial));
        let own = credentials(choice);
        let (signed_in, session) = if let Some(own) = &own {
            let asked = Asked {
                device,
                role_arn: None,
                duration: None,
                wanted,
            };
            let SessionPlan { source, session } = plan(own, asked, &*self.authenticator()?)?;
            (
                self.sign_in(choice, |sign_in| sign_in.connect_as(&source))?,
                session,
            )
        } else {
            let session = PlannedSession {
                role: None,
                device: device.map_or(WhichDevice::Only, WhichDevice::This),
                duration: SessionDuration::DEFAULT,
                wanted,
            };
            (self.signed_in(choice)?, session)
        };
        let SignedIn { connection, source } = signed_in;
        let (credentials, _) = self.aws_deed_through((&connection, &source), |work| {
            with_any(session, work).obtain(work)
        })?;
        let settings = own.map(|own| own.settings()).transpose().map_err(Error::from)?;
        let endpoint = match (choice, settings) {
            (AwsChoice::Practice(_), _) => Some(self.practice()?.endpoint()),
            (_, settings) => settings
                .and_then(|settings| settings.endpoint_url)
                .or_else(|| variable("AWS_ENDPOINT_URL")),
        };
        Ok((credentials, endpoint, connection.region().map(str::to_owned)))
    }

    /// What is kept of the session of these credentials, whose profile says this.
    fn session_kept(
        &self,
        here: &Here<'_>,
        choice: AwsChoice,
        settings: &ProfileSettings,
    ) -> Result<AwsSession, ShellError> {
        let own = credentials(&choice);
        let role = role_of(settings, None)?;
        let endpoint = match &choice {
            AwsChoice::Practice(_) => Some(self.practice()?.endpoint()),
            _ => kept_endpoint(),
        };
        let source = match (&choice, &role, &own) {
            (_, Some(role), _) => role.source.source_name(endpoint.as_deref()),
            (_, None, Some(own)) => own.source_name(endpoint.as_deref()),
            (AwsChoice::Practice(user), ..) => super::practice::source_name(user, endpoint.as_deref()),
            _ => String::new(),
        };
        let role_arn = role.as_ref().map(|role| role.role.arn.clone());
        // A role may want no code at all.
        let without = role.is_some().then(String::new);
        let mut found = None;
        for serial in here.serials.iter().chain(&without) {
            let key = SessionKey::new(&source, serial, role_arn.as_deref());
            if key.is_among(&here.names)
                && let Some(session) = kept(here.authenticator, &key)?
            {
                found = Some((serial.clone(), session.expiration.seconds()));
                break;
            }
        }
        Ok(AwsSession {
            role_arn,
            lasts: role
                .map_or(SessionDuration::DEFAULT, |role| role.duration)
                .seconds(),
            serial: found
                .as_ref()
                .map(|(serial, _)| serial.clone())
                .filter(|serial| !serial.is_empty()),
            expiration: found.map(|(_, expiration)| expiration),
            used_by: here
                .asking
                .iter()
                .filter(|(_, source)| Some(source) == own.as_ref())
                .map(|(name, _)| name.clone())
                .collect(),
            choice,
        })
    }
}

/// What is here, whoever's session is looked for.
struct Here<'a> {
    authenticator: &'a Authenticator,
    /// The profiles that ask Lockstep, and for whose session.
    asking: Vec<(String, Credentials)>,
    /// What is kept in the store beside the seeds.
    names: Vec<CredentialsName>,
    /// The devices whose seeds are here.
    serials: Vec<String>,
}

/// The same with one of the caller's devices where it is not said which: they are all the same person's.
fn with_any(session: PlannedSession, work: &Work<'_>) -> PlannedSession {
    let user = work.connection.caller().user();
    let own = || own_device(work, user?, None);
    match session.device {
        WhichDevice::Only => PlannedSession {
            device: own().map_or(WhichDevice::Only, WhichDevice::This),
            ..session
        },
        _ => session,
    }
}
