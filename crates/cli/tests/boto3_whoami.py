"""Says who boto3's credentials are, with the first letters of the key, and does what takes MFA."""

import boto3

session = boto3.Session()
arn = session.client("sts").get_caller_identity()["Arn"]
iam = session.client("iam")
serial = iam.list_mfa_devices()["MFADevices"][0]["SerialNumber"]
tags = iam.list_mfa_device_tags(SerialNumber=serial)["Tags"]
print(arn, session.get_credentials().access_key[:4], f"tags: {len(tags)}")
