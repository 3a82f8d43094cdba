//! Backups in words and as JSON.

use lockstep_device::authenticator::backup_view::{
    BackupMade, BackupStatus, GenerationView, RestoreFinding, RestoreMode, RestoreOutcome, RestorePreview,
    RestoreRow, Restored,
};
use serde_json::{Value, json};

use crate::report::{Exit, Look, Report, label, push, rfc3339, short, table, value, visible_cell};

/// How things stand with backups.
pub(crate) struct StatusReport {
    pub(crate) status: BackupStatus,
    pub(crate) now: u64,
}

/// A backup that was made.
pub(crate) struct MadeReport(pub(crate) BackupMade);

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

/// A recovery kit that is in use now.
pub(crate) struct KitReport {
    pub(crate) number: u32,
    pub(crate) previous: Option<u64>,
    pub(crate) recipient: String,
    pub(crate) file: Option<String>,
    pub(crate) backup: String,
}

/// How long ago, in one unit.
pub(crate) fn ago(time: u64, now: u64) -> String {
    let seconds = now.saturating_sub(time);
    let (count, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// What the last backup lacks, in one line.
pub(crate) fn lacking(status: &BackupStatus) -> String {
    visible_cell(&status.lacks.join("; "))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl Report for StatusReport {
    fn json(&self) -> Value {
        let BackupStatus {
            automatic,
            folder,
            keep,
            kit,
            last,
            failure,
            lacks,
            generations,
        } = &self.status;
        let generation = |one: &GenerationView| {
            let mut fields = value(one);
            fields["made"] = json!(rfc3339(one.made));
            fields
        };
        json!({
            "automatic": automatic,
            "folder": folder,
            "keep": keep,
            "kit": kit.as_ref().map(|kit| json!({
                "number": kit.number, "made": rfc3339(kit.made), "recipient": kit.recipient,
            })),
            "last": last.as_ref().map(|last| json!({
                "file": last.file, "made": rfc3339(last.made), "accounts": last.accounts,
            })),
            "failure": failure.as_ref().map(|failure| json!({
                "time": rfc3339(failure.time), "code": failure.code, "message": failure.message, "remedy": failure.remedy,
            })),
            "lacks": lacks,
            "generations": generations.iter().map(generation).collect::<Vec<_>>(),
        })
    }

    fn text(&self, _: Look) -> String {
        let status = &self.status;
        let mut text = match (&status.failure, &status.last) {
            (Some(failure), _) => format!(
                "The last attempt, {}, failed: {}\n",
                ago(failure.time, self.now),
                visible_cell(&failure.message)
            ),
            (None, Some(last)) if status.lacks.is_empty() => format!(
                "Everything is backed up: {}, {}, read back and verified.\n",
                counted(last.accounts as usize, "account"),
                ago(last.made, self.now)
            ),
            (None, Some(last)) => format!(
                "The last good backup, {}, lacks: {}\n",
                ago(last.made, self.now),
                lacking(status)
            ),
            (None, None) => "There is no automatic backup yet.\n".to_owned(),
        };
        let automatic = if status.automatic {
            "after each change"
        } else {
            "off"
        };
        push(
            &mut text,
            format_args!(
                "Automatic backups: {automatic}, in {}, {} kept\n",
                visible_cell(&status.folder),
                status.keep
            ),
        );
        let kit = match &status.kit {
            Some(kit) => format!(
                "Recovery kit: kit {}, made {}\n",
                kit.number,
                rfc3339(kit.made).unwrap_or_default()
            ),
            None => "Recovery kit: none. These backups open on this machine alone: `lockstep backup kit --out kit.pdf`\n"
                .to_owned(),
        };
        text.push_str(&kit);
        if !status.generations.is_empty() {
            let rows: Vec<Vec<String>> = status.generations.iter().map(row).collect();
            text.push('\n');
            text.push_str(&table(&["MADE", "ACCOUNTS", "SIZE", "CHANGE", "FILE"], &rows));
        }
        text
    }
}

fn row(generation: &GenerationView) -> Vec<String> {
    let mark = match (generation.ours, generation.complete) {
        (false, _) => "another machine's",
        (true, false) => "incomplete",
        (true, true) => "",
    };
    let change = if mark.is_empty() {
        visible_cell(&generation.change)
    } else {
        mark.to_owned()
    };
    vec![
        rfc3339(generation.made).unwrap_or_default(),
        generation
            .accounts
            .map(|accounts| accounts.to_string())
            .unwrap_or_default(),
        format!("{} kB", generation.size.div_ceil(1000)),
        change,
        visible_cell(&generation.file),
    ]
}

impl Report for MadeReport {
    fn json(&self) -> Value {
        value(&self.0)
    }

    fn text(&self, _: Look) -> String {
        let BackupMade {
            path,
            accounts,
            size,
            lacks,
        } = &self.0;
        let mut text = format!(
            "{} in {}, {} kB, read back\n",
            counted(*accounts as usize, "account"),
            visible_cell(path),
            size.div_ceil(1000)
        );
        for name in lacks {
            push(
                &mut text,
                format_args!("Lacks {}: its seed cannot be read\n", visible_cell(name)),
            );
        }
        text
    }

    fn exit(&self) -> Exit {
        if self.0.lacks.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        }
    }
}

fn finding(row: &RestoreRow, mode: RestoreMode, chosen: bool) -> (&'static str, String) {
    match &row.finding {
        RestoreFinding::New { trashed: false } => ("comes back", String::new()),
        RestoreFinding::New { trashed: true } => ("comes back", "into the trash".to_owned()),
        RestoreFinding::Same { .. } => ("same", String::new()),
        RestoreFinding::Changed { differences, .. } => {
            let word = if chosen || mode == RestoreMode::Replace {
                "as in the backup"
            } else {
                "differs"
            };
            (word, differences.join("; "))
        }
        RestoreFinding::Conflicting { reason, .. } => {
            let word = if chosen || mode == RestoreMode::Replace {
                "put beside"
            } else {
                "conflicts"
            };
            (word, reason.clone())
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
    for reason in &preview.damaged {
        push(
            &mut text,
            format_args!(
                "Cannot be read, and stays in the file: {}\n",
                visible_cell(reason)
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
    if let Some(rows) = fields["rows"].as_array_mut() {
        // The codes of a backup are for eyes alone.
        for row in rows {
            row.as_object_mut().map(|row| row.remove("code"));
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

impl Report for KitReport {
    fn json(&self) -> Value {
        json!({
            "number": self.number,
            "recipient": self.recipient,
            "file": self.file,
            "backup": self.backup,
            "previous": self.previous.and_then(rfc3339),
        })
    }

    fn text(&self, _: Look) -> String {
        let mut text = String::new();
        if let Some(file) = &self.file {
            let file = visible_cell(file);
            push(
                &mut text,
                format_args!(
                    "{file} holds recovery kit {}. Print it, then delete the file.\n",
                    self.number
                ),
            );
        }
        push(
            &mut text,
            format_args!(
                "From now on backups are sealed to kit {}; the first is {}\n",
                self.number,
                visible_cell(&self.backup)
            ),
        );
        if let Some(previous) = self.previous.and_then(rfc3339) {
            push(
                &mut text,
                format_args!(
                    "Backups from before open with the kit of {previous}, or on this machine: keep it as long as you keep them.\n"
                ),
            );
        }
        text
    }
}
