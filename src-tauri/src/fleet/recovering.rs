//! The lost phone: a user's devices go, and a new one is handed over.

use std::sync::Arc;

use lockstep_iam::error::Error;
use lockstep_iam::fleet::recover::{devices_of, take};
use lockstep_iam::fleet::run::RunRequest;
use lockstep_iam::name::UserName;
use lockstep_iam::work::bound;
use serde::Serialize;

use crate::error::ShellError;
use crate::fleet::enrolling::{ChosenUser, request};
use crate::fleet::seals::{HandOffWay, Sheet, named};
use crate::fleet::seen::Seen;
use crate::fleet::view::FleetDeviceView;
use crate::shell::Shell;

/// What was done for a user who lost the phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct Recovered {
    /// The serial numbers of the devices that are gone.
    pub taken: Vec<String>,
    /// The run that enrols a new one; nothing where none is wanted.
    pub run: Option<String>,
}

impl Shell {
    /// The devices that a user has at this moment (IAM API: `ListMFADevices`).
    pub fn fleet_devices(&self, whose: &ChosenUser) -> Result<Vec<FleetDeviceView>, ShellError> {
        let seen = self.seen()?;
        let user = somebody_else(&seen, whose)?;
        let devices = self.work_in(&seen, &whose.account, |work| devices_of(work, &user))?;
        let here = bound(&*self.authenticator()?);
        Ok(devices
            .iter()
            .map(|device| FleetDeviceView::listed(device, &here))
            .collect())
    }

    /// Takes every device from a user for good, and enrols a new one if there is a way to hand it over.
    pub fn recover_user(
        self: &Arc<Self>,
        whose: &ChosenUser,
        anew: Option<&HandOffWay>,
    ) -> Result<Recovered, ShellError> {
        let seen = self.seen()?;
        let user = somebody_else(&seen, whose)?;
        // Read first: afterwards the user has no device, and a list that cannot be read would come too late.
        let anew = anew.map(|way| self.prepared(&user, way)).transpose()?;
        let taken = self.work_in(&seen, &whose.account, |work| {
            let devices = devices_of(work, &user)?;
            take(work, &user, &devices)?;
            Ok(devices)
        })?;
        let run = match anew {
            None => None,
            Some((request, sheet)) => {
                let requests = [(seen.role(&whose.account)?.clone(), request)];
                Some(self.begin(Arc::clone(&seen), &requests, sheet.as_ref())?.run)
            }
        };
        Ok(Recovered {
            taken: taken.iter().map(|device| device.serial.to_string()).collect(),
            run,
        })
    }

    fn prepared(&self, user: &UserName, way: &HandOffWay) -> Result<(RunRequest, Option<Sheet>), ShellError> {
        self.require_no_run()?;
        let folder = named(&way.folder, "the folder for the hand-off")?;
        let (seals, sheet) = way.seal.read()?;
        let key = seals.key_of(user)?;
        let key = key.ok_or_else(|| ShellError::KeyMissing(user.to_string()))?;
        Ok((request([(user.clone(), key)].into(), folder, way)?, sheet))
    }
}

/// Fails with [`Error::OwnDevices`] for the caller, who in a role looks like anybody.
fn somebody_else(seen: &Seen, whose: &ChosenUser) -> Result<UserName, ShellError> {
    let user = UserName::try_from(whose.user.clone()).map_err(Error::from)?;
    if seen.caller_in(&whose.account) == Some(&user) {
        return Err(Error::OwnDevices(user.to_string()).into());
    }
    Ok(user)
}
