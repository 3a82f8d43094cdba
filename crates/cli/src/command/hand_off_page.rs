//! `hand-off page`: the in-person way. A secret goes onto paper because somebody asked for just that.

use lockstep_device::authenticator::show::Place;
use lockstep_device::hand_off_page::{HandOffPage, drawing};
use lockstep_iam::session::serial_of;

use crate::args::fleet::HandOffPageArgs;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::report::{Done, label};
use crate::session::Session;
use crate::{files, prompt};

pub(super) fn run(args: &HandOffPageArgs, session: &Session) -> Outcome {
    let draw = drawing(&args.out).ok_or_else(|| {
        CliError::usage(
            format!("{} does not end in .pdf or .svg", args.out.display()),
            "Name the page so that its kind is known.",
        )
    })?;
    prompt::require_consent(args.yes, "put a secret on a page")?;
    let authenticator = session.open()?;
    let account = authenticator.find(&args.query, Place::Live)?;
    let called = label(account.issuer.as_deref(), &account.name);
    let serial = serial_of(account.serial.as_deref(), &called)?;
    prompt::consent(
        args.yes,
        &format!("Put the secret of {serial} on a page?"),
        session.output,
    )?;
    let page = HandOffPage {
        picture: authenticator.reveal_qr(&account.id)?,
        label: called,
        serial,
        made: authenticator.now()?,
    };
    files::write_new(&args.out, &draw(&page), &session.home.faults)?;
    shown(Done {
        outcome: "written",
        sentence: format!(
            "{} is {} on a page. Whoever sees it can make its codes: delete the file once it is printed.",
            args.out.display(),
            page.serial
        ),
    })
}
