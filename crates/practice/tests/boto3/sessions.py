"""GetSessionToken: which codes are good, how often, and what its credentials may do."""

import datetime

from practice import INVALID_CODE, UNABLE, Device, apart, client, control, now_step, refused, settle

iam, sts = client("iam"), client("sts", "maya")
device = Device(iam, "device").enable(iam)
step = apart(device)
invalid, unable = ("AccessDenied", 403, INVALID_CODE), ("AccessDenied", 403, UNABLE)


def token(step, of=device, **parameters):
    return dict(SerialNumber=of.serial, TokenCode=of.code(step), **parameters)


assert sts.get_caller_identity()["Arn"].endswith(":user/maya")

# A code of the pair is not spent by Enable, and is by STS.
given = sts.get_session_token(**token(step))["Credentials"]
refused(invalid, sts.get_session_token, **token(step))
refused(invalid, sts.get_session_token, **token(step - 3))
sts.get_session_token(**token(step - 2))
sts.get_session_token(**token(step + 2))
refused(invalid, sts.get_session_token, **token(step + 3))
lasts = given["Expiration"] - datetime.datetime.fromisoformat(control("state")["now"])
assert abs(lasts.total_seconds() - 43200) < 60, lasts

# Nine attempts in three minutes, then the words of a wrong serial number.
control("advance-clock", seconds=180 - (step * 30) % 180)
step = apart(device, seconds=180)
for _ in range(9):
    refused(invalid, sts.get_session_token, SerialNumber=device.serial, TokenCode="000000")
refused(unable, sts.get_session_token, **token(step))
control("advance-clock", seconds=180)
step = now_step()
sts.get_session_token(**token(step))
other = Device(iam, "other").enable(iam, "noor")
refused(unable, sts.get_session_token, **token(now_step(), other))
refused(unable, sts.get_session_token, SerialNumber=device.serial + "x", TokenCode="123456")
refused(("AccessDenied", 403, "..."), sts.get_session_token, SerialNumber=device.serial)

# Durations.
unchecked = client("sts", "maya", parameter_validation=False)
for seconds, bound in [(899, "greater than or equal to 900"), (129601, "less than or equal to 129600")]:
    message = (
        f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: "
        f"Member must have value {bound}"
    )
    refused(("ValidationError", 400, message), unchecked.get_session_token, DurationSeconds=seconds)

# With a code behind it a session may do what the user may; without, nothing in IAM. No session makes sessions.
step = apart(device)
verified = sts.get_session_token(**token(step + 1, DurationSeconds=900))["Credentials"]
plain = sts.get_session_token()["Credentials"]
assert client("iam", session=verified).get_user()["User"]["UserName"] == "maya"
refused(
    ("InvalidClientTokenId", 403, "The security token included in the request is invalid"),
    client("iam", session=plain).get_user,
)
for session in [verified, plain]:
    held = client("sts", session=session)
    assert held.get_caller_identity()["Arn"].endswith(":user/maya")
    refused(
        ("AccessDenied", 403, "Cannot call GetSessionToken with session credentials"), held.get_session_token
    )
forged = {**verified, "SessionToken": plain["SessionToken"]}
refused(
    ("InvalidClientTokenId", 403, "The security token included in the request is invalid"),
    client("sts", session=forged).get_caller_identity,
)

# Rotation: the session outlives the device.
session = client("iam", session=verified)
new = Device(session, "new")
settle()
session.enable_mfa_device(**new.pair(now_step()))
session.deactivate_mfa_device(SerialNumber=device.serial)
session.delete_virtual_mfa_device(SerialNumber=device.serial)
assert session.get_user()["User"]["UserName"] == "maya"

# Sessions end, and end with their user.
control("advance-clock", seconds=900)
expired = ("ExpiredToken", 403, "The security token included in the request is expired")
refused(expired, client("iam", session=verified).get_user)
refused(expired, client("sts", session=verified).get_caller_identity)
keys = client("iam")
keys.create_user(UserName="gone")
key = keys.create_access_key(UserName="gone")["AccessKey"]
left = client("sts", "gone").get_session_token()["Credentials"]
keys.delete_access_key(UserName="gone", AccessKeyId=key["AccessKeyId"])
assert client("sts", session=left).get_caller_identity()["Arn"].endswith(":user/gone"), "it outlives the key"
keys.delete_user(UserName="gone")
refused(
    ("InvalidClientTokenId", 403, "The security token included in the request is invalid"),
    client("sts", session=left).get_caller_identity,
)

# What IAM did is known to STS later; a code that comes too early is burnt.
control("set-propagation", seconds=24)
late = Device(iam, "late")
apart(late)
late.enable(iam, "pia")
pia, step = client("sts", "pia"), now_step()
refused(unable, pia.get_session_token, **token(step, late))
control("advance-clock", seconds=24)
refused(invalid, pia.get_session_token, **token(step, late))
pia.get_session_token(**token(step + 1, late))
iam.deactivate_mfa_device(UserName="pia", SerialNumber=late.serial)
pia.get_session_token(**token(step - 1, late))
control("advance-clock", seconds=6)
refused(unable, pia.get_session_token, **token(step + 2, late))
