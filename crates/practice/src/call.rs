//! One authenticated call, and whether its caller may make it.

use std::collections::BTreeMap;

use lockstep_device::time::UnixTime;

use crate::account::Account;
use crate::caller::{Caller, Identity};
use crate::constraints::Input;
use crate::directory::Directory;
use crate::policy::document::Policy;
use crate::policy::pattern::Context;
use crate::policy::verdict::{self, Asked, Verdict};
use crate::query::Query;
use crate::refusal::Refusal;

/// A call, as an operation gets it.
pub struct Call<'c> {
    /// What it is about.
    pub account: &'c mut Account,
    /// Who calls.
    pub caller: &'c Caller,
    /// The parameters.
    pub query: &'c Query,
    /// The server's time.
    pub now: UnixTime,
}

impl<'c> Call<'c> {
    /// Begins to read the parameters.
    pub fn input(&self) -> Input<'c> {
        Input::new(self.query)
    }

    /// The account the caller acts in.
    pub fn directory(&self) -> &Directory {
        self.account.directory(&self.caller.account)
    }

    /// The account the caller acts in.
    pub fn directory_mut(&mut self) -> &mut Directory {
        self.account.directory_mut(&self.caller.account)
    }

    /// The user a call is about: the one named, or the caller. A role has to name one.
    pub fn user_or_caller(&self, named: Option<&str>) -> Result<String, Refusal> {
        let name = named.or(self.caller.user_name());
        let name = name.ok_or_else(|| {
            Refusal::validation("Must specify userName when calling with non-User credentials")
        })?;
        Ok(name.to_owned())
    }

    /// Whether the caller's policies allow this: 403 `AccessDenied`, with the action and the resource, when not.
    pub fn authorise(&self, action: &str, resource: &str) -> Result<(), Refusal> {
        self.authorise_in(action, resource, self.context())
    }

    /// The same for a call that brings tags, which policies may ask for.
    pub fn authorise_tags(
        &self,
        action: &str,
        resource: &str,
        tags: &BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        let mut context = self.context();
        for (key, value) in tags {
            context.set(&format!("aws:RequestTag/{key}"), value.clone());
        }
        context.set_all("aws:TagKeys", tags.keys().cloned());
        self.authorise_in(action, resource, context)
    }

    /// What policies may ask of the caller.
    pub fn context(&self) -> Context {
        let mut context = self.caller.context(self.now);
        let user = self
            .caller
            .user_name()
            .and_then(|name| self.directory().users.get(name));
        for (key, value) in user.iter().flat_map(|user| &user.tags) {
            context.set(&format!("aws:PrincipalTag/{key}"), value.clone());
        }
        context
    }

    /// What the caller's identity-based policies say.
    pub fn verdict(&self, asked: &Asked<'_>) -> Verdict {
        verdict::of_identity(self.policies(), asked)
    }

    fn authorise_in(&self, action: &str, resource: &str, mut context: Context) -> Result<(), Refusal> {
        for (key, value) in self.directory().tags_of(resource).into_iter().flatten() {
            context.set(&format!("aws:ResourceTag/{key}"), value.clone());
            context.set(&format!("iam:ResourceTag/{key}"), value.clone());
        }
        let asked = Asked {
            action,
            resource,
            context: &context,
        };
        let because = match self.verdict(&asked) {
            Verdict::Allowed => return Ok(()),
            Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
            Verdict::Unmentioned => format!("because no identity-based policy allows the {action} action"),
        };
        Err(Refusal::access_denied(format!(
            "User: {} is not authorized to perform: {action} on resource: {resource} {because}",
            self.caller.arn()
        )))
    }

    fn policies(&self) -> Vec<&Policy> {
        let directory = self.directory();
        match &self.caller.identity {
            Identity::User { name, .. } => {
                let user = directory.users.get(name);
                user.map(|user| user.policies.values().chain(user.attached.values()).collect())
                    .unwrap_or_default()
            }
            Identity::Role { name, .. } => {
                let role = directory.roles.get(name);
                role.map(|role| role.policies.iter().collect())
                    .unwrap_or_default()
            }
        }
    }
}
