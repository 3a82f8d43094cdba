//! The screen is scanned for codes that other programs show.

use std::fs;

use lockstep_testing::process::Process;

use crate::browser::Window;
use crate::machine::{Machine, eventually, in_time};
use crate::support::seed;

#[tokio::test]
async fn codes_that_other_windows_show_are_found_on_the_screen_and_kept() {
    in_time(scanned()).await;
}

async fn scanned() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    // Without a window manager every window stays where it asked to be.
    window.resize(&machine, 700, 680).await;
    window.click_text("Scan a code").await;
    window.press("Scan the screen").await;
    window.says("There is no QR code on the screen").await;

    let other = seed::BASE32.replace("KRUG", "JBSW");
    let uris = [
        seed::uri("Halden Works", "maya"),
        seed::uri("GitHub", "maya").replace(seed::BASE32, &other),
    ];
    let _viewers = [show(&machine, &uris[0], 20), show(&machine, &uris[1], 460)];
    window.press("Scan the screen").await;
    window.says("Found 2 codes").await;
    window.says("Halden Works").await;
    window.press("Keep 2").await;
    window.find("[data-account-id]").await;
    seed::assert_absent(&window.replies().await);
}

/// A program that shows the code of a link on the right of the screen, at this height.
fn show(machine: &Machine, uri: &str, top: u32) -> Process {
    let picture = machine.file(&format!("code-{top}.png"));
    fs::write(&picture, seed::picture(uri)).unwrap();
    let title = format!("code {top}");
    let mut command = machine.command("/usr/bin/display");
    let place = format!("+780+{top}");
    command
        .args(["-title", &title, "-geometry", &place])
        .arg(&picture);
    let viewer = Process::start(&mut command);
    eventually("the code is shown", || {
        let mut search = machine.command("xdotool");
        let found = search
            .args(["search", "--onlyvisible", "--name", &title])
            .output();
        found.ok().filter(|found| found.status.success())
    });
    viewer
}
