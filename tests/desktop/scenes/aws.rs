//! A user's own devices in AWS, in an account with people in it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use lockstep_practice::server::{Options, Practice};

use super::Scene;
use crate::aws_view::MAIN;
use crate::machine::Machine;

/// An AWS account with people in it, and the profiles of two of them on the machine.
pub(super) struct Halden(Practice);

impl Halden {
    pub(super) fn on(machine: &Machine) -> Self {
        let practice = Practice::start(Options {
            alias: Some("halden-prod".to_owned()),
            ..Options::default()
        });
        let halden = Self(practice.unwrap());
        halden.0.with(|account| {
            for (name, path) in STAFF {
                account.put_user(name, path, BTreeMap::new());
            }
            account.put_sms_device("f.tanaka");
        });
        halden.may(WITHOUT_ENABLE);
        fs::create_dir_all(machine.file(".aws")).unwrap();
        fs::write(machine.file(".aws/config"), halden.profiles()).unwrap();
        halden
    }

    /// Further accounts with users of their own, and a role in each for the administrator. Gives the list of the roles, with
    /// one that nobody may take on.
    pub(super) fn with_others(&self, machine: &Machine) -> PathBuf {
        let mut list = String::new();
        self.0.with(|account| {
            let trust = TRUST.replace("ADMIN", &account.home.user_arn("admin"));
            let now = account.now();
            for (id, name, users) in OTHERS {
                account
                    .put_role(id, "LockstepAdmin", &trust, Some(EVERYTHING))
                    .unwrap();
                for user in users {
                    account.directory_mut(id).add_user(user, "/ops/", now);
                }
                let _ = writeln!(list, "arn:aws:iam::{id}:role/LockstepAdmin,{name}");
            }
        });
        list.push_str("arn:aws:iam::333333333333:role/LockstepAdmin,halden-old\n");
        let path = machine.file("roles.csv");
        fs::write(&path, list).unwrap();
        path
    }

    /// What maya may do.
    fn may(&self, policy: &str) {
        self.0.with(|account| account.set_policy(MAYA, policy).unwrap());
    }

    fn profiles(&self) -> String {
        let mut text = String::new();
        for (profile, user) in [("halden-prod", MAYA), ("halden-admin", "admin")] {
            let keys = self.0.with(|account| account.keys_of(user));
            // Writing into a string cannot fail.
            let _ = write!(
                text,
                "[profile {profile}]\nregion = us-east-1\nendpoint_url = {}\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                self.0.endpoint(),
                keys.access_key_id,
                keys.secret_access_key
            );
        }
        text + "[profile halden-audit]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/read-only\nsource_profile = halden-prod\n"
    }
}

/// A user is refused, then protected, and looks at what there is.
pub(super) async fn play(scene: &Scene<'_>, halden: &Halden) {
    let Scene { window, .. } = scene;
    window.press("AWS").await;
    window.says("Choose whose credentials to work with").await;
    scene.blur().await;
    scene
        .glance("aws-choices", "The AWS view, before anybody was asked.")
        .await;
    window.press("Connect as halden-prod").await;
    window.says("1234 5678 9012").await;
    window.press("Connection: halden-prod").await;
    window.find("[role='menu']").await;
    scene.take("aws-connection", "Whose credentials there are.").await;
    scene.close().await;
    window.click(MAIN).await;
    window.says("Stopped at step 3 of 4").await;
    scene
        .take("aws-failure", "AWS refuses a step; nothing is lost.")
        .await;
    scene.large_text("aws-text200").await;
    halden.may(EVERYTHING_OF_HERS);
    window.press("Try again").await;
    window.find("[data-testid='protect'][data-phase='done']").await;
    scene.take("aws", "The user is protected.").await;
    window.press("Done").await;
    halden.0.with(|account| account.put_fido_key(MAYA, "yk5-desk"));
    tabs(scene).await;
}

async fn tabs(scene: &Scene<'_>) {
    let Scene { window, .. } = scene;
    for (tab, there, name, what) in [
        (
            "My devices",
            "[data-testid='own-devices'] [aria-label^='Resync']",
            "devices",
            "The user's devices.",
        ),
        (
            "Console or root",
            "[data-testid='pair'][data-state='shown']",
            "pair",
            "Two codes for the console.",
        ),
        (
            "Sessions",
            "[aria-label^='More actions']",
            "sessions",
            "The session that proved the device.",
        ),
    ] {
        window.press(tab).await;
        window.find(there).await;
        scene.blur().await;
        scene.take(name, what).await;
    }
}

/// AWS goes away.
pub(super) async fn offline(scene: &Scene<'_>, halden: Halden) {
    let Scene { window, .. } = scene;
    window.press("AWS").await;
    window.press("Protect my user").await;
    drop(halden);
    window.press("Ask AWS again").await;
    window.says("AWS does not answer").await;
    scene.blur().await;
    scene.take("aws-offline", "AWS does not answer.").await;
}

const MAYA: &str = "maya.lindqvist";

const STAFF: [(&str, &str); 12] = [
    (MAYA, "/ops/"),
    ("a.okonkwo", "/ops/"),
    ("b.faure", "/ops/"),
    ("ci-deploy", "/machines/"),
    ("d.marchetti", "/finance/"),
    ("e.haugen", "/finance/"),
    ("f.tanaka", "/ops/"),
    ("g.silva", "/yards/rotterdam/"),
    ("h.petrov", "/yards/rotterdam/"),
    ("i.nkemelu", "/yards/lagos/"),
    ("j.osei", "/yards/lagos/"),
    ("k.berg", "/yards/oslo/"),
];

/// The account itself, and others: number, name, users.
const OTHERS: [(&str, &str, &[&str]); 3] = [
    ("123456789012", "halden-prod", &[]),
    (
        "500000000001",
        "halden-staging",
        &["a.okonkwo", "ci-deploy", "e.haugen"],
    ),
    ("500000000002", "halden-lab", &["b.faure", "l.duarte"]),
];

/// Who may take the roles on.
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "ADMIN"}, "Action": "sts:AssumeRole"}]}"#;

const EVERYTHING: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

const WITHOUT_ENABLE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action":
    ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice", "iam:List*"], "Resource": "*"}]}"#;

const EVERYTHING_OF_HERS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action":
    ["iam:*MFADevice*", "iam:ListAccountAliases"], "Resource": "*"}]}"#;
