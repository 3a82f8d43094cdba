//! Backups, and the ways out.

use super::Scene;
use crate::backups::{PASSWORD, aegis, backup};

pub(super) async fn play(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    window.press("Backups").await;
    window.says("Everything is backed up.").await;
    window.find("[data-testid='generation']").await;
    scene.blur().await;
    scene
        .take(
            "backups",
            "The backups: made by themselves, read back after writing.",
        )
        .await;
    opened(
        scene,
        "Make the kit",
        "One page that opens every automatic backup",
    )
    .await;
    scene
        .take("recovery-kit", "The recovery kit, before it is saved.")
        .await;
    scene.cancel().await;
    opened(scene, "Choose a file", "One file with every account").await;
    scene
        .glance("backup-file", "A backup to a file, under a passphrase.")
        .await;
    scene.cancel().await;
    opened(scene, "Export", "Export for another app").await;
    scene.glance("export", "Leaving for another app.").await;
    scene.cancel().await;
    restoring(scene).await;
    importing(scene).await;
}

/// Opens what stands behind a button.
async fn opened(scene: &Scene<'_>, button: &str, says: &str) {
    scene.window.press(button).await;
    scene.window.says(says).await;
}

async fn restoring(scene: &Scene<'_>) {
    let Scene { machine, window, .. } = scene;
    window
        .drop_files(&[&backup(&machine.file("mine.age"), IN_THE_BACKUP)])
        .await;
    window
        .write(
            "input[aria-label='Passphrase of the backup']",
            &format!("{PASSWORD}\u{e007}"),
        )
        .await;
    window.find("[data-testid='restore-row']").await;
    scene
        .take("restore", "A backup was dropped: what it would bring back.")
        .await;
    scene.cancel().await;
}

async fn importing(scene: &Scene<'_>) {
    let Scene { machine, window, .. } = scene;
    window.click(".nav button").await;
    window.press("Add account").await;
    window.press("From another app").await;
    window.find("[data-testid='other-app']").await;
    scene.glance("other-apps", "The way out of each other app.").await;
    window.drop_files(&[&aegis(machine, "Halden Works")]).await;
    window.says("is protected with a password").await;
    scene
        .glance("password", "A protected file waits for its password.")
        .await;
    scene.cancel().await;
}

/// One that is the same, one with another name, one with another secret, and one that is not here.
const IN_THE_BACKUP: &str = "\
otpauth://totp/GitHub:mlindqvist?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXH&issuer=GitHub
otpauth://totp/VPN:m.lindqvist?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXD&issuer=VPN
otpauth://totp/Proton:maya.lindqvist@proton.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXK&issuer=Proton
otpauth://totp/Linear:maya@halden.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXL&issuer=Linear
";
