//! The credential report: asked for, waited for, and read. One answer tells of all users.

use std::collections::HashMap;
use std::time::Duration;

use csv::StringRecord;
use lockstep_device::time::UnixTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::api::failure::Failure;
use crate::api::users::{ReportAnswer, ReportState};
use crate::fleet::protection::{AccessKey, LastUse};
use crate::fleet::roster::Reader;

/// What the report says of everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialReport {
    /// When AWS made it: up to four hours ago.
    pub made: UnixTime,
    /// The root user's row.
    pub root: Option<ReportRow>,
    /// The users' rows by their names.
    pub users: HashMap<String, ReportRow>,
}

/// What it says of one user. Nothing stands for what the report does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// Whether there is a password for the console.
    pub console: Option<bool>,
    /// When that was last used.
    pub signed_in: LastUse,
    /// Whether there is an MFA device of any kind.
    pub mfa: Option<bool>,
    /// The access keys that exist.
    pub keys: Vec<AccessKey>,
}

/// Has a report made where there is none that is young enough, waits for it, and reads it.
pub fn fetch(reader: &Reader<'_>) -> Result<CredentialReport, Failure> {
    let api = reader.connection.api();
    let mut pauses = PAUSES.into_iter();
    loop {
        let state = match reader.patiently(|| api.generate_credential_report()) {
            Ok(state) => state,
            // One that somebody else had made may be read all the same.
            Err(denied @ Failure::Denied { .. }) => {
                return match reader.patiently(|| api.credential_report()) {
                    Ok(ReportAnswer::Ready { csv, made }) => read(&csv, made),
                    Ok(ReportAnswer::Making | ReportAnswer::Absent) | Err(Failure::Denied { .. }) => {
                        Err(denied)
                    }
                    Err(failure) => Err(failure),
                };
            }
            Err(failure) => return Err(failure),
        };
        if state == ReportState::Ready
            && let ReportAnswer::Ready { csv, made } = reader.patiently(|| api.credential_report())?
        {
            return read(&csv, made);
        }
        match pauses.next() {
            Some(pause) => reader.pace.wait(pause),
            None => {
                return Err(Failure::NoAnswer {
                    reason: format!(
                        "the credential report was not made within {} seconds",
                        PAUSES.iter().sum::<Duration>().as_secs()
                    ),
                });
            }
        }
    }
}

/// Reads the CSV by the names of its columns, so that a further column does no harm.
pub fn read(csv: &[u8], made: UnixTime) -> Result<CredentialReport, Failure> {
    let broken = |what: String| Failure::Unusable {
        reason: format!("the credential report cannot be read: {what}"),
    };
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(csv);
    let names = table
        .headers()
        .map_err(|error| broken(error.to_string()))?
        .clone();
    if !["user", "mfa_active"]
        .iter()
        .all(|name| names.iter().any(|column| column == *name))
    {
        return Err(broken("it has no columns `user` and `mfa_active`".to_owned()));
    }
    let mut report = CredentialReport {
        made,
        root: None,
        users: HashMap::new(),
    };
    for record in table.records() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        let line = Line {
            names: &names,
            record: &record,
        };
        let row = line.row();
        match line.value("user") {
            ROOT => report.root = Some(row),
            name => {
                report.users.insert(name.to_owned(), row);
            }
        }
    }
    Ok(report)
}

/// One line and what its columns are called.
struct Line<'a> {
    names: &'a StringRecord,
    record: &'a StringRecord,
}

impl Line<'_> {
    fn value(&self, name: &str) -> &str {
        let place = self.names.iter().position(|column| column == name);
        place.and_then(|place| self.record.get(place)).unwrap_or_default()
    }

    fn row(&self) -> ReportRow {
        ReportRow {
            console: self.truth("password_enabled"),
            signed_in: self.last_use("password_last_used"),
            mfa: self.truth("mfa_active"),
            keys: ["access_key_1", "access_key_2"]
                .iter()
                .filter_map(|key| self.key(key))
                .collect(),
        }
    }

    /// A key that does not exist is inactive and was never rotated.
    fn key(&self, key: &str) -> Option<AccessKey> {
        let active = self.truth(&format!("{key}_active")) == Some(true);
        let made = moment(self.value(&format!("{key}_last_rotated")));
        (active || made.is_some()).then(|| AccessKey {
            active,
            made,
            used: self.last_use(&format!("{key}_last_used_date")),
        })
    }

    fn truth(&self, name: &str) -> Option<bool> {
        match self.value(name) {
            value if value.eq_ignore_ascii_case("true") => Some(true),
            value if value.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// `N/A` and `no_information` stand for what was never used (IAM user guide, "Getting credential reports").
    fn last_use(&self, name: &str) -> LastUse {
        match self.value(name) {
            "N/A" | "no_information" => LastUse::Never,
            value => moment(value).map_or(LastUse::Unknown, LastUse::At),
        }
    }
}

fn moment(text: &str) -> Option<UnixTime> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    u64::try_from(moment.unix_timestamp())
        .ok()
        .map(UnixTime::from_seconds)
}

/// What the report calls the root user.
const ROOT: &str = "<root_account>";

/// A report is there at once for a few users, and takes a minute or two for thousands.
const PAUSES: [Duration; 16] = [
    Duration::from_millis(250),
    Duration::from_millis(750),
    Duration::from_millis(500),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
    Duration::from_secs(8),
    Duration::from_secs(10),
    Duration::from_secs(15),
    Duration::from_secs(15),
    Duration::from_secs(20),
    Duration::from_secs(30),
    Duration::from_secs(30),
    Duration::from_secs(30),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use proptest::prelude::*;

    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_795_000_000);

    #[test]
    fn a_report_with_names_in_quotation_marks_and_columns_of_tomorrow_is_read() {
        let csv = "user,arn,password_enabled,password_last_used,mfa_active,access_key_1_active,\
            access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,quantum\n\
            <root_account>,x,not_supported,2026-01-02T03:04:05+00:00,true,false,N/A,N/A,false,N/A,1\n\
            \"a,b\",x,TRUE,no_information,false,true,2025-01-01T00:00:00+00:00,N/A,false,2024-01-01T00:00:00+00:00,2\n\
            short,x,false";
        let report = read(csv.as_bytes(), NOW).unwrap();
        let root = report.root.unwrap();
        assert_eq!((root.mfa, root.console, root.keys.len()), (Some(true), None, 0));
        assert_eq!(root.signed_in, LastUse::At(UnixTime::from_seconds(1_767_323_045)));
        let comma = &report.users["a,b"];
        assert_eq!((comma.mfa, comma.console), (Some(false), Some(true)));
        assert_eq!(comma.signed_in, LastUse::Never);
        let active: Vec<bool> = comma.keys.iter().map(|key| key.active).collect();
        assert_eq!(active, [true, false], "an inactive key is one, too");
        // What a line does not say is not known, and is no "no".
        assert_eq!(report.users["short"].mfa, None);
    }

    #[test]
    fn what_is_no_credential_report_is_refused() {
        for text in ["", "user,arn\nmaya,x\n", "<html>not here</html>"] {
            let read = read(text.as_bytes(), NOW);
            assert!(matches!(read, Err(Failure::Unusable { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut csv = b"user,mfa_active,password_last_used,access_key_1_last_rotated\n".to_vec();
            csv.extend(bytes);
            if let Ok(report) = read(&csv, NOW) {
                prop_assert_eq!(report.made, NOW);
            }
        }
    }
}
