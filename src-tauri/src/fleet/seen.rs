//! Reading who has which MFA, in the account of the connection or in several.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep_iam::caller::Caller;
use lockstep_iam::connection::Connection;
use lockstep_iam::error::Error;
use lockstep_iam::fleet::accounts::{AccountRole, InAccount};
use lockstep_iam::fleet::read::read_own;
use lockstep_iam::fleet::read_many::{AccountsProgress, read_each};
use lockstep_iam::fleet::report::FleetReport;
use lockstep_iam::fleet::roster::{Filter, ReadProgress, Roster, RosterRequest};
use lockstep_iam::fleet::standing::hand_overs;
use lockstep_iam::name::{DevicePath, Tag, UserName};
use lockstep_iam::work::{Work, bound};
use serde::Deserialize;

use crate::aws::connection::Connected;
use crate::error::ShellError;
use crate::fleet::accounts::ReadAccounts;
use crate::fleet::running::FleetNews;
use crate::fleet::view::{FleetView, count};
use crate::shell::{Shell, locked};

/// How far a reading has come.
#[derive(Default)]
struct Reading {
    listed: AtomicUsize,
}

impl Reading {
    /// What is told of it; nothing of a step that nobody would see.
    fn news(&self, progress: ReadProgress) -> Option<FleetNews> {
        let (asked, of) = match progress {
            ReadProgress::Listed(listed) => {
                self.listed.store(listed, Ordering::SeqCst);
                (0, 0)
            }
            ReadProgress::Asked { asked, of } if asked % STRIDE == 0 || asked == of => (asked, of),
            ReadProgress::Asked { .. } => return None,
        };
        Some(FleetNews::Reading {
            listed: count(self.listed.load(Ordering::SeqCst)),
            asked: count(asked),
            of: count(of),
            accounts: 0,
            accounts_done: 0,
        })
    }
}

/// Users who are asked about between two words to the window.
const STRIDE: usize = 10;

/// One reading.
pub(crate) struct Seen {
    connected: Arc<Connected>,
    /// The session that it took, if it took one; what follows is done in the same one.
    session: Option<Connection>,
    /// Whether each account is in the role of a list; else it is the connection's own.
    pub(crate) is_several: bool,
    pub(crate) accounts: Vec<InAccount<Roster>>,
    pub(crate) report: FleetReport,
}

impl Seen {
    /// What follows is asked through: the session that reading took, unless the person connected anew since.
    pub(crate) fn connection<'a>(&'a self, work: &Work<'a>) -> &'a Connection {
        let session = self.session.as_ref();
        let is_same = std::ptr::eq(&raw const self.connected.connection, work.connection);
        session.filter(|_| is_same).unwrap_or(work.connection)
    }

    /// Whose credentials these are.
    pub(crate) fn caller(&self) -> &Caller {
        self.connected.connection.caller()
    }

    /// The one whose credentials these are, where this is his account.
    pub(crate) fn caller_in(&self, account: &str) -> Option<&UserName> {
        let caller = self.caller();
        caller.user().filter(|_| caller.account == account)
    }

    /// The role in an account that was read.
    pub(crate) fn role(&self, account: &str) -> Result<&AccountRole, ShellError> {
        let found = self
            .accounts
            .iter()
            .find(|read| read.role.account == account && read.outcome.is_ok());
        found.map(|read| &read.role).ok_or(ShellError::FleetNotRead)
    }
}

/// Which users are read, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, specta::Type)]
pub struct FleetRequest {
    /// In which accounts.
    pub accounts: ReadAccounts,
    /// Ask for the devices of each, which is a call each.
    pub exact: bool,
    /// Those under this path, such as `/staff/`; nothing for all.
    pub path: Option<String>,
    /// Those who have each of these tags, `KEY=VALUE`, which is a call each.
    pub tags: Vec<String>,
}

impl FleetRequest {
    fn parsed(self) -> Result<RosterRequest, ShellError> {
        let path = self.path.map(DevicePath::try_from).transpose();
        Ok(RosterRequest {
            filter: Filter {
                path: path.map_err(Error::from)?,
                tags: parsed_tags(&self.tags)?,
                ..Filter::default()
            },
            exact: self.exact,
            tags: false,
        })
    }
}

/// Tags as a person says them.
pub(crate) fn parsed_tags(tags: &[String]) -> Result<Vec<Tag>, ShellError> {
    let tags = tags.iter().map(|tag| tag.parse()).collect::<Result<_, _>>();
    Ok(tags.map_err(Error::from)?)
}

/// What was read, and the session that it took, if it took one.
type Read = (Vec<InAccount<Roster>>, Option<Connection>);

impl Shell {
    /// Reads the users of the account, or of several, and tells how far that has come.
    pub fn read_fleet(&self, asked: FleetRequest) -> Result<FleetView, ShellError> {
        let which = asked.accounts;
        let request = asked.parsed()?;
        // It was made for what is to be forgotten.
        self.discard_plan();
        let connected = self.connected()?;
        let authenticator = self.authenticator()?;
        let roles = locked(&self.fleet.lists).take(which)?;
        let round = self.fleet.round.fetch_add(1, Ordering::SeqCst) + 1;
        let (accounts, session) = match &roles {
            Some(roles) => self.read_listed(roles, &request)?,
            None => self.read_connected(&connected, &request)?,
        };
        let now = connected.connection.service_time().map_err(Error::from)?;
        let seen = Arc::new(Seen {
            report: FleetReport::new(&accounts, &hand_overs(&authenticator)?, now),
            connected,
            session,
            is_several: roles.is_some(),
            accounts,
        });
        let view = FleetView::new(&seen, now, &bound(&authenticator));
        // Neither locked nor connected otherwise meanwhile, and no other reading was begun.
        self.authenticator()?;
        self.require_current(&seen)?;
        if self.fleet.round.load(Ordering::SeqCst) != round {
            return Err(ShellError::FleetNotRead);
        }
        *locked(&self.fleet.seen) = Some(seen);
        Ok(view)
    }

    fn read_connected(&self, connected: &Connected, request: &RosterRequest) -> Result<Read, ShellError> {
        let reading = Reading::default();
        let watch = |progress: ReadProgress| {
            if let Some(news) = reading.news(progress) {
                self.announce.fleet_moved(&news);
            }
        };
        let (roster, session) = self.aws_work(&|_| {}, |work| read_own(work, request, &watch))?;
        let caller = connected.connection.caller();
        let account = InAccount {
            role: AccountRole {
                arn: caller.arn.clone(),
                account: caller.account.clone(),
                name: None,
                external_id: None,
            },
            outcome: Ok(roster),
        };
        Ok((vec![account], session))
    }

    fn read_listed(&self, roles: &[AccountRole], request: &RosterRequest) -> Result<Read, ShellError> {
        let watch = |progress: AccountsProgress| {
            self.announce.fleet_moved(&FleetNews::Reading {
                listed: count(progress.listed),
                asked: 0,
                of: 0,
                accounts: count(progress.of),
                accounts_done: count(progress.done),
            });
        };
        self.aws_work(&|_| {}, |work| read_each(work, roles, request, &watch))
    }

    /// The last reading; fails with [`ShellError::FleetNotRead`] where there is none through the present connection.
    pub(crate) fn seen(&self) -> Result<Arc<Seen>, ShellError> {
        let seen = locked(&self.fleet.seen).clone().ok_or(ShellError::FleetNotRead)?;
        self.require_current(&seen)?;
        Ok(seen)
    }

    /// Read by whoever is connected now.
    fn require_current(&self, seen: &Seen) -> Result<(), ShellError> {
        let now = self.connected()?;
        let is_same = seen.connected.choice == now.choice && seen.caller().arn == now.connection.caller().arn;
        if is_same {
            Ok(())
        } else {
            Err(ShellError::FleetNotRead)
        }
    }
}
