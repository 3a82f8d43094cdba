//! What one AWS account holds: users with their keys and policies, devices, roles, the credential report.

use std::collections::BTreeMap;

use lockstep_device::time::UnixTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::device::Device;
use crate::partition::Partition;
use crate::policy::document::Policy;
use crate::random;

/// 9999-12-31T23:59:59Z, the last moment that HTTP and RFC 3339 can write.
pub const LAST_MOMENT: u64 = 253_402_300_799;

/// Whose a device of the root user is: no user can have this name.
pub const ROOT: &str = "<root_account>";

/// One AWS account.
pub struct Directory {
    /// Its partition.
    pub partition: Partition,
    /// Its twelve digits.
    pub id: String,
    /// Its alias, if it has one.
    pub alias: Option<String>,
    /// Whether the root user has a device.
    pub root_mfa: bool,
    /// When the account was made.
    pub created: UnixTime,
    /// Its users by name.
    pub users: BTreeMap<String, User>,
    /// Its devices of all kinds by serial number, and factory tokens that nobody has yet.
    pub devices: BTreeMap<String, Device>,
    /// Its roles by name.
    pub roles: BTreeMap<String, Role>,
    /// Its credential report.
    pub report: Option<Report>,
}

/// An IAM user.
pub struct User {
    /// The name.
    pub name: String,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// The unique id, `AIDA…`.
    pub id: String,
    /// When the user was made.
    pub created: UnixTime,
    /// Tags, sorted by key.
    pub tags: BTreeMap<String, String>,
    /// Access keys, the oldest first.
    pub keys: Vec<AccessKey>,
    /// Inline policies by name.
    pub policies: BTreeMap<String, Policy>,
    /// Managed policies that are attached, by name.
    pub attached: BTreeMap<String, Policy>,
    /// Since when there is a password.
    pub password: Option<UnixTime>,
    /// When it was last used.
    pub signed_in: Option<UnixTime>,
}

/// A long-term access key.
#[derive(Clone)]
pub struct AccessKey {
    /// `AKIA…`.
    pub id: String,
    /// The secret access key.
    pub secret: String,
    /// When it was made.
    pub created: UnixTime,
    /// When it was last used, at which service.
    pub used: Option<(UnixTime, &'static str)>,
}

/// A role that can be assumed.
pub struct Role {
    /// The name.
    pub name: String,
    /// The unique id, `AROA…`.
    pub id: String,
    /// Who may assume it.
    pub trust: Policy,
    /// What its sessions may do.
    pub policies: Vec<Policy>,
    /// The longest session, in seconds.
    pub max_session: u32,
}

/// A credential report.
pub struct Report {
    /// When it was asked for.
    pub asked: UnixTime,
    /// When it is complete.
    pub ready: UnixTime,
    /// The CSV, as things stood when it was asked for.
    pub content: String,
}

impl Directory {
    /// An account with nothing in it.
    pub fn new(partition: Partition, id: &str, alias: Option<String>, created: UnixTime) -> Self {
        Self {
            partition,
            id: id.to_owned(),
            alias,
            root_mfa: false,
            created,
            users: BTreeMap::new(),
            devices: BTreeMap::new(),
            roles: BTreeMap::new(),
            report: None,
        }
    }

    /// The ARN of something in this account, such as `user/maya`.
    pub fn arn(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition.name(), self.id)
    }

    /// The ARN of a user, with its path when there is such a user.
    pub fn user_arn(&self, name: &str) -> String {
        let path = self.users.get(name).map_or("/", |user| user.path.as_str());
        self.arn(&format!("user{path}{name}"))
    }

    /// The ARN of a role.
    pub fn role_arn(&self, name: &str) -> String {
        self.arn(&format!("role/{name}"))
    }

    /// The devices of a user, by serial number.
    pub fn devices_of<'d>(&'d self, user: &'d str) -> impl Iterator<Item = &'d Device> {
        self.devices
            .values()
            .filter(move |device| device.user() == Some(user))
    }

    /// The tags of the user or device that an ARN names.
    pub fn tags_of(&self, arn: &str) -> Option<&BTreeMap<String, String>> {
        let device = self.devices.get(arn).map(|device| &device.tags);
        device.or_else(|| {
            let user = self.users.get(arn.rsplit('/').next()?)?;
            (self.user_arn(&user.name) == arn).then_some(&user.tags)
        })
    }

    /// Makes a user; one of that name is replaced.
    pub fn add_user(&mut self, name: &str, path: &str, created: UnixTime) -> &mut User {
        let user = User {
            name: name.to_owned(),
            path: path.to_owned(),
            id: random::id("AIDA"),
            created,
            tags: BTreeMap::new(),
            keys: Vec::new(),
            policies: BTreeMap::new(),
            attached: BTreeMap::new(),
            password: None,
            signed_in: None,
        };
        self.users.entry(name.to_owned()).insert_entry(user).into_mut()
    }

    /// Makes a role; one of that name is replaced.
    pub fn add_role(&mut self, name: &str, trust: Policy, policy: Option<Policy>) {
        let role = Role {
            name: name.to_owned(),
            id: random::id("AROA"),
            trust,
            policies: policy.into_iter().collect(),
            max_session: 3600,
        };
        self.roles.insert(name.to_owned(), role);
    }
}

impl User {
    /// Makes an access key.
    pub fn add_key(&mut self, created: UnixTime) -> &AccessKey {
        self.keys.push_mut(AccessKey {
            id: random::id("AKIA"),
            secret: random::secret_access_key(),
            created,
            used: None,
        })
    }
}

/// A moment as XML answers write it: `2026-11-25T15:00:00Z`.
pub fn timestamp(time: UnixTime) -> String {
    let seconds = i64::try_from(time.seconds().min(LAST_MOMENT)).unwrap_or_default();
    let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    rfc3339(moment)
}

fn rfc3339(moment: OffsetDateTime) -> String {
    moment
        .format(&Rfc3339)
        .expect("years up to 9999 have a form in RFC 3339")
}
