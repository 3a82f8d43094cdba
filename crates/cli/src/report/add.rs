//! What was read and what became of it, in words and as JSON.

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::view::{
    AddOutcome, AddedView, Finding, FoundView, PreviewView, WarningView,
};
use serde::Serialize;
use serde_json::Value;

use crate::report::account::AccountReport;
use crate::report::{Exit, Look, Report, label, short, value, visible_cell};

/// What `add` shows at its end.
pub(crate) struct AddReport {
    rows: Vec<AddedRow>,
    unreadable: bool,
}

/// One row after adding: the account where there is one, and what became of it.
pub(crate) struct AddedRow {
    view: AddedView,
    account: Option<AccountReport>,
}

#[derive(Serialize)]
struct AddedFields<'a> {
    id: Option<&'a str>,
    issuer: Option<&'a str>,
    name: &'a str,
    outcome: &'a AddOutcome,
    reason: &'a str,
    warnings: &'a [WarningView],
}

impl AddedRow {
    pub(crate) fn new(view: AddedView, account: Option<AccountReport>) -> Self {
        Self { view, account }
    }

    fn json(&self) -> Value {
        let mut all = self.account.as_ref().map_or_else(|| serde_json::json!({}), value);
        let fields = value(&AddedFields {
            id: self.view.id.as_ref().map(AccountId::as_str),
            issuer: self.view.issuer.as_deref(),
            name: &self.view.name,
            outcome: &self.view.outcome,
            reason: &self.view.reason,
            warnings: &self.view.warnings,
        });
        if let (Value::Object(all), Value::Object(fields)) = (&mut all, fields) {
            all.extend(fields);
        }
        all
    }

    fn line(&self) -> String {
        let called = label(self.view.issuer.as_deref(), &self.view.name);
        let id = self
            .view
            .id
            .as_ref()
            .map_or(String::new(), |id| format!(" [{}]", short(id.as_str())));
        match self.view.outcome {
            AddOutcome::Added => format!("Added {called}{id}\n"),
            AddOutcome::Duplicate => {
                format!("Not added: {called} is {}{id}\n", visible_cell(&self.view.reason))
            }
            AddOutcome::Skipped => format!("Skipped {called}: {}\n", visible_cell(&self.view.reason)),
        }
    }
}

impl AddReport {
    /// `unreadable` says whether something that was handed over could not be read.
    pub(crate) fn new(rows: Vec<AddedRow>, unreadable: bool) -> Self {
        Self { rows, unreadable }
    }
}

impl Report for AddReport {
    fn json(&self) -> Value {
        let count = |wanted| self.rows.iter().filter(|row| row.view.outcome == wanted).count();
        serde_json::json!({
            "accounts": self.rows.iter().map(AddedRow::json).collect::<Vec<_>>(),
            "added": count(AddOutcome::Added),
            "duplicates": count(AddOutcome::Duplicate),
            "skipped": count(AddOutcome::Skipped),
        })
    }

    fn text(&self, _: Look) -> String {
        self.rows.iter().map(AddedRow::line).collect()
    }

    fn exit(&self) -> Exit {
        if self.unreadable { Exit::Failed } else { Exit::Done }
    }
}

/// What would be added, and nothing is.
pub(crate) struct DryRunReport(pub(crate) PreviewView);

impl Report for DryRunReport {
    fn json(&self) -> Value {
        let row = |found: &FoundView| {
            let (outcome, reason) = match &found.finding {
                Finding::Keepable => ("would-add", String::new()),
                Finding::AlreadyHere { label, .. } => ("duplicate", format!("is here already, as {label}")),
                Finding::Repeated => ("duplicate", "has the same secret as one above".to_owned()),
                Finding::Unreadable { message, .. } => ("skipped", message.clone()),
            };
            serde_json::json!({
                "issuer": found.issuer, "name": found.name, "type": found.kind, "algorithm": found.algorithm,
                "digits": found.digits, "period": found.period, "outcome": outcome, "reason": reason,
                "warnings": found.warnings,
            })
        };
        serde_json::json!({ "accounts": self.0.found.iter().map(row).collect::<Vec<_>>() })
    }

    fn text(&self, _: Look) -> String {
        preview(&self.0)
    }
}

/// What was read, as it is shown before anything is stored.
pub(crate) fn preview(view: &PreviewView) -> String {
    view.found.iter().map(found).collect()
}

fn found(row: &FoundView) -> String {
    let called = label(row.issuer.as_deref(), &row.name);
    let mut lines = vec![visible_cell(&row.source)];
    match &row.finding {
        Finding::Unreadable { message, remedy, .. } => {
            lines.push(format!("cannot be read: {}", visible_cell(message)));
            if !remedy.is_empty() {
                lines.push(format!("help: {remedy}"));
            }
        }
        Finding::Keepable => lines.push(called),
        Finding::AlreadyHere { label, .. } => {
            lines.push(called);
            lines.push(format!("is here already, as {}", visible_cell(label)));
        }
        Finding::Repeated => {
            lines.push(called);
            lines.push("has the same secret as one above".to_owned());
        }
    }
    if let (Some(algorithm), Some(digits), Some(code)) = (row.algorithm, row.digits, &row.code) {
        let period = row
            .period
            .map_or_else(|| "counter".to_owned(), |period| format!("every {period} s"));
        lines.push(format!(
            "code now {code}  ({algorithm}, {digits} digits, {period})"
        ));
    }
    if let Some(aws) = &row.aws {
        let who = if aws.root {
            "root"
        } else {
            aws.user.as_deref().unwrap_or("a user")
        };
        lines.push(format!(
            "AWS account {}, {}",
            visible_cell(&aws.account),
            visible_cell(who)
        ));
    }
    lines.extend(
        row.warnings
            .iter()
            .map(|warning| format!("note: {}", visible_cell(&warning.message))),
    );
    lines.join("\n    ") + "\n"
}
