//! What an account says of itself: alias and numbers.

use crate::call::Call;
use crate::device::Device;
use crate::page::{Page, Slice};
use crate::refusal::Refusal;
use crate::xml::Reply;

/// `ListAccountAliases`: one or none.
pub fn list_aliases(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let page = Page::read(&mut input);
    input.finish()?;
    call.authorise("iam:ListAccountAliases", "*")?;
    let aliases = call.directory().alias.iter();
    let (aliases, next) = page.of("aliases", None, aliases, |alias| alias)?.into_parts();
    Ok(Reply::result(|xml| {
        xml.element("AccountAliases", |xml| {
            for alias in aliases {
                xml.text("member", alias);
            }
        });
        Slice::<()>::write_end(xml, next.as_deref());
    }))
}

/// `GetAccountSummary`.
pub fn get(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    call.authorise("iam:GetAccountSummary", "*")?;
    let directory = call.directory();
    // Factory tokens that nobody has are not the account's devices yet.
    let is_held = |device: &&Device| device.is_virtual() || device.assigned.is_some();
    let devices = directory.devices.values().filter(is_held);
    let in_use = directory
        .devices
        .values()
        .filter(|device| device.assigned.is_some());
    let numbers = [
        ("AccessKeysPerUserQuota", 2),
        ("AccountMFAEnabled", usize::from(directory.root_mfa)),
        ("AccountPasswordPresent", 1),
        ("Groups", 0),
        ("MFADevices", devices.count()),
        ("MFADevicesInUse", in_use.count()),
        ("Policies", 0),
        ("Roles", directory.roles.len()),
        ("Users", directory.users.len()),
        ("UsersQuota", 5000),
    ];
    Ok(Reply::result(|xml| {
        xml.element("SummaryMap", |xml| {
            for (name, number) in numbers {
                xml.element("entry", |xml| {
                    xml.text("key", name);
                    xml.text("value", &number.to_string());
                });
            }
        });
    }))
}
