//! Two administrators who enrol the same user at the same moment: the device that was enabled later goes.

use std::collections::HashSet;
use std::time::Duration;

use lockstep_device::serial::SerialNumber;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::file;

use crate::api::failure::Failure;
use crate::awaited::Awaited;
use crate::error::Error;
use crate::fleet::run_store::{Member, Stage};
use crate::fleet::running::{DeviceOf, Running, devices_if_told};
use crate::name::UserName;

/// Takes this run's device back from each user who got another one just before. Both runs look after they have enabled theirs,
/// and both judge alike, so that just one of the two devices stays.
pub(super) fn yield_to_earlier(running: &Running<'_>, members: &mut [Member]) -> Result<(), Error> {
    let is_ours = |member: &Member| matches!(member.stage, Stage::HandedOver { .. });
    if !members.iter().any(is_ours) {
        return Ok(());
    }
    let there = looked_at(running, members)?;
    for (number, (user, member)) in running.plan.users.iter().zip(members).enumerate() {
        let Stage::HandedOver { serial, file, .. } = member.stage.clone() else {
            continue;
        };
        let Some(earlier) = earlier_than(&there, &user.name, &serial) else {
            continue;
        };
        let api = running.fleet.connection.api();
        let deactivated = running
            .gate
            .ask(|| api.deactivate_mfa_device(&user.name, &serial));
        gone(deactivated)?;
        gone(running.gate.ask(|| api.delete_virtual_mfa_device(&serial)))?;
        file::remove(&running.plan.hand_off.join(file), &Faults::none())
            .map_err(|error| Error::Device(error.into()))?;
        if let Some(copy) = running.fleet.work().account_of(&serial) {
            running.fleet.authenticator.remove(&copy.id)?;
        }
        member.stage = Stage::Had { serial: earlier };
        member.tags_missing = None;
        running.store.keep(number, member)?;
    }
    Ok(())
}

/// Who has which device now. AWS says in which second each was enabled: where somebody else is enrolling at the same time, it is
/// looked only when the second of our last one is over, so that what comes after is later than ours to both.
fn looked_at(running: &Running<'_>, members: &[Member]) -> Result<Vec<DeviceOf>, Error> {
    let there = devices_if_told(&running.gate, running.fleet)?;
    let ours: HashSet<&str> = members
        .iter()
        .filter_map(|member| match &member.stage {
            Stage::HandedOver { serial, .. } => Some(serial.as_str()),
            _ => None,
        })
        .collect();
    let is_ours = |device: &&DeviceOf| ours.contains(device.serial.as_str());
    let had: HashSet<&str> = running.had.iter().map(|device| device.serial.as_str()).collect();
    let are_others_at_it = there
        .iter()
        .any(|device| !is_ours(&device) && !had.contains(device.serial.as_str()));
    let last = there
        .iter()
        .filter(is_ours)
        .filter_map(|device| device.enabled)
        .max();
    let (true, Some(last)) = (are_others_at_it, last) else {
        return Ok(there);
    };
    running.fleet.work().wait_until(
        last.saturating_add(Duration::from_secs(1)),
        Awaited::OtherEnrolments,
    )?;
    devices_if_told(&running.gate, running.fleet)
}

fn gone(outcome: Result<(), Failure>) -> Result<(), Error> {
    match outcome {
        Ok(()) | Err(Failure::Absent { .. }) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

/// The user's device that was there before `ours`. In the same second the serial number decides.
fn earlier_than(there: &[DeviceOf], user: &UserName, ours: &SerialNumber) -> Option<SerialNumber> {
    let of_user = || there.iter().filter(|device| device.user == *user);
    let place = |device: &DeviceOf| (device.enabled, device.serial.as_str().to_owned());
    let mine = of_user().find(|device| device.serial == *ours).map(place)?;
    of_user()
        .filter(|device| device.serial != *ours && place(device) < mine)
        .map(|device| device.serial.clone())
        .next()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use lockstep_device::time::UnixTime;

    use super::*;

    fn device(user: &str, name: &str, enabled: u64) -> DeviceOf {
        DeviceOf {
            user: UserName::try_from(user.to_owned()).unwrap(),
            serial: serial(name),
            enabled: Some(UnixTime::from_seconds(enabled)),
        }
    }

    fn serial(name: &str) -> SerialNumber {
        SerialNumber::try_from(format!("arn:aws:iam::123456789012:mfa/{name}")).unwrap()
    }

    #[test]
    fn of_two_devices_just_one_yields_whichever_of_them_looks() {
        let maya = UserName::try_from("maya".to_owned()).unwrap();
        for (first, second) in [(7, 8), (8, 7), (7, 7)] {
            let there = [
                device("maya", "maya-a", first),
                device("omar", "omar-a", 1),
                device("maya", "maya-b", second),
            ];
            let yields: Vec<bool> = ["maya-a", "maya-b"]
                .iter()
                .map(|name| earlier_than(&there, &maya, &serial(name)).is_some())
                .collect();
            assert_eq!(
                yields.iter().filter(|yields| **yields).count(),
                1,
                "{first} {second}"
            );
            assert_eq!(yields[1], second >= first);
        }
    }

    #[test]
    fn a_device_that_is_not_there_any_more_yields_to_nobody() {
        let maya = UserName::try_from("maya".to_owned()).unwrap();
        let there = [device("maya", "rotated", 3)];
        assert_eq!(earlier_than(&there, &maya, &serial("maya-a")), None);
    }
}
