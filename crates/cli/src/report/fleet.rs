//! What is said of runs.

use std::path::Path;
use std::time::Duration;

use lockstep_iam::fleet::run::RunProgress;
use lockstep_iam::fleet::standing::{RunReport, UserOutcome, UserReport};
use lockstep_iam::name::UserName;
use serde::Serialize;
use serde_json::{Value, json};

use crate::report::{Exit, Look, Report, push, rfc3339, table, value, visible};

/// What became of one user, or why nothing did.
#[derive(Clone, Serialize)]
pub(crate) struct UserRow {
    pub(crate) user: String,
    /// `enrolled`, `already-had`, `failed`, `open`, `skipped`, or `retired` for a device that went before the run.
    outcome: &'static str,
    serial: Option<String>,
    hand_off: Option<String>,
    reason: String,
    remedy: String,
    /// What is not as it was asked for, and fails nobody.
    warnings: Vec<String>,
}

/// What `fleet enrol` would do.
#[derive(Clone, Serialize)]
pub(crate) struct PlanReport {
    pub(crate) account: String,
    hand_off: String,
    /// Who would be enrolled.
    would_enrol: Vec<String>,
    #[serde(rename = "users")]
    pub(crate) left_out: Vec<UserRow>,
}

/// How a run stands.
pub(crate) struct RunReported {
    fields: Value,
    text: String,
    exit: Exit,
}

/// All runs.
#[derive(Serialize)]
pub(crate) struct RunsReport {
    runs: Vec<RunLine>,
}

#[derive(Serialize)]
struct RunLine {
    run: String,
    together: Option<String>,
    account: String,
    begun: Option<String>,
    users: usize,
    enrolled: usize,
    already_had: usize,
    failed: usize,
    open: usize,
    warnings: usize,
    finished: bool,
}

/// What `fleet recover` did where nothing new is enrolled.
#[derive(Serialize)]
pub(crate) struct RecoverReport {
    user: String,
    retired: Vec<String>,
}

impl UserRow {
    pub(crate) fn new(user: &UserName, (outcome, reason): (&'static str, &str)) -> Self {
        Self {
            user: user.to_string(),
            outcome,
            serial: None,
            hand_off: None,
            reason: reason.to_owned(),
            remedy: String::new(),
            warnings: vec![],
        }
    }

    pub(crate) fn retired(user: &UserName, serial: &str) -> Self {
        Self {
            serial: Some(serial.to_owned()),
            ..Self::new(user, ("retired", "it was taken from the user first"))
        }
    }
}

impl PlanReport {
    pub(crate) fn new<'a>(
        account: &str,
        hand_off: &Path,
        users: impl Iterator<Item = &'a UserName>,
        left_out: Vec<UserRow>,
    ) -> Self {
        Self {
            account: account.to_owned(),
            hand_off: hand_off.display().to_string(),
            would_enrol: users.map(ToString::to_string).collect(),
            left_out,
        }
    }

    /// The plan for a person who is asked about it.
    pub(crate) fn words(&self) -> String {
        let Self {
            account,
            hand_off,
            would_enrol,
            left_out,
        } = self;
        let mut text = String::new();
        for user in would_enrol {
            push(&mut text, format_args!("  enrol  {user}\n"));
        }
        for UserRow { user, reason, .. } in left_out {
            push(&mut text, format_args!("  leave  {user}: {reason}\n"));
        }
        push(
            &mut text,
            format_args!(
                "{} to enrol in {account}, {} left as they are; the hand-offs go to {hand_off}\n",
                would_enrol.len(),
                left_out.len()
            ),
        );
        visible(&text)
    }
}

impl Report for PlanReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        self.words()
    }
}

impl RunReported {
    pub(crate) fn new(report: &RunReport, left_out: Vec<UserRow>) -> Self {
        let users = report.users.iter().map(user_row).chain(left_out);
        let stopped = report.stopped.as_ref().map(
            |error| json!({ "code": error.code(), "message": error.to_string(), "remedy": error.remedy() }),
        );
        let users: Vec<UserRow> = users.collect();
        Self {
            text: words(report, &users),
            exit: exit(report),
            fields: json!({
                "run": report.id.as_str(),
                "together": report.together.as_ref().map(|together| together.id.as_str()),
                "account": report.account,
                "begun": rfc3339(report.begun.seconds()),
                "hand_off": report.hand_off.display().to_string(),
                "finished": report.is_finished,
                "stopped": stopped,
                "users": users,
            }),
        }
    }
}

impl Report for RunReported {
    fn json(&self) -> Value {
        self.fields.clone()
    }

    fn text(&self, _: Look) -> String {
        self.text.clone()
    }

    fn exit(&self) -> Exit {
        self.exit
    }
}

impl RunsReport {
    pub(crate) fn new(runs: &[RunReport]) -> Self {
        let line = |run: &RunReport| RunLine {
            run: run.id.to_string(),
            together: run.together.as_ref().map(|together| together.id.to_string()),
            account: run.account.clone(),
            begun: rfc3339(run.begun.seconds()),
            users: run.users.len(),
            enrolled: count(run, UserOutcome::Enrolled),
            already_had: count(run, UserOutcome::AlreadyHad),
            failed: count(run, UserOutcome::Failed),
            open: count(run, UserOutcome::Open),
            warnings: run.users.iter().map(|user| user.warnings.len()).sum(),
            finished: run.is_finished,
        };
        Self {
            runs: runs.iter().map(line).collect(),
        }
    }
}

impl Report for RunsReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        if self.runs.is_empty() {
            return "There was no run yet.\n".to_owned();
        }
        let rows: Vec<Vec<String>> = self
            .runs
            .iter()
            .map(|run| {
                let numbers = [run.users, run.enrolled, run.failed, run.open];
                let mut row = vec![
                    run.run.clone(),
                    run.together.clone().unwrap_or_default(),
                    run.begun.clone().unwrap_or_default(),
                    run.account.clone(),
                ];
                row.extend(numbers.map(|number| number.to_string()));
                let state = match (run.finished, run.warnings) {
                    (true, 0) => "finished",
                    (true, _) => "finished, with warnings",
                    (false, _) => "to be gone on with",
                };
                row.push(state.to_owned());
                row
            })
            .collect();
        let head = [
            "RUN", "TOGETHER", "BEGUN", "ACCOUNT", "USERS", "ENROLLED", "FAILED", "OPEN", "",
        ];
        visible(&table(&head, &rows))
    }
}

impl RecoverReport {
    pub(crate) fn new(user: &UserName, retired: Vec<String>) -> Self {
        Self {
            user: user.to_string(),
            retired,
        }
    }
}

impl Report for RecoverReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        let Self { user, retired } = self;
        visible(&match retired.len() {
            0 => format!("{user} has no MFA device; there was nothing to take away.\n"),
            _ => format!("Taken from {user} for good: {}.\n", retired.join(", ")),
        })
    }
}

/// A line while a run goes on: who, how far, how fast, how long yet.
pub(crate) fn pace_line(progress: &RunProgress, elapsed: Duration) -> String {
    let RunProgress {
        user,
        outcome,
        done,
        total,
    } = progress;
    let word = match outcome {
        UserOutcome::Enrolled => "enrolled",
        UserOutcome::AlreadyHad => "already had a device",
        UserOutcome::Failed => "failed",
        UserOutcome::Open => "is not finished",
    };
    let each = elapsed
        .checked_div(u32::try_from(*done).unwrap_or(u32::MAX))
        .unwrap_or_default();
    let left = each.saturating_mul(u32::try_from(total.saturating_sub(*done)).unwrap_or(u32::MAX));
    let rate = if each.is_zero() {
        0.0
    } else {
        1.0 / each.as_secs_f64()
    };
    format!(
        "{done} of {total}: {user} {word}; {rate:.1} a second, {} s left",
        left.as_secs()
    )
}

fn count(run: &RunReport, outcome: UserOutcome) -> usize {
    run.users.iter().filter(|user| user.outcome == outcome).count()
}

fn user_row(user: &UserReport) -> UserRow {
    UserRow {
        user: user.user.to_string(),
        outcome: user.outcome.word(),
        serial: user.serial.as_ref().map(ToString::to_string),
        hand_off: user.hand_off.as_ref().map(|path| path.display().to_string()),
        reason: user.reason.clone(),
        remedy: user.remedy.clone(),
        warnings: user.warnings.clone(),
    }
}

fn words(report: &RunReport, users: &[UserRow]) -> String {
    let mut text = String::new();
    for UserRow {
        user, reason, remedy, ..
    } in users.iter().filter(|user| user.outcome == "failed")
    {
        push(&mut text, format_args!("{user} failed: {reason}\n"));
        if !remedy.is_empty() {
            push(&mut text, format_args!("  {remedy}\n"));
        }
    }
    for UserRow { user, warnings, .. } in users {
        for warning in warnings {
            push(&mut text, format_args!("{user}: {warning}\n"));
        }
    }
    let number = |outcome: &str| users.iter().filter(|user| user.outcome == outcome).count();
    push(
        &mut text,
        format_args!(
            "Run {} in {}: {} enrolled, {} had a device, {} failed, {} skipped, {} open. The hand-offs are in {}.\n",
            report.id,
            report.account,
            number("enrolled"),
            number("already-had"),
            number("failed"),
            number("skipped"),
            number("open"),
            report.hand_off.display()
        ),
    );
    if let Some(error) = &report.stopped {
        push(&mut text, format_args!("It stopped: {error}\n"));
        if !error.remedy().is_empty() {
            push(&mut text, format_args!("  {}\n", error.remedy()));
        }
    }
    if !report.is_finished {
        push(
            &mut text,
            format_args!("Go on with it: `lockstep fleet enrol --resume {}`.\n", report.id),
        );
    }
    visible(&text)
}

fn exit(report: &RunReport) -> Exit {
    let Some(error) = &report.stopped else {
        let is_whole = count(report, UserOutcome::Failed) + count(report, UserOutcome::Open) == 0;
        return if is_whole { Exit::Done } else { Exit::Failed };
    };
    error.class().into()
}
