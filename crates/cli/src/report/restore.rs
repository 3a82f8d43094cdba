//! What a restore would do and did, in words and as JSON.

use lockstep_device::authenticator::backup_view::{
    RestoreFinding, RestoreMode, RestoreOutcome, RestorePreview, RestoreRow, Restored,
};
use lockstep_device::authenticator::backup_words::{DamagedEntryView, RestoreDifference};
use serde_json::{Value, json};

use crate::report::backup::{counted, joined};
use crate::report::{Exit, Look, Report, label, push, rfc3339, short, table, value, visible_cell};

/// What a restore would do.
pub(crate) struct PreviewReport {
    pub(crate) preview: RestorePreview,
    pub(crate) mode: RestoreMode,
    pub(crate) rows: Vec<u32>,
}

/// What a restore did.
pub(crate) struct RestoredReport {
    pub(crate) restored: Restored,
    /// Accounts whose AWS device nobody has asked about since.
    pub(crate) unchecked: usize,
}

/// A backup that opened, beside what is here.
pub(crate) struct VerifiedReport(pub(crate) RestorePreview);

fn finding(row: &RestoreRow, mode: RestoreMode, chosen: bool) -> (&'static str, String) {
    match &row.finding {
        RestoreFinding::New { trashed: false } => ("comes back", String::new()),
        RestoreFinding::New { trashed: true } => ("comes back", "into the trash".to_owned()),
        RestoreFinding::Same { .. } => ("same", String::new()),
        RestoreFinding::Lost { .. } => (
            "secret comes back",
            "it is missing here or cannot be read".to_owned(),
        ),
        RestoreFinding::Changed { differences, .. } => {
            let word = if chosen || mode == RestoreMode::Replace {
                "as in the backup"
            } else {
                "differs"
            };
            (word, joined(differences, "; "))
        }
        RestoreFinding::Conflicting { reason, .. } => {
            let word = if chosen || mode == RestoreMode::Replace {
                "put beside"
            } else {
                "conflicts"
            };
            (word, reason.to_string())
        }
    }
}

/// What a restore would do, before it is agreed to.
pub(crate) fn preview(preview: &RestorePreview, mode: RestoreMode, chosen: &[u32]) -> String {
    let is_same = |row: &&RestoreRow| matches!(row.finding, RestoreFinding::Same { .. });
    let rows = preview.rows.iter().filter(|row| !is_same(row)).map(|row| {
        let (word, detail) = finding(row, mode, chosen.contains(&row.row));
        vec![
            label(row.issuer.as_deref(), &row.name),
            row.code.clone(),
            word.to_owned(),
            visible_cell(&detail),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let moment = rfc3339(preview.created).unwrap_or_default();
    let mut text = format!(
        "The backup of {moment} holds {}.\n",
        counted(preview.rows.len(), "account")
    );
    if !rows.is_empty() {
        text.push_str(&table(&["ACCOUNT", "CODE", "RESTORE", ""], &rows));
    }
    let same = preview.rows.len() - rows.len();
    if same > 0 {
        push(
            &mut text,
            format_args!("{} the same, left as they are\n", counted(same, "account")),
        );
    }
    for row in &preview.damaged {
        push(
            &mut text,
            format_args!(
                "Cannot be read, and stays in the file: {}\n",
                visible_cell(&row.to_string())
            ),
        );
    }
    for name in &preview.lacks {
        push(
            &mut text,
            format_args!("Was not in it even then: {}\n", visible_cell(name)),
        );
    }
    if mode == RestoreMode::Replace {
        for name in &preview.only_here {
            push(
                &mut text,
                format_args!("Only here, goes to the trash: {}\n", visible_cell(name)),
            );
        }
    }
    text
}

fn preview_json(shown: &RestorePreview) -> Value {
    let mut fields = value(shown);
    fields["created"] = json!(rfc3339(shown.created));
    let words = |row: &DamagedEntryView| row.to_string();
    fields["damaged"] = json!(shown.damaged.iter().map(words).collect::<Vec<_>>());
    if let Some(rows) = fields["rows"].as_array_mut() {
        for (fields, row) in rows.iter_mut().zip(&shown.rows) {
            // The codes of a backup are for eyes alone.
            fields.as_object_mut().map(|fields| fields.remove("code"));
            match &row.finding {
                RestoreFinding::Changed { differences, .. } => {
                    let words = |one: &RestoreDifference| one.to_string();
                    let words: Vec<String> = differences.iter().map(words).collect();
                    fields["finding"]["differences"] = json!(words);
                }
                RestoreFinding::Conflicting { reason, .. } => {
                    fields["finding"]["reason"] = json!(reason.to_string());
                }
                RestoreFinding::New { .. } | RestoreFinding::Same { .. } | RestoreFinding::Lost { .. } => {}
            }
        }
    }
    fields
}

impl Report for PreviewReport {
    fn json(&self) -> Value {
        let mut fields = preview_json(&self.preview);
        if let Some(rows) = fields["rows"].as_array_mut() {
            for row in rows {
                let number = row["row"].as_u64().and_then(|number| u32::try_from(number).ok());
                row["chosen"] = json!(number.is_some_and(|number| self.rows.contains(&number)));
            }
        }
        fields
    }

    fn text(&self, _: Look) -> String {
        preview(&self.preview, self.mode, &self.rows)
    }
}

impl Report for RestoredReport {
    fn json(&self) -> Value {
        let mut fields = value(&self.restored);
        fields["unchecked"] = json!(self.unchecked);
        fields
    }

    fn text(&self, _: Look) -> String {
        let mut text = String::new();
        for row in &self.restored.rows {
            let called = label(row.issuer.as_deref(), &row.name);
            let id = row
                .id
                .as_ref()
                .map_or(String::new(), |id| format!(" [{}]", short(id.as_str())));
            let line = match row.outcome {
                RestoreOutcome::Added => format!("Restored {called}{id}\n"),
                RestoreOutcome::Changed => format!("Restored {called}{id}, as it is in the backup\n"),
                RestoreOutcome::Skipped => format!("Left out {called}: {}\n", visible_cell(&row.reason)),
                RestoreOutcome::Damaged => format!("Cannot be read: {}\n", visible_cell(&row.reason)),
                RestoreOutcome::Same => continue,
            };
            text.push_str(&line);
        }
        let same = self
            .restored
            .rows
            .iter()
            .filter(|row| row.outcome == RestoreOutcome::Same)
            .count();
        if same > 0 {
            push(
                &mut text,
                format_args!("{} here already\n", counted(same, "account")),
            );
        }
        for name in &self.restored.trashed {
            push(
                &mut text,
                format_args!("In the trash now: {}\n", visible_cell(name)),
            );
        }
        if let Some(before) = &self.restored.before {
            push(
                &mut text,
                format_args!("What was here before is in {}\n", visible_cell(before)),
            );
        }
        if self.unchecked > 0 {
            text.push_str("Devices of AWS may have been retired since: `lockstep doctor --aws` asks\n");
        }
        text
    }

    fn exit(&self) -> Exit {
        let damaged = self
            .restored
            .rows
            .iter()
            .any(|row| row.outcome == RestoreOutcome::Damaged);
        if damaged { Exit::Failed } else { Exit::Done }
    }
}

impl Report for VerifiedReport {
    fn json(&self) -> Value {
        preview_json(&self.0)
    }

    fn text(&self, _: Look) -> String {
        let mut text = preview(&self.0, RestoreMode::Merge, &[]);
        for name in &self.0.only_here {
            push(
                &mut text,
                format_args!("Here and not in it: {}\n", visible_cell(name)),
            );
        }
        if self.0.damaged.is_empty() {
            text.push_str("The backup is whole.\n");
        }
        text
    }

    fn exit(&self) -> Exit {
        if self.0.damaged.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        }
    }
}
