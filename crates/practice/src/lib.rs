//! A practice account: AWS IAM and STS on loopback, as strict about MFA devices as the service itself, with a clock,
//! faults and propagation that can be set. From the ground up: what is refused, what is asked and answered, policies,
//! what the account holds, the operations, and the server.
//!
//! Tests start one in their process and look into it while they talk to it over HTTP:
//!
//! ```
//! use lockstep_practice::faults::{Fault, FaultKind};
//! use lockstep_practice::server::{Options, Practice};
//!
//! let practice = Practice::start(Options::default())?;
//! let keys = practice.with(|account| account.keys_of("maya"));
//! practice.with(|account| account.plan_fault(Fault::on("EnableMFADevice", FaultKind::LostAnswer)));
//! // … a client with these keys, the endpoint `practice.endpoint()` and the region `us-east-1` …
//! assert!(practice.with(|account| account.calls()).is_empty());
//! # let _ = keys;
//! # Ok::<(), lockstep_practice::server::StartError>(())
//! ```

pub mod refusal;

pub mod constraints;
pub mod page;
pub mod query;
pub mod random;
pub mod signature;
pub mod xml;

pub mod policy;

pub mod caller;
pub mod device;
pub mod directory;
pub mod faults;
pub mod partition;
pub mod verification;

pub mod account;
pub mod personas;

pub mod authentication;
pub mod call;
pub mod iam;
pub mod sts;

pub mod announcement;
pub mod control;
pub mod exchange;
pub mod http;
pub mod server;
pub mod shared;
