//! The operations of IAM (API version 2010-05-08).

use crate::call::Call;
use crate::caller::Identity;
use crate::refusal::Refusal;
use crate::xml::Reply;

pub mod assignment;
pub mod key;
pub mod report;
pub mod summary;
pub mod tag;
pub mod user;
pub mod user_policy;
pub mod virtual_device;

/// Does what a call asks for. 400 `InvalidAction` for an operation that is not here.
pub fn perform(action: &str, call: &mut Call<'_>) -> Result<Reply, Refusal> {
    // The IAM user guide on GetSessionToken: without a code, its credentials cannot call IAM.
    let is_user_session =
        matches!(call.caller.identity, Identity::User { .. }) && !call.caller.is_long_term();
    if is_user_session && call.caller.verified().is_none() {
        return Err(Refusal::unknown_credentials());
    }
    match action {
        "CreateVirtualMFADevice" => virtual_device::create(call),
        "DeleteVirtualMFADevice" => virtual_device::delete(call),
        "ListVirtualMFADevices" => virtual_device::list(call),
        "EnableMFADevice" => assignment::enable(call),
        "ResyncMFADevice" => assignment::resync(call),
        "DeactivateMFADevice" => assignment::deactivate(call),
        "ListMFADevices" => assignment::list(call),
        "GetMFADevice" => assignment::get(call),
        "TagMFADevice" => tag::tag_device(call),
        "UntagMFADevice" => tag::untag_device(call),
        "ListMFADeviceTags" => tag::list_device_tags(call),
        "TagUser" => tag::tag_user(call),
        "UntagUser" => tag::untag_user(call),
        "ListUserTags" => tag::list_user_tags(call),
        "CreateUser" => user::create(call),
        "DeleteUser" => user::delete(call),
        "GetUser" => user::get(call),
        "ListUsers" => user::list(call),
        "CreateLoginProfile" => user::create_login_profile(call),
        "DeleteLoginProfile" => user::delete_login_profile(call),
        "CreateAccessKey" => key::create(call),
        "DeleteAccessKey" => key::delete(call),
        "ListAccessKeys" => key::list(call),
        "PutUserPolicy" => user_policy::put(call),
        "DeleteUserPolicy" => user_policy::delete(call),
        "ListUserPolicies" => user_policy::list(call),
        "ListAccountAliases" => summary::list_aliases(call),
        "GetAccountSummary" => summary::get(call),
        "GenerateCredentialReport" => report::generate(call),
        "GetCredentialReport" => report::get(call),
        other => Err(Refusal::new(
            "InvalidAction",
            400,
            format!("Could not find operation {other} for version 2010-05-08"),
        )),
    }
}
