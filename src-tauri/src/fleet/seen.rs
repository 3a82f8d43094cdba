//! Reading who has which MFA.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep_device::time::UnixTime;
use lockstep_iam::caller::Caller;
use lockstep_iam::connection::Connection;
use lockstep_iam::error::Error;
use lockstep_iam::fleet::accounts::{AccountRole, InAccount};
use lockstep_iam::fleet::read::read_own;
use lockstep_iam::fleet::report::FleetReport;
use lockstep_iam::fleet::roster::{Filter, ReadProgress, Roster, RosterRequest};
use lockstep_iam::fleet::standing::hand_overs;
use lockstep_iam::name::{DevicePath, Tag};
use lockstep_iam::work::{Held, Work, bound};
use serde::Deserialize;

use crate::aws::connection::Connected;
use crate::error::ShellError;
use crate::fleet::running::FleetNews;
use crate::fleet::view::{FleetMember, FleetRemark, FleetRoot, FleetView, count};
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
    pub(crate) roster: Roster,
    pub(crate) report: FleetReport,
}

impl Seen {
    /// What follows is asked through: the session that reading took, unless the person connected anew since.
    pub(crate) fn connection<'a>(&'a self, work: &Work<'a>) -> &'a Connection {
        let session = self.session.as_ref();
        let is_same = std::ptr::eq(&raw const self.connected.connection, work.connection);
        session.filter(|_| is_same).unwrap_or(work.connection)
    }

    /// Whose account it is.
    pub(crate) fn caller(&self) -> &Caller {
        self.connected.connection.caller()
    }

    fn view(&self, here: &[Held]) -> FleetView {
        let Self { roster, report, .. } = self;
        let lines = report
            .accounts
            .first()
            .and_then(|account| account.content.as_ref());
        let lines = lines.map_or(&[][..], |content| &content.users);
        let caller = self.caller().user();
        FleetView {
            account: roster.account.clone(),
            alias: roster.alias.clone(),
            read: roster.read.seconds(),
            report_made: roster.report_made.map(UnixTime::seconds),
            root: FleetRoot::from(&roster.root),
            // The report has a line for each user, in the same order.
            users: roster
                .users
                .iter()
                .zip(lines)
                .map(|(user, line)| FleetMember::new(user, line, here, caller))
                .collect(),
            unassigned: roster.unassigned.as_ref().map(|devices| count(devices.len())),
            remarks: roster.remarks.iter().map(FleetRemark::from).collect(),
        }
    }
}

/// Which users are read, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, specta::Type)]
pub struct FleetRequest {
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

impl Shell {
    /// Reads the users of the account, and tells how far that has come.
    pub fn read_fleet(&self, asked: FleetRequest) -> Result<FleetView, ShellError> {
        let request = asked.parsed()?;
        // It was made for what is to be forgotten.
        self.discard_plan();
        let connected = self.connected()?;
        let authenticator = self.authenticator()?;
        let reading = Reading::default();
        let watch = |progress: ReadProgress| {
            if let Some(news) = reading.news(progress) {
                self.announce.fleet_moved(&news);
            }
        };
        let (roster, session) = self.aws_work(&|_| {}, |work| read_own(work, &request, &watch))?;
        let now = connected.connection.service_time().map_err(Error::from)?;
        let caller = connected.connection.caller();
        let account = InAccount {
            role: AccountRole {
                arn: caller.arn.clone(),
                account: caller.account.clone(),
                name: None,
                external_id: None,
            },
            outcome: Ok(roster.clone()),
        };
        let report = FleetReport::new(&[account], &hand_overs(&authenticator)?, now);
        let seen = Arc::new(Seen {
            connected,
            session,
            roster,
            report,
        });
        let view = seen.view(&bound(&authenticator));
        // Neither locked nor connected otherwise meanwhile.
        self.authenticator()?;
        self.require_current(&seen)?;
        *locked(&self.fleet.seen) = Some(seen);
        Ok(view)
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
