//! Tags of devices and users.

use std::collections::BTreeMap;

use crate::account::no_such_user;
use crate::call::Call;
use crate::constraints::{MAX_TAGS, SERIAL_NUMBER, USER_NAME};
use crate::iam::virtual_device::no_such_device;
use crate::page::{Page, Slice};
use crate::refusal::Refusal;
use crate::xml::Reply;

type Tags = BTreeMap<String, String>;

/// What is tagged.
enum Tagged<'q> {
    Device(&'q str),
    User(&'q str),
}

/// `TagMFADevice`.
pub fn tag_device(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    tag(call, "iam:TagMFADevice", Tagged::device)
}

/// `UntagMFADevice`.
pub fn untag_device(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    untag(call, "iam:UntagMFADevice", Tagged::device)
}

/// `ListMFADeviceTags`, sorted by key.
pub fn list_device_tags(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    list(call, "iam:ListMFADeviceTags", Tagged::device)
}

/// `TagUser`.
pub fn tag_user(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    tag(call, "iam:TagUser", Tagged::user)
}

/// `UntagUser`.
pub fn untag_user(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    untag(call, "iam:UntagUser", Tagged::user)
}

/// `ListUserTags`, sorted by key.
pub fn list_user_tags(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    list(call, "iam:ListUserTags", Tagged::user)
}

impl<'q> Tagged<'q> {
    fn device(input: &mut crate::constraints::Input<'q>) -> Self {
        Self::Device(input.required("SerialNumber", &SERIAL_NUMBER))
    }

    fn user(input: &mut crate::constraints::Input<'q>) -> Self {
        Self::User(input.required("UserName", &USER_NAME))
    }

    fn arn(&self, call: &Call<'_>) -> String {
        match self {
            Self::Device(serial) => (*serial).to_owned(),
            Self::User(name) => call.directory().user_arn(name),
        }
    }

    /// Only virtual devices have tags (IAM API: `TagMFADevice`).
    fn tags<'c>(&self, call: &'c mut Call<'_>) -> Result<&'c mut Tags, Refusal> {
        let directory = call.directory_mut();
        match self {
            Self::Device(serial) => {
                let device = directory
                    .devices
                    .get_mut(*serial)
                    .filter(|device| device.is_virtual());
                device
                    .map(|device| &mut device.tags)
                    .ok_or_else(|| no_such_device(serial))
            }
            Self::User(name) => {
                let user = directory.users.get_mut(*name);
                user.map(|user| &mut user.tags).ok_or_else(|| no_such_user(name))
            }
        }
    }
}

type Read<'q> = fn(&mut crate::constraints::Input<'q>) -> Tagged<'q>;

fn tag<'q>(call: &mut Call<'q>, action: &str, read: Read<'q>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let tagged = read(&mut input);
    let new = input.tags(true)?;
    input.finish()?;
    call.authorise_tags(action, &tagged.arn(call), &new)?;
    let tags = tagged.tags(call)?;
    let mut merged = tags.clone();
    for (key, value) in new {
        // Keys are compared without regard to case, and keep the case they were last given.
        merged.retain(|other, _| other.to_lowercase() != key.to_lowercase());
        merged.insert(key, value);
    }
    if merged.len() > MAX_TAGS {
        return Err(Refusal::quota("TagsPerResource", MAX_TAGS));
    }
    *tags = merged;
    Ok(Reply::done())
}

fn untag<'q>(call: &mut Call<'q>, action: &str, read: Read<'q>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let tagged = read(&mut input);
    let keys = input.tag_keys();
    input.finish()?;
    call.authorise(action, &tagged.arn(call))?;
    let tags = tagged.tags(call)?;
    tags.retain(|key, _| {
        !keys
            .iter()
            .any(|other| other.to_lowercase() == key.to_lowercase())
    });
    Ok(Reply::done())
}

fn list<'q>(call: &mut Call<'q>, action: &str, read: Read<'q>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let tagged = read(&mut input);
    let page = Page::read(&mut input);
    input.finish()?;
    call.authorise(action, &tagged.arn(call))?;
    let most = call.account.page_size;
    // Keys may have characters that no marker has: the place in the list stands for them.
    let numbered = tagged.tags(call)?.iter().enumerate();
    let numbered = numbered.map(|(place, tag)| (format!("{place:03}"), tag));
    let (items, next) = page.of("tags", most, numbered, |(place, _)| place)?.into_parts();
    Ok(Reply::result(|xml| {
        xml.tags(items.into_iter().map(|(_, tag)| tag));
        Slice::<()>::write_end(xml, next.as_deref());
    }))
}
