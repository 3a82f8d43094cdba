//! `fleet sweep`: devices that are nobody's, shown first.

use std::path::Path;

use lockstep_device::serial::SerialNumber;
use lockstep_iam::fleet::accounts::in_role;
use lockstep_iam::fleet::standing::needed_devices;
use lockstep_iam::fleet::sweep::{Orphan, apply, plan};
use lockstep_iam::work::Work;

use crate::command::aws::connect::Aws;
use crate::command::fleet::see::listed_roles;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::prompt;
use crate::report::fleet_users::SweepReport;
use crate::session::Session;

pub(super) fn run(list: Option<&Path>, wanted: bool, yes: bool, session: &Session) -> Outcome {
    if wanted {
        prompt::require_consent(yes, "delete devices")?;
    }
    let roles = listed_roles(list)?;
    let aws = Aws::open(session)?;
    let needed = needed_devices(&aws.authenticator)?;
    let Some(roles) = roles else {
        let mut report = SweepReport::default();
        aws.work(|work| Ok(sweep(work, &needed, wanted, yes, session, &mut report)))??;
        return shown(report);
    };
    let mut report = SweepReport::default();
    for role in &roles {
        // One account that cannot be reached does not keep the others from being swept.
        match aws.work(|work| in_role(work, role)) {
            Ok(connection) => {
                let outcome = aws.work(|work| {
                    Ok(sweep(
                        &work.through(&connection),
                        &needed,
                        wanted,
                        yes,
                        session,
                        &mut report,
                    ))
                });
                if let Err(error) = outcome.and_then(|outcome| outcome) {
                    report.failed(&role.account, &error.to_string());
                }
            }
            Err(error) => report.failed(&role.account, &error.to_string()),
        }
    }
    shown(report)
}

fn sweep(
    work: &Work<'_>,
    needed: &[SerialNumber],
    wanted: bool,
    yes: bool,
    session: &Session,
    report: &mut SweepReport,
) -> Result<(), CliError> {
    let account = &work.connection.caller().account;
    let orphans: Vec<Orphan> = plan(work, needed)?;
    let count = orphans.iter().filter(|orphan| orphan.kept.is_none()).count();
    if !wanted || count == 0 {
        report.planned(account, &orphans);
        return Ok(());
    }
    session.output.say(&SweepReport::preview(account, &orphans));
    prompt::consent(
        yes,
        &format!("Delete {count} devices in {account}?"),
        session.output,
    )?;
    report.swept(account, &apply(work, &orphans, needed)?);
    Ok(())
}
