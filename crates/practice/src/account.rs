//! Everything the practice account is: its directory, what STS knows, clock, faults and the log of calls.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lockstep_device::seed::Seed;
use lockstep_device::time::{Clock, UnixTime};
use serde::Serialize;

use crate::caller::Identity;
use crate::device::{Assignment, DEVICES_PER_USER, Device, Kind};
use crate::directory::{Directory, LAST_MOMENT, ROOT, User};
use crate::faults::{Fault, Faults, Rate};
use crate::policy::document::Policy;
use crate::refusal::Refusal;
use crate::verification::{Binding, Bindings, WINDOW, visible_after};

/// Calls that are kept, so that a server which runs for days does not grow without end.
const MAX_CALLS: usize = 100_000;

/// The practice account, as tests and the control endpoint look into it.
pub struct Account {
    /// The account itself.
    pub home: Directory,
    /// Other accounts, whose roles can be assumed, by their twelve digits.
    pub others: BTreeMap<String, Directory>,
    /// What STS knows of the devices.
    pub bindings: Bindings,
    /// Sessions by access key id.
    pub sessions: HashMap<String, Session>,
    /// Faults and rates that are planned.
    pub faults: Faults,
    /// How long STS does not know what IAM did. After Deactivate and Delete it is a quarter of that.
    pub propagation: Duration,
    /// The most items the service puts on a page, however many were asked for.
    pub page_size: Option<usize>,
    /// The devices a user may have; other partitions may allow fewer than [`DEVICES_PER_USER`].
    pub devices_per_user: usize,
    /// How long a credential report takes.
    pub report_duration: Duration,
    clock: Arc<dyn Clock>,
    clock_offset: i64,
    calls: Vec<Call>,
}

/// The credentials of a session.
#[derive(Clone)]
pub struct Session {
    /// The secret access key.
    pub secret: String,
    /// The session token.
    pub token: String,
    /// When it began.
    pub issued: UnixTime,
    /// The first second at which it is over.
    pub expires: UnixTime,
    /// When a code was verified for it, if one was.
    pub verified: Option<UnixTime>,
    /// The account it acts in.
    pub account: String,
    /// User or role.
    pub identity: Identity,
}

/// A long-term access key with its secret. Its `Debug` keeps the secret to itself.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Keys {
    /// `AKIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
}

/// One call, as the server saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The operation, such as `EnableMFADevice`.
    pub operation: String,
    /// The user's or role's name; empty when the signature told none.
    pub user: String,
    /// The HTTP status that was answered, or would have been.
    pub status: u16,
    /// The error code, if it was refused.
    pub error_code: Option<String>,
    /// Whether the answer was sent.
    pub answered: bool,
}

impl Account {
    /// An account without anybody in it.
    pub fn new(home: Directory, clock: Arc<dyn Clock>, propagation: Duration) -> Self {
        Self {
            home,
            others: BTreeMap::new(),
            bindings: Bindings::default(),
            sessions: HashMap::new(),
            faults: Faults::default(),
            propagation,
            page_size: None,
            devices_per_user: DEVICES_PER_USER,
            report_duration: Duration::from_secs(2),
            clock,
            clock_offset: 0,
            calls: Vec::new(),
        }
    }

    /// The server's time: the clock and its offset, held between 1970 and 9999.
    pub fn now(&self) -> UnixTime {
        let seconds = self.clock.now().map_or(0, UnixTime::seconds);
        let seconds = seconds.saturating_add_signed(self.clock_offset);
        UnixTime::from_seconds(seconds.min(LAST_MOMENT))
    }

    /// How many seconds the server's clock is ahead of the one it was given.
    pub fn clock_offset(&self) -> i64 {
        self.clock_offset
    }

    /// Sets the server's clock ahead by so many seconds, or back.
    pub fn set_clock_offset(&mut self, seconds: i64) {
        self.clock_offset = seconds;
    }

    /// One of the accounts by its twelve digits; the practice account when there is none of them.
    pub fn directory(&self, account: &str) -> &Directory {
        self.others.get(account).unwrap_or(&self.home)
    }

    /// One of the accounts by its twelve digits; the practice account when there is none of them.
    pub fn directory_mut(&mut self, account: &str) -> &mut Directory {
        self.others.get_mut(account).unwrap_or(&mut self.home)
    }

    /// An access key of a user, made when there is none; nothing for a user who does not exist.
    pub fn find_keys(&mut self, user: &str) -> Option<Keys> {
        let now = self.now();
        let user = self.home.users.get_mut(user)?;
        let key = match user.keys.first() {
            Some(key) => key,
            None => user.add_key(now),
        };
        Some(Keys {
            access_key_id: key.id.clone(),
            secret_access_key: key.secret.clone(),
        })
    }

    /// An access key of a user, made when there is none.
    ///
    /// # Panics
    /// When there is no such user: this is for tests, which know who is there.
    pub fn keys_of(&mut self, user: &str) -> Keys {
        self.find_keys(user).expect("the test names a user who is there")
    }

    /// The devices of the practice account, by serial number.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.home.devices.values()
    }

    /// A device of the practice account.
    pub fn device(&self, serial: &str) -> Option<&Device> {
        self.home.devices.get(serial)
    }

    /// Whether STS would take this code of a device now, had nobody tried one before.
    pub fn emits(&self, serial: &str, code: &str) -> bool {
        self.bindings.would_accept(serial, code, self.now())
    }

    /// Whether a device with a right clock that holds this base32 secret can be used: it is the device's seed, the
    /// device is somebody's, and the skew that AWS stored leaves the present code inside the window.
    pub fn is_usable_with(&self, serial: &str, base32: &str) -> bool {
        let device = self.device(serial).filter(|device| device.has_seed(base32));
        let assignment = device.and_then(|device| device.assigned.as_ref());
        assignment.is_some_and(|assignment| assignment.skew.abs() <= WINDOW)
    }

    /// Makes a user of the practice account with these tags; one of that name is replaced.
    pub fn put_user(&mut self, name: &str, path: &str, tags: BTreeMap<String, String>) {
        let now = self.now();
        self.home.add_user(name, path, now).tags = tags;
    }

    /// Gives a user this policy instead of all others. Fails with `MalformedPolicyDocument`, and with `NoSuchEntity`
    /// for a user who does not exist.
    pub fn set_policy(&mut self, user: &str, json: &str) -> Result<(), Refusal> {
        let policy = Policy::identity(json)?;
        self.clear_policies(user)?
            .policies
            .insert("practice".to_owned(), policy);
        Ok(())
    }

    /// Takes every permission of a user away. Fails with `NoSuchEntity` for one who does not exist.
    pub fn clear_policies(&mut self, user: &str) -> Result<&mut User, Refusal> {
        let user = self.home.users.get_mut(user).ok_or_else(|| no_such_user(user))?;
        user.attached.clear();
        user.policies.clear();
        Ok(user)
    }

    /// Puts a role into an account, which is made when it does not exist. Fails with `MalformedPolicyDocument`.
    pub fn put_role(
        &mut self,
        account: &str,
        name: &str,
        trust: &str,
        policy: Option<&str>,
    ) -> Result<(), Refusal> {
        let trust = Policy::trust(trust)?;
        let policy = policy.map(Policy::identity).transpose()?;
        self.ensure_account(account).add_role(name, trust, policy);
        Ok(())
    }

    /// An account by its twelve digits, made in the same partition when it does not exist.
    pub fn ensure_account(&mut self, account: &str) -> &mut Directory {
        if account == self.home.id {
            return &mut self.home;
        }
        let (partition, now) = (self.home.partition, self.now());
        let make = || Directory::new(partition, account, None, now);
        self.others.entry(account.to_owned()).or_insert_with(make)
    }

    /// Registers a factory token, which nobody has yet, by its printed serial number.
    pub fn put_hardware_token(&mut self, serial: &str, seed: Seed) {
        let device = Device::new(serial.to_owned(), Kind::Hardware, Some(seed));
        self.home.devices.insert(serial.to_owned(), device);
    }

    /// Puts a passkey or security key on a user and gives its serial number; it cannot be enabled by API.
    pub fn put_fido_key(&mut self, user: &str, name: &str) -> String {
        let serial = self.home.arn(&format!("u2f/user/{user}/{name}"));
        self.put_enabled(serial, Kind::Fido, user)
    }

    /// Puts a telephone number on a user and gives its serial number; it cannot be enabled by API.
    pub fn put_sms_device(&mut self, user: &str) -> String {
        let serial = self.home.arn(&format!("sms-mfa/{user}"));
        self.put_enabled(serial, Kind::Sms, user)
    }

    /// Puts a virtual device on the root user, as only the console can, and gives its serial number.
    pub fn put_root_device(&mut self) -> String {
        let name = "root-account-mfa-device";
        let serial = self.home.arn(&format!("mfa/{name}"));
        let kind = Kind::Virtual {
            path: "/".to_owned(),
            name: name.to_owned(),
        };
        self.home.root_mfa = true;
        self.put_enabled(serial, kind, ROOT)
    }

    /// Plans a fault.
    pub fn plan_fault(&mut self, fault: Fault) {
        self.faults.plan(fault);
    }

    /// Limits the rate of an operation, or of each that has no limit of its own; nothing takes the limit away.
    pub fn limit_rate(&mut self, operation: Option<&str>, rate: Option<Rate>) {
        self.faults.limit(operation, rate);
    }

    /// Forgets every fault and every rate.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// The calls since the start, or since they were reset. A connection that was reset has the status 0.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.clone()
    }

    /// Forgets the calls.
    pub fn reset_calls(&mut self) {
        self.calls.clear();
    }

    /// Logs a call; of very many the older half is forgotten.
    pub fn log(&mut self, call: Call) {
        if self.calls.len() >= MAX_CALLS {
            self.calls.drain(..MAX_CALLS / 2);
        }
        self.calls.push(call);
    }

    /// Tells STS, after the time that takes, whose a device of an account now is.
    pub fn spread(&mut self, account: &str, serial: &str) {
        let directory = self.directory(account);
        let device = directory.devices.get(serial);
        let assigned = device.and_then(|device| Some((device.assigned.as_ref()?, device.seed.as_ref()?)));
        let binding = assigned.and_then(|(assignment, seed)| {
            Some(Binding {
                user_id: directory.users.get(&assignment.user)?.id.clone(),
                seed: seed.clone(),
                skew: assignment.skew,
            })
        });
        // Recorded: 4 to 9 seconds after Enable, 1.5 to 2.5 after Deactivate and Delete.
        let delay = if binding.is_some() {
            self.propagation
        } else {
            self.propagation / 4
        };
        let visible = visible_after(delay, self.now());
        self.bindings.change(serial, visible, binding);
    }

    fn put_enabled(&mut self, serial: String, kind: Kind, user: &str) -> String {
        let mut device = Device::new(serial.clone(), kind, None);
        device.assigned = Some(Assignment {
            user: user.to_owned(),
            since: self.now(),
            skew: 0,
        });
        self.home.devices.insert(serial.clone(), device);
        serial
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keys")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// 404, in the words of IAM.
pub fn no_such_user(name: &str) -> Refusal {
    Refusal::no_such_entity(format!("The user with name {name} cannot be found."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_show_their_secret() {
        let keys = Keys {
            access_key_id: "AKIA1".to_owned(),
            secret_access_key: "do not show".to_owned(),
        };
        assert_eq!(format!("{keys:?}"), "Keys { access_key_id: \"AKIA1\", .. }");
    }
}
