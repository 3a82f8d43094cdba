//! An administrator enrols users and hands their devices over, on the practice account; the users take them over.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_practice::account::Account;
use lockstep_practice::faults::{Fault, FaultKind};
use lockstep_practice::refusal::Refusal;
use serde_json::Value;
use support::aws::World;
use support::{Person, Ran};

fn with_users(users: usize) -> World {
    let world = World::new();
    world.practice.with(|account| {
        for number in 1..=users {
            account.put_user(&format!("user-{number:04}"), "/staff/", BTreeMap::new());
        }
    });
    world
}

/// A file with the secret half, and the public half.
fn key(person: &Person) -> (String, String) {
    let identity = RecoveryIdentity::generate();
    let file = person.file("identity.txt", identity.to_text().as_bytes());
    (file, identity.recipient())
}

/// Enrols everybody in the list.
fn enrol(admin: &Person, list: &str, out: &Path) -> Ran {
    let out = out.to_str().unwrap();
    admin.run(&[
        "--json",
        "fleet",
        "enrol",
        "--hand-off",
        out,
        "--recipients",
        list,
        "--yes",
    ])
}

/// Takes a device over with the key in this file.
fn open(person: &Person, file: &str, identity: &str, rotation: &str) -> Value {
    let arguments = [
        "--json",
        "hand-off",
        "open",
        file,
        "--identity",
        identity,
        "--yes",
        rotation,
    ];
    person.run(&arguments).succeeds().json()
}

/// What the black rectangles of an SVG of a page of A4 look like on paper, at three dots a point.
fn painted(svg: &str) -> image::GrayImage {
    const DOTS: f32 = 3.0;
    let mut paper = image::GrayImage::from_pixel(595 * 3, 842 * 3, image::Luma([255]));
    // Those whose middle lies between.
    let dots = |from: f32, to: f32| {
        (0..3000_u16)
            .filter(move |dot| (from..to).contains(&(f32::from(*dot) + 0.5)))
            .map(u32::from)
    };
    let black = svg
        .lines()
        .filter(|line| line.starts_with("<rect ") && line.contains("#000000"));
    for rectangle in black {
        let side = |name: &str| -> f32 {
            let (_, rest) = rectangle.split_once(&format!(" {name}=\"")).unwrap();
            let (number, _) = rest.split_once('"').unwrap();
            number.parse::<f32>().unwrap() * DOTS
        };
        let (left, top) = (side("x"), side("y"));
        let (right, bottom) = (left + side("width"), top + side("height"));
        for y in dots(top, bottom) {
            for x in dots(left, right) {
                paper.put_pixel(x, y, image::Luma([0]));
            }
        }
    }
    paper
}

/// The code of this moment in the practice account.
fn oathtool(world: &World, secret: &str) -> String {
    let now = world.practice.with(|account| account.now()).seconds();
    let code = Command::new("oathtool")
        .args(["--totp", "--base32", "--now", &format!("@{now}"), secret])
        .output()
        .unwrap();
    String::from_utf8(code.stdout).unwrap()
}

fn hand_offs(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

fn outcome<'a>(value: &'a Value, user: &str) -> &'a str {
    let users = value["users"].as_array().unwrap();
    users.iter().find(|row| row["user"] == user).unwrap()["outcome"]
        .as_str()
        .unwrap()
}

#[track_caller]
fn ends_with(ran: &Ran, exit: i32, code: &str) {
    assert_eq!(ran.code, Some(exit), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.json()["error"]["code"], code, "{}", ran.stdout);
}

#[test]
fn a_device_goes_from_the_administrator_to_its_user_who_replaces_it_at_once() {
    let world = with_users(2);
    let admin = world.person("admin");
    let maya = world.person("maya");
    let (identity, recipient) = key(&maya);
    let list = admin.file(
        "keys.csv",
        format!("user,key\nmaya,{recipient}\nnobody-here,{recipient}\n"),
    );
    let folder = admin.folder().join("out");
    let out = folder.to_str().unwrap().to_owned();
    let enrol = ["fleet", "enrol", "--hand-off", &out, "--recipients", &list];

    // First it is said, and nothing is done.
    let plan = admin
        .run(&[&["--json"], &enrol[..], &["--dry-run"]].concat())
        .succeeds()
        .json();
    assert_eq!(plan["would_enrol"], serde_json::json!(["maya"]));
    assert_eq!(outcome(&plan, "nobody-here"), "skipped");
    assert!(!folder.exists() && world.devices().is_empty());

    let done = admin
        .run(&[&["--json"], &enrol[..], &["--yes"]].concat())
        .succeeds()
        .json();
    assert_eq!(
        (outcome(&done, "maya"), &done["finished"]),
        ("enrolled", &true.into())
    );
    assert!(admin.names().is_empty(), "no copy stays with the administrator");
    let files = hand_offs(&folder);
    assert_eq!(files.len(), 1);
    assert!(files[0].ends_with("maya@123456789012.lockstep"), "{files:?}");
    let file = files[0].to_str().unwrap();

    // The administrator's own keys do not open it.
    ends_with(
        &admin.run(&["--json", "hand-off", "open", file, "--yes"]),
        4,
        "hand-off-key-wrong",
    );
    let opened = open(&maya, file, &identity, "--no-rotate");
    assert_eq!(
        (&opened["outcome"], &opened["user"]),
        (&"added".into(), &"maya".into())
    );
    assert_eq!(
        (&opened["verified"], &opened["verification"]),
        (&true.into(), &"by-code".into())
    );
    let first = opened["serial"].as_str().unwrap().to_owned();
    world.turn(10);
    assert!(world.takes_code(&maya, &first));
    let again = open(&maya, file, &identity, "--rotate");
    assert_eq!(
        (&again["outcome"], &again["replaced"]),
        (&"rotated".into(), &first.clone().into())
    );
    let second = again["serial"].as_str().unwrap();
    assert_ne!(second, first);
    let there = world.devices();
    assert_eq!(there, [(second.to_owned(), Some("maya".to_owned()))]);
}

#[test]
fn who_takes_a_device_over_is_told_whether_aws_takes_its_codes_or_could_not_be_asked() {
    let world = with_users(1);
    let admin = world.person("admin");
    let mut maya = world.person("maya");
    let (identity, recipient) = key(&maya);
    let list = admin.file("keys.csv", format!("maya,{recipient}\nuser-0001,{recipient}\n"));
    let out = admin.folder().join("out");
    enrol(&admin, &list, &out).succeeds();
    let file = |user: &str| {
        out.join(format!("{user}@123456789012.lockstep"))
            .display()
            .to_string()
    };
    let with_other_keys = open(&maya, &file("user-0001"), &identity, "--no-rotate");
    assert_eq!(with_other_keys["verification"], "not-asked");
    assert!(with_other_keys["reason"].as_str().unwrap().contains("user/maya"));
    admin.run(&["fleet", "recover", "maya", "--yes"]).succeeds();
    let taken_away = maya.run(&[
        "--json",
        "hand-off",
        "open",
        &file("maya"),
        "--identity",
        &identity,
        "--yes",
        "--no-rotate",
    ]);
    assert_eq!(taken_away.code, Some(5), "{}", taken_away.stdout);
    assert_eq!(taken_away.json()["verification"], "failed");
    maya.set("AWS_CONFIG_FILE", "/nowhere");
    let words = maya
        .run(&[
            "hand-off",
            "open",
            &file("maya"),
            "--identity",
            &identity,
            "--yes",
            "--no-rotate",
        ])
        .succeeds()
        .stdout;
    assert!(
        words.contains("AWS was not asked") && words.contains("lockstep aws session"),
        "{words}"
    );
}

#[test]
fn age_opens_a_hand_off_and_oathtool_makes_its_codes() {
    let world = with_users(1);
    let admin = world.person("admin");
    let (identity, recipient) = key(&admin);
    let list = admin.file("keys.csv", format!("user-0001,{recipient}\n"));
    let out = admin.folder().join("out");
    enrol(&admin, &list, &out).succeeds();
    let file = hand_offs(&out).remove(0);
    let plain = Command::new("age")
        .args(["--decrypt", "--identity", &identity])
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        plain.status.success(),
        "{}",
        String::from_utf8_lossy(&plain.stderr)
    );
    let value: Value = serde_json::from_slice(plain.stdout.trim_ascii_end()).unwrap();
    assert_eq!(
        (&value["format"], &value["version"]),
        (&"lockstep-hand-off".into(), &1.into())
    );
    let uri = value["uri"].as_str().unwrap();
    let secret = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    world.turn(10);
    let code = oathtool(&world, secret);
    let serial = value["serial"].as_str().unwrap();
    assert!(world.practice.with(|account| account.emits(serial, code.trim())));
}

#[test]
fn a_page_for_somebody_who_is_there_is_made_for_the_asking_alone_and_is_scanned_off_the_paper() {
    let world = with_users(1);
    let admin = world.person("admin");
    admin
        .run(&["aws", "enrol", "--user", "user-0001", "--no-verify"])
        .succeeds();
    let (page, picture) = (admin.folder().join("page.svg"), admin.folder().join("page.png"));
    let out = page.to_str().unwrap();
    let unasked = admin.run(&["hand-off", "page", "user-0001", "--out", out]);
    assert_eq!((unasked.code, page.exists()), (Some(2), false));
    admin
        .run(&["hand-off", "page", "user-0001", "--out", out, "--yes"])
        .succeeds();
    painted(&fs::read_to_string(&page).unwrap())
        .save(&picture)
        .unwrap();
    let scanned = Command::new("zbarimg")
        .args(["--raw", "--quiet"])
        .arg(&picture)
        .output()
        .unwrap();
    let uri = String::from_utf8(scanned.stdout).unwrap();
    let secret = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    world.turn(10);
    let code = oathtool(&world, secret.trim());
    let (serial, _) = world.devices().remove(0);
    assert!(world.practice.with(|account| account.emits(&serial, code.trim())));
}

#[test]
fn passphrases_are_made_and_told_to_whoever_may_read_the_sheet() {
    let world = with_users(3);
    let admin = world.person("admin");
    let (identity, recipient) = key(&admin);
    let (out, sheet) = (admin.folder().join("out"), admin.folder().join("sheet.age"));
    admin
        .run(&[
            "fleet",
            "enrol",
            "--path",
            "/staff/",
            "--hand-off",
            out.to_str().unwrap(),
            "--generate-passphrases",
            sheet.to_str().unwrap(),
            "--sheet-recipient",
            &recipient,
            "--yes",
        ])
        .succeeds();
    let plain = Command::new("age")
        .args(["--decrypt", "--identity", &identity])
        .arg(&sheet)
        .output()
        .unwrap();
    let plain = String::from_utf8(plain.stdout).unwrap();
    let mut lines = plain.trim().lines();
    assert_eq!(lines.next(), Some("user,passphrase"));
    let user = world.person("maya");
    let mut opened = 0;
    for line in lines {
        let (name, passphrase) = line.split_once(',').unwrap();
        let typed = user.file("passphrase.txt", passphrase);
        let file = out.join(format!("{name}@123456789012.lockstep"));
        let arguments = [
            "--json",
            "hand-off",
            "open",
            file.to_str().unwrap(),
            "--file-passphrase-file",
            &typed,
            "--yes",
            "--no-rotate",
        ];
        assert_eq!(user.run(&arguments).succeeds().json()["user"], name);
        opened += 1;
    }
    assert_eq!(opened, 3);
    // No passphrase and no secret is left in the administrator's files.
    for (path, bytes) in admin.contents() {
        assert!(
            !bytes.windows(15).any(|window| window == b"user,passphrase"),
            "{}",
            path.display()
        );
    }
}

#[test]
fn without_a_key_with_a_device_and_oneself_are_left_out_with_a_reason() {
    let world = with_users(3);
    let admin = world.person("admin");
    let (_, recipient) = key(&admin);
    let out = admin.folder().join("out");
    let list = admin.file("keys.csv", format!("user-0001,{recipient}\nadmin,{recipient}\n"));
    let users = admin.file("users.csv", "User,Team\nuser-0001,a\nuser-0002,b\nadmin,c\n");
    let arguments = [
        "--json",
        "fleet",
        "enrol",
        "--users",
        &users,
        "--hand-off",
        out.to_str().unwrap(),
        "--recipients",
        &list,
        "--yes",
    ];
    let first = admin.run(&arguments).succeeds().json();
    assert_eq!(outcome(&first, "user-0001"), "enrolled");
    assert_eq!(outcome(&first, "user-0002"), "skipped");
    assert_eq!(outcome(&first, "admin"), "skipped");
    let second = admin.run(&arguments).succeeds().json();
    assert_eq!(second["would_enrol"], serde_json::json!([]));
    assert_eq!(outcome(&second, "user-0001"), "already-had");
    let runs = admin.run(&["--json", "fleet", "runs"]).succeeds().json();
    let runs = runs["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1);
    let run = runs[0]["run"].as_str().unwrap();
    let table = admin
        .run(&["fleet", "runs", run, "--format", "csv"])
        .succeeds()
        .stdout;
    let mut lines = table.lines();
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("run,account,user,outcome,serial,")
    );
    let line = lines.next().unwrap();
    assert!(
        line.starts_with(&format!("{run},123456789012,user-0001,enrolled,arn:aws:iam:")),
        "{line}"
    );
    assert_eq!(lines.next(), None);
}

#[test]
fn who_lost_the_phone_gets_a_new_device() {
    let world = with_users(1);
    let admin = world.person("admin");
    let maya = world.person("maya");
    maya.run(&["aws", "enrol"]).succeeds();
    let (identity, recipient) = key(&maya);
    let list = admin.file("keys.csv", format!("maya,{recipient}\n"));
    let out = admin.folder().join("out");
    let before = world.devices();
    let done = admin
        .run(&[
            "--json",
            "fleet",
            "recover",
            "maya",
            "--hand-off",
            out.to_str().unwrap(),
            "--recipients",
            &list,
            "--yes",
        ])
        .succeeds()
        .json();
    assert_eq!(done["users"].as_array().unwrap().len(), 2, "{done}");
    let after = world.devices();
    assert_eq!(after.len(), 1);
    assert_ne!(after, before);
    let fresh = world.person("maya");
    let file = hand_offs(&out).remove(0);
    open(&fresh, file.to_str().unwrap(), &identity, "--no-rotate");
    world.turn(10);
    assert!(world.takes_code(&fresh, &after[0].0));
    // And only taking away, for who has left.
    let gone = admin
        .run(&["--json", "fleet", "recover", "maya", "--yes"])
        .succeeds()
        .json();
    assert_eq!(gone["retired"], serde_json::json!([after[0].0]));
    assert!(world.devices().is_empty());
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_asked() {
    let world = with_users(1);
    let admin = world.person("admin");
    let (_, recipient) = key(&admin);
    let list = admin.file("keys.csv", format!("user-0001,{recipient}\n"));
    let bad = admin.file("bad.csv", "user-0001,hello\n");
    world.forget_calls();
    for (arguments, exit, code) in [
        (
            &["fleet", "enrol", "--recipients", &list, "--yes"][..],
            2,
            "usage",
        ),
        (
            &["fleet", "enrol", "--hand-off", "out", "--without-mfa", "--yes"],
            2,
            "usage",
        ),
        (
            &[
                "fleet",
                "enrol",
                "--hand-off",
                "out",
                "--recipients",
                &bad,
                "--yes",
            ],
            2,
            "aws-key-list-invalid",
        ),
        (
            &["fleet", "enrol", "--resume", "0123456789", "--yes"],
            3,
            "aws-run-unknown",
        ),
        (&["fleet", "runs", "latest"], 3, "aws-run-unknown"),
    ] {
        ends_with(&admin.run(&[&["--json"], arguments].concat()), exit, code);
    }
    assert_eq!(
        world.calls("ListUsers") + world.calls("CreateVirtualMFADevice"),
        0
    );
}

/// May do everything with a code, and with plain keys only what getting one takes.
const ONLY_WITH_MFA: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
    {"Effect": "Allow", "Action": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices"], "Resource": "*"}
]}"#;

#[test]
fn an_administrator_who_may_do_nothing_without_a_code_is_not_asked_for_one() {
    let world = with_users(2);
    world
        .practice
        .with(|account| account.set_policy("maya", ONLY_WITH_MFA).unwrap());
    let maya = world.person("maya");
    maya.run(&["aws", "enrol"]).succeeds();
    let users = maya.run(&["--json", "fleet", "users"]).succeeds().json();
    let listed = users["accounts"][0]["content"]["users"].as_array().unwrap();
    assert!(listed.iter().any(|user| user["user"] == "user-0001"), "{users}");
    let (_, recipient) = key(&maya);
    let list = maya.file(
        "keys.csv",
        format!("user-0001,{recipient}\nuser-0002,{recipient}\n"),
    );
    let out = maya.folder().join("out");
    let lost_network = Fault::on("EnableMFADevice", FaultKind::Reset);
    world
        .practice
        .with(|account| account.plan_fault(lost_network.times(100)));
    let stopped = enrol(&maya, &list, &out).json();
    assert_eq!(stopped["finished"], false, "{stopped}");
    world.practice.with(Account::clear_faults);
    let run = stopped["run"].as_str().unwrap();
    let done = maya.run(&["--json", "fleet", "enrol", "--resume", run]);
    let done = done.succeeds().json();
    assert_eq!(outcome(&done, "user-0001"), "enrolled");
    assert_eq!(outcome(&done, "user-0002"), "enrolled");
}

#[test]
fn the_report_names_who_lacks_mfa_and_hand_offs_that_were_not_replaced() {
    let world = with_users(3);
    let admin = world.person("admin");
    let (_, recipient) = key(&admin);
    let list = admin.file("keys.csv", format!("user-0001,{recipient}\n"));
    let out = admin.folder().join("out");
    enrol(&admin, &list, &out).succeeds();
    let lacking = admin
        .run(&["--json", "fleet", "users", "--without-mfa", "--path", "/staff/"])
        .succeeds()
        .json();
    let names: Vec<&str> = lacking["accounts"][0]["content"]["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["user"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["user-0002", "user-0003"]);
    let report = admin.run(&["fleet", "report", "--format", "json"]).succeeds();
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["total"]["unrotated_hand_offs"], 1);
    assert_eq!(
        report["accounts"][0]["content"]["unrotated_hand_offs"][0]["user"],
        "user-0001"
    );
    for (format, begins) in [("csv", "record,account,"), ("html", "<!doctype html>")] {
        let file = admin.folder().join(format!("report.{format}"));
        let path = file.to_str().unwrap();
        admin
            .run(&["fleet", "report", "--format", format, "--out", path])
            .succeeds();
        let written = fs::read_to_string(&file).unwrap();
        assert!(
            written.to_lowercase().starts_with(begins),
            "{}",
            written.get(..80).unwrap()
        );
        assert!(written.contains("user-0003"));
        // Never over a file that is there.
        assert_eq!(
            admin
                .run(&["fleet", "report", "--format", format, "--out", path])
                .code,
            Some(1)
        );
    }
    let words = admin.run(&["fleet", "report"]).succeeds().stdout;
    assert!(words.contains("1 hand-offs not rotated"), "{words}");
}

#[test]
fn several_accounts_are_read_at_once_and_one_that_cannot_be_is_said() {
    let world = with_users(1);
    let admin = world.person("admin");
    let roles = "arn:aws:iam::210987654321:role/LockstepAdmin,other\narn:aws:iam::333333333333:role/LockstepAdmin,gone\n";
    let list = admin.file("accounts.csv", roles);
    let ran = admin.run(&["--json", "fleet", "users", "--accounts", &list]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let report = ran.json();
    assert_eq!(report["total"]["accounts"], 1);
    assert_eq!(report["total"]["unread_accounts"], 1);
    assert_eq!(report["accounts"][1]["name"], "gone");
    assert!(report["accounts"][1]["error"]["code"].is_string(), "{report}");
}

#[test]
fn a_sweep_shows_first_and_leaves_what_a_run_needs() {
    let world = with_users(2);
    let admin = world.person("admin");
    let nobody = |world: &World| {
        world
            .devices()
            .into_iter()
            .filter(|(_, owner)| owner.is_none())
            .count()
    };
    // A run that breaks off between making its devices and giving them to anybody.
    world.practice.with(|account| {
        account.plan_fault(
            Fault::on(
                "EnableMFADevice",
                FaultKind::Refused(Refusal::new("ExpiredToken", 403, "expired")),
            )
            .times(100),
        );
    });
    let (_, recipient) = key(&admin);
    let list = admin.file(
        "keys.csv",
        format!("user-0001,{recipient}\nuser-0002,{recipient}\n"),
    );
    let out = admin.folder().join("out");
    let stopped = enrol(&admin, &list, &out);
    assert_eq!(stopped.code, Some(5), "{}", stopped.stderr);
    assert!(nobody(&world) > 0);
    let sweep = admin
        .run(&["--json", "fleet", "sweep", "--apply", "--yes"])
        .succeeds()
        .json();
    let devices = sweep["devices"].as_array().unwrap();
    assert!(
        devices.iter().all(|device| device["outcome"] == "kept"),
        "{sweep}"
    );
    assert!(nobody(&world) > 0, "what the run needs is still there");
    // To another machine the same devices are somebody's left-overs.
    let elsewhere = world.person("admin");
    let shown = elsewhere.run(&["--json", "fleet", "sweep"]).succeeds().json();
    assert!(
        shown["devices"]
            .as_array()
            .unwrap()
            .iter()
            .all(|device| device["outcome"] == "would-delete")
    );
    assert!(nobody(&world) > 0, "shown, and not deleted");
    elsewhere.run(&["fleet", "sweep", "--apply", "--yes"]).succeeds();
    assert_eq!(nobody(&world), 0);
    // And the run makes new ones.
    world.practice.with(Account::clear_faults);
    let run = admin.run(&["--json", "fleet", "runs"]).succeeds().json();
    let run = run["runs"][0]["run"].as_str().unwrap().to_owned();
    let done = admin
        .run(&["--json", "fleet", "enrol", "--resume", &run])
        .succeeds()
        .json();
    assert_eq!(done["finished"], true, "{done}");
    assert_eq!(world.devices().len(), 2);
}

#[test]
fn every_change_in_aws_is_in_the_log_with_its_request_and_without_a_secret() {
    let world = with_users(1);
    let admin = world.person("admin");
    let (_, recipient) = key(&admin);
    let list = admin.file("keys.csv", format!("user-0001,{recipient}\n"));
    let out = admin.folder().join("out");
    enrol(&admin, &list, &out).succeeds();
    admin.run(&["fleet", "recover", "user-0001", "--yes"]).succeeds();
    let denied = world.person("pia");
    assert_eq!(denied.run(&["aws", "enrol"]).code, Some(5));
    let changes = |person: &Person, more: &[&str]| {
        let shown = person
            .run(&[&["--json", "aws", "activity"], more].concat())
            .succeeds()
            .json();
        shown["changes"].as_array().unwrap().clone()
    };
    let done = changes(&admin, &["--user", "user-0001"]);
    let operations: Vec<&str> = done
        .iter()
        .map(|change| change["operation"].as_str().unwrap())
        .collect();
    assert_eq!(
        operations,
        [
            "CreateVirtualMFADevice",
            "EnableMFADevice",
            "DeactivateMFADevice",
            "DeleteVirtualMFADevice"
        ]
    );
    for change in &done {
        assert_eq!(change["outcome"], "done");
        assert_eq!(change["by"], "arn:aws:iam::123456789012:user/admin");
        assert!(change["request_id"].as_str().unwrap().len() > 8, "{change}");
    }
    let refused = changes(&denied, &[]);
    assert!(!refused.is_empty());
    assert!(
        refused
            .iter()
            .all(|change| change["outcome"] == "refused" && change["reason"].is_string())
    );
    let log = fs::read_to_string(admin.home().join("aws-activity.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 4);
    assert!(!log.contains("otpauth") && !log.contains("secret"), "{log}");
}
