//! What the window's first picture is drawn from.

use lockstep_device::authenticator::view::{AccountView, AccountsView, NoticeView};
use serde::Serialize;

use crate::error::ShellError;
use crate::settings::{Settings, Sort};
use crate::shell::Shell;
use crate::stage::{Stage, Status};

/// Everything but the codes, in one answer: several would each wait for the window's thread.
#[derive(Clone, Debug, PartialEq, Serialize, specta::Type)]
pub struct FirstLook {
    /// The settings in force.
    pub settings: Settings,
    /// The stage.
    pub status: Status,
    /// The accounts, once they are open.
    pub listed: Option<Listed>,
}

/// The accounts of an open store, and what is to be said of them.
#[derive(Clone, Debug, PartialEq, Serialize, specta::Type)]
pub struct Listed {
    /// Those in use, and those set aside.
    pub view: AccountsView,
    /// Those in the trash.
    pub trash: Vec<AccountView>,
    /// What was repaired or noticed since the last time somebody asked.
    pub notices: Vec<NoticeView>,
}

impl Shell {
    /// What the window shows first.
    pub fn first_look(&self) -> FirstLook {
        let status = self.status();
        let is_open = status.stage == Stage::Open;
        FirstLook {
            settings: self.settings(),
            status,
            listed: is_open.then(|| self.listed().ok()).flatten(),
        }
    }

    /// The accounts; fails as [`Shell::authenticator`] does.
    pub(crate) fn listed(&self) -> Result<Listed, ShellError> {
        let authenticator = self.authenticator()?;
        Ok(Listed {
            view: authenticator.accounts(),
            trash: authenticator.trash(),
            notices: self.notices(),
        })
    }

    /// Reads the seeds of the rows that stand first, where they stand in the person's own order, while the web view is
    /// still being started. Whether it fails is said when the codes are asked for.
    pub(crate) fn read_ahead(&self) {
        /// So many rows the window asks for first.
        const ROWS: usize = 12;
        let Ok(authenticator) = self.authenticator() else {
            return;
        };
        let settings = self.settings();
        if settings.hide_codes || settings.sort != Sort::Own {
            return;
        }
        let accounts = authenticator.accounts().accounts;
        let first: Vec<_> = accounts
            .into_iter()
            .take(ROWS)
            .map(|account| account.id)
            .collect();
        if let Err(error) = authenticator.codes(&first) {
            tracing::debug!(%error, "no seeds were read ahead");
        }
    }
}
