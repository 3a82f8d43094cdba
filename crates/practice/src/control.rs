//! The control endpoint: JSON that sets clock, faults, propagation and people, and shows the state.

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_device::seed::Seed;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::account::{Account, Call};
use crate::device::{Device, Kind};
use crate::directory::timestamp;
use crate::faults::{Fault, Rate};
use crate::refusal::Refusal;

/// Calls that the state shows; the newest.
const SHOWN_CALLS: usize = 1000;

/// What can be asked of the practice account. Each is sent as `{"do": "set-propagation", "seconds": 5}`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Sets the server's clock ahead of the real one, or back.
    SetClockOffset {
        /// Seconds.
        seconds: i64,
    },
    /// Moves the server's clock on, or back.
    AdvanceClock {
        /// Seconds.
        seconds: i64,
    },
    /// Sets how long STS does not know what IAM did.
    SetPropagation {
        /// Seconds.
        seconds: u64,
    },
    /// Sets the most items on a page; nothing for as many as are asked for.
    SetPageSize {
        /// Items.
        items: Option<usize>,
    },
    /// Sets how many devices a user may have.
    SetDeviceLimit {
        /// Devices.
        devices: usize,
    },
    /// Sets how long a credential report takes.
    SetReportDuration {
        /// Seconds.
        seconds: u64,
    },
    /// Plans a fault.
    PlanFault {
        /// The fault.
        fault: Fault,
    },
    /// Limits the rate of an operation, or of each that has no limit of its own.
    LimitRate {
        /// The operation; nothing for every one.
        #[serde(default)]
        operation: Option<String>,
        /// The rate; nothing for no limit.
        rate: Option<Rate>,
    },
    /// Forgets faults and rates.
    ClearFaults,
    /// Makes a user, or makes him anew.
    PutUser {
        /// The name.
        user: String,
        /// The path.
        #[serde(default = "root_path")]
        path: String,
        /// Tags.
        #[serde(default)]
        tags: BTreeMap<String, String>,
    },
    /// Gives a user this policy instead of all others.
    SetPolicy {
        /// The name.
        user: String,
        /// The policy document; nothing takes every permission away.
        policy: Option<Value>,
    },
    /// Gives an access key of a user, made when there is none.
    Keys {
        /// The name.
        user: String,
    },
    /// Puts a role into an account.
    PutRole {
        /// Twelve digits.
        account: String,
        /// The role's name.
        name: String,
        /// The trust policy.
        trust: Value,
        /// What the role may do.
        #[serde(default)]
        policy: Option<Value>,
    },
    /// Registers a factory token.
    PutHardwareToken {
        /// The printed serial number.
        serial: String,
        /// Its seed in base32.
        seed: String,
    },
    /// Puts a passkey on a user.
    PutFidoKey {
        /// The user.
        user: String,
        /// The key's name.
        name: String,
    },
    /// Puts a telephone number on a user.
    PutSmsDevice {
        /// The user.
        user: String,
    },
    /// Puts a virtual device on the root user.
    PutRootDevice,
    /// Forgets the calls.
    ResetCalls,
    /// Shows the state. Every request that gives nothing else gives this.
    State,
}

/// Does what is asked for and gives the answer; 400 with the reason when it cannot be done.
pub fn perform(account: &mut Account, body: &[u8]) -> Result<Value, Refusal> {
    let request: Request =
        serde_json::from_slice(body).map_err(|error| Refusal::validation(error.to_string()))?;
    let given = match request {
        Request::Keys { user } => {
            let keys = account.find_keys(&user).ok_or_else(|| no_such_user(&user))?;
            json!({"user": user, "access_key_id": keys.access_key_id, "secret_access_key": keys.secret_access_key})
        }
        Request::PutFidoKey { user, name } => {
            require_user(account, &user)?;
            json!({"serial": account.put_fido_key(&user, &name)})
        }
        Request::PutSmsDevice { user } => {
            require_user(account, &user)?;
            json!({"serial": account.put_sms_device(&user)})
        }
        Request::PutRootDevice => json!({"serial": account.put_root_device()}),
        other => {
            set(account, other)?;
            state(account)
        }
    };
    Ok(given)
}

/// What there is: times, propagation, users, devices, faults and calls; never a seed or a secret.
pub fn state(account: &Account) -> Value {
    let home = &account.home;
    let users = home.users.values().map(|user| {
        json!({
            "user": user.name, "arn": home.user_arn(&user.name), "tags": user.tags,
            "policies": user.policies.keys().chain(user.attached.keys()).collect::<Vec<_>>(),
            "devices": home.devices_of(&user.name).map(|device| &device.serial).collect::<Vec<_>>(),
        })
    });
    let other_accounts = account.others.values().map(|other| {
        json!({"account": other.id, "roles": other.roles.keys().map(|name| other.role_arn(name)).collect::<Vec<_>>()})
    });
    json!({
        "account": home.id,
        "alias": home.alias,
        "partition": home.partition.name(),
        "now": timestamp(account.now()),
        "clock_offset": account.clock_offset(),
        "propagation": account.propagation.as_secs_f64(),
        "page_size": account.page_size,
        "users": users.collect::<Vec<_>>(),
        "devices": account.devices().map(|device| device_state(account, device)).collect::<Vec<_>>(),
        "roles": home.roles.keys().map(|name| home.role_arn(name)).collect::<Vec<_>>(),
        "other_accounts": other_accounts.collect::<Vec<_>>(),
        "faults": account.faults.planned(),
        "calls": last(&account.calls(), SHOWN_CALLS),
    })
}

fn last(calls: &[Call], most: usize) -> &[Call] {
    &calls[calls.len().saturating_sub(most)..]
}

fn set(account: &mut Account, request: Request) -> Result<(), Refusal> {
    match request {
        Request::SetClockOffset { seconds } => account.set_clock_offset(seconds),
        Request::AdvanceClock { seconds } => {
            account.set_clock_offset(account.clock_offset().saturating_add(seconds));
        }
        Request::SetPropagation { seconds } => account.propagation = Duration::from_secs(seconds),
        Request::SetPageSize { items } => account.page_size = items,
        Request::SetDeviceLimit { devices } => account.devices_per_user = devices,
        Request::SetReportDuration { seconds } => account.report_duration = Duration::from_secs(seconds),
        Request::PlanFault { fault } => account.plan_fault(fault),
        Request::LimitRate { operation, rate } => account.limit_rate(operation.as_deref(), rate),
        Request::ClearFaults => account.clear_faults(),
        Request::PutUser { user, path, tags } => account.put_user(&user, &path, tags),
        Request::SetPolicy { user, policy } => match policy {
            Some(policy) => account.set_policy(&user, &policy.to_string())?,
            None => {
                account.clear_policies(&user)?;
            }
        },
        Request::PutRole {
            account: id,
            name,
            trust,
            policy,
        } => {
            let policy = policy.map(|policy| policy.to_string());
            account.put_role(&id, &name, &trust.to_string(), policy.as_deref())?;
        }
        Request::PutHardwareToken { serial, seed } => {
            let seed = Seed::from_base32(&seed).map_err(|error| Refusal::validation(error.to_string()))?;
            account.put_hardware_token(&serial, seed.seed);
        }
        Request::ResetCalls => account.reset_calls(),
        Request::State
        | Request::Keys { .. }
        | Request::PutFidoKey { .. }
        | Request::PutSmsDevice { .. }
        | Request::PutRootDevice => {}
    }
    Ok(())
}

fn device_state(account: &Account, device: &Device) -> Value {
    let kind = match device.kind {
        Kind::Virtual { .. } => "virtual",
        Kind::Hardware => "hardware",
        Kind::Fido => "fido",
        Kind::Sms => "sms",
    };
    let assigned = device.assigned.as_ref();
    json!({
        "serial": device.serial,
        "kind": kind,
        "user": device.user(),
        "enabled": assigned.map(|assignment| timestamp(assignment.since)),
        "skew": assigned.map(|assignment| assignment.skew),
        "tags": device.tags,
        "last_pair": device.last_pair,
        "spent": account.bindings.spent(&device.serial),
    })
}

fn require_user(account: &Account, user: &str) -> Result<(), Refusal> {
    if account.home.users.contains_key(user) {
        Ok(())
    } else {
        Err(no_such_user(user))
    }
}

fn no_such_user(user: &str) -> Refusal {
    crate::account::no_such_user(user)
}

fn root_path() -> String {
    "/".to_owned()
}
