//! From the options to AWS, and deeds done there for somebody who watches.

use std::cell::RefCell;
use std::rc::Rc;

use lockstep_device::authenticator::Authenticator;
use lockstep_iam::connection::Connection;
use lockstep_iam::error::Error;
use lockstep_iam::sign_in::{Credentials, SignIn, SignedIn};
use lockstep_iam::work::{Progress, Work};

use crate::error::CliError;
use crate::output::Output;
use crate::prompt;
use crate::report::aws::{StepReport, progress};
use crate::session::Session;

/// AWS, the accounts here, and what was done.
pub(crate) struct Aws<'a> {
    session: &'a Session,
    pub(crate) authenticator: Rc<Authenticator>,
    pub(crate) connection: Connection,
    pub(crate) source: String,
    steps: RefCell<Vec<StepReport>>,
}

impl<'a> Aws<'a> {
    /// Opens the accounts and connects.
    pub(crate) fn open(session: &'a Session) -> Result<Self, CliError> {
        Self::connect(session.open()?, session)
    }

    /// Connects, also where the profile says to take on a role with a code.
    pub(crate) fn connect(authenticator: Rc<Authenticator>, session: &'a Session) -> Result<Self, CliError> {
        Self::sign_in(authenticator, session, |sign_in| {
            sign_in.connect(&session.aws.credentials)
        })
    }

    /// Connects with these credentials as they are.
    pub(super) fn connect_as(
        credentials: &Credentials,
        authenticator: Rc<Authenticator>,
        session: &'a Session,
    ) -> Result<Self, CliError> {
        Self::sign_in(authenticator, session, |sign_in| sign_in.connect_as(credentials))
    }

    fn sign_in(
        authenticator: Rc<Authenticator>,
        session: &'a Session,
        how: impl FnOnce(&SignIn<'_>) -> Result<SignedIn, Error>,
    ) -> Result<Self, CliError> {
        prompt::end_on_interrupt()?;
        let steps = RefCell::default();
        let SignedIn { connection, source } = how(&SignIn {
            authenticator: &authenticator,
            region: session.aws.region.clone(),
            endpoint_url: session.aws.endpoint_url.clone(),
            kept_endpoint: session.aws.kept_endpoint(),
            folder: &session.home.folder,
            clock: session.home.clock.clone(),
            first_backoff: session.first_backoff,
            pace: &*session.pace,
            faults: session.home.faults.clone(),
            watch: &|event| watch(event, session.output, &steps),
        })?;
        Ok(Self {
            session,
            authenticator,
            connection,
            source,
            steps,
        })
    }

    /// The same through another connection, if there is one.
    pub(crate) fn through(self, connection: Option<Connection>) -> Self {
        Self {
            connection: connection.unwrap_or(self.connection),
            ..self
        }
    }

    /// Does one deed, and tells how it goes on standard error.
    pub(crate) fn work<T>(&self, deed: impl FnOnce(&Work<'_>) -> Result<T, Error>) -> Result<T, CliError> {
        let outcome = deed(&Work {
            authenticator: &self.authenticator,
            connection: &self.connection,
            source: &self.source,
            pace: &*self.session.pace,
            faults: self.session.home.faults.clone(),
            watch: &|event| watch(event, self.session.output, &self.steps),
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

/// Tells of one event on standard error, and keeps the steps.
fn watch(event: &Progress, output: Output, steps: &RefCell<Vec<StepReport>>) {
    match event {
        Progress::Ended(step, outcome) => steps.borrow_mut().push(StepReport::new(*step, *outcome)),
        Progress::Note(note) => output.note(&note.to_string()),
        Progress::Begins(_) | Progress::Waits { .. } => {}
    }
    if let Some(line) = progress(event) {
        output.progress(&line);
    }
}
