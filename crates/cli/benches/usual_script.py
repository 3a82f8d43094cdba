"""What people write to enrol a virtual MFA device: create it, compute a code, wait for the next one, enable it."""

import base64
import hashlib
import hmac
import struct
import sys
import time

import boto3


def code(seed: str, step: int) -> str:
    key = base64.b32decode(seed)
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


user = sys.argv[1]
iam = boto3.client("iam")
device = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
seed = device["Base32StringSeed"].decode()
step = int(time.time()) // 30
first = code(seed, step)
time.sleep((step + 1) * 30 - time.time() + 0.1)
second = code(seed, step + 1)
iam.enable_mfa_device(
    UserName=user,
    SerialNumber=device["SerialNumber"],
    AuthenticationCode1=first,
    AuthenticationCode2=second,
)
