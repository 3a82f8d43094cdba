//! Whose credentials a shell works with, to a connection: the environment's, a profile's, those kept in the store.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::Clock;

use crate::api::sts::Role;
use crate::connection::{ANSWER_TIMEOUT, Connection, ConnectionOptions, Source};
use crate::error::Error;
use crate::keys::KeyPair;
use crate::profile::{self, ProfileError, ProfileSettings};
use crate::session::{SessionDuration, SessionKey, Wanted, assume, kept};
use crate::stored_keys;
use crate::work::{Pace, Progress, Work, held_of_serial};

/// Whose credentials are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// The environment's access key, by its id.
    Environment(String),
    /// The profile that is taken when none is named.
    DefaultProfile(String),
    /// The profile that was named.
    Profile(String),
    /// A key in the store.
    Keys(String),
}

/// What signing in works with.
pub struct SignIn<'a> {
    /// The accounts, where keys are kept and codes are made.
    pub authenticator: &'a Authenticator,
    /// The region that was asked for; else what environment and profile say.
    pub region: Option<String>,
    /// The endpoint that was asked for; else what environment and profile say.
    pub endpoint_url: Option<String>,
    /// The endpoint that sessions are kept under, see [`Credentials::source_name`].
    pub kept_endpoint: Option<String>,
    /// Where every change in AWS is written down.
    pub folder: &'a Path,
    /// Our clock.
    pub clock: Arc<dyn Clock>,
    /// How long the first repetition of a request waits at the most.
    pub first_backoff: Duration,
    /// What passes the time.
    pub pace: &'a dyn Pace,
    /// Where a test wants a deed to break off.
    pub faults: Faults,
    /// Who watches.
    pub watch: &'a dyn Fn(&Progress),
}

/// A connection, and what the credentials it was made with are called, see [`Credentials::source_name`].
pub struct SignedIn {
    /// AWS.
    pub connection: Connection,
    /// Sessions are kept under it.
    pub source: String,
}

/// The role that a profile says to take on.
pub struct ProfileRole {
    /// The credentials that may take it on.
    pub source: Credentials,
    /// The role.
    pub role: Role,
    /// The serial number of the device whose code it is taken on with; nothing where it wants none.
    pub mfa_serial: Option<String>,
    /// For how long.
    pub duration: SessionDuration,
}

impl Credentials {
    /// What sessions of these credentials are kept under: those of different endpoints are kept apart. One that a profile
    /// names is the profile's.
    pub fn source_name(&self, endpoint: Option<&str>) -> String {
        let name = match self {
            Self::Environment(id) => format!("environment {id}"),
            Self::DefaultProfile(name) | Self::Profile(name) => format!("profile {name}"),
            Self::Keys(name) => format!("keys {name}"),
        };
        kept_under(&name, endpoint)
    }

    /// The profile they come from, when they come from one.
    pub fn profile(&self) -> Option<&str> {
        match self {
            Self::DefaultProfile(name) | Self::Profile(name) => Some(name),
            Self::Environment(_) | Self::Keys(_) => None,
        }
    }

    /// What their profile says; nothing where there is none.
    pub fn settings(&self) -> Result<ProfileSettings, ProfileError> {
        match self.profile() {
            Some(name) => profile::settings(Some(name)),
            None => Ok(ProfileSettings::default()),
        }
    }

    /// Whether connecting with them uses up a code, see [`ProfileRole::takes_a_code`].
    pub fn take_a_code(&self, authenticator: &Authenticator, endpoint: Option<&str>) -> Result<bool, Error> {
        match role_of(&self.settings()?, None)? {
            Some(role) => role.takes_a_code(authenticator, endpoint),
            None => Ok(false),
        }
    }
}

impl ProfileRole {
    /// Whether taking it on uses up a code of a device: it wants one, and no session in it is kept that was made at this
    /// endpoint. No request is made.
    pub fn takes_a_code(&self, authenticator: &Authenticator, endpoint: Option<&str>) -> Result<bool, Error> {
        let Some(serial) = &self.mfa_serial else {
            return Ok(false);
        };
        let source = self.source.source_name(endpoint);
        let key = SessionKey::new(&source, serial, Some(&self.role.arn));
        Ok(kept(authenticator, &key)?.is_none())
    }
}

impl SignIn<'_> {
    /// Connects. Where the profile says to take on a role with a code, that is done first: aws-config does it for a role
    /// without one.
    pub fn connect(&self, credentials: &Credentials) -> Result<SignedIn, Error> {
        let Some(ProfileRole {
            source,
            role,
            mfa_serial: Some(serial),
            duration,
        }) = role_of(&credentials.settings()?, None)?
        else {
            return self.connect_as(credentials);
        };
        let device = held_of_serial(self.authenticator, &serial)
            .ok_or_else(|| Error::DeviceNotHere(serial.clone()))?;
        let SignedIn { connection, source } = self.connect_as(&source)?;
        let work = Work {
            authenticator: self.authenticator,
            connection: &connection,
            source: &source,
            pace: self.pace,
            faults: self.faults.clone(),
            watch: self.watch,
        };
        let session = assume(&work, &role, Some(&device), duration, Wanted::KeptOrNew)?;
        let connection = connection.as_role(&session)?;
        Ok(SignedIn { connection, source })
    }

    /// Connects to an account that ends with this program, with a key that is kept nowhere; sessions are kept under `name`.
    pub fn connect_to_practise(&self, keys: KeyPair, name: &str) -> Result<SignedIn, Error> {
        let name = kept_under(name, self.kept_endpoint.as_deref());
        let SignedIn { connection, source } = self.open(Source::Keys(keys), name)?;
        Ok(SignedIn {
            connection: connection.to_practise(),
            source,
        })
    }

    /// Connects with these credentials as they are.
    pub fn connect_as(&self, credentials: &Credentials) -> Result<SignedIn, Error> {
        let source = match credentials {
            Credentials::Environment(_) | Credentials::DefaultProfile(_) => Source::Default,
            Credentials::Profile(name) => Source::Profile(name.clone()),
            Credentials::Keys(name) => Source::Keys(stored_keys::find(self.authenticator, name)?),
        };
        self.open(source, credentials.source_name(self.kept_endpoint.as_deref()))
    }

    fn open(&self, source: Source, name: String) -> Result<SignedIn, Error> {
        let connection = Connection::open(&ConnectionOptions {
            source,
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            clock: self.clock.clone(),
            first_backoff: self.first_backoff,
            answer_timeout: ANSWER_TIMEOUT,
        })?;
        connection.keep_trail(self.folder);
        Ok(SignedIn {
            connection,
            source: name,
        })
    }
}

/// The role that the profile says to take on, or `named` in its place; nothing without a profile with the keys for it.
pub fn role_of(settings: &ProfileSettings, named: Option<&str>) -> Result<Option<ProfileRole>, Error> {
    let (Some(arn), Some(source)) = (named.or(settings.role_arn.as_deref()), &settings.source_profile) else {
        return Ok(None);
    };
    let duration = match settings.duration_seconds {
        Some(seconds) => SessionDuration::try_from(u64::from(seconds))?,
        None => SessionDuration::HOUR,
    };
    Ok(Some(ProfileRole {
        source: Credentials::Profile(source.clone()),
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

/// What sessions of credentials called `name` are kept under at this endpoint.
pub fn kept_under(name: &str, endpoint: Option<&str>) -> String {
    match endpoint {
        Some(endpoint) => format!("{name} at {endpoint}"),
        None => name.to_owned(),
    }
}

/// What a role's session is called when the profile does not say.
pub const ROLE_SESSION: &str = "lockstep";
