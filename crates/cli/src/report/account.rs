//! Accounts in words and as JSON.

use lockstep_device::authenticator::view::{AccountView, AccountsView, AwsPlace, OtpKind, QuarantinedView};
use serde::Serialize;
use serde_json::Value;

use crate::report::{Look, Report, label, rfc3339, short, table, value, visible_cell};

/// One account, with times as RFC 3339.
#[derive(Serialize)]
pub(crate) struct AccountReport {
    id: String,
    issuer: Option<String>,
    name: String,
    #[serde(rename = "type")]
    kind: OtpKind,
    algorithm: &'static str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    tags: Vec<String>,
    note: String,
    pinned: bool,
    serial: Option<String>,
    aws: Option<AwsPlace>,
    added: Option<String>,
    last_used: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trashed: Option<String>,
}

impl From<AccountView> for AccountReport {
    fn from(view: AccountView) -> Self {
        Self {
            id: view.id.to_string(),
            issuer: view.issuer,
            name: view.name,
            kind: view.kind,
            algorithm: view.algorithm.name(),
            digits: view.digits,
            period: view.period,
            counter: view.counter,
            tags: view.tags,
            note: view.note,
            pinned: view.pinned,
            serial: view.serial,
            aws: view.aws,
            added: rfc3339(view.added),
            last_used: view.last_used.and_then(rfc3339),
            trashed: view.trashed.and_then(rfc3339),
        }
    }
}

impl AccountReport {
    fn label(&self) -> String {
        label(self.issuer.as_deref(), &self.name)
    }

    fn cells(&self) -> Vec<String> {
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("#{tag}")).collect();
        let kind = match self.kind {
            OtpKind::Totp => "",
            OtpKind::Hotp => "counter",
            OtpKind::Steam => "steam",
        };
        let pin = if self.pinned { "pinned" } else { "" };
        vec![
            short(&self.id).to_owned(),
            visible_cell(self.issuer.as_deref().unwrap_or_default()),
            visible_cell(&self.name),
            visible_cell(&tags.join(" ")),
            kind.to_owned(),
            pin.to_owned(),
        ]
    }
}

/// What `list` shows.
#[derive(Serialize)]
pub(crate) struct ListReport {
    accounts: Vec<AccountReport>,
    quarantined: Vec<QuarantinedView>,
    #[serde(skip)]
    nothing: &'static str,
}

impl ListReport {
    /// `nothing` is the sentence for an empty list.
    pub(crate) fn new(view: AccountsView, nothing: &'static str) -> Self {
        Self {
            accounts: view.accounts.into_iter().map(AccountReport::from).collect(),
            quarantined: view.quarantined,
            nothing,
        }
    }
}

impl Report for ListReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        let mut text = String::new();
        if self.accounts.is_empty() && self.quarantined.is_empty() {
            if look.terminal {
                text.push_str(self.nothing);
                text.push('\n');
            }
            return text;
        }
        if !self.accounts.is_empty() {
            let rows: Vec<Vec<String>> = self.accounts.iter().map(AccountReport::cells).collect();
            text.push_str(&table(&["ID", "ISSUER", "NAME", "TAGS", "TYPE", "PIN"], &rows));
        }
        if !self.quarantined.is_empty() {
            text.push_str("Set aside, nothing deleted:\n");
        }
        for set_aside in &self.quarantined {
            let id = set_aside.id.as_ref().map_or("?", |id| short(id.as_str()));
            let called = visible_cell(&set_aside.label);
            let reason = visible_cell(&set_aside.reason);
            text.extend(["  ", id, "  ", &called, "  ", &reason, "\n"]);
        }
        text
    }
}

/// One account after something was done to it.
pub(crate) struct ChangedReport {
    account: AccountReport,
    done: &'static str,
}

impl ChangedReport {
    /// `done` completes the sentence that begins with the account's label.
    pub(crate) fn new(view: AccountView, done: &'static str) -> Self {
        Self {
            account: view.into(),
            done,
        }
    }
}

impl Report for ChangedReport {
    fn json(&self) -> Value {
        serde_json::json!({ "account": value(&self.account) })
    }

    fn text(&self, _: Look) -> String {
        format!(
            "{} [{}] {}\n",
            self.account.label(),
            short(&self.account.id),
            self.done
        )
    }
}
