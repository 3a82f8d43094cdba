"""Who may do what: the personas, least policies, the rule of 2023, roles."""

import json

from practice import ACCOUNT, ARN, Device, client, control, denied, now_step, refused, settle

admin = client("iam")
TO_COMPLETE = (
    "AccessDenied",
    403,
    "To complete this action, please ensure that you are authenticated with an MFA device that is enabled for "
    "this user.",
)


def explicit(user, action, resource):
    return (
        "AccessDenied",
        403,
        f"User: {ARN}user/{user} is not authorized to perform: {action} on resource: {resource} with an explicit "
        "deny in an identity-based policy",
    )


# Nobody needs a permission to ask who he is.
pia = client("iam", "pia")
client("sts", "pia").get_caller_identity()
client("sts", "pia").get_session_token()
refused(denied("pia", "iam:CreateVirtualMFADevice", f"{ARN}mfa/pia"), pia.create_virtual_mfa_device, VirtualMFADeviceName="pia")
refused(denied("pia", "iam:GetUser", f"{ARN}user/pia"), pia.get_user)
refused(denied("pia", "iam:GetAccountSummary", "*"), pia.get_account_summary)

# Omar's device must be named like himself.
omar = client("iam", "omar")
refused(
    denied("omar", "iam:CreateVirtualMFADevice", f"{ARN}mfa/omar-2"),
    omar.create_virtual_mfa_device,
    VirtualMFADeviceName="omar-2",
)
Device(omar, "omar").enable(omar, "omar")

# Noor may neither tag nor delete.
noor = client("iam", "noor")
refused(
    explicit("noor", "iam:TagMFADevice", f"{ARN}mfa/noor-tagged"),
    noor.create_virtual_mfa_device,
    VirtualMFADeviceName="noor-tagged",
    Tags=[{"Key": "a", "Value": "b"}],
)
device = Device(noor, "noor-first")
refused(explicit("noor", "iam:DeleteVirtualMFADevice", device.serial), noor.delete_virtual_mfa_device, SerialNumber=device.serial)
refused(denied("noor", "iam:EnableMFADevice", f"{ARN}user/maya"), noor.enable_mfa_device, **device.pair(1, "maya"))
device.enable(noor, "noor")

# Whoever has a device needs it to add one or to take one away, whatever the policy; others and Resync are exempt.
maya = client("iam", "maya")
first = Device(maya, "maya-first", Tags=[{"Key": "a", "Value": "b"}]).enable(maya)
second = Device(maya, "maya-second")
refused(TO_COMPLETE, maya.enable_mfa_device, **second.pair(now_step()))
control("advance-clock", seconds=60)
maya.resync_mfa_device(**first.pair(now_step()))
own = Device(admin, "admin-first").enable(admin, "admin")
refused(TO_COMPLETE, admin.enable_mfa_device, **second.pair(now_step(), "admin"))
refused(TO_COMPLETE, admin.deactivate_mfa_device, SerialNumber=own.serial)
refused(TO_COMPLETE, admin.deactivate_mfa_device, SerialNumber=own.serial, UserName="admin")
admin.deactivate_mfa_device(SerialNumber=device.serial, UserName="noor")
given = client("sts", "maya").get_session_token(SerialNumber=first.serial, TokenCode=first.code(now_step()))
session = client("iam", session=given["Credentials"])
session.enable_mfa_device(**second.pair(now_step()))
session.deactivate_mfa_device(SerialNumber=first.serial)
assert [found["SerialNumber"] for found in session.list_mfa_devices()["MFADevices"]] == [second.serial]

# Roles: a code, or none; another account.
production = f"arn:aws:iam::{ACCOUNT}:role/Production"
abroad = "arn:aws:iam::210987654321:role/LockstepAdmin"
refusal = f"is not authorized to perform: sts:AssumeRole on resource: {production}"
sts = client("sts", "maya")
role = dict(RoleArn=production, RoleSessionName="maya")
refused(("AccessDenied", 403, f"User: {ARN}user/maya {refusal}"), sts.assume_role, **role)
settle()
given = sts.assume_role(**role, SerialNumber=second.serial, TokenCode=second.code(now_step()))
assert given["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Production/maya"
assumed = client("iam", session=given["Credentials"])
assert assumed.list_users()["Users"]
refused(("ValidationError", 400, "Must specify userName when calling with non-User credentials"), assumed.get_user)
refused(
    ("AccessDenied", 403, f"User: arn:aws:sts::{ACCOUNT}:assumed-role/Production/maya is not authorized to perform: iam:DeleteUser ..."),
    assumed.delete_user,
    UserName="maya",
)
assert client("sts", session=given["Credentials"]).get_caller_identity()["UserId"].endswith(":maya")
trust = {"Effect": "Allow", "Principal": {"AWS": production}, "Action": "sts:AssumeRole"}
outside = {"StringEquals": {"sts:ExternalId": "lock-step"}}
for name, condition in [("Next", {}), ("Outside", {"Condition": outside})]:
    statement = {"Version": "2012-10-17", "Statement": [{**trust, **condition}]}
    control("put-role", account=ACCOUNT, name=name, trust=statement)
chained = client("sts", session=given["Credentials"])
role = dict(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/Next", RoleSessionName="chained")
assert chained.assume_role(**role)["AssumedRoleUser"]["Arn"].endswith(":assumed-role/Next/chained")
refused(("ValidationError", 400, "... for roles assumed by role chaining."), chained.assume_role, **role, DurationSeconds=7200)
role = dict(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/Outside", RoleSessionName="chained")
refused(("AccessDenied", 403, "..."), chained.assume_role, **role)
chained.assume_role(**role, ExternalId="lock-step")
refused(
    ("ValidationError", 400, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
    client("sts").assume_role,
    RoleArn=abroad,
    RoleSessionName="admin",
    DurationSeconds=7200,
)
refused(("AccessDenied", 403, "..."), sts.assume_role, RoleArn=abroad, RoleSessionName="maya")
refused(("AccessDenied", 403, "..."), client("sts").assume_role, RoleArn=abroad + "x", RoleSessionName="admin")

# A least policy is enough, and not without any one of its actions.
least = {
    "iam:CreateVirtualMFADevice": f"{ARN}mfa/*",
    "iam:EnableMFADevice": f"{ARN}user/${{aws:username}}",
    "iam:ListMFADevices": f"{ARN}user/${{aws:username}}",
    "iam:ListVirtualMFADevices": "*",
}


def enrol(name):
    iam = client("iam", "pia")
    Device(iam, name).enable(iam, "pia")
    iam.list_mfa_devices()
    iam.list_virtual_mfa_devices()


def allow(actions):
    statements = [{"Effect": "Allow", "Action": action, "Resource": least[action]} for action in actions]
    control("set-policy", user="pia", policy={"Version": "2012-10-17", "Statement": statements})


for left_out in least:
    allow([action for action in least if action != left_out])
    refused(("AccessDenied", 403, f"User: ... {left_out} action"), lambda: enrol(f"without-{left_out[4:]}"))
    for found in admin.list_mfa_devices(UserName="pia")["MFADevices"]:
        admin.deactivate_mfa_device(UserName="pia", SerialNumber=found["SerialNumber"])
allow(least)
enrol("with-all")
assert json.dumps(control("state")).count("with-all") >= 2
