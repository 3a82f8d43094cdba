//! What was changed in AWS.

use lockstep_iam::trail::Activity;
use serde::Serialize;
use serde_json::Value;

use crate::report::{Look, Report, rfc3339, table, value, visible};

/// What `aws activity` shows.
#[derive(Serialize)]
pub(crate) struct ActivityReport {
    changes: Vec<ActivityLine>,
}

#[derive(Serialize)]
struct ActivityLine {
    time: Option<String>,
    by: String,
    operation: String,
    device: String,
    user: Option<String>,
    outcome: String,
    reason: Option<String>,
    request_id: Option<String>,
}

impl ActivityReport {
    pub(crate) fn new(changes: Vec<Activity>) -> Self {
        let line = |change: Activity| ActivityLine {
            time: rfc3339(change.time),
            by: change.by,
            operation: change.operation,
            device: change.device,
            user: change.user,
            outcome: change.outcome,
            reason: change.reason,
            request_id: change.request_id,
        };
        Self {
            changes: changes.into_iter().map(line).collect(),
        }
    }
}

impl Report for ActivityReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        if self.changes.is_empty() {
            return "Nothing was changed in AWS from this machine.\n".to_owned();
        }
        let row = |line: &ActivityLine| {
            vec![
                line.time.clone().unwrap_or_default(),
                line.operation.clone(),
                line.device.clone(),
                line.user.clone().unwrap_or_default(),
                line.outcome.clone(),
                line.request_id.clone().unwrap_or_default(),
            ]
        };
        let rows: Vec<Vec<String>> = self.changes.iter().map(row).collect();
        visible(&table(
            &["TIME", "OPERATION", "DEVICE", "USER", "OUTCOME", "REQUEST"],
            &rows,
        ))
    }
}
