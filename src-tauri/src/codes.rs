//! Codes for the visible rows, and codes for the clipboard.

use std::sync::Arc;
use std::time::Duration;

use lockstep_device::account::AccountId;
use lockstep_device::activity::{Deed, Via};
use lockstep_device::authenticator::show::Which;
use lockstep_device::authenticator::view::CodeView;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::error::{CommandError, ShellError};
use crate::shell::Shell;

/// The code of one account, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CodeResult {
    /// Which account.
    pub id: AccountId,
    /// Its code.
    pub code: Option<CodeView>,
    /// Why there is none.
    pub error: Option<CommandError>,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CopiedView {
    /// The code, unless codes are hidden.
    pub code_shown: Option<String>,
    /// Seconds until it is taken off the clipboard.
    pub clears_after: u32,
}

impl Shell {
    /// The codes of these accounts now.
    pub fn codes(&self, ids: &[AccountId]) -> Result<Vec<CodeResult>, ShellError> {
        let authenticator = self.authenticator()?;
        let codes = authenticator.codes(ids)?;
        // The window asks for hidden codes only when somebody wants to see them.
        if self.settings().hide_codes {
            for (id, _) in codes.iter().filter(|(_, code)| code.is_ok()) {
                authenticator.note(Deed::CodeShown, Some(id));
            }
        }
        let result = |(id, outcome): (AccountId, Result<CodeView, _>)| match outcome {
            Ok(code) => CodeResult {
                id,
                code: Some(code),
                error: None,
            },
            Err(error) => CodeResult {
                id,
                code: None,
                error: Some(CommandError::from(error)),
            },
        };
        Ok(codes.into_iter().map(result).collect())
    }

    /// Which code of an account is to be taken now: the next where the live one was used.
    pub(crate) fn offered(&self, id: &AccountId) -> Result<Which, ShellError> {
        let code = self.authenticator()?.code(id)?;
        Ok(if code.used && code.next.is_some() {
            Which::Next
        } else {
            Which::Current
        })
    }

    /// Copies a code and marks it as used, so that it is not offered again (RFC 6238 §5.2).
    pub fn copy_code(
        self: &Arc<Self>,
        via: Via,
        id: &AccountId,
        which: Which,
    ) -> Result<CopiedView, ShellError> {
        let authenticator = self.authenticator()?;
        // A code is not spent on a clipboard that is not there.
        self.clipboard.with(|_| Ok(()))?;
        let code = Zeroizing::new(
            authenticator
                .use_code_through(via, id, which)?
                .as_str()
                .to_owned(),
        );
        let code_shown = (!self.settings().hide_codes).then(|| code.as_str().to_owned());
        let clears_after = self.copy_secret(code)?;
        self.announce.code_copied(&self.settings());
        Ok(CopiedView {
            code_shown,
            clears_after,
        })
    }

    /// Copies a secret, out of reach of clipboard histories. Answers in how many seconds it is taken off again.
    pub(crate) fn copy_secret(self: &Arc<Self>, secret: Zeroizing<String>) -> Result<u32, ShellError> {
        let seconds = self.settings().clipboard_seconds;
        let shell = Arc::downgrade(self);
        let cleared = move || {
            if let Some(shell) = shell.upgrade() {
                shell.announce.clipboard_cleared();
            }
        };
        self.clipboard
            .put(secret, Duration::from_secs(seconds.into()), cleared)?;
        Ok(seconds)
    }
}
