//! Many AWS accounts: a role in each, taken on side by side. What fails in one says nothing of the others.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::api::sts::Role;
use crate::connection::Connection;
use crate::elevation::session_of_caller;
use crate::error::Error;
use crate::fleet::bounded::each;
use crate::fleet::csv_line::line_of;
use crate::work::{Pace, Work, patiently};

/// A role to take on in an AWS account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRole {
    /// The role's ARN.
    pub arn: String,
    /// The twelve-digit AWS account id in it.
    pub account: String,
    /// What people call the account.
    pub name: Option<String>,
    /// What the other account may ask for besides.
    pub external_id: Option<String>,
}

/// What came of one account.
#[derive(Debug)]
pub struct InAccount<T> {
    /// The account and the role in it.
    pub role: AccountRole,
    /// What was asked for, or why there is none.
    pub outcome: Result<T, Error>,
}

/// Reads a list of roles: one on a line or in a row of CSV, with a name for the account and an external id after it if
/// there are any. Blank lines and those that begin with `#` are passed over, and so is a first line that names the columns.
pub fn parse(text: &str) -> Result<Vec<AccountRole>, Error> {
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut roles = vec![];
    let mut accounts = HashSet::new();
    for (place, record) in table.records().enumerate() {
        let record = record.map_err(|error| Error::AccountList {
            line: error.position().map_or(0, csv::Position::line),
            why: error.to_string(),
        })?;
        let line = line_of(text.as_bytes(), &record);
        let field = |place: usize| record.get(place).filter(|field| !field.is_empty());
        let Some(arn) = field(0) else {
            continue;
        };
        if place == 0 && arn.eq_ignore_ascii_case("role_arn") {
            continue;
        }
        let account = account_of_role(arn).ok_or_else(|| Error::AccountList {
            line,
            why: format!("{arn:?} is not the ARN of a role"),
        })?;
        if !accounts.insert(account.to_owned()) {
            return Err(Error::AccountList {
                line,
                why: format!("the account {account} is in the list already"),
            });
        }
        roles.push(AccountRole {
            account: account.to_owned(),
            arn: arn.to_owned(),
            name: field(1).map(str::to_owned),
            external_id: field(2).map(str::to_owned),
        });
    }
    if roles.is_empty() {
        return Err(Error::AccountList {
            line: 1,
            why: "there is no role in the list".to_owned(),
        });
    }
    Ok(roles)
}

/// Takes on each role and does the same in each account, in the order of the list. No more than eight accounts are under way
/// at once.
pub(super) fn in_each<T: Send>(
    connection: &Connection,
    pace: &dyn Pace,
    roles: &[AccountRole],
    run: impl Fn(&AccountRole, Result<Connection, Error>) -> Result<T, Error> + Sync,
) -> Vec<InAccount<T>> {
    each(roles, IN_FLIGHT, |role| InAccount {
        role: role.clone(),
        outcome: run(role, connect(connection, pace, role)),
    })
}

/// The services of an account in the role, which may want a session with MFA to be taken on.
pub fn in_role(work: &Work<'_>, role: &AccountRole) -> Result<Connection, Error> {
    match connect(work.connection, work.pace, role) {
        Err(error) if error.is_denial() => match session_of_caller(work)? {
            Some(session) => connect(&session, work.pace, role),
            None => Err(error),
        },
        outcome => outcome,
    }
}

fn connect(connection: &Connection, pace: &dyn Pace, role: &AccountRole) -> Result<Connection, Error> {
    let asked = Role {
        arn: role.arn.clone(),
        session_name: SESSION_NAME.to_owned(),
        external_id: role.external_id.clone(),
    };
    let credentials = patiently(
        |time, _| pace.wait(time),
        || connection.api().assume_role(&asked, None, SESSION_SECONDS),
    )?;
    Ok(connection.as_role(&credentials)?)
}

/// `arn:PARTITION:iam::ACCOUNT:role/…`.
fn account_of_role(arn: &str) -> Option<&str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let &["arn", partition, "iam", "", account, resource] = parts.as_slice() else {
        return None;
    };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_role = resource
        .strip_prefix("role/")
        .is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()));
    (partition.starts_with("aws") && is_account && is_role).then_some(account)
}

/// Accounts that are asked at once. Each has a rate of its own at AWS.
pub(super) const IN_FLIGHT: usize = 8;

/// What the session is called in the other account's records.
const SESSION_NAME: &str = "lockstep-fleet";

/// The longest that a role gives whoever came with a role's session.
const SESSION_SECONDS: u32 = 3600;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use proptest::prelude::*;

    use super::*;

    const ROLE: &str = "arn:aws:iam::210987654321:role/ops/LockstepAdmin";

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_list_may_be_bare_lines_or_csv_with_names() {
        let bare = parse(&format!("# ours\n\n  {ROLE}  \r\n")).unwrap();
        assert_eq!(
            (bare[0].arn.as_str(), bare[0].account.as_str()),
            (ROLE, "210987654321")
        );
        assert_eq!(bare[0].name, None);
        let named = parse(&format!(
            "role_arn,name,external_id\n{ROLE},\"halden, prod\",x-1\narn:aws-cn:iam::000000000001:role/A,\n"
        ))
        .unwrap();
        assert_eq!(named[0].name.as_deref(), Some("halden, prod"));
        assert_eq!(named[0].external_id.as_deref(), Some("x-1"));
        assert_eq!((named[1].name.as_deref(), named.len()), (None, 2));
    }

    #[test]
    fn what_is_no_role_is_refused_with_its_line() {
        for wrong in [
            "210987654321",
            "arn:aws:iam::210987654321:user/maya",
            "arn:aws:iam::21098765432:role/A",
            "arn:aws:iam::210987654321:role/",
            "arn:gcp:iam::210987654321:role/A",
        ] {
            let said = refusal(&format!("# first\n{wrong}\n"));
            assert!(said.contains("line 2") && said.contains(wrong), "{said}");
        }
        assert!(refusal("").contains("no role"));
        assert!(refusal(&format!("{ROLE}\n{ROLE}")).contains("210987654321 is in the list already"));
    }

    proptest! {
        #[test]
        fn no_list_is_a_panic(text in "(?s).{0,200}") {
            if let Ok(roles) = parse(&text) {
                prop_assert!(!roles.is_empty());
            }
        }
    }
}
