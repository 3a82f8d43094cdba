//! Inline policies of users.

use crate::account::no_such_user;
use crate::call::Call;
use crate::constraints::{POLICY_DOCUMENT, POLICY_NAME, USER_NAME};
use crate::page::{Page, Slice};
use crate::policy::document::Policy;
use crate::refusal::Refusal;
use crate::xml::Reply;

/// `PutUserPolicy`.
pub fn put(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let user = input.required("UserName", &USER_NAME);
    let name = input.required("PolicyName", &POLICY_NAME);
    let document = input.required("PolicyDocument", &POLICY_DOCUMENT);
    input.finish()?;
    call.authorise("iam:PutUserPolicy", &call.directory().user_arn(user))?;
    let policy = Policy::identity(document)?;
    let user = call
        .directory_mut()
        .users
        .get_mut(user)
        .ok_or_else(|| no_such_user(user))?;
    user.policies.insert(name.to_owned(), policy);
    Ok(Reply::done())
}

/// `DeleteUserPolicy`.
pub fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let user = input.required("UserName", &USER_NAME);
    let name = input.required("PolicyName", &POLICY_NAME);
    input.finish()?;
    call.authorise("iam:DeleteUserPolicy", &call.directory().user_arn(user))?;
    let user = call
        .directory_mut()
        .users
        .get_mut(user)
        .ok_or_else(|| no_such_user(user))?;
    match user.policies.remove(name) {
        Some(_) => Ok(Reply::done()),
        None => Err(Refusal::no_such_entity(format!(
            "The user policy with name {name} cannot be found."
        ))),
    }
}

/// `ListUserPolicies`.
pub fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let user = input.required("UserName", &USER_NAME);
    let page = Page::read(&mut input);
    input.finish()?;
    let directory = call.directory();
    call.authorise("iam:ListUserPolicies", &directory.user_arn(user))?;
    let user = directory.users.get(user).ok_or_else(|| no_such_user(user))?;
    let names = user.policies.keys();
    let (names, next) = page
        .of("policies", call.account.page_size, names, |name| name)?
        .into_parts();
    Ok(Reply::result(|xml| {
        xml.element("PolicyNames", |xml| {
            for name in names {
                xml.text("member", name);
            }
        });
        Slice::<()>::write_end(xml, next.as_deref());
    }))
}
