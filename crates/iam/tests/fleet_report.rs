//! The report agrees with AWS's own credential report, counts what it shows, and carries no text that could act.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeMap;

use lockstep_device::time::UnixTime;
use lockstep_iam::api::users::ReportAnswer;
use lockstep_iam::fleet::accounts::{AccountRole, InAccount, parse};
use lockstep_iam::fleet::page::html;
use lockstep_iam::fleet::read::read;
use lockstep_iam::fleet::read_many::read_each;
use lockstep_iam::fleet::report::{FleetReport, HandOver};
use lockstep_iam::fleet::roster::{Reader, Roster, RosterRequest};
use lockstep_iam::fleet::table::csv;
use lockstep_iam::name::UserName;
use serde_json::{Value, json};
use support::fleet::{give_device, give_hardware, leave_device, put_account};
use support::{BEGIN, Person, World};

const HOME: &str = "123456789012";
const NOW: UnixTime = UnixTime::from_seconds(BEGIN);

fn home() -> AccountRole {
    AccountRole {
        arn: String::new(),
        account: HOME.to_owned(),
        name: None,
        external_id: None,
    }
}

fn in_home(world: &World) -> InAccount<Roster> {
    let connection = Person::new(world, "admin").connect().unwrap();
    let reader = Reader {
        connection: &connection,
        pace: &world.hands,
        watch: &|_| {},
    };
    InAccount {
        role: home(),
        outcome: read(&reader, &RosterRequest::default()),
    }
}

fn report(world: &World, hand_overs: &[HandOver]) -> FleetReport {
    FleetReport::new(&[in_home(world)], hand_overs, NOW)
}

fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut table = csv::Reader::from_reader(bytes);
    let names = table.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        let cells = names.iter().zip(record.iter());
        cells
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect()
    };
    table.records().map(|record| row(record.unwrap())).collect()
}

/// Users with every kind of protection, and one without any.
fn mixed() -> World {
    let world = World::with(|options| options.users = 30);
    world.practice.with(|account| {
        for number in 1..=10 {
            give_device(account, &format!("user-{number:04}"));
        }
        give_device(account, "maya");
        give_device(account, "maya");
        account.put_fido_key("noor", "yubi");
        account.put_sms_device("omar");
        give_hardware(account, "pia", "GAHT12345678");
        leave_device(account, "nobody-1");
        account.home.users.get_mut("user-0020").unwrap().password = Some(NOW);
    });
    world
}

#[test]
fn it_says_of_each_user_what_the_credential_report_says() {
    let world = mixed();
    let written = rows(&csv(&report(&world, &[])));
    let connection = Person::new(&world, "admin").connect().unwrap();
    let ReportAnswer::Ready { csv, .. } = connection.api().credential_report().unwrap() else {
        panic!("the report was made a moment ago");
    };
    let theirs = rows(&csv);
    assert_eq!(theirs.len(), 36, "35 users and root");
    for line in theirs {
        let (record, name) = match line["user"].as_str() {
            "<root_account>" => ("root", "<root>"),
            name => ("user", name),
        };
        let mine: Vec<_> = written
            .iter()
            .filter(|row| row["record"] == record && row["user"] == name)
            .collect();
        assert_eq!(mine.len(), 1, "{name}");
        let has_mfa = mine[0]["mfa"] != "none";
        assert_eq!(has_mfa.to_string(), line["mfa_active"], "{name}");
        if record == "user" {
            assert_eq!(mine[0]["console"], line["password_enabled"], "{name}");
            let keys = ["access_key_1_active", "access_key_2_active"];
            let active = keys.iter().filter(|key| line[**key] == "true").count();
            assert_eq!(mine[0]["active_keys"], active.to_string(), "{name}");
        }
    }
}

#[test]
fn it_counts_who_lacks_mfa_who_has_one_device_and_what_is_stale() {
    let world = mixed();
    let report = report(&world, &[]);
    let total = serde_json::to_value(report.total).unwrap();
    assert_eq!(
        total,
        json!({
            "accounts": 1, "unread_accounts": 0, "users": 35, "with_mfa": 14, "without_mfa": 21,
            "without_mfa_in_console": 1, "unknown": 0, "only_sms": 1, "one_device": 12, "stale_devices": 1,
            "unrotated_hand_offs": 0, "roots_without_mfa": 1,
        })
    );
    let json = serde_json::to_value(&report).unwrap();
    let content = &json["accounts"][0]["content"];
    assert_eq!(
        content["unassigned_devices"],
        json!(["arn:aws:iam::123456789012:mfa/nobody-1"])
    );
    let user = |name: &str| {
        let users = content["users"].as_array().unwrap().iter();
        users.clone().find(|user| user["user"] == name).unwrap().clone()
    };
    assert_eq!(user("user-0020")["findings"], json!(["no-mfa"]));
    assert_eq!(user("omar")["findings"], json!(["only-sms"]));
    assert_eq!(user("user-0001")["findings"], json!(["one-device"]));
    assert_eq!(user("maya")["findings"], json!([]));
}

#[test]
fn a_hand_off_is_open_until_its_device_is_no_longer_the_user_s() {
    let world = World::new();
    let [maya, noor] = world
        .practice
        .with(|account| [give_device(account, "maya"), give_device(account, "noor")]);
    let hand_over = |user: &str, serial: &lockstep_device::serial::SerialNumber, account: &str| HandOver {
        account: account.to_owned(),
        user: UserName::try_from(user.to_owned()).unwrap(),
        serial: serial.clone(),
        at: UnixTime::from_seconds(BEGIN - 9 * 86_400 - 5),
    };
    let hand_overs = [
        hand_over("maya", &maya, HOME),
        hand_over("noor", &noor, HOME),
        hand_over("maya", &maya, "210987654321"),
        hand_over("gone", &maya, HOME),
    ];
    // Noor has rotated: another device has taken the place of the one that was handed over.
    world.practice.with(|account| {
        give_device(account, "noor");
        account.home.devices.remove(noor.as_str());
    });
    let report = report(&world, &hand_overs);
    let open = &report.accounts[0].content.as_ref().unwrap().unrotated_hand_offs;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].user.as_str(), open[0].days), ("maya", 9));
    let lines = rows(&csv(&report));
    let maya = lines
        .iter()
        .find(|row| row["record"] == "user" && row["user"] == "maya");
    assert!(maya.unwrap()["findings"].contains("hand-off-not-rotated"));
    assert!(html(&report).contains("Hand-offs that were not rotated"));
}

#[test]
fn several_accounts_are_summed_and_one_that_failed_is_said_in_every_format() {
    let world = World::new();
    world.practice.with(|account| {
        put_account(account, "210987654321", 3);
        put_account(account, "320987654321", 4);
        account.directory_mut("320987654321").roles.clear();
    });
    let roles = parse(
        "arn:aws:iam::210987654321:role/LockstepAdmin,=yard\narn:aws:iam::320987654321:role/LockstepAdmin,<b>dock</b>",
    )
    .unwrap();
    let admin = Person::new(&world, "admin");
    let read = admin.work(|work| read_each(work, &roles, &RosterRequest::default(), &|_| {}));
    let read = read.unwrap().0;
    let report = FleetReport::new(&read, &[], NOW);
    assert_eq!(
        (
            report.total.accounts,
            report.total.unread_accounts,
            report.total.users
        ),
        (1, 1, 3)
    );
    let json: Value = serde_json::to_value(&report).unwrap();
    assert_eq!(json["accounts"][1]["error"]["code"], "aws-access-denied");
    assert_eq!(json["accounts"][1]["content"], Value::Null);
    let lines = rows(&csv(&report));
    let failed = lines.iter().find(|row| row["account"] == "320987654321").unwrap();
    assert_eq!(
        (failed["record"].as_str(), failed["findings"].as_str()),
        ("account", "not-read")
    );
    assert!(failed["remark"].contains("sts:AssumeRole"));
    // A name from a file is no formula and no markup.
    assert!(lines.iter().any(|row| row["account_name"] == "'=yard"));
    let page = html(&report);
    assert!(page.contains("&lt;b&gt;dock&lt;/b&gt;") && !page.contains("<b>dock"));
    assert!(page.contains("This account could not be read."));
}

#[test]
fn the_page_needs_nothing_from_anywhere() {
    let page = html(&report(&mixed(), &[]));
    for outside in [
        "http://", "https://", "<script", "<link", "<img", "src=", "href=", "url(", "@import",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("@media print") && page.contains("color-scheme: light dark"));
    assert!(page.contains("Root has no MFA.") && page.contains("in the console"));
    assert!(page.contains("<td class=\"bad\">none</td><td>No MFA</td>"));
}

#[test]
fn what_is_not_known_is_never_counted_as_missing() {
    let world = World::new();
    world.practice.with(|account| {
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["iam:ListUsers", "iam:ListVirtualMFADevices"], "Resource": "*"},
        ]});
        account.set_policy("pia", &policy.to_string()).unwrap();
    });
    let connection = Person::new(&world, "pia").connect().unwrap();
    let reader = Reader {
        connection: &connection,
        pace: &world.hands,
        watch: &|_| {},
    };
    let account = InAccount {
        role: home(),
        outcome: read(&reader, &RosterRequest::default()),
    };
    let report = FleetReport::new(&[account], &[], NOW);
    assert_eq!((report.total.without_mfa, report.total.unknown), (0, 5));
    assert_eq!(report.total.roots_without_mfa, 0);
    let page = html(&report);
    assert!(page.contains("these credentials may not do iam:GenerateCredentialReport"));
    assert!(page.contains("Whether root has MFA is not known."));
    assert!(!page.contains("No MFA"));
}
