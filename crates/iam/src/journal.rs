//! What is under way in IAM. An entry is on the disk before the first call that changes something, so that whoever comes
//! after a crash or a lost answer knows what to look for. It holds no seed: a seed goes straight into the store, bound to
//! the serial number that the entry names.

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::record::Record;
use lockstep_device::time::UnixTime;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::name::{Tag, UserName};

/// Everything that was begun and is not finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// In the order in which it was begun.
    pub entries: Vec<Entry>,
}

/// One deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The device it is about. No two entries are about the same one.
    pub serial: SerialNumber,
    /// Whose device it is or becomes.
    pub user: UserName,
    /// The twelve-digit AWS account id.
    pub account: String,
    /// When it was begun, by AWS's clock.
    pub begun: UnixTime,
    /// What is being done.
    pub deed: Deed,
}

/// What is being done to a device, and how far it is known to have come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case")]
pub enum Deed {
    /// It is being made for the user. Without an account of that serial number in the store, its seed is lost.
    Enrol {
        /// The tags it shall have.
        tags: Vec<Tag>,
        /// The device that it replaces, when it does.
        replaces: Option<Other>,
        /// Whether IAM has taken its codes.
        enabled: bool,
    },
    /// It is being taken from the user and deleted.
    Retire {
        /// Its account here, when there is one.
        local: Option<AccountId>,
        /// Whether that account never worked, so that it goes for good instead of to the trash.
        purge: bool,
        /// The device that has taken its place, when one has.
        successor: Option<Other>,
    },
    /// It was made, nobody has its seed, and these credentials may not delete it.
    Orphan,
}

/// The other device of a rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Its account here.
    pub local: AccountId,
}

impl Deed {
    /// Retiring a device with this account here.
    pub(crate) fn of_retiring(local: Option<AccountId>) -> Self {
        Self::Retire {
            local,
            purge: false,
            successor: None,
        }
    }

    /// Taking a device back whose account never worked.
    pub(crate) fn of_taking_back(local: AccountId) -> Self {
        Self::Retire {
            local: Some(local),
            purge: true,
            successor: None,
        }
    }
}

impl Record for Journal {
    const NAME: &'static str = "aws-journal";
    const VERSION: u32 = 1;
}

impl Entry {
    /// Whether it is about an enrolment that is not finished.
    pub fn is_enrolment(&self) -> bool {
        matches!(self.deed, Deed::Enrol { .. })
    }
}

/// What was begun and is not finished.
pub fn entries(authenticator: &Authenticator) -> Result<Vec<Entry>, Error> {
    Ok(authenticator.record::<Journal>()?.entries)
}

/// Writes the entry, in place of one about the same device. Durable when this returns.
pub fn write(authenticator: &Authenticator, entry: Entry) -> Result<(), Error> {
    authenticator.change_record(|journal: &mut Journal| {
        match journal
            .entries
            .iter_mut()
            .find(|other| other.serial == entry.serial)
        {
            Some(other) => *other = entry,
            None => journal.entries.push(entry),
        }
        Ok(())
    })?;
    Ok(())
}

/// Takes the entry about this device out: what was begun is finished, or taken back.
pub fn finish(authenticator: &Authenticator, serial: &SerialNumber) -> Result<(), Error> {
    authenticator.change_record(|journal: &mut Journal| {
        journal.entries.retain(|entry| entry.serial != *serial);
        Ok(())
    })?;
    Ok(())
}
