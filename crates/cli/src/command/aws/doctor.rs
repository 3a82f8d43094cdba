//! What `doctor` looks at in AWS: whatever broke off there is finished or taken back.

use std::rc::Rc;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::view::{AccountView, CheckView};
use lockstep_iam::journal::{self, Entry};
use lockstep_iam::restored::{Compared, Since, compare_restored};
use lockstep_iam::settle::{Ending, Settled, settle};

use crate::command::aws::connect::Aws;
use crate::error::CliError;
use crate::report::aws::{caller_words, drift_words, is_far};
use crate::session::Session;

/// One check for each deed that broke off. AWS is asked when there is one, or when it is `asked` for.
pub(crate) fn checks(authenticator: Rc<Authenticator>, asked: bool, session: &Session) -> Vec<CheckView> {
    let entries = match journal::entries(&authenticator) {
        Ok(entries) => entries,
        Err(error) => return vec![CheckView::bad(NAME, error.to_string(), error.remedy())],
    };
    let came_back: Vec<AccountView> = authenticator
        .accounts()
        .accounts
        .into_iter()
        .filter(|account| account.unchecked_since.is_some())
        .collect();
    if entries.is_empty() && came_back.is_empty() && !asked {
        return vec![];
    }
    let aws = match Aws::connect(authenticator, session) {
        Ok(aws) => aws,
        Err(error) => return vec![unconnected(&entries, &came_back, &error)],
    };
    let mut checks = connected(&aws);
    match aws.work(settle) {
        Ok(settled) => checks.extend(settled.iter().map(check)),
        Err(error) => checks.push(CheckView::bad(NAME, error.to_string(), &error.remedy())),
    }
    match aws.work(|work| Ok(compare_restored(work))) {
        Ok(compared) => checks.extend(compared.iter().map(came_back_check)),
        Err(error) => checks.push(CheckView::bad(NAME, error.to_string(), &error.remedy())),
    }
    let here = &aws.connection.caller().account;
    let elsewhere = entries.iter().filter(|entry| entry.account != *here);
    checks.extend(elsewhere.map(|entry| {
        CheckView::bad(
            NAME,
            format!(
                "{} is in the AWS account {}, and these credentials are of {here}",
                begun(entry),
                entry.account
            ),
            "Run it with credentials of that account: lockstep doctor --aws-profile NAME",
        )
    }));
    checks
}

fn connected(aws: &Aws<'_>) -> Vec<CheckView> {
    let drift = aws.connection.drift();
    let clock = drift_words(drift);
    vec![
        CheckView::good(NAME, caller_words(aws.connection.caller())),
        if is_far(drift) {
            CheckView::bad("aws-clock", clock, "Set this machine's clock by the network.")
        } else {
            CheckView::good("aws-clock", clock)
        },
    ]
}

fn unconnected(entries: &[Entry], came_back: &[AccountView], error: &CliError) -> CheckView {
    let mut what: Vec<String> = entries.iter().map(begun).collect();
    if !came_back.is_empty() {
        what.push(format!(
            "AWS has not been asked whether the devices of accounts that came back from a backup are still there ({})",
            came_back.len()
        ));
    }
    let detail = if what.is_empty() {
        error.to_string()
    } else {
        format!(
            "{}; there is no connection to finish it: {error}",
            what.join("; ")
        )
    };
    CheckView::bad(NAME, detail, &error.remedy())
}

fn begun(entry: &Entry) -> String {
    let Entry { serial, user, .. } = entry;
    if entry.is_enrolment() {
        format!("enrolling {serial} for {user} broke off")
    } else {
        format!("retiring {serial} of {user} broke off")
    }
}

fn came_back_check(compared: &Compared) -> CheckView {
    let serial = &compared.serial;
    match &compared.outcome {
        Ok(Since::Unchanged) => CheckView::good(
            NAME,
            format!("{serial} came back from a backup and is as it was then"),
        ),
        Ok(Since::Retired) => CheckView::good(
            NAME,
            format!("{serial} came back from a backup and is retired in AWS: its account is in the trash"),
        ),
        Ok(Since::EnabledLater) => CheckView::bad(
            NAME,
            format!("{serial} was assigned after the backup it came back from, perhaps with another seed"),
            "Try a code. If AWS takes none, enrol a new device: `lockstep aws enrol`.",
        ),
        Err(error) => CheckView::bad(NAME, format!("{serial}: {error}"), error.remedy()),
    }
}

fn check(settled: &Settled) -> CheckView {
    let serial = &settled.serial;
    match &settled.outcome {
        Ok(Ending::Finished) => CheckView::good(NAME, format!("{serial} had broken off and works now")),
        Ok(Ending::TakenBack) => {
            CheckView::good(NAME, format!("{serial} had broken off; nothing is left of it"))
        }
        Ok(Ending::Retired) => CheckView::good(NAME, format!("{serial} had broken off and is retired now")),
        Ok(Ending::StillOrphan) => CheckView::bad(
            NAME,
            format!("{serial} is still there, nobody has its seed, and these credentials may not delete it"),
            "Ask someone who may delete MFA devices: `lockstep aws delete SERIAL`.",
        ),
        Err(error) => CheckView::bad(NAME, format!("{serial}: {error}"), error.remedy()),
    }
}

const NAME: &str = "aws";
