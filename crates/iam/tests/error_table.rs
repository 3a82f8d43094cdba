//! Every error of the AWS side: a stable code, a message and a remedy, as the docs print them.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

use lockstep_device::otp::Code;
use lockstep_device::otp::params::Digits;
use lockstep_device::time::UnixTime;
use lockstep_iam::api::failure::Failure;
use lockstep_iam::connection::ConnectionError;
use lockstep_iam::error::{Error, ErrorCode};
use lockstep_iam::fleet::recipients::KeyListError;
use lockstep_iam::keys::KeyError;
use lockstep_iam::name::NameError;
use lockstep_iam::profile::ProfileError;
use lockstep_testing::docs::{Row, assert_error_page};

const HEAD: &str = "\
# Errors of the AWS side

As in [errors.md](errors.md): stable codes, messages with examples for names and numbers, and what to do. AWS's own words stand in
the messages where it has any. This page is made by a test: `UPDATE_DOCS=1 cargo test -p lockstep-iam --test error_table` writes it
anew.

| code | message, for example | what to do |
| --- | --- | --- |
";

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/maya-5f2a90c1d4";

/// One example for each code at least.
fn examples() -> Vec<Error> {
    let text = |text: &str| text.to_owned();
    let mut examples: Vec<Error> = failures().into_iter().map(Error::from).collect();
    examples.extend([
        ConnectionError::NoCredentials {
            looked: text("the profile \"work\" has none"),
        }
        .into(),
        ConnectionError::CredentialsBroken {
            reason: text("the program of credential_process ended with status 1"),
        }
        .into(),
        ConnectionError::ClockUnknown.into(),
        ConnectionError::Runtime(std::io::ErrorKind::OutOfMemory.into()).into(),
        Error::CodesRejected {
            attempts: 3,
            known: text("both clocks agree, so that the seed may be another device's, or somebody else used the codes"),
        },
        Error::AttemptsSpent {
            serial: text(SERIAL),
            until: UnixTime::from_seconds(1_795_000_140),
        },
        Error::DeviceAssigned {
            serial: text(SERIAL),
            owner: text("noor"),
        },
        Error::OtherAccount {
            serial: text(SERIAL),
            account: text("210987654321"),
        },
        Error::OrphanLeft {
            serial: text(SERIAL),
            why: text("AWS took none of 3 code pairs; and deleting it: these credentials may not do iam:DeleteVirtualMFADevice"),
        },
        Error::NotAUser(text("arn:aws:sts::123456789012:assumed-role/Admin/laptop")),
        Error::Root,
        Error::NotAwsCode(text("maya@bank")),
        Error::NotBound(text("GitHub:maya")),
        Error::UnknownDevice(text("laptop")),
        Error::SeveralDevices {
            user: text("maya"),
            count: 2,
        },
        Error::DeviceNotHere(text("arn:aws:iam::123456789012:mfa/maya")),
        Error::NoDevice(text("maya")),
        NameError::Character {
            what: "the user name",
            character: ' ',
        }
        .into(),
        KeyError::Secret.into(),
        KeyError::Unknown(text("work")).into(),
        ProfileError::Unreadable(text("error parsing /home/maya/.aws/config on line 3")).into(),
        Error::NotOwnKeys(text("arn:aws:sts::123456789012:assumed-role/Admin/laptop")),
        Error::DurationInvalid(60),
        Error::RunUnknown(text("5f2a90c1d4")),
        Error::RunStopped,
        Error::OwnDevices(text("maya")),
        Error::RunElsewhere {
            run: text("5f2a90c1d4"),
            account: text("123456789012"),
            caller: text("210987654321"),
        },
        KeyListError::Columns { line: 7, found: 1 }.into(),
        Error::AccountList {
            line: 3,
            why: "\"210987654321\" is not the ARN of a role".to_owned(),
        },
        Code::typed("12345", Digits::SIX).err().unwrap().into(),
    ]);
    examples
}

fn failures() -> Vec<Failure> {
    let message = |message: &str| message.to_owned();
    vec![
        Failure::Denied {
            action: Some(message("iam:DeleteVirtualMFADevice")),
            resource: Some(message(SERIAL)),
            message: String::new(),
        },
        Failure::MfaRequired {
            message: message(
                "To complete this action, please ensure that you are authenticated with an MFA device.",
            ),
        },
        Failure::Exists {
            message: message("MFA device already exists."),
        },
        Failure::Absent {
            message: message("MFA Device invalid for user."),
        },
        Failure::Limit {
            message: message("maya has 8 MFA devices, the most that AWS takes"),
        },
        Failure::InUse {
            message: message("MFA VirtualDevice in use. Must deactivate first."),
        },
        Failure::Busy {
            message: message("the user is being modified"),
        },
        Failure::Throttled {
            message: message("Rate exceeded"),
        },
        Failure::Expired {
            message: message("The security token included in the request is expired"),
        },
        Failure::CredentialsRefused {
            message: message("The security token included in the request is invalid."),
        },
        Failure::Refused {
            message: message("1 validation error detected"),
        },
        Failure::Other {
            code: message("RegionDisabledException"),
            message: message("STS is not activated in this region"),
        },
        Failure::Unreachable {
            reason: message("Connection refused"),
        },
        Failure::Unknown {
            reason: message("the connection was closed"),
        },
        Failure::Unusable {
            reason: message("its seed is not base32 text"),
        },
        Failure::PlainHttp(lockstep_iam::api::failure::PlainHttp {
            endpoint: message("http://iam.example"),
        }),
    ]
}

#[test]
fn every_code_has_an_example_and_the_table_is_in_the_docs() {
    let examples = examples();
    let covered: BTreeSet<&str> = examples.iter().map(Error::code).collect();
    let all: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(covered, all);
    let rows: Vec<Row<'_>> = ErrorCode::ALL
        .iter()
        .map(|code| {
            let example = examples
                .iter()
                .find(|error| error.code() == code.as_str())
                .unwrap();
            (code.as_str(), example.to_string(), code.remedy())
        })
        .collect();
    assert_error_page("aws-errors.md", HEAD, &rows);
}

#[test]
fn codes_are_kebab_case_begin_with_aws_and_each_stands_for_one_cause() {
    let names: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), ErrorCode::ALL.len());
    for name in names {
        let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(name.starts_with("aws-") && name.bytes().all(kebab), "{name}");
    }
}

#[test]
fn a_remedy_is_a_whole_sentence_or_nothing() {
    for code in ErrorCode::ALL {
        let remedy = code.remedy();
        let whole = remedy.ends_with(['.', '`']);
        assert!(remedy.is_empty() || whole, "{code}: {remedy}");
    }
}
