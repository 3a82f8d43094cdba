//! What stands before the accounts.

use lockstep_testing::prompter::{Person, Prompter};

use super::Scene;
use crate::album::Album;
use crate::locking::make_a_vault;
use crate::machine::Machine;

/// The window is locked.
pub(super) async fn locked(scene: &Scene<'_>) {
    scene.window.type_keys("\u{e009}l\u{e000}").await;
    scene.window.says("Codes are hidden").await;
    scene.blur().await;
    scene
        .take("locked", "Locked: no code is left in the window.")
        .await;
}

/// A machine without a keyring, and the vault that stands in for it.
pub(super) async fn missing(album: &Album) {
    let machine = Machine::without_keyring();
    let scene = Scene::open(&machine, album).await;
    scene.window.says("There is no keyring").await;
    scene
        .take("keyring-missing", "A machine that has no keyring.")
        .await;
    make_a_vault(&scene.window).await;
    drop(scene);

    let scene = Scene::open(&machine, album).await;
    scene.window.find("input[aria-label='Vault passphrase']").await;
    scene
        .glance("locked-vault", "A locked vault asks for its passphrase.")
        .await;
}

/// A keyring that asks the person, who is away.
pub(super) async fn waiting(album: &Album) {
    let machine = Machine::with_keyring();
    machine.session.lock();
    let absent = Prompter::on(&machine.session, Person::IsAway);
    let scene = Scene::open(&machine, album).await;
    absent.wait_until_asked();
    scene.window.says("Your keyring is asking for its password").await;
    scene
        .take("keyring-waiting", "The keyring asks for its password.")
        .await;
}
