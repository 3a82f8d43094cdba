//! The operations of IAM about the users of an account, and about the account as a whole.

use aws_sdk_iam::types::{ReportStateType, SummaryKeyType};
use lockstep_device::time::UnixTime;

use crate::api::failure::Failure;
use crate::api::iam::unusable;
use crate::api::{Api, PAGE, moment};
use crate::name::{DevicePath, Tag, UserName};

/// One user in a list of IAM's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUser {
    /// The name.
    pub name: UserName,
    /// The path, `/` or `/…/`.
    pub path: String,
    /// When the user was made.
    pub created: UnixTime,
    /// When the password was last used; nothing for one that never was, and for a user without one.
    pub signed_in: Option<UnixTime>,
}

/// What the account says of its root user; nothing where the answer does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootSummary {
    /// Whether the root user has an MFA device.
    pub has_mfa: Option<bool>,
    /// Whether the root user has an access key.
    pub has_keys: Option<bool>,
}

/// What IAM says when a credential report is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// It is being made.
    Making,
    /// It can be fetched.
    Ready,
}

/// What IAM gives when a credential report is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportAnswer {
    /// The report: CSV as IAM wrote it, and when that was.
    Ready {
        /// The CSV.
        csv: Vec<u8>,
        /// When it was made, by AWS's clock.
        made: UnixTime,
    },
    /// It is being made.
    Making,
    /// There is none, or only one that is too old.
    Absent,
}

impl Api {
    /// IAM API: `ListUsers`, all pages, of all users or of those under a path. Tags are not in its answer. `seen` is told how
    /// many there are so far.
    pub fn list_users(
        &self,
        under: Option<&DevicePath>,
        seen: &dyn Fn(usize),
    ) -> Result<Vec<ListedUser>, Failure> {
        let mut pages = self
            .iam
            .list_users()
            .set_path_prefix(under.map(|path| path.as_str().to_owned()))
            .max_items(PAGE)
            .into_paginator()
            .send();
        let listed = self.query(async {
            let mut listed = vec![];
            while let Some(page) = pages.next().await {
                match page {
                    Ok(page) => listed.extend(page.users),
                    Err(error) => return Err(error),
                }
                seen(listed.len());
            }
            Ok(listed)
        })?;
        listed
            .into_iter()
            .map(|user| {
                Ok(ListedUser {
                    name: UserName::try_from(user.user_name).map_err(|error| unusable(&error.to_string()))?,
                    path: user.path,
                    created: moment(&user.create_date),
                    signed_in: user.password_last_used.as_ref().map(moment),
                })
            })
            .collect()
    }

    /// IAM API: `ListUserTags`, all pages.
    pub fn list_user_tags(&self, user: &UserName) -> Result<Vec<Tag>, Failure> {
        let pages = self
            .iam
            .list_user_tags()
            .user_name(user.as_str())
            .max_items(PAGE)
            .into_paginator()
            .items()
            .send();
        let listed = self.query(pages.collect::<Result<Vec<_>, _>>())?;
        let tag = |tag: aws_sdk_iam::types::Tag| Tag {
            key: tag.key,
            value: tag.value,
        };
        Ok(listed.into_iter().map(tag).collect())
    }

    /// IAM API: `GetAccountSummary`, as far as it is about root.
    pub fn root_summary(&self) -> Result<RootSummary, Failure> {
        let answer = self.query(self.iam.get_account_summary().send())?;
        let numbers = answer.summary_map.unwrap_or_default();
        let is = |key: SummaryKeyType| numbers.get(&key).map(|number| *number != 0);
        Ok(RootSummary {
            has_mfa: is(SummaryKeyType::AccountMfaEnabled),
            has_keys: is(SummaryKeyType::AccountAccessKeysPresent),
        })
    }

    /// IAM API: `GenerateCredentialReport`. Nothing is made anew while there is one that is younger than four hours.
    pub fn generate_credential_report(&self) -> Result<ReportState, Failure> {
        let answer = self.query(self.iam.generate_credential_report().send())?;
        Ok(match answer.state {
            Some(ReportStateType::Complete) => ReportState::Ready,
            _ => ReportState::Making,
        })
    }

    /// IAM API: `GetCredentialReport`.
    pub fn credential_report(&self) -> Result<ReportAnswer, Failure> {
        let answer = match self.query(self.iam.get_credential_report().send()) {
            Ok(answer) => answer,
            Err(Failure::Other { code, .. }) if code == "ReportInProgress" => {
                return Ok(ReportAnswer::Making);
            }
            Err(Failure::Other { code, .. }) if code == "ReportNotPresent" || code == "ReportExpired" => {
                return Ok(ReportAnswer::Absent);
            }
            Err(failure) => return Err(failure),
        };
        let (Some(content), Some(made)) = (answer.content, answer.generated_time) else {
            return Err(unusable("there is no credential report in it"));
        };
        Ok(ReportAnswer::Ready {
            csv: content.into_inner(),
            made: moment(&made),
        })
    }
}
