"""What the service model forbids, in AWS's words; and who signs wrongly."""

import boto3

from practice import ENDPOINT, client, control, refused, unchecked

iam = unchecked("iam")


def violates(call, value, place, rule, **parameters):
    quoted = "null" if value is None else f"'{value}'"
    message = f"1 validation error detected: Value {quoted} at '{place}' failed to satisfy constraint: Member must {rule}"
    refused(("ValidationError", 400, message), call, **parameters)


name = r"satisfy regular expression pattern: [\w+=,.@-]+"
violates(iam.create_virtual_mfa_device, None, "virtualMFADeviceName", "not be null")
violates(iam.create_virtual_mfa_device, "a b", "virtualMFADeviceName", name, VirtualMFADeviceName="a b")
violates(
    iam.create_virtual_mfa_device,
    "team",
    "path",
    r"satisfy regular expression pattern: (\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
    VirtualMFADeviceName="a",
    Path="team",
)
long = "/" + "p" * 511 + "/"
violates(
    iam.create_virtual_mfa_device,
    long,
    "path",
    "have length less than or equal to 512",
    VirtualMFADeviceName="a",
    Path=long,
)
pair = dict(UserName="maya", SerialNumber="GAHT12345678", AuthenticationCode1="123456", AuthenticationCode2="123456")
for code, rule in [
    ("12345", "have length greater than or equal to 6"),
    ("1234567", "have length less than or equal to 6"),
    ("12345a", r"satisfy regular expression pattern: [\d]+"),
]:
    for operation in [iam.enable_mfa_device, iam.resync_mfa_device]:
        violates(operation, code, "authenticationCode2", rule, **{**pair, "AuthenticationCode2": code})
violates(iam.enable_mfa_device, "12345678", "serialNumber", "have length greater than or equal to 9", **{**pair, "SerialNumber": "12345678"})
violates(iam.enable_mfa_device, "u" * 129, "userName", "have length less than or equal to 128", **{**pair, "UserName": "u" * 129})
violates(iam.create_user, "u" * 65, "userName", "have length less than or equal to 64", UserName="u" * 65)
violates(iam.list_virtual_mfa_devices, "0", "maxItems", "have value greater than or equal to 1", MaxItems=0)
violates(iam.list_virtual_mfa_devices, "1001", "maxItems", "have value less than or equal to 1000", MaxItems=1001)
violates(
    iam.list_virtual_mfa_devices,
    "Mine",
    "assignmentStatus",
    "satisfy enum value set: [Assigned, Unassigned, Any]",
    AssignmentStatus="Mine",
)
violates(
    iam.tag_user,
    "k" * 129,
    "tags.1.member.key",
    "have length less than or equal to 128",
    UserName="maya",
    Tags=[{"Key": "k" * 129, "Value": ""}],
)
violates(iam.tag_user, None, "tags", "not be null", UserName="maya")
# What the request looks like is told before who may send it.
violates(unchecked("iam", "pia").get_user, "a b", "userName", name, UserName="a b")

refused(
    ("InvalidAction", 400, "Could not find operation ListGroups for version 2010-05-08"),
    client("iam").list_groups,
)

unknown = boto3.client("sts", endpoint_url=ENDPOINT, region_name="us-east-1", aws_access_key_id="AKIAXXXXXXXXXXXXXXXX", aws_secret_access_key="x")
refused(("InvalidClientTokenId", 403, "The security token included in the request is invalid"), unknown.get_caller_identity)
keys = control("keys", user="maya")
wrong = boto3.client("sts", endpoint_url=ENDPOINT, region_name="us-east-1", aws_access_key_id=keys["access_key_id"], aws_secret_access_key="x")
refused(("SignatureDoesNotMatch", 403, "The request signature we calculated does not match ..."), wrong.get_caller_identity)
elsewhere = dict(endpoint_url=ENDPOINT, aws_access_key_id=keys["access_key_id"], aws_secret_access_key=keys["secret_access_key"])
assert boto3.client("sts", region_name="eu-central-1", **elsewhere).get_caller_identity()
refused(
    ("SignatureDoesNotMatch", 403, "Credential should be scoped to a valid region, not 'cn-north-1'. "),
    boto3.client("sts", region_name="cn-north-1", **elsewhere).get_caller_identity,
)
# Who signs by another clock is told by how much.
sts = client("sts")
control("set-clock-offset", follow=False, seconds=301 + 60)
refused(("SignatureDoesNotMatch", 403, "Signature expired: ... - 5 min.)"), sts.get_caller_identity)
control("set-clock-offset", follow=False, seconds=-301 - 60)
refused(("SignatureDoesNotMatch", 403, "Signature not yet current: ... + 5 min.)"), sts.get_caller_identity)
