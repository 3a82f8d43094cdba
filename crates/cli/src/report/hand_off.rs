//! What is said of a hand-off.

use lockstep_device::account::AccountId;
use lockstep_device::hand_off::HandOff;
use lockstep_iam::enrol::Verified;
use lockstep_iam::rotate::Rotated;
use serde::Serialize;
use serde_json::Value;

use crate::report::{Exit, Look, Report, push, rfc3339, short, value, visible};

/// What `hand-off open` did.
#[derive(Serialize)]
pub(crate) struct HandOffReport {
    /// `added`, `duplicate` or `rotated`.
    outcome: &'static str,
    id: AccountId,
    user: String,
    account: String,
    serial: String,
    /// Who enrolled the device.
    by: String,
    made: Option<String>,
    /// The device whose copies do not work any more.
    replaced: Option<String>,
    verified: bool,
    /// `by-code`, `not-asked` or `failed`.
    verification: &'static str,
    /// Why AWS took no code.
    reason: Option<String>,
}

/// Whether AWS took a code of the device that was handed over.
pub(crate) enum Verification {
    /// STS took one.
    ByCode,
    /// It could not be asked, and why.
    NotAsked(String),
    /// It took none, and why.
    Failed(String),
}

impl HandOffReport {
    /// What a person sees before anything is added.
    pub(crate) fn preview(hand_off: &HandOff) -> String {
        let made = rfc3339(hand_off.made.seconds()).unwrap_or_default();
        visible(&format!(
            "A device for {} in {}\n  {}\n  enrolled by {} at {made}\n",
            hand_off.user, hand_off.aws_account, hand_off.serial, hand_off.by
        ))
    }

    pub(crate) fn new(hand_off: &HandOff, id: &AccountId, was_here: bool) -> Self {
        Self {
            outcome: if was_here { "duplicate" } else { "added" },
            id: id.clone(),
            user: hand_off.user.clone(),
            account: hand_off.aws_account.clone(),
            serial: hand_off.serial.to_string(),
            by: hand_off.by.clone(),
            made: rfc3339(hand_off.made.seconds()),
            replaced: None,
            verified: false,
            verification: "not-asked",
            reason: None,
        }
    }

    pub(crate) fn verified(&mut self, verification: Verification) {
        (self.verification, self.reason) = match verification {
            Verification::ByCode => ("by-code", None),
            Verification::NotAsked(why) => ("not-asked", Some(why)),
            Verification::Failed(why) => ("failed", Some(why)),
        };
        self.verified = self.verification == "by-code";
    }

    pub(crate) fn rotated(&mut self, rotated: &Rotated) {
        self.outcome = "rotated";
        self.id = rotated.enrolled.local.clone();
        if rotated.enrolled.verified == Verified::ByCode {
            self.verified(Verification::ByCode);
        }
        self.replaced = Some(std::mem::replace(
            &mut self.serial,
            rotated.enrolled.serial.to_string(),
        ));
    }
}

impl Report for HandOffReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        let Self {
            user,
            account,
            id,
            serial,
            ..
        } = self;
        let id = short(id.as_str());
        let mut text = match (&self.replaced, self.outcome) {
            (Some(old), _) => format!(
                "The device of {user} in {account} is {serial} [{id}] now. {old} is retired: no copy of it works any more.\n"
            ),
            (None, "duplicate") => format!("{user} in {account} was here already [{id}].\n"),
            (None, _) => format!(
                "{user} in {account} is here now [{id}]: {serial}. Whoever sealed it may still have a copy; `lockstep aws rotate {id}` ends that.\n"
            ),
        };
        let because = self.reason.as_ref();
        let because = because.map(|why| format!(": {why}")).unwrap_or_default();
        match self.verification {
            "by-code" => text.push_str("AWS took a code of it.\n"),
            "failed" => push(&mut text, format_args!("AWS did not take its code{because}\n")),
            _ if self.replaced.is_some() => {}
            _ => push(
                &mut text,
                format_args!(
                    "AWS was not asked to take a code of it{because}. With the user's own access key, `lockstep aws session {id}` does that.\n"
                ),
            ),
        }
        visible(&text)
    }

    fn exit(&self) -> Exit {
        if self.verification == "failed" {
            Exit::Refused
        } else {
            Exit::Done
        }
    }
}
