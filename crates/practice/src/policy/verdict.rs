//! What policies say of one request (IAM user guide, "Policy evaluation logic").

use crate::policy::document::{Effect, Names, Policy, Statement};
use crate::policy::pattern::{self, Context};

/// What is asked for, of whom nothing is said but what the context knows.
pub struct Asked<'r> {
    /// `iam:EnableMFADevice` and the like.
    pub action: &'r str,
    /// The ARN it is about.
    pub resource: &'r str,
    /// Condition keys.
    pub context: &'r Context,
}

/// The answer of a set of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement says anything.
    Unmentioned,
}

/// What identity-based policies say.
pub fn of_identity<'p>(policies: impl IntoIterator<Item = &'p Policy>, asked: &Asked<'_>) -> Verdict {
    judge(policies, |statement| applies(statement, asked))
}

/// What a trust policy says to a principal, known by any of these names: its ARN, its account's id or root.
pub fn of_trust(policy: &Policy, names: &[&str], asked: &Asked<'_>) -> Verdict {
    judge([policy], |statement| {
        let principals = statement.principals.as_deref().unwrap_or_default();
        let is_named = principals
            .iter()
            .any(|principal| principal == "*" || names.contains(&principal.as_str()));
        is_named && applies(statement, asked)
    })
}

fn judge<'p>(
    policies: impl IntoIterator<Item = &'p Policy>,
    applies: impl Fn(&Statement) -> bool,
) -> Verdict {
    let mut verdict = Verdict::Unmentioned;
    for statement in policies.into_iter().flat_map(|policy| &policy.statements) {
        if applies(statement) {
            match statement.effect {
                Effect::Deny => return Verdict::Denied,
                Effect::Allow => verdict = Verdict::Allowed,
            }
        }
    }
    verdict
}

fn applies(statement: &Statement, asked: &Asked<'_>) -> bool {
    let has_action = match &statement.actions {
        Names::Any(patterns) => patterns
            .iter()
            .any(|it| pattern::matches_action(it, asked.action)),
        Names::AllBut(patterns) => !patterns
            .iter()
            .any(|it| pattern::matches_action(it, asked.action)),
    };
    let is_about = |it: &String| pattern::matches(it, asked.resource, asked.context);
    let has_resource = match &statement.resources {
        None => true,
        Some(Names::Any(patterns)) => patterns.iter().any(is_about),
        Some(Names::AllBut(patterns)) => !patterns.iter().any(is_about),
    };
    has_action
        && has_resource
        && statement
            .conditions
            .iter()
            .all(|condition| condition.holds(asked.context))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(policy: &str, action: &str, resource: &str, mfa: Option<&str>) -> Verdict {
        let mut context = Context::default();
        context.set("aws:username", "maya");
        if let Some(mfa) = mfa {
            context.set("aws:MultiFactorAuthPresent", mfa);
        }
        let asked = Asked {
            action,
            resource,
            context: &context,
        };
        of_identity([&Policy::identity(policy).unwrap()], &asked)
    }

    #[test]
    fn what_is_not_mentioned_is_not_allowed_and_a_denial_wins() {
        let policy = r#"{"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":"iam:*MFADevice","Resource":"arn:aws:iam::*:user/${aws:username}"},
            {"Effect":"Deny","NotAction":["iam:EnableMFADevice"],"Resource":"*",
             "Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}"#;
        let own = "arn:aws:iam::123456789012:user/maya";
        let other = "arn:aws:iam::123456789012:user/noor";
        assert_eq!(
            verdict(policy, "iam:EnableMFADevice", own, None),
            Verdict::Allowed
        );
        assert_eq!(
            verdict(policy, "iam:EnableMFADevice", other, None),
            Verdict::Unmentioned
        );
        assert_eq!(
            verdict(policy, "iam:DeactivateMFADevice", own, None),
            Verdict::Denied
        );
        assert_eq!(
            verdict(policy, "iam:DeactivateMFADevice", own, Some("true")),
            Verdict::Allowed
        );
    }

    #[test]
    fn a_policy_that_is_no_policy_is_refused() {
        for text in [
            "",
            "{}",
            r#"{"Version":"2013-01-01","Statement":[]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*"}]}"#,
            r#"{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}"#,
        ] {
            assert!(Policy::identity(text).is_err(), "{text}");
        }
    }
}
