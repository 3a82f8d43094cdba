//! Other people's servers start, keep to this machine, and do what our tests will count on, asked by Amazon's own clients.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::net::TcpStream;
use std::process::Command;

use lockstep_testing::peers::{Keys, Microburst, Ministack, Moto, Peers};

/// Calls an endpoint through boto3, one try a call; `iam`, `sts` and `refusal` are at the script's hand.
fn asked_by_boto3(peers: &Peers, endpoint: &str, keys: &Keys, script: &str) -> String {
    let script = format!("{PREAMBLE}\n{script}");
    said(peers.python().args(["-c", &script]).envs(keys.env(endpoint)))
}

/// What a program printed, in lines that ended well.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Nobody reaches it under another address, not even of this machine.
fn assert_local(endpoint: &str) {
    let port: u16 = endpoint.rsplit(':').next().unwrap().parse().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
}

#[test]
fn a_strict_moto_takes_the_administrators_signature_and_no_other() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, true);
    assert_local(&moto.endpoint());
    let answer = asked_by_boto3(
        &peers,
        &moto.endpoint(),
        moto.keys(),
        r#"
print(sts.get_caller_identity()["Arn"])
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="halden")["VirtualMFADevice"]
print(device["SerialNumber"], len(base64.b32decode(device["Base32StringSeed"])))
"#,
    );
    assert_eq!(
        answer,
        "arn:aws:iam::123456789012:user/admin\narn:aws:iam::123456789012:mfa/halden 40"
    );
    let wrong = Keys {
        secret_access_key: "another".to_owned(),
        ..moto.keys().clone()
    };
    let refused = asked_by_boto3(
        &peers,
        &moto.endpoint(),
        &wrong,
        "print(refusal(sts.get_caller_identity), refusal(iam.list_virtual_mfa_devices))",
    );
    assert_eq!(refused, "SignatureDoesNotMatch 403 SignatureDoesNotMatch 403");
}

#[test]
fn a_strict_moto_refuses_a_user_what_no_policy_allows() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, true);
    let keys = asked_by_boto3(
        &peers,
        &moto.endpoint(),
        moto.keys(),
        r#"
iam.create_user(UserName="maya")
keys = iam.create_access_key(UserName="maya")["AccessKey"]
print(keys["AccessKeyId"], keys["SecretAccessKey"])
"#,
    );
    let (access_key_id, secret_access_key) = keys.split_once(' ').unwrap();
    let maya = Keys {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: secret_access_key.to_owned(),
    };
    let refused = asked_by_boto3(
        &peers,
        &moto.endpoint(),
        &maya,
        "print(refusal(iam.create_virtual_mfa_device, VirtualMFADeviceName='maya'))",
    );
    assert_eq!(refused, "AccessDenied 403");
}

#[test]
fn the_aws_cli_writes_the_bare_seed_of_a_moto_device() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, false);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seed");
    let serial_number = said(
        peers
            .aws()
            .args(["iam", "create-virtual-mfa-device"])
            .args(["--virtual-mfa-device-name", "halden"])
            .args(["--bootstrap-method", "Base32StringSeed", "--outfile"])
            .arg(&file)
            .args(["--query", "VirtualMFADevice.SerialNumber", "--output", "text"])
            .envs(moto.keys().env(&moto.endpoint())),
    );
    assert_eq!(serial_number, "arn:aws:iam::123456789012:mfa/halden");
    assert_eq!(std::fs::read(&file).unwrap().len(), 64);
}

#[test]
fn ministack_keeps_a_device_in_use_and_its_seeds_are_hexadecimal() {
    let Some(peers) = Peers::find() else { return };
    let ministack = Ministack::start(&peers);
    assert_local(&ministack.endpoint());
    let answer = asked_by_boto3(
        &peers,
        &ministack.endpoint(),
        ministack.keys(),
        r#"
print(sts.get_caller_identity()["Account"])
iam.create_user(UserName="maya")
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="maya")["VirtualMFADevice"]
print(len(bytes.fromhex(device["Base32StringSeed"].decode())))
serial = device["SerialNumber"]
pair = dict(UserName="maya", SerialNumber=serial, AuthenticationCode1="000000", AuthenticationCode2="000000")
iam.enable_mfa_device(**pair)
iam.resync_mfa_device(**pair)
print(refusal(iam.delete_virtual_mfa_device, SerialNumber=serial))
"#,
    );
    assert_eq!(answer, "123456789012\n16\nDeleteConflict 409");
}

#[test]
fn microburst_throttles_once_in_front_of_moto() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, false);
    let microburst = Microburst::start(&peers, &moto.endpoint());
    assert_local(&microburst.endpoint());
    microburst.set_rules(r#"[{"service": "sts", "times": 1, "error": {"code": "Throttling"}}]"#);
    let answer = asked_by_boto3(
        &peers,
        &microburst.endpoint(),
        moto.keys(),
        r#"
print(refusal(sts.get_caller_identity))
print(sts.get_caller_identity()["Arn"])
"#,
    );
    assert_eq!(answer, "Throttling 400\narn:aws:iam::123456789012:user/admin");
    let fired = microburst.fired();
    assert_eq!(
        fired.matches(r#""action": "error:Throttling""#).count(),
        1,
        "{fired}"
    );
}

#[test]
fn microburst_loses_the_answer_to_what_moto_did() {
    let Some(peers) = Peers::find() else { return };
    let moto = Moto::start(&peers, false);
    let microburst = Microburst::start(&peers, &moto.endpoint());
    microburst.set_rules(
        r#"[{"service": "iam", "operation": "CreateVirtualMFADevice", "times": 1, "response": {"abort_bytes": 0}}]"#,
    );
    let answer = asked_by_boto3(
        &peers,
        &microburst.endpoint(),
        moto.keys(),
        r#"
try:
    iam.create_virtual_mfa_device(VirtualMFADeviceName="lost")
except botocore.exceptions.ConnectionClosedError:
    print("no answer")
print(refusal(iam.create_virtual_mfa_device, VirtualMFADeviceName="lost"))
"#,
    );
    assert_eq!(answer, "no answer\nEntityAlreadyExists 409");
}

const PREAMBLE: &str = r#"
import base64, boto3, botocore
once = botocore.config.Config(retries={"total_max_attempts": 1})
iam, sts = (boto3.client(service, config=once) for service in ("iam", "sts"))
def refusal(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"] + " " + str(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return "granted"
"#;
