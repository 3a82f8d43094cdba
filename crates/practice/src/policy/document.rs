//! The JSON of a policy, read into statements.

use serde_json::{Map, Value};

use crate::policy::conditions::Condition;
use crate::policy::reading::{malformed, strings};
use crate::refusal::Refusal;

/// A policy document.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// Names a statement lists, or all but those.
#[derive(Clone, Debug)]
pub enum Names {
    /// One of these patterns.
    Any(Vec<String>),
    /// None of these patterns.
    AllBut(Vec<String>),
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it does.
    pub effect: Effect,
    /// `Action` or `NotAction`.
    pub actions: Names,
    /// `Resource` or `NotResource`; nothing in a trust policy.
    pub resources: Option<Names>,
    /// The `AWS` principals; nothing in an identity-based policy.
    pub principals: Option<Vec<String>>,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
}

impl Policy {
    /// The identity-based policy in `text`; 400 `MalformedPolicyDocument` when it is none.
    pub fn identity(text: &str) -> Result<Self, Refusal> {
        Self::parse(text, false)
    }

    /// The trust policy in `text`; 400 `MalformedPolicyDocument` when it is none.
    pub fn trust(text: &str) -> Result<Self, Refusal> {
        Self::parse(text, true)
    }

    fn parse(text: &str, trust: bool) -> Result<Self, Refusal> {
        let document: Value =
            serde_json::from_str(text).map_err(|_| malformed("Syntax errors in policy."))?;
        let statements = match document.get("Statement") {
            Some(Value::Array(statements)) => statements.iter().collect(),
            Some(statement @ Value::Object(_)) => vec![statement],
            _ => return Err(malformed("Syntax errors in policy.")),
        };
        let version = document.get("Version").and_then(Value::as_str);
        if !matches!(version, None | Some("2012-10-17" | "2008-10-17")) {
            return Err(malformed("Syntax errors in policy."));
        }
        let statements = statements
            .into_iter()
            .map(|statement| Statement::parse(statement, trust));
        Ok(Self {
            statements: statements.collect::<Result<_, _>>()?,
        })
    }
}

impl Statement {
    fn parse(value: &Value, trust: bool) -> Result<Self, Refusal> {
        let members = value
            .as_object()
            .ok_or_else(|| malformed("Syntax errors in policy."))?;
        let known = [
            "Sid",
            "Effect",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Principal",
            "Condition",
        ];
        if let Some(unknown) = members.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(malformed(format!("Syntax error: unknown element {unknown}.")));
        }
        let effect = match members.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => {
                return Err(malformed(
                    "Policy statement must contain an Effect of Allow or Deny.",
                ));
            }
        };
        let actions = names(members, "Action", "NotAction")?
            .ok_or_else(|| malformed("Policy statement must contain actions."))?;
        let resources = names(members, "Resource", "NotResource")?;
        let principals = members.get("Principal").map(principals).transpose()?;
        match (trust, &resources, &principals) {
            (false, None, _) => return Err(malformed("Policy statement must contain resources.")),
            (false, _, Some(_)) => return Err(malformed("Policy document should not specify a principal.")),
            (true, Some(_), _) => return Err(malformed("Has prohibited field Resource")),
            (true, _, None) => return Err(malformed("Missing required field Principal")),
            _ => {}
        }
        Ok(Self {
            effect,
            actions,
            resources,
            principals,
            conditions: members
                .get("Condition")
                .map(Condition::parse)
                .transpose()?
                .unwrap_or_default(),
        })
    }
}

fn names(members: &Map<String, Value>, any: &str, all_but: &str) -> Result<Option<Names>, Refusal> {
    match (members.get(any), members.get(all_but)) {
        (Some(_), Some(_)) => Err(malformed(format!(
            "A statement cannot have both {any} and {all_but}."
        ))),
        (Some(value), None) => Ok(Some(Names::Any(strings(value)?))),
        (None, Some(value)) => Ok(Some(Names::AllBut(strings(value)?))),
        (None, None) => Ok(None),
    }
}

fn principals(value: &Value) -> Result<Vec<String>, Refusal> {
    match value {
        Value::String(all) if all == "*" => Ok(vec!["*".to_owned()]),
        Value::Object(kinds) => kinds.get("AWS").map_or_else(|| Ok(Vec::new()), strings),
        _ => Err(malformed("Invalid principal in policy.")),
    }
}
