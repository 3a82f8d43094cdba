//! Who is asking: what STS says of the credentials in use (STS API: `GetCallerIdentity`).

use serde::Serialize;

use crate::name::UserName;

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The ARN as STS writes it.
    pub arn: String,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// What the ARN names.
    pub principal: Principal,
    /// What the credentials are.
    pub credentials: CredentialKind,
}

/// What a caller's ARN names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Principal {
    /// An IAM user.
    User {
        /// The name.
        user: UserName,
    },
    /// The root user of the account.
    Root,
    /// A role, taken on by a session of this name.
    Role {
        /// The role's name.
        role: String,
        /// The session's name.
        session: String,
    },
    /// Something else, such as a federated user.
    Other,
}

/// What kind of credentials are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// An access key without an end.
    LongTerm,
    /// Temporary credentials.
    Session,
}

/// STS gave an ARN that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("STS calls the caller {0:?}, which is not an ARN")]
pub struct InvalidCallerArn(pub String);

impl Caller {
    /// Reads what STS says of the caller.
    pub fn new(arn: String, account: String, credentials: CredentialKind) -> Result<Self, InvalidCallerArn> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let &["arn", partition, _service, _region, _account, resource] = parts.as_slice() else {
            return Err(InvalidCallerArn(arn));
        };
        let principal = match resource.split('/').collect::<Vec<_>>().as_slice() {
            ["root"] => Principal::Root,
            ["user", .., name] => UserName::try_from((*name).to_owned())
                .map(|user| Principal::User { user })
                .map_err(|_| InvalidCallerArn(arn.clone()))?,
            ["assumed-role", role, session] => Principal::Role {
                role: (*role).to_owned(),
                session: (*session).to_owned(),
            },
            _ => Principal::Other,
        };
        Ok(Self {
            partition: partition.to_owned(),
            principal,
            account,
            credentials,
            arn,
        })
    }

    /// The user these credentials belong to, when they are a user's.
    pub fn user(&self) -> Option<&UserName> {
        match &self.principal {
            Principal::User { user } => Some(user),
            Principal::Root | Principal::Role { .. } | Principal::Other => None,
        }
    }

    /// Whether these are a user's own long-term keys, the only ones that STS gives MFA sessions for.
    pub fn has_own_keys(&self) -> bool {
        self.user().is_some() && self.credentials == CredentialKind::LongTerm
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use proptest::prelude::*;

    use super::*;

    fn principal(arn: &str) -> Principal {
        Caller::new(
            arn.to_owned(),
            "123456789012".to_owned(),
            CredentialKind::LongTerm,
        )
        .unwrap()
        .principal
    }

    #[test]
    fn the_arn_says_who_is_asking() {
        let maya = UserName::try_from("maya".to_owned()).unwrap();
        assert_eq!(
            principal("arn:aws:iam::123456789012:user/maya"),
            Principal::User { user: maya.clone() }
        );
        assert_eq!(
            principal("arn:aws:iam::123456789012:user/staff/eu/maya"),
            Principal::User { user: maya }
        );
        assert_eq!(principal("arn:aws-cn:iam::123456789012:root"), Principal::Root);
        assert_eq!(
            principal("arn:aws:sts::123456789012:assumed-role/Admin/laptop"),
            Principal::Role {
                role: "Admin".to_owned(),
                session: "laptop".to_owned()
            }
        );
        assert_eq!(
            principal("arn:aws:sts::123456789012:federated-user/x"),
            Principal::Other
        );
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        let read = Caller::new("maya".to_owned(), String::new(), CredentialKind::Session);
        assert_eq!(read, Err(InvalidCallerArn("maya".to_owned())));
    }

    proptest! {
        #[test]
        fn no_answer_of_sts_is_a_panic(arn in ".{0,80}", account in ".{0,20}") {
            // Read or refused; what it is called is not lost.
            match Caller::new(arn.clone(), account, CredentialKind::Session) {
                Ok(caller) => prop_assert_eq!(caller.arn, arn),
                Err(InvalidCallerArn(refused)) => prop_assert_eq!(refused, arn),
            }
        }
    }
}
