//! All users of an account.

use std::fs;

use lockstep_device::backup::recovery::RecoveryIdentity;

use super::Scene;
use super::aws::Halden;
use crate::album::Shot;
use crate::browser::Window;

const CHOSEN: [&str; 5] = ["a.okonkwo", "b.faure", "ci-deploy", "e.haugen", "g.silva"];

/// Users are looked at, planned for and enrolled.
pub(super) async fn play(scene: &Scene<'_>) {
    let Scene { machine, window, .. } = scene;
    window.press("Fleet").await;
    window.press("Connection: halden-prod").await;
    window.click_text("halden-admin").await;
    chosen(window).await;
    scene.blur().await;
    scene.take("fleet", "Who has no MFA, and who was chosen.").await;
    window.press("Details of e.haugen").await;
    window.says("Its secret goes into a hand-off").await;
    scene
        .glance("fleet-user", "One user, and what can be done for them.")
        .await;
    window.press("Close").await;
    window.gone(".sheet").await;
    window.press("Enrol 5 users").await;
    let recipient = RecoveryIdentity::generate().recipient();
    let lines = CHOSEN[..4].iter().map(|user| format!("{user},{recipient}\n"));
    let list = machine.file("keys.csv");
    fs::write(&list, lines.collect::<String>()).unwrap();
    window.write("[name='keys']", list.to_str().unwrap()).await;
    let out = machine.file("out");
    window.write("[name='folder']", out.to_str().unwrap()).await;
    window.press("Show what happens").await;
    window.find("[data-testid='plan']").await;
    scene
        .glance("fleet-enrol", "What enrolling would do, before it does anything.")
        .await;
    window.press("Enrol 4 now").await;
    window.says("Everybody is done.").await;
    scene
        .take("fleet-run", "The run, and what became of each user.")
        .await;
    window.press("Back to the users").await;
    window.find("[data-row-id='g.silva']").await;
}

/// The users of several accounts are looked at together, and some of them enrolled in two.
pub(super) async fn several(scene: &Scene<'_>, halden: &Halden) {
    let Scene { machine, window, .. } = scene;
    let roles = halden.with_others(machine);
    window.press("Report and more").await;
    window.press("Several accounts").await;
    window.write("[name='accounts']", roles.to_str().unwrap()).await;
    window.press("Show the accounts").await;
    window.find("[data-testid='accounts']").await;
    scene
        .glance(
            "fleet-accounts-named",
            "Which accounts a list names, before they are read.",
        )
        .await;
    window.press("Read 4 accounts").await;
    window.find("[data-row-id='a.okonkwo@500000000001']").await;
    window.press("Why").await;
    window.says("halden-old (333333333333)").await;
    scene
        .glance("fleet-accounts-unread", "Why an account could not be read.")
        .await;
    window.press("Close").await;
    window.gone(".sheet").await;
    for user in SEVERAL {
        window.click(&format!("[aria-label='Choose {user}']")).await;
    }
    window.run("document.querySelector('main').scrollTop = 0").await;
    scene.blur().await;
    scene
        .take(
            "fleet-accounts",
            "The users of several accounts, and one that could not be read.",
        )
        .await;
    window.press("Enrol 3 users").await;
    let recipient = RecoveryIdentity::generate().recipient();
    let list = machine.file("keys.csv");
    fs::write(&list, format!("a.okonkwo,{recipient}\nl.duarte,{recipient}\n")).unwrap();
    // The fields say so from the last time.
    window.press("Show what happens").await;
    window.find("[data-testid='plan']").await;
    scene
        .glance("fleet-accounts-plan", "A plan for each account.")
        .await;
    window.press("Enrol 2 now").await;
    window.says("Everybody is done.").await;
    scene
        .take(
            "fleet-accounts-run",
            "The runs of several accounts, side by side.",
        )
        .await;
    window.press("Back to the users").await;
    window.press("Report and more").await;
    window.press("Runs").await;
    window.says("2 accounts").await;
    scene
        .glance(
            "fleet-accounts-runs",
            "The runs there are; those that belong together are one.",
        )
        .await;
    scene.close().await;
    window.press("Back to this account").await;
    window.find("[data-row-id='g.silva']").await;
}

const SEVERAL: [&str; 3] = [
    "a.okonkwo@500000000001",
    "e.haugen@500000000001",
    "l.duarte@500000000002",
];

async fn chosen(window: &Window) {
    window.find("[data-row-id='a.okonkwo']").await;
    window.click_text("Without MFA").await;
    for user in CHOSEN {
        window.click(&format!("[aria-label='Choose {user}']")).await;
    }
}

/// The users with more contrast.
pub(super) async fn contrast(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    window.press("Fleet").await;
    window.press("Connect as halden-admin").await;
    chosen(window).await;
    scene.blur().await;
    scene
        .shoot(Shot::of("fleet-contrast").wide(), "The users with more contrast.")
        .await;
}
