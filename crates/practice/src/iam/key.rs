//! Access keys.

use crate::account::no_such_user;
use crate::call::Call;
use crate::constraints::{ACCESS_KEY_ID, USER_NAME};
use crate::directory::{AccessKey, timestamp};
use crate::page::{Page, Slice};
use crate::refusal::Refusal;
use crate::xml::Reply;

/// Access keys a user may have.
const KEYS_PER_USER: usize = 2;

/// `CreateAccessKey`: the one answer that holds the secret.
pub fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let name = input.optional("UserName", &USER_NAME);
    input.finish()?;
    let name = call.user_or_caller(name)?;
    call.authorise("iam:CreateAccessKey", &call.directory().user_arn(&name))?;
    let now = call.now;
    let user = call
        .directory_mut()
        .users
        .get_mut(&name)
        .ok_or_else(|| no_such_user(&name))?;
    if user.keys.len() >= KEYS_PER_USER {
        return Err(Refusal::quota("AccessKeysPerUser", KEYS_PER_USER));
    }
    let key = user.add_key(now);
    Ok(Reply::result(|xml| {
        xml.element("AccessKey", |xml| {
            xml.text("UserName", &name);
            xml.text("AccessKeyId", &key.id);
            xml.text("Status", "Active");
            xml.text("SecretAccessKey", &key.secret);
            xml.text("CreateDate", &timestamp(key.created));
        });
    }))
}

/// `DeleteAccessKey`.
pub fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let name = input.optional("UserName", &USER_NAME);
    let id = input.required("AccessKeyId", &ACCESS_KEY_ID);
    input.finish()?;
    let name = call.user_or_caller(name)?;
    call.authorise("iam:DeleteAccessKey", &call.directory().user_arn(&name))?;
    let user = call
        .directory_mut()
        .users
        .get_mut(&name)
        .ok_or_else(|| no_such_user(&name))?;
    let before = user.keys.len();
    user.keys.retain(|key| key.id != id);
    if user.keys.len() == before {
        return Err(Refusal::no_such_entity(format!(
            "The Access Key with id {id} cannot be found."
        )));
    }
    Ok(Reply::done())
}

/// `ListAccessKeys`.
pub fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let name = input.optional("UserName", &USER_NAME);
    let page = Page::read(&mut input);
    input.finish()?;
    let name = call.user_or_caller(name)?;
    let directory = call.directory();
    call.authorise("iam:ListAccessKeys", &directory.user_arn(&name))?;
    let user = directory.users.get(&name).ok_or_else(|| no_such_user(&name))?;
    let mut keys: Vec<&AccessKey> = user.keys.iter().collect();
    keys.sort_by(|one, other| one.id.cmp(&other.id));
    let (keys, next) = page
        .of("keys", call.account.page_size, keys.into_iter(), |key| &key.id)?
        .into_parts();
    Ok(Reply::result(|xml| {
        xml.list("AccessKeyMetadata", keys, |xml, key| {
            xml.text("UserName", &name);
            xml.text("AccessKeyId", &key.id);
            xml.text("Status", "Active");
            xml.text("CreateDate", &timestamp(key.created));
        });
        Slice::<AccessKey>::write_end(xml, next.as_deref());
    }))
}
