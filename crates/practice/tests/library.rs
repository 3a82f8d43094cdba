//! What tests of clients rely on: a server in the process, a clock they set, faults, and the state.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lockstep_device::otp::params::{OtpParams, Period};
use lockstep_device::otp::{TimeStep, code_at_step, totp};
use lockstep_device::seed::Seed;
use lockstep_device::time::{Clock, TimeError, UnixTime};
use lockstep_practice::faults::{Fault, FaultKind};
use lockstep_practice::server::{Options, Practice, StartError};
use support::client::{Answer, call, send};

mod support;

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/maya";

const ACTIONS: [&str; 33] = [
    "CreateVirtualMFADevice",
    "DeleteVirtualMFADevice",
    "ListVirtualMFADevices",
    "EnableMFADevice",
    "ResyncMFADevice",
    "DeactivateMFADevice",
    "ListMFADevices",
    "GetMFADevice",
    "TagMFADevice",
    "UntagMFADevice",
    "ListMFADeviceTags",
    "TagUser",
    "UntagUser",
    "ListUserTags",
    "CreateUser",
    "DeleteUser",
    "GetUser",
    "ListUsers",
    "CreateLoginProfile",
    "DeleteLoginProfile",
    "CreateAccessKey",
    "DeleteAccessKey",
    "ListAccessKeys",
    "PutUserPolicy",
    "DeleteUserPolicy",
    "ListUserPolicies",
    "ListAccountAliases",
    "GetAccountSummary",
    "GenerateCredentialReport",
    "GetCredentialReport",
    "GetCallerIdentity",
    "GetSessionToken",
    "AssumeRole",
];

/// A clock that stands until it is set.
struct SetClock(AtomicU64);

impl Clock for SetClock {
    fn now(&self) -> Result<UnixTime, TimeError> {
        Ok(UnixTime::from_seconds(self.0.load(Ordering::Relaxed)))
    }
}

fn practice(propagation: Duration) -> (Practice, Arc<SetClock>) {
    let clock = Arc::new(SetClock(AtomicU64::new(1_790_000_010)));
    let options = Options {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        propagation,
        ..Options::default()
    };
    (Practice::start(options).unwrap(), clock)
}

/// A device, and the seed it is then given: one whose codes around these times differ, which six random digits need not.
fn create(practice: &Practice) -> String {
    let answer = call(
        practice,
        "maya",
        "CreateVirtualMFADevice",
        &[("VirtualMFADeviceName", "maya")],
    )
    .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let seed = data_encoding::BASE64
        .decode(answer.text("Base32StringSeed").as_bytes())
        .unwrap();
    let known = Seed::from_bytes(vec![7; 40]).unwrap();
    practice.with(|account| {
        let device = account.home.devices.get_mut(SERIAL).unwrap();
        assert!(device.has_seed(&String::from_utf8(seed).unwrap()));
        device.seed = Some(known);
    });
    data_encoding::BASE32.encode(&[7; 40])
}

fn code(practice: &Practice, base32: &str, offset: i64) -> String {
    let now = practice.with(|account| account.now());
    let TimeStep(step) = totp::step_at(Period::THIRTY, now);
    let seed = Seed::from_base32(base32).unwrap().seed;
    let step = TimeStep(step.saturating_add_signed(offset));
    code_at_step(&OtpParams::DEFAULT_TOTP, &seed, step)
        .as_str()
        .to_owned()
}

fn enable(practice: &Practice, base32: &str, offset: i64) -> Option<Answer> {
    let (first, second) = (code(practice, base32, offset - 1), code(practice, base32, offset));
    let parameters = [
        ("UserName", "maya"),
        ("SerialNumber", SERIAL),
        ("AuthenticationCode1", first.as_str()),
        ("AuthenticationCode2", second.as_str()),
    ];
    call(practice, "maya", "EnableMFADevice", &parameters)
}

fn session(practice: &Practice, code: &str) -> Answer {
    let parameters = [("SerialNumber", SERIAL), ("TokenCode", code)];
    call(practice, "maya", "GetSessionToken", &parameters).unwrap()
}

#[test]
fn the_time_is_the_clock_that_was_given_and_every_answer_tells_it() {
    let (practice, clock) = practice(Duration::ZERO);
    let answer = call(&practice, "pia", "GetUser", &[]).unwrap();
    assert_eq!((answer.status, answer.text("Code")), (403, "AccessDenied"));
    assert_eq!(answer.header("date"), Some("Mon, 21 Sep 2026 14:13:30 GMT"));
    assert_eq!(answer.header("x-amzn-requestid"), Some(answer.text("RequestId")));
    clock.0.fetch_add(3600, Ordering::Relaxed);
    practice.with(|account| account.set_clock_offset(-60));
    let answer = call(&practice, "pia", "GetUser", &[]).unwrap();
    assert_eq!(answer.header("date"), Some("Mon, 21 Sep 2026 15:12:30 GMT"));
}

#[test]
fn the_state_says_whether_a_right_clock_can_use_a_device() {
    let (practice, _clock) = practice(Duration::ZERO);
    let seed = create(&practice);
    let usable = || practice.with(|account| account.is_usable_with(SERIAL, &seed));
    assert!(!usable(), "it is nobody's yet");
    assert_eq!(enable(&practice, &seed, 120).unwrap().status, 200);
    assert!(!usable(), "it was paired by a clock that is an hour wrong");
    assert_eq!(session(&practice, &code(&practice, &seed, 0)).status, 403);
    practice.with(|account| {
        let device = account.home.devices.get_mut(SERIAL).unwrap();
        (device.assigned, device.last_pair) = (None, None);
    });
    assert_eq!(enable(&practice, &seed, 0).unwrap().status, 200);
    assert!(usable());
    assert!(!practice.with(|account| account.is_usable_with(SERIAL, "JBSWY3DPEHPK3PXP")));
    assert!(practice.with(|account| account.emits(SERIAL, &code_of(account.now(), &seed))));
}

fn code_of(now: UnixTime, base32: &str) -> String {
    let seed = Seed::from_base32(base32).unwrap().seed;
    let code = totp::code_at(&OtpParams::DEFAULT_TOTP, &seed, now).unwrap();
    code.code.as_str().to_owned()
}

#[test]
fn what_iam_did_reaches_sts_after_the_propagation_and_no_second_earlier() {
    let (practice, clock) = practice(Duration::from_secs(6));
    let seed = create(&practice);
    assert_eq!(enable(&practice, &seed, 0).unwrap().status, 200);
    clock.0.fetch_add(5, Ordering::Relaxed);
    assert!(
        session(&practice, &code(&practice, &seed, -1))
            .text("Message")
            .contains("unable to validate")
    );
    clock.0.fetch_add(1, Ordering::Relaxed);
    assert!(
        session(&practice, &code(&practice, &seed, -1))
            .text("Message")
            .contains("invalid MFA")
    );
    assert_eq!(session(&practice, &code(&practice, &seed, 0)).status, 200);
}

#[test]
fn an_answer_that_is_lost_leaves_what_was_done_and_a_reset_leaves_nothing() {
    let (practice, _clock) = practice(Duration::ZERO);
    let create = || {
        call(
            &practice,
            "maya",
            "CreateVirtualMFADevice",
            &[("VirtualMFADeviceName", "maya")],
        )
    };
    practice.with(|account| account.plan_fault(Fault::on("CreateVirtualMFADevice", FaultKind::Reset)));
    assert!(create().is_none());
    assert!(practice.with(|account| account.device(SERIAL).is_none()));
    practice.with(|account| account.plan_fault(Fault::on("CreateVirtualMFADevice", FaultKind::LostAnswer)));
    assert!(create().is_none());
    assert!(practice.with(|account| account.device(SERIAL).is_some()));
    let calls = practice.with(|account| account.calls());
    let seen: Vec<_> = calls
        .iter()
        .map(|call| (call.user.as_str(), call.status, call.answered))
        .collect();
    assert_eq!(seen, [("maya", 0, false), ("maya", 200, false)]);
}

#[test]
fn nothing_but_loopback_is_served_and_no_web_page() {
    let (practice, _clock) = practice(Duration::ZERO);
    assert!(practice.endpoint().starts_with("http://127.0.0.1:"));
    let rebound = "POST / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n";
    assert_eq!(send(&practice, rebound, "").unwrap().status, 403);
    let control = practice.control();
    let path = &control[practice.endpoint().len()..];
    let get = |headers: &str| {
        send(
            &practice,
            &format!("GET {path} HTTP/1.1\r\nconnection: close\r\n{headers}"),
            "",
        )
    };
    assert_eq!(get("host: evil.example\r\n").unwrap().status, 403);
    assert_eq!(
        get("host: localhost\r\norigin: http://localhost\r\n")
            .unwrap()
            .status,
        403
    );
    let state = get("host: localhost\r\n").unwrap();
    assert_eq!(state.status, 200);
    assert!(
        state.body.contains("\"account\":\"123456789012\""),
        "{}",
        state.body
    );
    let guessed = "GET /guess/control HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    assert_eq!(
        send(&practice, guessed, "").unwrap().text("Code"),
        "MissingAuthenticationToken"
    );
}

#[test]
fn a_request_of_the_control_endpoint_that_is_wrong_is_refused_and_says_why() {
    let (practice, _clock) = practice(Duration::ZERO);
    let control = practice.control();
    let path = &control[practice.endpoint().len()..];
    let head = format!("POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
    for (body, reason) in [
        ("", "EOF"),
        (r#"{"do": "dance"}"#, "unknown variant"),
        (r#"{"do": "keys", "user": "nobody"}"#, "cannot be found"),
        (
            r#"{"do": "set-policy", "user": "maya", "policy": {}}"#,
            "Syntax errors",
        ),
        (
            r#"{"do": "put-hardware-token", "serial": "GAHT12345678", "seed": "1"}"#,
            "not base32",
        ),
    ] {
        let answer = send(&practice, &head, body).unwrap();
        assert!(
            answer.status >= 400 && answer.body.contains(reason),
            "{body}: {}",
            answer.body
        );
    }
}

#[test]
fn whatever_is_sent_there_is_an_answer() {
    let (practice, _clock) = practice(Duration::ZERO);
    let names = [
        "UserName",
        "SerialNumber",
        "VirtualMFADeviceName",
        "Path",
        "PathPrefix",
        "Marker",
        "MaxItems",
        "AuthenticationCode1",
        "AuthenticationCode2",
        "AssignmentStatus",
        "Tags.member.1.Key",
        "Tags.member.1.Value",
        "Tags.member.x",
        "TagKeys.member.4294967295",
        "PolicyName",
        "PolicyDocument",
        "AccessKeyId",
        "Password",
        "RoleArn",
        "RoleSessionName",
        "DurationSeconds",
        "TokenCode",
        "ExternalId",
    ];
    let values = [
        "",
        "\u{0}",
        "maya",
        "a/b",
        "é\u{10ffff}",
        "-1",
        "99999999999999999999",
        "[[[[",
        "${",
        &"x".repeat(5000),
    ];
    for action in ACTIONS {
        for value in values {
            let parameters = names.map(|name| (name, value));
            let answer = call(&practice, "admin", action, &parameters);
            let answer = answer.unwrap_or_else(|| panic!("{action} {value:?}"));
            assert!(answer.status < 500, "{action} {value:?}: {}", answer.body);
        }
        let answer = call(&practice, "admin", action, &[]).unwrap();
        assert_ne!(answer.text("Code"), "InvalidAction", "{action}");
    }
    let garbage =
        "POST /?%ff=%00&Action HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: AWS4-HMAC-SHA256 =,/,\r\n";
    let garbage = format!("{garbage}connection: close\r\n");
    assert_eq!(
        send(&practice, &garbage, "&&==%%%").unwrap().text("Code"),
        "IncompleteSignature"
    );
}

#[test]
fn many_users_are_served_page_by_page() {
    let options = Options {
        users: 1000,
        ..Options::default()
    };
    let practice = Practice::start(options).unwrap();
    let parameters = [("MaxItems", "1000"), ("PathPrefix", "/staff/")];
    let answer = call(&practice, "admin", "ListUsers", &parameters).unwrap();
    assert_eq!(answer.body.matches("<UserName>").count(), 1000);
    assert_eq!(answer.text("IsTruncated"), "false");
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let start = |account: &str, port| {
        let account = account.to_owned();
        let options = Options {
            account,
            port,
            ..Options::default()
        };
        Practice::start(options).err()
    };
    assert!(matches!(start("12345", 0), Some(StartError::Account(_))));
    assert!(matches!(start("210987654321", 0), Some(StartError::OtherAccount)));
    // Somebody else on this machine may be given the port that has become free.
    let is_free_again = || {
        let (practice, _clock) = practice(Duration::ZERO);
        let port = practice.endpoint().rsplit(':').next().unwrap().parse().unwrap();
        assert!(matches!(
            start("123456789012", port),
            Some(StartError::Listen { .. })
        ));
        drop(practice);
        start("123456789012", port).is_none()
    };
    assert!((0..3).any(|_| is_free_again()), "the port is free again");
}
