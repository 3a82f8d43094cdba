"""Faults on demand, and what is left behind by each."""

import time

import boto3
from botocore.config import Config
from botocore.exceptions import ConnectionError as Lost
from botocore.exceptions import ConnectionClosedError

from practice import ENDPOINT, client, control, refused

iam = client("iam")


def plan(kind, operation="CreateVirtualMFADevice", **members):
    control("plan-fault", fault={"operation": operation, "kind": kind, **members})


def create(name):
    return iam.create_virtual_mfa_device(VirtualMFADeviceName=name)


def exists(name):
    return any(device["SerialNumber"].endswith("/" + name) for device in iam.list_virtual_mfa_devices()["VirtualMFADevices"])


for kind, expected in [
    ("throttling", ("Throttling", 400, "Rate exceeded")),
    ("service-failure", ("ServiceFailure", 500, "...")),
    ("concurrent-modification", ("ConcurrentModification", 409, "...")),
    ("entity-temporarily-unmodifiable", ("EntityTemporarilyUnmodifiable", 409, "...")),
    ({"refused": {"code": "LimitExceeded", "status": 409, "message": "No more."}}, ("LimitExceeded", 409, "No more.")),
]:
    plan(kind)
    refused(expected, create, name="refused")
    assert not exists("refused")

for kind, done in [("reset", False), ("lost-answer", True)]:
    plan(kind)
    try:
        create(kind)
        raise AssertionError("an answer came")
    except ConnectionClosedError:
        pass
    assert exists(kind) == done

plan("throttling", skip=1, times=2)
create("passes")
for _ in range(2):
    refused(("Throttling", 400, "Rate exceeded"), create, name="throttled")
create("passes-again")

plan({"slow": {"milliseconds": 300}})
before = time.monotonic()
create("slow")
assert time.monotonic() - before >= 0.3

# The SDK tries again by itself, so that a lost answer becomes a device that exists already.
keys = control("keys", user="admin")
again = boto3.client(
    "iam",
    endpoint_url=ENDPOINT,
    region_name="us-east-1",
    aws_access_key_id=keys["access_key_id"],
    aws_secret_access_key=keys["secret_access_key"],
    config=Config(retries={"mode": "standard", "max_attempts": 3}),
)
plan("lost-answer")
refused(("EntityAlreadyExists", 409, "MFA device already exists."), again.create_virtual_mfa_device, VirtualMFADeviceName="twice")

control("limit-rate", operation="GetUser", rate={"per_second": 0.001, "burst": 2})
iam.get_user()
iam.get_user()
refused(("Throttling", 400, "Rate exceeded"), iam.get_user)
iam.list_users()
control("clear-faults")
iam.get_user()

control("reset-calls")
plan("reset")
try:
    create("logged")
except (Lost, ConnectionClosedError):
    pass
calls = [call for call in control("state")["calls"]]
assert [(call["operation"], call["user"], call["answered"]) for call in calls] == [("CreateVirtualMFADevice", "admin", False)], calls
