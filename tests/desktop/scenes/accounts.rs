//! The list of accounts and what opens over it.

use std::fs;

use super::Scene;
use crate::album::Shot;
use crate::backups::type_secret;
use crate::browser::Window;
use crate::machine::{Machine, eventually};
use crate::support::{handed, seed};

/// Everything about accounts, from a first start.
pub(super) async fn play(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    window.says("Your codes, in step").await;
    scene.take("first-run", "A first start: no account yet.").await;
    keep(scene).await;
    pinned(scene).await;
    scene.quiet().await;
    focus(window, 2).await;
    scene
        .shoot(
            Shot::of("accounts-last-seconds").at_the_end(),
            "The last seconds of a time step: the next code stands below.",
        )
        .await;
    scene.large_text("accounts-text200").await;
    over_the_list(scene).await;
    adding(scene).await;
    handed_off(scene).await;
}

/// Keeps the accounts of a picture and of a file of links that are dropped.
pub(super) async fn keep(scene: &Scene<'_>) {
    let Scene { machine, window, .. } = scene;
    window.says("Your codes, in step").await;
    let (first, others) = LINKS.split_once('\n').unwrap();
    let picture = machine.file("console.png");
    fs::write(&picture, seed::picture(first)).unwrap();
    let links = machine.file("links.txt");
    fs::write(&links, others).unwrap();
    window.drop_files(&[&picture, &links]).await;
    window.press("Keep 9").await;
    window.gone("[data-testid='found-row']").await;
    window.find("[data-account-id]").await;
}

/// Pins the first. Each change is backed up before the next one, so that there are always as many backups.
async fn pinned(scene: &Scene<'_>) {
    let Scene { machine, window, .. } = scene;
    backed_up(machine, 1);
    focus(window, 0).await;
    window.type_keys("\u{e009}p\u{e000}").await;
    window.find(".who__pin").await;
    backed_up(machine, 2);
}

fn backed_up(machine: &Machine, times: usize) {
    eventually("a backup was made by itself", || {
        let made = fs::read_dir(machine.data().join("backups")).ok()?;
        (made.count() >= times).then_some(())
    });
}

async fn over_the_list(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    window
        .run("document.querySelectorAll('[data-account-id]')[2].dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, clientX: 668, clientY: 180 }))")
        .await;
    window.find("[role='menu']").await;
    scene.take("menu", "What can be done with an account.").await;
    scene.close().await;
    focus(window, 2).await;
    window.type_keys("\u{e032}").await;
    window.find(".sheet").await;
    scene.glance("edit", "An account is edited.").await;
    scene.close().await;
    window.type_keys("okta").await;
    window.says("Nothing matches").await;
    scene.take("search-empty", "A search that finds nothing.").await;
    window.type_keys("\u{e00c}").await;
    window.find("[data-account-id]").await;
    window.type_keys("\u{e009}k\u{e000}").await;
    window.find(".palette input:focus").await;
    window.type_keys("hal").await;
    window.find(".palette mark").await;
    scene
        .take("palette", "Every account and every command, under one key.")
        .await;
    scene.close().await;
}

/// A code is copied. That is seen until its time step ends, so that this comes after everything else that shows the list.
pub(super) async fn copied(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    window.click(".nav-item").await;
    let mut is_seen = false;
    while !is_seen {
        scene.quiet().await;
        window
            .until(
                "the first third of a time step",
                "return lockstepClock() % 30000 < 10000 || null",
            )
            .await;
        focus(window, 1).await;
        window.type_keys("\u{e007}").await;
        window.says("Copied").await;
        hover_toast(window, "pointerenter").await;
        scene.take("toast", "A code was copied.").await;
        hover_toast(window, "pointerleave").await;
        scene.quiet().await;
        focus(window, 2).await;
        scene
            .take("accounts", "The accounts, one of whose codes is used.")
            .await;
        // On a busy machine the time step may have ended in between.
        let used = window
            .run("return document.querySelectorAll('.code--used').length")
            .await;
        is_seen = used == 1;
    }
}

/// Two accounts go to the trash, which changes what all other views show.
pub(super) async fn trashed(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    for left in [8, 7] {
        focus(window, left - 3).await;
        window.type_keys("\u{e017}").await;
        let gone = format!("return document.querySelectorAll('[data-account-id]').length === {left} || null");
        window.until("an account less", &gone).await;
    }
    scene.quiet().await;
    window.press("Settings").await;
    window.press("Open").await;
    window.find(".trash-row").await;
    scene.blur().await;
    scene
        .take(
            "trash",
            "The trash: what was removed, as long as nobody deletes it for good.",
        )
        .await;
}

/// What is said at the foot stays while the pointer is on it.
async fn hover_toast(window: &Window, event: &str) {
    window
        .run(&format!(
            "document.querySelector('.toast').dispatchEvent(new PointerEvent({event:?}))"
        ))
        .await;
}

async fn adding(scene: &Scene<'_>) {
    let Scene { machine, window, .. } = scene;
    let picture = machine.file("holiday.jpg");
    image::RgbImage::from_pixel(64, 64, image::Rgb([120, 160, 200]))
        .save(&picture)
        .unwrap();
    window.drop_files(&[&picture]).await;
    window.says("There is no QR code").await;
    scene
        .take("add-start", "A picture was dropped that has no code in it.")
        .await;
    scene.cancel().await;
    let more = machine.file("more.txt");
    fs::write(&more, MORE).unwrap();
    window.drop_files(&[&more]).await;
    window.find("[data-testid='found-row']").await;
    scene
        .take(
            "add",
            "A file of links was dropped: what it holds, before anything is kept.",
        )
        .await;
    scene.cancel().await;
}

/// A device that an administrator enrolled comes as a file.
async fn handed_off(scene: &Scene<'_>) {
    let Scene { machine, window, .. } = scene;
    let file = machine.file("maya.lockstep");
    fs::write(&file, handed::sealed("otter violin gravel")).unwrap();
    window.drop_files(&[&file]).await;
    type_secret(window, "Passphrase of the hand-off", "otter violin gravel").await;
    window.find("[data-testid='handed-device']").await;
    scene
        .glance("hand-off", "A device that an administrator enrolled.")
        .await;
    scene.close().await;
}

/// The views that are about the rest.
pub(super) async fn about(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    window.press("Activity").await;
    window.find("[data-testid='event']").await;
    scene.blur().await;
    scene.take("activity", "What was done.").await;
    window.press("Settings").await;
    window.says("Clear the clipboard").await;
    scene.blur().await;
    scene.take("settings", "The settings.").await;
}

/// The list with more contrast.
pub(super) async fn contrast(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    keep(scene).await;
    scene.quiet().await;
    window
        .until(
            "more contrast",
            "return matchMedia('(prefers-contrast: more)').matches || null",
        )
        .await;
    focus(window, 2).await;
    scene
        .shoot(
            Shot::of("accounts-contrast").wide(),
            "The accounts with more contrast.",
        )
        .await;
}

/// Goes down the list with the keys, so that the place is seen.
async fn focus(window: &Window, place: usize) {
    window
        .run("document.querySelector('[data-account-id]').focus()")
        .await;
    window
        .type_keys(&format!("\u{e011}{}", "\u{e015}".repeat(place)))
        .await;
}

/// Made-up accounts.
const LINKS: &str = "\
otpauth://totp/Amazon%20Web%20Services:root-account-mfa-device@halden-prod?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA&issuer=Amazon%20Web%20Services
otpauth://totp/Amazon%20Web%20Services:maya.lindqvist@halden-prod?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXB&issuer=Amazon%20Web%20Services
otpauth://totp/Amazon%20Web%20Services:maya.lindqvist@halden-staging?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXC&issuer=Amazon%20Web%20Services
otpauth://totp/Halden%20VPN:m.lindqvist?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXD&issuer=Halden%20VPN
otpauth://totp/Proton:maya.lindqvist@proton.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXE&issuer=Proton
otpauth://totp/Bundesamt%20f%C3%BCr%20Logistik%20und%20Mobilit%C3%A4t%20%E2%80%93%20Elektronischer%20Frachtbrief:maya.lindqvist%2Bfrachtbrief@halden-freight.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXF&issuer=Bundesamt%20f%C3%BCr%20Logistik%20und%20Mobilit%C3%A4t%20%E2%80%93%20Elektronischer%20Frachtbrief&digits=8
otpauth://hotp/Yard%20gate%20terminal:badge%200417?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXG&issuer=Yard%20gate%20terminal&counter=128
otpauth://totp/GitHub:mlindqvist?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXH&issuer=GitHub
otpauth://totp/GitLab:mlindqvist?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXI&issuer=GitLab
";

/// One that is new, one whose secret is short, one that is here, and one that cannot be read.
const MORE: &str = "\
otpauth://totp/Amazon%20Web%20Services:maya.lindqvist@halden-sandbox?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXJ&issuer=Amazon%20Web%20Services
otpauth://totp/Netbird:maya@halden.example?secret=JBSWY3DPEHPK3PXP&issuer=Netbird&algorithm=SHA256&period=60
otpauth://totp/GitHub:mlindqvist?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXH&issuer=GitHub
otpauth://totp/Payroll:maya?secret=JBSWY3DPEHPK3PXP0BSWY3DP&issuer=Payroll
";
