//! Credentials, region and endpoint to a connection, and who it makes of us.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use lockstep_device::account::AwsBinding;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::file::FileError;
use lockstep_device::store::log_file::LogFile;
use lockstep_device::time::{Clock, Drift, TimeError, UnixTime};
use tokio::runtime::{Builder, Runtime};

use crate::api::failure::Failure;
use crate::api::meter::Meter;
use crate::api::{Api, TemporaryCredentials};
use crate::caller::{Caller, CredentialKind, InvalidCallerArn};
use crate::keys::KeyPair;
use crate::trail::{LOG, Trail};

/// How AWS is reached.
#[derive(Clone)]
pub struct ConnectionOptions {
    /// Where the credentials come from.
    pub source: Source,
    /// The region; else the environment's, the profile's, or `us-east-1`. IAM has one endpoint in a partition, so that it
    /// matters for the partition and for STS.
    pub region: Option<String>,
    /// Where both IAM and STS are; else what the environment and the profile say, or AWS itself.
    pub endpoint_url: Option<String>,
    /// The clock for signatures and for measuring AWS's.
    pub clock: Arc<dyn Clock>,
    /// How long the first repetition of a request waits at the most (it doubles after that).
    pub first_backoff: Duration,
    /// How long an answer is waited for; [`ANSWER_TIMEOUT`] outside of tests.
    pub answer_timeout: Duration,
}

/// Where credentials come from.
#[derive(Clone)]
pub enum Source {
    /// The environment's variables, then the default profile of the shared files.
    Default,
    /// This profile of the shared files, the kinds with SSO and `credential_process` included.
    Profile(String),
    /// Keys that a person gave.
    Keys(KeyPair),
}

/// IAM and STS, with credentials that AWS knows.
pub struct Connection {
    api: Api,
    caller: Caller,
    alias: OnceLock<Option<String>>,
    runtime: Arc<Runtime>,
    config: SdkConfig,
    meter: Meter,
    trail: Trail,
    clock: Arc<dyn Clock>,
    is_practice: bool,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// No credentials were found anywhere.
    #[error("there are no AWS credentials: {looked}")]
    NoCredentials {
        /// Where they were looked for.
        looked: String,
    },
    /// The profile, or the program or sign-in behind it, gives no credentials.
    #[error("the AWS credentials cannot be read: {reason}")]
    CredentialsBroken {
        /// What is wrong.
        reason: String,
    },
    /// AWS said no, or did not answer.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// STS's answer does not say who is asking.
    #[error(transparent)]
    Caller(#[from] InvalidCallerArn),
    /// Neither our clock nor AWS's is known, so that no code can be made.
    #[error("AWS did not say what time it is, so that no code can be made for its clock")]
    ClockUnknown,
    /// Our own clock.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// The machinery for requests could not be started.
    #[error("requests cannot be made: {0}")]
    Runtime(std::io::Error),
}

impl Connection {
    /// Finds credentials and asks STS whose they are (STS API: `GetCallerIdentity`, which needs no permission). After this
    /// the difference between the clocks is known.
    pub fn open(options: &ConnectionOptions) -> Result<Self, ConnectionError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ConnectionError::Runtime)?;
        let runtime = Arc::new(runtime);
        let config = runtime.block_on(sdk_config(options));
        let kind = runtime.block_on(kind_of_credentials(&config, &options.source))?;
        let meter = Meter::new(options.clock.clone());
        let trail = Trail::default();
        let api = Api::new(runtime.clone(), &config, meter.clone(), trail.clone());
        let (arn, account) = api.caller_identity()?;
        if api.drift().is_none() && !api.is_on_this_machine() {
            return Err(ConnectionError::ClockUnknown);
        }
        let caller = Caller::new(arn, account, kind)?;
        api.asks_as(&caller.arn);
        tracing::debug!(arn = caller.arn, endpoint = ?api.endpoint(), "connected");
        Ok(Self {
            api,
            caller,
            alias: OnceLock::new(),
            runtime,
            config,
            meter,
            trail,
            clock: options.clock.clone(),
            is_practice: false,
        })
    }

    /// The same services with temporary credentials of the same user.
    #[must_use]
    pub fn with_session(&self, session: &TemporaryCredentials) -> Self {
        self.with_credentials(
            session,
            Caller {
                credentials: CredentialKind::Session,
                ..self.caller.clone()
            },
        )
    }

    /// The same services with the temporary credentials of a role; asks STS who that makes of us.
    pub fn as_role(&self, session: &TemporaryCredentials) -> Result<Self, ConnectionError> {
        let unnamed = self.with_session(session);
        let (arn, account) = unnamed.api.caller_identity()?;
        let caller = Caller::new(arn, account, CredentialKind::Session)?;
        unnamed.api.asks_as(&caller.arn);
        Ok(Self { caller, ..unnamed })
    }

    fn with_credentials(&self, session: &TemporaryCredentials, caller: Caller) -> Self {
        let credentials = Credentials::new(
            &session.access_key_id,
            &*session.secret_access_key,
            Some(session.session_token.to_string()),
            None,
            "lockstep session",
        );
        let config = self
            .config
            .clone()
            .into_builder()
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let api = Api::new(
            self.runtime.clone(),
            &config,
            self.meter.clone(),
            self.trail.clone(),
        );
        api.asks_as(&caller.arn);
        Self {
            api,
            caller,
            alias: OnceLock::new(),
            runtime: self.runtime.clone(),
            config,
            meter: self.meter.clone(),
            trail: self.trail.clone(),
            clock: self.clock.clone(),
            is_practice: self.is_practice,
        }
    }

    /// The same, where the AWS account ends with this program: so do the devices that are made in it.
    #[must_use]
    pub fn to_practise(self) -> Self {
        Self {
            is_practice: true,
            ..self
        }
    }

    /// What an account here is bound to that was made through this connection.
    pub(crate) fn binding(&self, serial: SerialNumber) -> AwsBinding {
        AwsBinding {
            practice: self.is_practice,
            ..AwsBinding::new(serial)
        }
    }

    /// From now on every change is written into the log of activity in `folder`, by this connection and those made of it.
    pub fn keep_trail(&self, folder: &Path) {
        self.trail.keep_in(LogFile::new(folder, LOG));
    }

    /// The log of activity, for who makes many changes.
    pub(crate) fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Why a change that happened could not be written down; said once.
    pub fn take_trail_failure(&self) -> Option<FileError> {
        self.trail.take_failure()
    }

    /// The operations.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Who is asking.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The account's alias, asked for once; nothing when it has none, or when it may not be seen.
    pub fn alias(&self) -> Option<&str> {
        let alias = self.alias.get_or_init(|| match self.api.account_alias() {
            Ok(alias) => alias,
            Err(error) => {
                tracing::debug!(%error, "the account's alias is not known");
                None
            }
        });
        alias.as_deref()
    }

    /// How far AWS's clock is ahead of ours.
    pub fn drift(&self) -> Drift {
        self.api.drift().unwrap_or_default()
    }

    /// The present moment by AWS's clock.
    pub fn service_time(&self) -> Result<UnixTime, TimeError> {
        Ok(self.drift().service_time(self.clock.now()?))
    }

    /// The region that requests are made for.
    pub fn region(&self) -> Option<&str> {
        self.config.region().map(Region::as_ref)
    }
}

/// The SDK's configuration. Credentials come from the environment and the shared files alone: no metadata service is asked,
/// which on a desktop would be waited for in vain.
async fn sdk_config(options: &ConnectionOptions) -> SdkConfig {
    let profile = match &options.source {
        Source::Profile(name) => Some(name.clone()),
        Source::Default | Source::Keys(_) => None,
    };
    let mut profile_region = ProfileFileRegionProvider::builder();
    if let Some(name) = &profile {
        profile_region = profile_region.profile_name(name);
    }
    let region = RegionProviderChain::first_try(options.region.clone().map(Region::new))
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(profile_region.build())
        .or_else(FALLBACK_REGION)
        .region()
        .await;
    let http = http_client();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .region(region.clone())
        .time_source(SdkClock(options.clock.clone()))
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(ATTEMPTS)
                .with_initial_backoff(options.first_backoff),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(5))
                .operation_attempt_timeout(options.answer_timeout)
                .build(),
        )
        .credentials_provider(credentials_of(&options.source, region, http));
    if let Some(name) = profile {
        loader = loader.profile_name(name);
    }
    if let Some(endpoint) = &options.endpoint_url {
        loader = loader.endpoint_url(endpoint);
    }
    loader.load().await
}

fn credentials_of(
    source: &Source,
    region: Option<Region>,
    http: SharedHttpClient,
) -> SharedCredentialsProvider {
    let provider = ProviderConfig::empty().with_http_client(http).with_region(region);
    let files = ProfileFileCredentialsProvider::builder().configure(&provider);
    match source {
        Source::Keys(keys) => SharedCredentialsProvider::new(keys.credentials()),
        Source::Profile(name) => SharedCredentialsProvider::new(files.profile_name(name).build()),
        Source::Default => SharedCredentialsProvider::new(
            CredentialsProviderChain::first_try("environment", EnvironmentVariableCredentialsProvider::new())
                .or_else("shared files", files.build()),
        ),
    }
}

/// Looks for the credentials, so that their absence is not mistaken for an unreachable service.
async fn kind_of_credentials(config: &SdkConfig, source: &Source) -> Result<CredentialKind, ConnectionError> {
    let found = match config.credentials_provider() {
        Some(provider) => provider.provide_credentials().await,
        None => return Err(not_found(source)),
    };
    match found {
        Ok(credentials) if credentials.session_token().is_some() => Ok(CredentialKind::Session),
        Ok(_) => Ok(CredentialKind::LongTerm),
        Err(CredentialsError::CredentialsNotLoaded(_)) => Err(not_found(source)),
        Err(error) => {
            let mut reason = error.to_string();
            let mut cause = std::error::Error::source(&error);
            while let Some(deeper) = cause {
                reason = format!("{reason}: {deeper}");
                cause = deeper.source();
            }
            Err(ConnectionError::CredentialsBroken { reason })
        }
    }
}

fn not_found(source: &Source) -> ConnectionError {
    let looked = match source {
        Source::Profile(name) => format!("the profile {name:?} has none"),
        Source::Default | Source::Keys(_) => {
            "there are none in the environment and none in the default profile".to_owned()
        }
    };
    ConnectionError::NoCredentials { looked }
}

/// TLS by rustls with ring's cryptography.
fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// Our clock, for the SDK. It corrects its signatures by what AWS's answers say, by itself.
#[derive(Clone)]
struct SdkClock(Arc<dyn Clock>);

impl std::fmt::Debug for SdkClock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SdkClock")
    }
}

impl aws_smithy_async::time::TimeSource for SdkClock {
    fn now(&self) -> std::time::SystemTime {
        // A clock before 1970 signs for 1970, and is corrected by AWS's answer.
        let seconds = self.0.now().map_or(0, UnixTime::seconds);
        std::time::UNIX_EPOCH + Duration::from_secs(seconds)
    }
}

/// How long an answer is waited for. IAM answers in well under a second, and a lost answer is found out about anyway.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// How often the SDK sends a request that was throttled or that failed on the way.
const ATTEMPTS: u32 = 3;

/// Where IAM of the partition `aws` signs.
const FALLBACK_REGION: &str = "us-east-1";
