//! The constraints of the service models, refused in AWS's own words.

use std::collections::BTreeMap;

use crate::query::Query;
use crate::refusal::Refusal;

/// What a string parameter must look like.
pub struct Rule {
    min: usize,
    max: usize,
    pattern: &'static str,
    accepts: fn(&str) -> bool,
}

/// `userNameType` of `CreateUser`.
pub const NEW_USER_NAME: Rule = Rule::new(1, 64, r"[\w+=,.@-]+", is_name);
/// `existingUserNameType`.
pub const USER_NAME: Rule = Rule::new(1, 128, r"[\w+=,.@-]+", is_name);
/// `virtualMFADeviceName`; the model gives no upper bound, the ARN does.
pub const DEVICE_NAME: Rule = Rule::new(1, 226, r"[\w+=,.@-]+", is_name);
/// `policyNameType`.
pub const POLICY_NAME: Rule = Rule::new(1, 128, r"[\w+=,.@-]+", is_name);
/// `serialNumberType`.
pub const SERIAL_NUMBER: Rule = Rule::new(9, 256, r"[\w+=/:,.@-]+", is_serial);
/// `serialNumberType` of STS.
pub const STS_SERIAL_NUMBER: Rule = Rule::new(9, 256, r"[\w+=/:,.@-]*", is_serial);
/// `authenticationCodeType`.
pub const CODE: Rule = Rule::new(6, 6, r"[\d]+", is_digits);
/// `tokenCodeType` of STS.
pub const STS_CODE: Rule = Rule::new(6, 6, r"[\d]*", is_digits);
/// `pathType`.
pub const PATH: Rule = Rule::new(1, 512, r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", is_path);
/// `pathPrefixType`.
pub const PATH_PREFIX: Rule = Rule::new(1, 512, r"\u002F[\u0021-\u007F]*", is_path_prefix);
/// `markerType`.
pub const MARKER: Rule = Rule::new(1, 320, r"[\u0020-\u00FF]+", is_latin);
/// `tagKeyType`.
pub const TAG_KEY: Rule = Rule::new(1, 128, r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", is_tag);
/// `tagValueType`.
pub const TAG_VALUE: Rule = Rule::new(0, 256, r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", is_tag);
/// `accessKeyIdType`.
pub const ACCESS_KEY_ID: Rule = Rule::new(16, 128, r"[\w]+", is_word);
/// `policyDocumentType`.
pub const POLICY_DOCUMENT: Rule = Rule::new(1, 131_072, r"[\u0009\u000A\u000D\u0020-\u00FF]+", is_document);
/// `passwordType`.
pub const PASSWORD: Rule = Rule::new(1, 128, r"[\u0009\u000A\u000D\u0020-\u00FF]+", is_document);
/// `arnType` of STS.
pub const ARN: Rule = Rule::new(
    20,
    2048,
    r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
    is_arn_text,
);
/// `roleSessionNameType`.
pub const ROLE_SESSION_NAME: Rule = Rule::new(2, 64, r"[\w+=,.@-]*", is_name);
/// `externalIdType`.
pub const EXTERNAL_ID: Rule = Rule::new(2, 1224, r"[\w+=,.@:\/-]*", is_serial);

/// The most tags an entity has, and a request may bring.
pub const MAX_TAGS: usize = 50;

impl Rule {
    const fn new(min: usize, max: usize, pattern: &'static str, accepts: fn(&str) -> bool) -> Self {
        Self {
            min,
            max,
            pattern,
            accepts,
        }
    }
}

/// The parameters of a request, read against the model; what they violate is gathered and told at once.
pub struct Input<'q> {
    query: &'q Query,
    violations: Vec<String>,
}

impl<'q> Input<'q> {
    /// Begins to read the parameters.
    pub fn new(query: &'q Query) -> Self {
        Self {
            query,
            violations: Vec::new(),
        }
    }

    /// A parameter that must be there. Empty when it is not, and then [`Self::finish`] fails.
    pub fn required(&mut self, name: &str, rule: &Rule) -> &'q str {
        let value = self.optional(name, rule);
        if value.is_none() {
            self.missing(&member(name));
        }
        value.unwrap_or_default()
    }

    /// A parameter that may be there.
    pub fn optional(&mut self, name: &str, rule: &Rule) -> Option<&'q str> {
        let value = self.query.value(name)?;
        self.check(&member(name), value, rule);
        Some(value)
    }

    /// A whole number that may be there.
    pub fn integer(&mut self, name: &str, min: u32, max: u32) -> Option<u32> {
        let text = self.query.value(name)?;
        let place = member(name);
        let Ok(number) = text.parse::<i64>() else {
            // The real service fails while reading the request, before any constraint.
            self.violate(&format!("'{text}'"), &place, "Member must be an integer");
            return None;
        };
        if number < min.into() {
            let rule = format!("Member must have value greater than or equal to {min}");
            self.violate(&format!("'{number}'"), &place, &rule);
        } else if number > max.into() {
            let rule = format!("Member must have value less than or equal to {max}");
            self.violate(&format!("'{number}'"), &place, &rule);
        }
        u32::try_from(number).ok()
    }

    /// One of a set of words that may be there.
    pub fn word(&mut self, name: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.query.value(name)?;
        let known = words.iter().find(|word| **word == text).copied();
        if known.is_none() {
            let rule = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            self.violate(&format!("'{text}'"), &member(name), &rule);
        }
        known
    }

    /// A truth value that may be there.
    pub fn truth(&mut self, name: &str) -> Option<bool> {
        self.word(name, &["true", "false"]).map(|word| word == "true")
    }

    /// The tags of a request. The same key twice is `InvalidInput`, as IAM compares keys without regard to case.
    pub fn tags(&mut self, required: bool) -> Result<BTreeMap<String, String>, Refusal> {
        let numbers = self.query.members("Tags");
        if required && numbers.is_empty() && self.query.value("Tags").is_none() {
            self.missing("tags");
        }
        self.check_count("tags", numbers.len());
        let mut tags = BTreeMap::new();
        let mut twice = false;
        for number in numbers {
            let mut part = |part: &str, rule: &Rule| {
                let value = self.query.value(&format!("Tags.member.{number}.{part}"));
                let place = format!("tags.{number}.member.{}", member(part));
                match value {
                    Some(value) => self.check(&place, value, rule),
                    None => self.missing(&place),
                }
                value.unwrap_or_default().to_owned()
            };
            let (key, value) = (part("Key", &TAG_KEY), part("Value", &TAG_VALUE));
            twice |= tags
                .keys()
                .any(|other: &String| other.to_lowercase() == key.to_lowercase());
            tags.insert(key, value);
        }
        if twice && self.violations.is_empty() {
            return Err(Refusal::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        Ok(tags)
    }

    /// The keys of tags to be taken away.
    pub fn tag_keys(&mut self) -> Vec<&'q str> {
        let numbers = self.query.members("TagKeys");
        if numbers.is_empty() && self.query.value("TagKeys").is_none() {
            self.missing("tagKeys");
        }
        self.check_count("tagKeys", numbers.len());
        let mut keys = Vec::new();
        for number in numbers {
            if let Some(key) = self.query.value(&format!("TagKeys.member.{number}")) {
                self.check(&format!("tagKeys.{number}.member"), key, &TAG_KEY);
                keys.push(key);
            }
        }
        keys
    }

    /// Ends the reading: 400 `ValidationError` with everything that was violated.
    pub fn finish(self) -> Result<(), Refusal> {
        let count = self.violations.len();
        match count {
            0 => Ok(()),
            _ => Err(Refusal::validation(format!(
                "{count} validation error{} detected: {}",
                if count == 1 { "" } else { "s" },
                self.violations.join("; ")
            ))),
        }
    }

    fn check(&mut self, place: &str, value: &str, rule: &Rule) {
        let quoted = format!("'{value}'");
        // The star patterns take the empty string, and the plus patterns do not.
        let empty_passes = value.is_empty() && rule.pattern.ends_with('*');
        if !(empty_passes || (rule.accepts)(value) && !value.is_empty()) {
            let text = format!("Member must satisfy regular expression pattern: {}", rule.pattern);
            self.violate(&quoted, place, &text);
        }
        let length = value.chars().count();
        if length < rule.min {
            let text = format!("Member must have length greater than or equal to {}", rule.min);
            self.violate(&quoted, place, &text);
        }
        if length > rule.max {
            let text = format!("Member must have length less than or equal to {}", rule.max);
            self.violate(&quoted, place, &text);
        }
    }

    fn check_count(&mut self, place: &str, count: usize) {
        if count > MAX_TAGS {
            let rule = format!("Member must have length less than or equal to {MAX_TAGS}");
            self.violate(&format!("'[{count} members]'"), place, &rule);
        }
    }

    fn missing(&mut self, place: &str) {
        self.violate("null", place, "Member must not be null");
    }

    fn violate(&mut self, value: &str, place: &str, rule: &str) {
        self.violations.push(format!(
            "Value {value} at '{place}' failed to satisfy constraint: {rule}"
        ));
    }
}

/// The name of a parameter as validation errors spell it: `UserName` is `userName`.
fn member(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_name(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

fn is_serial(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || "_+=/:,.@-".contains(c))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_path(text: &str) -> bool {
    let inner = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    text == "/"
        || inner.is_some_and(|inner| !inner.is_empty() && inner.chars().all(|c| matches!(c, '!'..='~')))
}

fn is_path_prefix(text: &str) -> bool {
    text.starts_with('/') && text.chars().all(|c| matches!(c, '!'..='\u{7f}'))
}

fn is_latin(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' '..='\u{ff}'))
}

fn is_document(text: &str) -> bool {
    text.chars()
        .all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'))
}

fn is_tag(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphabetic() || c.is_numeric() || is_separator(c) || "_.:/=+-@".contains(c))
}

/// `\p{Z}`: white space without the control characters.
fn is_separator(character: char) -> bool {
    character.is_whitespace() && !character.is_control()
}

fn is_arn_text(text: &str) -> bool {
    text.chars().all(
        |c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal_of(form: &str, read: impl FnOnce(&mut Input<'_>)) -> String {
        let query = Query::parse(b"", form.as_bytes());
        let mut input = Input::new(&query);
        read(&mut input);
        input
            .finish()
            .err()
            .map(|refusal| refusal.message)
            .unwrap_or_default()
    }

    #[test]
    fn one_violation_is_told_in_the_words_of_aws() {
        let message = refusal_of("UserName=a%20b", |input| {
            input.required("UserName", &USER_NAME);
        });
        assert_eq!(
            message,
            "1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\w+=,.@-]+"
        );
    }

    #[test]
    fn what_is_missing_and_what_is_too_short_are_told_together() {
        let message = refusal_of("AuthenticationCode1=12345", |input| {
            input.required("SerialNumber", &SERIAL_NUMBER);
            input.required("AuthenticationCode1", &CODE);
        });
        assert_eq!(
            message,
            "2 validation errors detected: Value null at 'serialNumber' failed to satisfy constraint: Member must \
             not be null; Value '12345' at 'authenticationCode1' failed to satisfy constraint: Member must have \
             length greater than or equal to 6"
        );
    }

    #[test]
    fn a_value_of_a_tag_may_be_empty_and_a_key_may_not() {
        let message = refusal_of("Tags.member.1.Key=&Tags.member.1.Value=", |input| {
            input.tags(true).unwrap();
        });
        assert!(
            message.starts_with("2 validation errors detected: Value '' at 'tags.1.member.key'"),
            "{message}"
        );
        assert!(!message.contains("value'"), "{message}");
    }

    #[test]
    fn numbers_have_bounds() {
        for (form, rule) in [
            ("MaxItems=0", "greater than or equal to 1"),
            ("MaxItems=1001", "less than or equal to 1000"),
        ] {
            let message = refusal_of(form, |input| {
                input.integer("MaxItems", 1, 1000);
            });
            assert!(message.ends_with(rule), "{message}");
        }
    }
}
