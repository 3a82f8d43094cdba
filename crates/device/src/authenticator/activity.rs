//! What was done, written down at the one door that every shell goes through.

use crate::account::AccountId;
use crate::activity::{Activity, Deed, LOG, Trail, Via};
use crate::authenticator::Authenticator;
use crate::authenticator::view::{AddOutcome, AddedView};
use crate::error::Error;
use crate::store::log_file::LogFile;

impl Authenticator {
    /// From now on what is done is written down, as done through this shell. The first one counts.
    pub fn keep_activity(&self, via: Via) {
        // A second one would write the same log.
        let _ = self
            .trail
            .set(Trail::new(LogFile::new(&self.home.folder, LOG), via));
    }

    /// Writes down what only the shell knows of.
    pub fn note(&self, deed: Deed, account: Option<&AccountId>) {
        self.write_down(None, deed, account, None);
    }

    /// Writes down what was done with an account; through something else than this shell, where that is said.
    pub(super) fn note_through(&self, via: Option<Via>, deed: Deed, account: &AccountId) {
        self.write_down(via, deed, Some(account), None);
    }

    /// What was done here, the oldest first.
    pub fn activity(&self) -> Result<Vec<Activity>, Error> {
        self.settle_activity();
        Ok(LogFile::new(&self.home.folder, LOG).read()?)
    }

    /// Waits until what was done is written down, though not for long.
    pub fn settle_activity(&self) {
        if let Some(trail) = self.trail.get() {
            trail.settle();
        }
    }

    /// Why something could not be written down; said once.
    pub fn activity_failure(&self) -> Option<String> {
        self.trail.get()?.take_failure()
    }

    pub(super) fn note_count(&self, deed: Deed, count: usize) {
        self.write_down(None, deed, None, Some(u32::try_from(count).unwrap_or(u32::MAX)));
    }

    /// One line for everything that was added at once; none where all of it was here already.
    pub(super) fn note_added(&self, outcomes: &[AddedView]) {
        let mut added = outcomes.iter().filter(|row| row.outcome == AddOutcome::Added);
        match (added.next(), added.count()) {
            (None, _) => {}
            (Some(one), 0) => self.note(Deed::Added, one.id.as_ref()),
            (Some(_), others) => self.note_count(Deed::Added, others + 1),
        }
    }

    fn write_down(&self, via: Option<Via>, deed: Deed, account: Option<&AccountId>, count: Option<u32>) {
        let Some(trail) = self.trail.get() else { return };
        // Without a clock there is no code either, which is said elsewhere.
        if let Ok(now) = self.now() {
            trail.note(Activity {
                time: now.seconds(),
                via: via.unwrap_or(trail.via()),
                deed,
                account: account.cloned(),
                count,
            });
        }
    }
}
