//! What each user's hand-off is sealed with, from a list that an administrator has.

use std::collections::BTreeMap;

use lockstep_device::backup::lock::Recipient;
use lockstep_device::passphrase::Passphrase;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::fleet::csv_line::line_of;
use crate::name::UserName;

/// What opens one user's hand-off.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "kebab-case")]
pub enum UserKey {
    /// Any of these public keys: `age1…`, `ssh-ed25519 …`, `ssh-rsa …`.
    Recipients(Vec<String>),
    /// A passphrase that a person chose.
    Passphrase(Zeroizing<String>),
    /// A passphrase of 100 random bits, which needs no costly work to be safe.
    Generated(Zeroizing<String>),
}

/// The keys of many users.
pub type UserKeys = BTreeMap<UserName, UserKey>;

/// Why a list of keys was not taken. It never carries a passphrase.
#[derive(Debug, thiserror::Error)]
pub enum KeyListError {
    /// A row that is not `user,key`.
    #[error("line {line} has {found} columns; it takes two, the user and the key")]
    Columns {
        /// The line, counted from 1.
        line: u64,
        /// How many there are.
        found: usize,
    },
    /// The file is no CSV or no UTF-8.
    #[error("the list cannot be read at line {line}: {reason}")]
    Csv {
        /// The line, counted from 1; 0 when that is not known.
        line: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// A user's name or key that is none.
    #[error("line {line}: {reason}")]
    Row {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A user with two passphrases.
    #[error("line {line}: {user} has a passphrase already")]
    Twice {
        /// The line, counted from 1.
        line: u64,
        /// Whose.
        user: UserName,
    },
    /// A file of a folder whose name is no user's or that holds no key.
    #[error("{file}: {reason}")]
    File {
        /// The file's name.
        file: String,
        /// What is wrong.
        reason: String,
    },
}

impl UserKey {
    /// A passphrase of 20 characters in groups of five, 100 random bits. Nothing when the system gives no random numbers.
    pub fn generate() -> Option<Self> {
        let mut random = Zeroizing::new([0_u8; 20]);
        SystemRandom::new().fill(&mut *random).ok()?;
        let mut text = Zeroizing::new(String::with_capacity(24));
        for (place, byte) in random.iter().enumerate() {
            if place > 0 && place % 5 == 0 {
                text.push('-');
            }
            text.extend(LETTERS.get(usize::from(byte % 32)).copied().map(char::from));
        }
        Some(Self::Generated(text))
    }
}

/// Reads `user,key` lines, the first of which may be a heading. A user may have several lines, any of whose keys opens the
/// hand-off.
pub fn recipients_of_csv(text: &[u8]) -> Result<UserKeys, KeyListError> {
    let mut keys = UserKeys::new();
    for_each_row(text, |line, user, key| {
        let row = |reason: String| KeyListError::Row { line, reason };
        let recipient = Recipient::parse(key).map_err(|error| row(error.to_string()))?;
        add_recipient(&mut keys, user, recipient.as_str());
        Ok(())
    })?;
    Ok(keys)
}

/// Reads `user,passphrase` lines, the first of which may be a heading.
pub fn passphrases_of_csv(text: &[u8]) -> Result<UserKeys, KeyListError> {
    let mut keys = UserKeys::new();
    for_each_row(text, |line, user, passphrase| {
        let text = Zeroizing::new(passphrase.to_owned());
        if Passphrase::new(text.clone()).is_err() {
            let reason = format!("the passphrase of {user} is empty");
            return Err(KeyListError::Row { line, reason });
        }
        if keys.insert(user.clone(), UserKey::Passphrase(text)).is_some() {
            return Err(KeyListError::Twice { line, user });
        }
        Ok(())
    })?;
    Ok(keys)
}

/// The keys in files that are called as the users, such as `maya.pub`; of each file its name and content.
pub fn recipients_of_files(
    files: impl IntoIterator<Item = (String, String)>,
) -> Result<UserKeys, KeyListError> {
    let mut keys = UserKeys::new();
    for (file, text) in files {
        let refused = |reason: String| KeyListError::File {
            file: file.clone(),
            reason,
        };
        let stem = ENDINGS.iter().find_map(|ending| file.strip_suffix(ending));
        let user = UserName::try_from(stem.unwrap_or(&file).to_owned())
            .map_err(|error| refused(error.to_string()))?;
        for recipient in Recipient::parse_file(&text).map_err(|error| refused(error.to_string()))? {
            add_recipient(&mut keys, user.clone(), recipient.as_str());
        }
    }
    Ok(keys)
}

fn add_recipient(keys: &mut UserKeys, user: UserName, recipient: &str) {
    let key = keys.entry(user).or_insert_with(|| UserKey::Recipients(vec![]));
    if let UserKey::Recipients(recipients) = key {
        recipients.push(recipient.to_owned());
    }
}

fn for_each_row(
    text: &[u8],
    mut take: impl FnMut(u64, UserName, &str) -> Result<(), KeyListError>,
) -> Result<(), KeyListError> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text);
    let mut row = csv::StringRecord::new();
    let mut first = true;
    loop {
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                return Err(KeyListError::Csv {
                    line: error.position().map_or(0, csv::Position::line),
                    reason: "it is no text of the kind that spreadsheets write as CSV",
                });
            }
        }
        let line = line_of(text, &row);
        let is_heading =
            std::mem::take(&mut first) && row.get(0).is_some_and(|name| name.eq_ignore_ascii_case("user"));
        if is_heading || row.iter().all(str::is_empty) {
            continue;
        }
        let (Some(user), Some(key), 2) = (row.get(0), row.get(1), row.len()) else {
            return Err(KeyListError::Columns {
                line,
                found: row.len(),
            });
        };
        // What stands in the wrong column may be a passphrase, and is not repeated.
        let user = UserName::try_from(user.to_owned()).map_err(|_| KeyListError::Row {
            line,
            reason: "the first column is not the name of an IAM user".to_owned(),
        })?;
        take(line, user, key)?;
    }
}

/// Crockford's base32: no letter that is taken for a digit.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ENDINGS: [&str; 3] = [".pub", ".txt", ".age"];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    const AGE: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    const SSH: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@rust";

    fn recipients(keys: &UserKeys, user: &str) -> Vec<String> {
        match keys.get(&UserName::try_from(user.to_owned()).unwrap()) {
            Some(UserKey::Recipients(recipients)) => recipients.clone(),
            _ => vec![],
        }
    }

    #[test]
    fn a_list_names_users_and_their_keys_with_or_without_a_heading() {
        for heading in ["", "User,Recipient\n", "\u{feff}user,key\r\n"] {
            let text = format!("{heading}maya,{AGE}\n# leavers\n\nomar, {SSH}\nmaya,{SSH}\n");
            let keys = recipients_of_csv(text.as_bytes()).unwrap();
            assert_eq!(recipients(&keys, "maya"), [AGE, SSH]);
            assert_eq!(recipients(&keys, "omar"), [SSH]);
        }
    }

    #[test]
    fn a_row_that_cannot_be_used_is_named_by_its_line() {
        for (text, words) in [
            ("maya", "line 1 has 1 columns"),
            (&*format!("user,key\nmaya,{AGE},more"), "line 2 has 3 columns"),
            ("maya,hello", "line 1: \"hello\" is not a recipient"),
            ("# ours\n\nmaya,hello", "line 3: \"hello\" is not a recipient"),
            (
                &*format!("maya,{AGE}\r\n# more\r\nomar,hello\r\n"),
                "line 3: \"hello\"",
            ),
            (&*format!("may a,{AGE}"), "line 1: the first column is not"),
        ] {
            let error = recipients_of_csv(text.as_bytes()).err().unwrap().to_string();
            assert!(error.starts_with(words), "{error}");
        }
    }

    #[test]
    fn a_passphrase_is_never_repeated_in_an_error() {
        let twice = passphrases_of_csv(b"maya,tulip meadow\nmaya,harbour lamp")
            .err()
            .unwrap();
        assert_eq!(twice.to_string(), "line 2: maya has a passphrase already");
        let swapped = passphrases_of_csv(b"tulip meadow,maya").err().unwrap();
        assert!(!swapped.to_string().contains("tulip"), "{swapped}");
        let wide = passphrases_of_csv(b"maya,tulip,meadow").err().unwrap();
        assert!(!wide.to_string().contains("tulip"), "{wide}");
        assert!(passphrases_of_csv(b"maya,").is_err());
    }

    #[test]
    fn files_are_called_as_their_users() {
        let keys = recipients_of_files([
            ("maya.pub".to_owned(), format!("{SSH}\n")),
            ("o.mar@halden".to_owned(), format!("# his\n{AGE}\n")),
        ])
        .unwrap();
        assert_eq!(recipients(&keys, "maya"), [SSH]);
        assert_eq!(recipients(&keys, "o.mar@halden"), [AGE]);
        let error = recipients_of_files([("maya.pub".to_owned(), String::new())])
            .err()
            .unwrap();
        assert!(error.to_string().starts_with("maya.pub: "), "{error}");
    }

    #[test]
    fn a_generated_passphrase_has_twenty_letters_and_never_comes_twice() {
        let texts: Vec<String> = (0..50)
            .map(|_| match UserKey::generate().unwrap() {
                UserKey::Generated(text) => text.to_string(),
                _ => String::new(),
            })
            .collect();
        assert!(
            texts
                .iter()
                .all(|text| text.len() == 23 && text.matches('-').count() == 3)
        );
        let distinct: std::collections::HashSet<&String> = texts.iter().collect();
        assert_eq!(distinct.len(), 50);
    }
}
