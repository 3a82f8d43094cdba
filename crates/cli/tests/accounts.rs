//! Listing, changing, removing, restoring and deleting accounts.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use support::{AWS_SEED, Person, SEED};

fn two() -> Person {
    Person::with_accounts(&[("AWS:maya", SEED), ("Acme:noor", AWS_SEED)])
}

#[test]
fn a_list_without_accounts_is_empty_in_a_pipe() {
    let person = Person::with_vault();
    let ran = person.run(&["list"]).succeeds();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    assert_eq!(
        person.run(&["--json", "list"]).json()["accounts"],
        serde_json::json!([])
    );
}

#[test]
fn an_account_in_json_has_every_field_a_script_needs() {
    let person = Person::with_accounts(&[("AWS:maya@halden-prod", SEED)]);
    let mut listed = person.run(&["--json", "list"]).succeeds().json();
    let account = &mut listed["accounts"][0];
    assert_eq!(account["id"].take().as_str().unwrap().len(), 32);
    let added = account["added"].take();
    assert!(added.as_str().unwrap().ends_with('Z'), "{added}");
    insta::assert_snapshot!(serde_json::to_string_pretty(&listed).unwrap());
}

#[test]
fn the_list_is_a_table() {
    let person = two();
    person
        .run(&["edit", "maya", "--tag", "+prod", "--tag", "team", "--pin"])
        .succeeds();
    let listed = person.run(&["list"]).succeeds().stdout;
    let lines: Vec<&str> = listed.lines().map(|line| line.get(8..).unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn an_order_can_be_chosen() {
    let person = two();
    let names = |sort: &str| {
        let listed = person.run(&["--json", "list", "--sort", sort]).succeeds().json();
        let accounts = listed["accounts"].as_array().unwrap();
        accounts
            .iter()
            .map(|account| account["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("own"), ["maya", "noor"]);
    assert_eq!(names("name"), ["noor", "maya"]);
    assert_eq!(person.run(&["list", "--sort", "size"]).code, Some(2));
}

#[test]
fn an_edit_changes_what_it_names_and_nothing_else() {
    let person = two();
    let ran = person.run(&[
        "--json",
        "edit",
        "maya",
        "--issuer",
        "Halden",
        "--note",
        "spare key in the safe",
    ]);
    let account = &ran.succeeds().json()["account"];
    assert_eq!(
        (&account["issuer"], &account["name"]),
        (&"Halden".into(), &"maya".into())
    );
    assert_eq!(account["note"], "spare key in the safe");
    person
        .run(&["edit", "maya", "--tag", "+eu", "--tag", "+prod"])
        .succeeds();
    let account = &person
        .run(&["--json", "edit", "maya", "--tag", "-eu"])
        .succeeds()
        .json()["account"];
    assert_eq!(account["tags"], serde_json::json!(["prod"]));
    assert_eq!(person.code_at("#prod", 59), "287082");
}

#[test]
fn an_edit_that_names_nothing_is_a_usage_error() {
    let person = two();
    let ran = person.run(&["edit", "maya"]);
    assert_eq!(ran.code, Some(2));
    let ran = person.run(&["edit", "maya", "--issuer", "", "--name", ""]);
    insta::assert_snapshot!(ran.shown(&person));
}

#[test]
fn an_account_goes_to_the_trash_comes_back_and_is_deleted_only_from_there() {
    let person = two();
    let ran = person.run(&["trash", "purge", "maya", "--yes"]);
    assert_eq!(ran.code, Some(3), "what is not in the trash is not found there");
    person.run(&["remove", "maya", "--yes"]).succeeds();
    assert_eq!(person.names(), ["noor"]);
    assert_eq!(person.run(&["code", "maya"]).code, Some(3));
    let trash = person.run(&["--json", "list", "--trash"]).succeeds().json();
    assert_eq!(trash["accounts"][0]["name"], "maya");
    assert!(trash["accounts"][0]["trashed"].as_str().unwrap().ends_with('Z'));
    person.run(&["trash", "restore", "maya"]).succeeds();
    assert_eq!(person.code_at("maya", 59), "287082");
    person.run(&["remove", "maya", "--yes"]).succeeds();
    person.run(&["trash", "purge", "maya", "--yes"]).succeeds();
    assert_eq!(person.names(), ["noor"]);
    assert_eq!(person.run(&["trash", "restore", "maya"]).code, Some(3));
}

#[test]
fn without_a_terminal_nothing_is_removed_unasked() {
    let person = two();
    let ran = person.run(&["remove", "maya"]);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.shown(&person));
    person.run(&["remove", "maya", "--yes"]).succeeds();
    assert_eq!(person.run(&["trash", "purge", "maya"]).code, Some(2));
    assert_eq!(
        person
            .run(&["trash", "restore", "maya"])
            .succeeds()
            .stdout
            .lines()
            .count(),
        1
    );
}

#[test]
fn a_qr_code_moves_an_account_to_another_device() {
    let person = two();
    let other = Person::with_vault();
    for ending in ["png", "svg"] {
        let picture = person.folder().join(format!("code.{ending}"));
        let arguments = ["qr", "show", "maya", "--out", picture.to_str().unwrap()];
        person.run(&arguments).succeeds();
        let ran = person.run(&arguments);
        assert_eq!(ran.code, Some(1), "an existing file is not overwritten");
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&picture).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
    let picture = person.folder().join("code.png");
    other
        .run(&["add", "--yes", "--image", picture.to_str().unwrap()])
        .succeeds();
    assert_eq!(other.code_at("AWS:maya", 59), "287082");
    assert_eq!(
        person.run(&["qr", "show", "maya", "--out", "code.txt"]).code,
        Some(2)
    );
    assert_eq!(person.run(&["--json", "qr", "show", "maya"]).code, Some(2));
}

#[test]
fn a_qr_code_drawn_in_the_terminal_can_be_read_from_it() {
    let person = two();
    let drawn = person.run(&["qr", "show", "maya"]).succeeds().stdout;
    let plain = drawn.replace("\u{1b}[30;107m", "").replace("\u{1b}[0m", "");
    let rows: Vec<Vec<char>> = plain.lines().map(|line| line.chars().collect()).collect();
    let side = rows[0].len();
    let picture = image::GrayImage::from_fn(
        u32::try_from(side * 6).unwrap(),
        u32::try_from(rows.len() * 12).unwrap(),
        |x, y| {
            let cell = rows[y as usize / 12][x as usize / 6];
            let upper = y % 12 < 6;
            let dark = cell == '█' || (cell == '▀' && upper) || (cell == '▄' && !upper);
            image::Luma([if dark { 0 } else { 255 }])
        },
    );
    let path = person.folder().join("terminal.png");
    picture.save(&path).unwrap();
    let read = person
        .run(&["qr", "read", path.to_str().unwrap()])
        .succeeds()
        .stdout;
    assert!(read.starts_with("otpauth://totp/AWS:maya?secret="), "{read}");
}
