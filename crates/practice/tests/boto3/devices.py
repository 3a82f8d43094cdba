"""Virtual devices: made, listed in pages, tagged, deleted."""

from practice import ACCOUNT, ARN, Device, client, control, denied, refused

iam = client("iam")

made = Device(iam, "laptop", Path="/team/ops/", Tags=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": ""}])
assert made.serial == f"{ARN}mfa/team/ops/laptop", made.serial
assert len(made.base32) == 64 and len(made.key) == 40
assert made.png.startswith(b"\x89PNG\r\n\x1a\n")
assert Device(iam, "laptop").base32 != made.base32, "the same name under another path is another device"
refused(
    ("EntityAlreadyExists", 409, "MFA device already exists."),
    iam.create_virtual_mfa_device,
    VirtualMFADeviceName="laptop",
)

tags = iam.list_mfa_device_tags(SerialNumber=made.serial)["Tags"]
assert tags == [{"Key": "a", "Value": ""}, {"Key": "b", "Value": "2"}], tags
iam.tag_mfa_device(SerialNumber=made.serial, Tags=[{"Key": "c", "Value": "3"}, {"Key": "B", "Value": "4"}])
iam.untag_mfa_device(SerialNumber=made.serial, TagKeys=["a", "not there"])
tags = iam.list_mfa_device_tags(SerialNumber=made.serial)["Tags"]
assert tags == [{"Key": "B", "Value": "4"}, {"Key": "c", "Value": "3"}], tags
page = iam.list_mfa_device_tags(SerialNumber=made.serial, MaxItems=1)
assert page["IsTruncated"] and page["Tags"] == tags[:1]
page = iam.list_mfa_device_tags(SerialNumber=made.serial, MaxItems=1, Marker=page["Marker"])
assert not page["IsTruncated"] and page["Tags"] == tags[1:]
refused(
    ("InvalidInput", 400, "Duplicate tag keys found. Please note that Tag keys are case insensitive."),
    iam.tag_mfa_device,
    SerialNumber=made.serial,
    Tags=[{"Key": "x", "Value": ""}, {"Key": "X", "Value": ""}],
)
many = [{"Key": f"k{number}", "Value": ""} for number in range(49)]
refused(
    ("LimitExceeded", 409, "Cannot exceed quota for TagsPerResource: 50"),
    iam.tag_mfa_device,
    SerialNumber=made.serial,
    Tags=many,
)
absent = f"{ARN}mfa/absent"
missing = ("NoSuchEntity", 404, f"VirtualMFADevice with serial number {absent} doesn't exist.")
refused(missing, iam.tag_mfa_device, SerialNumber=absent, Tags=many)
refused(missing, iam.untag_mfa_device, SerialNumber=absent, TagKeys=["a"])
refused(missing, iam.list_mfa_device_tags, SerialNumber=absent)
refused(missing, iam.delete_virtual_mfa_device, SerialNumber=absent)

# Lists: all, assigned or not, in pages that may be shorter than was asked for.
held = Device(iam, "held").enable(iam)
for number in range(5):
    Device(iam, f"spare-{number}")
pages = iam.get_paginator("list_virtual_mfa_devices")


def serials(**parameters):
    devices = [device for page in pages.paginate(**parameters) for device in page["VirtualMFADevices"]]
    for device in devices:
        assert not {"Base32StringSeed", "QRCodePNG", "Tags"} & device.keys(), device
        assert ("EnableDate" in device) == ("User" in device)
    return [device["SerialNumber"] for device in devices]


everything = serials()
assert len(everything) == 8 and everything == sorted(everything), everything
assert serials(AssignmentStatus="Assigned") == [held.serial]
assert serials(AssignmentStatus="Any") == everything
assert sorted([*serials(AssignmentStatus="Unassigned"), held.serial]) == everything
assert serials(PaginationConfig={"PageSize": 3}) == everything
control("set-page-size", items=2)
assert serials() == everything, "a short page loses nothing"
first = iam.list_virtual_mfa_devices(MaxItems=100)
assert len(first["VirtualMFADevices"]) == 2 and first["IsTruncated"]
assert everything[1] not in first["Marker"], "a marker is opaque"
control("set-page-size", items=None)
listed = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"][0]
assert listed["User"]["Arn"] == f"{ARN}user/maya"
refused(("ValidationError", 400, "Invalid Marker."), iam.list_virtual_mfa_devices, Marker="made up")

refused(
    ("DeleteConflict", 409, "MFA VirtualDevice in use. Must deactivate first."),
    iam.delete_virtual_mfa_device,
    SerialNumber=held.serial,
)
iam.deactivate_mfa_device(UserName="maya", SerialNumber=held.serial)
iam.delete_virtual_mfa_device(SerialNumber=held.serial)
assert held.serial not in serials()

# A name that makes the longest serial number there is, and the marker that follows from it.
long = "n" * (256 - len(f"{ARN}mfa/"))
assert len(Device(iam, long).serial) == 256
assert len(Device(iam, "z" + long[1:]).serial) == 256
assert len(serials(PaginationConfig={"PageSize": 1})) == 9

# Other accounts are other accounts.
role = client("sts").assume_role(RoleArn="arn:aws:iam::210987654321:role/LockstepAdmin", RoleSessionName="test")
other = client("iam", session=role["Credentials"])
assert other.list_virtual_mfa_devices()["VirtualMFADevices"] == []
assert Device(other, "laptop").serial == "arn:aws:iam::210987654321:mfa/laptop"
refused(
    denied("pia", "iam:ListVirtualMFADevices", f"arn:aws:iam::{ACCOUNT}:mfa/"),
    client("iam", "pia").list_virtual_mfa_devices,
)
