//! What is said of the users of accounts, and of devices that are nobody's.

use lockstep_iam::fleet::line::UserLine;
use lockstep_iam::fleet::report::{AccountReport, Content, FleetReport};
use lockstep_iam::fleet::sweep::{Kept, Orphan, SweepOutcome, Swept};
use serde::Serialize;
use serde_json::Value;

use crate::report::{Exit, Look, Report, push, table, value, visible};

/// What `fleet users` shows.
pub(crate) struct UsersReport(pub(crate) FleetReport);

/// What `fleet report` says in words.
pub(crate) struct SumsReport(pub(crate) FleetReport);

/// What `fleet sweep` found or did.
#[derive(Default, Serialize)]
pub(crate) struct SweepReport {
    devices: Vec<SweptLine>,
    /// Accounts that could not be swept.
    failed: Vec<FailedAccount>,
}

#[derive(Serialize)]
struct SweptLine {
    account: String,
    serial: String,
    /// `would-delete`, `deleted`, `gone`, `assigned`, `kept` or `failed`.
    outcome: &'static str,
    reason: String,
}

#[derive(Serialize)]
struct FailedAccount {
    account: String,
    reason: String,
}

impl Report for UsersReport {
    fn json(&self) -> Value {
        value(&self.0)
    }

    fn text(&self, _: Look) -> String {
        let mut text = String::new();
        for account in &self.0.accounts {
            heading(&mut text, account);
            let Some(content) = &account.content else {
                continue;
            };
            let rows: Vec<Vec<String>> = content.users.iter().map(row).collect();
            push(&mut text, format_args!("{}", table(&HEAD, &rows)));
            remarks(&mut text, content);
        }
        visible(&text)
    }

    fn exit(&self) -> Exit {
        unread_exit(&self.0)
    }
}

impl Report for SumsReport {
    fn json(&self) -> Value {
        value(&self.0)
    }

    fn text(&self, _: Look) -> String {
        let mut text = String::new();
        for account in &self.0.accounts {
            heading(&mut text, account);
            if let Some(content) = &account.content {
                sums(&mut text, content);
                remarks(&mut text, content);
            }
        }
        let total = &self.0.total;
        push(
            &mut text,
            format_args!(
                "{} accounts, {} not read: {} users, {} without MFA, {} not known, {} roots without MFA\n",
                total.accounts,
                total.unread_accounts,
                total.users,
                total.without_mfa,
                total.unknown,
                total.roots_without_mfa
            ),
        );
        visible(&text)
    }

    fn exit(&self) -> Exit {
        unread_exit(&self.0)
    }
}

impl SweepReport {
    /// What would be done.
    pub(crate) fn planned(&mut self, account: &str, orphans: &[Orphan]) {
        let line = |orphan: &Orphan| match orphan.kept {
            Some(kept) => line(account, &orphan.serial, "kept", kept_because(kept)),
            None => line(account, &orphan.serial, "would-delete", ""),
        };
        self.devices.extend(orphans.iter().map(line));
    }

    /// What was done.
    pub(crate) fn swept(&mut self, account: &str, swept: &[Swept]) {
        let line = |swept: &Swept| {
            let (outcome, reason) = match &swept.outcome {
                Ok(SweepOutcome::Deleted) => ("deleted", String::new()),
                Ok(SweepOutcome::Gone) => ("gone", String::new()),
                Ok(SweepOutcome::Assigned) => ("assigned", "it is somebody's now".to_owned()),
                Ok(SweepOutcome::Kept(kept)) => ("kept", kept_because(*kept).to_owned()),
                Err(error) => ("failed", error.to_string()),
            };
            line(account, &swept.serial, outcome, &reason)
        };
        self.devices.extend(swept.iter().map(line));
    }

    pub(crate) fn failed(&mut self, account: &str, reason: &str) {
        self.failed.push(FailedAccount {
            account: account.to_owned(),
            reason: reason.to_owned(),
        });
    }

    /// What is about to go, before it is agreed to.
    pub(crate) fn preview(account: &str, orphans: &[Orphan]) -> String {
        let mut shown = Self::default();
        shown.planned(account, orphans);
        format!(
            "{}AWS does not say for how long they have been nobody's: one that somebody enrols at this moment looks the same.\n",
            shown.words()
        )
    }

    fn words(&self) -> String {
        let mut text = String::new();
        for SweptLine {
            serial,
            outcome,
            reason,
            ..
        } in &self.devices
        {
            let because = if reason.is_empty() {
                String::new()
            } else {
                format!(": {reason}")
            };
            push(&mut text, format_args!("{outcome:<13} {serial}{because}\n"));
        }
        for FailedAccount { account, reason } in &self.failed {
            push(&mut text, format_args!("{account} was not swept: {reason}\n"));
        }
        if text.is_empty() {
            text.push_str("No virtual device is nobody's.\n");
        }
        visible(&text)
    }
}

impl Report for SweepReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        self.words()
    }

    fn exit(&self) -> Exit {
        let is_whole = self.failed.is_empty() && self.devices.iter().all(|line| line.outcome != "failed");
        if is_whole { Exit::Done } else { Exit::Failed }
    }
}

/// Whether every account could be read.
pub(crate) fn unread_exit(report: &FleetReport) -> Exit {
    if report.total.unread_accounts == 0 {
        Exit::Done
    } else {
        Exit::Failed
    }
}

fn line(account: &str, serial: &impl ToString, outcome: &'static str, reason: &str) -> SweptLine {
    SweptLine {
        account: account.to_owned(),
        serial: serial.to_string(),
        outcome,
        reason: reason.to_owned(),
    }
}

fn kept_because(kept: Kept) -> &'static str {
    match kept {
        Kept::UnderWay => "something that was begun here needs it",
        Kept::SeedHere => "its secret is here, so that it can be enabled again",
    }
}

fn heading(text: &mut String, account: &AccountReport) {
    let name = account
        .name
        .as_deref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    match &account.error {
        Some(error) => push(
            text,
            format_args!("{}{name} could not be read: {}\n", account.account, error.message),
        ),
        None => push(text, format_args!("{}{name}\n", account.account)),
    }
}

fn sums(text: &mut String, content: &Content) {
    let sums = &content.sums;
    let root = match content.root.mfa {
        Some(true) => "has MFA",
        Some(false) => "has no MFA, and only the console can change that",
        None => "is not known",
    };
    push(
        text,
        format_args!(
            "  {} users: {} with MFA, {} without ({} of them may sign in to the console), {} not known\n  \
             {} with one device only, {} with text messages only, {} stale devices, {} hand-offs not rotated\n  root {root}\n",
            sums.users,
            sums.with_mfa,
            sums.without_mfa,
            sums.without_mfa_in_console,
            sums.unknown,
            sums.one_device,
            sums.only_sms,
            sums.stale_devices,
            sums.unrotated_hand_offs
        ),
    );
}

fn remarks(text: &mut String, content: &Content) {
    for remark in &content.remarks {
        push(text, format_args!("  {remark}\n"));
    }
}

fn row(user: &UserLine) -> Vec<String> {
    let known = |console: bool| if console { "yes" } else { "no" };
    let findings: Vec<&str> = user.findings.iter().map(|finding| finding.words()).collect();
    vec![
        user.user.clone(),
        user.path.clone(),
        user.mfa_words(),
        user.console.map_or("unknown", known).to_owned(),
        user.last_seen.clone(),
        user.oldest_key_days()
            .map(|days| format!("{days} d"))
            .unwrap_or_default(),
        findings.join(", "),
    ]
}

const HEAD: [&str; 7] = ["USER", "PATH", "MFA", "CONSOLE", "LAST SEEN", "KEY AGE", ""];
