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

#[tokio::test]
async fn only_the_codes_in_the_rectangle_that_is_drawn_are_found() {
    in_time(drawn()).await;
}

async fn drawn() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    window.resize(&machine, 700, 680).await;
    window.click_text("Scan a code").await;
    let other = seed::BASE32.replace("KRUG", "JBSW");
    let github = seed::uri("GitHub", "maya").replace(seed::BASE32, &other);
    let _viewers = [
        show(&machine, &seed::uri("Halden Works", "maya"), 20),
        show(&machine, &github, 460),
    ];
    window.press("Choose a region of the screen").await;
    window.says("Draw a rectangle around the code").await;
    // Nobody hears when the pointer begins to be listened to.
    while window.run(IS_DRAWING).await == true {
        machine.run("xdotool", &["mousemove", "1000", "440", "click", "3"]);
    }
    window.says("Drop pictures or files here").await;

    window.press("Choose a region of the screen").await;
    window.says("Draw a rectangle around the code").await;
    while window.run(IS_DRAWING).await == true {
        for step in [
            ["mousemove", "770", "450", "mousedown", "1"],
            ["mousemove", "1270", "890", "mouseup", "1"],
        ] {
            machine.run("xdotool", &step);
        }
    }
    window.says("Found 1 code").await;
    window.says("GitHub").await;
    seed::assert_absent(&window.replies().await);
}

const IS_DRAWING: &str = "return document.body.innerText.includes('Draw a rectangle around the code')";

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
