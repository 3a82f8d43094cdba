"""Users, keys, passwords, policies, and what the account says of itself."""

import csv
import io

from practice import ARN, Device, client, control, refused

iam = client("iam")

user = iam.create_user(UserName="lee", Path="/staff/", Tags=[{"Key": "team", "Value": "x"}])["User"]
assert user["Arn"] == f"{ARN}user/staff/lee" and user["Tags"] == [{"Key": "team", "Value": "x"}]
refused(("EntityAlreadyExists", 409, "User with name LEE already exists."), iam.create_user, UserName="LEE")
missing = ("NoSuchEntity", 404, "The user with name nobody cannot be found.")
for call in [iam.get_user, iam.delete_user, iam.list_user_tags, iam.list_access_keys, iam.create_access_key]:
    refused(missing, call, UserName="nobody")
names = [user["UserName"] for user in iam.list_users(PathPrefix="/staff/")["Users"]]
assert names == ["lee", *[f"user-{number:04}" for number in range(1, 6)]], names
paged = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2})
assert len([user for page in paged for user in page["Users"]]) == 11
iam.tag_user(UserName="lee", Tags=[{"Key": "email", "Value": "lee@example.com"}])
assert [tag["Key"] for tag in iam.list_user_tags(UserName="lee")["Tags"]] == ["email", "team"]

# The control endpoint puts people in place.
control("put-user", user="sam", path="/guests/", tags={"team": "y"})
assert iam.get_user(UserName="sam")["User"]["Arn"] == f"{ARN}user/guests/sam"
assert iam.list_user_tags(UserName="sam")["Tags"] == [{"Key": "team", "Value": "y"}]
iam.delete_user(UserName="sam")
control("set-report-duration", seconds=5)

# Everything that hangs on a user stands in the way of deleting him.
keys = [iam.create_access_key(UserName="lee")["AccessKey"] for _ in range(2)]
refused(
    ("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2"), iam.create_access_key, UserName="lee"
)
iam.create_login_profile(UserName="lee", Password="correct horse")
refused(
    ("EntityAlreadyExists", 409, "Login Profile for user lee already exists."),
    iam.create_login_profile,
    UserName="lee",
    Password="correct horse",
)
policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}'
iam.put_user_policy(UserName="lee", PolicyName="look", PolicyDocument=policy)
assert iam.list_user_policies(UserName="lee")["PolicyNames"] == ["look"]
refused(
    ("MalformedPolicyDocument", 400, "Syntax errors in policy."),
    iam.put_user_policy,
    UserName="lee",
    PolicyName="look",
    PolicyDocument="{}",
)
device = Device(iam, "lee").enable(iam, "lee")


def conflict(what):
    refused(("DeleteConflict", 409, f"Cannot delete entity, must {what} first."), iam.delete_user, UserName="lee")


conflict("delete login profile")

# The report, before anything is taken away.
refused(("ReportNotPresent", 410, "..."), iam.get_credential_report)
assert iam.generate_credential_report()["State"] == "STARTED"
refused(("ReportInProgress", 404, "..."), iam.get_credential_report)
assert iam.generate_credential_report()["State"] == "INPROGRESS"
control("advance-clock", seconds=5)
assert iam.generate_credential_report()["State"] == "COMPLETE"
report = iam.get_credential_report()
assert report["ReportFormat"] == "text/csv"
rows = list(csv.DictReader(io.StringIO(report["Content"].decode())))
assert len(rows[0]) == 22 and rows[0]["user"] == "<root_account>" and len(rows) == 12
row = next(row for row in rows if row["user"] == "lee")
assert row["arn"] == f"{ARN}user/staff/lee"
assert (row["mfa_active"], row["password_enabled"], row["access_key_2_active"]) == ("true", "true", "true")
summary = iam.get_account_summary()["SummaryMap"]
assert (summary["Users"], summary["MFADevices"], summary["MFADevicesInUse"], summary["AccountMFAEnabled"]) == (11, 1, 1, 0)
assert iam.list_account_aliases()["AccountAliases"] == ["practice-makes"]

iam.delete_login_profile(UserName="lee")
conflict("delete access keys")
for key in keys:
    iam.delete_access_key(UserName="lee", AccessKeyId=key["AccessKeyId"])
conflict("delete policies")
iam.delete_user_policy(UserName="lee", PolicyName="look")
conflict("delete MFA device")
iam.deactivate_mfa_device(UserName="lee", SerialNumber=device.serial)
iam.delete_user(UserName="lee")
refused(("NoSuchEntity", 404, "The user with name lee cannot be found."), iam.get_user, UserName="lee")

# Four hours later the report is too old.
control("advance-clock", seconds=4 * 3600)
refused(("ReportExpired", 410, "..."), iam.get_credential_report)
assert iam.generate_credential_report()["State"] == "STARTED"
