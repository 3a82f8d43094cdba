//! Sees what other processes do to the account list. Costs nothing while nothing happens.

use std::path::Path;
use std::sync::{Arc, Weak};

use lockstep_device::authenticator::view::CauseView;
use lockstep_device::store::index::IndexFile;
use notify::event::{EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::notice::ShellNotice;
use crate::shell::Shell;

/// Watches until dropped.
pub(crate) struct Watch(
    #[expect(dead_code, reason = "it watches for as long as it lives")] RecommendedWatcher,
);

impl Watch {
    /// Tells `shell` whenever the account list in its folder is replaced.
    pub(crate) fn start(shell: &Arc<Shell>) -> notify::Result<Self> {
        let folder = shell.home.folder.clone();
        let index = IndexFile::new(&folder, shell.home.faults.clone())
            .path()
            .to_owned();
        let shell: Weak<Shell> = Arc::downgrade(shell);
        let mut watcher = notify::recommended_watcher(move |event| heard(&shell, &index, event))?;
        watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        Ok(Self(watcher))
    }
}

fn heard(shell: &Weak<Shell>, index: &Path, event: notify::Result<Event>) {
    let Some(shell) = shell.upgrade() else { return };
    match event {
        Ok(event) if replaces(&event, index) => shell.look_again(),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "watching the data folder failed"),
    }
}

/// Whether the event leaves another file at `index`: it is written beside and renamed.
fn replaces(event: &Event, index: &Path) -> bool {
    let replaced = matches!(
        event.kind,
        EventKind::Any
            | EventKind::Create(_)
            | EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Any | ModifyKind::Data(_))
    );
    let name = index.file_name();
    replaced && event.paths.iter().any(|path| path.file_name() == name)
}

impl Shell {
    /// Takes over what another process wrote, and says so when it changed anything.
    fn look_again(&self) {
        let Ok(authenticator) = self.authenticator() else {
            return;
        };
        match authenticator.refresh() {
            Ok(true) => self.list_changed(&authenticator),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "the account list changed and cannot be read");
                self.note(ShellNotice::ListUnread(CauseView::from(&error)));
                self.announce.accounts_changed();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

    use std::sync::mpsc::channel;
    use std::time::Duration;

    use lockstep_device::passphrase::Passphrase;
    use zeroize::Zeroizing;

    use crate::stage::Stage;
    use crate::test_shell::shell;

    #[test]
    fn what_another_process_adds_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new(Zeroizing::new("blue lamp 42".to_owned())).unwrap();
        let (other_ear, _) = channel();
        let other = shell(folder.path().to_owned(), other_ear);
        other.create_vault(&passphrase).unwrap();
        let (ear, heard) = channel();
        let ours = shell(folder.path().to_owned(), ear);
        ours.unlock_vault(&passphrase).unwrap();
        assert!(heard.try_recv().is_err(), "opening was taken for a change");

        other
            .add_text("otpauth://totp/GitHub:maya?secret=KRUGKIDROVUWG2ZA")
            .unwrap();
        other.keep(&[0]).unwrap();
        heard.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(ours.authenticator().unwrap().accounts().accounts.len(), 1);
        assert_eq!(ours.status().stage, Stage::Open);
    }
}
