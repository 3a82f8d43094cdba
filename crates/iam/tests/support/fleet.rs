//! Devices on many users of the practice account, without going through IAM for each.

use lockstep_device::serial::SerialNumber;
use lockstep_practice::account::Account;
use lockstep_practice::device::{Assignment, Device, Kind, new_seed};
use serde_json::json;

/// A virtual device of this name that is nobody's.
pub(crate) fn leave_device(account: &mut Account, name: &str) -> SerialNumber {
    let serial = account.home.arn(&format!("mfa/{name}"));
    let kind = Kind::Virtual {
        path: "/".to_owned(),
        name: name.to_owned(),
    };
    let device = Device::new(serial.clone(), kind, Some(new_seed()));
    account.home.devices.insert(serial.clone(), device);
    SerialNumber::try_from(serial).unwrap()
}

/// A further virtual device of this user's.
pub(crate) fn give_device(account: &mut Account, user: &str) -> SerialNumber {
    let number = account.home.devices_of(user).count();
    let serial = leave_device(account, &format!("{user}-{number}"));
    assign(account, serial.as_str(), user);
    serial
}

/// A factory token of this user's.
pub(crate) fn give_hardware(account: &mut Account, user: &str, serial: &str) {
    account.put_hardware_token(serial, new_seed());
    assign(account, serial, user);
}

fn assign(account: &mut Account, serial: &str, user: &str) {
    let since = account.now();
    account.home.devices.get_mut(serial).unwrap().assigned = Some(Assignment {
        user: user.to_owned(),
        since,
        skew: 0,
    });
}

/// Another account with so many users and a role that the administrator may take on.
pub(crate) fn put_account(practice: &mut Account, account: &str, users: usize) {
    let admin = practice.home.user_arn("admin");
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": admin}, "Action": "sts:AssumeRole"},
    ]});
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
    ]});
    practice
        .put_role(
            account,
            "LockstepAdmin",
            &trust.to_string(),
            Some(&policy.to_string()),
        )
        .unwrap();
    let now = practice.now();
    for number in 1..=users {
        practice
            .directory_mut(account)
            .add_user(&format!("crew-{number:03}"), "/", now);
    }
}
