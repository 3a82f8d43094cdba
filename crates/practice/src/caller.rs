//! Who calls: a user or a role's session, with which credentials, and what policies may ask about that.

use std::time::Duration;

use lockstep_device::time::UnixTime;

use crate::partition::Partition;
use crate::policy::pattern::Context;

/// Whoever signed a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The partition of the account.
    pub partition: Partition,
    /// The account the caller acts in.
    pub account: String,
    /// User or role.
    pub identity: Identity,
    /// What it was signed with.
    pub credentials: Credentials,
}

/// What a caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// An IAM user.
    User {
        /// The user's name.
        name: String,
        /// The user's ARN.
        arn: String,
        /// The user's id, `AIDA…`.
        id: String,
    },
    /// A session of a role.
    Role {
        /// The role's name.
        name: String,
        /// The role's id, `AROA…`.
        id: String,
        /// `RoleSessionName`.
        session: String,
    },
}

/// What a request was signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// An access key.
    LongTerm,
    /// What `GetSessionToken` or `AssumeRole` gave.
    Session {
        /// When it was given.
        issued: UnixTime,
        /// When a code was verified, if one was.
        verified: Option<UnixTime>,
    },
}

impl Caller {
    /// The caller's ARN, as `GetCallerIdentity` says it.
    pub fn arn(&self) -> String {
        match &self.identity {
            Identity::User { arn, .. } => arn.clone(),
            Identity::Role { name, session, .. } => format!(
                "arn:{}:sts::{}:assumed-role/{name}/{session}",
                self.partition.name(),
                self.account
            ),
        }
    }

    /// The ARN of the principal (`aws:PrincipalArn`): of the user, or of the role and not of its session.
    pub fn principal_arn(&self) -> String {
        match &self.identity {
            Identity::User { arn, .. } => arn.clone(),
            Identity::Role { name, .. } => {
                format!("arn:{}:iam::{}:role/{name}", self.partition.name(), self.account)
            }
        }
    }

    /// The unique id, as `GetCallerIdentity` says it.
    pub fn user_id(&self) -> String {
        match &self.identity {
            Identity::User { id, .. } => id.clone(),
            Identity::Role { id, session, .. } => format!("{id}:{session}"),
        }
    }

    /// The user's name; a role has none.
    pub fn user_name(&self) -> Option<&str> {
        match &self.identity {
            Identity::User { name, .. } => Some(name),
            Identity::Role { .. } => None,
        }
    }

    /// The name a call is logged under.
    pub fn name(&self) -> &str {
        match &self.identity {
            Identity::User { name, .. } | Identity::Role { name, .. } => name,
        }
    }

    /// Whether the credentials are an access key.
    pub fn is_long_term(&self) -> bool {
        self.credentials == Credentials::LongTerm
    }

    /// When a code stood behind these credentials.
    pub fn verified(&self) -> Option<UnixTime> {
        match self.credentials {
            Credentials::LongTerm => None,
            Credentials::Session { verified, .. } => verified,
        }
    }

    /// The condition keys that tell of the caller (IAM user guide, "Global condition context keys"). The keys about
    /// MFA are there for sessions only: with an access key they are absent, and not false.
    pub fn context(&self, now: UnixTime) -> Context {
        let mut context = Context::default();
        context.set("aws:CurrentTime", crate::directory::timestamp(now));
        context.set("aws:EpochTime", now.seconds().to_string());
        context.set("aws:SourceIp", "127.0.0.1");
        context.set("aws:SecureTransport", "false");
        context.set("aws:PrincipalAccount", self.account.clone());
        context.set("aws:userid", self.user_id());
        context.set("aws:PrincipalArn", self.principal_arn());
        match &self.identity {
            Identity::User { name, .. } => {
                context.set("aws:username", name.clone());
                context.set("aws:PrincipalType", "User");
            }
            Identity::Role { .. } => context.set("aws:PrincipalType", "AssumedRole"),
        }
        if let Credentials::Session { issued, verified } = self.credentials {
            context.set("aws:TokenIssueTime", crate::directory::timestamp(issued));
            context.set("aws:MultiFactorAuthPresent", verified.is_some().to_string());
            if let Some(verified) = verified {
                context.set(
                    "aws:MultiFactorAuthAge",
                    since(verified, now).as_secs().to_string(),
                );
            }
        }
        context
    }
}

fn since(then: UnixTime, now: UnixTime) -> Duration {
    Duration::from_secs(now.seconds().saturating_sub(then.seconds()))
}
