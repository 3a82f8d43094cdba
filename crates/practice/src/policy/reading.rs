//! What every part of a policy document is read with.

use serde_json::Value;

use crate::refusal::Refusal;

/// 400 `MalformedPolicyDocument`.
pub fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::new("MalformedPolicyDocument", 400, message)
}

/// A string, or a list of strings.
pub fn strings(value: &Value) -> Result<Vec<String>, Refusal> {
    let string = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(malformed("Syntax errors in policy.")),
    };
    match value {
        Value::Array(values) => values.iter().map(string).collect(),
        value => Ok(vec![string(value)?]),
    }
}
