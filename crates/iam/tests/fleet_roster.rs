//! Who has MFA, read from a few pages for any number of users; what may not be seen is unknown, and never "none".

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeMap;

use lockstep_device::time::UnixTime;
use lockstep_iam::api::failure::Failure;
use lockstep_iam::device::DeviceKind;
use lockstep_iam::error::Error;
use lockstep_iam::fleet::protection::{FleetDevice, LastUse, Mfa};
use lockstep_iam::fleet::read::read;
use lockstep_iam::fleet::roster::{Filter, FleetUser, Reader, Roster, RosterRequest};
use lockstep_iam::name::{DevicePath, UserName};
use lockstep_practice::account::Account;
use serde_json::json;
use support::fleet::{give_device, give_hardware};
use support::{BEGIN, Person, World};

fn roster_as(world: &World, user: &'static str, request: &RosterRequest) -> Result<Roster, Error> {
    let connection = Person::new(world, user).connect()?;
    let reader = Reader {
        connection: &connection,
        pace: &world.hands,
        watch: &|_| {},
    };
    read(&reader, request)
}

fn roster(world: &World, filter: Filter) -> Roster {
    let request = RosterRequest {
        filter,
        ..RosterRequest::default()
    };
    roster_as(world, "admin", &request).unwrap()
}

fn with_users(users: usize) -> World {
    World::with(|options| options.users = users)
}

fn user<'r>(roster: &'r Roster, name: &str) -> &'r FleetUser {
    let found = roster.users.iter().find(|user| user.name.as_str() == name);
    found.unwrap_or_else(|| panic!("{name} is in the roster"))
}

fn names(users: &[FleetUser]) -> Vec<&str> {
    users.iter().map(|user| user.name.as_str()).collect()
}

fn kinds(user: &FleetUser) -> Vec<DeviceKind> {
    user.mfa.devices().iter().map(FleetDevice::kind).collect()
}

fn calls(world: &World) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for call in world.practice.with(|account| account.calls()) {
        *counted.entry(call.operation).or_default() += 1;
    }
    counted
}

fn deny(world: &World, user: &str, actions: &[&str]) {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        {"Effect": "Deny", "Action": actions, "Resource": "*"},
    ]});
    world
        .practice
        .with(|account| account.set_policy(user, &policy.to_string()).unwrap());
}

#[test]
fn a_thousand_users_take_pages_and_no_call_for_a_single_one() {
    let world = with_users(1000);
    world.practice.with(|account| {
        for number in 1..=700 {
            give_device(account, &format!("user-{number:04}"));
        }
        account.page_size = Some(100);
    });
    let roster = roster(&world, Filter::default());
    assert_eq!(roster.users.len(), 1005);
    let protected = roster
        .users
        .iter()
        .filter(|user| user.mfa.is_there() == Some(true));
    assert_eq!(protected.count(), 700);
    let calls = calls(&world);
    assert_eq!(calls["ListUsers"], 11);
    assert_eq!(calls["ListVirtualMFADevices"], 7);
    assert_eq!(calls.get("ListMFADevices"), None);
    assert_eq!(calls.get("ListUserTags"), None);
    assert!(calls.values().sum::<usize>() < 30, "{calls:?}");
    assert!(roster.remarks.is_empty() && roster.undecided.is_empty());
}

#[test]
fn every_kind_of_device_is_told_and_only_those_without_a_virtual_one_are_asked_about() {
    let world = with_users(40);
    world.practice.with(|account| {
        give_device(account, "maya");
        give_device(account, "maya");
        account.put_fido_key("noor", "yubi");
        account.put_sms_device("omar");
        give_hardware(account, "pia", "GAHT12345678");
    });
    let roster = roster(&world, Filter::default());
    assert_eq!(kinds(user(&roster, "maya")), [DeviceKind::Virtual; 2]);
    assert_eq!(kinds(user(&roster, "noor")), [DeviceKind::Fido]);
    assert!(user(&roster, "omar").mfa.is_only_sms());
    assert_eq!(kinds(user(&roster, "pia")), [DeviceKind::Hardware]);
    assert_eq!(user(&roster, "admin").mfa, Mfa::Missing);
    assert_eq!(
        user(&roster, "noor").mfa.devices()[0].enabled,
        Some(UnixTime::from_seconds(BEGIN))
    );
    assert_eq!(calls(&world)["ListMFADevices"], 3);
}

#[test]
fn a_further_device_of_another_kind_is_seen_when_everybody_is_asked_about() {
    let world = World::new();
    world.practice.with(|account| {
        give_device(account, "maya");
        account.put_fido_key("maya", "yubi");
    });
    let complete = |roster: &Roster| matches!(user(roster, "maya").mfa, Mfa::Devices { complete: true, .. });
    let quick = roster(&world, Filter::default());
    assert_eq!(kinds(user(&quick, "maya")), [DeviceKind::Virtual]);
    assert!(!complete(&quick), "it says that others may be there");
    let request = RosterRequest {
        exact: true,
        ..RosterRequest::default()
    };
    let exact = roster_as(&world, "admin", &request).unwrap();
    assert_eq!(user(&exact, "maya").mfa.devices().len(), 2);
    assert!(complete(&exact));
}

#[test]
fn console_access_last_use_and_the_age_of_keys_come_from_the_credential_report() {
    let world = World::new();
    let week = 7 * 86_400;
    world.practice.with(|account| {
        let maya = account.home.users.get_mut("maya").unwrap();
        maya.password = Some(UnixTime::from_seconds(BEGIN - 2 * week));
        maya.signed_in = Some(UnixTime::from_seconds(BEGIN - week));
        maya.keys[0].created = UnixTime::from_seconds(BEGIN - 2 * week);
    });
    let roster = roster(&world, Filter::default());
    let maya = user(&roster, "maya");
    assert_eq!(maya.console, Some(true));
    assert_eq!(maya.signed_in, LastUse::At(UnixTime::from_seconds(BEGIN - week)));
    assert_eq!(maya.last_seen(), maya.signed_in);
    assert_eq!(maya.oldest_key().unwrap().age_in_days(roster.read), Some(14));
    let pia = user(&roster, "pia");
    assert_eq!((pia.console, pia.signed_in), (Some(false), LastUse::Never));
    // The administrator's own key was used to ask.
    assert!(user(&roster, "admin").last_seen().time().is_some());
    assert!(roster.report_made.is_some());
}

#[test]
fn a_device_that_came_or_went_since_the_report_is_seen_as_it_is_now() {
    let world = World::new();
    world.practice.with(|account| {
        give_device(account, "maya");
    });
    roster(&world, Filter::default());
    let new = "arn:aws:iam::123456789012:mfa/noor";
    world.practice.with(|account| {
        account
            .home
            .devices
            .retain(|_, device| device.user() != Some("maya"));
        give_device(account, "noor");
        account.put_user("later", "/", BTreeMap::new());
    });
    world.hands.turn(60);
    let roster = roster(&world, Filter::default());
    assert_eq!(
        user(&roster, "maya").mfa,
        Mfa::Missing,
        "although the report says she has one"
    );
    assert!(
        user(&roster, "noor").mfa.devices()[0]
            .serial
            .as_str()
            .starts_with(new)
    );
    assert_eq!(
        user(&roster, "later").mfa,
        Mfa::Missing,
        "who is younger than the report is asked about"
    );
    assert_eq!(user(&roster, "later").console, None);
}

#[test]
fn filters_by_mfa_path_name_and_tag_each_narrow_the_list() {
    let world = with_users(9);
    world.practice.with(|account| {
        give_device(account, "user-0001");
        give_device(account, "maya");
    });
    let without = roster(
        &world,
        Filter {
            without_mfa: true,
            ..Filter::default()
        },
    );
    assert_eq!(without.users.len(), 12);
    let staff = roster(
        &world,
        Filter {
            path: Some(DevicePath::try_from("/staff/".to_owned()).unwrap()),
            ..Filter::default()
        },
    );
    assert_eq!(staff.users.len(), 9);
    assert!(staff.astray.is_empty(), "maya is not astray for being elsewhere");
    world.practice.with(Account::reset_calls);
    let tagged = roster(
        &world,
        Filter {
            without_mfa: true,
            tags: vec!["team=payments".parse().unwrap()],
            path: Some(DevicePath::try_from("/staff/".to_owned()).unwrap()),
            ..Filter::default()
        },
    );
    assert_eq!(names(&tagged.users), ["user-0004", "user-0007"]);
    assert_eq!(
        calls(&world)["ListUserTags"],
        8,
        "only those are asked about that the other filters leave"
    );
    let named = ["PIA", "nobody"].map(|name| UserName::try_from(name.to_owned()).unwrap());
    let named = roster(
        &world,
        Filter {
            names: Some(named.to_vec()),
            ..Filter::default()
        },
    );
    assert_eq!(names(&named.users), ["pia"]);
    assert_eq!(named.unmatched[0].as_str(), "nobody");
}

#[test]
fn without_the_credential_report_nobody_is_said_to_be_without_mfa() {
    let world = World::new();
    world.practice.with(|account| {
        give_device(account, "maya");
        account.put_fido_key("noor", "yubi");
    });
    deny(
        &world,
        "pia",
        &["iam:GenerateCredentialReport", "iam:GetCredentialReport"],
    );
    let roster = roster_as(&world, "pia", &RosterRequest::default()).unwrap();
    assert_eq!(user(&roster, "maya").mfa.is_there(), Some(true));
    for name in ["noor", "omar"] {
        assert_eq!(user(&roster, name).mfa, Mfa::Unknown);
        assert_eq!(user(&roster, name).keys, None);
        assert_eq!(user(&roster, name).console, None);
    }
    assert_eq!(roster.remarks.len(), 1);
    let remark = &roster.remarks[0];
    assert!(remark.denied);
    assert_eq!(remark.action, "iam:GenerateCredentialReport");
    assert_eq!(calls(&world).get("ListMFADevices"), None);
    // A filter does not guess either.
    let request = RosterRequest {
        filter: Filter {
            without_mfa: true,
            ..Filter::default()
        },
        ..RosterRequest::default()
    };
    let filtered = roster_as(&world, "pia", &request).unwrap();
    assert!(filtered.users.is_empty());
    assert_eq!(filtered.undecided.len(), 4);
}

#[test]
fn a_report_that_somebody_else_had_made_is_read_where_making_one_is_denied() {
    let world = World::new();
    roster(&world, Filter::default());
    deny(&world, "pia", &["iam:GenerateCredentialReport"]);
    let roster = roster_as(&world, "pia", &RosterRequest::default()).unwrap();
    assert_eq!(user(&roster, "maya").mfa, Mfa::Missing);
    assert!(roster.remarks.is_empty());
}

#[test]
fn without_the_list_of_virtual_devices_the_report_still_tells_who_has_mfa() {
    let world = World::new();
    world.practice.with(|account| {
        give_device(account, "maya");
    });
    deny(
        &world,
        "pia",
        &["iam:ListVirtualMFADevices", "iam:ListMFADevices"],
    );
    let roster = roster_as(&world, "pia", &RosterRequest::default()).unwrap();
    assert_eq!(user(&roster, "maya").mfa, Mfa::Active);
    assert_eq!(user(&roster, "noor").mfa, Mfa::Missing);
    assert_eq!(roster.unassigned, None);
    assert_eq!(roster.remarks[0].action, "iam:ListVirtualMFADevices");
}

#[test]
fn a_filter_by_tags_that_may_not_be_seen_fails_instead_of_finding_nobody() {
    let world = World::new();
    deny(&world, "pia", &["iam:ListUserTags"]);
    let request = RosterRequest {
        filter: Filter {
            tags: vec!["team=payments".parse().unwrap()],
            ..Filter::default()
        },
        ..RosterRequest::default()
    };
    let refused = roster_as(&world, "pia", &request).unwrap_err();
    assert!(
        matches!(refused, Error::Failure(Failure::Denied { .. })),
        "{refused}"
    );
    let request = RosterRequest {
        tags: true,
        ..RosterRequest::default()
    };
    let shown = roster_as(&world, "pia", &request).unwrap();
    assert_eq!(shown.users[0].tags, None);
    assert_eq!(shown.remarks[0].action, "iam:ListUserTags");
}

#[test]
fn root_has_mfa_or_not_and_its_device_is_nobody_s_orphan() {
    let world = World::new();
    let before = roster(&world, Filter::default());
    assert_eq!(before.root.mfa, Some(false));
    world.practice.with(Account::put_root_device);
    let after = roster(&world, Filter::default());
    assert_eq!(after.root.mfa, Some(true), "although the report is older");
    assert_eq!(
        after.root.device.unwrap().as_str(),
        "arn:aws:iam::123456789012:mfa/root-account-mfa-device"
    );
    assert_eq!(after.unassigned, Some(vec![]));
    deny(
        &world,
        "pia",
        &[
            "iam:GetAccountSummary",
            "iam:ListVirtualMFADevices",
            "iam:GetCredentialReport",
        ],
    );
    let blind = roster_as(&world, "pia", &RosterRequest::default()).unwrap();
    assert_eq!(blind.root.mfa, None);
}

#[test]
fn a_report_that_takes_long_is_waited_for_and_one_that_never_comes_is_a_remark() {
    let world = World::new();
    world
        .practice
        .with(|account| account.report_duration = std::time::Duration::from_secs(40));
    let waited = roster(&world, Filter::default());
    assert!(waited.report_made.is_some());
    let world = World::new();
    world
        .practice
        .with(|account| account.report_duration = std::time::Duration::from_hours(3));
    let given_up = roster(&world, Filter::default());
    assert_eq!(given_up.report_made, None);
    assert_eq!(given_up.remarks.len(), 1);
    assert!(!given_up.remarks[0].denied);
    // After four hours a report is too old, and another one is made.
    world.hands.turn(5 * 3600);
    world
        .practice
        .with(|account| account.report_duration = std::time::Duration::from_secs(2));
    assert!(roster(&world, Filter::default()).report_made.is_some());
}
