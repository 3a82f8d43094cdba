"""Enable, Resync, Deactivate: whose device it is, and which pairs of codes are good."""

from practice import ARN, NOT_VALID, Device, apart, client, control, now_step, refused, settle

iam = client("iam")
device = Device(iam, "device")
settle()
step = apart(device)


def pair(first, second):
    return {**device.pair(step), "AuthenticationCode1": device.code(first), "AuthenticationCode2": device.code(second)}


# Ordered, successive, within the window.
for first, second in [(step, step), (step, step - 1), (step - 2, step), (step - 1000, step - 999), (step + 1000, step + 1001)]:
    refused(NOT_VALID, iam.enable_mfa_device, **pair(first, second))
# What is wrong with user and device is told before the codes are looked at.
refused(
    ("NoSuchEntity", 404, "The user with name nobody cannot be found."),
    iam.enable_mfa_device,
    **{**pair(1, 1), "UserName": "nobody"},
)
refused(
    ("NoSuchEntity", 404, f"VirtualMFADevice with serial number {ARN}mfa/absent doesn't exist."),
    iam.enable_mfa_device,
    **{**pair(1, 1), "SerialNumber": f"{ARN}mfa/absent"},
)
invalid = ("NoSuchEntity", 404, "MFA Device invalid for user.")
refused(invalid, iam.resync_mfa_device, **device.pair(step))
refused(invalid, iam.deactivate_mfa_device, UserName="maya", SerialNumber=device.serial)

iam.enable_mfa_device(**device.pair(step))
assert [found["SerialNumber"] for found in iam.list_mfa_devices(UserName="maya")["MFADevices"]] == [device.serial]
assert client("iam", "maya").list_mfa_devices()["MFADevices"][0]["UserName"] == "maya"
refused(
    ("EntityAlreadyExists", 409, "MFA Device for user maya already exists."),
    iam.enable_mfa_device,
    **device.pair(step),
)
refused(
    ("EntityAlreadyExists", 409, "MFA Device is already in use."),
    iam.enable_mfa_device,
    **device.pair(step, "noor"),
)
refused(invalid, iam.resync_mfa_device, **device.pair(step, "noor"))
refused(invalid, iam.deactivate_mfa_device, UserName="noor", SerialNumber=device.serial)
refused(
    ("NoSuchEntity", 404, "The user with name nobody cannot be found."),
    iam.list_mfa_devices,
    UserName="nobody",
)

# A pair comes after the last one, even when the device was given away in between.
refused(NOT_VALID, iam.resync_mfa_device, **device.pair(step))
refused(NOT_VALID, iam.resync_mfa_device, **device.pair(step + 1))
iam.resync_mfa_device(**device.pair(step + 2))
iam.deactivate_mfa_device(UserName="maya", SerialNumber=device.serial)
refused(NOT_VALID, iam.enable_mfa_device, **device.pair(step + 3))
iam.enable_mfa_device(**device.pair(step + 4))

# A clock that is hours wrong enrols, and the skew is kept.
wild = Device(iam, "wild")
iam.enable_mfa_device(**wild.pair(step + 900, "noor"))
state = {found["serial"]: found for found in control("state")["devices"]}
assert state[wild.serial]["skew"] == 900 and state[device.serial]["skew"] == 4, state

# Eight devices, of all kinds together.
control("put-hardware-token", serial="GAHT12345678", seed=device.base32)
token = {**device.pair(step + 2, "omar"), "SerialNumber": "GAHT12345678"}
iam.enable_mfa_device(**token)
key = control("put-fido-key", user="omar", name="yubikey")["serial"]
telephone = control("put-sms-device", user="omar")["serial"]
for number in range(5):
    Device(iam, f"omar-{number}").enable(iam, "omar")
ninth = Device(iam, "omar-9")
refused(
    ("LimitExceeded", 409, "Cannot exceed quota for MFADevicesPerUser: 8"),
    iam.enable_mfa_device,
    **ninth.pair(now_step(), "omar"),
)
control("set-device-limit", devices=1)
refused(
    ("LimitExceeded", 409, "Cannot exceed quota for MFADevicesPerUser: 1"),
    iam.enable_mfa_device,
    **ninth.pair(now_step(), "noor"),
)
found = [found["SerialNumber"] for found in iam.list_mfa_devices(UserName="omar")["MFADevices"]]
assert {key, telephone, "GAHT12345678"} < set(found) and len(found) == 8, found
virtual = [found["SerialNumber"] for found in iam.list_virtual_mfa_devices()["VirtualMFADevices"]]
assert not {key, telephone, "GAHT12345678"} & set(virtual), virtual
assert iam.get_mfa_device(SerialNumber=key, UserName="omar")["UserName"] == "omar"
refused(("ValidationError", 400, "..."), iam.get_mfa_device, SerialNumber=device.serial, UserName="maya")
for serial in [key, telephone, "GAHT12345678"]:
    iam.deactivate_mfa_device(UserName="omar", SerialNumber=serial)
for serial in [key, telephone]:
    refused(
        ("NoSuchEntity", 404, "..."), iam.enable_mfa_device, **{**ninth.pair(step, "omar"), "SerialNumber": serial}
    )
