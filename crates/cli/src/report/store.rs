//! The store and what `doctor` looked at, in words and as JSON.

use anstyle::{AnsiColor, Style};
use lockstep_device::authenticator::view::CheckView;
use serde::Serialize;
use serde_json::Value;

use crate::report::{Exit, Look, Report, value, visible, visible_cell};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// What `store status` shows.
#[derive(Serialize)]
pub(crate) struct StoreReport {
    /// `keyring` or `vault`.
    pub(crate) store: &'static str,
    /// Whether `store use` chose it; otherwise it is the default.
    pub(crate) chosen: bool,
    /// `absent`, `locked` or `unlocked`.
    pub(crate) keyring: &'static str,
    /// Whether a vault file is there.
    pub(crate) vault: bool,
    /// The data folder.
    pub(crate) home: String,
}

impl Report for StoreReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        let by = if self.chosen {
            "chosen with `lockstep store use`"
        } else {
            "the default"
        };
        let vault = if self.vault { "there" } else { "none" };
        format!(
            "Seeds are kept in the {} ({by}).\nKeyring: {}\nVault: {vault}\nData folder: {}\n",
            self.store,
            self.keyring,
            visible(&self.home)
        )
    }
}

/// What `doctor` shows.
#[derive(Serialize)]
pub(crate) struct ChecksReport {
    pub(crate) checks: Vec<CheckView>,
}

impl Report for ChecksReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        let line = |check: &CheckView| {
            let (style, word) = if check.ok { (GOOD, "good") } else { (BAD, "bad ") };
            let word = if look.color {
                format!("{style}{word}{style:#}")
            } else {
                word.to_owned()
            };
            let help = if check.remedy.is_empty() {
                String::new()
            } else {
                format!("      help: {}\n", check.remedy)
            };
            format!("{word}  {}: {}\n{help}", check.name, visible_cell(&check.detail))
        };
        self.checks.iter().map(line).collect()
    }

    fn exit(&self) -> Exit {
        if self.checks.iter().all(|check| check.ok) {
            Exit::Done
        } else {
            Exit::Failed
        }
    }
}
