//! What was read and what became of it, in words and as JSON.

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::view::{
    AddOutcome, AddedView, Finding, FoundView, PreviewView, WarningView,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::CliError;
use crate::report::account::AccountReport;
use crate::report::backup::counted;
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

impl AddReport {
    fn counts(&self) -> Counts {
        let count = |wanted| self.rows.iter().filter(|row| row.view.outcome == wanted).count();
        Counts {
            added: count(AddOutcome::Added),
            duplicates: count(AddOutcome::Duplicate),
            skipped: count(AddOutcome::Skipped),
            failed: 0,
        }
    }
}

impl Report for AddReport {
    fn json(&self) -> Value {
        let counts = self.counts();
        json!({
            "accounts": self.rows.iter().map(AddedRow::json).collect::<Vec<_>>(),
            "added": counts.added,
            "duplicates": counts.duplicates,
            "skipped": counts.skipped,
        })
    }

    fn text(&self, _: Look) -> String {
        self.rows.iter().map(AddedRow::line).collect()
    }

    fn exit(&self) -> Exit {
        if self.unreadable { Exit::Failed } else { Exit::Done }
    }
}

/// How many rows ended how.
struct Counts {
    added: usize,
    duplicates: usize,
    skipped: usize,
    failed: usize,
}

impl Counts {
    /// In one line; `added` is the word for what was, or would be.
    fn line(&self, added: &str) -> String {
        format!(
            "{} {added}, {}, {} skipped, {} failed\n",
            self.added,
            counted(self.duplicates, "duplicate"),
            self.skipped,
            counted(self.failed, "file")
        )
    }
}

/// A file that could not be read as a whole, when others could.
pub(crate) struct FailedFile {
    source: String,
    code: String,
    reason: String,
    remedy: String,
}

impl FailedFile {
    pub(crate) fn new(source: String, error: &CliError) -> Self {
        Self {
            source,
            code: error.code().to_owned(),
            reason: error.to_string(),
            remedy: error.remedy(),
        }
    }

    fn json(&self) -> Value {
        json!({
            "id": null, "issuer": null, "name": "", "outcome": "failed", "source": self.source, "code": self.code,
            "reason": self.reason, "remedy": self.remedy, "warnings": [],
        })
    }

    fn line(&self) -> String {
        format!("Failed: {}\n", visible_cell(&self.reason))
    }
}

/// What `import` shows at its end.
pub(crate) struct ImportReport {
    pub(crate) rows: AddReport,
    pub(crate) failed: Vec<FailedFile>,
}

impl Report for ImportReport {
    fn json(&self) -> Value {
        let mut all = self.rows.json();
        if let Some(rows) = all["accounts"].as_array_mut() {
            rows.extend(self.failed.iter().map(FailedFile::json));
        }
        all["failed"] = json!(self.failed.len());
        all
    }

    fn text(&self, look: Look) -> String {
        let failed: String = self.failed.iter().map(FailedFile::line).collect();
        let counts = Counts {
            failed: self.failed.len(),
            ..self.rows.counts()
        };
        format!("{}{failed}{}", self.rows.text(look), counts.line("added"))
    }

    fn exit(&self) -> Exit {
        if self.failed.is_empty() {
            self.rows.exit()
        } else {
            Exit::Failed
        }
    }
}

/// What would be added, and nothing is.
pub(crate) struct DryRunReport {
    pub(crate) view: PreviewView,
    pub(crate) failed: Vec<FailedFile>,
}

impl DryRunReport {
    fn counts(&self) -> Counts {
        let mut counts = Counts {
            added: 0,
            duplicates: 0,
            skipped: 0,
            failed: self.failed.len(),
        };
        for row in &self.view.found {
            let count = match row.finding {
                Finding::Keepable => &mut counts.added,
                Finding::AlreadyHere { .. } | Finding::Repeated => &mut counts.duplicates,
                Finding::Unreadable { .. } => &mut counts.skipped,
            };
            *count = count.saturating_add(1);
        }
        counts
    }
}

impl Report for DryRunReport {
    fn json(&self) -> Value {
        let row = |found: &FoundView| {
            let (outcome, reason) = match &found.finding {
                Finding::Keepable => ("would-add", String::new()),
                Finding::AlreadyHere { label, .. } => ("duplicate", format!("is here already, as {label}")),
                Finding::Repeated => ("duplicate", "has the same secret as one above".to_owned()),
                Finding::Unreadable { message, .. } => ("skipped", message.clone()),
            };
            json!({
                "issuer": found.issuer, "name": found.name, "type": found.kind, "algorithm": found.algorithm,
                "digits": found.digits, "period": found.period, "outcome": outcome, "reason": reason,
                "warnings": found.warnings,
            })
        };
        let failed = self.failed.iter().map(FailedFile::json);
        let counts = self.counts();
        json!({
            "accounts": self.view.found.iter().map(row).chain(failed).collect::<Vec<_>>(),
            "would_add": counts.added,
            "duplicates": counts.duplicates,
            "skipped": counts.skipped,
            "failed": counts.failed,
        })
    }

    fn text(&self, _: Look) -> String {
        let failed: String = self.failed.iter().map(FailedFile::line).collect();
        format!(
            "{}{failed}{}",
            preview(&self.view),
            self.counts().line("would be added")
        )
    }

    fn exit(&self) -> Exit {
        let counts = self.counts();
        if counts.skipped == 0 && counts.failed == 0 {
            Exit::Done
        } else {
            Exit::Failed
        }
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
