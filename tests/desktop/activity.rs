//! The log of activity: what was done here and in AWS, looked through, and taken along as files.

use std::fs;

use serde_json::Value;

use crate::aws_view::MAIN;
use crate::browser::Window;
use crate::journey::keep_a_picture;
use crate::machine::{Machine, eventually, in_time};
use crate::support::seed;

#[tokio::test]
async fn what_was_done_here_and_in_aws_is_found_again_and_exported_by_the_palette_and_the_menu() {
    in_time(looked_through()).await;
}

async fn looked_through() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    keep_a_picture(&machine, &window).await;
    window.click("[data-account-id]").await;
    window.says("Copied").await;
    from_palette(&window, "practice maya", "[data-value^='aws-connect-practice']").await;
    window.says("practice · 1111 2222 3333").await;
    window.click(MAIN).await;
    window.find("[data-testid='protect'][data-phase='done']").await;
    window.says("Print the recovery kit").await;
    window.press("Done").await;

    from_palette(&window, "activity", "[data-value='view-activity']").await;
    window.find(&event("EnableMFADevice")).await;
    window.find(&event("code-taken")).await;
    filtered(&window).await;
    searched(&window).await;
    exported(&machine, &window).await;

    // One step back, also right after the palette led here.
    window.type_keys(ESCAPE).await;
    window.find("[data-account-id]").await;
    from_palette(&window, "activity", "[data-value='view-activity']").await;
    window.find(&event("code-taken")).await;
    window.type_keys(ESCAPE).await;
    window.find("[data-account-id]").await;
    seed::assert_absent(&window.replies().await);
}

async fn filtered(window: &Window) {
    window.press("Show: Everything").await;
    window.click(".menu [data-value='aws']").await;
    window.gone(&event("code-taken")).await;
    window.find(&event("CreateVirtualMFADevice")).await;
    window.press("Show: AWS").await;
    window.click(".menu [data-value='all']").await;
    window.find(&event("code-taken")).await;
}

async fn searched(window: &Window) {
    window.write("input[type='search']", "halden").await;
    window.gone(&event("EnableMFADevice")).await;
    window.find(&event("code-taken")).await;
    window.write("input[type='search']", " nobody").await;
    window.says("Nothing found").await;
    window.type_keys(ESCAPE).await;
    window.find(&event("EnableMFADevice")).await;
}

async fn exported(machine: &Machine, window: &Window) {
    let table = machine.file("activity.csv");
    window.press("Export").await;
    window.press("As a table (CSV)").await;
    machine.name_file(&table);
    let text = eventually("the table is written", || fs::read_to_string(&table).ok());
    assert!(text.contains("\"EnableMFADevice\""), "{text}");
    assert!(text.contains("\"code-taken\""), "{text}");
    window.says("activity.csv").await;

    let lines = machine.file("activity.jsonl");
    from_palette(
        window,
        "export the activity lines",
        "[data-value='activity-json-lines']",
    )
    .await;
    machine.name_file(&lines);
    let objects = eventually("the lines are written", || fs::read_to_string(&lines).ok());
    let rows: Vec<Value> = objects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let is_of = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
    assert!(is_of("here") >= 2 && is_of("aws") >= 2, "{objects}");
    seed::assert_absent(&format!("{text}{objects}"));
    window.says("activity.jsonl").await;
}

/// Chooses a row of the palette by what it is looked for with.
async fn from_palette(window: &Window, query: &str, row: &str) {
    window.type_keys("\u{e009}k\u{e000}").await;
    window.write(".palette input", query).await;
    window.find(&format!(".palette {row}")).await;
    let is_chosen =
        format!("return document.querySelector(\".palette {row}[aria-selected='true']\") !== null");
    while window.run(&is_chosen).await != Value::Bool(true) {
        window.type_keys("\u{e015}").await;
    }
    window.type_keys("\u{e007}").await;
    window.gone(".palette").await;
}

fn event(deed: &str) -> String {
    format!("[data-testid='event'][data-deed='{deed}']")
}

const ESCAPE: &str = "\u{e00c}";
