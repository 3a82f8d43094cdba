//! A shell with a vault of its own, and what is handed over to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockstep_desktop::announce::Announce;
use lockstep_desktop::aws::deed::DeedProgress;
use lockstep_desktop::fleet::running::FleetNews;
use lockstep_desktop::settings::Settings;
use lockstep_desktop::shell::Shell;
use lockstep_desktop::stage::Stage;
use lockstep_device::account::{AccountId, Standing};
use lockstep_device::authenticator::Home;
use lockstep_device::camera::Cameras;
use lockstep_device::otpauth::parse::parse;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::screen::{Screens, Way};
use lockstep_device::store::fault::Faults;
use lockstep_device::time::{Clock, SystemClock, TimeError, UnixTime};
use lockstep_formats::export::Exported;
use lockstep_formats::write::{Content, Export, write};
use lockstep_iam::work::{Pace, Sleep, Step, StepOutcome};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::support::seed;

/// Longer than anything here may take.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Shorter than what nothing may wait for: a backup that waits for its turn.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(20);

/// Long enough for a thread to begin.
pub(crate) const A_MOMENT: Duration = Duration::from_millis(30);

pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    pub(crate) shell: Arc<Shell>,
    backups: Receiver<()>,
    /// What was heard of runs.
    pub(crate) runs: Receiver<FleetNews>,
    heard: Arc<Ear>,
    pace: Arc<dyn Pace>,
    clock: Arc<dyn Clock>,
}

/// Hears when backups changed, of runs, of deeds in AWS, which settings came into force, and how often the list changed
/// and the machine woke.
struct Ear {
    backups: Mutex<Sender<()>>,
    runs: Mutex<Sender<FleetNews>>,
    settings: Mutex<Vec<Settings>>,
    deeds: Mutex<Vec<DeedProgress>>,
    lists: AtomicU64,
    wakings: AtomicU64,
}

/// A clock that stands until somebody waits.
#[derive(Clone)]
struct Hands(Arc<AtomicU64>);

impl Clock for Hands {
    fn now(&self) -> Result<UnixTime, TimeError> {
        Ok(UnixTime::from_seconds(self.0.load(Ordering::SeqCst)))
    }
}

impl Pace for Hands {
    fn wait(&self, time: Duration) {
        self.0.fetch_add(time.as_secs(), Ordering::SeqCst);
    }
}

impl Announce for Ear {
    fn stage_changed(&self, _stage: &Stage) {}
    fn accounts_changed(&self) {
        self.lists.fetch_add(1, Ordering::SeqCst);
    }
    fn clipboard_cleared(&self) {}
    fn arguments_came(&self) {}
    fn woke(&self) {
        self.wakings.fetch_add(1, Ordering::SeqCst);
    }
    fn backups_changed(&self) {
        self.backups.lock().unwrap().send(()).ok();
    }
    fn deed_progress(&self, progress: &DeedProgress) {
        self.deeds.lock().unwrap().push(progress.clone());
    }
    fn code_copied(&self, _settings: &Settings) {}
    fn settings_changed(&self, settings: &Settings) {
        self.settings.lock().unwrap().push(settings.clone());
    }
    fn fleet_moved(&self, news: &FleetNews) {
        self.runs.lock().unwrap().send(news.clone()).ok();
    }
}

impl Desk {
    /// One with an empty vault, after what opening brings with it.
    pub(crate) fn new() -> Self {
        Self::made(Arc::new(SystemClock), Arc::new(Way::Nowhere), Arc::new(Sleep))
    }

    /// The same with cameras.
    pub(crate) fn with_cameras(cameras: Arc<dyn Cameras>) -> Self {
        let see = |shell: Shell| shell.with_cameras(cameras);
        Self::built(Arc::new(SystemClock), Arc::new(Sleep), see)
    }

    /// The same where the time passes only while something is waited for.
    pub(crate) fn without_waiting() -> Self {
        let hands = Hands(Arc::new(AtomicU64::new(1_795_000_000)));
        Self::made(Arc::new(hands.clone()), Arc::new(Way::Nowhere), Arc::new(hands))
    }

    /// The same with screens.
    pub(crate) fn seeing(screens: Arc<dyn Screens>) -> Self {
        Self::made(Arc::new(SystemClock), screens, Arc::new(Sleep))
    }

    /// The same with a clock of the test's.
    pub(crate) fn at(clock: Arc<dyn Clock>) -> Self {
        Self::made(clock, Arc::new(Way::Nowhere), Arc::new(Sleep))
    }

    fn made(clock: Arc<dyn Clock>, screens: Arc<dyn Screens>, pace: Arc<dyn Pace>) -> Self {
        Self::built(clock, pace, |shell| shell.with_screens(screens))
    }

    fn built(clock: Arc<dyn Clock>, pace: Arc<dyn Pace>, see: impl FnOnce(Shell) -> Shell) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home {
            folder: folder.path().join("home"),
            clock: Arc::clone(&clock),
            faults: Faults::none(),
        };
        let (ear, backups) = channel();
        let (run_ear, runs) = channel();
        let heard = Arc::new(Ear {
            backups: Mutex::new(ear),
            runs: Mutex::new(run_ear),
            settings: Mutex::default(),
            deeds: Mutex::default(),
            lists: AtomicU64::default(),
            wakings: AtomicU64::default(),
        });
        let shell = Shell::new(home, Arc::clone(&heard) as _).with_pace(Arc::clone(&pace));
        let shell = Arc::new(see(shell));
        shell.create_vault(&passphrase("blue lamp 42")).unwrap();
        let desk = Self {
            folder,
            shell,
            backups,
            runs,
            heard,
            pace,
            clock,
        };
        desk.hears_of_backups();
        desk
    }

    pub(crate) fn unlock(&self) {
        self.shell.unlock_vault(&passphrase("blue lamp 42")).unwrap();
    }

    /// The app once more after it ended, with the same accounts, which are open.
    pub(crate) fn restarted(&self) -> Arc<Shell> {
        let home = Home {
            folder: self.folder.path().join("home"),
            clock: Arc::clone(&self.clock),
            faults: Faults::none(),
        };
        let shell = Shell::new(home, Arc::clone(&self.heard) as _).with_pace(Arc::clone(&self.pace));
        let shell = Arc::new(shell);
        shell.unlock_vault(&passphrase("blue lamp 42")).unwrap();
        shell
    }

    /// Lets seconds pass.
    pub(crate) fn wait(&self, seconds: u64) {
        self.pace.wait(Duration::from_secs(seconds));
    }

    /// The steps that have ended, and how.
    pub(crate) fn steps(&self) -> Vec<(Step, StepOutcome)> {
        let told = self.heard.deeds.lock().unwrap();
        let ended = |progress: &DeedProgress| match progress {
            DeedProgress::Ended { step, outcome, .. } => Some((*step, *outcome)),
            _ => None,
        };
        told.iter().filter_map(ended).collect()
    }

    /// How often it was said that the list of accounts changed.
    pub(crate) fn list_changes(&self) -> u64 {
        self.heard.lists.load(Ordering::SeqCst)
    }

    /// How often it was said that the machine woke.
    pub(crate) fn wakings(&self) -> u64 {
        self.heard.wakings.load(Ordering::SeqCst)
    }

    /// Keeps an account.
    pub(crate) fn keep(&self, issuer: &str) -> AccountId {
        self.shell.add_text(&seed::uri(issuer, "maya")).unwrap();
        self.shell.keep(&[0]).unwrap().remove(0).id.unwrap()
    }

    /// Waits until the shell says that backups changed.
    pub(crate) fn hears_of_backups(&self) {
        self.backups.recv_timeout(PATIENCE).unwrap();
    }

    /// The settings that came into force, in their order.
    pub(crate) fn settings_in_force(&self) -> Vec<Settings> {
        self.heard.settings.lock().unwrap().clone()
    }

    /// How many automatic backups there are.
    pub(crate) fn generations(&self) -> usize {
        generations(self.folder.path())
    }

    /// An encrypted export of Aegis, whose password is `right`.
    pub(crate) fn sealed_export(&self) -> PathBuf {
        let account = parse(&seed::uri("Sealed", "maya")).unwrap().account;
        let accounts = [Exported {
            account: &account,
            standing: Standing::default(),
        }];
        let written = write(Export::AegisEncrypted(&passphrase("right")), &accounts).unwrap();
        let Content::File(bytes) = written.content else {
            panic!("Aegis is a file")
        };
        self.file("aegis.json", &bytes)
    }

    /// A picture of a QR code with another seed.
    pub(crate) fn picture(&self) -> PathBuf {
        let uri = seed::uri("Pictured", "maya").replace("KRUG", "JBSW");
        self.file("code.png", &seed::picture(&uri))
    }

    /// A backup under the passphrase `right`.
    pub(crate) fn backup(&self) -> PathBuf {
        let path = self.folder.path().join("mine.age");
        self.shell.create_backup(&path, &passphrase("right")).unwrap();
        path
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// Does something on a thread of its own, which says when it is over and with what.
pub(crate) fn aside<T: Send + 'static>(deed: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, over) = channel();
    std::thread::spawn(move || sender.send(deed()));
    over
}

pub(crate) fn generations(folder: &Path) -> usize {
    fs::read_dir(folder.join("home/backups")).map_or(0, Iterator::count)
}

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}
