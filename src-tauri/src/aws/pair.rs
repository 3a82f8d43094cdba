//! Two successive codes for the console, which is the only way for root. AWS is not asked.

use std::sync::Arc;

use lockstep_device::account::AccountId;
use lockstep_device::otp::TimeStep;
use lockstep_device::time::Drift;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::ShellError;
use crate::shell::Shell;

/// Two codes, and how long they are good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct PairView {
    /// The earlier code.
    pub first: String,
    /// The one after it.
    pub second: String,
    /// The step of the later one.
    pub step: u64,
    /// Until when to submit them by this machine's clock, in seconds since the Unix epoch.
    pub submit_before: u64,
}

/// Which code of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum PairCode {
    /// The earlier one.
    First,
    /// The later one.
    Second,
}

impl Shell {
    /// The two codes to type into the console now, by AWS's clock where that is known.
    pub fn pair(&self, id: &AccountId) -> Result<PairView, ShellError> {
        let authenticator = self.authenticator()?;
        let drift = self
            .connected()
            .map_or_else(|_| Drift::default(), |connected| connected.connection.drift());
        let pair = authenticator.pair_at(id, drift.service_time(authenticator.now()?))?;
        let period = authenticator.account(id)?.period.unwrap_or(1);
        let steps = pair.submit_before / u64::from(period.max(1));
        Ok(PairView {
            first: pair.first,
            second: pair.second,
            step: steps.saturating_sub(1),
            submit_before: pair
                .submit_before
                .saturating_add_signed(drift.seconds().saturating_neg()),
        })
    }

    /// Copies one code of the pair whose later code is that of `step`. It is taken off the clipboard like any code.
    pub fn copy_pair_code(
        self: &Arc<Self>,
        id: &AccountId,
        step: u64,
        which: PairCode,
    ) -> Result<u32, ShellError> {
        let step = match which {
            PairCode::First => step.saturating_sub(1),
            PairCode::Second => step,
        };
        let code = self.authenticator()?.code_of_step(id, TimeStep(step))?;
        self.copy_secret(Zeroizing::new(code.as_str().to_owned()))
    }

    /// AWS took the pair: its codes are not offered again.
    pub fn pair_taken(&self, id: &AccountId, step: u64) -> Result<(), ShellError> {
        self.change(|authenticator| authenticator.mark_used(id, TimeStep(step)))
    }
}
