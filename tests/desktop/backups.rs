//! Other apps' files come in, everything is backed up by itself, and comes back.

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_device::account::Standing;
use lockstep_device::backup::document::{Document, Entry};
use lockstep_device::backup::lock::{Lock, seal};
use lockstep_device::otpauth::parse::parse;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::time::UnixTime;
use lockstep_formats::export::Exported;
use lockstep_formats::write::{Content, Export, write};
use zeroize::Zeroizing;

use crate::browser::Window;
use crate::machine::{Machine, eventually, in_time};
use crate::support::seed;

#[tokio::test]
async fn an_export_of_another_app_comes_in_is_backed_up_and_comes_back_after_it_was_deleted() {
    in_time(imported_and_restored()).await;
}

async fn imported_and_restored() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    let export = aegis(&machine, "Halden Works");
    window.drop_files(&[&export]).await;
    window.says("is protected with a password").await;
    type_secret(&window, "Password of the file", "wrong").await;
    window.says("the password does not open this file of Aegis").await;
    type_secret(&window, "Password of the file", PASSWORD).await;
    window
        .find("[data-testid='found-row'][data-finding='keepable']")
        .await;
    window.press("Keep 1").await;
    window.find("[data-account-id]").await;
    let folder = machine.data().join("backups");
    eventually("the account is backed up by itself", || {
        fs::read_dir(&folder).ok()?.next().map(drop)
    });

    window.press("Backups").await;
    window.says("Everything is backed up.").await;
    window.says("There is no recovery kit.").await;
    window
        .click("[data-testid='generation'] [aria-label^='More for']")
        .await;
    window.press("Verify").await;
    window
        .says("it opens, and holds 1 account, 1 of them as here.")
        .await;
    window.click(".nav button").await;
    window
        .run("document.querySelector('[data-account-id]').focus()")
        .await;
    window
        .find("[data-account-id]")
        .await
        .send_keys("\u{e017}")
        .await
        .unwrap();
    window.gone("[data-account-id]").await;
    window.press("Backups").await;
    window
        .click("[data-testid='generation']:last-of-type button")
        .await;
    window
        .find("[data-testid='restore-row'][data-finding='changed']")
        .await;
    window.says("In the trash here.").await;
    window.press("Restore 1").await;
    window.says("1 account is restored.").await;
    window.click(".nav button").await;
    window.find("[data-account-id]").await;
    seed::assert_absent(&window.replies().await);
}

#[tokio::test]
async fn a_backup_that_is_dropped_is_opened_with_its_passphrase_and_restored() {
    in_time(dropped_and_restored()).await;
}

async fn dropped_and_restored() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    let backup = backup(&machine.file("mine.age"), &seed::uri("Halden Works", "maya"));
    window.drop_files(&[&backup]).await;
    window.says("This backup is sealed with a passphrase.").await;
    type_secret(&window, "Passphrase of the backup", "wrong").await;
    window.says("The passphrase does not open this file").await;
    type_secret(&window, "Passphrase of the backup", PASSWORD).await;
    window
        .find("[data-testid='restore-row'][data-finding='new']")
        .await;
    window.press("Restore 1").await;
    window.find("[data-account-id]").await;
    window.says("Halden Works").await;
    seed::assert_absent(&window.replies().await);
}

/// Types into the field of this name and sends it.
pub(crate) async fn type_secret(window: &Window, label: &str, text: &str) {
    window
        .write(
            &format!("input[aria-label='{label}']"),
            &format!("{text}\u{e007}"),
        )
        .await;
}

/// An encrypted export of Aegis with one account.
pub(crate) fn aegis(machine: &Machine, issuer: &str) -> PathBuf {
    let account = parse(&seed::uri(issuer, "maya")).unwrap().account;
    let accounts = [Exported {
        account: &account,
        standing: Standing::default(),
    }];
    let written = write(Export::AegisEncrypted(&passphrase()), &accounts).unwrap();
    let Content::File(bytes) = written.content else {
        panic!("Aegis is a file")
    };
    let path = machine.file("aegis.json");
    fs::write(&path, &*bytes).unwrap();
    path
}

/// A backup of the accounts of these links, under a passphrase.
pub(crate) fn backup(path: &Path, uris: &str) -> PathBuf {
    let document = Document {
        created: UnixTime::from_seconds(1_764_093_774),
        entries: uris
            .lines()
            .map(|uri| Entry {
                id: None,
                parsed: parse(uri).unwrap(),
            })
            .collect(),
        lacks: vec![],
        damaged: vec![],
    };
    let lock = Lock::Passphrase(&passphrase(), WorkFactor::try_from(2).unwrap());
    fs::write(path, seal(&document, &lock, false).unwrap()).unwrap();
    path.to_owned()
}

fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new(PASSWORD.to_owned())).unwrap()
}

pub(crate) const PASSWORD: &str = "otter violin gravel";
