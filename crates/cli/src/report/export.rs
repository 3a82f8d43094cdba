//! What an export wrote, in words and as JSON.

use std::path::PathBuf;

use lockstep_formats::export::LeftOut;
use serde_json::{Value, json};

use crate::files::written_name;
use crate::report::{Exit, Look, Report, push, visible_cell};

/// What `export` shows at its end.
pub(crate) struct ExportReport {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) exported: usize,
    /// What the format cannot say.
    pub(crate) left_out: Vec<LeftOut>,
    /// Accounts whose seed could not be read.
    pub(crate) unreadable: Vec<String>,
    pub(crate) open_to_all: bool,
}

impl Report for ExportReport {
    fn json(&self) -> Value {
        let paths: Vec<String> = self.paths.iter().map(|path| path.display().to_string()).collect();
        let left_out = self.left_out.iter();
        let left_out =
            left_out.map(|row| json!({ "label": row.label.to_string(), "reason": row.reason.to_string() }));
        let unreadable = self.unreadable.iter();
        let unreadable =
            unreadable.map(|label| json!({ "label": label, "reason": "its seed cannot be read" }));
        json!({
            "files": paths,
            "exported": self.exported,
            "left_out": left_out.chain(unreadable).collect::<Vec<_>>(),
        })
    }

    fn text(&self, _: Look) -> String {
        let paths: Vec<String> = self
            .paths
            .iter()
            .map(|path| visible_cell(&written_name(path)))
            .collect();
        let accounts = if self.exported == 1 { "account" } else { "accounts" };
        let mut text = format!("{} {accounts} in {}\n", self.exported, paths.join(", "));
        if self.open_to_all {
            text.push_str("Whoever reads it can make their codes. Delete it when it has done its work.\n");
        }
        for row in &self.left_out {
            let label = visible_cell(&row.label.to_string());
            push(
                &mut text,
                format_args!("Left out {label}: {}\n", visible_cell(&row.reason.to_string())),
            );
        }
        for label in &self.unreadable {
            push(
                &mut text,
                format_args!("Left out {}: its seed cannot be read\n", visible_cell(label)),
            );
        }
        text
    }

    fn exit(&self) -> Exit {
        if self.left_out.is_empty() && self.unreadable.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        }
    }
}
