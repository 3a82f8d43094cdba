//! A shell of the tests beside the code: its device is a folder, its time the machine's, and somebody hears when the list
//! changed.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use lockstep_device::authenticator::Home;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::SystemClock;

use crate::announce::Announce;
use crate::aws::deed::DeedProgress;
use crate::fleet::running::FleetNews;
use crate::settings::Settings;
use crate::shell::Shell;
use crate::stage::Stage;

/// Hears when the list changed, and nothing else.
struct Ear(Sender<()>);

impl Announce for Ear {
    fn stage_changed(&self, _stage: &Stage) {}
    fn accounts_changed(&self) {
        self.0.send(()).ok();
    }
    fn clipboard_cleared(&self) {}
    fn backups_changed(&self) {}
    fn deed_progress(&self, _progress: &DeedProgress) {}
    fn code_copied(&self, _settings: &Settings) {}
    fn settings_changed(&self, _settings: &Settings) {}
    fn arguments_came(&self) {}
    fn woke(&self) {}
    fn fleet_moved(&self, _news: &FleetNews) {}
}

/// A shell over this folder that sends whenever the list changed.
pub(crate) fn shell(folder: PathBuf, ear: Sender<()>) -> Arc<Shell> {
    let home = Home {
        folder,
        clock: Arc::new(SystemClock),
        faults: Faults::none(),
    };
    Arc::new(Shell::new(home, Arc::new(Ear(ear))))
}
