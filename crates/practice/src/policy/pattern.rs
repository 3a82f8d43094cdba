//! Patterns of policies: wildcards and policy variables.

use std::collections::BTreeMap;

/// What is known of a request: condition keys in lower case, each with its values.
#[derive(Clone, Debug, Default)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// Sets a key to one value.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.0.insert(key.to_lowercase(), vec![value.into()]);
    }

    /// Sets a key to several values.
    pub fn set_all(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        self.0.insert(key.to_lowercase(), values.into_iter().collect());
    }

    /// The values of a key; keys are compared without regard to case.
    pub fn values(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_lowercase()).map(Vec::as_slice)
    }
}

/// Whether `text` is what `pattern` describes: `*` is any run of characters, `?` is any one, `${key}` the value of a
/// condition key. A variable without a value matches nothing (IAM user guide, "Policy variables").
pub fn matches(pattern: &str, text: &str, context: &Context) -> bool {
    tokens(pattern, context).is_some_and(|tokens| matches_tokens(&tokens, text))
}

/// Whether an action is one that `pattern` names; both without regard to case.
pub fn matches_action(pattern: &str, action: &str) -> bool {
    matches(
        &pattern.to_lowercase(),
        &action.to_lowercase(),
        &Context::default(),
    )
}

/// The text of a pattern whose wildcards mean nothing, with its variables filled in.
pub fn literal(pattern: &str, context: &Context) -> Option<String> {
    let characters = tokens(pattern, context)?.into_iter().map(|token| match token {
        Token::Run => '*',
        Token::One => '?',
        Token::Exactly(character) => character,
    });
    Some(characters.collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Run,
    One,
    Exactly(char),
}

fn tokens(pattern: &str, context: &Context) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let variable = rest.strip_prefix("${").and_then(|inner| inner.split_once('}'));
        if let Some((name, after)) = variable {
            // A value's own wildcards are characters and no wildcards.
            tokens.extend(value_of(name, context)?.chars().map(Token::Exactly));
            rest = after;
            continue;
        }
        tokens.push(match character {
            '*' => Token::Run,
            '?' => Token::One,
            other => Token::Exactly(other),
        });
        rest = &rest[character.len_utf8()..];
    }
    Some(tokens)
}

/// `${*}`, `${?}` and `${$}` are those characters; `${key, 'default'}` has a default.
fn value_of(variable: &str, context: &Context) -> Option<String> {
    if matches!(variable, "*" | "?" | "$") {
        return Some(variable.to_owned());
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\''))),
        None => (variable.trim(), None),
    };
    match context.values(key) {
        Some([value]) => Some(value.clone()),
        _ => default.map(str::to_owned),
    }
}

fn matches_tokens(pattern: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut place) = (0, 0);
    // Where the last run stood, and how far it reached: enough to go back to, since a later run covers an earlier one.
    let mut run: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(Token::Run) => {
                run = Some((at, place));
                at += 1;
            }
            Some(Token::One) => (at, place) = (at + 1, place + 1),
            Some(Token::Exactly(character)) if *character == text[place] => (at, place) = (at + 1, place + 1),
            _ => {
                let Some((stood, reached)) = run else {
                    return false;
                };
                run = Some((stood, reached + 1));
                (at, place) = (stood + 1, reached + 1);
            }
        }
    }
    pattern[at..].iter().all(|token| *token == Token::Run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_runs_and_single_characters() {
        let context = Context::default();
        for (pattern, text, expected) in [
            ("*", "", true),
            ("arn:aws:iam::*:mfa/*", "arn:aws:iam::123456789012:mfa/", true),
            ("arn:aws:iam::*:mfa/*", "arn:aws:iam::123456789012:user/x", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
        ] {
            assert_eq!(matches(pattern, text, &context), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_variable_is_its_value_and_nothing_without_one() {
        let mut context = Context::default();
        assert!(!matches("user/${aws:username}", "user/maya", &context));
        assert!(matches("user/${aws:username, 'maya'}", "user/maya", &context));
        context.set("aws:UserName", "m*");
        assert!(matches("user/${aws:username}", "user/m*", &context));
        assert!(!matches("user/${aws:username}", "user/maya", &context));
        assert!(matches("user/${*}", "user/*", &context));
    }
}
