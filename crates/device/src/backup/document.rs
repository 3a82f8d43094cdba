//! The plain text of a backup: JSON, one account on each line, its `otpauth://` URI first. `docs/backup-format.md`
//! describes it for those who have nothing but the `age` command and a text editor.

use std::str::Utf8Error;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::error::BackupError;
use crate::account::{AccountId, AwsBinding, Standing};
use crate::otpauth::Parsed;
use crate::otpauth::parse::parse;
use crate::otpauth::write::to_uri;
use crate::serial::SerialNumber;
use crate::time::UnixTime;

/// The version that is written, and the latest that is read.
pub const BACKUP_VERSION: u32 = 1;

/// What the field `format` says.
const FORMAT: &str = "lockstep-backup";

/// The accounts of a backup with their seeds, erased from memory when dropped.
pub struct Document {
    /// When it was made; the epoch when it does not say.
    pub created: UnixTime,
    /// The accounts, in the person's own order.
    pub entries: Vec<Entry>,
    /// What could not be backed up, by name: accounts whose seed could not be read at that moment.
    pub lacks: Vec<String>,
    /// Rows that cannot be understood.
    pub damaged: Vec<DamagedEntry>,
}

/// One account.
#[derive(Clone)]
pub struct Entry {
    /// The id it had; nothing in a file that was written by hand.
    pub id: Option<AccountId>,
    /// The account with its seed, and how it stood in the list.
    pub parsed: Parsed,
}

/// A row that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedEntry {
    /// Its place among the accounts, counted from 1.
    pub place: usize,
    /// What is wrong with it; never what it says.
    pub reason: String,
}

#[derive(Serialize, Deserialize)]
struct Row {
    uri: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pinned: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unchecked_since: Option<UnixTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    added: Option<UnixTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trashed: Option<UnixTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used: Option<UnixTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_step: Option<u64>,
}

/// Everything before the rows.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// What stands beside the head. Only the accounts must be there, as in a file that was written by hand.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    created: Option<&'a RawValue>,
    #[serde(borrow, default)]
    lacks: Option<&'a RawValue>,
    #[serde(borrow)]
    accounts: Vec<&'a RawValue>,
}

/// One account's JSON, as far as it is text.
type RowText<'a> = Result<&'a str, Utf8Error>;

impl Document {
    /// The JSON, each account on a line of its own.
    pub fn to_json(&self) -> Zeroizing<Vec<u8>> {
        let rows: Vec<Zeroizing<Vec<u8>>> = self.entries.iter().map(|entry| row_json(entry, true)).collect();
        let length: usize = rows.iter().map(|row| row.len() + 4).sum();
        let head = serde_json::json!({ "format": FORMAT, "version": BACKUP_VERSION }).to_string();
        let lacks = serde_json::json!(self.lacks).to_string();
        let mut text = Zeroizing::new(Vec::with_capacity(head.len() + lacks.len() + length + 128));
        text.extend_from_slice(head.trim_end_matches('}').as_bytes());
        text.extend_from_slice(
            format!(",\"created\":{},\"lacks\":{lacks},", self.created.seconds()).as_bytes(),
        );
        text.extend_from_slice(b"\"accounts\":[");
        for (number, row) in rows.iter().enumerate() {
            text.extend_from_slice(if number == 0 { b"\n" } else { b",\n" });
            text.extend_from_slice(row);
        }
        text.extend_from_slice(b"\n]}\n");
        text
    }

    /// Reads the JSON. Rows that cannot be understood are named beside those that can. Where the JSON as a whole is
    /// broken, as by a slip in a text editor, each line that holds an account is still read; a broken one without such a
    /// line is an error, and never an empty backup.
    pub fn from_json(text: &[u8]) -> Result<Self, BackupError> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let head: Option<Head> = serde_json::from_slice(text).ok();
        let Some(head) = head.or_else(|| head_of_broken(text)) else {
            return Err(BackupError::NotABackup);
        };
        if head.format != FORMAT {
            return Err(BackupError::NotABackup);
        }
        if head.version > BACKUP_VERSION {
            return Err(BackupError::Newer {
                found: head.version,
                supported: BACKUP_VERSION,
            });
        }
        match serde_json::from_slice(text) {
            Ok(Body {
                created,
                lacks,
                accounts,
            }) => {
                let mut document = Self::of_rows(accounts.into_iter().map(|row| Ok(row.get())));
                document.created = said(created).unwrap_or(UNSAID);
                document.lacks = said(lacks).unwrap_or_default();
                Ok(document)
            }
            Err(error) => {
                let document = Self::of_rows(rows_of_broken(text));
                if document.entries.is_empty() {
                    return Err(BackupError::Broken {
                        line: error.line(),
                        column: error.column(),
                    });
                }
                Ok(document)
            }
        }
    }

    fn of_rows<'a>(rows: impl Iterator<Item = RowText<'a>>) -> Self {
        let mut document = Self {
            created: UNSAID,
            entries: vec![],
            lacks: vec![],
            damaged: vec![],
        };
        for (place, row) in (1..).zip(rows) {
            match row.map_err(|_| "it is not UTF-8".to_owned()).and_then(entry) {
                Ok(entry) => document.entries.push(entry),
                Err(reason) => document.damaged.push(DamagedEntry { place, reason }),
            }
        }
        document
    }
}

/// A field that need not be there; one of another kind says nothing.
fn said<T: DeserializeOwned>(field: Option<&RawValue>) -> Option<T> {
    serde_json::from_str(field?.get()).ok()
}

impl Entry {
    /// SHA-256 of what the backup says about the account, without the marks of use, which change with every code.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let digest = ring::digest::digest(&ring::digest::SHA256, &row_json(self, false));
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        bytes
    }
}

fn row_json(entry: &Entry, with_use: bool) -> Zeroizing<Vec<u8>> {
    let account = &entry.parsed.account;
    let Standing {
        added,
        pinned,
        last_used,
        used_step,
        trashed,
    } = entry.parsed.standing;
    let uri = to_uri(account);
    let room = 2 * (uri.len() + account.note.len()) + 1024;
    let row = Row {
        uri,
        id: entry.id.clone(),
        tags: account.tags.clone(),
        note: account.note.clone(),
        pinned,
        serial: account.aws.as_ref().map(|aws| aws.serial.to_string()),
        unchecked_since: account.aws.as_ref().and_then(|aws| aws.unchecked_since),
        added,
        trashed,
        last_used: last_used.filter(|_| with_use),
        used_step: used_step.filter(|_| with_use),
    };
    // Room for all of it at once: growing would leave a copy of the seed behind.
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *text, &row).expect("strings and numbers are always JSON");
    text
}

fn entry(row: &str) -> Result<Entry, String> {
    let row: Row = serde_json::from_str(row).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "a field is missing or of the wrong kind".to_owned(),
        _ => "it is not JSON".to_owned(),
    })?;
    let mut parsed = parse(&row.uri).map_err(|error| error.to_string())?;
    parsed.account.tags = row.tags;
    parsed.account.note = row.note;
    if let Some(serial) = row.serial {
        let serial = SerialNumber::try_from(serial).map_err(|error| error.to_string())?;
        parsed.account.aws = Some(AwsBinding {
            serial,
            unchecked_since: row.unchecked_since,
            // What a file says must not make an account go by itself.
            practice: false,
        });
    }
    parsed.standing = Standing {
        added: row.added,
        pinned: row.pinned,
        last_used: row.last_used,
        used_step: row.used_step,
        trashed: row.trashed,
    };
    Ok(Entry { id: row.id, parsed })
}

/// The head at the beginning of a text that is not JSON as a whole: its fields before the one that is a list or broken.
fn head_of_broken(text: &[u8]) -> Option<Head> {
    let first = text
        .split(|byte| *byte == b'\n')
        .find(|line| !line.trim_ascii().is_empty())?;
    let first = std::str::from_utf8(first).ok()?;
    first.match_indices(',').find_map(|(place, _)| {
        let mut head = first.get(..place)?.to_owned();
        head.push('}');
        serde_json::from_str(&head).ok()
    })
}

/// The lines that hold one account each, without the commas between them. A line that is broken or is no text counts, too.
fn rows_of_broken(text: &[u8]) -> impl Iterator<Item = RowText<'_>> {
    let lines = text.split(|byte| *byte == b'\n').skip(1).map(<[u8]>::trim_ascii);
    let rows = lines.map(|line| line.strip_suffix(b",").unwrap_or(line));
    rows.filter(|line| !line.is_empty() && *line != b"]}")
        .map(std::str::from_utf8)
}

const UNSAID: UnixTime = UnixTime::from_seconds(0);
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn document() -> Document {
        let uri = "otpauth://totp/Amazon%20Web%20Services:maya@halden?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Amazon%20Web%20Services";
        let mut parsed = parse(uri).unwrap();
        parsed.account.tags = vec!["prod".to_owned()];
        parsed.account.note = "two\nlines, \"quoted\"".to_owned();
        parsed.standing.pinned = true;
        parsed.standing.last_used = Some(UnixTime::from_seconds(1_700_000_000));
        let other =
            parse("otpauth://hotp/VPN:maya?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=7").unwrap();
        let entries = [parsed, other].map(|parsed| Entry {
            id: Some(AccountId::from_bytes([9; 16])),
            parsed,
        });
        Document {
            created: UnixTime::from_seconds(1_764_000_000),
            entries: entries.to_vec(),
            lacks: vec!["Lost one".to_owned()],
            damaged: vec![],
        }
    }

    #[test]
    fn what_is_written_is_read_the_same() {
        let written = document();
        let read = Document::from_json(&written.to_json()).unwrap();
        assert_eq!(read.created, written.created);
        assert_eq!(read.lacks, written.lacks);
        assert!(read.damaged.is_empty());
        assert_eq!(*read.to_json(), *written.to_json());
        let account = &read.entries[0].parsed.account;
        assert_eq!(account.note, "two\nlines, \"quoted\"");
        assert_eq!(account.seed.bytes(), b"12345678901234567890");
        assert_eq!(
            read.entries[0].parsed.standing,
            written.entries[0].parsed.standing
        );
    }

    #[test]
    fn each_account_stands_on_its_own_line_with_its_link_first() {
        let text = document().to_json();
        let text = std::str::from_utf8(&text).unwrap();
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("{\"uri\":\"otpauth://"))
            .collect();
        assert_eq!(lines.len(), 2);
        serde_json::from_str::<serde_json::Value>(text).unwrap();
    }

    #[test]
    fn a_damaged_row_is_named_and_the_others_are_read() {
        let text = String::from_utf8(document().to_json().to_vec()).unwrap();
        let read = Document::from_json(text.replace("otpauth://hotp", "otpauth://cotp").as_bytes()).unwrap();
        assert_eq!(read.entries.len(), 1);
        assert_eq!(read.damaged[0].place, 2);
        assert!(
            read.damaged[0].reason.contains("cotp"),
            "{}",
            read.damaged[0].reason
        );
    }

    #[test]
    fn a_slip_of_the_editor_costs_at_most_the_line_it_is_on() {
        let text = String::from_utf8(document().to_json().to_vec()).unwrap();
        let slipped = text.replace("\"note\":\"two", "\"note\":two");
        let read = Document::from_json(slipped.as_bytes()).unwrap();
        assert_eq!(read.entries.len(), 1);
        assert_eq!(
            read.damaged,
            [DamagedEntry {
                place: 1,
                reason: "it is not JSON".to_owned()
            }]
        );
        let cut = text.trim_end().trim_end_matches("]}");
        assert_eq!(Document::from_json(cut.as_bytes()).unwrap().entries.len(), 2);
    }

    #[test]
    fn a_file_written_by_hand_needs_the_links_alone() {
        let uri = "otpauth://totp/GitHub:maya?secret=GEZDGNBVGY3TQOJQ";
        for text in [
            format!("{{\"format\":\"lockstep-backup\",\"version\":1,\"accounts\":[{{\"uri\":\"{uri}\"}}]}}"),
            format!(
                "\u{feff}{{\"format\": \"lockstep-backup\",\r\n \"version\": 1,\r\n \"created\": \"today\",\r\n \
                 \"lacks\": 7,\r\n \"accounts\": [\r\n {{\r\n \"uri\": \"{uri}\"}}]}}\r\n"
            ),
        ] {
            let read = Document::from_json(text.as_bytes()).unwrap();
            assert_eq!(read.entries.len(), 1, "{text}");
            assert_eq!(read.created, UnixTime::from_seconds(0));
            assert!(read.damaged.is_empty() && read.lacks.is_empty());
        }
    }

    #[test]
    fn a_broken_file_without_a_single_whole_account_is_an_error_and_not_an_empty_backup() {
        let text = String::from_utf8(document().to_json().to_vec()).unwrap();
        let one_line = text.replace('\n', "");
        let slipped = one_line.replace("\"note\":\"two", "\"note\":two");
        assert_ne!(slipped, one_line);
        let without_accounts = "{\"format\":\"lockstep-backup\",\"version\":1,\"created\":7}\n";
        for broken in [&slipped, without_accounts] {
            let error = Document::from_json(broken.as_bytes()).err().unwrap();
            assert!(matches!(error, BackupError::Broken { line: 1, .. }), "{error}");
        }
        let empty = "{\"format\":\"lockstep-backup\",\"version\":1,\"accounts\":[]}";
        assert!(Document::from_json(empty.as_bytes()).unwrap().entries.is_empty());
    }

    #[test]
    fn a_byte_that_is_no_text_costs_at_most_the_line_it_is_on() {
        let mut text = document().to_json().to_vec();
        let place = text.windows(4).position(|four| four == b"prod").unwrap();
        text[place] = 0xff;
        let read = Document::from_json(&text).unwrap();
        assert_eq!(read.entries.len(), 1);
        assert_eq!(
            read.damaged,
            [DamagedEntry {
                place: 1,
                reason: "it is not UTF-8".to_owned()
            }]
        );
    }

    #[test]
    fn a_newer_version_and_something_else_are_told_apart() {
        let text = String::from_utf8(document().to_json().to_vec()).unwrap();
        let newer = Document::from_json(text.replace("\"version\":1", "\"version\":2").as_bytes());
        assert!(matches!(newer, Err(BackupError::Newer { found: 2, .. })));
        for other in ["", "hello", "{\"format\":\"diary\",\"version\":1}", "[1]"] {
            assert!(
                matches!(
                    Document::from_json(other.as_bytes()),
                    Err(BackupError::NotABackup)
                ),
                "{other}"
            );
        }
    }

    #[test]
    fn marks_of_use_are_no_change_and_everything_else_is() {
        let entry = &document().entries[0];
        let mut used = entry.clone();
        used.parsed.standing.last_used = None;
        used.parsed.standing.used_step = Some(3);
        assert_eq!(used.digest(), entry.digest());
        let mut renamed = entry.clone();
        renamed.parsed.account.label.name.push('x');
        assert_ne!(renamed.digest(), entry.digest());
    }
}
