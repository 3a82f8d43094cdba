//! Several AWS accounts in the window: the roles that a person names, looked at before anything is read.

use std::path::PathBuf;
use std::sync::Arc;

use lockstep_iam::error::Error;
use lockstep_iam::fleet::accounts::{AccountRole, in_role, parse};
use lockstep_iam::work::Work;
use serde::{Deserialize, Serialize};

use crate::adding::{file_name, read};
use crate::aws::choice::AwsChoice;
use crate::aws::practice::ROLES;
use crate::error::{CommandError, ShellError};
use crate::fleet::seals::named;
use crate::fleet::seen::Seen;
use crate::shell::{Shell, locked};

/// Where the roles are listed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum AccountsWay {
    /// In a file: a role on a line, with a name for its account and an external id after it if there are any.
    File {
        /// The file.
        path: PathBuf,
    },
    /// The accounts that the practice account has beside it.
    Practice,
}

/// An account of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct NamedAccount {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// What the list calls it.
    pub name: Option<String>,
    /// The ARN of the role that is taken on in it.
    pub role: String,
}

/// Which accounts are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ReadAccounts {
    /// The one that the window is connected to.
    #[default]
    Own,
    /// Those of the list that was named last.
    Named,
    /// Those that were read last.
    Again,
}

/// Why something could not be done in one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct AccountProblem {
    /// The twelve-digit AWS account id.
    pub account: String,
    /// What the list calls it.
    pub name: Option<String>,
    /// Why.
    pub problem: CommandError,
}

/// The lists of accounts that the window goes by.
#[derive(Default)]
pub(crate) struct Lists {
    /// What was named, and perhaps given up.
    named: Option<Arc<[AccountRole]>>,
    /// What is read by.
    read: Option<Arc<[AccountRole]>>,
}

impl Lists {
    /// The roles to read by from now on; nothing for the connection's own account.
    pub(crate) fn take(&mut self, which: ReadAccounts) -> Result<Option<Arc<[AccountRole]>>, ShellError> {
        let list = match which {
            ReadAccounts::Own => None,
            ReadAccounts::Named => Some(&self.named),
            ReadAccounts::Again => Some(&self.read),
        };
        let list = list.map(|list| list.clone().ok_or(ShellError::AccountsNotNamed));
        self.read = list.transpose()?;
        Ok(self.read.clone())
    }
}

impl AccountProblem {
    pub(crate) fn new(role: &AccountRole, problem: impl Into<CommandError>) -> Self {
        Self {
            account: role.account.clone(),
            name: role.name.clone(),
            problem: problem.into(),
        }
    }
}

impl Shell {
    /// Which accounts a list names. Nothing is asked of AWS before [`Shell::read_fleet`].
    pub fn name_accounts(&self, way: &AccountsWay) -> Result<Vec<NamedAccount>, ShellError> {
        self.authenticator()?;
        let roles = match way {
            AccountsWay::File { path } => {
                let path = named(path, "the list of accounts")?;
                let unreadable = |reason| ShellError::RolesUnreadable {
                    name: file_name(&path),
                    reason,
                };
                let bytes = read(&path).map_err(unreadable)?;
                let text = std::str::from_utf8(&bytes).map_err(|error| unreadable(error.to_string()))?;
                parse(text)?
            }
            AccountsWay::Practice if matches!(self.connected()?.choice, AwsChoice::Practice(_)) => {
                parse(ROLES)?
            }
            AccountsWay::Practice => return Err(ShellError::AccountsNotNamed),
        };
        let view = roles.iter().map(NamedAccount::from).collect();
        locked(&self.fleet.lists).named = Some(roles.into());
        Ok(view)
    }

    /// Does one deed in one of the accounts that were read.
    pub(crate) fn work_in<T>(
        &self,
        seen: &Seen,
        account: &str,
        deed: impl FnOnce(&Work<'_>) -> Result<T, Error>,
    ) -> Result<T, ShellError> {
        let role = seen.role(account)?;
        self.aws_work(&|_| {}, |work| {
            let work = work.through(seen.connection(work));
            if !seen.is_several {
                return deed(&work);
            }
            let connection = in_role(&work, role)?;
            deed(&work.through(&connection))
        })
    }
}

impl From<&AccountRole> for NamedAccount {
    fn from(role: &AccountRole) -> Self {
        Self {
            account: role.account.clone(),
            name: role.name.clone(),
            role: role.arn.clone(),
        }
    }
}
