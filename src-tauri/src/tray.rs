//! What stands in the tray: the pinned accounts to copy codes of, and the app itself. Names alone go there, never a code:
//! every program of the session can read a tray's menu.

use std::sync::Arc;

use lockstep_device::account::AccountId;
use lockstep_device::activity::Via;
use lockstep_device::authenticator::view::AccountView;

use crate::error::ShellError;
use crate::shell::Shell;
use crate::stage::Stage;
use crate::words::Words;

/// One line of the tray's menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayLine {
    /// What it says.
    pub label: String,
    /// What it does.
    pub deed: TrayDeed,
}

/// What a line of the tray's menu does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrayDeed {
    /// Copies the code of an account.
    Copy(AccountId),
    /// Brings the window up.
    Show,
    /// Locks.
    Lock,
    /// Ends the app.
    Quit,
}

impl Shell {
    /// The lines of the tray's menu, in groups. While the accounts are not open nothing of them is there.
    pub fn tray_menu(&self) -> Vec<Vec<TrayLine>> {
        let words = self.words();
        let pinned: Vec<TrayLine> = match self.authenticator() {
            Ok(authenticator) => {
                let pinned = authenticator.accounts().accounts.into_iter();
                pinned
                    .filter(|account| account.pinned)
                    .take(MOST)
                    .map(|account| TrayLine {
                        label: name(&account, words),
                        deed: TrayDeed::Copy(account.id),
                    })
                    .collect()
            }
            Err(_) => vec![],
        };
        let line = |label: &str, deed| TrayLine {
            label: label.to_owned(),
            deed,
        };
        let mut own = vec![line(words.show, TrayDeed::Show)];
        if matches!(self.status().stage, Stage::Open | Stage::FirstRun) {
            own.push(line(words.lock, TrayDeed::Lock));
        }
        [pinned, own, vec![line(words.quit, TrayDeed::Quit)]]
            .into_iter()
            .filter(|group| !group.is_empty())
            .collect()
    }

    /// Copies the code on offer: the live one, or the next where the live one was used. An account that counts gets its
    /// next code.
    pub fn copy_offered(self: &Arc<Self>, id: &AccountId) -> Result<(), ShellError> {
        self.copy_code(Via::Tray, id, self.offered(id)?).map(drop)
    }
}

/// Whose code it is, as the window says it.
fn name(account: &AccountView, words: &Words) -> String {
    match (&account.aws, &account.issuer) {
        (Some(aws), _) => format!("{} · {}", aws.account, aws.user.as_deref().unwrap_or(words.root)),
        (None, Some(issuer)) if account.name.is_empty() => issuer.clone(),
        (None, Some(issuer)) => format!("{issuer} · {}", account.name),
        (None, None) => account.name.clone(),
    }
}

/// More would not fit on a screen.
const MOST: usize = 20;
