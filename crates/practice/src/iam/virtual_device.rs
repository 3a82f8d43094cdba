//! Virtual devices: made with a seed and a QR code, listed without, deleted when nobody has them.

use data_encoding::BASE64;
use lockstep_device::qr::encode;
use lockstep_device::seed::Seed;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::call::Call;
use crate::constraints::{DEVICE_NAME, PATH, SERIAL_NUMBER};
use crate::device::{Device, Kind, new_seed};
use crate::directory::{ROOT, timestamp};
use crate::iam::user;
use crate::page::{Page, Slice};
use crate::refusal::Refusal;
use crate::xml::Reply;

/// Pixels a module in the QR code; AWS's own pictures are about that size.
const QR_SCALE: u32 = 5;

/// What a Key URI's label leaves as it is (RFC 3986 §2.3).
const LABEL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// `CreateVirtualMFADevice`: the one answer that holds the seed.
pub fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let path = input.optional("Path", &PATH).unwrap_or("/");
    let name = input.required("VirtualMFADeviceName", &DEVICE_NAME);
    let tags = input.tags(false)?;
    input.finish()?;
    let serial = call.directory().arn(&format!("mfa{path}{name}"));
    call.authorise_tags("iam:CreateVirtualMFADevice", &serial, &tags)?;
    if !tags.is_empty() {
        // IAM user guide, "Tagging IAM resources": tags at creation need the permission to tag as well.
        call.authorise_tags("iam:TagMFADevice", &serial, &tags)?;
    }
    if serial.len() > 256 {
        return Err(Refusal::invalid_input(
            "The serial number of the device would be longer than 256 characters.",
        ));
    }
    if call.directory().devices.contains_key(&serial) {
        return Err(Refusal::already_exists("MFA device already exists."));
    }
    let seed = new_seed();
    let directory = call.directory();
    let holder = directory.alias.as_deref().unwrap_or(&directory.id);
    let picture = picture(&seed, name, holder)?;
    let secret = seed.to_base32();
    let kind = Kind::Virtual {
        path: path.to_owned(),
        name: name.to_owned(),
    };
    let mut device = Device::new(serial.clone(), kind, Some(seed));
    device.tags.clone_from(&tags);
    call.directory_mut().devices.insert(serial.clone(), device);
    Ok(Reply::result(|xml| {
        xml.element("VirtualMFADevice", |xml| {
            xml.text("SerialNumber", &serial);
            // The bytes of the blob are base32 text, and a blob is base64 on the wire: two layers.
            xml.text("Base32StringSeed", &BASE64.encode(secret.as_bytes()));
            xml.text("QRCodePNG", &BASE64.encode(&picture));
            if !tags.is_empty() {
                xml.tags(&tags);
            }
        });
    }))
}

/// `DeleteVirtualMFADevice`.
pub fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let serial = input.required("SerialNumber", &SERIAL_NUMBER);
    input.finish()?;
    call.authorise("iam:DeleteVirtualMFADevice", serial)?;
    match call
        .directory()
        .devices
        .get(serial)
        .filter(|device| device.is_virtual())
    {
        None => Err(no_such_device(serial)),
        Some(device) if device.assigned.is_some() => Err(Refusal::delete_conflict(
            "MFA VirtualDevice in use. Must deactivate first.",
        )),
        Some(_) => {
            call.directory_mut().devices.remove(serial);
            Ok(Reply::done())
        }
    }
}

/// `ListVirtualMFADevices`: never seeds, pictures or tags.
pub fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let status = input
        .word("AssignmentStatus", &["Assigned", "Unassigned", "Any"])
        .unwrap_or("Any");
    let page = Page::read(&mut input);
    input.finish()?;
    // The service authorization reference has no resource type for it. The service names this one when it denies.
    call.authorise("iam:ListVirtualMFADevices", &call.directory().arn("mfa/"))?;
    let directory = call.directory();
    let wanted = |device: &&Device| match status {
        "Assigned" => device.assigned.is_some(),
        "Unassigned" => device.assigned.is_none(),
        _ => true,
    };
    let devices = directory
        .devices
        .values()
        .filter(|device| device.is_virtual())
        .filter(wanted);
    let slice = page.of("virtual", call.account.page_size, devices, |device| {
        &device.serial
    })?;
    let (devices, next) = slice.into_parts();
    Ok(Reply::result(|xml| {
        xml.list("VirtualMFADevices", devices, |xml, device| {
            xml.text("SerialNumber", &device.serial);
            if let Some(assignment) = &device.assigned {
                if let Some(user) = directory.users.get(&assignment.user) {
                    xml.element("User", |xml| user::write(xml, directory, user, false));
                } else if assignment.user == ROOT {
                    xml.element("User", |xml| user::write_root(xml, directory));
                }
                xml.text("EnableDate", &timestamp(assignment.since));
            }
        });
        Slice::<Device>::write_end(xml, next.as_deref());
    }))
}

/// 404 for a virtual device that is not there.
pub fn no_such_device(serial: &str) -> Refusal {
    Refusal::no_such_entity(format!(
        "VirtualMFADevice with serial number {serial} doesn't exist."
    ))
}

/// The QR code as the console draws it: a Key URI with issuer.
fn picture(seed: &Seed, name: &str, holder: &str) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let name = utf8_percent_encode(name, LABEL);
    let secret = seed.to_base32();
    let uri = Zeroizing::new(format!(
        "otpauth://totp/Amazon%20Web%20Services:{name}@{holder}?secret={}&issuer=Amazon%20Web%20Services",
        *secret
    ));
    let png = encode::modules(&uri).and_then(|modules| modules.to_png(QR_SCALE));
    png.map_err(|error| Refusal::new("ServiceFailure", 500, error.to_string()))
}
