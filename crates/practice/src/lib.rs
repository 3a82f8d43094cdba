//! A practice account: AWS IAM and STS on loopback, as strict about MFA devices as the service itself, with a clock,
//! faults and propagation that can be set. From the ground up: what is refused, what is asked and answered, policies,
//! what the account holds, the operations, and the server.

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
