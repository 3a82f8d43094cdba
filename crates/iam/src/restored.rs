//! Accounts that came back from a backup are compared with AWS: a device that was retired since has a seed that AWS no
//! longer takes.

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::view::AccountView;
use lockstep_device::serial::SerialNumber;
use lockstep_device::time::UnixTime;

use crate::device::{MfaDevice, account_of};
use crate::error::Error;
use crate::retire::find_virtual;
use crate::work::Work;

/// What AWS says about one account that came back from a backup.
#[derive(Debug)]
pub struct Compared {
    /// Its device.
    pub serial: SerialNumber,
    /// The account here.
    pub account: AccountId,
    /// What became of the device since the backup, or why AWS did not say.
    pub outcome: Result<Since, Error>,
}

/// What became of a device since the backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It is assigned as it was then.
    Unchanged,
    /// It is gone or nobody's: the account went to the trash.
    Retired,
    /// It was assigned after the backup, with the seed in it or with another one: only a code can tell.
    EnabledLater,
}

/// Compares every account in use that came back from a backup and belongs to this AWS account. One that AWS does not speak
/// about stays marked and does not stop the others.
pub fn compare_restored(work: &Work<'_>) -> Vec<Compared> {
    let here = &work.connection.caller().account;
    let accounts = work.authenticator.accounts().accounts.into_iter();
    accounts
        .filter_map(|account| {
            let (serial, backup) = unchecked(&account)?;
            (account_of(&serial) == Some(here.as_str())).then(|| Compared {
                outcome: compare(work, &account.id, &serial, backup),
                serial,
                account: account.id,
            })
        })
        .collect()
}

/// The serial number of an account that was not compared yet, and the moment of its backup.
pub fn unchecked(account: &AccountView) -> Option<(SerialNumber, UnixTime)> {
    let backup = UnixTime::from_seconds(account.unchecked_since?);
    let serial = SerialNumber::try_from(account.serial.clone()?).ok()?;
    Some((serial, backup))
}

fn compare(
    work: &Work<'_>,
    account: &AccountId,
    serial: &SerialNumber,
    backup: UnixTime,
) -> Result<Since, Error> {
    match find(work, serial)?.and_then(|device| device.enabled) {
        None => {
            work.authenticator.remove(account)?;
            Ok(Since::Retired)
        }
        Some(enabled) if enabled > backup => Ok(Since::EnabledLater),
        Some(_) => {
            work.authenticator.bind(account, serial.clone())?;
            Ok(Since::Unchanged)
        }
    }
}

/// Among one's own devices, which everybody may list; else among all virtual ones.
fn find(work: &Work<'_>, serial: &SerialNumber) -> Result<Option<MfaDevice>, Error> {
    if let Some(user) = work.connection.caller().user() {
        let own = work.patiently(|| work.api().list_mfa_devices(user));
        if let Some(device) = own
            .ok()
            .and_then(|own| own.into_iter().find(|device| device.serial == *serial))
        {
            return Ok(Some(device));
        }
    }
    Ok(work.patiently(|| find_virtual(work, serial))?)
}
