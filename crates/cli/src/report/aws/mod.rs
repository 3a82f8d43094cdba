//! What AWS says, in words and as JSON.

pub(crate) mod activity;
pub(crate) mod deeds;
pub(crate) mod devices;
pub(crate) mod sessions;

use lockstep_device::time::{Drift, UnixTime};
use lockstep_iam::caller::{Caller, CredentialKind, Principal};
use lockstep_iam::work::{Progress, Step, StepOutcome};
use serde::Serialize;
use serde_json::Value;

use crate::report::{Look, Report, rfc3339, table, value, visible, visible_cell};

/// A step that was done.
#[derive(Clone, Serialize)]
pub(crate) struct StepReport {
    step: Step,
    outcome: StepOutcome,
}

impl StepReport {
    pub(crate) fn new(step: Step, outcome: StepOutcome) -> Self {
        Self { step, outcome }
    }
}

/// The line about what is being done; none for what is told elsewhere.
pub(crate) fn progress(event: &Progress) -> Option<String> {
    match event {
        Progress::Ended(step, outcome) => Some(format!("{} … {}", word(step), word(outcome))),
        Progress::Waits { seconds, what_for } => Some(format!("waiting {seconds} s for {what_for}")),
        Progress::Begins(_) | Progress::Note(_) => None,
    }
}

/// The word that the JSON has for it.
fn word(of: &impl Serialize) -> String {
    value(of).as_str().unwrap_or_default().to_owned()
}

/// What `aws whoami` shows.
#[derive(Serialize)]
pub(crate) struct WhoamiReport {
    arn: String,
    account: String,
    alias: Option<String>,
    partition: String,
    principal: Principal,
    credentials: CredentialKind,
    region: Option<String>,
    endpoint: Option<String>,
    sts_endpoint: Option<String>,
    drift: i64,
}

impl WhoamiReport {
    /// `endpoints` are those that IAM and STS were found at.
    pub(crate) fn new(
        caller: &Caller,
        alias: Option<&str>,
        region: Option<&str>,
        (endpoint, sts_endpoint): (Option<String>, Option<String>),
        drift: Drift,
    ) -> Self {
        Self {
            arn: caller.arn.clone(),
            account: caller.account.clone(),
            alias: alias.map(str::to_owned),
            partition: caller.partition.clone(),
            principal: caller.principal.clone(),
            credentials: caller.credentials,
            region: region.map(str::to_owned),
            endpoint,
            sts_endpoint,
            drift: drift.seconds(),
        }
    }
}

impl Report for WhoamiReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        let account = match &self.alias {
            Some(alias) => format!("{} ({alias})", self.account),
            None => self.account.clone(),
        };
        let credentials = match self.credentials {
            CredentialKind::LongTerm => "an access key without an end",
            CredentialKind::Session => "temporary",
        };
        let who = match &self.principal {
            Principal::User { user } => format!("the user {user}"),
            Principal::Root => "root".to_owned(),
            Principal::Role { role, session } => format!("the role {role}, session {session}"),
            Principal::Other => "neither a user nor a role".to_owned(),
        };
        let rows = [
            ("Who", who),
            ("ARN", self.arn.clone()),
            ("Account", account),
            ("Partition", self.partition.clone()),
            ("Credentials", credentials.to_owned()),
            ("Region", self.region.clone().unwrap_or_default()),
            ("IAM", self.endpoint.clone().unwrap_or_default()),
            ("STS", self.sts_endpoint.clone().unwrap_or_default()),
            ("Clock", drift_words(Drift::from_seconds(self.drift))),
        ];
        let mut text = String::new();
        for (name, what) in rows {
            text.extend([&format!("{name:<12} "), &visible_cell(&what), "\n"]);
        }
        text
    }
}

/// Who is asking, in a few words.
pub(crate) fn caller_words(caller: &Caller) -> String {
    format!("{} in the account {}", caller.arn, caller.account)
}

/// Whether the clocks differ by more than measuring them could.
pub(crate) fn is_far(drift: Drift) -> bool {
    drift.seconds().unsigned_abs() > FAR
}

/// How the clocks compare.
pub(crate) fn drift_words(drift: Drift) -> String {
    match drift.seconds() {
        0 => "AWS's clock and this machine's agree".to_owned(),
        ahead @ 1.. => format!("AWS's clock is {ahead} s ahead of this machine's"),
        behind => format!("AWS's clock is {} s behind this machine's", behind.unsigned_abs()),
    }
}

/// What `aws clock` shows.
#[derive(Serialize)]
pub(crate) struct ClockReport {
    service_time: Option<String>,
    drift: i64,
    far: bool,
}

impl ClockReport {
    pub(crate) fn new(service_time: UnixTime, drift: Drift) -> Self {
        Self {
            service_time: rfc3339(service_time.seconds()),
            drift: drift.seconds(),
            far: is_far(drift),
        }
    }
}

impl Report for ClockReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        let time = self
            .service_time
            .as_deref()
            .unwrap_or("a time that cannot be written");
        let compared = drift_words(Drift::from_seconds(self.drift));
        let far = if self.far {
            " Codes for AWS are made for its clock; those for others are not. Set this machine's clock by the network.\n"
        } else {
            "\n"
        };
        format!("AWS says {time}. {compared}.{far}")
    }
}

/// What `aws policy` shows.
pub(crate) struct PolicyReport(pub(crate) Value);

impl Report for PolicyReport {
    fn json(&self) -> Value {
        self.0.clone()
    }

    fn text(&self, _: Look) -> String {
        format!("{:#}\n", self.0)
    }
}

/// What `aws keys list` shows.
#[derive(Serialize)]
pub(crate) struct KeysReport {
    pub(crate) keys: Vec<KeyRow>,
}

/// One key; never its secret.
#[derive(Serialize)]
pub(crate) struct KeyRow {
    pub(crate) name: String,
    /// Nothing where what is stored is damaged.
    pub(crate) access_key_id: Option<String>,
}

impl Report for KeysReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        if self.keys.is_empty() {
            let nothing = "No access key is stored. Add one: lockstep aws keys add NAME\n";
            return if look.terminal {
                nothing.to_owned()
            } else {
                String::new()
            };
        }
        let row = |key: &KeyRow| {
            vec![
                visible_cell(&key.name),
                visible_cell(key.access_key_id.as_deref().unwrap_or("damaged")),
            ]
        };
        let rows: Vec<_> = self.keys.iter().map(row).collect();
        table(&["NAME", "ACCESS KEY ID"], &rows)
    }
}

/// What `aws configure` shows.
#[derive(Serialize)]
pub(crate) struct ConfiguredReport {
    pub(crate) profile: String,
    pub(crate) file: String,
    pub(crate) changed: bool,
    pub(crate) backup: Option<String>,
    pub(crate) credential_process: String,
}

impl Report for ConfiguredReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        let Self { profile, file, .. } = self;
        let done = if self.changed {
            format!("The profile {profile} in {file} gets its credentials from Lockstep now.\n")
        } else {
            format!(
                "The profile {profile} in {file} gets its credentials from Lockstep already; nothing was changed.\n"
            )
        };
        let backup = match &self.backup {
            Some(backup) => format!("The file as it was is kept as {backup}.\n"),
            None => String::new(),
        };
        visible(&format!("{done}{backup}"))
    }
}

/// Measuring is one second off at the most, and codes hold for 30.
const FAR: u64 = 2;
