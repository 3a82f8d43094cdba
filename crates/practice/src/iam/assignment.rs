//! Devices and the users they are assigned to: Enable, Resync, Deactivate, and the lists of one user.

use crate::account::no_such_user;
use crate::call::Call;
use crate::constraints::{CODE, NEW_USER_NAME, SERIAL_NUMBER, USER_NAME};
use crate::device::{Assignment, Device, Kind};
use crate::directory::timestamp;
use crate::iam::virtual_device::no_such_device;
use crate::page::{Page, Slice};
use crate::refusal::Refusal;
use crate::xml::Reply;

/// Device, user and the two codes.
struct Pairing<'q> {
    user: &'q str,
    serial: &'q str,
    first: &'q str,
    second: &'q str,
}

/// `EnableMFADevice`. What is wrong with device and user is told before the codes are looked at.
pub fn enable(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let pairing = Pairing::read(call)?;
    call.authorise("iam:EnableMFADevice", &call.directory().user_arn(pairing.user))?;
    require_own_code(call, pairing.user)?;
    let directory = call.directory();
    if !directory.users.contains_key(pairing.user) {
        return Err(no_such_user(pairing.user));
    }
    let device = directory
        .devices
        .get(pairing.serial)
        .ok_or_else(|| no_such_device(pairing.serial))?;
    match device.user() {
        // The recorded texts do not say which is which: this is the sensible reading.
        Some(user) if user == pairing.user => {
            return Err(Refusal::already_exists(format!(
                "MFA Device for user {user} already exists."
            )));
        }
        Some(_) => return Err(Refusal::already_exists("MFA Device is already in use.")),
        None => {}
    }
    let limit = call.account.devices_per_user;
    if directory.devices_of(pairing.user).count() >= limit {
        return Err(Refusal::quota("MFADevicesPerUser", limit));
    }
    pair(call, &pairing)
}

/// `ResyncMFADevice`.
pub fn resync(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let pairing = Pairing::read(call)?;
    call.authorise("iam:ResyncMFADevice", &call.directory().user_arn(pairing.user))?;
    own_device(call, pairing.user, pairing.serial)?;
    pair(call, &pairing)
}

/// `DeactivateMFADevice`. A virtual device and a token are nobody's then; a passkey or a telephone number is gone.
pub fn deactivate(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let user = input.optional("UserName", &USER_NAME);
    let serial = input.required("SerialNumber", &SERIAL_NUMBER);
    input.finish()?;
    let user = call.user_or_caller(user)?;
    call.authorise("iam:DeactivateMFADevice", &call.directory().user_arn(&user))?;
    require_own_code(call, &user)?;
    own_device(call, &user, serial)?;
    let devices = &mut call.directory_mut().devices;
    if let Some(device) = devices.get_mut(serial) {
        device.assigned = None;
        if matches!(device.kind, Kind::Fido | Kind::Sms) {
            devices.remove(serial);
        }
    }
    call.account.spread(&call.caller.account, serial);
    Ok(Reply::done())
}

/// `ListMFADevices`: one user's devices of all kinds.
pub fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let user = input.optional("UserName", &USER_NAME);
    let page = Page::read(&mut input);
    input.finish()?;
    let user = call.user_or_caller(user)?;
    let directory = call.directory();
    call.authorise("iam:ListMFADevices", &directory.user_arn(&user))?;
    if !directory.users.contains_key(&user) {
        return Err(no_such_user(&user));
    }
    let devices = directory.devices_of(&user);
    let slice = page.of("devices", call.account.page_size, devices, |device| {
        &device.serial
    })?;
    let (devices, next) = slice.into_parts();
    Ok(Reply::result(|xml| {
        xml.list("MFADevices", devices, |xml, device| {
            xml.text("UserName", &user);
            xml.text("SerialNumber", &device.serial);
            if let Some(assignment) = &device.assigned {
                xml.text("EnableDate", &timestamp(assignment.since));
            }
        });
        Slice::<Device>::write_end(xml, next.as_deref());
    }))
}

/// `GetMFADevice`, which is for passkeys and security keys only.
pub fn get(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let serial = input.required("SerialNumber", &SERIAL_NUMBER);
    let user = input.optional("UserName", &NEW_USER_NAME);
    input.finish()?;
    let user = call.user_or_caller(user)?;
    call.authorise("iam:GetMFADevice", &call.directory().user_arn(&user))?;
    if !serial.contains(":u2f/") {
        return Err(Refusal::validation(
            "The SerialNumber is not that of a FIDO security key.",
        ));
    }
    let device = own_device(call, &user, serial)?;
    let since = device
        .assigned
        .as_ref()
        .map(|assignment| timestamp(assignment.since));
    Ok(Reply::result(|xml| {
        xml.text("UserName", &user);
        xml.text("SerialNumber", serial);
        if let Some(since) = since {
            xml.text("EnableDate", &since);
        }
    }))
}

impl<'q> Pairing<'q> {
    fn read(call: &Call<'q>) -> Result<Self, Refusal> {
        let mut input = call.input();
        let pairing = Self {
            user: input.required("UserName", &USER_NAME),
            serial: input.required("SerialNumber", &SERIAL_NUMBER),
            first: input.required("AuthenticationCode1", &CODE),
            second: input.required("AuthenticationCode2", &CODE),
        };
        input.finish()?;
        Ok(pairing)
    }
}

/// Judges the codes, assigns the device, and lets STS know in time.
fn pair(call: &mut Call<'_>, pairing: &Pairing<'_>) -> Result<Reply, Refusal> {
    let now = call.now;
    let devices = &mut call.directory_mut().devices;
    let device = devices
        .get_mut(pairing.serial)
        .ok_or_else(|| no_such_device(pairing.serial))?;
    let skew = device
        .accept_pair(pairing.first, pairing.second, now)
        .map_err(|_| {
            Refusal::new(
                "InvalidAuthenticationCode",
                403,
                "Authentication code for device is not valid.",
            )
        })?;
    let since = device
        .assigned
        .as_ref()
        .map_or(now, |assignment| assignment.since);
    device.assigned = Some(Assignment {
        user: pairing.user.to_owned(),
        since,
        skew,
    });
    call.account.spread(&call.caller.account, pairing.serial);
    Ok(Reply::done())
}

/// The device if it is this user's; 404 otherwise, and for a user who does not exist.
fn own_device<'c>(call: &'c Call<'_>, user: &str, serial: &str) -> Result<&'c Device, Refusal> {
    let directory = call.directory();
    if !directory.users.contains_key(user) {
        return Err(no_such_user(user));
    }
    let device = directory
        .devices
        .get(serial)
        .filter(|device| device.user() == Some(user));
    device.ok_or_else(|| Refusal::no_such_entity("MFA Device invalid for user."))
}

/// Bulletin AWS-2023-001: whoever has a device manages his own only in a session that a code stands behind, whatever
/// the policies say.
fn require_own_code(call: &Call<'_>, user: &str) -> Result<(), Refusal> {
    let is_self = call.caller.user_name() == Some(user);
    let has_device = call.directory().devices_of(user).next().is_some();
    if is_self && has_device && call.caller.verified().is_none() {
        return Err(Refusal::access_denied(
            "To complete this action, please ensure that you are authenticated with an MFA device that is enabled \
             for this user.",
        ));
    }
    Ok(())
}
