//! The operations that are used, one call each, over the AWS SDK. Nothing here decides anything: an answer, or why there is
//! none.

pub mod failure;
pub mod iam;
pub(crate) mod meter;
pub mod sts;
pub mod users;

use std::sync::{Arc, Mutex, PoisonError};

use aws_config::Region;
use aws_sdk_iam::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use lockstep_device::time::{Drift, UnixTime};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use crate::api::failure::{Failure, failure};
use crate::api::meter::Meter;
use crate::trail::{Change, Trail};

/// IAM and STS with one set of credentials. Calls block; they may be made from several threads at once.
pub struct Api {
    runtime: Arc<Runtime>,
    iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    meter: Meter,
    trail: Trail,
    caller: Mutex<String>,
}

/// Temporary credentials. The secret parts are erased from memory when dropped; it has no `Debug`.
#[derive(Clone)]
pub struct TemporaryCredentials {
    /// `ASIA…`; no secret.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: Zeroizing<String>,
    /// The session token.
    pub session_token: Zeroizing<String>,
    /// When they end, by AWS's clock.
    pub expiration: UnixTime,
}

impl Api {
    /// The services of this configuration. Each request is counted and its answer's time compared with the meter's clock.
    pub(crate) fn new(
        runtime: Arc<Runtime>,
        config: &aws_config::SdkConfig,
        meter: Meter,
        trail: Trail,
    ) -> Self {
        let region = config
            .region()
            .map(|region| iam_region(region.as_ref()).to_owned());
        let iam = aws_sdk_iam::config::Builder::from(config)
            .region(region.map(Region::new))
            .interceptor(SharedInterceptor::new(meter.clone()))
            .build();
        let sts = aws_sdk_sts::config::Builder::from(config)
            .interceptor(SharedInterceptor::new(meter.clone()))
            .build();
        Self {
            runtime,
            iam: aws_sdk_iam::Client::from_conf(iam),
            sts: aws_sdk_sts::Client::from_conf(sts),
            meter,
            trail,
            caller: Mutex::default(),
        }
    }

    /// Sends one request, or one page after the other, and waits for the answer.
    fn call<T, E>(
        &self,
        answer: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.runtime.block_on(answer).map_err(|error| failure(&error))
    }

    /// The same for what only asks: without an answer nothing has changed.
    fn query<T, E>(
        &self,
        answer: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.call(answer).map_err(|failure| match failure {
            Failure::Unknown { reason } => Failure::NoAnswer { reason },
            failure => failure,
        })
    }

    /// The same for what changes something, which is written down with how it ended.
    fn change<T, E>(
        &self,
        change: Change<'_>,
        answer: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        T: RequestId,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let answer = self.runtime.block_on(answer);
        let request_id = match &answer {
            Ok(answer) => answer.request_id(),
            Err(error) => error.request_id(),
        };
        let request_id = request_id.map(str::to_owned);
        let outcome = answer.map_err(|error| failure(&error));
        let time = self.meter.service_time().map_or(0, UnixTime::seconds);
        let caller = self.caller.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.trail.note(
            (time, &caller),
            change,
            request_id.as_deref(),
            outcome.as_ref().err(),
        );
        outcome
    }

    /// Who asks, for what is written down.
    pub(crate) fn asks_as(&self, arn: &str) {
        arn.clone_into(&mut self.caller.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// How far AWS's clock is ahead of ours, by the `Date` of the last answer; nothing before the first one.
    pub fn drift(&self) -> Option<Drift> {
        self.meter.drift()
    }

    /// How many requests went out, repeated ones included.
    pub fn round_trips(&self) -> u32 {
        self.meter.round_trips()
    }

    /// Whether the last request stayed on this machine, whose clock is ours.
    pub fn is_on_this_machine(&self) -> bool {
        self.endpoint()
            .is_some_and(|endpoint| meter::is_on_this_machine(&endpoint))
    }

    /// Where the last request went, such as `https://iam.amazonaws.com`; nothing before the first one.
    pub fn endpoint(&self) -> Option<String> {
        self.meter.endpoint()
    }
}

/// The most that IAM gives on a page (service model: `maxItemsType`).
const PAGE: i32 = 1000;

/// IAM is global in each partition and signs for one region. The SDK knows that of AWS's own endpoints alone.
fn iam_region(region: &str) -> &str {
    match region {
        china if china.starts_with("cn-") => "cn-north-1",
        gov if gov.starts_with("us-gov-") => "us-gov-west-1",
        isolated if isolated.starts_with("us-iso") || isolated.starts_with("eu-iso") => isolated,
        _ => "us-east-1",
    }
}

fn moment(date: &DateTime) -> UnixTime {
    UnixTime::from_seconds(u64::try_from(date.secs()).unwrap_or(0))
}
