//! Looks at each request on its way: counts it, keeps it off networks in plain text, and compares the answer's `Date` with
//! our clock.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_smithy_types::date_time::{DateTime, Format};
use lockstep_device::time::{Clock, Drift, TimeError, UnixTime};

use crate::api::failure::PlainHttp;

/// What is seen of the requests of one connection. Clones look at the same.
#[derive(Clone)]
pub(crate) struct Meter(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    round_trips: AtomicU32,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    drift: Option<Drift>,
    endpoint: Option<String>,
}

/// When the present attempt was sent, by our clock.
#[derive(Clone, Copy, Debug)]
struct Sent(UnixTime);

impl Storable for Sent {
    type Storer = StoreReplace<Self>;
}

impl Meter {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            clock,
            round_trips: AtomicU32::new(0),
            seen: Mutex::default(),
        }))
    }

    pub(super) fn drift(&self) -> Option<Drift> {
        self.seen().drift
    }

    /// The present moment by AWS's clock, as far as that is known.
    pub(super) fn service_time(&self) -> Result<UnixTime, TimeError> {
        let now = self.0.clock.now()?;
        Ok(self.drift().unwrap_or_default().service_time(now))
    }

    pub(super) fn round_trips(&self) -> u32 {
        self.0.round_trips.load(Ordering::SeqCst)
    }

    pub(super) fn endpoint(&self) -> Option<String> {
        self.seen().endpoint.clone()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Meter")
    }
}

#[dyn_dispatch_hint]
impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let endpoint = origin(context.request().uri());
        if !is_safe(&endpoint) {
            return Err(PlainHttp { endpoint }.into());
        }
        self.seen().endpoint = Some(endpoint);
        self.0.round_trips.fetch_add(1, Ordering::SeqCst);
        cfg.interceptor_state().store_put(Sent(self.0.clock.now()?));
        Ok(())
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let service = date
            .and_then(|date| DateTime::from_str(date, Format::HttpDate).ok())
            .and_then(|date| u64::try_from(date.secs()).ok());
        if let (Some(service), Some(Sent(sent))) = (service, cfg.load::<Sent>()) {
            let received = self.0.clock.now()?;
            // A machine that slept meanwhile, or a clock that was set, would make half of that time a drift.
            if received.seconds().abs_diff(sent.seconds()) <= LONGEST_ANSWER {
                self.seen().drift = Some(drift(UnixTime::from_seconds(service), *sent, received));
            }
        }
        Ok(())
    }
}

/// The drift when the service said its time half-way between sending and receiving. Both clocks give whole seconds, so
/// that what comes out is one second off at the most, beside half the time that the answer took.
fn drift(service: UnixTime, sent: UnixTime, received: UnixTime) -> Drift {
    let waited = received.seconds().saturating_sub(sent.seconds());
    Drift::between(service, UnixTime::from_seconds(sent.seconds() + waited / 2))
}

/// An attempt is given up after 15 seconds.
const LONGEST_ANSWER: u64 = 20;

/// Scheme and authority of a URI.
fn origin(uri: &str) -> String {
    let start = uri.find("://").map_or(0, |place| place + 3);
    let end = uri[start..]
        .find(['/', '?', '#'])
        .map_or(uri.len(), |place| start + place);
    uri[..end].to_owned()
}

/// Whether a secret may be sent there: over TLS, or to this machine.
fn is_safe(origin: &str) -> bool {
    origin.starts_with("https://") || (origin.starts_with("http://") && is_on_this_machine(origin))
}

/// Whether a scheme and authority name this machine.
pub(super) fn is_on_this_machine(origin: &str) -> bool {
    let authority = origin
        .split_once("://")
        .map_or(origin, |(_, authority)| authority);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> UnixTime {
        UnixTime::from_seconds(seconds)
    }

    #[test]
    fn drift_is_measured_from_the_middle_of_the_request() {
        assert_eq!(drift(at(1000), at(100), at(104)).seconds(), 898);
        assert_eq!(drift(at(100), at(1000), at(1000)).seconds(), -900);
        // A clock that was set back meanwhile is no reason to panic.
        assert_eq!(drift(at(100), at(1000), at(10)).seconds(), -900);
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for safe in [
            "https://iam.amazonaws.com/",
            "http://127.0.0.1:4566/?x",
            "http://localhost:4566",
            "http://[::1]:4566/",
            "http://127.9.9.9",
        ] {
            assert!(is_safe(&origin(safe)), "{safe}");
        }
        for open in [
            "http://iam.amazonaws.com/",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "http://localhost@example.com/",
            "http://10.0.0.1/",
            "ftp://127.0.0.1/",
            "",
        ] {
            assert!(!is_safe(&origin(open)), "{open}");
        }
    }
}
