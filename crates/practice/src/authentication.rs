//! Who signed a request, and for which service.

use lockstep_device::time::UnixTime;

use crate::account::Account;
use crate::caller::{Caller, Credentials, Identity};
use crate::directory::Directory;
use crate::refusal::Refusal;
use crate::signature::{Authorization, Received, mismatch};

/// The services there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Identity and Access Management.
    Iam,
    /// Security Token Service.
    Sts,
}

impl Service {
    /// As credential scopes and actions spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
        }
    }

    /// The version of its API.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Iam => "2010-05-08",
            Self::Sts => "2011-06-15",
        }
    }

    /// The namespace of its answers.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }

    /// The service of this version of an API.
    pub fn of_version(version: &str) -> Option<Self> {
        [Self::Iam, Self::Sts]
            .into_iter()
            .find(|service| service.version() == version)
    }
}

/// The caller whose signature a request bears, and the service it is for. One endpoint serves both, so the credential
/// scope tells which.
pub fn authenticate(
    account: &mut Account,
    received: &Received<'_>,
    now: UnixTime,
) -> Result<(Caller, Service), Refusal> {
    let authorization = received.authorization()?;
    let token = received.header("x-amz-security-token");
    let (caller, secret) = match token {
        Some(token) => session_caller(account, &authorization.access_key_id, token, now)?,
        None => long_term_caller(account, &authorization.access_key_id)?,
    };
    authorization.check_time(now)?;
    authorization.check(received, &secret)?;
    let service = scope(&authorization, &caller)?;
    note_use(account, &caller, &authorization.access_key_id, service, now);
    Ok((caller, service))
}

fn long_term_caller(account: &Account, access_key_id: &str) -> Result<(Caller, String), Refusal> {
    let directories = std::iter::once(&account.home).chain(account.others.values());
    for directory in directories {
        for user in directory.users.values() {
            if let Some(key) = user.keys.iter().find(|key| key.id == access_key_id) {
                let caller = Caller {
                    partition: directory.partition,
                    account: directory.id.clone(),
                    identity: user_identity(directory, &user.name, &user.id),
                    credentials: Credentials::LongTerm,
                };
                return Ok((caller, key.secret.clone()));
            }
        }
    }
    Err(Refusal::unknown_credentials())
}

fn session_caller(
    account: &Account,
    access_key_id: &str,
    token: &str,
    now: UnixTime,
) -> Result<(Caller, String), Refusal> {
    let session = account
        .sessions
        .get(access_key_id)
        .filter(|session| session.token == token);
    let session = session.ok_or_else(Refusal::unknown_credentials)?;
    if session.expires <= now {
        return Err(Refusal::new(
            "ExpiredToken",
            403,
            "The security token included in the request is expired",
        ));
    }
    let directory = account.directory(&session.account);
    let still_there = match &session.identity {
        // A user of the same name who came later is another.
        Identity::User { name, id, .. } => directory.users.get(name).is_some_and(|user| user.id == *id),
        Identity::Role { name, id, .. } => directory.roles.get(name).is_some_and(|role| role.id == *id),
    };
    if !still_there {
        return Err(Refusal::unknown_credentials());
    }
    let caller = Caller {
        partition: directory.partition,
        account: session.account.clone(),
        identity: session.identity.clone(),
        credentials: Credentials::Session {
            issued: session.issued,
            verified: session.verified,
        },
    };
    Ok((caller, session.secret.clone()))
}

/// The identity of a user as it is now.
pub fn user_identity(directory: &Directory, name: &str, id: &str) -> Identity {
    Identity::User {
        name: name.to_owned(),
        arn: directory.user_arn(name),
        id: id.to_owned(),
    }
}

fn scope(authorization: &Authorization, caller: &Caller) -> Result<Service, Refusal> {
    let (region, partition) = (authorization.region.as_str(), caller.partition);
    let (service, is_valid) = match authorization.service.as_str() {
        "iam" => (Service::Iam, region == partition.iam_region()),
        "sts" => (Service::Sts, partition.has_region(region)),
        _ => {
            return Err(mismatch(
                "Credential should be scoped to correct service: 'iam'. ",
            ));
        }
    };
    if is_valid {
        Ok(service)
    } else {
        Err(mismatch(&format!(
            "Credential should be scoped to a valid region, not '{region}'. "
        )))
    }
}

/// The credential report tells when a key was last used.
fn note_use(account: &mut Account, caller: &Caller, access_key_id: &str, service: Service, now: UnixTime) {
    let Some(name) = caller.user_name().filter(|_| caller.is_long_term()) else {
        return;
    };
    let user = account.directory_mut(&caller.account).users.get_mut(name);
    let key = user.and_then(|user| user.keys.iter_mut().find(|key| key.id == access_key_id));
    if let Some(key) = key {
        key.used = Some((now, service.name()));
    }
}
