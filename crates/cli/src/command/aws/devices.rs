//! `aws whoami`, `clock`, `devices` and the tags of devices.

use lockstep_iam::api::iam::Assignment;
use lockstep_iam::elevation::ask;
use lockstep_iam::error::Error;
use lockstep_iam::name::{Tag, UserName};
use lockstep_iam::work::bound;

use crate::command::aws::connect::Aws;
use crate::command::aws::named::device;
use crate::command::{Outcome, shown};
use crate::report::Done;
use crate::report::aws::devices::{DeviceRow, DevicesReport, TagsReport};
use crate::report::aws::{ClockReport, WhoamiReport};
use crate::session::Session;

pub(super) fn whoami(session: &Session) -> Outcome {
    let aws = Aws::open(session)?;
    let connection = &aws.connection;
    // The first answer was STS's, and the alias is IAM's.
    let sts_endpoint = connection.api().endpoint();
    let alias = connection.alias();
    shown(WhoamiReport::new(
        connection.caller(),
        alias,
        connection.region(),
        (connection.api().endpoint(), sts_endpoint),
        connection.drift(),
    ))
}

pub(super) fn clock(session: &Session) -> Outcome {
    let aws = Aws::open(session)?;
    let service_time = aws.connection.service_time().map_err(Error::from)?;
    shown(ClockReport::new(service_time, aws.connection.drift()))
}

pub(super) fn list(user: Option<String>, all: bool, session: &Session) -> Outcome {
    let user = user_name(user)?;
    let aws = Aws::open(session)?;
    let devices = aws.work(|work| {
        if all {
            return ask(work, None, |api| api.list_virtual_mfa_devices(Assignment::Any));
        }
        let user = work.user(user.as_ref())?;
        ask(work, None, |api| api.list_mfa_devices(&user))
    })?;
    if all {
        session
            .output
            .note("AWS lists hardware, FIDO and SMS devices for one user at a time: --user USER.");
    }
    let here = bound(&aws.authenticator);
    let row = |device| DeviceRow::new(device, &here);
    shown(DevicesReport {
        devices: devices.into_iter().map(row).collect(),
    })
}

pub(super) fn tags(text: &str, session: &Session) -> Outcome {
    let aws = Aws::open(session)?;
    let serial = device(&aws.authenticator, text)?.serial;
    let tags = aws.work(|work| ask(work, Some(&serial), |api| api.list_mfa_device_tags(&serial)))?;
    shown(TagsReport {
        serial: serial.to_string(),
        tags,
    })
}

pub(super) fn tag(text: &str, tags: &[String], session: &Session) -> Outcome {
    let tags = parsed_tags(tags)?;
    let aws = Aws::open(session)?;
    let serial = device(&aws.authenticator, text)?.serial;
    aws.work(|work| ask(work, Some(&serial), |api| api.tag_mfa_device(&serial, &tags)))?;
    shown(Done {
        outcome: "tagged",
        sentence: format!("{serial} is tagged."),
    })
}

pub(super) fn untag(text: &str, keys: &[String], session: &Session) -> Outcome {
    let aws = Aws::open(session)?;
    let serial = device(&aws.authenticator, text)?.serial;
    aws.work(|work| ask(work, Some(&serial), |api| api.untag_mfa_device(&serial, keys)))?;
    shown(Done {
        outcome: "untagged",
        sentence: format!("{serial} has these tags no longer."),
    })
}

pub(super) fn user_name(name: Option<String>) -> Result<Option<UserName>, Error> {
    Ok(name.map(UserName::try_from).transpose()?)
}

pub(crate) fn parsed_tags(tags: &[String]) -> Result<Vec<Tag>, Error> {
    Ok(tags.iter().map(|tag| tag.parse()).collect::<Result<_, _>>()?)
}
