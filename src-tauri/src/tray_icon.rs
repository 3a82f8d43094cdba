//! The icon in the tray, as a status notifier item
//! (<https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/>): only the session's bus is needed, so that a
//! desktop without a tray costs nothing and breaks nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use ksni::blocking::{Handle, TrayMethods};
use ksni::menu::StandardItem;
use ksni::{Icon, MenuItem, OfflineReason, ToolTip};
use lockstep_device::authenticator::view::CauseView;
use tauri::{AppHandle, Manager};

use crate::notice::ShellNotice;
use crate::presence::Lack;
use crate::shell::{Shell, locked};
use crate::tray::{TrayDeed, TrayLine};
use crate::window;

/// The icon, while it is wanted.
#[derive(Default)]
pub(crate) struct TrayIcon {
    item: Mutex<Option<Handle<Item>>>,
    /// Held while it is put there or taken away: the bus may be slow, and whoever asks for the icon does not wait for it.
    setting: Mutex<()>,
    /// Whether a tray shows it.
    is_shown: Arc<AtomicBool>,
    /// Why there is none although it is wanted.
    lack: Mutex<Option<Lack>>,
}

/// What the tray asks for.
struct Item {
    app: AppHandle,
    is_shown: Arc<AtomicBool>,
}

impl TrayIcon {
    /// Puts the icon there or takes it away. A tray that comes later shows it then.
    pub(crate) fn set(&self, app: &AppHandle, wanted: bool) {
        let _one_at_a_time = locked(&self.setting);
        if !wanted {
            self.is_shown.store(false, Ordering::Relaxed);
            *locked(&self.lack) = None;
            let item = locked(&self.item).take();
            if let Some(item) = item {
                item.shutdown().wait();
            }
            return;
        }
        if locked(&self.item).is_some() {
            return;
        }
        self.is_shown.store(true, Ordering::Relaxed);
        let tray = Item {
            app: app.clone(),
            is_shown: Arc::clone(&self.is_shown),
        };
        match tray.assume_sni_available(true).spawn() {
            Ok(handle) => {
                *locked(&self.item) = Some(handle);
                // What became true meanwhile.
                self.refresh();
            }
            Err(error) => {
                tracing::info!(%error, "there is no tray");
                self.is_shown.store(false, Ordering::Relaxed);
                *locked(&self.lack) = Some(match error {
                    ksni::Error::Dbus(_) => Lack::Bus,
                    _ => Lack::Service,
                });
            }
        }
    }

    /// Shows what is true now.
    pub(crate) fn refresh(&self) {
        if let Some(item) = locked(&self.item).clone() {
            // The tray may be slow, and nothing waits for it.
            std::thread::spawn(move || item.update(|_| ()));
        }
    }

    /// Whether a tray shows it.
    pub(crate) fn is_shown(&self) -> bool {
        self.is_shown.load(Ordering::Relaxed)
    }

    /// Why no tray shows it although it is wanted.
    pub(crate) fn lacks(&self) -> Option<Lack> {
        let is_wanted = locked(&self.item).is_some();
        let lack = *locked(&self.lack);
        lack.or((is_wanted && !self.is_shown()).then_some(Lack::Service))
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "lockstep-desktop".to_owned()
    }

    fn title(&self) -> String {
        "Lockstep".to_owned()
    }

    fn icon_name(&self) -> String {
        "dev.lockstep.Lockstep".to_owned()
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        let Some(icon) = self.app.default_window_icon() else {
            return vec![];
        };
        let (Ok(width), Ok(height)) = (i32::try_from(icon.width()), i32::try_from(icon.height())) else {
            return vec![];
        };
        let mut data = icon.rgba().to_vec();
        // From RGBA to ARGB.
        for pixel in data.chunks_exact_mut(4) {
            pixel.rotate_right(1);
        }
        vec![Icon { width, height, data }]
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: "Lockstep".to_owned(),
            ..ToolTip::default()
        }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        window::bring_up(&self.app);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let groups = self.app.state::<Arc<Shell>>().tray_menu();
        let mut items = vec![];
        for group in groups {
            if !items.is_empty() {
                items.push(MenuItem::Separator);
            }
            items.extend(group.into_iter().map(item));
        }
        items
    }

    fn watcher_online(&self) {
        self.is_shown.store(true, Ordering::Relaxed);
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        tracing::debug!(?reason, "no tray shows the icon");
        self.is_shown.store(false, Ordering::Relaxed);
        true
    }
}

fn item(TrayLine { label, deed }: TrayLine) -> MenuItem<Item> {
    StandardItem {
        // One underscore would mark the letter after it.
        label: label.replace('_', "__"),
        activate: Box::new(move |item: &mut Item| act(&item.app, deed.clone())),
        ..StandardItem::default()
    }
    .into()
}

/// On a thread of its own: the keyring may take its time, and the tray waits for none of it.
fn act(app: &AppHandle, deed: TrayDeed) {
    let app = app.clone();
    std::thread::spawn(move || {
        let shell = Arc::clone(app.state::<Arc<Shell>>().inner());
        match deed {
            TrayDeed::Show => window::bring_up(&app),
            TrayDeed::Lock => shell.lock(),
            TrayDeed::Quit => app.exit(0),
            TrayDeed::Copy(id) => {
                if let Err(error) = shell.copy_offered(&id) {
                    shell.note(ShellNotice::Failed(CauseView::from(&error)));
                    shell.announce.accounts_changed();
                    window::bring_up(&app);
                }
            }
        }
    });
}
