//! The window in every state that is worth a look, one after another: for the pictures of the documentation, for whether it
//! still looks as they do, and for the tour.

mod accounts;
mod aws;
mod backups;
mod fleet;
mod gates;

use crate::album::{Album, Shot, calm};
use crate::browser::Window;
use crate::machine::Machine;
use crate::views::enlarge;

/// An open window, and where its pictures go.
pub(crate) struct Scene<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) window: Window,
    pub(crate) album: &'a Album,
}

impl<'a> Scene<'a> {
    /// Opens the window of this machine, in which nothing moves by itself from then on.
    async fn open(machine: &'a Machine, album: &'a Album) -> Self {
        let window = Window::open(machine).await;
        calm(&window).await;
        Self {
            machine,
            window,
            album,
        }
    }

    /// The window as it is, at each size, light and dark.
    async fn take(&self, name: &str, what: &str) {
        self.shoot(Shot::of(name), what).await;
    }

    /// The same, light alone.
    async fn glance(&self, name: &str, what: &str) {
        self.shoot(Shot::of(name).light(), what).await;
    }

    async fn shoot(&self, shot: Shot<'_>, what: &str) {
        self.album.take(self.machine, &self.window, shot, what).await;
    }

    /// The same with text of twice the size.
    async fn large_text(&self, name: &str) {
        enlarge(&self.window, "200%").await;
        self.shoot(Shot::of(name).light().wide(), "Text of twice the size.")
            .await;
        enlarge(&self.window, "").await;
    }

    /// Leaves no element of the page with the focus.
    async fn blur(&self) {
        self.window.run("document.activeElement?.blur()").await;
    }

    /// Closes what stands over the view.
    async fn close(&self) {
        self.window.type_keys("\u{e00c}").await;
        self.window.gone("[role='dialog'], [role='menu']").await;
    }

    /// Leaves a sheet by its button.
    async fn cancel(&self) {
        self.window.press("Cancel").await;
        self.window.gone(".sheet").await;
    }

    /// Waits until nothing is said at the foot of the window any more.
    async fn quiet(&self) {
        self.window.gone("[data-testid='toast'] .toast").await;
    }
}

/// Plays what there is to accounts and backups, from a first start to a lock.
pub(crate) async fn play(machine: &Machine, album: &Album) {
    let scene = Scene::open(machine, album).await;
    accounts::play(&scene).await;
    backups::play(&scene).await;
    accounts::about(&scene).await;
    accounts::copied(&scene).await;
    accounts::trashed(&scene).await;
    gates::locked(&scene).await;
}

/// Plays what there is to AWS, for somebody with accounts.
pub(crate) async fn play_aws(machine: &Machine, album: &Album) {
    let halden = aws::Halden::on(machine);
    let scene = Scene::open(machine, album).await;
    accounts::keep(&scene).await;
    scene.quiet().await;
    aws::play(&scene, &halden).await;
    fleet::play(&scene).await;
    fleet::several(&scene, &halden).await;
    aws::offline(&scene, halden).await;
}

/// The gates of machines that have no keyring, or one that asks first.
pub(crate) async fn play_gates(album: &Album) {
    gates::missing(album).await;
    gates::waiting(album).await;
}

/// What somebody sees who asks the system for more contrast, and who reads large text.
pub(crate) async fn play_contrast(machine: &Machine, album: &Album) {
    machine.write_gtk_settings("gtk-theme-name=HighContrast");
    let halden = aws::Halden::on(machine);
    let scene = Scene::open(machine, album).await;
    accounts::contrast(&scene).await;
    fleet::contrast(&scene).await;
    drop(halden);
}
