//! Enrolling in several AWS accounts at once: each has a run of its own, and what fails in one hides none of the others.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::fmt::Write as _;
use std::path::Path;

use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_practice::account::Account;
use lockstep_practice::faults::{Fault, FaultKind};
use serde_json::{Value, json};
use support::aws::World;
use support::{Person, Ran};

const YARDS: [&str; 2] = ["500000000001", "500000000002"];

/// Two further accounts with two users each, of which one is in both, and a role that `user` may take on.
fn with_yards(user: &str, only_with_mfa: bool) -> World {
    let world = World::new();
    world.practice.with(|practice| {
        let mut statement = json!(
            {"Effect": "Allow", "Principal": {"AWS": practice.home.user_arn(user)}, "Action": "sts:AssumeRole"}
        );
        if only_with_mfa {
            statement["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
        }
        let trust = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        ]})
        .to_string();
        let now = practice.now();
        for (yard, own) in YARDS.into_iter().zip(["ada", "bo"]) {
            practice
                .put_role(yard, "LockstepAdmin", &trust, Some(&policy))
                .unwrap();
            for user in [own, "omar"] {
                practice.directory_mut(yard).add_user(user, "/", now);
            }
        }
    });
    world
}

fn roles(admin: &Person, accounts: &[&str]) -> String {
    let mut list = String::new();
    for account in accounts {
        writeln!(list, "arn:aws:iam::{account}:role/LockstepAdmin,yard {account}").unwrap();
    }
    admin.file("accounts.csv", list)
}

fn keys(admin: &Person) -> String {
    let recipient = RecoveryIdentity::generate().recipient();
    let lines = ["ada", "bo", "omar", "left-last-week"].map(|user| format!("{user},{recipient}\n"));
    admin.file("keys.csv", lines.concat())
}

fn enrol(admin: &Person, accounts: &str, keys: &str, out: &Path, more: &[&str]) -> Ran {
    let out = out.to_str().unwrap();
    let arguments = [
        "--json",
        "fleet",
        "enrol",
        "--without-mfa",
        "--accounts",
        accounts,
        "--hand-off",
        out,
        "--recipients",
        keys,
    ];
    admin.run(&[&arguments, more].concat())
}

fn enrolled(world: &World, account: &str) -> usize {
    world.practice.with(|practice| {
        let devices = practice.directory_mut(account).devices.values();
        devices.filter(|device| device.assigned.is_some()).count()
    })
}

#[track_caller]
fn of_account<'a>(list: &'a Value, account: &str) -> &'a Value {
    let mut list = list.as_array().unwrap().iter();
    list.find(|item| item["account"] == account).unwrap()
}

#[test]
fn each_account_has_its_plan_and_its_run_and_one_that_cannot_be_reached_hides_no_other() {
    let world = with_yards("admin", false);
    let admin = world.person("admin");
    let accounts = roles(&admin, &[YARDS[0], "333333333333", YARDS[1]]);
    let (keys, out) = (keys(&admin), admin.folder().join("out"));

    let plan = enrol(&admin, &accounts, &keys, &out, &["--dry-run"]);
    assert_eq!(plan.code, Some(1), "{}{}", plan.stdout, plan.stderr);
    let plan = plan.json();
    for (yard, own) in YARDS.into_iter().zip(["ada", "bo"]) {
        assert_eq!(
            of_account(&plan["accounts"], yard)["would_enrol"],
            json!([own, "omar"])
        );
    }
    assert_eq!(plan["failed"][0]["account"], "333333333333");
    let named = enrol(&admin, &accounts, &keys, &out, &["--dry-run", "--users", &keys]).json();
    assert_eq!(named["unknown"], json!(["left-last-week"]));
    assert!(!out.exists() && YARDS.iter().all(|yard| enrolled(&world, yard) == 0));

    let done = enrol(&admin, &accounts, &keys, &out, &["--yes"]);
    assert_eq!(done.code, Some(1), "one account was not reached: {}", done.stderr);
    let done = done.json();
    assert_eq!(done["failed"][0]["code"], "aws-access-denied", "{done}");
    for yard in YARDS {
        assert_eq!(of_account(&done["runs"], yard)["finished"], true, "{done}");
        assert_eq!(enrolled(&world, yard), 2);
        assert!(out.join(format!("omar@{yard}.lockstep")).is_file());
    }

    // One report for all of them, by their common name.
    let together = done["together"].as_str().unwrap();
    let table = admin.run(&["fleet", "runs", together, "--format", "csv"]);
    assert_eq!(table.succeeds().stdout.matches(",enrolled,").count(), 4);
    let listed = admin.run(&["--json", "fleet", "runs"]).succeeds().json();
    let listed = listed["runs"].as_array().unwrap();
    assert!(listed.iter().all(|run| run["together"] == together) && listed.len() == 2);
    // Nobody is left.
    let again = enrol(&admin, &accounts, &keys, &out, &["--yes"]).json();
    assert_eq!(of_account(&again["accounts"], YARDS[0])["would_enrol"], json!([]));
}

#[test]
fn runs_that_break_off_are_gone_on_with_one_by_one_or_all_together() {
    let world = with_yards("admin", false);
    let admin = world.person("admin");
    let (accounts, keys, out) = (roles(&admin, &YARDS), keys(&admin), admin.folder().join("out"));
    world.practice.with(|practice| {
        practice.plan_fault(Fault::on("EnableMFADevice", FaultKind::Reset).times(1000));
    });
    let stopped = enrol(&admin, &accounts, &keys, &out, &["--yes"]);
    assert_eq!(stopped.code, Some(1), "{}", stopped.stderr);
    let stopped = stopped.json();
    world.practice.with(Account::clear_faults);
    let first = of_account(&stopped["runs"], YARDS[0])["run"].as_str().unwrap();
    let one = admin
        .run(&["--json", "fleet", "enrol", "--resume", first])
        .succeeds()
        .json();
    assert_eq!(one["runs"].as_array().unwrap().len(), 1, "{one}");
    assert_eq!(YARDS.map(|yard| enrolled(&world, yard)), [2, 0]);
    let together = stopped["together"].as_str().unwrap();
    let all = admin
        .run(&["--json", "fleet", "enrol", "--resume", together])
        .succeeds()
        .json();
    assert!(
        YARDS
            .iter()
            .all(|yard| of_account(&all["runs"], yard)["finished"] == true),
        "{all}"
    );
    assert_eq!(YARDS.map(|yard| enrolled(&world, yard)), [2, 2]);
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 4);
}

#[test]
fn roles_that_want_a_code_are_taken_on_in_a_session_with_one() {
    let world = with_yards("maya", true);
    world.practice.with(|practice| {
        let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        practice.set_policy("maya", policy).unwrap();
    });
    let maya = world.person("maya");
    maya.run(&["aws", "enrol"]).succeeds();
    let accounts = roles(&maya, &YARDS);
    let (keys, out) = (keys(&maya), maya.folder().join("out"));
    let done = enrol(&maya, &accounts, &keys, &out, &["--yes"]).succeeds().json();
    assert_eq!(done["runs"].as_array().unwrap().len(), 2);
    assert_eq!(YARDS.map(|yard| enrolled(&world, yard)), [2, 2]);
    maya.run(&["fleet", "sweep", "--accounts", &accounts]).succeeds();
}

#[test]
fn passphrases_for_users_of_several_accounts_are_told_apart_by_the_account() {
    let world = with_yards("admin", false);
    let admin = world.person("admin");
    let identity = RecoveryIdentity::generate();
    let secret = admin.file("identity.txt", identity.to_text().as_bytes());
    let (accounts, sheet) = (roles(&admin, &YARDS), admin.folder().join("sheet.age"));
    admin
        .run(&[
            "fleet",
            "enrol",
            "--without-mfa",
            "--accounts",
            &accounts,
            "--hand-off",
            admin.folder().join("out").to_str().unwrap(),
            "--generate-passphrases",
            sheet.to_str().unwrap(),
            "--sheet-recipient",
            &identity.recipient(),
            "--yes",
        ])
        .succeeds();
    let plain = std::process::Command::new("age")
        .args(["--decrypt", "--identity", &secret])
        .arg(&sheet)
        .output()
        .unwrap();
    let plain = String::from_utf8(plain.stdout).unwrap();
    let mut lines = plain.trim().lines();
    assert_eq!(lines.next(), Some("account,user,passphrase"));
    let told: Vec<(&str, &str)> = lines
        .map(|line| {
            let mut fields = line.split(',');
            (fields.next().unwrap(), fields.next().unwrap())
        })
        .collect();
    let [first, second] = YARDS;
    assert_eq!(
        told,
        [(first, "ada"), (first, "omar"), (second, "bo"), (second, "omar")]
    );
}
