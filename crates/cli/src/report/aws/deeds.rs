//! What was done to devices.

use lockstep_device::account::AccountId;
use lockstep_iam::enrol::{Enrolled, Verified};
use lockstep_iam::retire::Retired;
use lockstep_iam::rotate::Rotated;
use lockstep_iam::work::StepOutcome;
use serde::Serialize;
use serde_json::Value;

use crate::report::aws::StepReport;
use crate::report::{Exit, Look, Report, short, value, visible};

/// What `aws enrol` shows.
#[derive(Serialize)]
pub(crate) struct EnrolReport {
    serial: String,
    user: String,
    account: String,
    id: AccountId,
    steps: Vec<StepReport>,
    verified: bool,
    /// `by-code`, `by-listing`, `not-asked` or `failed`.
    verification: &'static str,
    /// Why it failed.
    reason: Option<String>,
    resumed: bool,
    round_trips: u32,
}

impl EnrolReport {
    pub(crate) fn new(enrolled: Enrolled, steps: Vec<StepReport>, round_trips: u32) -> Self {
        let (verification, reason) = match enrolled.verified {
            Verified::ByCode => ("by-code", None),
            Verified::ByListing => ("by-listing", None),
            Verified::NotAsked => ("not-asked", None),
            Verified::Failed(why) => ("failed", Some(why.message)),
        };
        Self {
            serial: enrolled.serial.into(),
            user: enrolled.user.into(),
            account: enrolled.account,
            id: enrolled.local,
            steps,
            verified: matches!(verification, "by-code" | "by-listing"),
            verification,
            reason,
            resumed: enrolled.resumed,
            round_trips,
        }
    }

    fn sentence(&self) -> String {
        let Self { serial, user, .. } = self;
        let id = short(self.id.as_str());
        let known = match self.verification {
            "by-code" => "AWS took two codes of it and then one at a sign-in.".to_owned(),
            "by-listing" => "AWS took two codes of it and lists it.".to_owned(),
            "not-asked" => "AWS took two codes of it.".to_owned(),
            _ => format!(
                "AWS took two codes of it and then refused one: {}",
                self.reason.as_deref().unwrap_or_default()
            ),
        };
        let resumed = if self.resumed {
            "An earlier run had begun it. "
        } else {
            ""
        };
        format!("{user} has the device {serial} [{id}] now. {resumed}{known}")
    }
}

impl Report for EnrolReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        format!("{}\n", visible(&self.sentence()))
    }

    fn exit(&self) -> Exit {
        if self.verification == "failed" {
            Exit::Refused
        } else {
            Exit::Done
        }
    }
}

/// What one deed on one device shows.
#[derive(Serialize)]
pub(crate) struct DeedReport {
    pub(crate) serial: String,
    pub(crate) user: Option<String>,
    /// What was done, a word scripts can rely on.
    pub(crate) outcome: &'static str,
    /// The account here that is in the trash now.
    pub(crate) id: Option<AccountId>,
    pub(crate) steps: Vec<StepReport>,
    pub(crate) round_trips: u32,
    #[serde(skip)]
    pub(crate) sentence: String,
}

impl DeedReport {
    pub(crate) fn retired(retired: &Retired, steps: Vec<StepReport>, round_trips: u32) -> Self {
        let Retired {
            serial,
            user,
            deactivated,
            deleted,
            discarded,
        } = retired;
        let nothing = |outcome: &StepOutcome| *outcome != StepOutcome::Done;
        let outcome = if nothing(deactivated) && nothing(deleted) {
            "already"
        } else {
            "retired"
        };
        let trash = if discarded.is_some() {
            " Its account is in the trash; `lockstep trash purge` deletes its seed."
        } else {
            ""
        };
        let sentence = if outcome == "already" {
            format!("{serial} was no device of {user} any more.{trash}")
        } else {
            format!("{serial} of {user} is retired.{trash}")
        };
        Self {
            serial: serial.to_string(),
            user: Some(user.to_string()),
            outcome,
            id: discarded.clone(),
            steps,
            round_trips,
            sentence,
        }
    }
}

impl Report for DeedReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        format!("{}\n", visible(&self.sentence))
    }
}

/// What `aws rotate` shows: the new device, and what became of the old one.
#[derive(Serialize)]
pub(crate) struct RotateReport {
    #[serde(flatten)]
    new: EnrolReport,
    old: OldDevice,
}

#[derive(Serialize)]
struct OldDevice {
    serial: String,
    deactivated: StepOutcome,
    deleted: StepOutcome,
    id: Option<AccountId>,
}

impl RotateReport {
    pub(crate) fn new(rotated: Rotated, steps: Vec<StepReport>, round_trips: u32) -> Self {
        let old = rotated.retired;
        Self {
            new: EnrolReport::new(rotated.enrolled, steps, round_trips),
            old: OldDevice {
                serial: old.serial.into(),
                deactivated: old.deactivated,
                deleted: old.deleted,
                id: old.discarded,
            },
        }
    }
}

impl Report for RotateReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        format!(
            "{}\n{} is retired.\n",
            visible(&self.new.sentence()),
            self.old.serial
        )
    }
}
