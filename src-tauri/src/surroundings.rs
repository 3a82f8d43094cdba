//! What is around the window on a desktop: the session's signs, the tray, the keys of every program, the log-in.

use std::sync::{Arc, OnceLock, Weak};

use lockstep_device::store::fault::Faults;
use serde::Serialize;
use tauri::{AppHandle, Manager};

use crate::autostart::Autostart;
use crate::error::ShellError;
#[cfg(target_os = "linux")]
use crate::hotkey::Hotkey;
use crate::presence::{Buses, Hear, Lack, Presence, Sign};
use crate::settings::Settings;
use crate::shell::Shell;
#[cfg(target_os = "linux")]
use crate::shortcut::Shortcut;
#[cfg(target_os = "linux")]
use crate::tray_icon::TrayIcon;
#[cfg(target_os = "linux")]
use crate::window;

/// What is around the window.
pub struct Surroundings {
    presence: OnceLock<Arc<Presence>>,
    #[cfg(target_os = "linux")]
    tray: TrayIcon,
    #[cfg(target_os = "linux")]
    hotkey: Hotkey,
    autostart: Option<Autostart>,
}

/// What works here of what the settings offer, and why the rest does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct SurroundingsView {
    /// Why suspending does not lock; nothing when it does.
    pub lacks_suspend: Option<Lack>,
    /// Why locking the screen does not lock.
    pub lacks_screen_lock: Option<Lack>,
    /// Why only input to the window counts as somebody's being there.
    pub lacks_idle: Option<Lack>,
    /// Why no tray shows the icon.
    pub lacks_tray: Option<Lack>,
    /// Why the shortcut does not work.
    pub lacks_shortcut: Option<ShortcutLack>,
    /// Whether the desktop starts the app at log-in; nothing where that cannot be set here.
    pub starts_at_login: Option<bool>,
    /// Whether pictures of the screen lack the window.
    pub hidden_from_capture: bool,
}

/// Why a shortcut does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ShortcutLack {
    /// In this session the desktop alone gives keys to programs.
    Wayland,
    /// Another program has the keys.
    Taken,
    /// No key of the keyboard gives that sign.
    Absent,
    /// The display was not reached.
    Display,
    /// Lockstep does not do it on this system.
    System,
}

/// Tells a shell what the desktop said.
struct Ear(Weak<Shell>);

impl Hear for Ear {
    fn heard(&self, sign: Sign) {
        if let Some(shell) = self.0.upgrade() {
            shell.heard(sign);
        }
    }
}

impl Shell {
    /// Locks when the desktop says that nobody sits here any more, where that is wanted. After sleeping the window is told to
    /// look at the time.
    pub fn heard(self: &Arc<Self>, sign: Sign) {
        tracing::debug!(?sign, "the desktop said");
        match sign {
            Sign::Suspends | Sign::Locks if self.settings().lock_with_session => self.lock_by_itself(),
            Sign::Suspends | Sign::Locks => {}
            Sign::Wakes => self.announce.woke(),
        }
    }
}

/// Whoever tells this shell what the desktop said.
pub fn ear(shell: &Arc<Shell>) -> Arc<dyn Hear> {
    Arc::new(Ear(Arc::downgrade(shell)))
}

impl Surroundings {
    /// Nothing is reached yet.
    pub fn new(autostart: Option<Autostart>) -> Self {
        Self {
            presence: OnceLock::new(),
            #[cfg(target_os = "linux")]
            tray: TrayIcon::default(),
            #[cfg(target_os = "linux")]
            hotkey: Hotkey::default(),
            autostart,
        }
    }

    /// Reaches the desktop. Blocks meanwhile.
    pub fn reach(&self, app: &AppHandle, shell: &Arc<Shell>) {
        self.apply(app, &shell.settings());
        let presence = self
            .presence
            .get_or_init(|| Arc::new(Presence::listen(&Buses::default(), &ear(shell))));
        shell.watch_session(Arc::clone(presence) as _);
    }

    /// What works here. Waits until the desktop is reached.
    pub fn view(&self) -> Result<SurroundingsView, ShellError> {
        let presence = self.presence.wait();
        Ok(SurroundingsView {
            lacks_suspend: presence.lacks_suspend(),
            lacks_screen_lock: presence.lacks_screen_lock(),
            lacks_idle: presence.lacks_idle(),
            lacks_tray: self.lacks_tray(),
            lacks_shortcut: self.lacks_shortcut(),
            starts_at_login: self.autostart.as_ref().map(Autostart::is_on).transpose()?,
            hidden_from_capture: cfg!(not(target_os = "linux")),
        })
    }

    /// Has the desktop start the app at log-in, or not.
    pub fn start_at_login(&self, wanted: bool) -> Result<SurroundingsView, ShellError> {
        if let Some(autostart) = &self.autostart {
            autostart.set(wanted, &Faults::none())?;
        }
        self.view()
    }
}

#[cfg(target_os = "linux")]
impl Surroundings {
    /// Takes settings into force.
    pub fn apply(&self, app: &AppHandle, settings: &Settings) {
        self.tray.set(app, settings.tray);
        // The settings were checked; what is no shortcut is none.
        let shortcut = settings
            .shortcut
            .as_deref()
            .and_then(|keys| Shortcut::parse(keys).ok());
        let app = app.clone();
        self.hotkey.set(shortcut, move || window::bring_up(&app));
    }

    /// Shows in the tray what is true now.
    pub fn refresh(&self) {
        self.tray.refresh();
    }

    /// Whether a tray shows the icon, from which the window comes back.
    pub fn is_in_tray(&self) -> bool {
        self.tray.is_shown()
    }

    fn lacks_tray(&self) -> Option<Lack> {
        self.tray.lacks()
    }

    fn lacks_shortcut(&self) -> Option<ShortcutLack> {
        self.hotkey.lacks()
    }
}

#[cfg(not(target_os = "linux"))]
impl Surroundings {
    /// There is nothing to take into force on this system yet.
    pub fn apply(&self, _app: &AppHandle, _settings: &Settings) {}

    /// There is no tray.
    pub fn refresh(&self) {}

    /// There is no tray.
    pub fn is_in_tray(&self) -> bool {
        false
    }

    fn lacks_tray(&self) -> Option<Lack> {
        Some(Lack::System)
    }

    fn lacks_shortcut(&self) -> Option<ShortcutLack> {
        Some(ShortcutLack::System)
    }
}

/// The entry that starts this program at log-in, on systems that know such entries.
pub fn autostart(app: &AppHandle) -> Option<Autostart> {
    if cfg!(not(target_os = "linux")) {
        return None;
    }
    // An AppImage runs from a folder that is gone after the log-out.
    let image = std::env::var_os("APPIMAGE").map(Into::into);
    let program = image.or_else(|| std::env::current_exe().ok())?;
    Some(Autostart::new(&app.path().config_dir().ok()?, program))
}
