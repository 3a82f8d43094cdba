//! How a person names an account on the command line: by id prefix, issuer, name, `issuer:name`, tag or serial number.

use crate::account::{Account, AccountId};

/// What every ARN begins with.
const ARN: &str = "arn:";

/// Shorter prefixes of an id are taken for words.
const SHORTEST_ID_PREFIX: usize = 4;

/// Why a query does not name one account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing matches.
    #[error("no account matches {query:?}")]
    NotFound {
        /// What was asked for.
        query: String,
    },
    /// Several accounts match equally well.
    #[error("{query:?} matches {} accounts: {}", hits.len(), listed(hits))]
    Ambiguous {
        /// What was asked for.
        query: String,
        /// The accounts that match, with what they are called.
        hits: Vec<(AccountId, String)>,
    },
}

fn listed(hits: &[(AccountId, String)]) -> String {
    const SHOWN: usize = 8;
    let shown = hits
        .iter()
        .take(SHOWN)
        .map(|(id, label)| format!("{label} [{}]", &id.as_str()[..8]));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if hits.len() > SHOWN {
        text.push_str(", …");
    }
    text
}

/// The one account of `accounts` that `query` names. An exact hit on a more telling field wins over a less telling one;
/// words within a label count only when they name a single account.
pub fn find_one<'a>(
    query: &str,
    accounts: impl Iterator<Item = &'a Account> + Clone,
) -> Result<&'a Account, QueryError> {
    let wanted = query.trim().to_lowercase();
    let tiers: [fn(&Account, &str) -> bool; 6] =
        [is_serial, is_full_label, is_name, is_issuer, has_tag, has_id];
    if !wanted.is_empty() {
        for tier in tiers {
            match hits(accounts.clone(), |account| tier(account, &wanted)).as_slice() {
                [] => {}
                [one] => return Ok(one),
                several => return Err(ambiguous(query, several)),
            }
        }
        if wanted.starts_with(ARN) {
            // Part of another one's name names nothing: an ARN is meant as a whole.
            return Err(not_found(query));
        }
        let words = Words::new(&wanted);
        match hits(accounts, |account| words.match_account(account)).as_slice() {
            [] => {}
            [one] => return Ok(one),
            several => return Err(ambiguous(query, several)),
        }
    }
    Err(not_found(query))
}

fn not_found(query: &str) -> QueryError {
    QueryError::NotFound {
        query: query.to_owned(),
    }
}

fn hits<'a>(
    accounts: impl Iterator<Item = &'a Account>,
    matches: impl Fn(&Account) -> bool,
) -> Vec<&'a Account> {
    accounts.filter(|account| matches(account)).collect()
}

fn ambiguous(query: &str, accounts: &[&Account]) -> QueryError {
    let hits = accounts
        .iter()
        .map(|account| (account.id.clone(), account.label.to_string()))
        .collect();
    QueryError::Ambiguous {
        query: query.to_owned(),
        hits,
    }
}

fn is_serial(account: &Account, wanted: &str) -> bool {
    account
        .aws
        .as_ref()
        .is_some_and(|aws| aws.serial.as_str().to_lowercase() == wanted)
}

fn is_full_label(account: &Account, wanted: &str) -> bool {
    account.label.issuer.is_some() && account.label.to_string().to_lowercase() == wanted
}

fn is_name(account: &Account, wanted: &str) -> bool {
    !account.label.name.is_empty() && account.label.name.to_lowercase() == wanted
}

fn is_issuer(account: &Account, wanted: &str) -> bool {
    account
        .label
        .issuer
        .as_deref()
        .is_some_and(|issuer| issuer.to_lowercase() == wanted)
}

fn has_tag(account: &Account, wanted: &str) -> bool {
    wanted
        .strip_prefix('#')
        .is_some_and(|wanted| account.tags.iter().any(|tag| tag.to_lowercase() == wanted))
}

fn has_id(account: &Account, wanted: &str) -> bool {
    wanted.len() >= SHORTEST_ID_PREFIX && account.id.as_str().starts_with(wanted)
}

/// The words of a search: each must occur somewhere in an account for it to match.
pub struct Words(Vec<String>);

impl Words {
    /// The words of `text`, in any case.
    pub fn new(text: &str) -> Self {
        Self(text.split_whitespace().map(str::to_lowercase).collect())
    }

    /// Whether every word occurs in issuer, name, tags, note or serial number. No word matches everything.
    pub fn match_account(&self, account: &Account) -> bool {
        let mut text = String::with_capacity(96);
        let issuer = account.label.issuer.as_deref().into_iter();
        let serial = account.aws.iter().map(|aws| aws.serial.as_str());
        let parts = issuer
            .chain([account.label.name.as_str(), account.note.as_str()])
            .chain(serial);
        for part in parts {
            text.push_str(part);
            text.push('\n');
        }
        for tag in &account.tags {
            text.push('#');
            text.push_str(tag);
            text.push('\n');
        }
        let text = if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            text.to_lowercase()
        };
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::account::{AwsBinding, Label};
    use crate::otp::params::OtpParams;
    use crate::serial::SerialNumber;
    use crate::time::UnixTime;

    fn account(number: u8, issuer: &str, name: &str) -> Account {
        Account {
            id: AccountId::from_bytes([number; 16]),
            label: Label {
                issuer: Some(issuer.to_owned()),
                name: name.to_owned(),
            },
            params: OtpParams::DEFAULT_TOTP,
            tags: vec![],
            note: String::new(),
            aws: None,
            added: UnixTime::from_seconds(0),
            pinned: false,
            last_used: None,
            used_step: None,
            trashed: None,
        }
    }

    fn sample() -> Vec<Account> {
        let mut prod = account(1, "Amazon Web Services", "maya@halden-prod");
        prod.tags = vec!["prod".to_owned()];
        let serial = "arn:aws:iam::123456789012:mfa/maya".to_owned();
        prod.aws = Some(AwsBinding::new(SerialNumber::try_from(serial).unwrap()));
        let staging = account(2, "Amazon Web Services", "maya@halden-staging");
        vec![
            prod,
            staging,
            account(3, "GitHub", "maya"),
            account(4, "GitHub Enterprise", "maya.l"),
        ]
    }

    fn found(query: &str) -> Result<String, QueryError> {
        find_one(query, sample().iter()).map(|account| account.label.to_string())
    }

    #[test]
    fn an_account_is_named_by_any_of_its_marks_in_any_case() {
        for query in ["github", "MAYA", "GitHub:maya", "0303", " github "] {
            assert_eq!(found(query), Ok("GitHub:maya".to_owned()), "{query}");
        }
        for query in [
            "#prod",
            "ARN:aws:iam::123456789012:mfa/maya",
            "halden-prod",
            "amazon prod",
        ] {
            assert_eq!(
                found(query),
                Ok("Amazon Web Services:maya@halden-prod".to_owned()),
                "{query}"
            );
        }
    }

    #[test]
    fn part_of_an_arn_names_nothing() {
        let part = "arn:aws:iam::123456789012:mfa/may";
        assert!(matches!(found(part), Err(QueryError::NotFound { .. })));
        assert!(found("123456789012:mfa/may").is_ok(), "words are words");
    }

    #[test]
    fn several_hits_are_listed_and_none_is_chosen() {
        let Err(QueryError::Ambiguous { hits, .. }) = found("amazon web services") else {
            panic!("two accounts have this issuer")
        };
        assert_eq!(hits.len(), 2);
        let Err(QueryError::Ambiguous { hits, .. }) = found("hub") else {
            panic!("two labels hold this word")
        };
        assert_eq!(hits.len(), 2);
    }

    #[test]
    fn nothing_matches_nothing() {
        for query in ["", "  ", "okta", "#none", "03"] {
            assert_eq!(
                found(query),
                Err(QueryError::NotFound {
                    query: query.to_owned()
                }),
                "{query:?}"
            );
        }
    }

    #[test]
    fn every_word_of_a_search_has_to_occur() {
        let accounts = sample();
        let count = |text: &str| {
            let words = Words::new(text);
            accounts
                .iter()
                .filter(|account| words.match_account(account))
                .count()
        };
        assert_eq!(count("maya"), 4);
        assert_eq!(count("maya halden"), 2);
        assert_eq!(count("#prod MAYA"), 1);
        assert_eq!(count(""), 4);
        assert_eq!(count("maya okta"), 0);
    }
}
