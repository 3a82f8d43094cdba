//! Protecting the user whose credentials these are: a device is created, stored, enabled and proved.

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::view::CauseView;
use lockstep_device::otp::Code;
use lockstep_device::otp::params::Digits;
use lockstep_iam::enrol::run::{acknowledge, enrol, enrol_with_code};
use lockstep_iam::enrol::{EnrolRequest, Enrolled, Verified};
use lockstep_iam::error::Error;
use lockstep_iam::policy::{Job, policy};
use serde::{Deserialize, Serialize};

use crate::aws::deed::parsed_serial;
use crate::error::ShellError;
use crate::secret::SecretText;
use crate::shell::Shell;

/// A code of another device of the user's, which is not here.
#[derive(Deserialize, specta::Type)]
pub struct OtherCode {
    /// Whose code it is.
    pub serial: String,
    /// What it shows at this moment.
    pub code: SecretText,
}

/// A device that works now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ProtectedView {
    /// Its serial number.
    pub serial: String,
    /// Whose it is.
    pub user: String,
    /// Its account here.
    pub account: AccountId,
    /// How it is known to work.
    pub proof: Proof,
    /// Whether an earlier attempt had begun it.
    pub resumed: bool,
}

/// How a device is known to work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Proof {
    /// STS took a code of it.
    Code,
    /// IAM took two codes of it and lists it; STS could not be asked.
    Listing,
    /// IAM took two codes of it, and STS did not take one.
    Failed {
        /// What STS said.
        why: CauseView,
    },
}

/// What somebody shall be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyFor {
    /// Enrol a first device for oneself.
    EnrolSelf,
    /// Do everything with one's own devices.
    ManageSelf,
}

impl Shell {
    /// Enrols a device for the user whose credentials these are, or goes on with one that was begun. Where AWS wants a code
    /// of another device, it is made here if that device is here; `other` is one that the person typed.
    pub fn protect(&self, other: Option<OtherCode>) -> Result<ProtectedView, ShellError> {
        let request = EnrolRequest {
            verify: true,
            ..EnrolRequest::default()
        };
        let enrolled = match other {
            None => self.aws_deed(|work| enrol(work, &request))?,
            Some(OtherCode { serial, code }) => {
                let serial = parsed_serial(&serial)?;
                let code = Code::typed(&code.into_inner(), Digits::SIX).map_err(Error::from)?;
                self.aws_deed(|work| enrol_with_code(work, &request, &serial, &code))?
            }
        };
        let view = view(&enrolled);
        self.aws.enrolled(enrolled);
        Ok(view)
    }

    /// The person was told of the device that [`Shell::protect`] made. Until then the same wish gives the same device.
    pub fn protect_told(&self) -> Result<(), ShellError> {
        let authenticator = self.authenticator()?;
        match self.aws.take_enrolled() {
            Some(enrolled) => Ok(acknowledge(&authenticator, &enrolled)?),
            None => Ok(()),
        }
    }

    /// The least policy for a job, in the connection's partition.
    pub fn aws_policy(&self, job: PolicyFor) -> Result<String, ShellError> {
        let job = match job {
            PolicyFor::EnrolSelf => Job::EnrolSelf,
            PolicyFor::ManageSelf => Job::ManageSelf,
        };
        let partition = self.connected()?.connection.caller().partition.clone();
        Ok(format!("{:#}", policy(job, &partition)))
    }

    /// Copies it.
    pub fn copy_aws_policy(&self, job: PolicyFor) -> Result<(), ShellError> {
        let text = self.aws_policy(job)?;
        Ok(self.clipboard.with(|clipboard| clipboard.put_text(&text))?)
    }
}

fn view(enrolled: &Enrolled) -> ProtectedView {
    ProtectedView {
        serial: enrolled.serial.to_string(),
        user: enrolled.user.to_string(),
        account: enrolled.local.clone(),
        proof: match &enrolled.verified {
            Verified::ByCode => Proof::Code,
            Verified::ByListing | Verified::NotAsked => Proof::Listing,
            Verified::Failed(why) => Proof::Failed { why: why.clone() },
        },
        resumed: enrolled.resumed,
    }
}
