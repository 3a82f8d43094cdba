//! Users and their passwords.

use crate::account::no_such_user;
use crate::call::Call;
use crate::constraints::{NEW_USER_NAME, PASSWORD, PATH, PATH_PREFIX, USER_NAME};
use crate::directory::{Directory, User, timestamp};
use crate::page::{Page, Slice};
use crate::refusal::Refusal;
use crate::xml::{Reply, Xml};

/// `CreateUser`.
pub fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let path = input.optional("Path", &PATH).unwrap_or("/");
    let name = input.required("UserName", &NEW_USER_NAME);
    let tags = input.tags(false)?;
    input.finish()?;
    let arn = call.directory().arn(&format!("user{path}{name}"));
    call.authorise_tags("iam:CreateUser", &arn, &tags)?;
    if !tags.is_empty() {
        call.authorise_tags("iam:TagUser", &arn, &tags)?;
    }
    // Names are unique without regard to case (IAM user guide, "IAM name limits").
    if call
        .directory()
        .users
        .keys()
        .any(|other| other.eq_ignore_ascii_case(name))
    {
        return Err(Refusal::already_exists(format!(
            "User with name {name} already exists."
        )));
    }
    let now = call.now;
    call.directory_mut().add_user(name, path, now).tags = tags;
    user_reply(call.directory(), name)
}

/// `DeleteUser`: refused while something hangs on the user.
pub fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let name = input.required("UserName", &USER_NAME);
    input.finish()?;
    let directory = call.directory();
    call.authorise("iam:DeleteUser", &directory.user_arn(name))?;
    let user = directory.users.get(name).ok_or_else(|| no_such_user(name))?;
    let first = [
        (user.password.is_some(), "delete login profile"),
        (!user.keys.is_empty(), "delete access keys"),
        (!user.policies.is_empty(), "delete policies"),
        (!user.attached.is_empty(), "detach all policies"),
        (directory.devices_of(name).next().is_some(), "delete MFA device"),
    ];
    if let Some((_, what)) = first.into_iter().find(|(hangs, _)| *hangs) {
        return Err(Refusal::delete_conflict(format!(
            "Cannot delete entity, must {what} first."
        )));
    }
    call.directory_mut().users.remove(name);
    Ok(Reply::done())
}

/// `GetUser`: the one named, or the caller.
pub fn get(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let name = input.optional("UserName", &USER_NAME);
    input.finish()?;
    let name = call.user_or_caller(name)?;
    call.authorise("iam:GetUser", &call.directory().user_arn(&name))?;
    user_reply(call.directory(), &name)
}

/// `ListUsers`: without tags, as the API reference says.
pub fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let prefix = input.optional("PathPrefix", &PATH_PREFIX).unwrap_or("/");
    let page = Page::read(&mut input);
    input.finish()?;
    let directory = call.directory();
    call.authorise("iam:ListUsers", &directory.arn(&format!("user{prefix}")))?;
    let users = directory
        .users
        .values()
        .filter(|user| user.path.starts_with(prefix));
    let (users, next) = page
        .of("users", call.account.page_size, users, |user| &user.name)?
        .into_parts();
    Ok(Reply::result(|xml| {
        xml.list("Users", users, |xml, user| write(xml, directory, user, false));
        Slice::<User>::write_end(xml, next.as_deref());
    }))
}

/// `CreateLoginProfile`: the user has a password.
pub fn create_login_profile(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let name = input.optional("UserName", &NEW_USER_NAME);
    let password = input.required("Password", &PASSWORD);
    let reset = input.truth("PasswordResetRequired").unwrap_or(false);
    input.finish()?;
    let name = call.user_or_caller(name)?;
    call.authorise("iam:CreateLoginProfile", &call.directory().user_arn(&name))?;
    let now = call.now;
    let user = call
        .directory_mut()
        .users
        .get_mut(&name)
        .ok_or_else(|| no_such_user(&name))?;
    if user.password.is_some() {
        return Err(Refusal::already_exists(format!(
            "Login Profile for user {name} already exists."
        )));
    }
    // The default password policy, as far as its length.
    if password.chars().count() < 8 {
        return Err(Refusal::new(
            "PasswordPolicyViolation",
            400,
            "Password should have a minimum length of 8",
        ));
    }
    user.password = Some(now);
    Ok(Reply::result(|xml| {
        xml.element("LoginProfile", |xml| {
            xml.text("UserName", &name);
            xml.text("CreateDate", &timestamp(now));
            xml.text("PasswordResetRequired", if reset { "true" } else { "false" });
        });
    }))
}

/// `DeleteLoginProfile`.
pub fn delete_login_profile(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut input = call.input();
    let name = input.optional("UserName", &NEW_USER_NAME);
    input.finish()?;
    let name = call.user_or_caller(name)?;
    call.authorise("iam:DeleteLoginProfile", &call.directory().user_arn(&name))?;
    let user = call
        .directory_mut()
        .users
        .get_mut(&name)
        .ok_or_else(|| no_such_user(&name))?;
    match user.password.take() {
        Some(_) => Ok(Reply::done()),
        None => Err(Refusal::no_such_entity(format!(
            "Login Profile for User {name} cannot be found."
        ))),
    }
}

/// Writes the members of a `User` structure.
pub fn write(xml: &mut Xml, directory: &Directory, user: &User, with_tags: bool) {
    xml.text("Path", &user.path);
    xml.text("UserName", &user.name);
    xml.text("UserId", &user.id);
    xml.text("Arn", &directory.user_arn(&user.name));
    xml.text("CreateDate", &timestamp(user.created));
    if let Some(time) = user.signed_in {
        xml.text("PasswordLastUsed", &timestamp(time));
    }
    if with_tags && !user.tags.is_empty() {
        xml.tags(&user.tags);
    }
}

/// Writes the members of a `User` structure for the root user, who has no name and no path.
pub fn write_root(xml: &mut Xml, directory: &Directory) {
    xml.text("UserId", &directory.id);
    xml.text("Arn", &directory.arn("root"));
    xml.text("CreateDate", &timestamp(directory.created));
}

fn user_reply(directory: &Directory, name: &str) -> Result<Reply, Refusal> {
    let user = directory.users.get(name).ok_or_else(|| no_such_user(name))?;
    Ok(Reply::result(|xml| {
        xml.element("User", |xml| write(xml, directory, user, true));
    }))
}
