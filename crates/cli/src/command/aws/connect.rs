//! From the options to AWS, and deeds done there for somebody who watches.

use std::cell::RefCell;
use std::rc::Rc;

use lockstep_device::authenticator::Authenticator;
use lockstep_iam::api::sts::Role;
use lockstep_iam::connection::{ANSWER_TIMEOUT, Connection, ConnectionOptions, Source};
use lockstep_iam::elevation::session_of_caller;
use lockstep_iam::error::Error;
use lockstep_iam::profile::{self, ProfileSettings};
use lockstep_iam::session::{SessionDuration, Wanted, assume};
use lockstep_iam::work::{Progress, Work};

use crate::command::aws::named::held_of_serial;
use crate::error::CliError;
use crate::prompt;
use crate::report::aws::{StepReport, progress};
use crate::session::Session;
use crate::session::aws::AwsCredentials;

/// AWS, the accounts here, and what was done.
pub(crate) struct Aws<'a> {
    session: &'a Session,
    pub(crate) authenticator: Rc<Authenticator>,
    pub(crate) connection: Connection,
    pub(crate) source: String,
    steps: RefCell<Vec<StepReport>>,
}

/// A role that a profile says to take on, with a code.
pub(super) struct ProfileRole {
    /// The credentials that may take it on.
    pub(super) source: AwsCredentials,
    pub(super) role: Role,
    pub(super) mfa_serial: Option<String>,
    pub(super) duration: SessionDuration,
}

impl<'a> Aws<'a> {
    /// Opens the accounts and connects.
    pub(crate) fn open(session: &'a Session) -> Result<Self, CliError> {
        Self::connect(session.open()?, session)
    }

    /// Connects. Where the profile says to take on a role with a code, that is done first: aws-config does it for a
    /// role without one.
    pub(crate) fn connect(authenticator: Rc<Authenticator>, session: &'a Session) -> Result<Self, CliError> {
        let settings = settings(&session.aws.credentials)?;
        let role = match role_of(&settings, None)? {
            Some(ProfileRole {
                source,
                role,
                mfa_serial: Some(serial),
                duration,
            }) => Some((source, role, serial, duration)),
            _ => None,
        };
        let Some((source, role, serial, duration)) = role else {
            return Self::connect_as(&session.aws.credentials, authenticator, session);
        };
        let device = held_of_serial(&authenticator, &serial)?;
        let base = Self::connect_as(&source, authenticator, session)?;
        let credentials =
            base.work(|work| assume(work, &role, Some(&device), duration, Wanted::KeptOrNew))?;
        let connection = base.connection.as_role(&credentials).map_err(Error::from)?;
        Ok(Self { connection, ..base })
    }

    /// Connects with these credentials as they are.
    pub(super) fn connect_as(
        credentials: &AwsCredentials,
        authenticator: Rc<Authenticator>,
        session: &'a Session,
    ) -> Result<Self, CliError> {
        prompt::end_on_interrupt()?;
        let source = match credentials {
            AwsCredentials::Environment(_) | AwsCredentials::DefaultProfile(_) => Source::Default,
            AwsCredentials::Profile(name) => Source::Profile(name.clone()),
            AwsCredentials::Keys(name) => {
                Source::Keys(lockstep_iam::stored_keys::find(&authenticator, name)?)
            }
        };
        let connection = Connection::open(&ConnectionOptions {
            source,
            region: session.aws.region.clone(),
            endpoint_url: session.aws.endpoint_url.clone(),
            clock: session.home.clock.clone(),
            first_backoff: session.first_backoff,
            answer_timeout: ANSWER_TIMEOUT,
        })
        .map_err(Error::from)?;
        connection.keep_trail(&session.home.folder);
        Ok(Self {
            session,
            authenticator,
            connection,
            source: session.aws.source_name(credentials),
            steps: RefCell::default(),
        })
    }

    /// The same in a session with MFA of the caller's; as it is where there is no device here to make one with.
    pub(crate) fn elevated(self) -> Result<Self, CliError> {
        match self.work(session_of_caller)? {
            Some(connection) => Ok(Self { connection, ..self }),
            None => Ok(self),
        }
    }

    /// Does one deed, and tells how it goes on standard error.
    pub(crate) fn work<T>(&self, deed: impl FnOnce(&Work<'_>) -> Result<T, Error>) -> Result<T, CliError> {
        let output = self.session.output;
        let watch = |event: &Progress| {
            match event {
                Progress::Ended(step, outcome) => {
                    self.steps.borrow_mut().push(StepReport::new(*step, *outcome));
                }
                Progress::Note(note) => output.note(note),
                Progress::Begins(_) | Progress::Waits { .. } => {}
            }
            if let Some(line) = progress(event) {
                output.progress(&line);
            }
        };
        let outcome = deed(&Work {
            authenticator: &self.authenticator,
            connection: &self.connection,
            source: &self.source,
            pace: &*self.session.pace,
            faults: self.session.home.faults.clone(),
            watch: &watch,
        });
        self.say_what_was_not_written_down();
        Ok(outcome?)
    }

    /// A change in AWS that is not in the log of activity has happened all the same.
    pub(crate) fn say_what_was_not_written_down(&self) {
        if let Some(error) = self.connection.take_trail_failure() {
            self.session.output.warning(
                &format!("a change in AWS could not be written into the log of activity: {error}"),
                "AWS's own CloudTrail has it.",
            );
        }
    }

    /// The steps that were done, in order.
    pub(crate) fn steps(&self) -> Vec<StepReport> {
        self.steps.borrow().clone()
    }

    /// How many requests were sent.
    pub(crate) fn round_trips(&self) -> u32 {
        self.connection.api().round_trips()
    }
}

/// What the profile of these credentials says; nothing where there is none.
pub(super) fn settings(credentials: &AwsCredentials) -> Result<ProfileSettings, CliError> {
    match credentials.profile() {
        Some(name) => Ok(profile::settings(Some(name)).map_err(Error::from)?),
        None => Ok(ProfileSettings::default()),
    }
}

/// The role that the profile says to take on, or `named` in its place; nothing without a profile with the keys for it.
pub(super) fn role_of(
    settings: &ProfileSettings,
    named: Option<&str>,
) -> Result<Option<ProfileRole>, CliError> {
    let (Some(arn), Some(source)) = (named.or(settings.role_arn.as_deref()), &settings.source_profile) else {
        return Ok(None);
    };
    let duration = match settings.duration_seconds {
        Some(seconds) => SessionDuration::try_from(u64::from(seconds))?,
        None => SessionDuration::HOUR,
    };
    Ok(Some(ProfileRole {
        source: AwsCredentials::Profile(source.clone()),
        role: Role {
            arn: arn.to_owned(),
            session_name: settings
                .role_session_name
                .clone()
                .unwrap_or_else(|| ROLE_SESSION.to_owned()),
            external_id: settings.external_id.clone(),
        },
        mfa_serial: settings.mfa_serial.clone(),
        duration,
    }))
}

/// What a role's session is called when the profile does not say.
pub(super) const ROLE_SESSION: &str = "lockstep";
