//! Conditions of policy statements (IAM user guide, "Condition operators").

use serde_json::Value;

use crate::policy::pattern::{self, Context};
use crate::policy::reading::{malformed, strings};
use crate::refusal::Refusal;

/// One operator over one key.
#[derive(Clone, Debug)]
pub struct Condition {
    key: String,
    operator: Operator,
    quantifier: Quantifier,
    if_exists: bool,
    wanted: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    /// The key has one value.
    Single,
    ForAnyValue,
    ForAllValues,
}

#[derive(Clone, Copy, Debug)]
enum Operator {
    Null,
    Is(Comparison),
    IsNot(Comparison),
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Equals,
    EqualsIgnoreCase,
    Like,
    Bool,
    Number(fn(f64, f64) -> bool),
}

impl Condition {
    /// The conditions of a statement's `Condition` element. An operator that is not known is refused rather than
    /// passed over: a policy that is judged by half is worth nothing.
    pub fn parse(value: &Value) -> Result<Vec<Self>, Refusal> {
        let syntax = || malformed("Syntax errors in policy.");
        let mut conditions = Vec::new();
        for (name, keys) in value.as_object().ok_or_else(syntax)? {
            let (quantifier, operator, if_exists) = operator(name)?;
            for (key, wanted) in keys.as_object().ok_or_else(syntax)? {
                conditions.push(Self {
                    key: key.clone(),
                    operator,
                    quantifier,
                    if_exists,
                    wanted: strings(wanted)?,
                });
            }
        }
        Ok(conditions)
    }

    /// Whether it holds for a request.
    pub fn holds(&self, context: &Context) -> bool {
        let values = context.values(&self.key);
        let (comparison, negated) = match self.operator {
            Operator::Null => {
                let absent = values.is_none();
                return self
                    .wanted
                    .iter()
                    .any(|wanted| wanted == if absent { "true" } else { "false" });
            }
            Operator::Is(comparison) => (comparison, false),
            Operator::IsNot(comparison) => (comparison, true),
        };
        let Some(values) = values else {
            // A negated operator holds for a key that is not there; so does every set that must all match.
            return self.if_exists || negated || self.quantifier == Quantifier::ForAllValues;
        };
        let holds = |value: &String| {
            let found = self
                .wanted
                .iter()
                .any(|wanted| comparison.matches(wanted, value, context));
            found != negated
        };
        match self.quantifier {
            Quantifier::ForAllValues => values.iter().all(holds),
            Quantifier::Single | Quantifier::ForAnyValue => values.iter().any(holds),
        }
    }
}

impl Comparison {
    fn matches(self, wanted: &str, value: &str, context: &Context) -> bool {
        let literal = || pattern::literal(wanted, context);
        match self {
            Self::Equals => literal().is_some_and(|wanted| wanted == value),
            Self::EqualsIgnoreCase => {
                literal().is_some_and(|wanted| wanted.to_lowercase() == value.to_lowercase())
            }
            Self::Like => pattern::matches(wanted, value, context),
            Self::Bool => wanted.eq_ignore_ascii_case(value),
            Self::Number(compare) => match (value.parse(), wanted.parse()) {
                (Ok(value), Ok(wanted)) => compare(value, wanted),
                _ => false,
            },
        }
    }
}

/// Numbers in conditions are counts and seconds; half of one is no difference that anybody means.
fn is_same(value: f64, wanted: f64) -> bool {
    (value - wanted).abs() < 0.5
}

fn operator(name: &str) -> Result<(Quantifier, Operator, bool), Refusal> {
    let (quantifier, rest) = match name.split_once(':') {
        Some(("ForAnyValue", rest)) => (Quantifier::ForAnyValue, rest),
        Some(("ForAllValues", rest)) => (Quantifier::ForAllValues, rest),
        _ => (Quantifier::Single, name),
    };
    let (base, if_exists) = match rest.strip_suffix("IfExists") {
        Some(base) => (base, true),
        None => (rest, false),
    };
    let operator = match base {
        "Null" => Operator::Null,
        "StringEquals" => Operator::Is(Comparison::Equals),
        "StringNotEquals" => Operator::IsNot(Comparison::Equals),
        "StringEqualsIgnoreCase" => Operator::Is(Comparison::EqualsIgnoreCase),
        "StringNotEqualsIgnoreCase" => Operator::IsNot(Comparison::EqualsIgnoreCase),
        // ArnEquals and ArnLike behave the same (IAM user guide, "ARN condition operators").
        "StringLike" | "ArnEquals" | "ArnLike" => Operator::Is(Comparison::Like),
        "StringNotLike" | "ArnNotEquals" | "ArnNotLike" => Operator::IsNot(Comparison::Like),
        "Bool" => Operator::Is(Comparison::Bool),
        "NumericEquals" => Operator::Is(Comparison::Number(is_same)),
        "NumericNotEquals" => Operator::IsNot(Comparison::Number(is_same)),
        "NumericLessThan" => Operator::Is(Comparison::Number(|value, wanted| value < wanted)),
        "NumericLessThanEquals" => Operator::Is(Comparison::Number(|value, wanted| value <= wanted)),
        "NumericGreaterThan" => Operator::Is(Comparison::Number(|value, wanted| value > wanted)),
        "NumericGreaterThanEquals" => Operator::Is(Comparison::Number(|value, wanted| value >= wanted)),
        _ => return Err(malformed(format!("Invalid Condition type : {name}."))),
    };
    Ok((quantifier, operator, if_exists))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, context: &[(&str, &str)]) -> bool {
        let mut known = Context::default();
        for (key, value) in context {
            known.set(key, *value);
        }
        let value = serde_json::from_str(condition).unwrap();
        Condition::parse(&value)
            .unwrap()
            .iter()
            .all(|condition| condition.holds(&known))
    }

    #[test]
    fn a_key_that_is_not_there_fails_bool_and_passes_bool_if_exists() {
        let mfa = "aws:MultiFactorAuthPresent";
        let plain = r#"{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#;
        let if_exists = r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#;
        assert!(!holds(plain, &[]));
        assert!(holds(if_exists, &[]));
        assert!(holds(plain, &[(mfa, "false")]));
        assert!(!holds(if_exists, &[(mfa, "true")]));
    }

    #[test]
    fn the_age_of_a_code_is_compared_as_a_number() {
        let condition = r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}"#;
        assert!(holds(condition, &[("aws:MultiFactorAuthAge", "900")]));
        assert!(!holds(condition, &[("aws:MultiFactorAuthAge", "3600")]));
        assert!(!holds(condition, &[]));
    }

    #[test]
    fn an_operator_that_is_not_known_is_refused() {
        let value = serde_json::from_str(r#"{"StringAlmostEquals":{"aws:username":"x"}}"#).unwrap();
        assert_eq!(
            Condition::parse(&value).unwrap_err().code,
            "MalformedPolicyDocument"
        );
    }
}
