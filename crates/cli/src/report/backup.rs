//! Backups and the recovery kit in words and as JSON.

use lockstep_device::authenticator::backup_view::{BackupMade, BackupStatus, GenerationView};
use serde_json::{Value, json};

use crate::report::{Exit, Look, Report, push, rfc3339, table, value, visible_cell};

/// How things stand with backups.
pub(crate) struct StatusReport {
    pub(crate) status: BackupStatus,
    pub(crate) now: u64,
}

/// A backup that was made.
pub(crate) struct MadeReport(pub(crate) BackupMade);

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
    visible_cell(&joined(&status.lacks, "; "))
}

/// What is said of each, in one line.
pub(super) fn joined(said: &[impl ToString], between: &str) -> String {
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    said.join(between)
}

pub(super) fn counted(count: usize, what: &str) -> String {
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
            if let Some(fields) = fields.as_object_mut() {
                fields.remove("changes");
                fields.insert("change".to_owned(), json!(joined(&one.changes, " · ")));
            }
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
            "lacks": lacks.iter().map(ToString::to_string).collect::<Vec<_>>(),
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
        visible_cell(&joined(&generation.changes, " · "))
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
