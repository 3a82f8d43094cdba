//! `fleet recover`: the lost phone.

use lockstep_iam::error::Error;
use lockstep_iam::fleet::recipients::UserKeys;
use lockstep_iam::fleet::recover::{devices_of, take};
use lockstep_iam::fleet::run::{RunRequest, begin};
use lockstep_iam::name::{DevicePath, UserName};

use crate::args::fleet::RecoverArgs;
use crate::command::aws::connect::Aws;
use crate::command::fleet::enrol::{carried_out, fleet};
use crate::command::fleet::seals::{read, write_sheet};
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::prompt;
use crate::report::fleet::{RecoverReport, UserRow};
use crate::session::Session;

pub(super) fn run(args: &RecoverArgs, session: &Session) -> Outcome {
    prompt::require_consent(args.yes, "take all devices from a user")?;
    let user = UserName::try_from(args.user.clone()).map_err(Error::from)?;
    // Read first: afterwards the user has no device, and a list that cannot be read would come too late.
    let key = match &args.seals.hand_off {
        Some(folder) => {
            let seals = read(&args.seals)?;
            let key = seals.key_of(&user)?.ok_or_else(|| {
                CliError::usage(
                    format!("there is no key for {user} in the list"),
                    "Add a line for this user.",
                )
            })?;
            Some((folder.clone(), key))
        }
        None => None,
    };
    let aws = Aws::open(session)?;
    let devices = aws.work(|work| devices_of(work, &user))?;
    if devices.is_empty() && key.is_none() {
        return shown(RecoverReport::new(&user, vec![]));
    }
    let listed: Vec<String> = devices.iter().map(|device| device.serial.to_string()).collect();
    let question = if listed.is_empty() {
        format!("{user} has no device. Enrol a new one?")
    } else {
        format!("Take these from {user} for good: {}?", listed.join(", "))
    };
    prompt::consent(args.yes, &question, session.output)?;
    aws.work(|work| take(work, &user, &devices))?;
    let Some((hand_off, key)) = key else {
        return shown(RecoverReport::new(&user, listed));
    };
    let users: UserKeys = [(user.clone(), key)].into();
    write_sheet(&args.seals, &users, session)?;
    let request = RunRequest {
        users,
        hand_off,
        path: DevicePath::default(),
        tags: vec![],
        keep_copies: false,
        together: None,
    };
    let id = begin(&fleet(&aws, session), request)?;
    let retired = listed
        .iter()
        .map(|serial| UserRow::retired(&user, serial))
        .collect();
    carried_out(&aws, &id, 1, retired, session)
}
