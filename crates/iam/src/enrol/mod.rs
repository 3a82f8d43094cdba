//! Enrolling: create → store → enable → verify, as one deed. Whatever breaks off in between is taken up again by the next
//! run, or taken back: there is one working device whose seed is here, or none. Here is what is asked for and what comes of
//! it; [`run`] is the deed, its steps are in files of their own.

pub(crate) mod create;
pub(crate) mod enable;
pub mod run;
pub(crate) mod undo;

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::view::CauseView;
use lockstep_device::serial::SerialNumber;

use crate::name::{DeviceName, DevicePath, Tag, UserName};

/// What shall be enrolled.
#[derive(Clone, Debug, Default)]
pub struct EnrolRequest {
    /// The user; the caller when nobody is named.
    pub user: Option<UserName>,
    /// The device's name; a fresh one when none is given.
    pub name: Option<DeviceName>,
    /// The device's path.
    pub path: DevicePath,
    /// The device's tags; setting them may be denied, and stops nothing.
    pub tags: Vec<Tag>,
    /// Whether a device of that name may be deleted first.
    pub replace: bool,
    /// Whether STS is asked to take a code.
    pub verify: bool,
}

/// A device that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Whose it is.
    pub user: UserName,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// Its account here.
    pub local: AccountId,
    /// How it is known to work.
    pub verified: Verified,
    /// Whether an earlier run had begun it.
    pub resumed: bool,
}

/// How a device is known to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// STS took a code of it.
    ByCode,
    /// IAM took two codes of it and lists it; STS can only be asked with the user's own keys.
    ByListing,
    /// IAM took two codes of it; STS was not asked.
    NotAsked,
    /// IAM took two codes of it, and STS did not take one.
    Failed(CauseView),
}
