"""What the scripts share: clients of the personas, codes, and what is expected to be refused."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import struct
import urllib.request
import xml.etree.ElementTree as xml

import boto3
import botocore.auth
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

ENDPOINT = os.environ["PRACTICE_ENDPOINT"]
CONTROL = os.environ["PRACTICE_CONTROL"]
REGION = os.environ.get("PRACTICE_REGION", "us-east-1")
ACCOUNT = "123456789012"
ARN = f"arn:{os.environ.get('PRACTICE_PARTITION', 'aws')}:iam::{ACCOUNT}:"

INVALID_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
UNABLE = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is "
    "valid and associated with this user."
)
NOT_VALID = ("InvalidAuthenticationCode", 403, "Authentication code for device is not valid.")


# How far the server's clock was set ahead. boto3 does not correct its signatures by the server's clock as other SDKs
# do, so that here they follow it.
clock_offset = 0
real_time = botocore.auth.get_current_datetime
botocore.auth.get_current_datetime = lambda *given, **named: (
    real_time(*given, **named) + datetime.timedelta(seconds=clock_offset)
)


def control(do, follow=True, **members):
    """Asks the control endpoint for something."""
    global clock_offset
    body = json.dumps({"do": do, **members}).encode()
    with urllib.request.urlopen(urllib.request.Request(CONTROL, data=body)) as answer:
        given = json.load(answer)
    if follow:
        clock_offset = given.get("clock_offset", clock_offset)
    return given


def client(service, user="admin", session=None, **config):
    """A client of a persona, or of the credentials of a session. Each answer is held against the service model."""
    if session:
        keys = dict(
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )
    else:
        given = control("keys", user=user)
        keys = dict(
            aws_access_key_id=given["access_key_id"], aws_secret_access_key=given["secret_access_key"]
        )
    config = Config(retries={"max_attempts": 0}, **config)
    made = boto3.client(service, endpoint_url=ENDPOINT, region_name=REGION, config=config, **keys)
    made.meta.events.register("after-call", check_shape)
    return made


def unchecked(service, user="admin"):
    """A client that sends what the model forbids."""
    return client(service, user, parameter_validation=False)


checked = set()


def check_shape(model, parsed, http_response, **_):
    """Nothing that the model asks for is missing, and nothing stands in the answer that it does not know."""
    if http_response.status_code != 200:
        return
    checked.add(model.name)
    document = xml.fromstring(http_response.content)
    namespace = document.tag.split("}")[0] + "}"
    assert document.tag == namespace + model.name + "Response", document.tag
    result = document.find(f"{namespace}{model.name}Result")
    if model.output_shape is None:
        assert result is None, "a result that the model does not know"
        return
    body = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    report = ParamValidator().validate(body, model.output_shape)
    assert not report.has_errors(), report.generate_report()
    check_members(result, model.output_shape, namespace)


def check_members(element, shape, namespace):
    if shape.type_name == "structure":
        for child in element:
            name = child.tag.removeprefix(namespace)
            assert name in shape.members, f"{name} is no member of {shape.name}"
            check_members(child, shape.members[name], namespace)
    elif shape.type_name == "list":
        for child in element:
            assert child.tag == namespace + "member", child.tag
            check_members(child, shape.member, namespace)


def refused(expected, call, **parameters):
    """The call must be refused with this code, status and message; `...` in a message stands for anything."""
    code, status, message = expected
    try:
        answer = call(**parameters)
    except ClientError as error:
        response = error.response
        found = (
            response["Error"]["Code"],
            response["ResponseMetadata"]["HTTPStatusCode"],
            response["Error"]["Message"],
        )
        head, _, tail = message.partition("...")
        is_message = found[2].startswith(head) and found[2].endswith(tail) if "..." in message else found[2] == message
        assert found[:2] == (code, status) and is_message, f"\nexpected {expected}\nfound    {found}"
        metadata = response["ResponseMetadata"]
        assert metadata["HTTPHeaders"]["x-amzn-requestid"] == metadata["RequestId"]
        assert response["Error"]["Type"] == ("Sender" if status < 500 else "Receiver")
        return
    raise AssertionError(f"expected {expected}, and it was done: {answer}")


def denied(user, action, resource):
    """What IAM says when no policy allows something."""
    return (
        "AccessDenied",
        403,
        f"User: {ARN}user/{user} is not authorized to perform: {action} on resource: {resource} because no "
        f"identity-based policy allows the {action} action",
    )


def now_step():
    """The time step of the server, which its Date header would tell."""
    return now() // 30


def now():
    """The server's time in seconds since the Unix epoch."""
    return int(datetime.datetime.fromisoformat(control("state")["now"]).timestamp())


def settle():
    """Moves the server to the first second of a step, so that no test runs into the next."""
    control("advance-clock", seconds=30 - now() % 30)


def apart(device, seconds=30):
    """Moves the server on until the device's codes around that time differ and none is 000000, which six random digits
    may be; gives the time step."""
    while True:
        step = now_step()
        codes = [device.code(near) for near in range(step - 5, step + 6)]
        if len({*codes, "000000"}) > len(codes):
            return step
        control("advance-clock", seconds=seconds)


class Device:
    """A virtual device of the script's own, written without the code under test."""

    def __init__(self, iam, name, **parameters):
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name, **parameters)["VirtualMFADevice"]
        self.serial = made["SerialNumber"]
        self.base32 = made["Base32StringSeed"].decode("ascii")
        self.png = made["QRCodePNG"]
        self.key = base64.b32decode(self.base32)

    def code(self, step):
        digest = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
        place = digest[19] & 15
        number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"

    def pair(self, second, user="maya"):
        return dict(
            UserName=user,
            SerialNumber=self.serial,
            AuthenticationCode1=self.code(second - 1),
            AuthenticationCode2=self.code(second),
        )

    def enable(self, iam, user="maya"):
        settle()
        iam.enable_mfa_device(**self.pair(now_step(), user))
        return self
