//! What the running app holds: the authenticator while it is open, the one preview, the settings, the clipboard.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lockstep_device::authenticator::view::NoticeView;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::camera::Cameras;
use lockstep_device::screen::{Screens, Way};
use lockstep_device::store::seeds::StoreKind;
use lockstep_iam::work::Pace;

use crate::adding::Adding;
use crate::announce::Announce;
use crate::arguments::Waiting;
use crate::aws::connection::AwsLink;
use crate::backing::Backing;
use crate::camera::CameraDesk;
use crate::clipboard::CodeClipboard;
use crate::error::ShellError;
use crate::fleet::FleetDesk;
use crate::handed_off::HandedOff;
use crate::notice::ShellNotice;
use crate::presence::SessionIdle;
use crate::presence::idle::Idle;
use crate::settings::{Language, Settings, SettingsFile};
use crate::stage::{Stage, Status};
use crate::watch::Watch;
use crate::words::Words;

/// Everything the commands work on. Every method may block, so none is called on the window's thread.
pub struct Shell {
    pub(crate) home: Home,
    pub(crate) announce: Arc<dyn Announce>,
    pub(crate) adding: Adding,
    pub(crate) backing: Backing,
    pub(crate) handed_off: HandedOff,
    pub(crate) waiting: Waiting,
    pub(crate) screens: Arc<dyn Screens>,
    pub(crate) camera: CameraDesk,
    pub(crate) clipboard: Arc<CodeClipboard>,
    pub(crate) idle: Arc<Idle>,
    pub(crate) aws: AwsLink,
    pub(crate) fleet: FleetDesk,
    settings: Mutex<SettingsFile>,
    /// The language of the system, as far as the window speaks it; English until the window has said it.
    system_language: Mutex<Language>,
    notices: Mutex<Vec<NoticeView>>,
    opened: Mutex<Opened>,
}

/// How far opening has come.
pub(crate) struct Opened {
    pub(crate) stage: Stage,
    pub(crate) store: Option<StoreKind>,
    pub(crate) authenticator: Option<Arc<Authenticator>>,
    /// Counts the attempts, so that an answer to an abandoned one changes nothing.
    pub(crate) attempt: u64,
    pub(crate) watch: Option<Watch>,
}

impl Shell {
    /// A shell in `home`, with nothing opened yet. Reads the settings.
    pub fn new(home: Home, announce: Arc<dyn Announce>) -> Self {
        let (settings, notice) = SettingsFile::open(&home.folder, home.faults.clone());
        Self {
            home,
            announce,
            adding: Adding::default(),
            backing: Backing::default(),
            handed_off: HandedOff::default(),
            waiting: Waiting::default(),
            screens: Arc::new(Way::Nowhere),
            camera: CameraDesk::default(),
            clipboard: Arc::default(),
            idle: Arc::default(),
            aws: AwsLink::default(),
            fleet: FleetDesk::default(),
            settings: Mutex::new(settings),
            system_language: Mutex::default(),
            notices: Mutex::new(notice.into_iter().map(NoticeView::from).collect()),
            opened: Mutex::new(Opened {
                stage: Stage::Opening,
                store: None,
                authenticator: None,
                attempt: 0,
                watch: None,
            }),
        }
    }

    /// The same with another way to pass the time while AWS is waited for.
    #[must_use]
    pub fn with_pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.aws.pace = pace;
        self
    }

    /// The same with what the app was started with.
    #[must_use]
    pub(crate) fn with_waiting(self, waiting: Waiting) -> Self {
        Self { waiting, ..self }
    }

    /// The same with screens to look for codes on.
    #[must_use]
    pub fn with_screens(self, screens: Arc<dyn Screens>) -> Self {
        Self { screens, ..self }
    }

    /// The same with cameras to hold codes in front of.
    #[must_use]
    pub fn with_cameras(mut self, cameras: Arc<dyn Cameras>) -> Self {
        self.camera.cameras = cameras;
        self
    }

    /// The stage, the store, the version, and whether something waits for the accounts.
    pub fn status(&self) -> Status {
        let opened = self.opened();
        Status {
            stage: opened.stage.clone(),
            store: opened.store,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            has_waiting: !self.waiting.is_empty(),
        }
    }

    /// The accounts; fails with [`ShellError::NotOpen`] before they are open and while they are locked.
    pub fn authenticator(&self) -> Result<Arc<Authenticator>, ShellError> {
        self.opened().authenticator.clone().ok_or(ShellError::NotOpen)
    }

    /// Does something that changes the list, and says that it changed.
    pub fn change<T, E: Into<ShellError>>(
        &self,
        deed: impl FnOnce(&Authenticator) -> Result<T, E>,
    ) -> Result<T, ShellError> {
        let authenticator = self.authenticator()?;
        let outcome = deed(&authenticator).map_err(Into::into)?;
        self.list_changed(&authenticator);
        Ok(outcome)
    }

    /// What was repaired or noticed since the last call.
    pub fn notices(&self) -> Vec<NoticeView> {
        let mut notices = std::mem::take(&mut *locked(&self.notices));
        if let Ok(authenticator) = self.authenticator() {
            notices.extend(authenticator.notices());
        }
        notices
    }

    /// The settings in force.
    pub fn settings(&self) -> Settings {
        locked(&self.settings).settings().clone()
    }

    /// Saves the settings and takes them into force.
    pub fn set_settings(self: &Arc<Self>, settings: Settings) -> Result<Settings, ShellError> {
        let settings = locked(&self.settings).save(settings)?.clone();
        self.wait_for_idle();
        self.announce.settings_changed(&settings);
        Ok(settings)
    }

    /// Takes over which of its languages the window speaks where it speaks as the system does.
    pub fn take_system_language(&self, language: Language) {
        *locked(&self.system_language) = language;
        self.announce.settings_changed(&self.settings());
    }

    /// What is said outside of the window, in its language.
    pub fn words(&self) -> &'static Words {
        match self.settings().language {
            Language::System => Words::of(*locked(&self.system_language)),
            chosen => Words::of(chosen),
        }
    }

    /// What is heard of the desktop, by which the accounts are locked.
    pub fn watch_session(&self, session: Arc<dyn SessionIdle>) {
        self.idle.watch_session(session);
    }

    /// Keeps something to be said to the person.
    pub(crate) fn note(&self, notice: ShellNotice) {
        locked(&self.notices).push(notice.into());
    }

    /// Says that the list changed, and leaves the first-run stage with the first account.
    pub(crate) fn list_changed(&self, authenticator: &Arc<Authenticator>) {
        if authenticator.has_unsaved_changes() {
            self.backing.timer.changed(authenticator, &self.announce);
        }
        // The accounts are asked while nothing is held: a write to the store may take its time.
        let is_first_run = self.opened().stage == Stage::FirstRun;
        if is_first_run && Stage::of(authenticator) == Stage::Open {
            self.show(&Stage::Open);
        }
        self.announce.accounts_changed();
    }

    /// Makes the automatic backup that is due, and waits for one that is being made, before the app ends.
    pub fn finish_backup(&self) {
        self.backing.timer.finish();
    }

    /// Waits until what was done is written into the log of activity, before the app ends.
    pub fn finish_activity(&self) {
        if let Ok(authenticator) = self.authenticator() {
            authenticator.settle_activity();
        }
    }

    /// Shows another stage.
    pub(crate) fn show(&self, stage: &Stage) {
        self.opened().stage = stage.clone();
        self.announce.stage_changed(stage);
    }

    pub(crate) fn opened(&self) -> MutexGuard<'_, Opened> {
        locked(&self.opened)
    }
}

/// The value under a lock, also after a panic: every value here is true after each single assignment.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
