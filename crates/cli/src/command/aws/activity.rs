//! `aws activity`: what was changed from this machine. It holds no secret and asks nobody, so that no store is opened for it.

use lockstep_device::error::Error;
use lockstep_device::store::log_file::LogFile;
use lockstep_iam::trail::{Activity, LOG};

use crate::command::{Outcome, shown};
use crate::report::aws::activity::ActivityReport;
use crate::session::Session;

pub(super) fn run(user: Option<&str>, session: &Session) -> Outcome {
    let log = LogFile::new(&session.home.folder, LOG);
    let mut changes: Vec<Activity> = log.read().map_err(Error::from)?;
    if let Some(user) = user {
        // A device is made for a user before it is that user's: its name begins with the user's.
        changes.retain(|change| match &change.user {
            Some(of) => of == user,
            None => change.device.rsplit('/').next().is_some_and(|name| {
                name.strip_prefix(user)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }),
        });
    }
    shown(ActivityReport::new(changes))
}
