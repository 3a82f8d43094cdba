//! The connection that the person chose, who it makes of him, and deeds done through it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockstep_device::authenticator::view::CauseView;
use lockstep_device::error::Error as DeviceError;
use lockstep_device::time::Clock;
use lockstep_iam::caller::{CredentialKind, Principal};
use lockstep_iam::connection::Connection;
use lockstep_iam::enrol::Enrolled;
use lockstep_iam::error::Error;
use lockstep_iam::sign_in::{SignIn, SignedIn};
use lockstep_iam::work::{Pace, Progress, Sleep, Work};
use lockstep_practice::server::Practice;
use serde::Serialize;

use crate::aws::choice::{AwsChoice, credentials, variable};
use crate::aws::{last, practice};
use crate::error::ShellError;
use crate::notice::ShellNotice;
use crate::shell::{Shell, locked};

/// AWS as far as the window has it.
pub(crate) struct AwsLink {
    /// What passes the time.
    pub(crate) pace: Arc<dyn Pace>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connected: Option<Arc<Connected>>,
    /// Started when it is first chosen; a device there lives as long as the app.
    practice: Option<Arc<Practice>>,
    /// The enrolment that the person was not told of yet.
    enrolled: Option<Enrolled>,
    /// Counts the choices, so that an answer to an abandoned one changes nothing.
    round: u64,
}

/// One connection.
pub(crate) struct Connected {
    pub(crate) choice: AwsChoice,
    pub(crate) connection: Connection,
    /// What sessions are kept under.
    pub(crate) source: String,
}

/// Who the window is to AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ConnectionView {
    /// Whose credentials these are.
    pub choice: AwsChoice,
    /// The ARN as STS writes it.
    pub arn: String,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// The account's alias, when it has one that may be seen.
    pub alias: Option<String>,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// What the ARN names.
    pub principal: Principal,
    /// Whether the credentials are temporary.
    pub is_temporary: bool,
    /// The region that requests are made for.
    pub region: Option<String>,
    /// Where IAM is.
    pub endpoint: Option<String>,
    /// How many seconds AWS's clock is ahead of this machine's.
    pub drift: i64,
}

impl Default for AwsLink {
    fn default() -> Self {
        Self {
            pace: Arc::new(Sleep),
            state: Mutex::default(),
        }
    }
}

impl AwsLink {
    /// Forgets the connection, and with it the credentials.
    pub(crate) fn disconnect(&self) {
        let forgotten = {
            let mut state = locked(&self.state);
            state.round = state.round.wrapping_add(1);
            // The enrolment stays in the journal, and the same wish gives the same device.
            (state.connected.take(), state.enrolled.take())
        };
        // The end of a connection waits for names that are being looked up in the network.
        drop(forgotten);
    }

    /// Keeps an enrolment until the person was told of it.
    pub(crate) fn enrolled(&self, enrolled: Enrolled) {
        locked(&self.state).enrolled = Some(enrolled);
    }

    /// The enrolment that the person has been told of now.
    pub(crate) fn take_enrolled(&self) -> Option<Enrolled> {
        locked(&self.state).enrolled.take()
    }

    /// Whether the practice account runs.
    pub(super) fn is_practising(&self) -> bool {
        locked(&self.state).practice.is_some()
    }

    /// Ends the practice account, and says whether there was one.
    pub(super) fn end_practice(&self) -> bool {
        // It waits for its thread when it is dropped, while nothing is held.
        let practice = locked(&self.state).practice.take();
        practice.is_some()
    }

    fn next_round(&self) -> u64 {
        let mut state = locked(&self.state);
        state.round = state.round.wrapping_add(1);
        state.round
    }

    fn practice(&self, clock: &Arc<dyn Clock>) -> Result<Arc<Practice>, ShellError> {
        let mut state = locked(&self.state);
        if let Some(practice) = &state.practice {
            return Ok(Arc::clone(practice));
        }
        let practice = Arc::new(practice::start(Arc::clone(clock))?);
        state.practice = Some(Arc::clone(&practice));
        Ok(practice)
    }
}

impl Shell {
    /// Connects with these credentials, in place of those before; asks AWS whose they are.
    pub fn connect_aws(&self, choice: AwsChoice) -> Result<ConnectionView, ShellError> {
        let round = self.aws.next_round();
        let SignedIn { connection, source } = self.signed_in(&choice)?;
        let connected = Arc::new(Connected {
            choice,
            connection,
            source,
        });
        let view = view(&connected);
        let mut state = locked(&self.aws.state);
        // Another choice was made meanwhile, or the accounts were locked.
        if state.round != round {
            return Err(ShellError::AwsNotConnected);
        }
        let before = state.connected.replace(connected);
        drop(state);
        drop(before);
        self.keep_choice(Some(&view.choice));
        Ok(view)
    }

    /// What is connected now is what is offered first after a restart.
    fn keep_choice(&self, choice: Option<&AwsChoice>) {
        if last::read(&self.home.folder).as_ref() == choice {
            return;
        }
        if let Err(error) = last::keep(&self.home.folder, choice, &self.home.faults) {
            let cause = CauseView::from(&DeviceError::from(error));
            self.note(ShellNotice::ChoiceNotKept(cause));
        }
    }

    /// Signs in with these credentials, as their profile says.
    pub(crate) fn signed_in(&self, choice: &AwsChoice) -> Result<SignedIn, ShellError> {
        if let AwsChoice::Practice(user) = choice {
            let keys = practice::keys_of(&*self.practice()?, user)?;
            return self.sign_in(choice, |sign_in| {
                sign_in.connect_to_practise(keys, &format!("practice {user}"))
            });
        }
        let credentials = credentials(choice).ok_or(ShellError::AwsNotConnected)?;
        self.sign_in(choice, |sign_in| sign_in.connect(&credentials))
    }

    /// Signs in some way, where these credentials lead.
    pub(crate) fn sign_in(
        &self,
        choice: &AwsChoice,
        how: impl FnOnce(&SignIn<'_>) -> Result<SignedIn, Error>,
    ) -> Result<SignedIn, ShellError> {
        let authenticator = self.authenticator()?;
        let practice = match choice {
            AwsChoice::Practice(_) => Some(self.practice()?.endpoint()),
            _ => None,
        };
        Ok(how(&SignIn {
            authenticator: &authenticator,
            region: None,
            endpoint_url: practice.clone(),
            kept_endpoint: practice.or_else(kept_endpoint),
            folder: &self.home.folder,
            clock: Arc::clone(&self.home.clock),
            first_backoff: FIRST_BACKOFF,
            pace: &*self.aws.pace,
            faults: self.home.faults.clone(),
            watch: &|_| {},
        })?)
    }

    /// The practice account, which goes by the shell's clock. It is started when it is first wanted.
    pub fn practice(&self) -> Result<Arc<Practice>, ShellError> {
        self.aws.practice(&self.home.clock)
    }

    /// Who the window is to AWS; nothing as long as nothing was chosen.
    pub fn aws_connection(&self) -> Option<ConnectionView> {
        let connected = locked(&self.aws.state).connected.clone();
        connected.map(|connected| view(&connected))
    }

    /// Forgets the connection, and with it the credentials and whose they were.
    pub fn disconnect_aws(&self) {
        self.aws.disconnect();
        self.keep_choice(None);
    }

    /// The connection; fails with [`ShellError::AwsNotConnected`] where there is none.
    pub(crate) fn connected(&self) -> Result<Arc<Connected>, ShellError> {
        locked(&self.aws.state)
            .connected
            .clone()
            .ok_or(ShellError::AwsNotConnected)
    }

    /// Does one deed through the connection, telling `watch` how it goes. What it did to the accounts is shown, also when it
    /// failed; one that only looked is no news.
    pub(crate) fn aws_work<T>(
        &self,
        watch: &dyn Fn(&Progress),
        deed: impl FnOnce(&Work<'_>) -> Result<T, Error>,
    ) -> Result<T, ShellError> {
        let connected = self.connected()?;
        self.aws_work_through((&connected.connection, &connected.source), watch, deed)
    }

    /// The same through another connection, whose sessions are kept under the name beside it.
    pub(crate) fn aws_work_through<T>(
        &self,
        (connection, source): (&Connection, &str),
        watch: &dyn Fn(&Progress),
        deed: impl FnOnce(&Work<'_>) -> Result<T, Error>,
    ) -> Result<T, ShellError> {
        let authenticator = self.authenticator()?;
        let before = authenticator.generation();
        let outcome = deed(&Work {
            authenticator: &authenticator,
            connection,
            source,
            pace: &*self.aws.pace,
            faults: self.home.faults.clone(),
            watch,
        });
        if let Some(error) = connection.take_trail_failure() {
            let cause = CauseView::from(&DeviceError::from(error));
            self.note(ShellNotice::AwsChangeUnwritten(cause));
        }
        if authenticator.generation() != before {
            self.list_changed(&authenticator);
        }
        Ok(outcome?)
    }
}

fn view(connected: &Connected) -> ConnectionView {
    let connection = &connected.connection;
    let caller = connection.caller();
    // The first answer was STS's, and the alias is IAM's.
    let alias = connection.alias().map(str::to_owned);
    ConnectionView {
        choice: connected.choice.clone(),
        arn: caller.arn.clone(),
        account: caller.account.clone(),
        alias,
        partition: caller.partition.clone(),
        principal: caller.principal.clone(),
        is_temporary: caller.credentials == CredentialKind::Session,
        region: connection.region().map(str::to_owned),
        endpoint: connection.api().endpoint(),
        drift: connection.drift().seconds(),
    }
}

/// The environment's endpoint, which sessions are kept under. One that a profile names is the profile's.
pub(super) fn kept_endpoint() -> Option<String> {
    variable("AWS_ENDPOINT_URL_STS").or_else(|| variable("AWS_ENDPOINT_URL"))
}

/// How long the first repetition of a request waits at the most.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
