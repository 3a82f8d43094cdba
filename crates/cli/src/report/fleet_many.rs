//! What is said of runs in several AWS accounts.

use lockstep_iam::error::Error;
use lockstep_iam::fleet::accounts::AccountRole;
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::standing::RunReport;
use serde::Serialize;
use serde_json::{Value, json};

use crate::report::fleet::{PlanReport, RunReported, UserRow};
use crate::report::{Exit, Look, Report, push, value, visible};

/// What `fleet enrol --accounts` would do.
#[derive(Serialize)]
pub(crate) struct PlansReport {
    pub(crate) accounts: Vec<PlanReport>,
    /// Who was named and is in none of them.
    pub(crate) unknown: Vec<String>,
    /// Accounts that could not be read.
    pub(crate) failed: Vec<FailedAccount>,
}

/// An account in which nothing was done, and why.
#[derive(Clone, Serialize)]
pub(crate) struct FailedAccount {
    account: String,
    name: Option<String>,
    code: &'static str,
    reason: String,
    remedy: &'static str,
}

/// How runs stand that were begun together.
pub(crate) struct RunsDone {
    together: RunId,
    runs: Vec<RunReported>,
    /// Accounts in which there was nobody to enrol.
    unchanged: Vec<PlanReport>,
    unknown: Vec<String>,
    failed: Vec<FailedAccount>,
    are_finished: bool,
}

impl FailedAccount {
    pub(crate) fn new(role: &AccountRole, error: &Error) -> Self {
        Self {
            account: role.account.clone(),
            name: role.name.clone(),
            code: error.code(),
            reason: error.to_string(),
            remedy: error.remedy(),
        }
    }

    fn say(&self, text: &mut String) {
        let Self {
            account,
            name,
            reason,
            remedy,
            ..
        } = self;
        let name = name
            .as_deref()
            .map(|name| format!(" ({name})"))
            .unwrap_or_default();
        push(
            text,
            format_args!("Nothing was done in {account}{name}: {reason}\n"),
        );
        if !remedy.is_empty() {
            push(text, format_args!("  {remedy}\n"));
        }
    }
}

impl PlansReport {
    /// The plan for a person who is asked about it.
    pub(crate) fn words(&self) -> String {
        let mut text: String = self.accounts.iter().map(PlanReport::words).collect();
        say_unknown(&mut text, &self.unknown);
        for failed in &self.failed {
            failed.say(&mut text);
        }
        visible(&text)
    }
}

fn say_unknown(text: &mut String, unknown: &[String]) {
    if !unknown.is_empty() {
        push(
            text,
            format_args!("In none of these accounts: {}\n", unknown.join(", ")),
        );
    }
}

impl Report for PlansReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        self.words()
    }

    fn exit(&self) -> Exit {
        if self.failed.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        }
    }
}

impl RunsDone {
    pub(crate) fn new(together: RunId) -> Self {
        Self {
            together,
            runs: vec![],
            unchanged: vec![],
            unknown: vec![],
            failed: vec![],
            are_finished: true,
        }
    }

    /// What was not even begun, from the plans.
    pub(crate) fn plans(&mut self, plans: PlansReport, is_unchanged: impl Fn(&PlanReport) -> bool) {
        self.unchanged = plans.accounts.into_iter().filter(is_unchanged).collect();
        self.unknown = plans.unknown;
        self.failed = plans.failed;
    }

    /// An account whose run could not even be begun.
    pub(crate) fn failed(&mut self, failed: FailedAccount) {
        self.failed.push(failed);
    }

    /// How the run of one account stands.
    pub(crate) fn run(&mut self, run: &RunReport, left_out: Vec<UserRow>) {
        self.are_finished &= run.is_finished;
        self.runs.push(RunReported::new(run, left_out));
    }
}

impl Report for RunsDone {
    fn json(&self) -> Value {
        let runs: Vec<Value> = self.runs.iter().map(Report::json).collect();
        json!({
            "together": self.together.as_str(),
            "runs": runs,
            "unchanged": value(&self.unchanged),
            "unknown": self.unknown,
            "failed": value(&self.failed),
        })
    }

    fn text(&self, look: Look) -> String {
        let mut text: String = self.unchanged.iter().map(PlanReport::words).collect();
        for run in &self.runs {
            text.push_str(&run.text(look));
        }
        say_unknown(&mut text, &self.unknown);
        for failed in &self.failed {
            failed.say(&mut text);
        }
        if !self.are_finished && self.runs.len() > 1 {
            push(
                &mut text,
                format_args!(
                    "Go on with all of them: `lockstep fleet enrol --resume {}`.\n",
                    self.together
                ),
            );
        }
        visible(&text)
    }

    fn exit(&self) -> Exit {
        let are_done = self.runs.iter().all(|run| run.exit() == Exit::Done);
        if are_done && self.failed.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        }
    }
}
